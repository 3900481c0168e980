"""Queries: asked by buyers or captured at a meeting, numbered, merged, answered in draft (rules 36,
45-47).
"""

import re

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from procurement import parameters, roles
from procurement.guards import queries as guards
from procurement.log import actor_id, record
from procurement.models import Query
from procurement.roles import Role
from procurement.services import minutes, notices, terms
from procurement.services.notices import said
from procurement.services.sale import BUYER
from procurement.workflow import Blocked, Refusal, advance, check, lock

HIDDEN = "(…)"  # stands where a query named whoever asks

EMPTY = Refusal("query.text.empty", _("Write the query."), _("terms 11.1"))
NAMES_THE_ASKER = Refusal(
    "query.text.identifies-asker",
    _(
        "The query seems to say who asks (“%(found_text)s”). Everybody will read it. Take it out, or "
        "confirm: then it is hidden for you."
    ),
    _("terms 11.3"),
    warning=True,
)
IN_THE_FUTURE = Refusal(
    "query.receipt.in-future", _("That hour has not come yet. Write when it was received."), _("decision 2")
)
NOT_AT_THIS_MEETING = Refusal(
    "query.oral.wrong-meeting",
    _(
        "Spoken queries are those of the second meeting, and at the third one doubts that are not about the "
        "form."
    ),
    _("rules 47, 48"),
)
ASKER_NOT_THERE = Refusal(
    "query.oral.asker-not-on-list",
    _("Enter first who asks in the list of who came; nobody else sees it."),
    _("decision 8"),
)
NOT_EQUAL = Refusal(
    "query.merge.not-possible",
    _("Only two different queries that wait for an answer can be merged."),
    _("decision 8"),
)
ANSWERED = Refusal(
    "query.text.already-answered",
    _("This query is in an approved circular: its words no longer change."),
    _("nothing is erased"),
)
NOT_FLAGGED = Refusal(
    "circular.change.not-flagged",
    _("A change of the terms says which clause or value, and its new words. Write both, or neither."),
    _("domain 4.11"),
)


# Who asks stays hidden


def pieces_of(purchase=None, person=None):
    """Return what would give away who asks: names, numbers, addresses."""
    pieces = []
    if purchase:
        pieces += [purchase.name, f"{purchase.first_name} {purchase.last_name}", purchase.organization]
        pieces += [purchase.dni, purchase.ruc, purchase.email, purchase.phone]
        pieces += [word for word in purchase.last_name.split() if len(word) > 3]
    if person:
        pieces += [person.name, person.dni]
        pieces += [word for word in person.name.split()[1:] if len(word) > 3]
    return sorted({piece.strip() for piece in pieces if piece.strip()}, key=len, reverse=True)


def pattern(pieces):
    return re.compile("|".join(rf"(?<!\w){re.escape(piece)}(?!\w)" for piece in pieces), re.IGNORECASE)


def hide(text, pieces, *, confirmed):
    """Return the text as everybody will read it; whoever asks has to confirm where it names them."""
    if not text.strip():
        raise Blocked(EMPTY)
    if not pieces:
        return text
    found = pattern(pieces).search(text)
    if found and not confirmed:
        raise Blocked(NAMES_THE_ASKER.about(found_text=found[0]))
    return pattern(pieces).sub(HIDDEN, text)


# Asking


@transaction.atomic
def ask(purchase, *, text, by, clause="", confirmed=False):
    """Ask in writing on the page, as a buyer; it is numbered at once and judged by this instant (rule 45)."""
    purchase = lock(purchase, by=by)
    tender, at = purchase.tender, purchase.judged_at
    if purchase.buyer != by:
        roles.require(by, "register_query", tender, at)
    public = hide(text, pieces_of(purchase), confirmed=confirmed)
    asked = Query(
        tender=tender,
        source=Query.Source.PAGE,
        asker=by,
        sale=purchase,
        clause=clause,
        original=text,
        text=public,
        received_at=at,
        entered_at=at,
        entered_by=by,
    )
    return number(receive(asked, by=BUYER), by=by, at=at, actor=BUYER)


@transaction.atomic
def enter(purchase, *, text, received_at, by, clause=""):
    """Enter a query that a buyer left on paper, with the hour at which the desk received it."""
    purchase = lock(purchase, by=by)
    tender, at = purchase.tender, purchase.judged_at
    roles.require(by, "register_query", tender, at)
    if received_at > at:
        raise Blocked(IN_THE_FUTURE)
    asked = Query(
        tender=tender,
        source=Query.Source.PAPER,
        asker=purchase.buyer,
        sale=purchase,
        clause=clause,
        original=text,
        text=hide(text, pieces_of(purchase), confirmed=True),
        received_at=received_at,
        entered_at=at,
        entered_by=by,
    )
    return number(receive(asked, by=by), by=by, at=at)


@transaction.atomic
def capture(meeting, *, attendance, text, by, clause=""):
    """Write down what somebody asks at the second meeting; at the third, a doubt that is not about the form.

    It is numbered once it was read back to whoever asked (rule 47).
    """
    meeting = lock(meeting, by=by)
    tender, at = meeting.tender, meeting.judged_at
    roles.require(by, "register_query", tender, at)
    if meeting.number == 1 or meeting.state not in ("convened", "held") or at < meeting.convened_for:
        raise Blocked(NOT_AT_THIS_MEETING)
    if attendance is None or attendance.meeting_id != meeting.pk:
        raise Blocked(ASKER_NOT_THERE)
    asked = Query(
        tender=tender,
        source=Query.Source.ORAL,
        asker=attendance.sale and attendance.sale.buyer,
        sale=attendance.sale,
        meeting=meeting,
        attendance=attendance,
        clause=clause,
        original=text,
        text=hide(text, pieces_of(attendance.sale, attendance), confirmed=True),
        received_at=meeting.convened_for,
        entered_at=at,
        entered_by=by,
    )
    return receive(asked, by=by)


def receive(query, *, by):
    """Write a query as it came; neither its words nor who asks is in the public part of the log."""
    tender, at = query.tender, query.entered_at
    query.save()
    query.judged_at = at
    private = {"asker": query.asker and actor_id(query.asker), "text": query.original}
    record(tender, "query.receive", by=by, at=at, private=private, query=query.pk, source=str(query.source))
    return query


@transaction.atomic
def number(query, *, by, at=None, actor=None):
    """Give a query its number in the register and tell whoever asked (rule 47)."""
    query = lock(query, by=by, at=at)
    tender, at = query.tender, query.judged_at
    last = tender.queries.aggregate(last=Max("number"))["last"] or 0
    check(query, guards.came_in_time, guards.asker_may_ask)
    query.number = last + 1
    query.save()
    query = advance(query, "register", by=by, at=at, actor=actor, number=query.number)
    if query.asker:
        tell_asker(query)
    return query


def tell_asker(query):
    tender = query.tender
    subject = said(_("We received your query no. %(number)s"), number=query.number)
    text = said(
        _(
            "A circular answers it to all buyers with the same words, by %(integration)s. It does not say "
            "who asked. You may ask more until %(deadline)s."
        ),
        integration=terms.moment(tender.schedule.integration),
        deadline=terms.moment(tender.schedule.query_deadline),
    )
    link = query.get_absolute_url()
    notices.tell([query.asker], tender=tender, subject=subject, text=text, at=query.judged_at, link=link)


@transaction.atomic
def reject(query, *, reason, by):
    """Return a query that was written down but came late or from somebody without the right (terms 11.2)."""
    query = lock(query, by=by)
    query.reason = reason.strip()
    query.save()
    query = advance(query, "reject", by=by, at=query.judged_at, private={"reason": query.reason})
    if query.asker:
        subject = _("Your query will not be in the circular")
        notices.tell(
            [query.asker], tender=query.tender, subject=subject, text=query.reason, at=query.judged_at
        )
    return query


# Putting in order


def open_for_work(query, *, by):
    """Lock a query whose words may still change."""
    query = lock(query, by=by)
    roles.require(by, "register_query", query.tender, query.judged_at)
    if query.state not in (Query.State.RECEIVED, Query.State.NUMBERED, Query.State.DRAFTED):
        raise Blocked(ANSWERED)
    return query


@transaction.atomic
def redact(query, *, text, by):
    """Take out of the published words whatever names the asker; the original stays, private (decision 8)."""
    query = open_for_work(query, by=by)
    if not text.strip():
        raise Blocked(EMPTY)
    minutes.check_public(text)
    private = {"before": query.text, "after": text}
    record(query.tender, "query.redact", by=by, at=query.judged_at, private=private, query=query.pk)
    query.text = text
    query.save()
    return query


@transaction.atomic
def merge(query, *, into, by):
    """Merge a query into an equal one: one answer for both, and both numbers are kept (decision 8)."""
    query = open_for_work(query, by=by)
    into = Query.objects.select_for_update().get(pk=into.pk)
    waiting = (Query.State.NUMBERED, Query.State.DRAFTED)
    fits = query.pk != into.pk and query.tender_id == into.tender_id and into.same_as_id is None
    if not fits or query.state not in waiting or into.state not in waiting or query.circular_id:
        raise Blocked(NOT_EQUAL)
    query.equals.update(same_as=into)
    query.same_as, query.circular = into, into.circular
    query.save()
    facts = {"number": query.number, "into": into.number}
    record(query.tender, "query.merge", by=by, at=query.judged_at, query=query.pk, **facts)
    return query


@transaction.atomic
def part(query, *, by):
    """Undo a merge: the query waits for an answer of its own again."""
    query = open_for_work(query, by=by)
    if query.same_as is None:
        raise Blocked(NOT_EQUAL)
    facts = {"number": query.number, "from": query.same_as.number}
    query.same_as, query.circular = None, None
    query.save()
    record(query.tender, "query.part", by=by, at=query.judged_at, query=query.pk, **facts)
    return query


# Answering in draft


def change(tender, *, clause="", new_text="", parameter="", value=""):
    """Return one change of the terms with the words that stand before it, or None where nothing changes."""
    new_text, value = new_text.strip(), value.strip()
    if bool(clause) != bool(new_text) or bool(parameter) != bool(value) or (clause and parameter):
        raise Blocked(NOT_FLAGGED)
    if clause:
        before = terms.clause(tender.terms.last().text, clause)
        return {"clause": clause, "text": new_text, "before": before}
    if not parameter:
        return None
    made = terms.parse_change({"parameter": parameter, "value": value})
    stated = tender.stated
    words = {"parameter": parameter, "value": value, "label": label_of(parameter)}
    words["before"] = spanish_value(parameter, stated[parameter]) if parameter in stated else ""
    return words | {"after": spanish_value(parameter, made)}


def label_of(parameter):
    return notices.spanish(_(parameters.PARAMETERS[parameter].label))


def spanish_value(parameter, value):
    with override(notices.LANGUAGE):
        return terms.said(parameter, value)


@transaction.atomic
def draft_answer(query, *, answer, by, changes_terms=False, **particulars):
    """Draft the answer, as committee, legal adviser or external adviser; it can be drafted again.

    An answer that changes the terms is flagged and names the clause (`clause`, `new_text`) or the value
    (`parameter`, `value`) with its new words.
    """
    query = lock(query, by=by)
    roles.require(by, "draft_answer", query.tender, query.judged_at)
    minutes.check_public(answer)
    made = change(query.tender, **particulars)
    if bool(made) != changes_terms:
        raise Blocked(NOT_FLAGGED)
    query.answer, query.drafted_by, query.changes = answer, by, [made] if made else []
    query.save()
    private = {"answer": answer, "changes": query.changes}
    query = advance(query, "draft", by=by, at=query.judged_at, private=private, number=query.number)
    committee = [u for u in notices.people_of(query.tender, Role.COMMITTEE, at=query.judged_at) if u != by]
    notices.tell(
        committee,
        tender=query.tender,
        subject=said(_("Query no. %(number)s has a draft of the answer"), number=query.number),
        text=_("Read it, and put it into a circular."),
        at=query.judged_at,
        link=query.get_absolute_url(),
    )
    return query
