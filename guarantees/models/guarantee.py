"""A guarantee and the states that it goes through (domain.md §2.3-2.4, §4.7; rules 69-82)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from guarantees import guards, windows
from guarantees.catalogue import CATALOGUE
from procurement import clock, roles
from procurement.money import in_words
from procurement.parameters.contract import INSTRUMENTS
from procurement.schedule import local_day


class Slot(models.TextChoices):
    """What a guarantee is for (rule 70); the keys are those of the regimes."""

    BID = "bid", _("Guarantee of the bid")
    PERFORMANCE = "performance", _("Performance guarantee")
    ASSETS = "assets", _("Guarantee of the assets")
    THIRD_PARTIES = "third_parties", _("Guarantee for damage to others")

    @property
    def purpose(self):
        return PURPOSES[self]


PURPOSES = {
    Slot.BID: _("That the bid is kept and the contract signed."),
    Slot.PERFORMANCE: _("Money to run the service for a time if the operator leaves."),
    Slot.ASSETS: _("That pumps, plant and vehicles come back whole."),
    Slot.THIRD_PARTIES: _("That damage done to other people is paid."),
}


def acceptor(guarantee, user):
    """A transition permission: the committee for a bid, the municipal manager for the contract."""
    return roles.may(guarantee.accepted_by_codename)(guarantee, user)


def releaser(guarantee, user):
    """The same, or the clock once what it guarantees has ended."""
    return user is clock.ACTOR or acceptor(guarantee, user)


acceptor.codenames = releaser.codenames = ("accept_bid_guarantee", "accept_contract_guarantee")
releaser.clock_too = True


class GuaranteeQuerySet(models.QuerySet):
    def of(self, document):
        """Those given for this RUC, or for these documents of a consortium."""
        return self.filter(obligor_document=document)

    def standing(self, at=None):
        """Accepted or in force, and not expired at that instant, whatever the clock has written."""
        day = local_day(at or clock.now())
        states = ["accepted", "registered", "in_force", "renewal_due"]
        return self.filter(Q(expiry=None) | Q(expiry__gte=day), state__in=states)


class Guarantee(ConcurrentTransitionMixin, models.Model):
    """One guarantee, from what is asked to its return.

    Amounts in `currency`; `required_amount` is what is asked, `amount` what it covers. `expiry` is its last
    day, `claim_until` the last day on which it may still be demanded: both empty where it has no end.
    Entries in a registry, documents and addresses are never public.
    """

    class State(models.TextChoices):
        REQUIRED = "required", _("Asked for")
        PRESENTED = "presented", _("Received, waits for the legal adviser")
        OBSERVED = "observed", _("Something must be corrected")
        VERIFIED = "verified", _("Verified, waits for acceptance")
        REJECTED = "rejected", _("Not accepted")
        ACCEPTED = "accepted", _("Accepted, does not hold yet")
        REGISTERED = "registered", _("Registered")
        IN_FORCE = "in_force", _("In force")
        RENEWAL_DUE = "renewal_due", _("Its renewal is due")
        EXPIRED = "expired", _("Expired: it may still be claimed")
        CLAIMED = "claimed", _("Claimed")
        EXECUTED = "executed", _("Paid out")
        RELEASED = "released", _("Released: waits to be given back")
        RETURNED = "returned", _("Given back")
        LOST = "lost", _("Lost: nobody claimed it in time")

    class Currency(models.TextChoices):
        PEN = "PEN", _("soles")
        USD = "USD", _("US dollars")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="guarantees")
    slot = models.CharField(max_length=20, choices=Slot)
    instrument = models.CharField(max_length=20, choices=INSTRUMENTS, blank=True)
    state = FSMField(_("state"), choices=State, default=State.REQUIRED, protected=True, editable=False)

    obligor_name = models.CharField(max_length=300)
    obligor_document = models.CharField(max_length=300)
    obligor_members = models.JSONField(default=list, blank=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="guarantees", null=True, editable=False
    )

    required_amount = models.DecimalField(max_digits=14, decimal_places=2)
    required_currency = models.CharField(max_length=3, choices=Currency, default=Currency.PEN)
    required_until = models.DateField(null=True, blank=True)
    amount_rule = models.CharField(max_length=200, blank=True)
    waived_at = models.DateTimeField(null=True, editable=False)
    waived_reason = models.CharField(max_length=1000, blank=True)

    number = models.CharField(max_length=100, blank=True)
    issuer = models.CharField(max_length=300, blank=True)
    issuer_rating = models.CharField(max_length=20, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, choices=Currency, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    start = models.DateField(null=True, blank=True)
    expiry = models.DateField(null=True, blank=True)
    claim_until = models.DateField(null=True, editable=False)
    renewal_lead_days = models.PositiveSmallIntegerField(default=30)
    annual_cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    protest_waived = models.BooleanField(default=False)
    asset = models.CharField(max_length=500, blank=True)
    registry_entry = models.CharField(max_length=100, blank=True)
    rent = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)  # a month, antichresis
    premium_paid_until = models.DateField(null=True, blank=True)
    deductible = models.CharField(max_length=200, blank=True)
    custody = models.CharField(max_length=200, blank=True)
    presented_at = models.DateTimeField(null=True, editable=False)

    in_writing = models.BooleanField(default=False)
    public_deed = models.CharField(max_length=100, blank=True)
    issuer_authorised = models.BooleanField(default=False)
    issuer_source = models.CharField(max_length=200, blank=True)
    confirmed_by = models.CharField(max_length=200, blank=True)
    confirmed_on = models.DateField(null=True, blank=True)
    wording = models.JSONField(default=list, blank=True)
    named_members = models.JSONField(default=list, blank=True)
    checks = models.JSONField(default=list, blank=True)
    has_forfeiture_pact = models.BooleanField(default=False)
    asset_is_municipal = models.BooleanField(default=False)
    is_endorsed = models.BooleanField(default=False)
    verification = models.TextField(max_length=4000, blank=True)
    missing = models.TextField(max_length=2000, blank=True)
    correct_by = models.DateField(null=True, blank=True)

    accepted_at = models.DateTimeField(null=True, editable=False)
    in_force_at = models.DateTimeField(null=True, editable=False)
    decision = models.CharField(max_length=200, blank=True)
    decision_reason = models.TextField(max_length=4000, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, related_name="replaces", null=True, blank=True, editable=False
    )
    release_reason = models.TextField(max_length=2000, blank=True)
    released_at = models.DateTimeField(null=True, editable=False)
    returned_to = models.CharField(max_length=200, blank=True)
    returned_on = models.DateField(null=True, blank=True)
    lifted = models.CharField(max_length=200, blank=True)
    minutes = models.ManyToManyField("procurement.Minutes", related_name="guarantees", editable=False)

    objects = GuaranteeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("guarantee")
        verbose_name_plural = _("guarantees")
        constraints = [
            models.UniqueConstraint(
                name="one_living_guarantee_per_document",
                fields=["issuer", "number"],
                condition=~Q(number="") & ~Q(issuer="") & ~Q(state__in=guards.DEAD),
            ),
            models.CheckConstraint(
                name="what_a_guarantee_asks_is_positive", condition=Q(required_amount__gt=0)
            ),
            models.CheckConstraint(
                name="a_presented_guarantee_has_its_amount",
                condition=Q(state="required") | (Q(amount__gt=0) & ~Q(instrument="") & ~Q(currency="")),
            ),
            models.CheckConstraint(
                name="a_guarantee_ends_after_it_begins",
                condition=Q(start=None) | Q(expiry=None) | Q(expiry__gte=models.F("start")),
            ),
        ]

    def __str__(self):
        return (
            f"{self.get_slot_display()}: {self.get_instrument_display()}"
            if self.instrument
            else str(self.get_slot_display())
        )

    def get_absolute_url(self):
        return reverse("guarantee", args=[self.tender_id, self.pk])

    def get_instrument_display(self):
        """Return the instrument in words of the active language."""
        return gettext(INSTRUMENTS[self.instrument]) if self.instrument else ""

    @cached_property
    def kind(self):
        """What the law says of its instrument; None before anything is brought."""
        return CATALOGUE.get(self.instrument)

    @property
    def accepted_by_codename(self):
        return "accept_bid_guarantee" if self.slot == Slot.BID else "accept_contract_guarantee"

    @property
    def needs_registration(self):
        return bool(self.kind and self.kind.registry)

    @property
    def is_conditional(self):
        """Accepted on the condition that it is registered (CC 1099.3)."""
        return self.state == "accepted" and self.kind.registration == "validity"

    @property
    def amount_in_words(self):
        """The amount as a deed or letter writes it out."""
        return in_words(self.amount, self.currency)

    @property
    def registration(self):
        return self.registrations.last()

    @property
    def appraisal(self):
        return self.appraisals.last()

    @property
    def open_claim(self):
        """The claim that is not settled yet, or None."""
        return self.claims.filter(ended_at=None).last()

    @property
    def renewal(self):
        return self.renewals.last()

    def window(self):
        """Return the last day on which it may be claimed, by its last day and the calendar of the town."""
        calendar = self.tender.municipality.calendar()
        return windows.claim_until(self.kind, self.expiry, calendar, self.protest_waived)

    @property
    def coverage(self):
        """(Realizable value − earlier charges) ÷ what is asked; None where nothing was appraised (§2.4)."""
        return self.appraisal and self.appraisal.coverage(self.required_amount)

    # --- received, verified, accepted ---

    @transition(
        state,
        source=[State.REQUIRED, State.OBSERVED],
        target=State.PRESENTED,
        conditions=guards.TO_PRESENT,
        permission=roles.may("keep_guarantees"),
        custom={"label": _("Receive it")},
    )
    def present(self, *, at):
        """Treasury has the original and hands out a receipt."""
        self.presented_at = at

    @transition(
        state,
        source=[State.PRESENTED, State.VERIFIED],
        target=State.OBSERVED,
        conditions=[guards.something_is_missing],
        permission=roles.may("verify_guarantee"),
        custom={"label": _("Ask for a correction")},
    )
    def observe(self, *, at):
        """Something must be corrected before it can be accepted."""

    @transition(
        state,
        source=State.PRESENTED,
        target=State.VERIFIED,
        conditions=[guards.report_is_written],
        permission=roles.may("verify_guarantee"),
        custom={"label": _("Report what was verified")},
    )
    def verify(self, *, at):
        """The legal adviser has asked issuer or registry and reports what was found."""

    @transition(
        state,
        source=State.VERIFIED,
        target=State.ACCEPTED,
        conditions=guards.TO_ACCEPT,
        permission=acceptor,
        custom={"label": _("Accept it")},
    )
    def accept(self, *, at):
        """It is what was asked; what must be registered is accepted on that condition."""
        self.accepted_at = at

    @transition(
        state,
        source=[State.OBSERVED, State.VERIFIED],
        target=State.REJECTED,
        conditions=[guards.reason_is_written],
        permission=acceptor,
        custom={"label": _("Do not accept it")},
    )
    def reject(self, *, at):
        """It is not what was asked, or was not corrected."""

    @transition(
        state,
        source=State.ACCEPTED,
        target=State.REGISTERED,
        conditions=guards.TO_REGISTER,
        permission=roles.may("verify_guarantee"),
        custom={"label": _("Record its registration")},
    )
    def register(self, *, at):
        """SUNARP has entered it, or its notice is in the SIGM."""

    @transition(
        state,
        source=[State.ACCEPTED, State.REGISTERED],
        target=State.IN_FORCE,
        conditions=guards.TO_TAKE_EFFECT,
        permission=roles.the_clock,
        custom={"label": _("It takes effect")},
    )
    def take_effect(self, *, at):
        """Its first day has come, and what its validity needs is there."""
        self.in_force_at = at

    # --- renewed, expired, claimed ---

    @transition(
        state,
        source=State.IN_FORCE,
        target=State.RENEWAL_DUE,
        conditions=[guards.renewal_is_near],
        permission=roles.the_clock,
        custom={"label": _("Its renewal is due")},
    )
    def fall_due(self, *, at):
        """Its last day is near."""

    @transition(
        state,
        source=[State.IN_FORCE, State.RENEWAL_DUE],
        target=State.IN_FORCE,
        conditions=guards.TO_RENEW,
        permission=roles.may("keep_guarantees"),
        custom={"label": _("Record its renewal")},
    )
    def renew(self, *, at):
        """Issuer or guarantor has signed a later last day."""
        found = self.renewal
        self.expiry, self.amount = found.new_expiry, found.amount
        self.premium_paid_until = found.premium_paid_until or self.premium_paid_until
        self.claim_until = self.window()

    @transition(
        state,
        source=State.RENEWAL_DUE,
        target=State.EXPIRED,
        conditions=[guards.last_day_is_over],
        permission=roles.the_clock,
        custom={"label": _("It expires")},
    )
    def expire(self, *, at):
        """Its last day is over; some may still be claimed for some days (CC 1898)."""

    @transition(
        state,
        source=[State.IN_FORCE, State.RENEWAL_DUE, State.EXPIRED, State.LOST],
        target=State.CLAIMED,
        conditions=guards.TO_CLAIM,
        permission=roles.may("execute_guarantee"),
        custom={"label": _("Order to claim it")},
    )
    def claim(self, *, at):
        """The notary has delivered the demand in time; it may be written here later (decision 2)."""

    @transition(
        state,
        source=State.CLAIMED,
        target=State.IN_FORCE,
        conditions=[guards.claim_outcome_is_written],
        permission=roles.may("execute_guarantee"),
        custom={"label": _("Drop the claim")},
    )
    def dismiss(self, *, at):
        """There was no breach, or it was mended."""

    @transition(
        state,
        source=State.CLAIMED,
        target=State.EXECUTED,
        conditions=guards.TO_EXECUTE,
        permission=roles.may("keep_guarantees"),
        custom={"label": _("Record what was paid")},
    )
    def execute(self, *, at):
        """Treasury has the money."""

    @transition(
        state,
        source=State.EXPIRED,
        target=State.LOST,
        conditions=[guards.window_is_over],
        permission=roles.the_clock,
        custom={"label": _("It is lost")},
    )
    def lose(self, *, at):
        """The days to claim are over, and nobody did."""

    # --- given back ---

    @transition(
        state,
        source=[State.ACCEPTED, State.REGISTERED, State.IN_FORCE, State.RENEWAL_DUE, State.EXPIRED],
        target=State.RELEASED,
        conditions=[guards.obligation_has_ended],
        permission=releaser,
        custom={"label": _("Release it")},
    )
    def release(self, *, at):
        """What it guaranteed has ended without a claim, or another one stands in its place."""
        self.released_at = at

    @transition(
        state,
        source=[State.RELEASED, State.REJECTED, State.LOST],
        target=State.RETURNED,
        conditions=guards.TO_RETURN,
        permission=roles.may("keep_guarantees"),
        custom={"label": _("Hand it back")},
    )
    def return_it(self, *, at):
        """Treasury has handed the original back, against a receipt."""
