"""What stands beside a guarantee and is kept as history: who answers, values, entries, renewals, claims."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.money import rounded

HUNDRED = Decimal(100)


def kept_by():
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)


class Guarantor(models.Model):
    """Who answers beside the operator: a surety, or the owner of what is mortgaged. Never public."""

    guarantee = models.ForeignKey("guarantees.Guarantee", models.PROTECT, related_name="guarantors")
    name = models.CharField(max_length=300)
    document = models.CharField(max_length=12)
    address = models.CharField(max_length=300, blank=True)
    assets = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    liabilities = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    proof = models.CharField(max_length=300, blank=True)
    needs_spouse = models.BooleanField(default=False)
    spouse_signed = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name

    @property
    def net(self):
        """Goods less debts, in soles; None where no goods were declared."""
        return None if self.assets is None else self.assets - self.liabilities


class Appraisal(models.Model):
    """What the goods behind a guarantee are worth on a day; the last one counts (§2.4).

    In the currency of the guarantee, so that it can be compared with what is asked; the cadastre says soles.
    """

    guarantee = models.ForeignKey("guarantees.Guarantee", models.PROTECT, related_name="appraisals")
    value = models.DecimalField(max_digits=14, decimal_places=2)
    haircut = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    prior_liens = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    cadastre_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    appraiser_1 = models.CharField(max_length=200)
    appraiser_2 = models.CharField(max_length=200, blank=True)
    is_agreed = models.BooleanField(default=False)
    done_on = models.DateField()
    valid_months = models.PositiveSmallIntegerField(default=24)
    by = kept_by()
    at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.value}"

    @property
    def realizable(self):
        """What a quick sale brings."""
        return rounded(self.value * (HUNDRED - self.haircut) / HUNDRED)

    def coverage(self, required):
        """Return (realizable − earlier charges) ÷ required, two decimals."""
        return rounded((self.realizable - self.prior_liens) / required)


class Registration(models.Model):
    """The entry in the registry of property, or the notice in the SIGM; its numbers are reserved."""

    guarantee = models.ForeignKey("guarantees.Guarantee", models.PROTECT, related_name="registrations")
    registry = models.CharField(max_length=10)
    office = models.CharField(max_length=100, blank=True)
    entry = models.CharField(max_length=100)
    inscribed_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    rank = models.PositiveSmallIntegerField(default=1)
    expires_on = models.DateField(null=True, blank=True)
    by = kept_by()
    at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.registry} {self.entry}"


class Renewal(models.Model):
    """A later last day, signed by issuer or guarantor."""

    guarantee = models.ForeignKey("guarantees.Guarantee", models.PROTECT, related_name="renewals")
    old_expiry = models.DateField(null=True)
    new_expiry = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    letter = models.CharField(max_length=200)
    confirmed_by = models.CharField(max_length=200, blank=True)
    premium_paid_until = models.DateField(null=True, blank=True)
    by = kept_by()
    at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.letter}: {self.new_expiry}"


class Claim(models.Model):
    """A demand for payment. `demanded_on` is the day on which notary or judge delivered it."""

    class Cause(models.TextChoices):
        BREACH = "breach", _("the operator did not do what it owes")
        ABANDONMENT = "abandonment", _("the operator left the service")
        NOT_RENEWED = "not_renewed", _("it was not renewed")
        NOT_SIGNED = "not_signed", _("the winner did not sign")
        WITHDRAWN = "withdrawn", _("the bidder took its offer back")
        LOSS = "loss", _("the insured damage happened")

    guarantee = models.ForeignKey("guarantees.Guarantee", models.PROTECT, related_name="claims")
    cause = models.CharField(max_length=20, choices=Cause)
    act = models.CharField(max_length=200)
    takeover_act = models.CharField(max_length=200, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    letter = models.CharField(max_length=200)
    demanded_on = models.DateField()
    by = kept_by()
    at = models.DateTimeField(editable=False)
    outcome = models.TextField(max_length=2000, blank=True)
    paid = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    receipt = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.get_cause_display()


class Assent(models.Model):
    """A guarantor agrees that what it guarantees lasts longer (CC 1901)."""

    guarantee = models.ForeignKey("guarantees.Guarantee", models.PROTECT, related_name="assents")
    until = models.DateField()
    letter = models.CharField(max_length=200)
    signed_on = models.DateField()
    by = kept_by()
    at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.letter}: {self.until}"


class Rent(models.Model):
    """What the house of an antichresis brought in for one month, in soles (CC 1091-1094).

    It pays interest and costs first, `to_interest`; the rest goes to the debt (CC 1093).
    """

    guarantee = models.ForeignKey("guarantees.Guarantee", models.PROTECT, related_name="rents")
    month = models.DateField()  # its first day
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    to_interest = models.DecimalField(max_digits=12, decimal_places=2)
    received_on = models.DateField()
    receipt = models.CharField(max_length=100)
    by = kept_by()
    at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["month", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_rent_of_a_month", fields=["guarantee", "month"]),
            models.CheckConstraint(
                name="a_rent_pays_interest_first",
                condition=models.Q(amount__gt=0, to_interest__gte=0, to_interest__lte=models.F("amount")),
            ),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m}: {self.amount}"

    @property
    def to_debt(self):
        return self.amount - self.to_interest


class GuaranteePaper(models.Model):
    """One paper of a guarantee; reserved, because papers show people."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", _("copy of the original")
        VERIFICATION = "verification", _("confirmation, certificate or report")
        DECISION = "decision", _("act of acceptance or rejection")
        REGISTRATION = "registration", _("proof of registration")
        APPRAISAL = "appraisal", _("appraisal")
        RENEWAL = "renewal", _("letter of renewal")
        ASSENT = "assent", _("assent of the guarantor")
        CLAIM = "claim", _("notarial letter")
        OUTCOME = "outcome", _("outcome of the claim")
        RENT = "rent", _("receipt of a rent")
        RETURN = "return", _("receipt of its return")

    guarantee = models.ForeignKey("guarantees.Guarantee", models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=20, choices=Kind)
    document = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+")
    at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.get_kind_display()
