"""The clauses of the contract that somebody writes, and what they must cover (rules 82, 89, 93, 96;
RM 270-2009 art. 10). What is computed from the tender, the award and the operator is no clause here.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

PROPOSED = Path(__file__).parent / "clauses.toml"


class Clause(NamedTuple):
    """One clause: its title, the letters of RM 270-2009 art. 10 and the concept of rule 93 that it covers."""

    key: str
    title: str
    letters: str = ""
    concept: str = ""
    help: str = ""


CLAUSES = (
    Clause("object", _("Object"), "b"),
    Clause("rights_legal", _("Legal rights"), "e", "legal"),
    Clause("rights_technical", _("Technical rights"), "e", "technical"),
    Clause("rights_administrative", _("Administrative rights"), "e", "administrative"),
    Clause("rights_economic", _("Economic rights"), "e", "economic"),
    Clause("operator_duties", _("Duties of the operator"), "e"),
    Clause("municipality", _("Rights and duties of the municipality"), "f"),
    Clause("charges", _("Charges"), "d"),
    Clause(
        "readjustment",
        _("How charges are readjusted"),
        "d",
        "readjustment",
        _("When, by which index or event, and how it is computed."),
    ),
    Clause("indicators", _("Indicators of management"), "j"),
    Clause("supervision", _("Supervision and sanctions by the municipality"), "g"),
    Clause("jvs", _("The neighbourhood supervision board (JVS)"), "h"),
    Clause("penalties", _("Penalties"), "i", "", _("Breach, amount, time to mend it.")),
    Clause(
        "indemnity",
        _("Indemnity if the municipality ends the contract without cause"),
        "",
        "indemnity",
        _("The field note gives no formula. Write how it is computed and until when it is paid."),
    ),
    Clause("continuity", _("Continuity of the service")),
)
BY_KEY = {clause.key: clause for clause in CLAUSES}

# Who bears which risk. The first four are fixed by rule 89.
RISKS = (
    (_("operation and maintenance"), "operator"),
    (_("commercial: billing, collection, claims"), "operator"),
    (_("working capital and minor investment"), "operator"),
    (_("replacement, improvement and expansion"), "municipality"),
    (_("legal state of the assets before they were handed over"), "municipality"),
    (_("force majeure"), "both"),
)
BEARERS = {
    "operator": _("the operator"),
    "municipality": _("the municipality"),
    "both": _("both, as the contract says"),
}
INCOME_USES = (
    _("payroll"),
    _("provisions and reserves"),
    _("production, storage and distribution"),
    _("administration and maintenance"),
    _("taxes, contributions and fees"),
    _("guarantees"),
    _("repayment of credits"),
)
PROHIBITIONS = (
    _("to take credit with the assets received as a guarantee"),
    _("to sell, mortgage or pledge assets of the municipality"),
)
SITUATIONS = {
    "works": _("the impact works are not finished"),
    "free": _("there is a long tradition of free supply, run by production cooperatives"),
    "receivables": _("nothing is done to recover what users owe the municipality"),
    "subsidy": _("the municipality subsidises 70 % of the cost or more"),
    "social": _("the operator has a social base of shareholders and needs professional management"),
    "technical": _("technical capability was preferred over financial when it was selected"),
}


@cache
def wording() -> dict[str, str]:
    """Return the wording proposed for each clause, in Spanish; nothing where nothing is proposed."""
    return {key: text.strip() for key, text in tomllib.loads(PROPOSED.read_text()).items()}


def proposed(town: str, charges: str, stated: dict) -> dict[str, str]:
    """Return every clause as it is proposed for this contract: what nothing proposes is left empty."""
    facts = {"town": town, "charges": charges}
    texts = {clause.key: wording().get(clause.key, "") % facts for clause in CLAUSES}
    texts["penalties"] = stated.get("penalty_scale", "")
    return texts


def missing(texts: dict[str, str]) -> list[Clause]:
    """Return the clauses that nobody has written."""
    return [clause for clause in CLAUSES if not str(texts.get(clause.key, "")).strip()]
