"""Envelope 1: each member's sheet and what the committee decides together (rules 51-54, 160-161)."""

from decimal import Decimal, InvalidOperation

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bids import deadlines
from bids.criteria import accept_points, criteria_of, has_two_envelopes, value
from bids.guards.evaluation import remedy_term_is_over
from bids.models import Bid, Decision, Sheet
from procurement import committee, roles
from procurement.log import record
from procurement.models import ConflictDeclaration
from procurement.roles import Role
from procurement.services import minutes, notices
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance, check, lock

DECLARATION_MISSING = Refusal(
    "conflict.declaration.missing",
    _(
        "%(people)s have not declared whether something ties them to the bidders, now that these are known. "
        "They must, before anything is judged."
    ),
    _("decision 20b; terms 33.1"),
)
TIED = Refusal(
    "conflict.member.declared",
    _("You declared a tie with a bidder and may not take part. An alternate steps in."),
    _("terms 33.3"),
)
NOT_UNDER_EVALUATION = Refusal(
    "evaluation.bid.not-open",
    _("This bid is not under evaluation: its envelope 1 is shut, or decided already."),
    _("domain.md §4.5"),
)
UNKNOWN_CRITERION = Refusal(
    "evaluation.criterion.unknown", _("The terms have no such criterion."), _("rules 51-54")
)
REASON_MISSING = Refusal(
    "evaluation.criterion.reason-missing",
    _("Write the reason for “%(criterion)s”: what you saw, and on which page."),
    _("rule 54"),
)
POINTS_WRONG = Refusal(
    "evaluation.points.out-of-range",
    _("“%(criterion)s” is measured from 0.00 to 100.00 points, with two decimals at most."),
    _("rule 160"),
)
POINTS_CONTRADICT = Refusal(
    "evaluation.points.contradict",
    _("“%(criterion)s” has %(points)s points and the terms ask for %(threshold)s: that decides."),
    _("rule 160"),
)
SHEETS_MISSING = Refusal(
    "evaluation.sheets.missing",
    _("The sheets of %(people)s are missing. Each looks alone first; then the committee decides together."),
    _("domain.md §4.11; decision 20b"),
)
DECIDED_ALREADY = Refusal(
    "evaluation.criterion.decided", _("The committee has decided this already."), _("nothing is erased")
)


def label(criterion):
    return str(_(criterion.label))


def page(tender):
    return reverse("evaluation", args=[tender.pk])


def begin(tender, *, by, at=None, codename="evaluate_bids"):
    """Lock the tender for one act of the evaluation."""
    tender = lock(tender, by=by, at=at)
    roles.require(by, codename, tender, tender.judged_at)
    return tender


def require_seat(tender, by):
    """Stop here unless this person decides, and has declared their ties now that bidders are known."""
    at = tender.judged_at
    seat = next((seat for seat in committee.seats(tender, at) if seat.user_id == by.pk), None)
    if seat is None:
        raise PermissionDenied
    if committee.tied(seat):
        raise Blocked(TIED)
    known = ConflictDeclaration.objects.filter(tender=tender, appointment__user=by, bidders_known=True)
    if not known.exists():
        raise Blocked(DECLARATION_MISSING.about(people=str(by)))


def require_declarations(tender):
    """Stop here unless everybody who decides has declared, now that bidders are known (decision 20b)."""
    at = tender.judged_at
    deciding = {seat.user_id for seat in committee.sitting(tender, at)}
    waiting = committee.undeclared(tender, at, bidders_known=True)
    missing = [str(seat.user) for seat in waiting if seat.user_id in deciding]
    if missing:
        raise Blocked(DECLARATION_MISSING.about(people=", ".join(missing)))


def open_bid(bid, tender):
    """Return the bid afresh, under the tender's lock, if it is under evaluation."""
    bid = Bid.objects.select_for_update().select_related("bidder").get(pk=bid.pk)
    bid.tender, bid.judged_at = tender, tender.judged_at
    if bid.state not in (Bid.State.OPENED, Bid.State.OBSERVED) or bid.round != tender.round:
        raise Blocked(NOT_UNDER_EVALUATION)
    return bid


# A member's sheet


@transaction.atomic
def save_sheet(bid, *, answers, by):
    """Save what one member finds: criterion → {"finding", "reason", "points" where it is measured}.

    It may be incomplete, and changed until the committee decides; others see it once theirs is saved.
    """
    tender = begin(bid.tender, by=by)
    require_seat(tender, by)
    bid = open_bid(bid, tender)
    answers = {key: judged(tender, key, answer) for key, answer in answers.items()}
    sheet, _made = Sheet.objects.update_or_create(
        bid=bid, member=by, defaults={"tender": tender, "answers": answers, "saved_at": tender.judged_at}
    )
    record(tender, "sheet.save", by=by, at=tender.judged_at, private=answers, bid=bid.pk)
    return sheet


def criterion_of(tender, key):
    found = next((criterion for criterion in criteria_of(tender) if criterion.key == key), None)
    if found is None:
        raise Blocked(UNKNOWN_CRITERION)
    return found


def judged(tender, key, answer):
    """Return one answer of a sheet as it is kept; refuse one without reason, or with strange points."""
    criterion = criterion_of(tender, key)
    if answer.get("finding") not in Sheet.Finding.values:
        raise Blocked(UNKNOWN_CRITERION)
    if not answer.get("reason", "").strip():
        raise Blocked(REASON_MISSING.about(criterion=label(criterion)))
    kept = {"finding": str(answer["finding"]), "reason": answer["reason"].strip()}
    if criterion.points:
        kept["points"] = str(points_of(criterion, answer.get("points")))
    return kept


def points_of(criterion, points):
    try:
        number = points if isinstance(points, Decimal) else Decimal(str(points))
    except InvalidOperation:
        number = None
    if number is None or not accept_points(number):
        raise Blocked(POINTS_WRONG.about(criterion=label(criterion)))
    return round(number, 2)


def sheets_for(bid, user):
    """Return the sheets that this member may see: their own, and the others' once theirs is saved."""
    sheets = list(bid.sheets.select_related("member"))
    own = [sheet for sheet in sheets if sheet.member_id == user.pk]
    return sheets if own else []


# What the committee decides together


@transaction.atomic
def decide(bid, *, criterion, meets, reason, by, points=None, evidence="", dissent=""):
    """Decide one criterion of one bid, together, with its reason; a disagreement is written (rule 54).

    After every member who decides has saved their sheet. Where points are given, they decide.
    """
    tender = begin(bid.tender, by=by)
    require_seat(tender, by)
    require_declarations(tender)
    bid = open_bid(bid, tender)
    asked = criterion_of(tender, criterion)
    require_sheets(bid, tender)
    if not reason.strip():
        raise Blocked(REASON_MISSING.about(criterion=label(asked)))
    if asked.points:
        points = points_of(asked, points)
        judge_points(asked, points, meets)
    else:
        points = None
    if bid.decisions.filter(criterion=criterion, superseded_at=None).exists():
        raise Blocked(DECIDED_ALREADY)
    minutes.check_public(reason, evidence, dissent)
    said_so = {"meets": meets, "reason": reason.strip(), "evidence": evidence, "dissent": dissent}
    decision = Decision.objects.create(
        tender=tender, bid=bid, criterion=criterion, points=points, by=by, at=tender.judged_at, **said_so
    )
    take_over(bid, asked, meets, points)
    facts = {"bid": bid.pk, "criterion": criterion, "points": points and str(points)}
    # what is found about one bid is not public before the result of all
    record(tender, "decision", by=by, at=tender.judged_at, private=said_so, **facts)
    return decision


def judge_points(criterion, points, meets):
    """Points that reach the threshold are enough, and fewer are not, whatever anybody ticks."""
    if meets != (points >= criterion.threshold):
        facts = {"points": points, "threshold": criterion.threshold}
        raise Blocked(POINTS_CONTRADICT.about(criterion=label(criterion), **facts))


def require_sheets(bid, tender):
    saved = set(bid.sheets.values_list("member", flat=True))
    seats = committee.sitting(tender, tender.judged_at)
    missing = [str(seat.user) for seat in seats if seat.user_id not in saved]
    if missing:
        raise Blocked(SHEETS_MISSING.about(people=", ".join(missing)))


def take_over(bid, criterion, meets, points):
    """Keep on the bid what the ranking needs: who is local, and the technical number."""
    if criterion.key == "local":
        bid.is_local = meets
    elif criterion.key == "technical" and points is not None:
        bid.technical = points
    bid.save()


@transaction.atomic
def qualify(bid, *, by):
    """Qualify a bid whose every criterion is met; it goes on to envelope 2."""
    tender = begin(bid.tender, by=by)
    require_seat(tender, by)
    bid = advance(bid, "qualify", by=by, at=tender.judged_at)
    if bid.offer_envelope() is not None and reopened(bid):
        bid = advance(bid, "open_second", by=by, at=tender.judged_at)
    return bid


def reopened(bid):
    """Whether envelope 2 was opened before an appeal sent the bid back to the decision on envelope 1."""
    return has_two_envelopes(bid.tender) and bid.decisions.filter(superseded_at__isnull=False).exists()


@transaction.atomic
def exclude(bid, *, by, reason=""):
    """Do not admit a bid: a criterion fails, with its reason, or a defect was not remedied (rule 54)."""
    tender = begin(bid.tender, by=by)
    require_seat(tender, by)
    bid = open_bid(bid, tender)
    check(bid, remedy_term_is_over)
    failed = bid.decisions.filter(superseded_at=None, meets=False).exclude(criterion="local")
    bid.reason = reason.strip() or "\n".join(f"{named(tender, each)}: {each.reason}" for each in failed)
    minutes.check_public(bid.reason)
    bid.reason_code = "evaluation.criterion.not-met"
    bid.save()
    bid = advance(bid, "exclude", by=by, at=tender.judged_at, private={"reason": bid.reason})
    bid.defects.filter(settled_at=None).update(
        settled_at=tender.judged_at, accepted=False, verdict=notices.spanish(_("Not remedied in time."))
    )
    return bid


def named(tender, decision):
    return notices.spanish(_(criterion_of(tender, decision.criterion).label))


# Terms, and telling


def term(tender, at, days, day_type):
    """Return the deadline of a term whose length and kind of days the terms state."""
    number, kind = tender.settled(days), value(tender, day_type, "calendar")
    return deadlines.after(at, number, kind, tender.municipality.calendar())


def tell_bidder(bid, subject, text, *, at, link=""):
    """Tell a bidder; who has no account is told on paper by the desk."""
    tender = bid.tender
    link = link or page(tender)
    if bid.bidder.account:
        notices.tell([bid.bidder.account], tender=tender, subject=subject, text=text, at=at, link=link)
        return
    desk = notices.people_of(tender, Role.DESK, Role.SECRETARY, at=at)
    on_paper = said(_("On paper for %(bidder)s: %(subject)s"), bidder=bid, subject=subject)
    notices.tell(desk, tender=tender, subject=on_paper, text=text, at=at, link=link)
