"""When a query is numbered and answered, a circular approved and sent, the terms integrated (rules 45-50)."""

from django.utils.translation import gettext_lazy as _

from procurement.guards.call import problems_of
from procurement.guards.problems import guard_of_problems, lazily_shown
from procurement.workflow import Unmet, guard

from .preparation import listed

# A query


@guard(
    code="query.deadline.passed",
    reason=_(
        "The query arrived on %(received_at)s and queries ended on %(query_deadline_at)s. It will not be in "
        "the circular. Read the circular: somebody may have asked the same."
    ),
    rule=_("terms 11.1, 11.2"),
)
def came_in_time(query, at):
    """Whether it was asked before the deadline; doubts of the third meeting come after it (rule 48)."""
    if query.meeting and query.meeting.number == 3:
        return True
    deadline = query.tender.schedule.query_deadline
    late = Unmet(received_at=lazily_shown(query.received_at), query_deadline_at=lazily_shown(deadline))
    return query.received_at < deadline or late


@guard(
    code="query.asker.not-buyer",
    reason=_(
        "Who has bought the terms may ask (and invitees at the second meeting). Buy them before "
        "%(query_deadline_at)s."
    ),
    rule=_("rule 45; domain 4.11"),
)
def asker_may_ask(query, at):
    if query.attendance:
        return True
    bought = query.sale and type(query.sale).objects.bought().filter(pk=query.sale_id).exists()
    return bought or Unmet(query_deadline_at=lazily_shown(query.tender.schedule.query_deadline))


@guard(
    code="query.rejection.reason-missing",
    reason=_("Write why it is returned: whoever asked reads it."),
    rule=_("terms 11.2"),
)
def reason_is_given(query, at):
    return bool(query.reason.strip())


@guard(
    code="query.answer.merged",
    reason=_("This query was merged into an equal one: answer that one."),
    rule=_("decision 8"),
)
def is_not_merged(query, at):
    return query.same_as_id is None


@guard(
    code="circular.answer.empty",
    reason=_("Query no. %(query_no)s has no answer. Answer it to approve the circular."),
    rule=_("domain 4.11"),
)
def has_an_answer(query, at):
    return bool(query.head.answer.strip()) or Unmet(query_no=query.number)


# A circular


@guard(
    code="circular.text.empty",
    reason=_("The circular answers no query, says nothing and changes nothing."),
    rule=_("domain 4.3"),
)
def circular_says_something(circular, at):
    return bool(circular.text.strip() or circular.changes or circular.queries.exists())


@guard(
    code="circular.answer.empty",
    reason=_("Queries without answer: no. %(query_no)s. Answer them to approve the circular."),
    rule=_("domain 4.11"),
)
def every_query_is_answered(circular, at):
    empty = [query.number for query in circular.answers() if not query.answer.strip()]
    return not empty or Unmet(query_no=listed(empty))


@guard(
    code="circular.tender.not-open",
    reason=_("Circulars are sent between the announcement and the deadline for bids."),
    rule=_("domain 4.3"),
)
def call_is_open(circular, at):
    tender = circular.tender
    return tender.state in ("announced", "integrated") and at < tender.schedule.submission_deadline


# The integration


@guard(
    code="terms.integration.too-early",
    reason=_("Queries may be asked until %(query_deadline_at)s. The terms are integrated after that."),
    rule=_("rule 50"),
)
def queries_have_ended(tender, at):
    deadline = tender.schedule.query_deadline
    return deadline <= at or Unmet(query_deadline_at=lazily_shown(deadline))


@guard(
    code="terms.integration.too-late",
    reason=_(
        "The terms are integrated before “%(step)s”, which is on %(limit)s. Postpone that date: who bids "
        "needs the last word in time."
    ),
    rule=_("rule 50; decision 8"),
)
def what_follows_is_ahead(tender, at):
    """Whether the third meeting, where there is one, and the deadline for bids still lie ahead (rule 50)."""
    dated = tender.schedule
    third = tender.meetings.current().filter(number=3).exclude(state="skipped").exists()
    step = "meeting_3" if third and dated.meeting_3 else "submission_deadline"
    limit = getattr(dated, step)
    label = dated._meta.get_field(step).verbose_name
    return at < limit or Unmet(step=label, limit=lazily_shown(limit))


@guard(
    code="terms.integration.meetings-open",
    reason=_("Not over yet: %(meetings)s. What is asked there belongs to the integrated terms."),
    rule=_("rules 47, 50"),
)
def first_meetings_are_over(tender, at):
    open_ones = [
        each for each in tender.meetings.current().filter(number__lt=3) if each.state not in each.OVER
    ]
    return not open_ones or Unmet(meetings=listed(open_ones))


@guard(
    code="terms.integration.queries-open",
    reason=_(
        "Queries without answer: %(open_queries)s. The terms are integrated once all are in a published "
        "circular."
    ),
    rule=_("rule 47; domain 4.1"),
)
def queries_are_answered(tender, at):
    number = tender.queries.open().count()
    return not number or Unmet(open_queries=number)


@guard(
    code="terms.integration.circulars-open",
    reason=_("Circulars that were not sent: %(circulars)s. Send them to all buyers first."),
    rule=_("rule 47; domain 4.11"),
)
def circulars_are_sent(tender, at):
    unsent = [each.number for each in tender.circulars.filter(published_at=None)]
    return not unsent or Unmet(circulars=listed(unsent))


@guard_of_problems
def bidders_keep_their_days(tender, at):
    """Whether the law's days between the integrated terms and the deadline are kept (Ley 32069)."""
    found = problems_of(tender, tender.schedule.dates(integration=at))
    return [each for each in found if each.code == "tender.schedule.offers-short"]


INTEGRATION = [
    queries_have_ended,
    bidders_keep_their_days,
    what_follows_is_ahead,
    first_meetings_are_over,
    queries_are_answered,
    circulars_are_sent,
]
