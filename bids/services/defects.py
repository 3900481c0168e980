"""Defects of envelope 1 that a bidder may complete within a term (terms 18; domain.md §4.5)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids import deadlines
from bids.criteria import value
from bids.guards.evaluation import remedy_term_is_over
from bids.models import Bid, Defect
from bids.services.evaluation import (
    REASON_MISSING,
    begin,
    criterion_of,
    label,
    open_bid,
    page,
    require_seat,
    tell_bidder,
    term,
)
from procurement import roles
from procurement.guards.problems import lazily_shown
from procurement.log import instant, record
from procurement.roles import Role
from procurement.services import documents, minutes, notices
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance, lock

REMEDY_EXTENDED = Refusal(
    "evaluation.remedy.extended-already",
    _("The term can be extended once only, before it ends, and if the terms allow it."),
    _("terms 18.1"),
)
REMEDY_LATE = Refusal(
    "evaluation.remedy.late",
    _("The term to complete this ended on %(until)s."),
    _("terms 18.3"),
)
REMEDY_EMPTY = Refusal(
    "evaluation.remedy.empty", _("Write or attach what completes the bid."), _("terms 18.2")
)
NOT_REMEDIABLE = Refusal(
    "evaluation.remedy.none",
    _("This is not open any more: nothing waits for an answer."),
    _("terms 18"),
)


@transaction.atomic
def observe(bid, *, criterion, text, by):
    """Ask a bidder to complete something of envelope 1, within the term of the terms (terms 18)."""
    tender = begin(bid.tender, by=by)
    require_seat(tender, by)
    bid = open_bid(bid, tender)
    criterion_of(tender, criterion)
    if not text.strip():
        raise Blocked(REASON_MISSING.about(criterion=label(criterion_of(tender, criterion))))
    minutes.check_public(text)
    at = tender.judged_at
    due = term(tender, at, "remedy_days", "remedy_day_type")
    defect = Defect.objects.create(
        tender=tender, bid=bid, criterion=criterion, text=text.strip(), asked_by=by, asked_at=at, due_at=due
    )
    facts = {"defect": defect.pk, "criterion": criterion, "due_at": instant(due)}
    if bid.state == Bid.State.OPENED:
        advance(bid, "observe", by=by, at=at, private={"text": text}, **facts)
    else:
        record(tender, "defect", by=by, at=at, private={"text": text}, bid=bid.pk, **facts)
    subject = said(_("You have to complete something until %(until)s"), until=lazily_shown(due))
    told = _(
        "%(text)s Send only what is asked: it proves what you declared, and changes nothing of your bid."
    )
    tell_bidder(bid, subject, said(told, text=text), at=at)
    return defect


@transaction.atomic
def extend(defect, *, by):
    """Give the one extension of a term that runs, because the bidder asked for it (terms 18.1)."""
    tender = begin(defect.tender, by=by)
    require_seat(tender, by)
    defect = Defect.objects.select_for_update().select_related("bid__bidder").get(pk=defect.pk)
    days, at = value(tender, "remedy_extension_days", 0), tender.judged_at
    if defect.extended_at or defect.settled_at or defect.due_at <= at or not days:
        raise Blocked(REMEDY_EXTENDED)
    day_type = value(tender, "remedy_day_type", "calendar")
    defect.due_at = deadlines.after(defect.due_at, days, day_type, tender.municipality.calendar())
    defect.extended_at = at
    defect.save()
    record(tender, "defect.extend", by=by, at=at, defect=defect.pk, due_at=instant(defect.due_at))
    subject = said(_("You have until %(until)s"), until=lazily_shown(defect.due_at))
    tell_bidder(defect.bid, subject, defect.text, at=at)
    return defect


@transaction.atomic
def answer(defect, *, by, text="", file=None):
    """Complete what was asked, as the bidder, or the desk for one without account; before the term ends."""
    tender = lock(defect.tender, by=by)
    at = tender.judged_at
    defect = Defect.objects.select_for_update().select_related("bid__bidder").get(pk=defect.pk)
    defect.bid.tender = tender
    own = defect.bid.bidder.account_id == by.pk
    if not own:
        roles.require(by, "receive_paper", tender, at)
    if defect.settled_at:
        raise Blocked(NOT_REMEDIABLE)
    if at >= defect.due_at:
        raise Blocked(REMEDY_LATE.about(until=lazily_shown(defect.due_at)))
    if not text.strip() and not file:
        raise Blocked(REMEDY_EMPTY)
    defect.document = keep_reserved(tender, file, by=by) or defect.document
    defect.answer, defect.answered_at = text, at
    defect.save()
    private = {"account": f"user:{by.pk}", "text": text}
    actor = defect.bid.pseudonym if own else by
    facts = {"defect": defect.pk, "sha256": defect.document and defect.document.sha256}
    record(tender, "defect.answer", by=actor, at=at, private=private, **facts)
    users = notices.people_of(tender, Role.COMMITTEE, at=at)
    subject = said(_("%(bidder)s has completed what was asked"), bidder=defect.bid)
    notices.tell(users, tender=tender, subject=subject, text=text, at=at, link=page(tender))
    return defect


def keep_reserved(tender, upload, *, by):
    """Keep what a bidder sends to complete envelope 1: for who evaluates, never public."""
    if not upload:
        return None
    kept = {"kind": "remedy", "title": upload.name[:200], "municipality": tender.municipality}
    return documents.store(upload, **kept, tender=tender, by=by, at=tender.judged_at, reserved=True)


@transaction.atomic
def settle(defect, *, accepted, reason, by):
    """Accept what completes a defect, or not, with the reason; then the evaluation of the bid goes on."""
    tender = begin(defect.tender, by=by)
    require_seat(tender, by)
    defect = Defect.objects.select_for_update().get(pk=defect.pk)
    bid = open_bid(defect.bid, tender)
    if defect.settled_at:
        raise Blocked(NOT_REMEDIABLE)
    if defect.answered_at is None and tender.judged_at < defect.due_at:
        until = lazily_shown(defect.due_at)
        raise Blocked(remedy_term_is_over.refusal.about(bidder=bid, until=until))
    if not reason.strip():
        raise Blocked(REASON_MISSING.about(criterion=label(criterion_of(tender, defect.criterion))))
    minutes.check_public(reason)
    at = tender.judged_at
    defect.accepted, defect.verdict, defect.settled_at = accepted, reason.strip(), at
    defect.save()
    told = {"defect": defect.pk, "accepted": accepted}
    if not bid.defects.filter(settled_at=None).exists():
        advance(bid, "accept_remedy", by=by, at=at, private={"reason": reason}, **told)
    else:
        record(tender, "defect.settle", by=by, at=at, private={"reason": reason}, bid=bid.pk, **told)
    return defect
