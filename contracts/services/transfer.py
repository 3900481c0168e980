"""The transfer as a whole: its plan, the works that it waits for, its joint committee, the delivery."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts.models import Transfer, TransferItem
from contracts.parties import actor, is_operator
from contracts.services import operation
from contracts.transfer_items import SEVEN, is_usual, window
from guarantees.guards.reception import inventory_value
from procurement import money, roles
from procurement.log import record
from procurement.roles import Role
from procurement.schedule import local_day
from procurement.services import minutes, notices, papers
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance, lock, wrong_state

OFFICE = "transfer"
LENGTH = _("rule 105")
STATES = _("domain.md §4.9")
REASON_MISSING = Refusal(
    "transfer.plan.outside-months",
    _("A transfer takes 3 to 6 months: from %(first)s to %(last)s. For another day, write the reason."),
    LENGTH,
)
ITEM_OUTSIDE = Refusal(
    "transfer.plan.item-after-end",
    _("“%(item)s” would be done after the whole transfer, which ends on %(day)s."),
    LENGTH,
)
PLANNED_ALREADY = Refusal("transfer.plan.exists", _("There is a plan already; change it there."), STATES)
NOT_CHANGED = Refusal("transfer.plan.handed-over", _("The service is handed over: its plan stays."), STATES)
WORKS_UNNAMED = Refusal(
    "transfer.works.not-named", _("No works are named that the transfer would wait for."), _("rule 106")
)
WORKS_AHEAD = Refusal(
    "transfer.works.in-future", _("The works end on a day that has not come yet."), _("rule 106")
)
WORKS_BOTH = Refusal(
    "transfer.works.nothing-said",
    _("Write the day on which the works ended, or the agreement to start before they end."),
    _("rule 106"),
)
DAY_WRONG = Refusal(
    "transfer.installation.day-wrong",
    _("The committee was installed between the signature, %(signed)s, and today."),
    STATES,
)
NOT_SETTLED = Refusal(
    "transfer.handover.items-open", _("The seven items are not settled yet."), _("rules 107-113")
)
DAY_BEFORE_SIGNATURE = Refusal(
    "transfer.handover.before-signature",
    _("Operations cannot start before the contract was signed, on %(signed)s."),
    _("rule 114"),
)
PAPER_MISSING = Refusal(
    "transfer.operator.paper-missing",
    _("The operator has no account: name the paper that it signed."),
    _("decision 4"),
)


def page(transfer):
    return reverse("transfer", args=[transfer.tender_id])


def begin(subject, *, by):
    """Lock a transfer; return it with its contract and the instant."""
    transfer = lock(subject, by=by)
    transfer.contract.tender = transfer.tender
    return transfer


def shown(day):
    return day.strftime("%d/%m/%Y")


def parties_of(transfer, at):
    """Return who works on the transfer: manager, technical area, and the operator."""
    officials = notices.people_of(transfer.tender, Role.MANAGER, Role.ATM, at=at)
    operator = transfer.contract.operator
    return [*officials, operator] if operator else officials


def everybody(transfer, at):
    """Return the parties, the mayor and the observers."""
    return parties_of(transfer, at) + notices.people_of(transfer.tender, Role.MAYOR, Role.JVS, at=at)


def tell(transfer, users, subject, text, *, at, link=""):
    about = {"tender": transfer.tender, "at": at, "link": link or page(transfer)}
    notices.tell(users, subject=subject, text=text, **about)


# The plan


@transaction.atomic
def plan(contract, *, due_on, by, reason="", works="", works_due_on=None, items=None):
    """Plan the transfer of a signed contract and its seven items, {key: (responsible, due_on)} (rule 105).

    With impact works it waits for them (rule 106).
    """
    contract = lock(contract, by=by)
    tender, at = contract.tender, contract.judged_at
    roles.require(by, "run_transfer", tender, at)
    if Transfer.objects.filter(contract=contract).exists():
        raise Blocked(PLANNED_ALREADY)
    if contract.state != contract.State.SIGNED:
        raise Blocked(wrong_state(contract, "begin_transfer"))
    judge_length(contract, due_on, reason)
    minutes.check_public(reason, works)
    transfer = Transfer.objects.create(
        tender=tender,
        contract=contract,
        planned_at=at,
        due_on=due_on,
        reason=reason.strip(),
        works=works.strip(),
        works_due_on=works_due_on,
    )
    TransferItem.objects.bulk_create(
        TransferItem(tender=tender, transfer=transfer, kind=item.key, place=place)
        for place, item in enumerate(SEVEN, start=1)
    )
    facts = {"due_on": due_on.isoformat(), "reason": reason.strip(), "works": works.strip()}
    record(tender, "transfer.plan", by=by, at=at, **facts)
    set_items(transfer, items or {})
    advance(contract, "begin_transfer", by=by, at=at)
    if transfer.works:
        transfer = advance(transfer, "wait", by=by, at=at)
    tell_plan(transfer, at)
    return transfer


def judge_length(contract, due_on, reason):
    if not is_usual(contract.signed_on, due_on) and not reason.strip():
        first, last = map(shown, window(contract.signed_on))
        raise Blocked(REASON_MISSING.about(first=first, last=last))


def set_items(transfer, items):
    """Write who does each item and until when, none later than the whole."""
    late = [kind for kind, (_who, due_on) in items.items() if due_on and due_on > transfer.due_on]
    if late:
        day = shown(transfer.due_on)
        raise Blocked(*(ITEM_OUTSIDE.about(item=TransferItem.Kind(kind).label, day=day) for kind in late))
    for item in transfer.items.filter(kind__in=items):
        item.responsible, item.due_on = items[item.kind]
        minutes.check_public(item.responsible)
        item.save()


def tell_plan(transfer, at):
    subject = said(_("The service is to be handed over by %(day)s"), day=shown(transfer.due_on))
    text = _("Seven items are to be done, each accepted by both sides. Look at who does what until when.")
    tell(transfer, everybody(transfer, at), subject, text, at=at)


@transaction.atomic
def replan(transfer, *, due_on, by, reason="", items=None):
    """Change the day by which the transfer is to be done, or who does which item until when."""
    transfer = begin(transfer, by=by)
    tender, at = transfer.tender, transfer.judged_at
    roles.require(by, "run_transfer", tender, at)
    if transfer.state == Transfer.State.HANDED:
        raise Blocked(NOT_CHANGED)
    judge_length(transfer.contract, due_on, reason)
    minutes.check_public(reason)
    facts = {"before": transfer.due_on.isoformat(), "due_on": due_on.isoformat(), "reason": reason.strip()}
    moved = transfer.due_on != due_on
    transfer.due_on, transfer.reason = due_on, reason.strip()
    transfer.save()
    set_items(transfer, items or {})
    record(tender, "transfer.replan", by=by, at=at, **facts)
    if moved:
        tell_plan(transfer, at)
    return transfer


@transaction.atomic
def settle_works(transfer, *, by, done_on=None, agreement=""):
    """Record that the impact works are finished, or the agreement to start before they are (rule 106)."""
    transfer = begin(transfer, by=by)
    tender, at = transfer.tender, transfer.judged_at
    roles.require(by, "run_transfer", tender, at)
    if not transfer.works:
        raise Blocked(WORKS_UNNAMED)
    if done_on is None and not agreement.strip():
        raise Blocked(WORKS_BOTH)
    if done_on and done_on > local_day(at):
        raise Blocked(WORKS_AHEAD)
    minutes.check_public(agreement)
    transfer.works_done_on, transfer.works_agreement = done_on, agreement.strip()
    transfer.save()
    facts = {"done_on": done_on and done_on.isoformat(), "agreement": agreement.strip()}
    record(tender, "transfer.works", by=by, at=at, works=transfer.works, **facts)
    text = _("The joint committee can be installed.")
    subject = _("The transfer does not wait for the works any more")
    tell(transfer, parties_of(transfer, at), subject, text, at=at)
    return transfer


@transaction.atomic
def install(transfer, *, installed_on, municipal_members, operator_members, by):
    """Record the installation of the joint committee, which signs the plan of the seven items (A46)."""
    transfer = begin(transfer, by=by)
    tender, at = transfer.tender, transfer.judged_at
    signed = transfer.contract.signed_on
    if not signed <= installed_on <= local_day(at):
        raise Blocked(DAY_WRONG.about(signed=shown(signed)))
    minutes.check_public(municipal_members, operator_members)
    transfer.installed_on = installed_on
    transfer.municipal_members, transfer.operator_members = municipal_members, operator_members
    transfer.save()
    transfer = advance(transfer, "install", by=by, at=at, installed_on=installed_on.isoformat())
    for item in transfer.items.filter(state=TransferItem.State.PENDING):
        advance(item, "agree", by=by, at=at, kind=item.kind, due_on=item.due_on.isoformat())
    text = papers.render("minutes_transfer_installed", tender=tender, transfer=transfer)
    title = _("Installation of the joint transfer committee")
    leave(transfer, "transfer-installed", title, text, by=by)
    subject = _("The joint transfer committee is at work")
    text = _("Seven items wait for both sides. The JVS looks on.")
    tell(transfer, everybody(transfer, at), subject, text, at=at)
    return transfer


def leave(transfer, kind, title, text, *, by):
    """Leave minutes of the joint committee."""
    at = transfer.judged_at
    act = {"office": OFFICE, "kind": kind, "title": title, "text": text}
    who = actor(transfer.contract, by)
    return minutes.write(transfer.tender, **act, happened_at=at, by=who, at=at)


# The delivery


@transaction.atomic
def prepare_handover(transfer, *, place, readings, starts_on, by):
    """Write the delivery act: place, readings of meters and levels, first day of operations (A48).

    What the operator signed before falls: it signs what it reads.
    """
    transfer = begin(transfer, by=by)
    tender, at = transfer.tender, transfer.judged_at
    roles.require(by, "run_transfer", tender, at)
    if transfer.state != Transfer.State.ALL_DONE:
        raise Blocked(NOT_SETTLED)
    signed = transfer.contract.signed_on
    if starts_on < signed:
        raise Blocked(DAY_BEFORE_SIGNATURE.about(signed=shown(signed)))
    minutes.check_public(place, readings)
    transfer.place, transfer.readings, transfer.starts_on = place, readings, starts_on
    transfer.received_at = transfer.received_by = None
    transfer.save()
    facts = {"place": place, "readings": readings, "starts_on": starts_on.isoformat()}
    record(tender, "transfer.prepare", by=by, at=at, **facts)
    subject = _("The delivery act waits for the operator's signature")
    text = said(_("First day of operations: %(day)s. Read it and sign."), day=shown(starts_on))
    tell(
        transfer,
        parties_of(transfer, at),
        subject,
        text,
        at=at,
        link=reverse("transfer-act", args=[tender.pk]),
    )
    return transfer


@transaction.atomic
def receive(transfer, *, by, paper=""):
    """Sign the delivery act as the operator; one without account signed the `paper` that is named."""
    transfer = begin(transfer, by=by)
    tender, at = transfer.tender, transfer.judged_at
    require_operator(transfer.contract, paper, by=by, at=at)
    if not (transfer.starts_on and transfer.state == Transfer.State.ALL_DONE):
        raise Blocked(NOT_SETTLED)
    transfer.received_at, transfer.received_by = at, by
    transfer.save()
    private = {"account": f"user:{by.pk}"}
    who = actor(transfer.contract, by)
    record(tender, "transfer.receive", by=who, at=at, private=private, paper=paper)
    users = notices.people_of(tender, Role.MAYOR, Role.MANAGER, at=at)
    text = _("The mayor signs last and records the delivery.")
    link = reverse("transfer-act", args=[tender.pk])
    tell(transfer, users, _("The operator has signed the delivery act"), text, at=at, link=link)
    return transfer


def require_operator(contract, paper, *, by, at):
    """Stop here unless this person is the operator, or enters what an operator without account signed."""
    if is_operator(contract, by):
        return
    if contract.operator_id is None:
        roles.require(by, "run_transfer", contract.tender, at)
        if paper.strip():
            return
        raise Blocked(PAPER_MISSING)
    raise PermissionDenied


@transaction.atomic
def hand_over(transfer, *, by):
    """Record the delivery, as the mayor: operations start, and the years of the contract run (rule 114)."""
    transfer = begin(transfer, by=by)
    tender, at, starts_on = transfer.tender, transfer.judged_at, transfer.starts_on
    day = starts_on and starts_on.isoformat()
    transfer = advance(transfer, "hand_over", by=by, at=at, starts_on=day)
    contract = operation.start(transfer.contract, started_on=starts_on, by=by, at=at)
    transfer.contract = contract
    value = inventory_value(contract)
    said_of = {"transfer": transfer, "contract": contract, "value": value and money.display(value)}
    text = papers.render("minutes_transfer_handed", tender=tender, **said_of)
    leave(transfer, "transfer-handed", _("Delivery and reception of the service"), text, by=by)
    subject = said(_("The operator runs the service since %(day)s"), day=shown(starts_on))
    text = _("The seven items are settled and both sides have signed the delivery act.")
    tell(transfer, everybody(transfer, at), subject, text, at=at)
    return transfer
