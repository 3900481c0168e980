"""From when until when a contract runs, and how far its end is from the electoral cycle (rules 90-91,
100-106; domain.md §6.4). Pure: no Django. Days are calendar days, months and years run from date to date.
"""

from datetime import date
from typing import NamedTuple

from procurement.business_days import (
    DAY,
    VOTED_IN_NOVEMBER,
    ElectoralDistance,
    add_months,
    add_years,
    distance_to_elections,
)

ORDINARY_TRANSFER = (3, 6)  # months, as the field note saw (rule 105)


class Option(NamedTuple):
    """What a number of years would mean: the end, how far it is from the cycle, and if that is enough."""

    years: int
    end: date
    distance: ElectoralDistance
    passes: bool

    @property
    def nearest_day(self) -> date:
        """The change of authorities or the election to which the end is nearest."""
        by_change = self.distance.days_to_change <= self.distance.days_to_election
        return self.distance.change if by_change else self.distance.election

    @property
    def is_verified(self) -> bool:
        """Whether a source confirms the election day: those of November 2002 and 2006 are from memory."""
        return self.distance.election.year not in VOTED_IN_NOVEMBER


def option(start: date, years: int, buffer: int) -> Option:
    """Return what so many years from `start` mean. An end just as far as the buffer keeps it (rule 91)."""
    end = add_years(start, years)
    distance = distance_to_elections(end)
    return Option(years, end, distance, distance.is_clear(buffer))


def options(start: date, least: int, most: int, buffer: int) -> list[Option]:
    """Return every number of years that the regime allows, so that those that pass can be offered."""
    return [option(start, years, buffer) for years in range(least, most + 1)]


def plus_days(start: date, days: int) -> date:
    """Return the end of a period in calendar days: the 120 of the transition, or a term that stood still."""
    return start + DAY * days


def is_ordinary_transfer(signed: date, started: date) -> bool:
    """Whether the transfer took the three to six months that the field note saw (rule 105)."""
    least, most = ORDINARY_TRANSFER
    return add_months(signed, least) <= started <= add_months(signed, most)
