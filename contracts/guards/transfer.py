"""What must hold before the service passes from the municipality to the operator (rules 105-114, §4.9)."""

from copy import copy
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from contracts.guards.signing import end_keeps_its_distance, value
from contracts.transfer_items import is_usual, months_between
from guarantees.guards.reception import follows_inventory, inventory_value
from procurement.money import display
from procurement.schedule import local_day
from procurement.workflow import Unmet, guard

SETTLED = ("accepted", "waived")
STATES = _("domain.md §4.9")


def joined(words):
    """Join titles that are translated only when they are read."""
    words = list(words)
    return format_lazy(", ".join(["{}"] * len(words)), *words)


def titles(items):
    return joined(item.about.title for item in items)


# The room


@guard(
    code="transfer.contract.not-transferring",
    reason=_("The contract is “%(state)s”: the service is not being handed over."),
    rule=STATES,
)
def contract_is_transferring(transfer, at):
    state = transfer.contract.state
    return state == "transferring" or Unmet(state=transfer.contract.get_state_display())


@guard(
    code="transfer.start.works-unfinished",
    reason=_(
        "The transfer waits for the impact works (%(works)s). Record that they are finished, or the "
        "agreement to start earlier."
    ),
    rule=_("rule 106"),
)
def works_are_finished(transfer, at):
    waits = transfer.works and not (transfer.works_done_on or transfer.works_agreement)
    return not waits or Unmet(works=transfer.works)


@guard(
    code="transfer.works.not-named",
    reason=_("No works are named that the transfer would wait for."),
    rule=_("rule 106"),
)
def works_are_named(transfer, at):
    return bool(transfer.works)


@guard(
    code="transfer.installation.members-missing",
    reason=_("Name who sits on the joint committee for the municipality and for the operator."),
    rule=STATES,
)
def members_are_named(transfer, at):
    return bool(transfer.municipal_members.strip() and transfer.operator_members.strip())


@guard(
    code="transfer.plan.item-incomplete",
    reason=_("The plan lacks who is responsible or until when: %(items)s."),
    rule=_("rules 107-113"),
)
def every_item_is_planned(transfer, at):
    lacking = [item for item in transfer.items.all() if not item.is_planned]
    return not lacking or Unmet(items=titles(lacking))


@guard(
    code="transfer.items.unfinished",
    reason=_("Not accepted by both sides yet: %(items)s."),
    rule=_("rules 107-113"),
)
def every_item_is_settled(transfer, at):
    open_ones = [item for item in transfer.items.all() if item.state not in SETTLED]
    return not open_ones or Unmet(items=titles(open_ones))


@guard(
    code="transfer.handover.not-prepared",
    reason=_("Write the delivery act first: place, readings of meters and levels, and the first day."),
    rule=_("rule 114"),
)
def act_is_prepared(transfer, at):
    return bool(transfer.starts_on and transfer.place and transfer.readings)


@guard(
    code="transfer.handover.day-ahead",
    reason=_("The first day of operations is %(day)s. The delivery is recorded when that day has come."),
    rule=_("rule 114"),
)
def first_day_has_come(transfer, at):
    day = transfer.starts_on
    return day is None or day <= local_day(at) or Unmet(day=day.strftime("%d/%m/%Y"))


@guard(
    code="transfer.handover.operator-missing",
    reason=_("The operator has not signed the delivery act."),
    rule=STATES,
)
def operator_has_signed(transfer, at):
    return transfer.received_at is not None


@guard(
    code="transfer.delay.reason-missing",
    reason=_(
        "%(months)s months have passed since the signature and 3 to 6 were foreseen. Write the reason and "
        "the new date."
    ),
    rule=_("rule 105"),
)
def length_is_explained(transfer, at):
    signed, day = transfer.contract.signed_on, transfer.starts_on or local_day(at)
    return bool(transfer.reason) or is_usual(signed, day) or Unmet(months=months_between(signed, day))


COVERS = {"assets": _("the state of the assets"), "third_parties": _("damage to others")}


def uncovered(transfer, at):
    """Return what the regime wants covered and no guarantee of the operator covers."""
    given = transfer.tender.guarantees.of(transfer.contract.operator_document).standing(at)
    there = set(given.values_list("slot", flat=True))
    asked = value(transfer.tender, "guarantees.slots", [])
    return [slot for slot in COVERS if slot in asked and slot not in there]


@guard(
    code="transfer.handover.uncovered",
    reason=_(
        "No guarantee or insurance of the operator covers yet: %(what)s. Receive it before the delivery."
    ),
    rule=_("rules 70, 73"),
    warning=True,
    holds_for=("slots",),
)
def assets_and_others_are_covered(transfer, at):
    """They run from the transfer on (terms 28.4, 28.5). The field note calls policies needed and says that
    such towns hardly get them (rules 71, 73): water is not kept from people for a policy, so it warns.
    """
    lacking = uncovered(transfer, at)
    return not lacking or Unmet(what=joined([COVERS[slot] for slot in lacking]), slots=lacking)


@guard(
    code="transfer.handover.bond-below-inventory",
    reason=_(
        "By the terms the performance guarantee is worth what is handed over. The accepted inventory comes to"
        " %(worth)s and the guarantee covers %(covered)s. Have it topped up, or say why it stays."
    ),
    rule=_("rule 80"),
    warning=True,
)
def bond_follows_the_inventory(transfer, at):
    worth = inventory_value(transfer.contract) if follows_inventory(transfer.tender) else None
    standing = transfer.tender.guarantees.of(transfer.contract.operator_document).standing(at)
    given = standing.filter(slot="performance", currency="PEN").values_list("amount", flat=True)
    covered = sum(given, Decimal("0.00"))
    short = worth is not None and covered < worth
    return not short or Unmet(worth=display(worth), covered=display(covered))


def real_end_keeps_its_distance(transfer, at=None):
    """The end of the contract, counted from the real first day, keeps away from the elections (rule 91)."""
    return not real_end_keeps_its_distance.refusals(transfer, at or transfer.judged_at)


def from_the_first_day(transfer, at):
    """Ask what was asked before the signature, now with the day on which operations start."""
    if transfer.starts_on is None:
        return []
    contract = copy(transfer.contract)
    contract.tender, contract.started_on = transfer.tender, transfer.starts_on
    return end_keeps_its_distance.refusals(contract, at)


real_end_keeps_its_distance.refusal = end_keeps_its_distance.refusal
real_end_keeps_its_distance.refusals = from_the_first_day


# One item


@guard(
    code="transfer.item.not-planned",
    reason=_("Say who is responsible for “%(item)s” and until when."),
    rule=_("rules 107-113"),
)
def item_is_planned(item, at):
    return item.is_planned or Unmet(item=item.about.title)


@guard(
    code="transfer.item.not-installed",
    reason=_("The joint committee is not at work: the items wait for its installation act."),
    rule=STATES,
)
def committee_is_at_work(item, at):
    return item.transfer.state == "in_progress"


@guard(
    code="transfer.item.evidence-missing",
    reason=_("“%(item)s” has no evidence attached. Upload it so that both sides can accept."),
    rule=_("rules 107-113"),
)
def evidence_is_there(item, at):
    return item.evidence_id is not None or Unmet(item=item.about.title)


@guard(
    code="transfer.item.workbook-missing",
    reason=_(
        "The workbook of “%(item)s” is missing. Upload it; if it has faults, each is shown with its cell."
    ),
    rule=_("rules 107, 109, 110, 112"),
)
def workbook_is_there(item, at):
    return not item.about.sheet or item.workbook_id is not None or Unmet(item=item.about.title)


@guard(
    code="transfer.item.one-side-only",
    reason=_("%(missing)s has not accepted “%(item)s”."),
    rule=STATES,
)
def both_sides_agree(item, at):
    missing = item.sides_missing()
    return not missing or Unmet(missing=joined(missing), item=item.about.title)


@guard(
    code="transfer.item.waiver-reason-missing",
    reason=_("Write why “%(item)s” is not needed."),
    rule=STATES,
)
def waiver_has_its_reason(item, at):
    return bool(item.waiver_reason.strip()) or Unmet(item=item.about.title)


@guard(
    code="transfer.item.objection-missing",
    reason=_("Write what is wrong with “%(item)s”, so that it can be put right."),
    rule=STATES,
)
def objection_is_said(item, at):
    return bool(item.objection.strip()) or Unmet(item=item.about.title)
