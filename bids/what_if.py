"""What would have been: the offer that wins, and the account done again with other numbers. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from .scoring import InvalidOffer, Offer, Result, Scale, normalise_percentage, parse_percentage, rank

MOST_LINES = 30
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


def offers_in(text: str) -> list[Offer]:
    """Read offers as somebody types them to repeat the account: one a line, an L behind for a local bidder.

    Refuses a line with the code of the offer that it is not, as `InvalidOffer`.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()][:MOST_LINES]
    if not lines:
        raise InvalidOffer("bid.offer.not-a-number")
    offers = []
    for number, line in enumerate(lines, start=1):
        local = line[-1:].upper() == "L"
        figure = normalise_percentage(line[:-1] if local else line)
        offers.append(Offer(str(number), parse_percentage(figure), local, Decimal(0)))
    return offers


def again(text: str, scale: Scale, local_value: Decimal) -> Result:
    """Do the account of a call again with other offers and another preference; nothing official changes."""
    preference = "points" if scale.local_preference == "none" else scale.local_preference
    other = replace(scale, technical_weight=Decimal(0), local_preference=preference, local_value=local_value)
    return rank(offers_in(text), other)
