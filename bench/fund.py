"""Projects the Investment Fund of 644 small towns over ten years, against the bare arithmetic of its rows."""

import random
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from bench import seconds
from contracts.fund import Clause, Month, project, vat
from procurement.business_days import add_months

TOWNS = 644  # small towns of Peru (rule 142)
YEARS = 10
ROUNDS = 9
CENT = Decimal("0.01")
CLAUSE = Clause(Decimal("10.20"), with_vat=False)


def ledger(chance):
    """What one town bills month by month, through the change of the tax in March 2011."""
    first = date(2006, 4, 1)
    return [
        Month(month, Decimal(chance.randrange(500_000, 9_000_000)).scaleb(-2), vat(month))
        for month in (add_months(first, number) for number in range(12 * YEARS))
    ]


def bare(months):
    """Each quarter with what it owes, rounded once, and the fund after it: arithmetic and nothing else."""
    owed, fund, found = Decimal(0), Decimal(0), []
    for first, amount, rate in months:
        owed += amount * CLAUSE.percentage / (100 + rate)
        if first.month % 3 == 0:
            due = owed.quantize(CENT, ROUND_HALF_UP)
            fund += due
            found.append((first, due, fund))
            owed = Decimal(0)
    return found


def all_bare(ledgers):
    return [bare(months) for months in ledgers]


def all_projected(ledgers):
    return [project(CLAUSE, months) for months in ledgers]


def differences(ledgers):
    """In how many quarters adding up what was divided before gives another cent than the exact sum."""
    both = zip(all_bare(ledgers), all_projected(ledgers), strict=True)
    return sum(ours.due != due for bare, town in both for (_, due, _), ours in zip(bare, town, strict=True))


def run():
    """Two measures in turn, and the median of their ratios."""
    chance = random.Random(2006)
    ledgers = [ledger(chance) for _town in range(TOWNS)]
    pairs = [(seconds(all_projected, ledgers), seconds(all_bare, ledgers)) for _ in range(ROUNDS)]
    return [
        {
            "name": "fund-projection",
            "value": round(median(ours / bare for ours, bare in pairs), 2),
            "unit": "times the bare Decimal arithmetic of the same rows",
            "limit": 2,
            "size": f"{TOWNS} towns, {YEARS} years of months",
            "seconds": round(median(ours for ours, _ in pairs), 3),
            "bare_seconds": round(median(bare for _, bare in pairs), 3),
            "cents_apart": differences(ledgers),
        }
    ]
