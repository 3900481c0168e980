"""Why one bidder stands before another: the comparisons of the terms, until one settles it. Pure."""

from typing import NamedTuple

from bids.scoring import Offer, Result, two_decimals


class Step(NamedTuple):
    """One comparison: what is compared ("score", a link, "draw"), both values, and whether it settles it."""

    what: str
    above: object
    below: object
    settles: bool


def steps(result: Result, above: Offer, below: Offer) -> list[Step]:
    """Return the comparisons between two offers, the last of which settles it."""
    found = []
    for what in ("score", *result.links, "draw"):
        values = compared(result, what, above), compared(result, what, below)
        found.append(Step(what, *values, settles=values[0] != values[1]))
        if found[-1].settles:
            break
    return found


def compared(result: Result, what: str, offer: Offer) -> object:
    """Return what a comparison looks at; a place in the draw is None where nothing was drawn."""
    exact = result.formula.exact(offer)
    score = exact if result.formula.scale.ranking_values == "exact" else two_decimals(exact)
    drawn = result.drawn.get(offer.bidder)
    values = {"score": score, "percentage": offer.percentage, "local": offer.is_local}
    return (values | {"technical": offer.technical, "draw": drawn})[what]
