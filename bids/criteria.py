"""The criteria of envelope 1: what each asks in this call, and where it stands (rules 12, 51-54, 160-161)."""

from decimal import Decimal
from typing import Any, NamedTuple

from procurement.parameters import Undecided
from procurement.problems import gettext_noop as _
from procurement.regimes import NotCovered

HUNDRED = Decimal(100)


class Criterion(NamedTuple):
    """One thing that the committee decides about each bid.

    `gate`: who fails is not admitted; `points`: it is measured from 0 to 100 and `threshold` is the least.
    """

    key: str
    label: str
    rule: str
    asks: tuple[str, ...]  # the parameters that say what is asked
    gate: bool = True
    points: bool = False
    threshold: Decimal = Decimal(0)


KNOWN = {
    "experience": Criterion(
        "experience", _("knows public services"), _("rule 51"), ("gate.experience_evidence",)
    ),
    "finance": Criterion(
        "finance",
        _("has money to begin"),
        _("rule 53"),
        ("gate.financial_minimum", "gate.finance_evidence"),
    ),
    "moral": Criterion("moral", _("moral solvency"), _("rule 52"), ("gate.moral_evidence",)),
    "origin": Criterion(
        "origin",
        _("origin"),
        _("rules 18, 52"),
        ("gate.origin", "gate.origin_definition", "gate.origin_evidence"),
    ),
    "administrative": Criterion(
        "administrative",
        _("administrative solvency"),
        _("rule 160"),
        ("thresholds.administrative", "thresholds.administrative_evidence"),
    ),
    "technical": Criterion(
        "technical",
        _("solvency of the team in water and sanitation"),
        _("rules 160, 161"),
        ("thresholds.technical", "team.minimum_members"),
    ),
    "team": Criterion(
        "team",
        _("somebody with experience in an EPS, a JASS or a municipality"),
        _("rule 12"),
        ("team.experience_required",),
    ),
    "local": Criterion(
        "local",
        _("preference for the local bidder"),
        _("rule 65"),
        ("local_preference.definition", "local_preference.consortium_rule"),
        gate=False,
    ),
}
GATE = ("experience", "finance", "moral", "origin")


def value(tender: Any, key: str, default: Any = None) -> Any:
    """Return what holds for this call, or the default where the regime is silent or the terms owe it."""
    if tender.profile is None:
        return default
    try:
        return tender.settled(key)
    except (NotCovered, Undecided, KeyError):
        return default


def of_regime(tender: Any, key: str, default: Any) -> Any:
    """Return what the regime fixes for this call; the default where it fixes nothing, or none is chosen."""
    return default if tender.profile is None else tender.profile.find(key, default)


def has_technical_proposal(tender: Any) -> bool:
    """Whether a technical proposal gives points beside the percentage (rule 58)."""
    return "technical_proposal" in of_regime(tender, "factors.competitive", ())


def counts_local(tender: Any) -> bool:
    """Whether it matters who is local: for the preference, or to settle a tie (rule 65)."""
    return value(tender, "local_preference.mode", "none") != "none" or "local" in value(tender, "ties", ())


def measured(tender: Any, key: str) -> Criterion:
    """Return a solvency with its threshold: points where the terms give a number above zero."""
    least = value(tender, f"thresholds.{key}", Decimal(0))
    return KNOWN[key]._replace(points=least > 0, threshold=least)


def criteria_of(tender: Any) -> list[Criterion]:
    """Return what is decided about each bid of this call, in order."""
    found = []
    for key in of_regime(tender, "factors.gate", GATE):
        found.append(measured(tender, key) if key in ("administrative", "technical") else KNOWN[key])
    keys = [criterion.key for criterion in found]
    if has_technical_proposal(tender) and "technical" not in keys:
        found.append(KNOWN["technical"]._replace(gate=False, points=True))
    if value(tender, "team.experience_required", False):
        found.append(KNOWN["team"])
    if counts_local(tender):
        found.append(KNOWN["local"])
    return found


def has_two_envelopes(tender: Any) -> bool:
    """Whether the offer lies in an envelope of its own (rules 59, 66); not so in the first calls of 2005."""
    return tender.profile is None or bool(tender.profile.find("envelopes.count", 2) == 2)


def accept_points(points: Any) -> bool:
    """Whether these are points: a Decimal of 0 to 100 with at most two decimals."""
    return isinstance(points, Decimal) and 0 <= points <= HUNDRED and points == round(points, 2)
