"""The catalogue of what the terms of a call must state, and how what a tender states is read and checked.

What the regime fixes is not asked; what it leaves open has no default that pretends to be law (product.md,
principle 6). Values are int, Decimal, str, bool or a tuple of choices; `dump` and `load` go to and from JSON.
No Django here: labels, help and choices are English message ids.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from procurement.problems import Problem, Source, Translate, Word
from procurement.problems import gettext_noop as _
from procurement.regimes import Profile

from .bids import APPEALS, ENVELOPES, OFFER, POINTS
from .call import BIDDERS, COUNCIL, SALE, TIMES
from .contract import CONTRACT, GUARANTEES, PAPERS, TOWN
from .kinds import Kind, Parameter, Unreadable, Value

__all__ = [
    "PARAMETERS",
    "SECTIONS",
    "Kind",
    "Parameter",
    "Section",
    "Undecided",
    "Unreadable",
    "Value",
    "asked",
    "check",
    "dump",
    "example",
    "format",
    "load",
    "missing",
    "parse",
    "settled",
    "undecided",
]

Values = Mapping[str, Value]


class Section(NamedTuple):
    """A group of parameters that one person decides at one sitting: one page of the form."""

    key: str
    title: str
    parameters: tuple[Parameter, ...]


SECTIONS = (
    Section("council", _("Council and committee"), COUNCIL),
    Section("times", _("Days and notices"), TIMES),
    Section("sale", _("Sale of the terms"), SALE),
    Section("bidders", _("Who may take part"), BIDDERS),
    Section("envelopes", _("Envelopes and opening"), ENVELOPES),
    Section("offer", _("The percentage for the fund"), OFFER),
    Section("points", _("Points and ties"), POINTS),
    Section("appeals", _("Appeals"), APPEALS),
    Section("town", _("The town and its service"), TOWN),
    Section("guarantees", _("Guarantees"), GUARANTEES),
    Section("contract", _("Contract and transfer"), CONTRACT),
    Section("papers", _("Personal data"), PAPERS),
)
PARAMETERS = {parameter.key: parameter for section in SECTIONS for parameter in section.parameters}


class Undecided(LookupError):
    """Neither the regime fixes this value nor have the terms stated it."""

    code = "tender.regime.parameter-undecided"


def parse(key: str, text: str) -> Value:
    """Read a typed value strictly; `Unreadable` says what is wrong, KeyError that there is no such key."""
    return PARAMETERS[key].parse(text)


def format(key: str, value: Value, translate: Translate = str, currency: str = "PEN") -> str:
    """Show a value in words for people."""
    return PARAMETERS[key].format(value, translate, currency)


def dump(values: Values) -> dict[str, Any]:
    """Return values as JSON can hold them."""
    return {key: PARAMETERS[key].to_json(value) for key, value in values.items()}


def load(stored: Mapping[str, Any]) -> dict[str, Value]:
    """Read back what `dump` returned."""
    return {key: PARAMETERS[key].from_json(value) for key, value in stored.items()}


def settled(profile: Profile, values: Values, key: str) -> Value:
    """Return what holds for this call: what the regime fixes, else what the terms state.

    `NotCovered` where the regime is silent about the whole step, `Undecided` where the terms still owe it.
    """
    parameter = PARAMETERS[key]
    if profile.fixes(key):
        return parameter.from_json(profile.value(key))
    profile.must_cover(key)
    if key not in values:
        raise Undecided(key)
    return values[key]


def asked(profile: Profile, values: Values, key: str) -> bool:
    """Whether the terms of this call must state the parameter, given what they state already."""
    if key not in profile.required or profile.fixes(key) or not profile.covers(key):
        return False
    condition = PARAMETERS[key].when
    if condition is None:
        return True
    other, answers = condition
    return other in {*values, *profile.provisions} and settled(profile, values, other) in answers


def missing(profile: Profile, values: Values) -> list[str]:
    """Return the keys that the terms still owe, in the order of the catalogue."""
    return [key for key in PARAMETERS if key not in values and asked(profile, values, key)]


def example(profile: Profile, key: str) -> tuple[Value, str] | None:
    """Return a value that a source mentions, with the source: shown beside the field, never filled in."""
    if not profile.fixes(f"{key}.example"):
        return None
    return PARAMETERS[key].from_json(profile.value(f"{key}.example")), profile.source(f"{key}.example")


def undecided(profile: Profile, values: Values) -> Problem | None:
    """Return what is missing as one refusal; `missing` gives the keys for the links to each field."""
    if not (keys := missing(profile, values)):
        return None
    text = _(
        "Still undecided: %(missing_parameters)s. "
        "Neither the field note nor the regime gives it; the terms must."
    )
    facts = {"missing_parameters": tuple(Word(PARAMETERS[key].label) for key in keys)}
    return Problem(Undecided.code, text, _("product.md, principle 6"), facts)


def check(profile: Profile, values: Values) -> list[Problem]:
    """Return what is wrong with the values together: the regime's limits, and contradictions."""
    return [*_outside_regime(profile, values), *_years(profile, values), *_contradictions(values)]


def _outside_regime(profile: Profile, values: Values) -> list[Problem]:
    text = _("“%(label)s” allows under this regime: %(allowed)s (%(source)s).")
    found = []
    for key, value in values.items():
        if not profile.fixes(f"{key}.allowed"):
            continue
        allowed = profile.value(f"{key}.allowed")
        if not set(value if isinstance(value, tuple) else [value]) <= set(allowed):
            facts = {
                "label": Word(PARAMETERS[key].label),
                "allowed": tuple(Word(PARAMETERS[key].choices.get(each, each)) for each in allowed),
                "source": Source(profile.source(f"{key}.allowed")),
            }
            found.append(Problem("terms.parameter.not-in-regime", text, PARAMETERS[key].rule, facts, key))
    return found


def _years(profile: Profile, values: Values) -> list[Problem]:
    least, most = profile.find("contract.min_years", 1), profile.find("contract.max_years")
    years = values.get("contract.years")
    if years is None or most is None or least <= years <= most:
        return []
    text = _(
        "The term is %(contract_years)s years and the regime allows %(min_years)s to %(max_years)s. "
        "Set one within that range."
    )
    facts = {"contract_years": years, "min_years": least, "max_years": most}
    return [Problem("contract.term.out-of-range", text, _("rule 90"), facts, "contract.years")]


EXCEEDED = (  # (the lesser, the greater, code, sentence)
    (
        "committee.quorum",
        "committee.size",
        "committee.quorum.above-size",
        _("The quorum of %(lesser)s is more than the committee's %(greater)s members."),
    ),
    (
        "sealing.threshold",
        "sealing.custodians",
        "terms.sealing.threshold-above-custodians",
        _("%(lesser)s custodians are needed to open and there are only %(greater)s."),
    ),
    (
        "fund_percentage.minimum",
        "fund_percentage.maximum",
        "terms.fund.minimum-above-maximum",
        _("The lowest percentage, %(lesser)s, is above the highest, %(greater)s."),
    ),
)


def _contradictions(values: Values) -> list[Problem]:
    found = []
    for lesser, greater, code, text in EXCEEDED:
        if lesser in values and greater in values and values[lesser] > values[greater]:  # type: ignore[operator]
            facts = {"lesser": values[lesser], "greater": values[greater]}
            found.append(Problem(code, text, PARAMETERS[lesser].rule, facts, lesser))
    found += _sealing(values)
    size = values.get("committee.size")
    if isinstance(size, int) and size % 2 == 0:
        text = _(
            "The committee has %(members_count)s members and may tie. "
            "Add or remove one, or write how ties are settled."
        )
        rule = PARAMETERS["committee.size"].rule
        facts = {"members_count": size}
        found.append(Problem("committee.size.even", text, rule, facts, "committee.size", warning=True))
    return found


def _sealing(values: Values) -> list[Problem]:
    neighbours, needed = values.get("sealing.neighbours"), values.get("sealing.threshold")
    if not isinstance(neighbours, int) or not isinstance(needed, int) or neighbours < needed:
        return []
    text = _(
        "%(needed)s custodians open, and %(neighbours)s of them would be from the JVS or the notary. "
        "Leave a place for the committee, or ask for nobody in particular (0)."
    )
    facts = {"needed": needed, "neighbours": neighbours}
    key = "sealing.neighbours"
    return [Problem("terms.sealing.committee-left-out", text, PARAMETERS[key].rule, facts, key)]
