"""Proposes the dates of a call, explains the two readings of "three days", moves dates in a postponement.

Pure: no database, no clock. Whatever comes out is a suggestion; schedule.check judges it like any other.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from .business_days import DAY, Calendar, DayOff, DayType
from .problems import Problem, Word
from .problems import gettext_noop as _
from .schedule import (
    BEFORE,
    CLOSE_MARGIN,
    IN_ORDER,
    LABELS,
    LIMA,
    MEETINGS,
    Rules,
    Schedule,
    latest_first_meeting,
    local_day,
    upload_deadline,
    window,
)

MEETING_HOUR = time(16)
OFFICE_HOUR = time(17)
OPENING_HOUR = time(10)
SETTLING = timedelta(minutes=30)  # between the last upload and the opening act
LAST_OPENING = time(18)  # an act in public does not begin in the evening
MOST_EXTRA_DAYS = 15  # more than any row of holidays


@dataclass(frozen=True)
class Reading:
    """Where some days lead under one way of counting; `off` says why that is no business day."""

    day: date
    off: DayOff | None
    skipped: tuple[DayOff, ...]  # the days off that this way of counting passes over


@dataclass(frozen=True)
class Readings:
    """Both readings side by side (rule 49): the field note does not say which one it means."""

    business: Reading
    calendar: Reading

    @property
    def agree(self) -> bool:
        return self.business.day == self.calendar.day


def readings(anchor: date, number: int, calendar: Calendar, *, after: bool = False) -> Readings:
    """Return both readings of `number` days before `anchor`, or after it."""
    step = calendar.add if after else calendar.back
    found = step(anchor, number, DayType.BUSINESS)
    between = sorted((anchor, found))
    passed = [between[0] + DAY * offset for offset in range(1, (between[1] - between[0]).days)]
    skipped = tuple(off for day in passed if (off := calendar.why_not(day)))
    plain = step(anchor, number, DayType.CALENDAR)
    return Readings(Reading(found, None, skipped), Reading(plain, calendar.why_not(plain), ()))


def at_hour(day: date, hour: time) -> datetime:
    """Return that hour of the day in Lima."""
    return datetime.combine(day, hour, LIMA)


def propose(
    announcement: datetime,
    query_deadline: datetime,
    submission_deadline: datetime,
    rules: Rules,
    calendar: Calendar,
) -> Schedule:
    """Return a schedule around the three dates that the committee decides.

    Meetings fall on business days wherever their windows have one, and stay open while nobody has said how
    their days count. Where the three dates are too close, the proposal breaks the order and `check` says so.
    """
    asked, due = local_day(query_deadline), local_day(submission_deadline)
    third = _before(due, rules, calendar) if rules.place_meetings else None
    opening_1 = _first_opening(submission_deadline, rules, calendar)
    decided = calendar.add(local_day(opening_1), max(rules.evaluation_days, 1), DayType.BUSINESS)
    schedule = Schedule(
        announcement=announcement,
        sale_from=announcement,
        query_deadline=query_deadline,
        integration=at_hour(_integration(asked, third or due, due, rules, calendar), OFFICE_HOUR),
        sale_until=at_hour(calendar.back(due, 1, DayType.BUSINESS), OFFICE_HOUR),
        submission_deadline=submission_deadline,
        opening_1=opening_1,
        opening_2=at_hour(decided, OPENING_HOUR) if rules.has_second_opening else None,
        award=at_hour(calendar.add(decided, 1, DayType.BUSINESS), OPENING_HOUR),
    )
    if third is None:
        return schedule
    return replace(
        schedule,
        meeting_1=at_hour(_first(local_day(announcement), rules, calendar), MEETING_HOUR),
        meeting_2=at_hour(_before(asked, rules, calendar), MEETING_HOUR),
        meeting_3=at_hour(third, MEETING_HOUR),
    )


def _business_days(first: date, last: date, calendar: Calendar) -> list[date]:
    days = [first + DAY * offset for offset in range((last - first).days + 1)]
    return [day for day in days if calendar.is_business(day)]


def _first(announced: date, rules: Rules, calendar: Calendar) -> date:
    """Return the last business day for the first meeting: invitations need time."""
    latest = latest_first_meeting(announced, rules, calendar)
    return max(_business_days(announced + DAY, latest, calendar), default=latest)


def _before(anchor: date, rules: Rules, calendar: Calendar) -> date:
    """Return the business day nearest to the exact day of a meeting; that day if its window has none."""
    first, exact, last = window(anchor, rules, calendar)
    days = _business_days(first, min(last, anchor - DAY), calendar)
    return min(days, key=lambda day: (abs(day - exact), day), default=exact)


def _integration(asked: date, until: date, due: date, rules: Rules, calendar: Calendar) -> date:
    """Return a business day half way between the end of the queries and the third meeting."""
    days = _business_days(asked + DAY, until - DAY, calendar)
    left = [day for day in days if calendar.count(day, due, DayType.BUSINESS) >= rules.offers_open_days]
    return left[len(left) // 2] if left else asked + DAY


def _received(deadline: datetime, rules: Rules) -> datetime:
    """Return when everything presented in time has arrived and the reception can be closed."""
    return max(deadline + CLOSE_MARGIN, upload_deadline(deadline, rules))


def _first_opening(deadline: datetime, rules: Rules, calendar: Calendar) -> datetime:
    """Return half an hour after the last upload, or the next morning on which people can come."""
    ready = (_received(deadline, rules) + SETTLING).astimezone(LIMA)
    day = ready.date()
    if calendar.is_business(day) and ready.time() < OPENING_HOUR:
        return at_hour(day, OPENING_HOUR)
    if calendar.is_business(day) and ready.time() <= LAST_OPENING:
        return ready
    return at_hour(calendar.add(day, 1, DayType.BUSINESS), OPENING_HOUR)


def shift(
    schedule: Schedule, milestone: str, to: datetime, rules: Rules, calendar: Calendar, *, at: datetime
) -> Schedule:
    """Postpone one milestone and move every later date with it (rule 68).

    Later dates move by as many days, then to a business day; by a few more where holidays would leave a
    meeting no room. A meeting that at `at` has not been held follows the deadline that it comes before; the
    sale goes on if the deadline for bids moves while it is open.
    """
    old = schedule.get(milestone)
    if old is None or to <= old:
        raise ValueError("A postponement moves a date that exists, and moves it later.")
    days = local_day(to) - local_day(old)
    for more in range(MOST_EXTRA_DAYS):
        moved = _moved(schedule, milestone, to, days + DAY * more, rules, calendar)
        after = _follow(schedule, moved, days + DAY * more, rules, calendar, at)
        if _has_room(after) or not _has_room(schedule):
            break
    return after


def _has_room(schedule: Schedule) -> bool:
    """Whether the third meeting, which rules 48 and 50 hold between two dates, lies between them."""
    times = [at for _name, at in schedule.dated(("integration", "meeting_3", "submission_deadline"))]
    return times == sorted(set(times))


def _moved(
    schedule: Schedule, milestone: str, to: datetime, days: timedelta, rules: Rules, calendar: Calendar
) -> dict[str, datetime]:
    """Return the new instants of the milestone and of all that come after it."""
    moved = {milestone: to}
    last = _over(milestone, to, rules)
    for name, when in schedule.dated(IN_ORDER[IN_ORDER.index(milestone) + 1 :]):
        moved[name] = _carried(when, days, last, calendar)
        last = _over(name, moved[name], rules)
    return moved


def _over(milestone: str, at: datetime, rules: Rules) -> datetime:
    """Return when the next milestone may begin: bids are still arriving for a while after their deadline."""
    return _received(at, rules) if milestone == "submission_deadline" else at


def _carried(when: datetime, days: timedelta, after: datetime, calendar: Calendar) -> datetime:
    """Return the same hour so many days later, on a business day, and later than what comes before it."""
    hour = when.astimezone(LIMA).timetz().replace(tzinfo=None)
    new = at_hour(calendar.business_from(local_day(when) + days), hour)
    return new if new > after else at_hour(calendar.add(local_day(after), 1, DayType.BUSINESS), hour)


def _follow(
    schedule: Schedule,
    moved: dict[str, datetime],
    days: timedelta,
    rules: Rules,
    calendar: Calendar,
    at: datetime,
) -> Schedule:
    """Move what hangs on the dates that moved: meetings not held yet, and the sale while it is open."""
    for case in BEFORE:
        held = schedule.get(case.meeting)
        if rules.place_meetings and case.anchor in moved and held is not None and at < held:
            day = _before(local_day(moved[case.anchor]), rules, calendar)
            moved[case.meeting] = at_hour(day, held.astimezone(LIMA).timetz().replace(tzinfo=None))
    deadline, sold = moved.get("submission_deadline"), schedule.sale_until
    if deadline is not None and sold is not None and at < sold:
        moved["sale_until"] = min(_carried(sold, days, at, calendar), deadline)
    return replace(schedule, **moved)  # type: ignore[arg-type]


def left_behind(before: Schedule, after: Schedule) -> list[Problem]:
    """Return the later dates that stay where they were although an earlier one moved (rule 68).

    Meetings are judged by their own windows: one may stay where it was, or be moved alone.
    """
    names = [name for name in IN_ORDER if name not in MEETINGS and before.get(name) is not None]
    moved = [name for name in names if after.get(name) != before.get(name)]
    if not moved:
        return []
    text = _(
        "You moved “%(step_moved)s” but not “%(step_left)s”. All later dates move together. Review them."
    )
    return [
        Problem(
            "tender.postponement.date-left-behind",
            text,
            _("rule 68"),
            {"step_moved": Word(LABELS[moved[0]]), "step_left": Word(LABELS[name])},
            name,
        )
        for name in names[names.index(moved[0]) :]
        if after.get(name) == before.get(name)
    ]
