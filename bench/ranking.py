"""Ranks 100,000 bids, against the bare Decimal arithmetic of their scores in the same process."""

import random
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from bench import seconds
from bids.scoring import Offer, Scale, rank

SIZE = 100_000
ROUNDS = 9
CENT = Decimal("0.01")
HUNDRED = Decimal(100)
COMMON = {
    "minimum": Decimal("5.00"),
    "zero_forbidden": True,
    "method": "proportional",
    "ranking_values": "published",
    "ties": ("percentage", "local", "technical", "draw"),
}
SCALES = {
    # the second call of the field note: the percentage, and points for being local
    "ranking": Scale(
        **COMMON,
        economic_weight=HUNDRED,
        technical_weight=Decimal(0),
        local_preference="points",
        local_value=Decimal(10),
    ),
    # everything that a scale can hold
    "ranking-weighted": Scale(
        **COMMON,
        economic_weight=Decimal(70),
        technical_weight=Decimal(30),
        local_preference="percent_of_total",
        local_value=Decimal(10),
    ),
}


def offers(scale, seed=2006):
    """Offers spread over all that is admissible, half of them local."""
    chance = random.Random(seed)
    made = []
    for number in range(SIZE):
        percentage = Decimal(chance.randrange(500, 10_001)).scaleb(-2)
        technical = Decimal(chance.randrange(10_001)).scaleb(-2) if scale.technical_weight else None
        made.append(Offer(f"bidder-{number}", percentage, chance.random() < 0.5, technical))
    return made


def score(offer, highest, scale):
    """The points of an offer in bare Decimal, rounded once: what any program works out before it ranks."""
    points = scale.economic_weight * offer.percentage / highest
    if scale.technical_weight:
        points += scale.technical_weight * offer.technical / HUNDRED
    if offer.is_local:
        by_points = scale.local_preference == "points"
        points += scale.local_value if by_points else points * scale.local_value / HUNDRED
    return points.quantize(CENT, ROUND_HALF_UP)


def scores(offers, scale):
    highest = max(offer.percentage for offer in offers)
    return [score(offer, highest, scale) for offer in offers]


def measured(name, scale):
    """The median of several ratios, each of two measures taken one after the other."""
    bids = offers(scale)
    pairs = [(seconds(rank, bids, scale), seconds(scores, bids, scale)) for _ in range(ROUNDS)]
    ranked = rank(bids, scale)
    return {
        "name": name,
        "value": round(median(ranking / bare for ranking, bare in pairs), 2),
        "unit": "times the bare Decimal arithmetic of the scores",
        "limit": 2,
        "size": f"{SIZE} bids",
        "seconds": round(median(ranking for ranking, _ in pairs), 3),
        "bare_seconds": round(median(bare for _, bare in pairs), 3),
        # each line of the ranking is worked out when it is first read; this reads them all
        "rows_seconds": round(seconds(lambda: ranked.rows), 3),
    }


def run():
    return [measured(name, scale) for name, scale in SCALES.items()]
