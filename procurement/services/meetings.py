"""The three meetings: planned, convened, held, closed with minutes; or left out, with a reason (rules
43-50).
"""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement import roles
from procurement.guards.meetings import guests
from procurement.log import record
from procurement.models import Attendance, BidderMeeting, Invitation, MeetingQuestion, TermsSale
from procurement.models.meeting import Sector
from procurement.roles import Role
from procurement.services import changes, facts, minutes, notices, papers, sale, terms
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance, lock

WORKERS = (Role.COMMITTEE, Role.SECRETARY, Role.MANAGER, Role.LEGAL, Role.JVS)

ONLY_BUYERS = Refusal(
    "meeting.attendance.not-entitled",
    _("This meeting is for those who bought the terms and those who were invited."),
    _("rule 45"),
)
NOT_A_BUYER = Refusal(
    "meeting.attendance.not-buyer",
    _(
        "No purchase has this document or this receipt number. Look at the receipt, or enter who invited "
        "them."
    ),
    _("rule 45"),
)
NOT_INVITED = Refusal(
    "meeting.attendance.not-invited",
    _("Choose from the list of invitations which one they come by."),
    _("rule 45"),
)
TWICE = Refusal(
    "meeting.attendance.twice",
    _("This document is on the list already."),
    _("domain 4.2"),
)
LIST_CLOSED = Refusal(
    "meeting.attendance.list-closed",
    _("Who came is entered from the hour of the meeting until its minutes are closed."),
    _("domain 4.11"),
)
INVITATIONS_OVER = Refusal(
    "meeting.invitation.too-late",
    _("The meeting is over: nobody is invited to it any longer."),
    _("rule 44"),
)
NEW_RULE = Refusal(
    "meeting.third.new-rule",
    _(
        "No rules are made in a meeting. What changes the terms, or is not about filling the forms, is "
        "entered as a query: a circular answers it to all."
    ),
    _("rule 48"),
)
QUERIES_INSTEAD = Refusal(
    "meeting.question.is-a-query",
    _("What is asked at the second meeting is a query: enter it in the register, a circular answers it."),
    _("rule 47"),
)
NO_DATE = Refusal(
    "meeting.rescheduling.date-missing",
    _("Write the new date of the meeting; it lies ahead."),
    _("domain 4.2"),
)
REASON_MISSING = Refusal(
    "meeting.rescheduling.reason-missing",
    _("Write why it is put on another date. Everybody who was invited reads it."),
    _("domain 4.2"),
)


def begin(meeting, codename, *, by):
    meeting = lock(meeting, by=by)
    roles.require(by, codename, meeting.tender, meeting.judged_at)
    return meeting


# Before the meeting


@transaction.atomic
def invite(meeting, *, name, sector, medium, sent_on, proof, by, file=None):
    """Note that somebody was invited, with the proof; the name stays private (rules 34, 44)."""
    meeting = begin(meeting, "convene_meeting", by=by)
    facts.not_in_the_future(sent_on, meeting.judged_at)
    if meeting.state in [*BidderMeeting.OVER, BidderMeeting.State.HELD]:
        raise Blocked(INVITATIONS_OVER)
    tender, at = meeting.tender, meeting.judged_at
    document = file and keep_reserved(file, title=meeting, tender=tender, by=by)
    told = {"sector": str(sector), "medium": str(medium), "sent_on": str(sent_on)}
    private = {"name": name, "proof": proof, "sha256": document and document.sha256}
    record(tender, "meeting.invite", by=by, at=at, private=private, number=meeting.number, **told)
    return Invitation.objects.create(
        tender=tender,
        meeting=meeting,
        name=name,
        sector=sector,
        medium=medium,
        sent_on=sent_on,
        proof=proof,
        document=document,
        by=by,
        at=at,
    )


def keep_reserved(file, *, title, tender, by):
    """Store a paper that names people: never public."""
    return facts.documents.store(
        file,
        kind="invitation",
        title=notices.spanish(title),
        municipality=tender.municipality,
        tender=tender,
        by=by,
        at=tender.judged_at,
        reserved=True,
    )


@transaction.atomic
def convene(meeting, *, place, by):
    """Convene a meeting for its date in the schedule; every buyer is told at once, with the same words."""
    meeting = begin(meeting, "convene_meeting", by=by)
    meeting.place = place.strip()
    meeting.save()
    number, at = meeting.number, meeting.judged_at
    told = {"number": number, "place": meeting.place, "date": meeting.date and meeting.date.isoformat()}
    told["invitations"] = meeting.invitations.count()
    meeting = advance(meeting, "convene", by=by, at=at, **told)
    moment = terms.moment(meeting.convened_for)
    subject = said(_("%(meeting)s: %(moment)s"), meeting=meeting, moment=moment)
    text = said(_("In %(place)s. %(purpose)s"), place=meeting.place, purpose=meeting.purpose)
    tell_all(meeting, subject, text, by=by)
    return meeting


def tell_all(meeting, subject, text, *, by):
    """Tell every buyer, and whoever works on the call, the same about a meeting."""
    tender, at, link = meeting.tender, meeting.judged_at, meeting.get_absolute_url()
    sale.hand_to_all(tender, title=subject, text=text, link=link, at=at)
    users = [user for user in notices.people_of(tender, *WORKERS, at=at) if user != by]
    notices.tell(users, tender=tender, subject=subject, text=text, at=at, link=link)


@transaction.atomic
def reschedule(meeting, *, reason, by, to=None):
    """Put a convened meeting on another date within its window; it is then convened anew.

    Without `to` it follows a date that a postponement has moved already.
    """
    meeting = begin(meeting, "convene_meeting", by=by)
    tender, at = meeting.tender, meeting.judged_at
    if not reason.strip():
        raise Blocked(REASON_MISSING)
    if to is None and not meeting.date_moved:
        raise Blocked(NO_DATE)
    before = meeting.convened_for
    if to is not None and to != meeting.date:
        _old, moved = changes.move(tender, {meeting.milestone: to}, at)
        changes.save_dates(tender, moved)
    meeting.reason = reason
    meeting.save()
    told = {"number": meeting.number, "reason": reason, "date": meeting.date.isoformat()}
    meeting = advance(meeting, "reschedule", by=by, at=at, **told)
    leave_minutes(meeting, "rescheduled", happened_at=at, by=by, before=before)
    subject = said(_("%(meeting)s: it is put on another date"), meeting=meeting)
    new = said(
        _("It will be on %(moment)s. Reason: %(reason)s"), moment=terms.moment(meeting.date), reason=reason
    )
    tell_all(meeting, subject, new, by=by)
    return meeting


@transaction.atomic
def skip(meeting, *, reason, by):
    """Leave out a meeting that was planned, with a reason that everybody reads (rule 43)."""
    meeting = begin(meeting, "convene_meeting", by=by)
    meeting.reason = reason.strip()
    meeting.save()
    meeting = advance(
        meeting, "skip", by=by, at=meeting.judged_at, number=meeting.number, reason=meeting.reason
    )
    leave_minutes(meeting, "skipped", happened_at=meeting.judged_at, by=by)
    subject = said(_("%(meeting)s: it will not be held"), meeting=meeting)
    tell_all(meeting, subject, meeting.reason, by=by)
    return meeting


# At the meeting


def judge_list(meeting):
    """Refuse to touch the list before the hour and after the minutes."""
    open_states = [BidderMeeting.State.CONVENED, BidderMeeting.State.HELD]
    if meeting.state not in open_states or meeting.judged_at < meeting.convened_for:
        raise Blocked(LIST_CLOSED)


@transaction.atomic
def attend(meeting, *, name, dni, sector, sex, capacity, by, receipt=None, invitation=None):
    """Enter one person who came. Name and document stay reserved, the counts are public (terms 10.4).

    A buyer is known by the document, or by the number of the receipt where somebody else comes for the buyer.
    """
    meeting = begin(meeting, "keep_minutes", by=by)
    judge_list(meeting)
    if meeting.attendances.filter(dni=dni).exists():
        raise Blocked(TWICE)
    purchase = entitled(meeting, capacity, dni, receipt, invitation)
    told = {"sector": str(sector), "sex": str(sex), "capacity": str(capacity)}
    private = {"name": name, "dni": dni, "receipt": purchase and purchase.receipt}
    tender, at = meeting.tender, meeting.judged_at
    record(tender, "meeting.attend", by=by, at=at, private=private | told, number=meeting.number)
    return Attendance.objects.create(
        tender=tender,
        meeting=meeting,
        name=name,
        dni=dni,
        sector=sector,
        sex=sex,
        capacity=capacity,
        sale=purchase,
        invitation=invitation,
        by=by,
        at=at,
    )


def entitled(meeting, capacity, dni, receipt, invitation):
    """Return the purchase that somebody comes by (None: by another title), or refuse who may not take
    part.
    """
    if capacity == Attendance.Capacity.FREE and meeting.number != 1:
        raise Blocked(ONLY_BUYERS)
    if capacity == Attendance.Capacity.INVITEE and meeting.number != 1:
        invited = invitation and invitation.tender_id == meeting.tender_id
        if not invited:
            raise Blocked(NOT_INVITED)
    if capacity != Attendance.Capacity.BUYER:
        return None
    found = meeting.tender.terms_sales.bought()
    found = found.filter(receipt=receipt) if receipt else found.filter(dni=dni)
    if not found.exists():
        raise Blocked(NOT_A_BUYER)
    return found.first()


@transaction.atomic
def strike(attendance, *, by):
    """Take a person off the list who was entered by mistake, before the minutes are closed."""
    meeting = begin(attendance.meeting, "keep_minutes", by=by)
    judge_list(meeting)
    attendance = Attendance.objects.get(pk=attendance.pk)
    private = {"name": attendance.name, "dni": attendance.dni}
    record(
        meeting.tender,
        "meeting.strike",
        by=by,
        at=meeting.judged_at,
        private=private,
        number=meeting.number,
    )
    attendance.delete()
    return meeting


@transaction.atomic
def note_question(meeting, *, text, answer, by, changes_terms=False):
    """Note a question and its answer that touch no rule; one that does goes out as a circular (rule 48)."""
    meeting = begin(meeting, "keep_minutes", by=by)
    judge_list(meeting)
    if meeting.number == 2:
        raise Blocked(QUERIES_INSTEAD)
    if changes_terms:
        raise Blocked(NEW_RULE)
    minutes.check_public(text, answer)
    tender, at = meeting.tender, meeting.judged_at
    private = {"text": text, "answer": answer}
    record(tender, "meeting.question", by=by, at=at, private=private, number=meeting.number)
    return MeetingQuestion.objects.create(
        tender=tender, meeting=meeting, text=text, answer=answer, by=by, at=at
    )


@transaction.atomic
def hold(meeting, *, by):
    """Record that the meeting was held: its list of who came has somebody on it."""
    meeting = begin(meeting, "keep_minutes", by=by)
    told = {"number": meeting.number, **count(meeting)}
    return advance(meeting, "hold", by=by, at=meeting.judged_at, **told)


def count(meeting):
    """Return what is public about who came: women and men."""
    came = guests(meeting)
    return {sex: came.filter(sex=sex).count() for sex in Attendance.Sex.values}


def by_sector(meeting):
    """Return (label of the sector, how many came), the largest first."""
    came = list(guests(meeting).values_list("sector", flat=True))
    found = [(Sector(each).label, came.count(each)) for each in set(came)]
    return sorted(found, key=lambda pair: (-pair[1], str(pair[0])))


# After the meeting


@transaction.atomic
def report(meeting, *, by, account, topics=()):
    """Write down what was told and which of the fixed topics were dealt with (rule 46)."""
    meeting = begin(meeting, "keep_minutes", by=by)
    judge_list(meeting)
    minutes.check_public(account)
    topics = [topic for topic in BidderMeeting.Topic.values if topic in topics] if meeting.number == 2 else []
    meeting.account, meeting.topics = account, topics
    meeting.save()
    record(
        meeting.tender,
        "meeting.report",
        by=by,
        at=meeting.judged_at,
        private={"account": account},
        number=meeting.number,
        topics=topics,
    )
    return meeting


@transaction.atomic
def close(meeting, *, by):
    """Close the meeting with its minutes, made from what was entered; everybody may read them."""
    meeting = begin(meeting, "keep_minutes", by=by)
    told = {"number": meeting.number, "topics": meeting.topics, **count(meeting)}
    told["queries"] = [query.number for query in meeting.queries.all() if query.number]
    meeting = advance(meeting, "close", by=by, at=meeting.judged_at, **told)
    leave_minutes(meeting, f"meeting_{meeting.number}", happened_at=meeting.held_at, by=by)
    tell_workers(meeting, said(_("%(meeting)s: the minutes are published"), meeting=meeting), by=by)
    return meeting


@transaction.atomic
def miss(meeting, *, by):
    """Record that nobody came to a meeting; the call goes on (decision 8)."""
    meeting = begin(meeting, "keep_minutes", by=by)
    meeting.reason = notices.spanish(_("Nobody came"))
    meeting.save()
    meeting = advance(meeting, "miss", by=by, at=meeting.judged_at, number=meeting.number)
    leave_minutes(meeting, "not_held", happened_at=meeting.convened_for, by=by)
    tell_workers(meeting, said(_("%(meeting)s: nobody came"), meeting=meeting), by=by)
    return meeting


def tell_workers(meeting, subject, *, by):
    tender, at = meeting.tender, meeting.judged_at
    users = [user for user in notices.people_of(tender, *WORKERS, at=at) if user != by]
    link = reverse("minutes", args=[tender.pk, meeting.minutes_id])
    notices.tell(users, tender=tender, subject=subject, text=subject, at=at, link=link)


def leave_minutes(meeting, name, *, happened_at, by, **more):
    """Leave minutes of what became of a meeting; of those who came it says numbers only."""
    tender, at = meeting.tender, meeting.judged_at
    paper = name if name.startswith("meeting") else f"meeting_{name}"
    shown = {"tender": tender, "meeting": meeting, "sectors": by_sector(meeting)} | count(meeting) | more
    shown["invited"] = meeting.invitations.count()
    shown["buyers"] = people_who_bought(meeting)
    shown["invitees"] = meeting.attendances.filter(capacity=Attendance.Capacity.INVITEE).count()
    shown["board"] = meeting.attendances.filter(capacity=Attendance.Capacity.JVS).count()
    shown["queries"] = meeting.queries.exclude(number=None)
    text = papers.render(f"minutes_{paper}", **shown)
    told = {"office": "committee", "kind": paper.replace("_", "-"), "title": meeting}
    meeting.minutes = minutes.write(tender, **told, text=text, happened_at=happened_at, by=by, at=at)
    meeting.save()


def people_who_bought(meeting):
    """Return how many purchases were represented."""
    return TermsSale.objects.filter(pk__in=meeting.attendances.values("sale")).count()
