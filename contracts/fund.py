"""The Investment Fund in figures (rules 83-87; domain.md §5.7). Pure arithmetic in soles, rounded once.

The contribution of a period is the percentage of the exact sum of what its months brought in, rounded once: a
quarter of 50,420.168067… a month at 10.20 % is 15,428.57, never three times 5,142.86. Periods are calendar
quarters, or calendar months where the contract says so.
"""

import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from guarantees.sizing import FundFlow
from procurement.business_days import DAY, Calendar, DayType, add_months
from procurement.money import rounded

ZERO = Decimal("0.00")
ONE = Decimal(1)
HUNDRED = Decimal(100)
MONTHS = {"monthly": 1, "quarterly": 3}  # how many months one contribution is made of


class Rate(NamedTuple):
    """A rate of the value added tax in per cent, since a month; `source` is the law."""

    since: date
    percent: Decimal
    source: str


def rates() -> list[Rate]:
    """Read the rates of the value added tax, the oldest first."""
    listed = tomllib.loads(Path(__file__).with_name("vat.toml").read_text())["rate"]
    return [Rate(each["since"], Decimal(each["percent"]), each["source"]) for each in listed]


VAT = rates()


def vat(month: date) -> Decimal:
    """Return the rate of the value added tax in a month, in per cent; ValueError before the first known."""
    place = bisect_right(VAT, month, key=attrgetter("since"))
    if not place:
        raise ValueError(f"No rate of the value added tax is known for {month:%Y-%m}.")
    return VAT[place - 1].percent


class Month(NamedTuple):
    """What the service billed, or collected, in one month: soles with tax, and the tax in per cent."""

    first: date
    amount: Decimal
    vat: Decimal


VAT_OF, AMOUNT_OF = attrgetter("vat"), attrgetter("amount")


class Period(NamedTuple):
    """The months that one contribution is made of, from the first day to the last."""

    start: date
    end: date

    @property
    def months(self) -> list[date]:
        return list(months_between(self.start, self.end))

    @property
    def number(self) -> int:
        """Which quarter of the year it is, or which month."""
        return (self.end.month + 2) // 3 if len(self.months) > 1 else self.end.month


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def months_between(start: date, end: date) -> Iterable[date]:
    """Give the first day of each month from that of `start` to that of `end`."""
    month = first_of_month(start)
    while month <= end:
        yield month
        month = add_months(month, 1)


def period_of(day: date, every_months: int) -> Period:
    """Return the calendar quarter, or month, that a day lies in."""
    start = date(day.year, day.month - (day.month - 1) % every_months, 1)
    return Period(start, add_months(start, every_months) - DAY)


def periods(start: date, until: date, every_months: int) -> list[Period]:
    """Return the periods from the one of the start of operations to the one of `until`."""
    starts = {period_of(month, every_months) for month in months_between(start, until)}
    return sorted(starts)


def due_on(period: Period, days: int, calendar: Calendar) -> date:
    """Return the last day to pay: so many calendar days after the period (Civil Code, art. 183)."""
    return calendar.deadline(period.end, days, DayType.CALENDAR)


@dataclass(frozen=True)
class Clause:
    """What the contract says of the fund: percent of what comes in, with or without the tax, how often."""

    percentage: Decimal
    with_vat: bool
    every_months: int = 3

    def divisor(self, vat: Decimal) -> Decimal:
        """By what an amount with tax is divided to give one per cent of the base."""
        return HUNDRED if self.with_vat else HUNDRED + vat

    def base(self, months: Iterable[Month]) -> Decimal:
        """Return what the percentage is taken of, two decimals: for people to read, never to go on from."""
        return self.share(months, HUNDRED)

    def contribution(self, months: Iterable[Month]) -> Decimal:
        """Return what these months owe to the fund: the percentage of their exact sum, rounded once."""
        return self.share(months, self.percentage)

    def share(self, months: Iterable[Month], percentage: Decimal) -> Decimal:
        """Return percentage × (sum ÷ divisor + …), one term for each rate, with one division at the end.

        Nothing is lost before it: what three months at three rates come to has fewer than 28 digits.
        """
        above, below = ZERO, ONE
        for rate, of_rate in groupby(months, VAT_OF):
            divisor = self.divisor(rate)
            above = above * divisor + sum(map(AMOUNT_OF, of_rate)) * below
            below *= divisor
        return rounded(above * percentage / below)

    def flow(self, monthly_amount: Decimal, vat: Decimal) -> FundFlow:
        """Return how the fund grows if every month brings in the same amount with tax."""
        base = monthly_amount * HUNDRED / self.divisor(vat)
        return FundFlow(base, self.percentage, self.every_months)


class Expected(NamedTuple):
    """What one period brings the fund, and what lies in it then if nothing is taken out."""

    start: date
    due: Decimal
    balance: Decimal


def project(clause: Clause, months: Iterable[Month], balance: Decimal = ZERO) -> list[Expected]:
    """Return period by period what these months, one after the other, bring to a fund with `balance`."""
    every, found = clause.every_months, []
    for _place, held in groupby(months, lambda month: (month.first.month - 1) // every):
        of_one = list(held)
        due = clause.contribution(of_one)
        balance += due
        found.append(Expected(of_one[0].first, due, balance))
    return found


class Movement(NamedTuple):
    """Money that entered the fund on a day, or left it if the amount is negative."""

    on: date
    amount: Decimal


def balance(movements: Iterable[Movement]) -> Decimal:
    """Return what lies in the fund: what came in less what went out."""
    return sum((movement.amount for movement in movements), ZERO)


def available(movements: Sequence[Movement], on: date) -> Decimal:
    """Return how much may leave the fund on a day so that no day from then on ends below zero."""
    held = balance(movement for movement in movements if movement.on <= on)
    lowest = held
    later = sorted(movement for movement in movements if movement.on > on)
    for _day, of_one_day in groupby(later, attrgetter("on")):
        held += balance(of_one_day)
        lowest = min(lowest, held)
    return lowest


def arrears(due: Decimal, paid: Decimal, due_on: date, today: date) -> Decimal:
    """Return what of a contribution is late: nothing until its last day is over.

    No interest is added: neither the field note nor the terms give a rate, and none is invented (§5.7).
    """
    return max(due - paid, ZERO) if today > due_on else ZERO
