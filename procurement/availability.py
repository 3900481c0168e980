"""How likely it is that envelopes stay shut because custodians are missing (sealed/design.md §7). Pure.

Each custodian fails by themselves, and as likely as any other; every group must reach its number.
Probabilities are exact fractions.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import comb, prod
from typing import NamedTuple

RARELY, OFTEN = Fraction(5, 100), Fraction(20, 100)  # how often one custodian fails, in the tables
FRAGILE = Fraction(1, 200)  # more than one opening in two hundred fails, though custodians rarely do
MOST = 9  # custodians in a call


class Group(NamedTuple):
    """A body of custodians: how many must come, of how many."""

    needed: int
    of: int


Groups = Sequence[Group]
USUAL: list[Groups] = [
    [Group(3, 5)],
    [Group(4, 7)],
    [Group(2, 3), Group(2, 4)],
    [Group(2, 4), Group(2, 4)],
]


def shortfall(group: Group, fails: Fraction) -> Fraction:
    """Return how likely it is that fewer than the needed ones of a group come."""
    needed, of = group
    if needed > of:
        return Fraction(1)
    missing = range(of - needed + 1, of + 1)
    return sum((comb(of, m) * fails**m * (1 - fails) ** (of - m) for m in missing), Fraction(0))


def unopenable(groups: Groups, fails: Fraction) -> Fraction:
    """Return how likely it is that some group falls short, so that envelopes cannot be opened."""
    return 1 - prod((1 - shortfall(group, fails) for group in groups), start=Fraction(1))


def is_fragile(groups: Groups) -> bool:
    """Whether too many openings would fail although custodians rarely do."""
    return unopenable(groups, RARELY) > FRAGILE


def strengthened(groups: Groups) -> Groups | None:
    """Return the groups with as few more members as make them sound, added where they help most.

    None where there would be too many.
    """
    grown = list(groups)
    while is_fragile(grown):
        if sum(group.of for group in grown) >= MOST:
            return None
        weakest = max(range(len(grown)), key=lambda place: shortfall(grown[place], RARELY))
        grown[weakest] = grown[weakest]._replace(of=grown[weakest].of + 1)
    return grown
