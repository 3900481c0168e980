"""Appeals of bidders: filed, completed, answered by the others, decided by who the terms say (§4.10)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from bids import deadlines
from bids.criteria import value
from bids.guards.evaluation import first_result_of
from bids.models import Appeal, AppealAnswer, Bid
from bids.services import award as awards
from bids.services.evaluation import tell_bidder
from procurement import clock, roles
from procurement.guards.award import award_of, ranking_of
from procurement.guards.problems import lazily_shown
from procurement.log import instant, record
from procurement.roles import Role
from procurement.services import documents, minutes, notices, papers
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance, lock

NOTHING_TO_APPEAL = Refusal(
    "appeal.filing.nothing",
    _("Nothing can be appealed now: no result is published."),
    _("terms 25.1"),
)
LATE = Refusal(
    "appeal.filing.late",
    _(
        "The appeal arrived at %(received_at)s and the period ended at %(until)s. It is not admitted. Ask a "
        "lawyer which other way is left."
    ),
    _("terms 25.2"),
)
NO_INTEREST = Refusal(
    "appeal.filing.no-interest",
    _(
        "Only a bidder whom the act affects may appeal: your bid was not judged, or it has the award. As a "
        "neighbour you may leave a remark through the JVS."
    ),
    _("terms 25.1"),
)
PENDING = Refusal("appeal.filing.pending", _("Your appeal against this is pending already."), _("terms 25.1"))
GROUNDS_MISSING = Refusal(
    "appeal.filing.grounds-missing",
    _("Write which clause was not kept, and why."),
    _("terms 25.3"),
)
BY_COMMITTEE = Refusal(
    "appeal.decision.by-committee",
    _("The committee does not decide appeals against its own acts. %(authority)s does."),
    _("domain.md §4.11"),
)
ANSWERS_CLOSED = Refusal(
    "appeal.answers.closed",
    _("This appeal is not open for answers, or yours is there already."),
    _("terms 25.4"),
)
COMPLETION_LATE = Refusal(
    "appeal.completion.late", _("The time to complete the appeal ended on %(until)s."), _("terms 25.4")
)
NOT_OBSERVED = Refusal(
    "appeal.completion.not-asked", _("Nothing is missing in this appeal."), _("terms 25.4")
)
REMAKE_MISSING = Refusal(
    "appeal.decision.remake-missing",
    _("Say from which act the procedure goes on."),
    _("terms 25.5"),
)
IN_THE_FUTURE = Refusal(
    "appeal.filing.in-future", _("That hour has not come yet. Write when it was handed in."), _("decision 2")
)
AUTHORITIES = {
    "mayor": (Role.MAYOR, _("The mayor")),
    "council": (Role.MANAGER, _("The council, whose agreement the manager enters,")),
    "manager": (Role.MANAGER, _("The municipal manager")),
}


def authority(tender):
    """Return who decides appeals of this call: the role that enters it, and its name."""
    return AUTHORITIES[value(tender, "appeal.authority", "mayor")]


def until_when(tender, against):
    """Return the first instant at which it is too late to appeal this; None where there is nothing."""
    if against == Appeal.Against.AWARD:
        found = award_of(tender)
        return found and found.appeal_until
    found = first_result_of(tender)
    if found is None or tender.state != tender.State.EVALUATING:
        return None
    return found.appeal_until


def has_interest(bid, against):
    """Whether the act touches this bidder: judged, and without the award."""
    if bid.round != bid.tender.round:
        return False
    if bid.state in ("drafting", "withdrawn", "submitted"):
        return False
    found = award_of(bid.tender)
    return against != Appeal.Against.AWARD or found is None or found.bid_id != bid.pk


@transaction.atomic
def file(
    bid,
    *,
    against,
    clause,
    grounds,
    by,
    document=None,
    guarantee_paper="",
    received_at=None,
):
    """File an appeal as the bidder; or, on paper, as the desk, with the hour at which it was handed in."""
    tender = lock(bid.tender, by=by)
    now = tender.judged_at
    bid = Bid.objects.select_related("bidder").get(pk=bid.pk)
    bid.tender = tender
    own = bid.bidder.account_id == by.pk
    if not own:
        roles.require(by, "receive_paper", tender, now)
    filed_at = now if own or received_at is None else received_at
    judge_filing(bid, against, clause, grounds, filed_at, now)
    number = (tender.appeals.aggregate(last=Max("number"))["last"] or 0) + 1
    asked = value(tender, "appeal.guarantee", 0) or 0
    appeal = Appeal.objects.create(
        tender=tender,
        bid=bid,
        number=number,
        against=against,
        clause=clause,
        grounds=grounds,
        document=keep(tender, document, by=by),
        on_paper=not own,
        filed_at=filed_at,
        entered_at=now,
        guarantee_asked=asked,
        guarantee="held" if asked and guarantee_paper else "none",
        guarantee_paper=guarantee_paper,
    )
    private = {"account": f"user:{by.pk}", "guarantee_paper": guarantee_paper}
    facts = {"appeal": number, "against": str(against), "clause": clause, "filed_at": instant(filed_at)}
    actor = bid.pseudonym if own else by
    record(tender, "appeal.file", by=actor, at=now, private=private, bid=bid.pk, grounds=grounds, **facts)
    tell_filed(appeal)
    return appeal


def judge_filing(bid, against, clause, grounds, filed_at, now):
    tender, reasons = bid.tender, []
    until = until_when(tender, against)
    if until is None:
        raise Blocked(NOTHING_TO_APPEAL)
    if filed_at > now:
        reasons.append(IN_THE_FUTURE)
    if filed_at >= until:
        reasons.append(LATE.about(received_at=lazily_shown(filed_at), until=lazily_shown(until)))
    if not has_interest(bid, against):
        reasons.append(NO_INTEREST)
    pending = tender.appeals.filter(bid=bid, against=against)
    if pending.filter(state__in=["filed", "observed", "admitted", "heard"]).exists():
        reasons.append(PENDING)
    if not (clause.strip() and grounds.strip()):
        reasons.append(GROUNDS_MISSING)
    if reasons:
        raise Blocked(*reasons)
    minutes.check_public(clause, grounds)


def keep(tender, upload, *, by):
    """Keep a paper of an appeal: for the parties, not for the public."""
    if not upload:
        return None
    kept = {"kind": "appeal", "title": upload.name[:200], "municipality": tender.municipality}
    return documents.store(upload, **kept, tender=tender, by=by, at=tender.judged_at, reserved=True)


def officials(tender, at):
    role, _name = authority(tender)
    return notices.people_of(tender, role, Role.SECRETARY, Role.LEGAL, Role.COMMITTEE, Role.JVS, at=at)


def tell_filed(appeal):
    tender, at = appeal.tender, appeal.tender.judged_at
    link = appeal.get_absolute_url()
    subject = said(_("Appeal no. %(number)s was filed"), number=appeal.number)
    users = officials(tender, at)
    notices.tell(users, tender=tender, subject=subject, text=appeal.grounds, at=at, link=link)
    _role, name = authority(tender)
    text = said(_("%(authority)s decides it, not the committee."), authority=name)
    subject = said(_("We received your appeal no. %(number)s"), number=appeal.number)
    tell_bidder(appeal.bid, subject, text, at=at, link=link)


def days(appeal, key):
    """Return the deadline of a term of the appeal, from now."""
    tender = appeal.tender
    number = value(tender, key)
    if number is None:
        return None
    kind = value(tender, "appeal.day_type", "calendar")
    return deadlines.after(appeal.judged_at, number, kind, tender.municipality.calendar())


@transaction.atomic
def observe(appeal, *, missing, by):
    """Ask the bidder to complete the appeal, as the secretary."""
    appeal = lock(appeal, by=by)
    appeal.missing, appeal.complete_by = missing, days(appeal, "appeal.remedy_days")
    appeal.save()
    facts = {"missing": missing, "complete_by": appeal.complete_by and instant(appeal.complete_by)}
    appeal = advance(appeal, "observe", by=by, at=appeal.judged_at, **facts)
    subject = said(_("Your appeal no. %(number)s lacks something"), number=appeal.number)
    text = said(_("%(missing)s You have until %(until)s."), missing=missing, until=shown(appeal.complete_by))
    tell_bidder(appeal.bid, subject, text, at=appeal.judged_at, link=appeal.get_absolute_url())
    return appeal


def shown(moment):
    return lazily_shown(moment) if moment else "—"


@transaction.atomic
def complete(appeal, *, by, guarantee_paper="", text="", document=None):
    """Hand in what an appeal lacked, as the bidder or through the desk, within the term."""
    appeal = lock(appeal, by=by)
    tender, at = appeal.tender, appeal.judged_at
    own = appeal.bid.bidder.account_id == by.pk
    if not own:
        roles.require(by, "receive_paper", tender, at)
    if appeal.state not in ("filed", "observed"):
        raise Blocked(NOT_OBSERVED)
    if appeal.complete_by and at >= appeal.complete_by:
        raise Blocked(COMPLETION_LATE.about(until=lazily_shown(appeal.complete_by)))
    if guarantee_paper:
        appeal.guarantee, appeal.guarantee_paper = "held", guarantee_paper
    if text:
        minutes.check_public(text)
        appeal.grounds = f"{appeal.grounds}\n\n{text}"
    appeal.document = keep(tender, document, by=by) or appeal.document
    appeal.save()
    private = {"account": f"user:{by.pk}", "guarantee_paper": guarantee_paper}
    actor = appeal.bid.pseudonym if own else by
    record(tender, "appeal.complete", by=actor, at=at, private=private, appeal=appeal.number, text=text)
    users = notices.people_of(tender, Role.SECRETARY, at=at)
    subject = said(_("Appeal no. %(number)s was completed"), number=appeal.number)
    notices.tell(users, tender=tender, subject=subject, text=text, at=at, link=appeal.get_absolute_url())
    return appeal


@transaction.atomic
def admit(appeal, *, by):
    """Admit an appeal, as the secretary; the other bidders are told and may answer."""
    appeal = lock(appeal, by=by)
    appeal.answer_by = days(appeal, "appeal.answer_days")
    appeal.decide_by = days(appeal, "appeal.decision_days")
    appeal.save()
    facts = {"answer_by": appeal.answer_by and instant(appeal.answer_by)}
    appeal = advance(appeal, "admit", by=by, at=appeal.judged_at, number=appeal.number, **facts)
    subject = said(_("There is an appeal, no. %(number)s: you may answer"), number=appeal.number)
    text = said(_("Read it and answer until %(until)s."), until=shown(appeal.answer_by))
    for bid in appeal.others().select_related("bidder__account"):
        bid.tender = appeal.tender
        tell_bidder(bid, subject, text, at=appeal.judged_at, link=appeal.get_absolute_url())
    return appeal


@transaction.atomic
def turn_away(appeal, *, reasons, by):
    """Do not admit an appeal, with the reason: late, without interest, or not completed."""
    appeal = lock(appeal, by=by)
    appeal.reasons = reasons
    if appeal.guarantee == "held":
        appeal.guarantee = "returned"
    appeal.save()
    appeal = advance(appeal, "turn_away", by=by, at=appeal.judged_at, number=appeal.number, reasons=reasons)
    subject = said(_("Your appeal no. %(number)s was not admitted"), number=appeal.number)
    tell_bidder(appeal.bid, subject, reasons, at=appeal.judged_at, link=appeal.get_absolute_url())
    return appeal


@transaction.atomic
def answer(appeal, *, bid, text, by):
    """Answer an appeal as another bidder, or through the desk, within the term (traslado)."""
    appeal = lock(appeal, by=by)
    tender, at = appeal.tender, appeal.judged_at
    bid = appeal.others().select_related("bidder").filter(pk=bid.pk).first()
    if bid is None:
        raise PermissionDenied
    own = bid.bidder.account_id == by.pk
    if not own:
        roles.require(by, "receive_paper", tender, at)
    over = appeal.answer_by and at >= appeal.answer_by
    if appeal.state != "admitted" or over or appeal.answers.filter(bid=bid).exists() or not text.strip():
        raise Blocked(ANSWERS_CLOSED)
    minutes.check_public(text)
    private = {"account": f"user:{by.pk}"}
    actor = bid.pseudonym if own else by
    facts = {"appeal": appeal.number, "bid": bid.pk, "text": text}
    record(tender, "appeal.answer", by=actor, at=at, private=private, **facts)
    return AppealAnswer.objects.create(tender=tender, appeal=appeal, bid=bid, text=text, at=at)


@transaction.atomic
def hear(appeal, *, by):
    """Close the answers, once all have answered or their term is over; the decision follows."""
    appeal = advance(appeal, "hear", by=by)
    role, _name = authority(appeal.tender)
    users = notices.people_of(appeal.tender, role, Role.LEGAL, at=appeal.judged_at)
    subject = said(_("Appeal no. %(number)s waits for your decision"), number=appeal.number)
    text = said(_("It is to be decided until %(until)s."), until=shown(appeal.decide_by))
    link = appeal.get_absolute_url()
    notices.tell(users, tender=appeal.tender, subject=subject, text=text, at=appeal.judged_at, link=link)
    return appeal


def due_to_be_heard(at):
    """Return the appeals whose term for answers is over."""
    return Appeal.objects.filter(state="admitted", answer_by__lte=at)


def hear_by_clock(appeal):
    return hear(appeal, by=clock.ACTOR)


# The decision


def require_authority(tender, by):
    """Stop here unless this person enters decisions of who the terms say decides; never the committee."""
    at = tender.judged_at
    role, name = authority(tender)
    if roles.committee(tender, at).filter(user=by).exists():
        raise Blocked(BY_COMMITTEE.about(authority=name))
    if role not in roles.roles_on(tender, by, at):
        raise PermissionDenied


@transaction.atomic
def uphold(appeal, *, resolution, reasons, remake, by, reopened=(), document=None):
    """Uphold an appeal: the procedure goes back to the act that was wrong; the rest is kept (terms 25.5).

    `remake`: "first" judges the bids in `reopened` again from envelope 1, "ranking" orders the offers again.
    """
    appeal = begin_decision(appeal, resolution, reasons, document, by=by)
    tender, at = appeal.tender, appeal.judged_at
    if remake not in Appeal.Remake.values or (remake == Appeal.Remake.FIRST and not reopened):
        raise Blocked(REMAKE_MISSING)
    appeal.remake = remake
    if appeal.guarantee == "held":
        appeal.guarantee = "returned"
    appeal.save()
    facts = {"resolution": resolution, "reasons": reasons, "remake": str(remake)}
    facts |= {"number": appeal.number, "guarantee": appeal.guarantee}
    appeal = advance(appeal, "uphold", by=by, at=at, **facts)
    if tender.state == tender.State.AWARDED:
        fallen = award_of(tender)
        tender = advance(tender, "reopen_evaluation", by=by, at=at, appeal=appeal.number)
        awards.fall(fallen, notices.spanish(said(_("Appeal no. %(n)s was upheld"), n=appeal.number)), at)
    go_back(tender, appeal, reopened, by=by, at=at)
    finish(appeal, by=by)
    return appeal


def begin_decision(appeal, resolution, reasons, document, *, by):
    appeal = lock(appeal, by=by)
    require_authority(appeal.tender, by)
    minutes.check_public(resolution, reasons)
    appeal.resolution, appeal.reasons, appeal.decided_by = resolution, reasons, by
    appeal.decision_document = keep(appeal.tender, document, by=by)
    appeal.save()
    return appeal


def go_back(tender, appeal, reopened, *, by, at):
    """Undo what stands on the act that was wrong: the ranking, and decisions on the bids reopened."""
    ranking = ranking_of(tender)
    if ranking:
        ranking.superseded_at = at
        ranking.save(update_fields=["superseded_at"])
    if appeal.remake == Appeal.Remake.FIRST:
        reopen(tender, reopened, by=by, at=at)
    for bid in tender.bids.presented().filter(state__in=["ranked", "rejected"]):
        advance(bid, "measure_again", by=by, at=at, appeal=appeal.number)


def reopen(tender, bids, *, by, at):
    tender.first_results.filter(round=tender.round, superseded_at=None).update(superseded_at=at)
    for bid in bids:
        bid = advance(bid, "reopen", by=by, at=at)
        bid.decisions.filter(superseded_at=None).update(superseded_at=at)
        bid.is_local = bid.technical = None
        bid.save()


@transaction.atomic
def dismiss(appeal, *, resolution, reasons, by, execute_guarantee=False, document=None):
    """Dismiss an appeal: the result stands; its guarantee is kept or given back, as the terms say."""
    appeal = begin_decision(appeal, resolution, reasons, document, by=by)
    if appeal.guarantee == "held":
        appeal.guarantee = "executed" if execute_guarantee else "returned"
        appeal.save()
    facts = {"resolution": resolution, "reasons": reasons, "guarantee": appeal.guarantee}
    appeal = advance(appeal, "dismiss", by=by, at=appeal.judged_at, number=appeal.number, **facts)
    finish(appeal, by=by)
    return appeal


def finish(appeal, *, by):
    """Leave the resolution among the minutes, and tell every bidder and everybody who works on it."""
    tender, at = appeal.tender, appeal.judged_at
    _role, name = authority(tender)
    text = papers.render("minutes_appeal", tender=tender, appeal=appeal, authority=name)
    kept = {"office": "mayor", "kind": "appeal", "title": appeal}
    minutes.write(tender, **kept, text=text, happened_at=at, by=by, at=at)
    subject = said(_("Appeal no. %(number)s is decided"), number=appeal.number)
    told = said(_("%(result)s. %(reasons)s"), result=Appeal.State(appeal.state).label, reasons=appeal.reasons)
    link = appeal.get_absolute_url()
    users = [user for user in officials(tender, at) if user != by]
    notices.tell(users, tender=tender, subject=subject, text=told, at=at, link=link)
    for bid in [appeal.bid, *appeal.others().select_related("bidder__account")]:
        bid.tender = tender
        tell_bidder(bid, subject, told, at=at, link=link)
