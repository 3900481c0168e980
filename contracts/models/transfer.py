"""The transfer of the service and its seven items (domain.md §4.9, rules 105-114)."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from contracts import parties
from contracts.guards import transfer as guards
from contracts.transfer_items import ITEMS, window
from procurement import roles


class Transfer(ConcurrentTransitionMixin, models.Model):
    """The handing over of the service after the signature, by a joint committee of both sides.

    `due_on` is the day by which it is to be done; `reason` why it takes less than three or more than six
    months. `works` names the impact works that it waits for. `starts_on` is the first day of operations.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        WAITING = "waiting", _("Waits for the impact works")
        IN_PROGRESS = "in_progress", _("Under way")
        ALL_DONE = "all_done", _("The seven items are settled")
        HANDED = "handed", _("Handed over")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="transfers")
    contract = models.OneToOneField("contracts.Contract", models.PROTECT, related_name="transfer")
    state = FSMField(_("state"), choices=State, default=State.PLANNED, protected=True, editable=False)
    planned_at = models.DateTimeField(editable=False)
    due_on = models.DateField(_("to be done by"))
    reason = models.CharField(_("why it takes less than 3 or more than 6 months"), max_length=500, blank=True)
    works = models.CharField(_("impact works that it waits for"), max_length=300, blank=True)
    works_due_on = models.DateField(_("the works should end on"), null=True, blank=True)
    works_done_on = models.DateField(_("the works ended on"), null=True, editable=False)
    works_agreement = models.CharField(_("agreement to start before they end"), max_length=500, blank=True)

    installed_on = models.DateField(_("installed on"), null=True, editable=False)
    municipal_members = models.CharField(_("for the municipality"), max_length=500, blank=True)
    operator_members = models.CharField(_("for the operator"), max_length=500, blank=True)

    place = models.CharField(_("place of the delivery"), max_length=200, blank=True)
    readings = models.CharField(_("readings of meters and levels"), max_length=1000, blank=True)
    starts_on = models.DateField(_("first day of operations"), null=True)
    received_at = models.DateTimeField(_("signed by the operator"), null=True, editable=False)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    handed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["planned_at", "pk"]
        verbose_name = _("transfer of the service")
        verbose_name_plural = _("transfers of the service")
        constraints = [
            models.CheckConstraint(
                name="a_transfer_handed_over_has_its_first_day",
                condition=~models.Q(state="handed")
                | models.Q(starts_on__isnull=False, received_at__isnull=False, handed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="transfer_received_by_somebody_at_an_instant",
                condition=models.Q(received_at=None, received_by=None)
                | models.Q(received_at__isnull=False, received_by__isnull=False),
            ),
        ]

    def __str__(self):
        return _("Transfer of %(contract)s") % {"contract": self.contract}

    def get_absolute_url(self):
        return reverse("transfer", args=[self.tender_id])

    @property
    def usual_window(self):
        """The first and the last day on which such a transfer usually ends (rule 105)."""
        return window(self.contract.signed_on)

    def is_overdue(self, day):
        return self.state != "handed" and self.due_on < day

    @transition(
        state,
        source=State.PLANNED,
        target=State.WAITING,
        conditions=[guards.works_are_named],
        permission=roles.may("run_transfer"),
        custom={"label": _("Wait for the impact works")},
    )
    def wait(self, *, at):
        """The impact works are not finished, and the transfer waits for them (rule 106)."""

    @transition(
        state,
        source=[State.PLANNED, State.WAITING],
        target=State.IN_PROGRESS,
        conditions=[
            guards.contract_is_transferring,
            guards.works_are_finished,
            guards.members_are_named,
            guards.every_item_is_planned,
        ],
        permission=roles.may("run_transfer"),
        custom={"label": _("Record the installation of the joint committee")},
    )
    def install(self, *, at):
        """The joint committee has met and signed the plan of the seven items."""

    @transition(
        state,
        source=State.IN_PROGRESS,
        target=State.ALL_DONE,
        conditions=[guards.every_item_is_settled],
        permission=parties.either,
        custom={"label": _("The seven items are settled")},
    )
    def complete(self, *, at):
        """The last of the seven items is accepted by both sides, or waived with its reason."""

    @transition(
        state,
        source=State.ALL_DONE,
        target=State.HANDED,
        conditions=[
            guards.contract_is_transferring,
            guards.act_is_prepared,
            guards.first_day_has_come,
            guards.length_is_explained,
            guards.assets_and_others_are_covered,
            guards.bond_follows_the_inventory,
            guards.real_end_keeps_its_distance,
            guards.operator_has_signed,
        ],
        permission=roles.may("sign_contract"),
        custom={"label": _("Record the delivery")},
    )
    def hand_over(self, *, at):
        """Mayor and operator have signed the delivery act: operations start (rule 114)."""
        self.handed_at = at


class TransferItem(ConcurrentTransitionMixin, models.Model):
    """One of the seven items: planned, done, proved, and accepted by both sides; or waived by both.

    While `waiver_reason` is filled, what the sides accept is that the item is not needed. `objection` is what
    was wrong the last time that it was sent back.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        AGREED = "agreed", _("Agreed")
        IN_PROGRESS = "in_progress", _("Under way")
        EVIDENCED = "evidenced", _("Proved: waits for both sides")
        ACCEPTED = "accepted", _("Accepted by both sides")
        WAIVED = "waived", _("Not needed, by agreement")

    class Kind(models.TextChoices):
        STAFF = "staff", ITEMS["staff"].title
        NETWORKS = "networks", ITEMS["networks"].title
        INVENTORY = "inventory", ITEMS["inventory"].title
        RECEIVABLES = "receivables", ITEMS["receivables"].title
        RIGHTS = "rights", ITEMS["rights"].title
        USERS = "users", ITEMS["users"].title
        TITLES = "titles", ITEMS["titles"].title

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="transfer_items")
    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="items")
    kind = models.CharField(_("item"), max_length=20, choices=Kind)
    place = models.PositiveSmallIntegerField(editable=False)
    state = FSMField(_("state"), choices=State, default=State.PENDING, protected=True, editable=False)
    responsible = models.CharField(_("who does it"), max_length=200, blank=True)
    due_on = models.DateField(_("until"), null=True, blank=True)

    evidence = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True)
    note = models.CharField(_("what was handed in, and what is still pending"), max_length=1000, blank=True)
    workbook = models.ForeignKey("contracts.Workbook", models.PROTECT, related_name="+", null=True)
    objection = models.CharField(_("what is wrong"), max_length=1000, blank=True)
    waiver_reason = models.CharField(_("why it is not needed"), max_length=1000, blank=True)

    municipality_accepted_at = models.DateTimeField(null=True, editable=False)
    municipality_accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    operator_accepted_at = models.DateTimeField(null=True, editable=False)
    operator_accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    operator_paper = models.CharField(
        _("paper in which the operator accepts"), max_length=200, blank=True, editable=False
    )
    settled_at = models.DateTimeField(null=True, editable=False)
    minutes = models.ForeignKey("procurement.Minutes", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["place"]
        verbose_name = _("item of the transfer")
        verbose_name_plural = _("items of the transfer")
        constraints = [
            models.UniqueConstraint(name="each_item_of_a_transfer_once", fields=["transfer", "kind"]),
            models.CheckConstraint(
                name="an_item_is_settled_by_both_sides",
                condition=~models.Q(state__in=["accepted", "waived"])
                | models.Q(
                    municipality_accepted_at__isnull=False,
                    operator_accepted_at__isnull=False,
                    settled_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="an_item_is_waived_with_its_reason",
                condition=~models.Q(state="waived") | ~models.Q(waiver_reason=""),
            ),
        ]

    def __str__(self):
        return self.get_kind_display()

    def get_absolute_url(self):
        return reverse("transfer-item", args=[self.tender_id, self.kind])

    @property
    def about(self):
        """What this item is: rule, task, proof, workbook."""
        return ITEMS[self.kind]

    @property
    def contract(self):
        return self.transfer.contract

    @property
    def is_planned(self):
        return bool(self.responsible.strip() and self.due_on)

    @property
    def is_settled(self):
        return self.settled_at is not None

    @property
    def is_to_be_waived(self):
        """Whether one side proposes to leave it out and the other has not answered."""
        return bool(self.waiver_reason) and not self.is_settled

    @property
    def waits_for_answer(self):
        """Whether there is something to accept."""
        return self.is_to_be_waived or self.state == self.State.EVIDENCED

    def is_overdue(self, day):
        return not self.is_settled and self.due_on is not None and self.due_on < day

    def sides_missing(self):
        """Return the names of the sides that have not accepted."""
        said = {
            parties.Side.MUNICIPALITY: self.municipality_accepted_at,
            parties.Side.OPERATOR: self.operator_accepted_at,
        }
        return [side.label for side, when in said.items() if when is None]

    @transition(
        state,
        source=State.PENDING,
        target=State.AGREED,
        conditions=[guards.item_is_planned],
        permission=roles.may("run_transfer"),
        custom={"label": _("Agree")},
    )
    def agree(self, *, at):
        """The joint committee agreed who does it and until when."""

    @transition(
        state,
        source=State.AGREED,
        target=State.IN_PROGRESS,
        conditions=[guards.committee_is_at_work],
        permission=parties.either,
        custom={"label": _("Begin")},
    )
    def begin(self, *, at):
        """Somebody works on it."""

    @transition(
        state,
        source=State.IN_PROGRESS,
        target=State.EVIDENCED,
        conditions=[guards.committee_is_at_work, guards.evidence_is_there, guards.workbook_is_there],
        permission=parties.either,
        custom={"label": _("Hand in the proof")},
    )
    def hand_in(self, *, at):
        """What proves that it is done is attached; both sides look at it."""

    @transition(
        state,
        source=State.EVIDENCED,
        target=State.IN_PROGRESS,
        conditions=[guards.committee_is_at_work, guards.objection_is_said],
        permission=parties.either,
        custom={"label": _("Send it back")},
    )
    def send_back(self, *, at):
        """One side says what is wrong; nobody has accepted any more."""

    @transition(
        state,
        source=State.EVIDENCED,
        target=State.ACCEPTED,
        conditions=[
            guards.committee_is_at_work,
            guards.evidence_is_there,
            guards.workbook_is_there,
            guards.both_sides_agree,
        ],
        permission=parties.either,
        custom={"label": _("Accept")},
    )
    def accept(self, *, at):
        """Both sides have accepted it."""
        self.settled_at = at

    @transition(
        state,
        source=[State.AGREED, State.IN_PROGRESS, State.EVIDENCED],
        target=State.WAIVED,
        conditions=[guards.committee_is_at_work, guards.waiver_has_its_reason, guards.both_sides_agree],
        permission=parties.either,
        custom={"label": _("Agree that it is not needed")},
    )
    def waive(self, *, at):
        """Both sides say that it is not needed, and why."""
        self.settled_at = at


def transfer_of(tender):
    """Return the transfer of the standing contract, or None."""
    contracts = tender.contracts.live().values("pk")
    found = tender.transfers.filter(contract__in=contracts).select_related("contract__operator").last()
    if found:
        found.tender = found.contract.tender = tender
    return found
