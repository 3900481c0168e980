"""What would have been: the offer that wins. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from .scoring import Offer, Scale, rank

CEILING = 10_000  # hundredths of a per cent


def would_win(offers: Sequence[Offer], scale: Scale, bidder: str, cents: int) -> bool:
    """Whether this bidder alone would be first with that offer, everything else being as it is."""
    changed = [
        replace(offer, percentage=Decimal(cents).scaleb(-2)) if offer.bidder == bidder else offer
        for offer in offers
    ]
    first = [row for row in rank(changed, scale).rows if row.rank == 1]
    return [row.offer.bidder for row in first] == [bidder]


def needed(offers: Sequence[Offer], scale: Scale, bidder: str) -> Decimal | None:
    """Return the least percentage with which a bidder would have been first; None where there is none."""
    own = next(offer for offer in offers if offer.bidder == bidder)
    low, high = own.percentage_hundredths, CEILING
    if scale.maximum is not None:
        high = min(high, int(100 * scale.maximum))
    if low > high or not would_win(offers, scale, bidder, high):
        return None
    while low < high:  # the higher an offer, the better its place
        middle = (low + high) // 2
        low, high = (low, middle) if would_win(offers, scale, bidder, middle) else (middle + 1, high)
    return Decimal(low).scaleb(-2)
