"""What a bidder puts into envelope 1, and where the terms ask for it (rules 12, 51-54, 160, 161).

No Django: labels are English message ids.
"""

from typing import Any, NamedTuple

from bids.criteria import criteria_of, value
from procurement.problems import gettext_noop as _


class Paper(NamedTuple):
    """A paper that the terms ask for: `evidence` is what they say, in their words; `rule` is the source."""

    key: str
    label: str
    rule: str
    evidence: str = ""


GUARANTEE = "bid_guarantee"
BID_GUARANTEE = _("Guarantee of the bid")
OF_CRITERION = {
    "experience": (_("Papers of your experience"), "gate.experience_evidence"),
    "finance": (_("Papers of the money to begin"), "gate.finance_evidence"),
    "moral": (_("Declaration of moral solvency"), "gate.moral_evidence"),
    "origin": (_("Papers of where you are from"), "gate.origin_evidence"),
    "administrative": (_("Papers of your administration"), "thresholds.administrative_evidence"),
    "technical": (_("Curriculum of each member of the team, with proofs"), ""),
}


def papers_of(tender: Any, bidder: Any = None) -> list[Paper]:
    """Return the papers that envelope 1 of this call asks for, in the order of its criteria."""
    found = []
    for criterion in criteria_of(tender):
        if criterion.key in OF_CRITERION:
            label, source = OF_CRITERION[criterion.key]
            evidence = value(tender, source, "") if source else ""
            found.append(Paper(criterion.key, label, criterion.rule, evidence))
    if bidder is not None and bidder.kind == "consortium":
        found.append(Paper("promise", _("Promise of consortium, signed by every member"), _("rule 13")))
    if value(tender, "guarantees.bid.amount", 0) > 0:
        found.append(Paper(GUARANTEE, BID_GUARANTEE, _("domain 4.11; terms 13.1.9")))
    return found
