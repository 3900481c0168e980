"""Where a bid lost its points: what is listed adds up to all the points there are, less its score.

Pure: texts and Decimal in, Decimal out. `row` and `scale` are those of a kept ranking.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from .scoring import two_decimals


class Loss(NamedTuple):
    """Points that a bid lost, and for what; below zero where it was given some (a preference)."""

    cause: str  # economic, technical, local, rounding, admission, offer
    points: Decimal


def top_of(scale: Mapping[str, Any]) -> Decimal:
    """Return all the points there are, before any preference; 100 unless the terms say otherwise."""
    return Decimal(scale["economic_weight"]) + Decimal(scale["technical_weight"])


def signed(exact: Fraction) -> Decimal:
    return two_decimals(exact) if exact >= 0 else -two_decimals(-exact)


def losses(row: Mapping[str, Any], scale: Mapping[str, Any]) -> list[Loss]:
    """Return where a ranked bid lost points, each rounded to two decimals; what rounding moves comes last."""
    parts = {name: Fraction(part) for name, part in row["parts"].items()}
    exact = {
        "economic": Fraction(scale["economic_weight"]) - parts["economic"],
        "technical": Fraction(scale["technical_weight"]) - parts["technical"],
        "local": -parts["local"],
    }
    found = [Loss(cause, signed(points)) for cause, points in exact.items() if signed(points)]
    moved = top_of(scale) - Decimal(row["published"]) - sum(loss.points for loss in found)
    return [*found, Loss("rounding", moved)] if moved else found
