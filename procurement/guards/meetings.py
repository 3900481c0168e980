"""When a meeting may be convened, held, closed or left out (rules 43-50; decisions 8 and 21)."""

from django.utils.translation import gettext_lazy as _

from procurement.workflow import Unmet, guard

from .call import problems_of
from .preparation import listed
from .problems import guard_of_problems, lazily_shown


@guard_of_problems
def date_is_in_its_window(meeting, at):
    """Whether the date keeps the window and the order of the meetings; advice about it does not stop."""
    if meeting.date is None:
        return []
    found = problems_of(meeting.tender, meeting.tender.schedule.dates())
    return [each for each in found if each.subject == meeting.milestone and not each.warning]


@guard(
    code="meeting.convocation.date-passed",
    reason=_("The date of the meeting (%(meeting_at)s) has passed. Leave the meeting out, with the reason."),
    rule=_("rules 44, 45, 48"),
)
def date_is_ahead(meeting, at):
    if meeting.date is None:
        return Unmet(meeting_at="—")
    return at < meeting.date or Unmet(meeting_at=lazily_shown(meeting.date))


@guard(
    code="meeting.convocation.place-missing",
    reason=_("Write where the meeting is held."),
    rule=_("rule 44"),
)
def place_is_known(meeting, at):
    return bool(meeting.place.strip())


@guard(
    code="meeting.invitation.jvs-missing",
    reason=_(
        "The JVS has not been invited to the first meeting. It must be: its presence gives confidence. "
        "Record the invitation."
    ),
    rule=_("rule 44"),
)
def board_is_invited(meeting, at):
    return meeting.number != 1 or meeting.invitations.filter(sector="jvs").exists()


@guard(
    code="meeting.tender.not-open",
    reason=_("Meetings are held between the announcement and the deadline for bids. This call is not there."),
    rule=_("rules 43, 50"),
)
def call_is_open(meeting, at):
    return meeting.tender.state in ("announced", "integrated")


CONVENING = [call_is_open, place_is_known, date_is_ahead, date_is_in_its_window, board_is_invited]


@guard(
    code="meeting.closure.before-date",
    reason=_("The meeting is on %(meeting_at)s; before that hour there is nothing to record."),
    rule=_("domain 4.11"),
)
def date_has_come(meeting, at):
    held = meeting.convened_for
    return held <= at or Unmet(meeting_at=lazily_shown(held))


@guard(
    code="meeting.convocation.date-moved",
    reason=_("People were told %(told)s and the date is now %(meeting_at)s. Convene it again."),
    rule=_("rule 68"),
)
def people_know_the_date(meeting, at):
    moved = Unmet(told=lazily_shown(meeting.convened_for), meeting_at=lazily_shown(meeting.date))
    return not meeting.date_moved or moved


def guests(meeting):
    """Return those who came, without the JVS, the committee and the municipality."""
    return meeting.attendances.filter(capacity__in=meeting.attendances.model.GUESTS)


@guard(
    code="meeting.attendance.empty",
    reason=_("The list of who came is empty. Enter it, or record that nobody came."),
    rule=_("rules 43-48"),
)
def somebody_came(meeting, at):
    return guests(meeting).exists()


@guard(
    code="meeting.attendance.not-empty",
    reason=_("%(number)s people are on the list: the meeting was held."),
    rule=_("decision 8"),
)
def nobody_came(meeting, at):
    number = guests(meeting).count()
    return not number or Unmet(number=number)


@guard(
    code="meeting.third.before-integration",
    reason=_("The third meeting helps to fill the forms of the integrated terms. Integrate them first."),
    rule=_("rules 48, 50"),
)
def terms_are_integrated(meeting, at):
    return meeting.number != 3 or meeting.tender.state == "integrated"


HOLDING = [call_is_open, date_has_come, people_know_the_date, terms_are_integrated, somebody_came]


@guard(
    code="meeting.agenda.incomplete",
    reason=_(
        "Of the four topics of the second meeting, missing: %(missing_topics)s. Deal with them, or meet "
        "again before you close the minutes."
    ),
    rule=_("rule 46"),
)
def agenda_is_complete(meeting, at):
    missing = meeting.topics_open
    return not missing or Unmet(missing_topics=listed([topic.label for topic in missing]))


@guard(
    code="meeting.closure.oral-queries-open",
    reason=_(
        "Spoken queries without a number: %(oral_queries)s. Read each back to whoever asked it and number it."
    ),
    rule=_("rule 47"),
)
def spoken_queries_are_numbered(meeting, at):
    number = meeting.queries.filter(state="received").count()
    return not number or Unmet(oral_queries=number)


@guard(
    code="meeting.closure.jvs-unproved",
    reason=_("Neither did the JVS come nor is its invitation proved. Enter one of the two."),
    rule=_("rule 44; decision 8"),
)
def board_came_or_was_invited(meeting, at):
    if meeting.number != 1 or meeting.attendances.filter(capacity="jvs").exists():
        return True
    return meeting.invitations.filter(sector="jvs").exclude(proof="").exists()


@guard(
    code="meeting.account.missing",
    reason=_("Write in some lines what was told: the minutes are made from it."),
    rule=_("domain 4.11"),
)
def account_is_written(meeting, at):
    return bool(meeting.account.strip())


CLOSING = [board_came_or_was_invited, agenda_is_complete, spoken_queries_are_numbered, account_is_written]


@guard(
    code="tender.schedule.meeting-skipped-no-reason",
    reason=_("A meeting is left out only with a reason, which is published."),
    rule=_("rule 43"),
)
def reason_is_given(meeting, at):
    return bool(meeting.reason.strip())
