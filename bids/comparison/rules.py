"""The sheet of rules of the comparison: what the terms say, the number that formulas use, where it stands."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from bids.comparison.columns import LINK_WORDS, MODES, NO, NOT_RANKED, PLACES, VALUES, YES, Whole
from bids.scoring import Result, Scale
from procurement.workbook import Formula

CENTS = "=ROUND({here}*100,0)"
PREFERENCE = '=IF(preferencia="{mode}",ROUND(tamano*100,0),0)'
WEIGHT = '=IF(vinculo_1="{word}",10^10,IF(vinculo_2="{word}",10^5,IF(vinculo_3="{word}",1,0)))'
HIGHEST = "=MAX(1,SUMPRODUCT(MAX({admitted:all}*{p:all})))"
WEIGHT_NAMES = {"percentage": "orden_porcentaje", "local": "orden_local", "technical": "orden_tecnico"}


class Rule(NamedTuple):
    """A line: a value that people read and may change, and the whole number that formulas use.

    `name` is what formulas call that number, or the value itself where there is no formula; {here} in
    `formula` is the value of the line. `key` is the parameter that says where the rule stands; `choices` what
    the value may be.
    """

    label: str
    value: Any = None
    name: str = ""
    formula: str = ""
    whole: int | None = None
    key: str = ""
    choices: tuple[str, ...] = ()

    @property
    def number(self) -> Formula | None:
        return Formula(self.formula, self.whole or 0) if self.formula else None


def rules_of(result: Result, whole: Whole) -> list[Rule]:
    """Return the lines of the sheet, in order."""
    scale = result.formula.scale
    return [*offers(scale, whole), *preference(scale, whole), *order(result, whole), *measure(whole)]


def offers(scale: Scale, whole: Whole) -> list[Rule]:
    """Which offers count, and for how many points."""
    valid = NO if scale.zero_forbidden else YES
    above = f'=IF({{here}}="{NO}",1,0)'
    floor = "=MAX(ROUND({here}*100,0),sobre_cero)"
    ceiling = "=IF(ISNUMBER({here}),MIN(10000,ROUND({here}*100,0)),10000)"
    lowest, highest = "fund_percentage.minimum", "fund_percentage.maximum"
    weights = (scale.economic_weight, scale.technical_weight)
    return [
        Rule(_("Points of the highest offer"), weights[0], "peso_oferta", CENTS, whole.offer_weight),
        Rule(
            _("Points of a technical proposal of 100"),
            weights[1],
            "peso_tecnico",
            CENTS,
            whole.technical_weight,
            "factors.technical_weight",
        ),
        Rule(
            _("Is an offer of 0.00 % valid?"),
            valid,
            "sobre_cero",
            above,
            int(scale.zero_forbidden),
            "zero_forbidden",
            (YES, NO),
        ),
        Rule(_("Lowest percentage admitted"), scale.minimum, "piso", floor, whole.floor, lowest),
        Rule(_("Highest percentage admitted"), scale.maximum, "techo", ceiling, whole.ceiling, highest),
    ]


def preference(scale: Scale, whole: Whole) -> list[Rule]:
    """What a local bidder gets."""
    points = PREFERENCE.format(mode=MODES["points"])
    percentage = PREFERENCE.format(mode=MODES["percent_of_total"])
    mode = MODES[scale.local_preference]
    label, key = _("Preference for the local bidder"), "local_preference.mode"
    return [
        Rule(label, mode, "preferencia", key=key, choices=tuple(MODES.values())),
        Rule(_("Size of the preference"), scale.local_value, "tamano", key="local_preference.value"),
        Rule(_("Points for being local"), None, "local_puntos", points, whole.local_points),
        Rule(_("Per cent for being local"), None, "local_porcentaje", percentage, whole.local_percentage),
    ]


def order(result: Result, whole: Whole) -> list[Rule]:
    """What is compared, and how ties are settled."""
    values = VALUES[result.formula.scale.ranking_values]
    exact, choices = f'=IF({{here}}="{VALUES["exact"]}",1,0)', tuple(VALUES.values())
    compared = Rule(_("Totals compared"), values, "exactos", exact, whole.exact, "ranking_values", choices)
    words = [LINK_WORDS[link] for link in result.links]
    words += [NOT_RANKED] * (len(PLACES) - len(words))
    known = (*LINK_WORDS.values(), NOT_RANKED)
    links = [
        Rule(_("Tie: step %(number)s") % {"number": n}, word, f"vinculo_{n}", key="ties", choices=known)
        for n, word in enumerate(words, start=1)
    ]
    weights = [
        Rule(LINK_WORDS[link], None, WEIGHT_NAMES[link], WEIGHT.format(word=LINK_WORDS[link]), weight)
        for link, weight in whole.weights.items()
    ]
    return [compared, *links, *weights]


def measure(whole: Whole) -> list[Rule]:
    """What the offers are measured by."""
    highest = _("Highest offer admitted, in hundredths")
    return [
        Rule(highest, None, "mayor", HIGHEST, whole.highest),
        Rule(_("Divisor of the exact account"), None, "divisor", "=mayor*10000", whole.divisor),
    ]
