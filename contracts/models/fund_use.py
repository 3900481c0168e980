"""The uses of the Investment Fund: asked for, agreed, authorised, paid (rules 84-85)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from contracts.guards import fund as guards
from procurement import roles

from .fund import MONEY, Fund


def asker(use, user):
    """A transition permission: whoever asked for this use."""
    return getattr(user, "is_authenticated", False) and use.requested_by_id == user.pk


def asker_or_treasury(use, user):
    """A transition permission: whoever asked, or the treasury that keeps the account."""
    return asker(use, user) or roles.may("keep_fund")(use, user)


asker_or_treasury.owner = "asker"


class FundUse(ConcurrentTransitionMixin, models.Model):
    """One use of the fund, for one of the purposes of rule 85. Money in soles.

    `amount` is what is asked for, `paid` what it cost. Where municipality and operator manage the fund
    together both must agree, but for an emergency, which the municipality alone authorises (rule 84).
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Asked for")
        AUTHORISED = "authorised", _("Authorised: may be paid")
        EXECUTED = "executed", _("Paid out")
        REFUSED = "refused", _("Not authorised")
        DROPPED = "dropped", _("Given up")

    class Purpose(models.TextChoices):
        IMPROVEMENT = "improvement", _("improvement")
        EXPANSION = "expansion", _("expansion")
        REPLACEMENT = "replacement", _("replacement")
        EMERGENCY = "emergency", _("emergency")
        CONTINGENCY = "contingency", _("running the service for a time")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="fund_uses")
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="uses")
    number = models.PositiveSmallIntegerField()
    state = FSMField(_("state"), choices=State, default=State.REQUESTED, protected=True, editable=False)
    purpose = models.CharField(_("what for"), max_length=20, choices=Purpose)
    amount = models.DecimalField(_("amount, S/"), **MONEY)
    work = models.CharField(_("what will be done or bought"), max_length=500)
    support = models.CharField(_("report or act that supports it"), max_length=200)
    requested_at = models.DateTimeField(editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    agreed_at = models.DateTimeField(null=True, editable=False)
    agreed_paper = models.CharField(_("letter of the operator"), max_length=200, blank=True)
    authorised_at = models.DateTimeField(null=True, editable=False)
    resolution = models.CharField(_("resolution that authorises it"), max_length=200, blank=True)
    reasons = models.TextField(_("why it is not done"), max_length=2000, blank=True)
    ended_at = models.DateTimeField(null=True, editable=False)
    paid = models.DecimalField(_("amount paid, S/"), **MONEY, null=True, blank=True)
    executed_on = models.DateField(_("day of the payment"), null=True, blank=True)
    voucher = models.CharField(_("number of the voucher"), max_length=60, blank=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("use of the fund")
        verbose_name_plural = _("uses of the fund")
        constraints = [
            models.UniqueConstraint(name="one_number_per_use", fields=["fund", "number"]),
            models.CheckConstraint(name="a_use_is_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="a_paid_use_has_its_voucher",
                condition=~Q(state="executed") | (Q(paid__gt=0, executed_on__isnull=False) & ~Q(voucher="")),
            ),
        ]

    def __str__(self):
        return _("Use no. %(number)s of the fund") % {"number": self.number}

    def get_absolute_url(self):
        return reverse("fund-use", args=[self.tender_id, self.number])

    @property
    def contract(self):
        return self.fund.contract

    @property
    def look(self):
        """How its state looks, where the usual look of the word would mislead."""
        return {"requested": "ready", "authorised": "wait", "executed": "done", "dropped": "pending"}.get(
            self.state, "refused"
        )

    @property
    def needs_the_operator(self):
        """Whether the operator must agree: it manages the fund too, and it is no emergency."""
        joint = self.contract.fund_manager == self.contract.Manager.JOINT
        return joint and self.purpose != self.Purpose.EMERGENCY

    @transition(
        state,
        source=State.REQUESTED,
        target=State.AUTHORISED,
        conditions=[guards.operator_agrees, guards.fund_covers_it],
        permission=roles.may("authorise_fund"),
        custom={"label": _("Authorise")},
    )
    def authorise(self, *, at):
        """The municipality lets the treasury pay it; the money is set aside."""
        self.authorised_at = at

    @transition(
        state,
        source=State.REQUESTED,
        target=State.REFUSED,
        conditions=[guards.reasons_are_given],
        permission=roles.may("authorise_fund"),
        custom={"label": _("Do not authorise")},
    )
    def refuse(self, *, at):
        """The municipality does not authorise it, and says why."""
        self.ended_at = at

    @transition(
        state,
        source=[State.REQUESTED, State.AUTHORISED],
        target=State.DROPPED,
        conditions=[guards.reasons_are_given],
        permission=asker_or_treasury,
        custom={"label": _("Give it up")},
    )
    def drop(self, *, at):
        """It is not needed any more; what was set aside is free again."""
        self.ended_at = at

    @transition(
        state,
        source=State.AUTHORISED,
        target=State.EXECUTED,
        conditions=[guards.payment_is_covered],
        permission=roles.may("keep_fund"),
        custom={"label": _("Record the payment")},
    )
    def execute(self, *, at):
        """The treasury has paid it, with a voucher."""


class UseOpinion(models.Model):
    """What a neighbour of the JVS says about a use; public, never deleted."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="fund_use_opinions")
    use = models.ForeignKey(FundUse, models.PROTECT, related_name="opinions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(_("opinion"), max_length=2000)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("opinion of the JVS")

    def __str__(self):
        return f"{self.use}: {self.by}"
