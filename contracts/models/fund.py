"""The Investment Fund of a contract: what is declared, what it owes, what came in (rules 83-87, 78-79)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contracts.fund import MONTHS, Clause, Month, Movement, Period, balance
from procurement.business_days import DAY

MONEY = {"max_digits": 14, "decimal_places": 2}


class Fund(models.Model):
    """The separate account that the operator pays a percentage into, and what the contract says of paying.

    `payment_days` and `declaration_days` are calendar days after the end of a period and of a month. What the
    percentage is, of what, and who manages the money stands in the contract. Money in soles.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="funds")
    contract = models.OneToOneField("contracts.Contract", models.PROTECT, related_name="fund")
    account = models.CharField(_("bank and number of the separate account"), max_length=200)
    payment_days = models.PositiveSmallIntegerField(_("days to pay, after the end of the period"))
    declaration_days = models.PositiveSmallIntegerField(_("days to declare a month, after its end"))
    opened_on = models.DateField(_("opened on"))
    entered_at = models.DateTimeField(editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("Investment Fund")

    def __str__(self):
        return _("Investment Fund of %(contract)s") % {"contract": self.contract}

    def get_absolute_url(self):
        return reverse("fund", args=[self.tender_id])

    @property
    def clause(self):
        """Return the fund clause of the contract as the arithmetic reads it."""
        return clause_of(self.contract)

    def movements(self, *without):
        """Return every amount that came in or went out, but for these objects; what was voided never did."""
        left_out = {(type(each), each.pk) for each in without}
        came = [each for each in self.receipts.standing() if (FundReceipt, each.pk) not in left_out]
        went = self.uses.filter(state="executed")
        return [Movement(each.received_on, each.amount) for each in came] + [
            Movement(each.executed_on, -each.paid) for each in went if (type(each), each.pk) not in left_out
        ]

    @property
    def balance(self):
        """What lies in the fund."""
        return balance(self.movements())


def clause_of(contract):
    """Return what a contract says of the fund, also before the account is open."""
    with_vat = contract.fund_vat == contract.Vat.INCLUDED
    return Clause(contract.fund_percentage, with_vat, MONTHS[contract.fund_frequency])


def end_of_contract(contract):
    """Return the last day on which the contract runs; None while it is not known."""
    ends = [contract.ends_on - DAY] if contract.ends_on else []
    return min(ends + [contract.ended_on] if contract.ended_on else ends, default=None)


class DeclarationQuerySet(models.QuerySet):
    def standing(self):
        """Those that no later one has corrected."""
        return self.filter(replaced_by=None)


class TurnoverDeclaration(models.Model):
    """What the operator says that one month billed, or collected: soles with tax.

    A correction is a new row that names the one it replaces and why. `vat` is the rate of the tax in that
    month, in per cent. Without an account of the operator the treasury enters its paper.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="turnover_declarations")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="declarations")
    month = models.DateField(_("month"))
    amount = models.DecimalField(_("amount with tax, S/"), **MONEY)
    vat = models.DecimalField(_("value added tax, %"), max_digits=5, decimal_places=2)
    paper = models.CharField(_("report of the operator"), max_length=200, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, related_name="replaced_by", null=True, editable=False
    )
    reason = models.CharField(_("why it is corrected"), max_length=500, blank=True)
    on_paper = models.BooleanField(default=False, editable=False)
    declared_at = models.DateTimeField(editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["month", "declared_at", "pk"]
        verbose_name = _("declaration of a month")
        constraints = [
            models.UniqueConstraint(
                name="one_first_declaration_per_month", fields=["fund", "month"], condition=Q(replaces=None)
            ),
            models.CheckConstraint(name="declared_amount_is_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="a_correction_says_why",
                condition=Q(replaces=None, reason="") | (Q(replaces__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self):
        return str(month_name(self.month))

    @property
    def stands(self):
        """Whether no later one has corrected it."""
        return not hasattr(self, "replaced_by")

    @property
    def as_month(self):
        return Month(self.month, self.amount, self.vat)


def in_words(period):
    """Say a period once the language is known: a month, or quarter 2 of 2026."""
    if period.months[1:]:
        return gettext("quarter %(number)s of %(year)s") % {"number": period.number, "year": period.end.year}
    return date_format(period.start, "YEAR_MONTH_FORMAT")


def month_name(day):
    """Return a month as people say it: March 2026."""
    return period_name(Period(day, day))


period_name = lazy(in_words, str)


class ContributionQuerySet(models.QuerySet):
    def standing(self):
        """Those that no corrected declaration has changed."""
        return self.filter(replaced_by=None)


class Contribution(models.Model):
    """What one period owes to the fund, frozen once its last month is declared; soles, rounded once.

    A corrected month makes a new row that replaces this one, at the same percentage, whatever an addendum
    says since; `base` is for people to read.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="contributions")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="contributions")
    start = models.DateField()
    end = models.DateField()
    percentage = models.DecimalField(max_digits=5, decimal_places=2)
    base = models.DecimalField(**MONEY)
    due = models.DecimalField(**MONEY)
    due_on = models.DateField()
    settled_at = models.DateTimeField()
    replaces = models.OneToOneField("self", models.PROTECT, related_name="replaced_by", null=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["start", "settled_at", "pk"]
        verbose_name = _("contribution")
        constraints = [
            models.UniqueConstraint(
                name="one_first_contribution_per_period", fields=["fund", "start"], condition=Q(replaces=None)
            ),
            models.CheckConstraint(name="contribution_is_not_negative", condition=Q(due__gte=0)),
        ]

    def __str__(self):
        return str(period_name(Period(self.start, self.end)))


class ReceiptQuerySet(models.QuerySet):
    def standing(self):
        """Those that nobody has struck out."""
        return self.filter(voided_at=None)

    def of(self, period):
        """What was paid for one period."""
        return self.standing().filter(start=period.start)


class FundReceipt(models.Model):
    """Money that came into the fund: a contribution for a period, or another resource (rule 86); soles.

    `received_on` is when it reached the account, `entered_at` when it was written here. `note` says what was
    agreed where less was paid than was due. A receipt with an error is struck out with the reason.
    """

    class Kind(models.TextChoices):
        CONTRIBUTION = "contribution", _("contribution of the operator")
        MUNICIPALITY = "municipality", _("money of the municipality")
        DONATION = "donation", _("donation")
        TRANSFER = "transfer", _("transfer of the government")
        NEW_USERS = "new_users", _("payment of new users")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="fund_receipts")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="receipts")
    kind = models.CharField(_("where it comes from"), max_length=20, choices=Kind)
    start = models.DateField(_("period"), null=True)
    amount = models.DecimalField(_("amount, S/"), **MONEY)
    received_on = models.DateField(_("day on which it reached the account"))
    voucher = models.CharField(_("number of the voucher"), max_length=60)
    note = models.CharField(_("what was agreed, or what it is for"), max_length=500, blank=True)
    entered_at = models.DateTimeField(editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    voided_at = models.DateTimeField(null=True, editable=False)
    voided_reason = models.CharField(_("why it is struck out"), max_length=500, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["received_on", "pk"]
        verbose_name = _("receipt of the fund")
        constraints = [
            models.CheckConstraint(name="a_receipt_is_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="a_contribution_is_for_a_period",
                condition=Q(kind="contribution", start__isnull=False)
                | (~Q(kind="contribution") & Q(start=None)),
            ),
            models.UniqueConstraint(
                name="one_use_per_voucher", fields=["fund", "voucher"], condition=Q(voided_at=None)
            ),
            models.CheckConstraint(
                name="a_receipt_is_voided_with_a_reason",
                condition=Q(voided_at=None, voided_reason="")
                | (Q(voided_at__isnull=False) & ~Q(voided_reason="")),
            ),
        ]

    def __str__(self):
        return _("voucher %(voucher)s") % {"voucher": self.voucher}


class SignOff(models.Model):
    """What a neighbour of the JVS saw of one period and signed, with a remark if there is one.

    The figures are those of that instant. A remark is public, is never deleted, and waits for an answer.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="fund_sign_offs")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="sign_offs")
    start = models.DateField()
    end = models.DateField()
    due = models.DecimalField(**MONEY, null=True)  # None: the operator had not declared every month
    received = models.DecimalField(**MONEY)
    balance = models.DecimalField(**MONEY)
    remark = models.TextField(_("remark"), max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["start", "at", "pk"]
        verbose_name = _("sign-off of the JVS")
        constraints = [
            models.UniqueConstraint(name="one_sign_off_per_neighbour", fields=["fund", "start", "by"])
        ]

    def __str__(self):
        return str(period_name(Period(self.start, self.end)))
