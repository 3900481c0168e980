"""Until when something may still be done: terms in days end with the last second of a day in Lima."""

from datetime import date, datetime, time

from procurement.business_days import Calendar, DayType
from procurement.schedule import LIMA, local_day

LAST_SECOND = time(23, 59, 59)  # the instant itself is too late already: what counts is strictly before it


def end_of(day: date) -> datetime:
    """Return the deadline that falls on this day."""
    return datetime.combine(day, LAST_SECOND, LIMA)


def after(at: datetime, days: int, day_type: str, calendar: Calendar) -> datetime:
    """Return the deadline of so many days; the first day is not counted (TUO 27444 art. 144)."""
    return end_of(calendar.deadline(local_day(at), days, DayType(day_type)))
