"""The management contract between municipality and operator (domain.md §4.8, rules 88-101)."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, ConcurrentTransitionMixin, FSMField, transition

from contracts.guards import ending, running, signing
from procurement import roles


class ContractQuerySet(models.QuerySet):
    def live(self):
        """Those whose award stands: a draft falls with its award."""
        return self.filter(award__ended_at=None)


class Contract(ConcurrentTransitionMixin, models.Model):
    """The contract that follows a final award; a draft until both sides have signed it.

    The fund clause is copied from the award and from the terms and is never typed. `ends_on` is the first
    day on which the contract no longer runs; empty while it is not known from when the years count.
    Money in soles. What names a person stands in `representative_dni` and is never public.
    """

    class State(models.TextChoices):
        DRAFTED = "drafted", _("Being drafted")
        READY = "ready", _("Ready to sign")
        SIGNED = "signed", _("Signed")
        TRANSFERRING = "transferring", _("The service is being handed over")
        TRANSITION = "transition", _("In the transition period")
        IN_FORCE = "in_force", _("In force")
        SUSPENDED = "suspended", _("Suspended")
        NOTICE = "notice", _("Notice of termination given")
        TERMINATED = "terminated", _("Terminated")
        MUTUAL_END = "mutual_end", _("Ended by agreement")
        EXPIRED = "expired", _("Its term is over")
        REVERSION = "reversion", _("The assets are coming back")
        CLOSED = "closed", _("Closed")

    class StartsFrom(models.TextChoices):
        SIGNATURE = "signature", _("the signature")
        TRANSFER = "transfer", _("the transfer of the service")

    class Base(models.TextChoices):
        TURNOVER = "turnover", _("the monthly turnover")
        COLLECTION = "collection", _("the monthly collection")

    class Vat(models.TextChoices):
        EXCLUDED = "excluded", _("without tax")
        INCLUDED = "included", _("with tax")

    class Frequency(models.TextChoices):
        MONTHLY = "monthly", _("every month")
        QUARTERLY = "quarterly", _("every quarter")

    class Manager(models.TextChoices):
        JOINT = "joint", _("municipality and operator, supervised by the JVS")
        MUNICIPALITY = "municipality", _("the municipality")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="contracts")
    award = models.OneToOneField("bids.Award", models.PROTECT, related_name="contract")
    number = models.CharField(_("number of the contract"), max_length=60)
    state = FSMField(_("state"), choices=State, default=State.DRAFTED, protected=True, editable=False)
    drafted_at = models.DateTimeField(editable=False)

    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="contracts", null=True, editable=False
    )
    operator_name = models.CharField(_("operator"), max_length=300)
    operator_document = models.CharField(_("RUC of the operator"), max_length=300)
    is_constituted = models.BooleanField(_("company that the winner constituted"), default=False)
    is_exclusive = models.BooleanField(_("its only object is water and sanitation"), default=False)
    registry_entry = models.CharField(_("entry in the registry of companies"), max_length=100, blank=True)
    representative = models.CharField(_("who signs for the operator"), max_length=200, blank=True)
    representative_dni = models.CharField(_("DNI of who signs"), max_length=8, blank=True)
    power_entry = models.CharField(_("registered power to sign"), max_length=100, blank=True)
    initial_capital = models.DecimalField(
        _("initial capital, S/"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    years = models.PositiveSmallIntegerField(_("term, years"), null=True)
    term_starts_from = models.CharField(_("the term runs from"), max_length=10, choices=StartsFrom)
    signed_on = models.DateField(_("signed on"), null=True, editable=False)
    started_on = models.DateField(_("start of operations"), null=True, editable=False)
    ends_on = models.DateField(_("ends on"), null=True, editable=False)
    transition_days = models.PositiveSmallIntegerField(_("transition period, days"), default=0)
    situations = models.JSONField(_("why there is a transition period"), default=list, blank=True)
    transition_reason = models.TextField(_("reason of the transition period"), max_length=4000, blank=True)
    transition_until = models.DateField(_("transition until"), null=True, editable=False)

    fund_percentage = models.DecimalField(_("percentage for the fund"), max_digits=5, decimal_places=2)
    fund_base = models.CharField(_("taken of"), max_length=10, choices=Base)
    fund_vat = models.CharField(_("value added tax in that base"), max_length=10, choices=Vat)
    fund_frequency = models.CharField(_("paid"), max_length=10, choices=Frequency)
    fund_manager = models.CharField(
        _("who manages the fund"), max_length=20, choices=Manager, default=Manager.JOINT
    )

    clauses = models.JSONField(default=dict, blank=True)  # key of contracts/clauses.py: text
    water_coverage = models.DecimalField(
        _("target of water coverage, %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    sewer_coverage = models.DecimalField(
        _("target of sewage coverage, %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    hours_per_day = models.DecimalField(
        _("target of continuity, hours a day"), max_digits=3, decimal_places=1, null=True, blank=True
    )
    metered_on = models.DateField(_("micro-measurement complete on"), null=True, editable=False)

    report = models.TextField(_("legal report"), max_length=8000, blank=True, editable=False)
    reported_at = models.DateTimeField(null=True, editable=False)
    noticed_in = models.CharField(max_length=20, choices=State, blank=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, editable=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ["drafted_at", "pk"]
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.CheckConstraint(
                name="fund_percentage_of_a_contract",
                condition=models.Q(fund_percentage__gte=0, fund_percentage__lte=100),
            ),
            models.CheckConstraint(
                name="a_signed_contract_has_its_day",
                condition=models.Q(state__in=["drafted", "ready"]) | models.Q(signed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="a_contract_in_force_has_started",
                condition=~models.Q(state__in=["transition", "in_force", "suspended"])
                | models.Q(started_on__isnull=False, ends_on__isnull=False),
            ),
        ]

    def __str__(self):
        return _("Contract %(number)s") % {"number": self.number}

    def get_absolute_url(self):
        return reverse("contract", args=[self.tender_id])

    # --- to the signature ---

    @transition(
        state,
        source=State.DRAFTED,
        target=State.READY,
        conditions=signing.TO_MAKE_READY,
        permission=roles.may("prepare_contract"),
        custom={"label": _("Report that it may be signed")},
    )
    def make_ready(self, *, at):
        """The legal report finds everything that the signature needs; the annexes are frozen."""
        self.reported_at = at

    @transition(
        state,
        source=State.READY,
        target=State.DRAFTED,
        conditions=[],
        permission=roles.may("prepare_contract"),
        custom={"label": _("Take it back to the draft")},
    )
    def reopen(self, *, at):
        """Something is missing after all; the report falls."""
        self.reported_at = None

    @transition(
        state,
        source=State.READY,
        target=State.SIGNED,
        conditions=signing.TO_SIGN,
        permission=roles.may("sign_contract"),
        custom={"label": _("Record the signature")},
    )
    def sign(self, *, at):
        """Mayor and operator have signed."""

    # --- handing over ---

    @transition(
        state,
        source=State.SIGNED,
        target=State.TRANSFERRING,
        conditions=[running.transfer_is_planned],
        permission=roles.may("run_transfer"),
        custom={"label": _("Begin to hand over")},
    )
    def begin_transfer(self, *, at):
        """The transfer has its plan (rules 105-113)."""

    @transition(
        state,
        source=State.TRANSFERRING,
        target=State.TRANSITION,
        conditions=[running.there_is_a_transition],
        permission=roles.may("sign_contract"),
        custom={"label": _("Start, with a transition period")},
    )
    def start_gradually(self, *, at):
        """The operator gradually takes charge (rule 102)."""

    @transition(
        state,
        source=State.TRANSFERRING,
        target=State.IN_FORCE,
        conditions=[running.there_is_no_transition],
        permission=roles.may("sign_contract"),
        custom={"label": _("Start, without a transition period")},
    )
    def start_at_once(self, *, at):
        """The operator runs the whole service from the first day."""

    @transition(
        state,
        source=State.TRANSITION,
        target=State.IN_FORCE,
        conditions=running.TO_END_TRANSITION,
        permission=roles.may("keep_contract"),
        custom={"label": _("End the transition period")},
    )
    def end_transition(self, *, at):
        """Two cycles of supply, billing and collection are complete (rule 103)."""

    # --- its life ---

    @transition(
        state,
        source=State.IN_FORCE,
        target=State.SUSPENDED,
        conditions=[running.a_suspension_is_open],
        permission=roles.may("keep_contract"),
        custom={"label": _("Suspend")},
    )
    def suspend(self, *, at):
        """Force majeure: the term stands still."""

    @transition(
        state,
        source=State.SUSPENDED,
        target=State.IN_FORCE,
        conditions=[running.a_suspension_is_open],
        permission=roles.may("keep_contract"),
        custom={"label": _("Resume")},
    )
    def resume(self, *, at):
        """The service goes on, and the term is longer by the days that it stood still."""

    @transition(
        state,
        source=State.IN_FORCE,
        target=State.IN_FORCE,
        conditions=ending.TO_AMEND,
        permission=roles.may("sign_contract"),
        custom={"label": _("Record the signed addendum")},
    )
    def amend(self, *, at):
        """An addendum, signed by both sides, changes the contract."""

    # --- its end ---

    @transition(
        state,
        source=[State.SIGNED, State.TRANSFERRING, State.TRANSITION, State.IN_FORCE, State.SUSPENDED],
        target=State.NOTICE,
        conditions=[ending.a_letter_was_sent],
        permission=roles.may("end_contract"),
        custom={"label": _("Give notice of termination")},
    )
    def give_notice(self, *, at):
        """A notarial letter tells the operator the cause (rule 141)."""

    @transition(
        state,
        source=State.NOTICE,
        target=GET_STATE(
            lambda contract, **when: contract.noticed_in,
            states=["signed", "transferring", "transition", "in_force", "suspended"],
        ),
        conditions=[],
        permission=roles.may("end_contract"),
        custom={"label": _("Accept the defence: the contract goes on")},
    )
    def drop_notice(self, *, at):
        """The operator's defence is accepted; the contract goes on as it was."""

    @transition(
        state,
        source=State.NOTICE,
        target=State.TERMINATED,
        conditions=ending.TO_TERMINATE,
        permission=roles.may("end_contract"),
        custom={"label": _("Terminate")},
    )
    def terminate(self, *, at):
        """The council decided, with the majority that the regime asks (rules 139, 141)."""

    @transition(
        state,
        source=[
            State.SIGNED,
            State.TRANSFERRING,
            State.TRANSITION,
            State.IN_FORCE,
            State.SUSPENDED,
            State.NOTICE,
        ],
        target=State.MUTUAL_END,
        conditions=[ending.everything_is_settled, ending.municipal_shares_are_settled],
        permission=roles.may("end_contract"),
        custom={"label": _("Record the end by agreement")},
    )
    def end_by_agreement(self, *, at):
        """Both sides agreed to end it, and how guarantees, fund, receivables and staff are settled."""

    @transition(
        state,
        source=[State.SIGNED, State.TRANSFERRING, State.TRANSITION, State.IN_FORCE, State.NOTICE],
        target=State.EXPIRED,
        conditions=[running.term_is_over],
        permission=roles.the_clock,
        custom={"label": _("Its term is over")},
    )
    def expire(self, *, at):
        """The last day of the term has passed."""

    @transition(
        state,
        source=[State.TERMINATED, State.MUTUAL_END, State.EXPIRED],
        target=State.REVERSION,
        conditions=[ending.reversion_has_begun],
        permission=roles.may("keep_contract"),
        custom={"label": _("Begin to take the assets back")},
    )
    def begin_reversion(self, *, at):
        """Assets and improvements come back to the municipality (rules 97, 140)."""

    @transition(
        state,
        source=State.REVERSION,
        target=State.CLOSED,
        conditions=ending.TO_CLOSE,
        permission=roles.may("keep_contract"),
        custom={"label": _("Close the contract")},
    )
    def close(self, *, at):
        """The inventory is reconciled; the guarantees without a claim are released."""


def contract_of(tender):
    """Return the contract of the standing award, or None."""
    return tender.contracts.live().select_related("award__bid__bidder").last()
