"""Business and calendar days in Peru, and the electoral cycle. Pure: no database, no clock.

Business days leave out Saturdays, Sundays, national and local holidays and the days that a decree declares
non-working (TUO of Ley 27444, arts 144-145); calendar days are all days (Civil Code, art. 183). The first
day is never counted. National holidays come from the `holidays` package, which knows since when each one
applies; what no package knows (a town's anniversary, a decreed bridge, a weekend declared working) comes in
as `DayOff` rows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

import holidays

from .problems import gettext_noop as _

DAY = timedelta(days=1)


class DayType(StrEnum):
    """How a term counts its days; every tender must say it (rule 49)."""

    BUSINESS = "business"
    CALENDAR = "calendar"


DAY_TYPES = {DayType.BUSINESS: _("business"), DayType.CALENDAR: _("calendar")}


class Kind(StrEnum):
    """Why a day is off; or that it is worked, although it would be off."""

    WEEKEND = "weekend"
    NATIONAL = "national"
    LOCAL = "local"
    DECREED = "decreed"
    WORKED = "worked"


@dataclass(frozen=True)
class DayOff:
    """One day that departs from the working week. `name` is a message id or the municipality's own words."""

    date: date
    name: str
    kind: Kind
    source: str


FIRST_LAW = "DL 713 art. 6"  # the twelve days of the field note's time
NATIONAL = {  # the package's name of each day: the law that made it a holiday
    _("New Year's Day"): FIRST_LAW,
    _("Maundy Thursday"): FIRST_LAW,
    _("Good Friday"): FIRST_LAW,
    _("Labor Day"): FIRST_LAW,
    _("Battle of Arica and Flag Day"): "Ley 31788",  # of 15 June 2023: first kept in 2024
    _("Saint Peter and Saint Paul's Day"): FIRST_LAW,
    _("Peruvian Air Force Day"): "Ley 31822",  # of 8 July 2023: first kept that month
    _("Independence Day"): FIRST_LAW,
    _("Great Military Parade Day"): FIRST_LAW,
    _("Battle of Junín Day"): "Ley 31530",
    _("Rose of Lima Day"): FIRST_LAW,
    _("Battle of Angamos Day"): FIRST_LAW,
    _("All Saints' Day"): FIRST_LAW,
    _("Immaculate Conception"): FIRST_LAW,
    _("Battle of Ayacucho Day"): "Ley 31381",
    _("Christmas Day"): FIRST_LAW,
}
WEEKEND = {5: _("Saturday"), 6: _("Sunday")}
WEEKEND_SOURCE = "TUO Ley 27444 art. 145"


@lru_cache(maxsize=64)
def national(year: int) -> Mapping[date, DayOff]:
    """Return the national holidays of a year. Easter Sunday, which the package adds, is in no law."""
    found = holidays.country_holidays("PE", years=year, language="en_US")
    return MappingProxyType(
        {
            day: DayOff(day, name, Kind.NATIONAL, NATIONAL[name])
            for day, names in sorted(found.items())
            for name in names.split("; ")
            if name in NATIONAL
        }
    )


class Calendar:
    """The days of one municipality: the national calendar and the rows it has entered.

    `confirmed_years` are those whose decreed and local days somebody has entered or found to be none; None
    means that nobody asks.
    """

    def __init__(self, extra: Iterable[DayOff] = (), confirmed_years: Iterable[int] | None = None):
        rows = list(extra)
        self.worked = {row.date: row for row in rows if row.kind is Kind.WORKED}
        self.off = {row.date: row for row in rows if row.kind is not Kind.WORKED}
        self.confirmed_years = None if confirmed_years is None else frozenset(confirmed_years)

    def why_not(self, day: date) -> DayOff | None:
        """Return what makes this a day off, a named day before a weekend; None on a business day."""
        if day in self.worked:
            return None
        named = national(day.year).get(day) or self.off.get(day)
        if named or day.weekday() not in WEEKEND:
            return named
        return DayOff(day, WEEKEND[day.weekday()], Kind.WEEKEND, WEEKEND_SOURCE)

    def is_business(self, day: date) -> bool:
        return self.why_not(day) is None

    def is_confirmed(self, year: int) -> bool:
        """Whether the year's decreed and local days are known."""
        return self.confirmed_years is None or year in self.confirmed_years

    def add(self, day: date, number: int, day_type: DayType) -> date:
        """Return the day `number` days after `day`, which is not counted itself."""
        return self._walk(day, number, day_type, DAY)

    def back(self, day: date, number: int, day_type: DayType) -> date:
        """Return the day `number` days before `day`, which is not counted itself."""
        return self._walk(day, number, day_type, -DAY)

    def deadline(self, day: date, number: int, day_type: DayType) -> date:
        """Return the last day of a term: where it is a day off, the next business day (CC 183.5)."""
        return self.business_from(self.add(day, number, day_type))

    def business_from(self, day: date) -> date:
        """Return the day itself if it is a business day, else the next one."""
        return day if self.is_business(day) else self.add(day, 1, DayType.BUSINESS)

    def count(self, after: date, until: date, day_type: DayType) -> int:
        """Count the days after the first date, up to and with the second."""
        days = (until - after).days
        if day_type is DayType.CALENDAR:
            return days
        return sum(self.is_business(after + DAY * step) for step in range(1, days + 1))

    def _walk(self, day: date, number: int, day_type: DayType, step: timedelta) -> date:
        if number < 0:
            raise ValueError("A term has no negative number of days.")
        if day_type is DayType.CALENDAR:
            return day + step * number
        while number:
            day += step
            number -= self.is_business(day)
        return day


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, the last of the month where there is none (CC 183.3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    last = date(year + (month == 11), (month + 1) % 12 + 1, 1) - DAY
    return first.replace(day=min(day.day, last.day))


def add_years(day: date, years: int) -> date:
    """Return the same date so many years later (contract terms run date to date)."""
    return add_months(day, years * 12)


VOTED_IN_NOVEMBER = {2002: date(2002, 11, 17), 2006: date(2006, 11, 19)}  # before the rule of October
FIRST_TERM = 2003  # authorities take office on 1 January of 2003, 2007, 2011, …
TERM = 4


@dataclass(frozen=True)
class ElectoralDistance:
    """How far a date is from the nearest municipal change of authorities and election day, in days."""

    change: date
    days_to_change: int
    election: date
    days_to_election: int

    @property
    def nearest(self) -> int:
        return min(self.days_to_change, self.days_to_election)

    def is_clear(self, buffer_days: int) -> bool:
        """Whether a contract may end here without meeting the electoral cycle (rule 91)."""
        return self.nearest >= buffer_days


def election_before(change: date) -> date:
    """Return the municipal election day before a change: first Sunday of October (Ley 26864 art. 3)."""
    year = change.year - 1
    first = date(year, 10, 1)
    return VOTED_IN_NOVEMBER.get(year, first + DAY * ((6 - first.weekday()) % 7))


def distance_to_elections(day: date) -> ElectoralDistance:
    """Measure a contract's end against the cycle of municipal authorities (rule 91)."""
    past = day.year - (day.year - FIRST_TERM) % TERM
    changes = [date(past + offset, 1, 1) for offset in (0, TERM)]
    change = min(changes, key=lambda other: abs(other - day))
    election = min(map(election_before, changes), key=lambda other: abs(other - day))
    return ElectoralDistance(change, abs(change - day).days, election, abs(election - day).days)
