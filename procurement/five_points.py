"""The five points in which a second call answers the barriers of the first (rules 62-67). No Django.

Field note L1660-1676: smaller bonds, the team's solvency in place of a technical proposal, the contribution
to the fund as the deciding factor, points for the local bidder, two envelopes. Each is changed, or it is said
why not.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from .parameters import Undecided, settled
from .problems import gettext_noop as _
from .regimes import NotCovered, Profile


class Point(NamedTuple):
    """One of the five changes: which values of the terms and of the regime it shows in."""

    key: str
    label: str
    rule: str
    keys: tuple[str, ...]  # of the terms
    provisions: tuple[str, ...] = ()  # of the regime's profile


POINTS = (
    Point(
        "guarantees",
        _("Smaller bid and performance bonds"),
        _("rule 62"),
        (
            "guarantees.bid.amount",
            "guarantees.performance.rule",
            "guarantees.performance.amount",
            "guarantees.performance.percentage",
            "guarantees.performance.months",
        ),
    ),
    Point(
        "team_solvency",
        _("Solvency of the team in place of a technical proposal"),
        _("rule 63"),
        ("factors.technical_weight", "thresholds.administrative", "thresholds.technical"),
        ("factors.gate",),
    ),
    Point(
        "fund_factor",
        _("The contribution to the fund decides"),
        _("rule 64"),
        ("fund_percentage.base", "fund_percentage.minimum"),
        ("factors.competitive",),
    ),
    Point(
        "local_points",
        _("Preference for the local bidder"),
        _("rule 65"),
        ("local_preference.mode", "local_preference.value"),
    ),
    Point("two_envelopes", _("Two envelopes"), _("rule 66"), (), ("envelopes.count",)),
)


class Difference(NamedTuple):
    """One value as the first call had it, and as the second has it; None where it had none."""

    key: str
    before: Any
    after: Any

    @property
    def changed(self) -> bool:
        return bool(self.before != self.after)


def differences(point: Point, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return the values of a point in two calls, those that neither has left out."""
    keys = [key for key in (*point.keys, *point.provisions) if key in before or key in after]
    return [Difference(key, before.get(key), after.get(key)) for key in keys]


def values(profile: Profile, stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return what holds in one call for everything that the five points show in."""
    found = {}
    for point in POINTS:
        for key in point.keys:
            try:
                found[key] = settled(profile, stated, key)
            except (NotCovered, Undecided):
                continue
        found |= {key: profile.value(key) for key in point.provisions if profile.fixes(key)}
    return found


def unchanged(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Point]:
    """Return the points that are in the second call as they were in the first."""
    return [point for point in POINTS if not any(row.changed for row in differences(point, before, after))]
