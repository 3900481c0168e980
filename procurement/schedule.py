"""The dates of a call: the order and the windows that they must keep (rules 37, 43-50). Pure: no database, no clock.

Dates are aware datetimes; days are days in Lima. A check never moves a date: it says what is wrong with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .business_days import DayType
from .problems import gettext_noop as _

LIMA = ZoneInfo("America/Lima")
CLOSE_MARGIN = timedelta(seconds=60)  # the log closes no sooner after the deadline (decision 12)

LABELS = {
    "announcement": _("announcement"),
    "sale_from": _("sale of the terms, from"),
    "sale_until": _("sale of the terms, until"),
    "meeting_1": _("first meeting"),
    "meeting_2": _("second meeting"),
    "query_deadline": _("queries, until"),
    "integration": _("circular and integrated terms"),
    "meeting_3": _("third meeting"),
    "submission_deadline": _("deadline for bids"),
    "opening_1": _("opening of envelope 1"),
    "opening_2": _("opening of envelope 2"),
    "award": _("award"),
}
IN_ORDER = (  # rule 50, and the acts that follow
    "announcement",
    "meeting_1",
    "meeting_2",
    "query_deadline",
    "integration",
    "meeting_3",
    "submission_deadline",
    "opening_1",
    "opening_2",
    "award",
)
SALE_IN_ORDER = ("announcement", "sale_from", "sale_until")
MEETINGS = ("meeting_1", "meeting_2", "meeting_3")
MAY_BE_ABSENT = (*MEETINGS, "opening_2")  # a meeting with a reason (rule 43); a call with one envelope
MAY_COINCIDE = {("announcement", "sale_from"), ("opening_2", "award")}


def local_day(at: datetime) -> date:
    """Return the day in Lima."""
    return at.astimezone(LIMA).date()


@dataclass(frozen=True)
class Schedule:
    """The dates of one call, each an aware datetime; None where it has not been set, or where it is left out.

    `skipped` gives the reason of each meeting that will not be held (rule 43).
    """

    announcement: datetime | None = None
    sale_from: datetime | None = None
    sale_until: datetime | None = None
    meeting_1: datetime | None = None
    meeting_2: datetime | None = None
    query_deadline: datetime | None = None
    integration: datetime | None = None
    meeting_3: datetime | None = None
    submission_deadline: datetime | None = None
    opening_1: datetime | None = None
    opening_2: datetime | None = None
    award: datetime | None = None
    skipped: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(at.utcoffset() is None for _name, at in self.dated()):
            raise ValueError("A date of a call names its time zone.")

    def get(self, milestone: str) -> datetime | None:
        at: datetime | None = getattr(self, milestone)
        return at

    def dated(self, names: tuple[str, ...] = tuple(LABELS)) -> list[tuple[str, datetime]]:
        """Return (milestone, instant) of those that are set, in the order of `names`."""
        return [(name, at) for name in names if (at := self.get(name)) is not None]


@dataclass(frozen=True)
class Rules:
    """What the terms and the regime say about the dates; `from_terms` in procurement/terms_rules.py reads it."""

    day_type: DayType | None  # of the three meetings; None while the tender has not stated it (rule 49)
    tolerance_days: int  # around the second and third meeting
    minimum_preparation_days: int  # calendar days from announcement to deadline (rule 37)
    upload_grace_minutes: int = 0
    first_within_days: int = 3
    days_before: int = 3
    has_meetings: bool = True  # False where the regime knows no meetings: they are held freely or not at all
    has_second_opening: bool = True
    queries_open_days: int = 0  # business days from announcement to query deadline
    offers_open_days: int = 0  # business days from integrated terms to deadline
    evaluation_days: int = 5  # business days proposed between the two openings
