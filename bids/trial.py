"""A scoring rule tried on invented bidders before a call is published: who wins, from which offer on. Pure.

Nothing here is a result: no bidder of a trial exists. Percentages run in hundredths, so that a threshold is
the very offer with which the first place changes hands (rules 55, 56, 65).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from bids.scoring import Offer, Ranked, Result, Scale, admit, rank
from bids.what_if import needed

CEILING = 10_000  # hundredths of a per cent
HIDDEN = Fraction(1, 100)  # points that rounding may hide
AROUND = 2  # hundredths beside a threshold in which rounding may make a tie
OUTSIDE, LOCAL = "outside", "local"


def percentage(cents: int) -> Decimal:
    """Return hundredths of a per cent as an offer writes them: 834 is 8.34."""
    return Decimal(cents).scaleb(-2)


def bounds(scale: Scale, top: int) -> tuple[int, int]:
    """Return the least and the greatest admissible offer up to `top`, in hundredths."""
    lowest = max(int(100 * scale.minimum), 1 if scale.zero_forbidden else 0)
    highest = CEILING if scale.maximum is None else int(100 * scale.maximum)
    return lowest, min(highest, CEILING, top)


def with_offer(offers: Sequence[Offer], bidder: str, cents: int) -> list[Offer]:
    """Return the offers with that one of them changed."""
    return [
        replace(offer, percentage=percentage(cents)) if offer.bidder == bidder else offer for offer in offers
    ]


class Stretch(NamedTuple):
    """From one offer to another, both included, the same are first; several where only a draw would tell."""

    first: int
    last: int
    winners: tuple[str, ...]


class Lead(NamedTuple):
    """Who is first at one offer, who has exactly as many points, and by how many the rest is behind."""

    winners: tuple[str, ...]
    equals: frozenset[str]
    margin: Fraction

    def lasts(self, other: "Lead", moving: str) -> bool:
        """Whether the same are first everywhere between two offers where these lead.

        Exact points change in one direction only, so whoever is behind at both ends is behind between them,
        and more than rounding can hide. Whoever has the very same points at both ends has them throughout.
        """
        same = self.winners == other.winners and self.equals == other.equals
        settled = moving not in self.equals or len(self.equals) == 1
        return same and settled and min(self.margin, other.margin) > HIDDEN


@dataclass(frozen=True)
class Race:
    """The offers of a trial while one bidder's changes."""

    offers: Sequence[Offer]
    scale: Scale
    moving: str

    def lead(self, cents: int) -> Lead:
        rows = rank(with_offer(self.offers, self.moving, cents), self.scale).rows
        winners = tuple(row.offer.bidder for row in rows if row.rank == 1)
        equals = frozenset(row.offer.bidder for row in rows if row.exact == rows[0].exact)
        behind = [rows[0].exact - row.exact for row in rows if row.offer.bidder not in equals]
        return Lead(winners, equals, min(behind, default=HIDDEN + 1))

    def between(self, first: int, last: int) -> Iterator[Stretch]:
        """Give who is first from one offer to another; neither end lies beyond what the others measure."""
        lead = self.lead(first)
        if first == last or lead.lasts(self.lead(last), self.moving):
            yield Stretch(first, last, lead.winners)
            return
        middle = (first + last) // 2
        yield from self.between(first, middle)
        yield from self.between(middle + 1, last)


def stretches(offers: Sequence[Offer], scale: Scale, bidder: str, top: int) -> list[Stretch]:
    """Return who wins for every offer of one bidder up to `top`, while the others' stay as they are."""
    lowest, highest = bounds(scale, top)
    others, _rejected = admit([offer for offer in offers if offer.bidder != bidder], scale)
    measured = max((offer.percentage_hundredths for offer in others), default=lowest)
    knee = min(max(measured, lowest), highest)  # beyond it the moving offer measures the others
    race, found = Race(offers, scale, bidder), []
    for first, last in ((lowest, knee), (knee + 1, highest)):
        found += race.between(first, last) if first <= last else []
    grouped = [list(same) for _winners, same in groupby(found, key=attrgetter("winners"))]
    return [Stretch(same[0].first, same[-1].last, same[0].winners) for same in grouped]


# The local preference


def local_from(scale: Scale, outside: int) -> int | None:
    """Return the least offer with which a local bidder is first against one offer from outside, or None.

    Both have the same technical number. Hundredths.
    """
    lowest, _highest = bounds(scale, CEILING)
    pair = [
        Offer(OUTSIDE, percentage(outside), False, Decimal(100)),
        Offer(LOCAL, percentage(lowest), True, Decimal(100)),
    ]
    found = needed(pair, scale, LOCAL)
    return None if found is None else int(100 * found)


def round_offers(lowest: int, highest: int) -> list[int]:
    """Return offers that are easy to say, ten or so of them, with both ends."""
    step = next(each for each in (50, 100, 200, 250, 500, 1000) if highest - lowest <= 10 * each)
    return sorted({lowest, *range(lowest // step * step + step, highest, step), highest})


def preference(scale: Scale, outside: Sequence[int]) -> list[tuple[int, int | None]]:
    """Return (offer from outside, least local offer that beats it)."""
    return [(each, local_from(scale, each)) for each in outside]


# What rounding hides


def false_ties(result: Result) -> list[list[Ranked]]:
    """Return the groups of bidders whose published points are equal while their exact points are not."""
    groups = [list(group) for _points, group in groupby(result.rows, key=lambda row: row.published)]
    return [group for group in groups if len({row.exact for row in group}) > 1]


class FalseTie(NamedTuple):
    """The offer of the moving bidder at which rounding ties others with it, and who is tied."""

    cents: int
    rows: list[Ranked]


def near_false_tie(
    offers: Sequence[Offer], scale: Scale, bidder: str, found: Sequence[Stretch]
) -> FalseTie | None:
    """Look for a first place that rounding ties, beside every threshold of who wins; None where none is."""
    if not found:
        return None
    edges = {edge for stretch in found for edge in (stretch.first, stretch.last)}
    beside = {edge + step for edge in edges for step in range(-AROUND, AROUND + 1)}
    for cents in sorted(beside):
        if found[0].first <= cents <= found[-1].last:
            groups = false_ties(rank(with_offer(offers, bidder, cents), scale))
            for rows in groups:
                if rows[0].rank == 1:
                    return FalseTie(cents, rows)
    return None


# Guarantees


class Bond(NamedTuple):
    """A guarantee that the terms would ask: for what, how much in soles, by which instruments (none: any)."""

    slot: str
    amount: Decimal
    accepted: tuple[str, ...]


class Verdict(NamedTuple):
    """Whether an invented bidder could give one guarantee: what it lacks, whether its instrument counts."""

    bond: Bond
    lacking: Decimal
    accepted: bool

    @property
    def can(self) -> bool:
        return self.accepted and not self.lacking


def could_give(bond: Bond, means: Decimal, instrument: str) -> Verdict:
    """Judge one bidder's means and instrument by what is asked (rules 61, 71, 163)."""
    return Verdict(
        bond, max(bond.amount - means, Decimal("0.00")), not bond.accepted or instrument in bond.accepted
    )
