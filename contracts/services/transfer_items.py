"""The seven items: begun, proved, accepted by both sides, sent back, or waived by both (rules 107-113)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contracts.guards.transfer import committee_is_at_work, waiver_has_its_reason
from contracts.models import TransferItem
from contracts.parties import Side, actor, side_of
from contracts.services import transfer as transfers
from procurement.log import record
from procurement.services import documents, minutes, notices, papers
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance, check, lock

STATES = transfers.STATES
SETTLED = Refusal(
    "transfer.item.settled", _("“%(item)s” is settled: nothing about it changes any more."), STATES
)
NOT_PROVED = Refusal(
    "transfer.item.not-proved", _("There is nothing to accept yet in “%(item)s”."), _("rules 107-113")
)
ACCEPTED_ALREADY = Refusal("transfer.item.already-accepted", _("Your side has accepted it already."), STATES)
NO_WAIVER = Refusal(
    "transfer.item.no-waiver", _("Nobody proposes to leave “%(item)s” out."), _("rules 107-113")
)
EVIDENCE = "transfer-evidence"
State = TransferItem.State


def begin(item, *, by):
    """Lock an item that is still open; return it with its transfer, and refuse whoever is of neither side."""
    item = lock(item, by=by)
    item.transfer.tender = item.contract.tender = item.tender
    if side_of(item.contract, by, item.judged_at) is None:
        raise PermissionDenied
    if item.is_settled:
        raise Blocked(SETTLED.about(item=item.about.title))
    return item


def move(item, verb, *, by, **facts):
    """Run one transition of an item; the log names the operator by that word."""
    private = {"account": f"user:{by.pk}"}
    facts = {"kind": item.kind} | facts
    who = actor(item.contract, by)
    moved = advance(item, verb, by=by, at=item.judged_at, actor=who, private=private, **facts)
    moved.transfer.tender = moved.contract.tender = moved.tender
    return moved


def note(item, action, *, by, **facts):
    """Record what is said of an item without a change of its state."""
    private = {"account": f"user:{by.pk}"}
    facts = {"transferitem": item.pk, "kind": item.kind} | facts
    who = actor(item.contract, by)
    record(item.tender, f"transferitem.{action}", by=who, at=item.judged_at, private=private, **facts)


def forget_acceptances(item):
    """Nobody has accepted any more: what they would accept has changed."""
    item.municipality_accepted_at = item.municipality_accepted_by = None
    item.operator_accepted_at = item.operator_accepted_by = None
    item.operator_paper = ""


def others(item, by):
    """Return the people of both sides but the one who acts."""
    return [user for user in transfers.parties_of(item.transfer, item.judged_at) if user.pk != by.pk]


def tell(item, users, subject, text):
    link = item.get_absolute_url()
    transfers.tell(item.transfer, users, subject, text, at=item.judged_at, link=link)


@transaction.atomic
def begin_work(item, *, by):
    """Say that the work on an item has begun, as either side."""
    return move(begin(item, by=by), "begin", by=by)


@transaction.atomic
def hand_in(item, *, by, upload, note_text=""):
    """Attach what proves that an item is done, as either side; another proof takes the place of the first."""
    item = begin(item, by=by)
    if item.state == State.AGREED:
        item = move(item, "begin", by=by)
    minutes.check_public(note_text)
    item.evidence, item.note = keep(item, upload, by=by), note_text.strip()
    item.objection = item.waiver_reason = ""
    forget_acceptances(item)
    item.save()
    digest = {"sha256": item.evidence.sha256}
    if item.state == State.EVIDENCED:
        note(item, "replace", by=by, **digest)
    else:
        item = move(item, "hand_in", by=by, **digest)
    subject = said(_("“%(item)s” waits for your acceptance"), item=item.about.title)
    text = _("Look at what was handed in, and accept it or say what is wrong.")
    tell(item, others(item, by), subject, text)
    return item


def keep(item, upload, *, by):
    """Keep the proof of an item; what names people stays with those whom it concerns."""
    public = item.about.seen_by == "everybody"
    return documents.store(
        upload,
        kind=EVIDENCE,
        title=notices.spanish(item.about.title),
        municipality=item.tender.municipality,
        tender=item.tender,
        by=by,
        actor=actor(item.contract, by),
        at=item.judged_at,
        reserved=not public,
        public_at=item.judged_at if public else None,
    )


@transaction.atomic
def send_back(item, *, objection, by):
    """Say what is wrong with the proof of an item, as either side; it is worked on again."""
    item = begin(item, by=by)
    minutes.check_public(objection)
    item.objection = objection.strip()
    forget_acceptances(item)
    item.save()
    item = move(item, "send_back", by=by, objection=item.objection)
    subject = said(_("“%(item)s” was sent back"), item=item.about.title)
    tell(item, others(item, by), subject, item.objection)
    return item


@transaction.atomic
def accept(item, *, by, paper=""):
    """Accept an item for one's side, or its waiver; with the second side it is settled.

    For an operator without account an official enters the `paper` in which it accepts.
    """
    item = begin(item, by=by)
    if not item.waits_for_answer:
        raise Blocked(NOT_PROVED.about(item=item.about.title))
    side = side_of(item.contract, by, item.judged_at)
    if paper.strip() and item.contract.operator_id is None:
        side = Side.OPERATOR
    sign(item, side, paper, by=by)
    if item.sides_missing():
        subject = said(_("“%(item)s” was accepted by one side"), item=item.about.title)
        tell(item, others(item, by), subject, _("It is settled when the other side accepts too."))
        return item
    return settle(item, by=by)


def sign(item, side, paper, *, by):
    """Write down that a side accepts."""
    if getattr(item, f"{side}_accepted_at"):
        raise Blocked(ACCEPTED_ALREADY)
    setattr(item, f"{side}_accepted_at", item.judged_at)
    setattr(item, f"{side}_accepted_by", by)
    if side == Side.OPERATOR:
        item.operator_paper = paper.strip()
    item.save()
    note(item, "sign", by=by, side=str(side.value), waiver=item.waiver_reason, paper=item.operator_paper)


def settle(item, *, by):
    """Both sides have accepted: the item is closed with its minutes (A47), and with the last one the room."""
    item = move(item, "waive" if item.waiver_reason else "accept", by=by)
    transfer = item.transfer
    transfer.judged_at = item.judged_at
    done = transfer.items.filter(settled_at__isnull=False).count()
    told = {"item": item, "transfer": transfer, "done": done, "missing": len(TransferItem.Kind) - done}
    text = papers.render("minutes_transfer_item", tender=item.tender, **told)
    title = said(_("Item of the transfer: %(item)s"), item=item.about.title)
    item.minutes = transfers.leave(transfer, f"transfer-{item.kind}", title, text, by=by)
    item.save()
    subject = said(_("Transfer: %(done)s of 7 items are settled"), done=done)
    text = said(
        _("“%(item)s” is settled. The JVS may sign as witness under its minutes."), item=item.about.title
    )
    tell(item, transfers.everybody(transfer, item.judged_at), subject, text)
    if done == len(TransferItem.Kind):
        who = actor(item.contract, by)
        private = {"account": f"user:{by.pk}"}
        advance(transfer, "complete", by=by, at=item.judged_at, actor=who, private=private)
    return item


@transaction.atomic
def propose_waiver(item, *, reason, by):
    """Propose to leave an item out, with the reason; the other side agrees or not."""
    item = begin(item, by=by)
    minutes.check_public(reason)
    item.waiver_reason = reason.strip()
    check(item, committee_is_at_work, waiver_has_its_reason)
    forget_acceptances(item)
    sign(item, side_of(item.contract, by, item.judged_at), "", by=by)
    subject = said(_("It is proposed to leave “%(item)s” out"), item=item.about.title)
    tell(item, others(item, by), subject, item.waiver_reason)
    return item


@transaction.atomic
def drop_waiver(item, *, by):
    """Say that the item has to be done after all, as either side."""
    item = begin(item, by=by)
    if not item.waiver_reason:
        raise Blocked(NO_WAIVER.about(item=item.about.title))
    note(item, "keep", by=by, reason=item.waiver_reason)
    item.waiver_reason = ""
    forget_acceptances(item)
    item.save()
    subject = said(_("“%(item)s” has to be done"), item=item.about.title)
    tell(item, others(item, by), subject, _("The proposal to leave it out was not accepted."))
    return item
