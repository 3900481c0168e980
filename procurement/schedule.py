"""The dates of a call: the order and the windows that they keep (rules 37, 43-50). Pure, without a clock.

Dates are aware datetimes; days are days in Lima. A check never moves a date: it says what is wrong with it.
What proposes and moves dates stands in planning.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from .business_days import DAY_TYPES, Calendar, DayType
from .parameters import Undecided, Values, settled
from .problems import Problem, Word
from .problems import gettext_noop as _
from .regimes import Profile

LIMA = ZoneInfo("America/Lima")
CLOSE_MARGIN = timedelta(seconds=60)  # the log closes no sooner after the deadline (decision 12)

LABELS = {
    "announcement": _("announcement"),
    "sale_from": _("sale of the terms, from"),
    "meeting_1": _("first meeting"),
    "meeting_2": _("second meeting"),
    "query_deadline": _("queries, until"),
    "integration": _("circular and integrated terms"),
    "meeting_3": _("third meeting"),
    "sale_until": _("sale of the terms, until"),
    "submission_deadline": _("deadline for bids"),
    "opening_1": _("opening of envelope 1"),
    "opening_2": _("opening of envelope 2"),
    "award": _("award"),
}
MILESTONES = tuple(LABELS)
SALE = ("sale_from", "sale_until")
IN_ORDER = tuple(name for name in MILESTONES if name not in SALE)  # rule 50, and the acts that follow
SALE_IN_ORDER = ("announcement", *SALE)
MEETINGS = ("meeting_1", "meeting_2", "meeting_3")
MAY_COINCIDE = {("announcement", "sale_from"), ("opening_2", "award")}


def local_day(at: datetime) -> date:
    """Return the day in Lima."""
    return at.astimezone(LIMA).date()


@dataclass(frozen=True)
class Schedule:
    """The dates of one call, each an aware datetime; None where it is not set yet, or left out.

    `skipped` gives the reason of each meeting that will not be held (rule 43).
    """

    announcement: datetime | None = None
    sale_from: datetime | None = None
    meeting_1: datetime | None = None
    meeting_2: datetime | None = None
    query_deadline: datetime | None = None
    integration: datetime | None = None
    meeting_3: datetime | None = None
    sale_until: datetime | None = None
    submission_deadline: datetime | None = None
    opening_1: datetime | None = None
    opening_2: datetime | None = None
    award: datetime | None = None
    skipped: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(at.utcoffset() is None for _name, at in self.dated()):
            raise ValueError("A date of a call says which zone its hour is in.")

    def get(self, milestone: str) -> datetime | None:
        at: datetime | None = getattr(self, milestone)
        return at

    def dated(self, names: tuple[str, ...] = MILESTONES) -> list[tuple[str, datetime]]:
        """Return (milestone, instant) of those that have a date, in the order of `names`."""
        return [(name, at) for name in names if (at := self.get(name)) is not None]


@dataclass(frozen=True)
class Rules:
    """What the regime and the terms say about the dates. The threes are the field note's."""

    day_type: DayType | None  # of the meetings; None while the tender has not stated it (rule 49)
    tolerance_days: int  # around the second and third meeting (decision 21)
    minimum_preparation_days: int  # calendar days from the announcement to the deadline (rule 37)
    upload_grace_minutes: int = 0
    first_within_days: int = 3
    days_before: int = 3
    has_meetings: bool = True  # False where the regime knows none: they are held freely or not at all
    has_second_opening: bool = True
    queries_open_days: int = 0  # business days from the announcement to the query deadline
    offers_open_days: int = 0  # business days from the integrated terms to the deadline
    evaluation_days: int = 5  # business days that a proposal leaves between the two openings

    @property
    def place_meetings(self) -> bool:
        """Whether meetings have windows: the regime knows them and the tender says how days count."""
        return self.has_meetings and self.day_type is not None

    @classmethod
    def from_terms(cls, profile: Profile, values: Values) -> Self:
        """Read them from a regime and from what the terms state so far."""

        def stated(key: str, default: Any) -> Any:
            try:
                return settled(profile, values, key) if profile.covers(key) else default
            except Undecided:
                return default

        day_type = stated("meetings.day_type", None)
        return cls(
            day_type=DayType(day_type) if day_type else None,
            tolerance_days=stated("meetings.tolerance_days", 0),
            minimum_preparation_days=stated("preparation.minimum_days", 0),
            upload_grace_minutes=stated("upload_grace_minutes", 0),
            first_within_days=profile.find("meetings.first_within_days", 3),
            days_before=profile.find("meetings.days_before", 3),
            has_meetings=profile.covers("meetings"),
            has_second_opening=profile.find("envelopes.count") == 2,
            queries_open_days=profile.find("schedule.queries_open_days", 0),
            offers_open_days=profile.find("schedule.offers_open_days", 0),
            evaluation_days=2 + stated("remedy_days", 0) + stated("remedy_extension_days", 0),
        )


def check(schedule: Schedule, rules: Rules, calendar: Calendar) -> list[Problem]:
    """Return everything that is wrong with the dates, blocks and warnings."""
    return [
        *_absent(schedule, rules),
        *_midnights(schedule),
        *_disorder(schedule),
        *_sale(schedule),
        *_meetings(schedule, rules, calendar),
        *_openings(schedule, rules),
        *_legal_terms(schedule, rules, calendar),
        *_preparation(schedule, rules),
        *_days_off(schedule, calendar),
    ]


def behind(schedule: Schedule, at: datetime, names: tuple[str, ...] = MILESTONES) -> list[Problem]:
    """Return the dates among `names` that have passed already."""
    text = _("“%(step)s” is on %(date)s, which has passed. Enter a future date.")
    return [
        _problem("date-in-past", text, _("principle 3"), name, {"date": when})
        for name, when in schedule.dated(names)
        if when < at
    ]


def _problem(
    what: str,
    text: str,
    rule: str,
    milestone: str,
    facts: Mapping[str, Any] = MappingProxyType({}),
    *,
    warning: bool = False,
) -> Problem:
    facts = {"step": Word(LABELS[milestone])} | dict(facts)
    return Problem(f"tender.schedule.{what}", text, rule, facts, milestone, warning)


def _absent(schedule: Schedule, rules: Rules) -> Iterator[Problem]:
    no_reason = _("You left out “%(step)s” without saying why. Write the reason or put it back.")
    for name in MILESTONES:
        if schedule.get(name) is not None or (name == "opening_2" and not rules.has_second_opening):
            continue
        if name not in MEETINGS:
            yield _problem("date-missing", _("“%(step)s” has no date yet."), _("rule 50"), name)
        elif rules.has_meetings and not schedule.skipped.get(name, "").strip():
            yield _problem("meeting-skipped-no-reason", no_reason, _("rule 43"), name)


def _midnights(schedule: Schedule) -> Iterator[Problem]:
    text = _("“%(step)s” is at midnight: people cannot tell which day that is. Write, say, 17:00:00.")
    for name, at in schedule.dated():
        local = at.astimezone(LIMA)
        if (local.hour, local.minute) == (0, 0):
            yield _problem("midnight-hour", text, _("principle 3"), name)


def _disorder(schedule: Schedule) -> Iterator[Problem]:
    text = _("“%(later_step)s” must come after “%(earlier_step)s”. Correct the date.")
    for order in (IN_ORDER, SALE_IN_ORDER):
        for (earlier, first), (later, second) in pairwise(schedule.dated(order)):
            if second < first or (second == first and (earlier, later) not in MAY_COINCIDE):
                steps = {"later_step": Word(LABELS[later]), "earlier_step": Word(LABELS[earlier])}
                yield _problem("order-broken", text, _("rule 50"), later, steps)


def _sale(schedule: Schedule) -> Iterator[Problem]:
    until, deadline = schedule.sale_until, schedule.submission_deadline
    if until and deadline and until > deadline:
        text = _("The terms would still be sold after the deadline for bids. End the sale before.")
        yield _problem("sale-after-submission", text, _("rule 35"), "sale_until")


class Before(NamedTuple):
    """A meeting that is held some days before another milestone, and how its refusal reads."""

    meeting: str
    anchor: str
    what: str
    text: str
    rule: str


BEFORE = (
    Before(
        "meeting_2",
        "query_deadline",
        "meeting-2-outside-window",
        _(
            "The second meeting is on %(found)s and must be on %(expected)s (%(days_before)s "
            "%(day_type)s days "
            "before queries close; with the tolerance, from %(earliest)s to %(latest)s). "
            "Change the meeting or the deadline."
        ),
        _("rule 45"),
    ),
    Before(
        "meeting_3",
        "submission_deadline",
        "meeting-3-off-average",
        _(
            "The third meeting is on %(found)s and must be on %(expected)s (%(days_before)s "
            "%(day_type)s days "
            "before the deadline for bids; with the tolerance, from %(earliest)s to %(latest)s). Move it."
        ),
        _("rule 48"),
    ),
)


def _meetings(schedule: Schedule, rules: Rules, calendar: Calendar) -> Iterator[Problem]:
    if not rules.has_meetings:
        return
    if rules.day_type is None:
        text = _(
            "You did not say whether the days of the meetings are business or calendar days; the terms must."
        )
        yield _problem("day-type-missing", text, _("rule 49"), "meeting_1")
        return
    yield from _first_meeting(schedule, rules, calendar)
    for case in BEFORE:
        yield from _meeting_before(case, schedule, rules, calendar)


def latest_first_meeting(announced: date, rules: Rules, calendar: Calendar) -> date:
    """Return the last day for the first meeting; the first is the day after the announcement (rule 44)."""
    return calendar.add(announced, rules.first_within_days, _counted(rules))


def window(anchor: date, rules: Rules, calendar: Calendar) -> tuple[date, date, date]:
    """Return the first, the exact and the last day for a meeting before `anchor` (rules 45, 48)."""
    exact = calendar.back(anchor, rules.days_before, _counted(rules))
    first = calendar.back(exact, rules.tolerance_days, _counted(rules))
    return first, exact, calendar.add(exact, rules.tolerance_days, _counted(rules))


def _counted(rules: Rules) -> DayType:
    if rules.day_type is None:
        raise ValueError("The tender has not stated the days of its meetings (rule 49).")
    return rules.day_type


def _first_meeting(schedule: Schedule, rules: Rules, calendar: Calendar) -> Iterator[Problem]:
    if not (schedule.announcement and schedule.meeting_1):
        return
    announced, found = local_day(schedule.announcement), local_day(schedule.meeting_1)
    latest = latest_first_meeting(announced, rules, calendar)
    if announced < found <= latest:
        return
    text = _(
        "The first meeting is on %(found)s and must be after the day of the announcement, by %(latest)s "
        "(%(within_days)s %(day_type)s days). Bring it forward."
    )
    facts: dict[str, Any] = {"found": found, "latest": latest, "within_days": rules.first_within_days}
    facts["day_type"] = _day_type(rules)
    yield _problem("meeting-1-outside-window", text, _("rule 44"), "meeting_1", facts)


def _meeting_before(case: Before, schedule: Schedule, rules: Rules, calendar: Calendar) -> Iterator[Problem]:
    at, anchor = schedule.get(case.meeting), schedule.get(case.anchor)
    if at is None or anchor is None:
        return
    found = local_day(at)
    earliest, expected, latest = window(local_day(anchor), rules, calendar)
    if earliest <= found <= latest:
        return
    facts: dict[str, Any] = {"found": found, "expected": expected, "earliest": earliest, "latest": latest}
    facts |= {"days_before": rules.days_before, "day_type": _day_type(rules)}
    yield _problem(case.what, case.text, case.rule, case.meeting, facts)


def _day_type(rules: Rules) -> Word:
    return Word(DAY_TYPES[_counted(rules)])


def upload_deadline(deadline: datetime, rules: Rules) -> datetime:
    """Return until when a file whose seal was presented in time may finish arriving."""
    return deadline + timedelta(minutes=rules.upload_grace_minutes)


def _openings(schedule: Schedule, rules: Rules) -> Iterator[Problem]:
    deadline, opening = schedule.submission_deadline, schedule.opening_1
    if deadline is None or opening is None:
        return
    closed, uploaded = deadline + CLOSE_MARGIN, upload_deadline(deadline, rules)
    if opening < closed:
        text = _(
            "The opening (%(opening_1)s) is before the reception can be closed (%(closed)s). Put it after."
        )
        facts = {"opening_1": opening, "closed": closed}
        yield _problem("opening-before-close", text, _("decision 12"), "opening_1", facts)
    elif rules.upload_grace_minutes and opening <= uploaded:
        text = _(
            "The opening (%(opening_1)s) is not after the end of the uploads (%(upload_deadline)s). "
            "Put it after."
        )
        facts = {"opening_1": opening, "upload_deadline": uploaded}
        yield _problem("opening-before-upload-end", text, _("clause 16.2 of the terms"), "opening_1", facts)


def _legal_terms(schedule: Schedule, rules: Rules, calendar: Calendar) -> Iterator[Problem]:
    """Say where a regime's own minimum of business days is not kept."""
    for start, end, least, what in (
        ("announcement", "query_deadline", rules.queries_open_days, "queries-short"),
        ("integration", "submission_deadline", rules.offers_open_days, "offers-short"),
    ):
        first, last = schedule.get(start), schedule.get(end)
        if not (least and first and last):
            continue
        days = calendar.count(local_day(first), local_day(last), DayType.BUSINESS)
        if days < least:
            text = _(
                "From “%(from_step)s” to “%(step)s” there are %(days)s business days; the law asks %(least)s."
            )
            facts = {"from_step": Word(LABELS[start]), "days": days, "least": least}
            yield _problem(what, text, _("standard terms of Ley 32069"), end, facts)


def _preparation(schedule: Schedule, rules: Rules) -> Iterator[Problem]:
    if not (schedule.announcement and schedule.submission_deadline):
        return
    days = (local_day(schedule.submission_deadline) - local_day(schedule.announcement)).days
    if days < rules.minimum_preparation_days:
        text = _(
            "There are %(preparation_days)s days to prepare bids and %(preparation_min)s are advised. "
            "Alliances take time. Extend, or write the reason."
        )
        facts = {"preparation_days": days, "preparation_min": rules.minimum_preparation_days}
        yield _problem("preparation-short", text, _("rule 37"), "submission_deadline", facts, warning=True)


def _days_off(schedule: Schedule, calendar: Calendar) -> Iterator[Problem]:
    closed = _(
        "“%(step)s” is on %(date)s: %(holiday_name)s. Offices are closed. Choose another day or say why."
    )
    unknown = _(
        "The local and decreed days off of %(year)s are not entered. Dates may change. Enter them first."
    )
    for name, at in schedule.dated():
        day = local_day(at)
        if off := calendar.why_not(day):
            facts = {"date": day, "holiday_name": Word(off.name)}
            rule = _("TUO Ley 27444 arts 144-145")
            yield _problem("non-working-day", closed, rule, name, facts, warning=True)
    for year in sorted({local_day(at).year for _name, at in schedule.dated()}):
        if not calendar.is_confirmed(year):
            rule = _("TUO Ley 27444 art. 145")
            yield Problem(
                "tender.schedule.calendar-year-missing", unknown, rule, {"year": str(year)}, warning=True
            )
