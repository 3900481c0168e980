"""Circulars and the integrated terms: one word for all buyers at once (rules 36, 47; decisions 6 and 8)."""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement import committee, planning, roles
from procurement.guards.call import rules_of
from procurement.guards.problems import lazily_shown
from procurement.log import actor_id, record
from procurement.models import Circular, Query, Terms
from procurement.schedule import LIMA, local_day
from procurement.services import changes as postponements
from procurement.services import minutes, notices, papers, queries, sale, terms
from procurement.services.notices import said
from procurement.services.tenders import tell
from procurement.workflow import Blocked, Refusal, advance, lock

DAY = timedelta(days=1)
NOT_A_MEMBER = Refusal(
    "committee.member.not-appointed",
    _("%(person)s may not decide: not appointed, or declared a tie. Take them off the list."),
    _("terms 4.2"),
)
UNDECLARED = Refusal(
    "conflict.declaration.missing",
    _("%(person)s has not declared whether they have a tie. They must before they decide."),
    _("terms 33.1; decision 2"),
)
NOT_A_DRAFT = Refusal(
    "circular.text.not-draft",
    _("Only a draft can be changed. Take the approval back first."),
    _("domain 4.3"),
)
NOT_READY = Refusal(
    "circular.answer.not-drafted",
    _(
        "Query no. %(query_no)s cannot go into this circular: it waits for a draft, or another one answers "
        "it."
    ),
    _("domain 4.3"),
)
AFTER_INTEGRATION = Refusal(
    "circular.change.after-integration",
    _(
        "The terms were integrated on %(integration_date)s. A change after that moves the deadline for bids "
        "in the same act, to %(earliest)s or later."
    ),
    _("terms 11.5; decision 6"),
)
LATE_CHANGE = Refusal(
    "circular.change.late",
    _(
        "This change comes fewer than %(days)s days before the deadline for bids. It moves the deadline in "
        "the same act, to %(earliest)s or later."
    ),
    _("terms 11.5"),
)


def judge_quorum(tender, present, at):
    """Refuse an act of the committee without enough of those who may decide (`present` are users)."""
    deciding = {seat.user_id: seat for seat in committee.sitting(tender, at)}
    reasons = [NOT_A_MEMBER.about(person=str(user)) for user in present if user.pk not in deciding]
    here = {user.pk for user in present}
    for seat in committee.undeclared(tender, at):
        if seat.user_id in here:
            reasons.append(UNDECLARED.about(person=str(seat.user)))
    if missing := committee.shortfall(tender, present, at):
        reasons.append(committee.QUORUM_NOT_MET.about(**missing))
    if reasons:
        raise Blocked(*reasons)


# The draft


def begin(circular, *, by, codename="publish_circular"):
    circular = lock(circular, by=by)
    roles.require(by, codename, circular.tender, circular.judged_at)
    return circular


@transaction.atomic
def draft(tender, *, subject, by, text="", answers=None):
    """Begin a circular with these queries; without a list, with all that have a draft of their answer."""
    tender = lock(tender, by=by)
    at = tender.judged_at
    roles.require(by, "publish_circular", tender, at)
    minutes.check_public(subject, text)
    number = (tender.circulars.aggregate(last=Max("number"))["last"] or 0) + 1
    circular = Circular.objects.create(
        tender=tender,
        number=number,
        round=tender.round,
        subject=subject,
        text=text,
        drafted_by=by,
        drafted_at=at,
    )
    ready = tender.queries.heads().filter(state=Query.State.DRAFTED, circular=None)
    collect(circular, ready if answers is None else answers)
    private = {"subject": subject, "text": text}
    record(tender, "circular.draft", by=by, at=at, private=private, number=number, queries=numbers(circular))
    return circular


def numbers(circular):
    return [query.number for query in circular.queries.order_by("number")]


def collect(circular, answers):
    """Put these queries, with those merged into them, into the circular and leave out all others."""
    circular.queries.update(circular=None)
    for query in answers:
        query = Query.objects.select_for_update().get(pk=query.pk)
        fits = query.tender_id == circular.tender_id and query.circular_id is None and not query.same_as_id
        if not fits or query.state != Query.State.DRAFTED:
            raise Blocked(NOT_READY.about(query_no=query.number))
        Query.objects.filter(pk=query.pk).update(circular=circular)
        query.equals.update(circular=circular)


@transaction.atomic
def revise(circular, *, subject, by, text="", answers=()):
    """Change the words of a draft and which queries it answers."""
    circular = begin(circular, by=by)
    if circular.state != Circular.State.DRAFT:
        raise Blocked(NOT_A_DRAFT)
    minutes.check_public(subject, text)
    circular.subject, circular.text = subject, text
    circular.save()
    collect(circular, answers)
    private = {"subject": subject, "text": text}
    facts = {"number": circular.number, "queries": numbers(circular)}
    record(circular.tender, "circular.revise", by=by, at=circular.judged_at, private=private, **facts)
    return circular


@transaction.atomic
def change_terms(circular, *, by, **particulars):
    """Add to a draft a change that the committee makes of its own accord: a clause, or a value."""
    circular = begin(circular, by=by)
    if circular.state != Circular.State.DRAFT:
        raise Blocked(NOT_A_DRAFT)
    made = queries.change(circular.tender, **particulars)
    if not made:
        raise Blocked(queries.NOT_FLAGGED)
    circular.changes = [each for each in circular.changes if target(each) != target(made)] + [made]
    circular.save()
    facts = {"number": circular.number}
    record(circular.tender, "circular.change", by=by, at=circular.judged_at, private=made, **facts)
    return circular


def target(change):
    return change.get("clause") or change["parameter"]


@transaction.atomic
def drop_change(circular, *, what, by):
    """Take a change out of a draft again; `what` is the clause or the name of the value."""
    circular = begin(circular, by=by)
    if circular.state != Circular.State.DRAFT:
        raise Blocked(NOT_A_DRAFT)
    circular.changes = [each for each in circular.changes if target(each) != what]
    circular.save()
    record(circular.tender, "circular.keep", by=by, at=circular.judged_at, number=circular.number)
    return circular


# Approved by the committee


@transaction.atomic
def approve(circular, *, present, by):
    """Approve a circular in a sitting of the committee with quorum; the minutes hold its words."""
    circular = begin(circular, by=by)
    tender, at = circular.tender, circular.judged_at
    judge_quorum(tender, present, at)
    facts = {"number": circular.number, "queries": numbers(circular), "present": list(map(actor_id, present))}
    circular = advance(circular, "approve", by=by, at=at, **facts)
    for query in circular.queries.all():
        advance(query, "settle", by=by, at=at, number=query.number)
    text = papers.render("minutes_circular", tender=tender, circular=circular, present=present)
    told = {"office": "committee", "kind": "circular-approved"}
    title = said(_("Approval of circular no. %(number)s"), number=circular.number)
    circular.minutes = minutes.write(tender, **told, title=title, text=text, happened_at=at, by=by, at=at)
    circular.save()
    return circular


@transaction.atomic
def reconsider(circular, *, reason, by):
    """Take the approval of a circular back before it is sent, with a reason; the minutes stay."""
    circular = begin(circular, by=by)
    at, facts = circular.judged_at, {"number": circular.number, "reason": reason}
    circular = advance(circular, "withdraw_approval", by=by, at=at, **facts)
    for query in circular.queries.all():
        advance(query, "unsettle", by=by, at=at, number=query.number)
    return circular


# A change that comes late


def late_change(circular, at):
    """Return the refusal that stands until the deadline moves with this circular, or None (terms 11.5)."""
    tender = circular.tender
    if not circular.all_changes():
        return None
    deadline, earliest = tender.schedule.submission_deadline, earliest_deadline(tender, at)
    facts = {"earliest": lazily_shown(earliest)}
    if tender.state == tender.State.INTEGRATED:
        return AFTER_INTEGRATION.about(integration_date=lazily_shown(tender.integrated_at), **facts)
    days = terms.value(tender, "late_change_days", default=0)
    if (local_day(deadline) - local_day(at)).days < days:
        return LATE_CHANGE.about(days=days, **facts)
    return None


def earliest_deadline(tender, at):
    """Return the least deadline after a late change: its days from now, and a day later than it stands."""
    days = terms.value(tender, "minimum_days_after_change", default=0)
    stands = tender.schedule.submission_deadline.astimezone(LIMA)
    day = max(local_day(at) + timedelta(days=days), stands.date() + DAY)
    return planning.at_hour(day, stands.timetz().replace(tzinfo=None))


def proposed_dates(tender, at):
    """Return the dates that a late change asks for: a business day, and all that follows moved with it."""
    calendar = tender.municipality.calendar()
    earliest = earliest_deadline(tender, at)
    day = calendar.business_from(local_day(earliest))
    before = tender.schedule.dates()
    deadline = planning.at_hour(day, earliest.timetz().replace(tzinfo=None))
    after = planning.shift(before, "submission_deadline", deadline, rules_of(tender), calendar, at=at)
    return {name: moment for name, moment in after.dated() if before.get(name) != moment}


def judge_change(circular, new, at):
    """Refuse a late change whose deadline does not move far enough in the same act."""
    reason = late_change(circular, at)
    if reason is None:
        return
    moved = (new or {}).get("submission_deadline")
    if moved is None or moved < earliest_deadline(circular.tender, at):
        raise Blocked(reason)


def proposed_integration(tender, at):
    """Return the dates that answers which come late ask for, or nothing while there is time (decision 8)."""
    dated = getattr(tender, "schedule", None)
    late = dated and dated.integration <= at and tender.state == tender.State.ANNOUNCED
    if not late or not tender.queries.open().exists():
        return {}
    calendar = tender.municipality.calendar()
    hour = dated.integration.astimezone(LIMA).timetz().replace(tzinfo=None)
    to = planning.at_hour(calendar.business_from(local_day(at) + DAY), hour)
    after = planning.shift(dated.dates(), "integration", to, rules_of(tender), calendar, at=at)
    moved = {name: moment for name, moment in after.dated() if getattr(dated, name) != moment}
    moved.pop("integration")
    return moved


# Sent to all


@transaction.atomic
def publish(circular, *, by, new=None):
    """Send an approved circular to every buyer at once and to everybody's eyes.

    `new` are the dates that move with it, which a late change cannot do without (terms 11.5).
    """
    circular = begin(circular, by=by)
    tender, at = circular.tender, circular.judged_at
    judge_change(circular, new, at)
    circular.body = body_of(circular)
    circular.sha256 = hashlib.sha256(circular.body.encode()).hexdigest()
    circular.recipients = tender.terms_sales.bought().count()
    circular.save()
    facts = {"number": circular.number, "queries": numbers(circular), "sha256": circular.sha256}
    facts |= {"recipients": circular.recipients, "changes": circular.all_changes()}
    circular = advance(circular, "publish", by=by, at=at, **facts)
    for query in circular.queries.all():
        advance(query, "notify", by=by, at=at, number=query.number)
    follow_changes(circular, new, by=by)
    hand_out(circular, by=by)
    return circular


def body_of(circular):
    """Write what goes out: the same words for everybody; the first line says whether the terms change."""
    text = papers.render("circular", tender=circular.tender, circular=circular)
    minutes.check_public(text)
    return text


def follow_changes(circular, new, *, by):
    """Move the deadline and write the version of the terms that the circular brings about."""
    tender, at = circular.tender, circular.judged_at
    if new:
        act = {"act": notices.spanish(circular), "reason": circular.subject, "happened_on": local_day(at)}
        circular.postponement = postponements.postpone(tender, new=new, by=by, **act)
        tender = lock(tender, by=by, at=at)
    if made := circular.all_changes():
        kind = Terms.Kind.CHANGED
        circular.terms = terms.new_version(tender, kind=kind, by=by, at=at, changes=made)
    circular.save()


def hand_out(circular, *, by):
    """Put the circular on every shelf in this transaction, the same text for all."""
    tender, at, link = circular.tender, circular.judged_at, circular.get_absolute_url()
    subject = f"{notices.spanish(circular)}: {circular.subject}"
    told = {"title": subject, "text": circular.body, "sha256": circular.sha256, "link": link}
    sale.hand_to_all(tender, at=at, **told)
    tell(tender, subject, circular.body, by=by)


# The integrated terms


@transaction.atomic
def integrate(tender, *, present, by):
    """Integrate the terms, in a sitting with quorum: from here bids may be presented (rules 36, 47)."""
    tender = lock(tender, by=by)
    at = tender.judged_at
    roles.require(by, "integrate_tender", tender, at)
    judge_quorum(tender, present, at)
    bought = first_version(tender)
    tender = advance(tender, "integrate", by=by, at=at, present=list(map(actor_id, present)))
    for circular in tender.circulars.filter(state=Circular.State.PUBLISHED):
        advance(circular, "integrate", by=by, at=at, number=circular.number)
    tender.schedule.integration = at
    tender.schedule.save()
    version = terms.new_version(tender, kind=Terms.Kind.INTEGRATED, by=by, at=at)
    leave_minutes(tender, version, bought, present, by=by)
    tell_of_integration(tender, version, by=by)
    return tender


def leave_minutes(tender, version, bought, present, *, by):
    at = tender.judged_at
    shown = {"version": version, "bought": bought, "present": present}
    shown["circulars"] = tender.circulars.exclude(published_at=None)
    shown["queries"] = tender.queries.answered().count()
    shown["returned"] = tender.queries.filter(state=Query.State.REJECTED).count()
    shown["difference"] = differences(tender)
    text = papers.render("minutes_integration", tender=tender, **shown)
    told = {"office": "committee", "kind": "integration", "title": _("Integration of the terms")}
    return minutes.write(tender, **told, text=text, happened_at=at, by=by, at=at)


def tell_of_integration(tender, version, *, by):
    subject = _("The integrated terms are out: these are the rules that count")
    text = said(
        _("Use this text and its forms only. What changed is on its page. Bids until %(deadline)s."),
        deadline=terms.moment(tender.schedule.submission_deadline),
    )
    link = reverse("integration", args=[tender.pk])
    told = {"title": subject, "text": text, "sha256": version.sha256, "link": link}
    sale.hand_to_all(tender, at=tender.judged_at, **told)
    tell(tender, subject, text, by=by)


def first_version(tender):
    """Return the version that was announced last: what buyers bought."""
    return tender.terms.filter(kind__in=[Terms.Kind.APPROVED, Terms.Kind.ANNOUNCED]).published().last()


def differences(tender):
    """Return the lines in which the latest published terms differ from those that were announced."""
    first, last = first_version(tender), tender.terms.published().last()
    return terms.difference(first.text, last.text) if first and last and first != last else []
