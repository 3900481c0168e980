"""What the transfer adds to the list of tasks, to one's work, to the words of the log, to the ways out."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bids.deadlines import end_of
from contracts import transfer_turns as turns
from contracts.models import Contract, Transfer, contract_of, transfer_of
from contracts.parties import Side, side_of
from contracts.services import transfer_items, workbooks
from procurement import agenda, chronicle, places, roles, tasks
from procurement.models.document import READERS
from procurement.places import located
from procurement.schedule import local_day

PLACES = {
    "contract.transfer": "transfer",
    "transfer": "transfer",
    "transfer.delay": "transfer-plan",
    "transfer.handover.day-ahead": "",
    "transfer.handover.not-prepared": "transfer-act",
    "transfer.handover.operator-missing": "transfer-act",
    "transfer.handover.uncovered": "transfer-act",
    "transfer.handover.bond-below-inventory": "guarantee-list",
    "transfer.installation": "transfer-install",
    "transfer.plan": "transfer-plan",
    "transfer.start.works-unfinished": "transfer-works",
}
places.PLACES |= PLACES
places.FIELDS |= {
    "transfer.handover.before-signature": ("starts_on",),
    "transfer.installation.day-wrong": ("installed_on",),
    "transfer.plan.outside-months": ("reason",),
    "transfer.works.in-future": ("done_on",),
    "transfer.works.nothing-said": ("done_on",),
}


def warnings(tender):
    """Return what warns before the delivery, so that somebody may answer for it."""
    transfer = transfer_of(tender) if tender.consented_at else None
    if transfer is None:
        return []
    transfer.tender = transfer.contract.tender = tender
    return turns.against_delivery(transfer, tender.judged_at)


places.WARNINGS.append(warnings)

# Staff, debtors, census: only who works on the transfer, and the operator on the page of the item.
READERS |= {transfer_items.EVIDENCE: "run_transfer", workbooks.KIND: "run_transfer"}

WORDS = {
    "transfer.plan": _("The transfer of the service was planned."),
    "transfer.replan": _("The plan of the transfer was changed."),
    "transfer.wait": _("The transfer waits for the impact works."),
    "transfer.works": _("It was recorded how the impact works stand."),
    "transfer.install": _("The joint transfer committee was installed."),
    "transfer.complete": _("The seven items of the transfer are settled."),
    "transfer.prepare": _("The delivery act was written."),
    "transfer.receive": _("The operator signed the delivery act."),
    "transfer.hand_over": _("The service was handed over to the operator."),
    "transferitem.agree": _("An item of the transfer was agreed."),
    "transferitem.begin": _("Work on an item of the transfer began."),
    "transferitem.hand_in": _("The proof of an item of the transfer was handed in."),
    "transferitem.replace": _("The proof of an item of the transfer was replaced."),
    "transferitem.sign": _("One side accepted an item of the transfer."),
    "transferitem.send_back": _("An item of the transfer was sent back."),
    "transferitem.accept": _("An item of the transfer was accepted by both sides."),
    "transferitem.waive": _("Both sides agreed to leave an item of the transfer out."),
    "transferitem.keep": _("An item of the transfer has to be done after all."),
    "transferitem.upload": _("A workbook of the transfer was uploaded."),
    "transferitem.import": _("A workbook of the transfer was taken over."),
    "transferitem.refuse": _("A workbook of the transfer had faults: nothing was taken over."),
}
chronicle.WORDS |= WORDS
chronicle.ACTORS.setdefault(Side.OPERATOR.value, _("the operator"))


def look(transfer, at):
    """Return how the transfer stands, as the look of a tag."""
    if transfer.state == Transfer.State.HANDED:
        return "done"
    if transfer.is_overdue(local_day(at)):
        return "overdue"
    return "ready" if transfer.state == Transfer.State.ALL_DONE else "open"


def hand_over(tender, user, at):
    """Two steps of the procedure: the seven items, and the delivery of the service."""
    contract, transfer = contract_of(tender), transfer_of(tender)
    runs = roles.holds(user, "run_transfer", tender, at)
    url = reverse("transfer", args=[tender.pk])
    who = _("Municipality and operator; the JVS looks on")
    title = _("Hand the service over, in seven items")
    if transfer is None:
        ready = contract is not None and contract.state == contract.State.SIGNED
        state = "ready" if ready else "pending"
        yield agenda.Step(title, url if ready else "", who=who, state=state, mine=ready and runs)
        return
    state, turn = look(transfer, at), turns.next_turn(transfer, side_of(transfer.contract, user, at))
    settled = transfer.items.filter(settled_at__isnull=False).count()
    note = _("%(settled)s of 7 settled.") % {"settled": settled}
    against = turns.against_delivery(transfer, at) if state == "overdue" else []
    mine = turn is not None and is_mine(transfer, turn, user, at)
    until = end_of(transfer.due_on) if state != "done" else None
    yield agenda.Step(
        title,
        url,
        note=note,
        who=who,
        until=until,
        state=state,
        refusals=located(against, tender),
        mine=mine,
    )


agenda.PARTS["sign"].append(hand_over)


def is_mine(transfer, turn, user, at):
    """Whether the next step waits for this person."""
    if turn.side == "mayor":
        return roles.holds(user, "sign_contract", transfer.tender, at)
    return turn.side == side_of(transfer.contract, user, at)


def waiting(tenders, user, at):
    """What waits for somebody: the plan of a signed contract, and the next step of their side."""
    planners = {tender.pk for tender in tasks.with_codename("run_transfer", tenders, user, at)}
    mayors = {tender.pk for tender in tasks.with_codename("sign_contract", tenders, user, at)}
    found = Transfer.objects.filter(tender__in=tenders).exclude(state=Transfer.State.HANDED)
    for transfer in found.select_related("contract").prefetch_related("items"):
        tender = next(each for each in tenders if each.pk == transfer.tender_id)
        transfer.tender = transfer.contract.tender = tender
        side = side_in(transfer, user, planners)
        turn = turns.next_turn(transfer, side)
        if turn and (turn.side == side or (turn.side == "mayor" and tender.pk in mayors)):
            late = turn.until is not None and turn.until < local_day(at)
            state = "overdue" if late else "ready"
            yield tender, tasks.Task(turn.title, turn.url, turn.until and end_of(turn.until), state=state)
    for tender in unplanned(tenders, planners):
        yield tender, tasks.Task(_("Plan the transfer of the service"), reverse("transfer", args=[tender.pk]))


def side_in(transfer, user, planners):
    if transfer.contract.operator_id == user.pk:
        return Side.OPERATOR
    return Side.MUNICIPALITY if transfer.tender_id in planners else None


def unplanned(tenders, planners):
    """Return the tenders whose contract is signed and whose transfer nobody has planned."""
    contracts = Contract.objects.live()
    signed = contracts.filter(tender__in=planners, state="signed", transfer=None)
    waiting_ones = set(signed.values_list("tender", flat=True))
    return [tender for tender in tenders if tender.pk in waiting_ones]


tasks.SOURCES.append(waiting)
