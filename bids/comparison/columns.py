"""The account of a ranking in whole numbers: each column as a formula and as its value. Pure.

A workbook computes in binary floating point, so nothing there may depend on a fraction. Percentages, points
and weights are counted in hundredths; a score is a quotient kept as its whole part and its rest; only the
last step rounds, once and half up, by adding a half and cutting down. No number reaches 15 digits, beyond
which Excel forgets them. `divisor` is 10,000 times the highest admissible percentage in hundredths.

In a formula {key} is the cell of that column in the same row and {key:all} the whole column; bare words are
the named cells of the sheet of rules.
"""

from collections.abc import Mapping
from typing import NamedTuple

from bids.scoring import LINKS, Offer, Result, hundredths

TEN = 10_000
PLACES = (10**10, 10**5, 1)  # what the first, second and third link of the tie chain weigh in one number
NOT_RANKED = "—"
YES, NO = "sí", "no"  # the workbook is in Spanish: its formulas compare with these words
LINK_WORDS = {"percentage": "mayor porcentaje", "local": "local", "technical": "técnico"}
MODES = {"none": "ninguna", "points": "puntos", "percent_of_total": "porcentaje"}
VALUES = {"published": "publicados", "exact": "exactos"}


class Column(NamedTuple):
    """A column of the exact account: its key, and how it is computed in the workbook."""

    key: str
    formula: str


WHOLE = (
    Column(
        "p",
        "=IF(ISNUMBER({percentage}),IF(ABS({percentage}*100-ROUND({percentage}*100,0))<0.000001,"
        "ROUND({percentage}*100,0),-1),-1)",
    ),
    Column("t", "=ROUND(N({technical})*100,0)"),
    Column("l", f'=IF({{local}}="{YES}",1,0)'),
    Column("admitted", "=IF(AND({p}>=piso,{p}<=techo),1,0)"),
    Column("b", "=peso_oferta*{p}"),
    Column("x", "={b}*10000+peso_tecnico*{t}*mayor"),
    Column("q", "=INT({x}/divisor)"),
    Column("r", "={x}-{q}*divisor"),
    Column("a", "={l}*(local_porcentaje*{q}+local_puntos*10000)"),
    Column("s", "={l}*local_porcentaje*{r}"),
    Column("u", "={q}*10000+{a}+INT(({r}*10000+{s})/divisor)"),
    Column("v", "={r}*10000+{s}-divisor*INT(({r}*10000+{s})/divisor)"),
    Column("cents", "=INT(({u}+5000)/10000)"),
    Column("first", "=IF({admitted}=1,IF(exactos=1,{u},{cents}),-1)"),
    Column("second", "=IF(exactos=1,{v},0)"),
    Column("chain", "=orden_porcentaje*{p}+orden_local*{l}+orden_tecnico*{t}"),
    Column(
        "place",
        "=IF({admitted}=1,1+SUMPRODUCT(({first:all}>{first})+({first:all}={first})*(({second:all}>{second})"
        "+({second:all}={second})*(({chain:all}>{chain})+({chain:all}={chain})*({draw}>0)*({draw:all}>0)"
        "*({draw:all}<{draw})))),0)",
    ),
    Column(
        "above",
        "=IF({place}>1,MATCH(SUMPRODUCT(MAX(({place:all}<{place})*{place:all})),{place:all},0),0)",
    ),
)
SHOWN = {  # what people read, from the whole numbers
    "rank": '=IF({place}=0,"—",{place})',
    "by_offer": '=IF({admitted}=1,INT((2*{b}+mayor)/(2*mayor))/100,"—")',
    "by_technical": '=IF({admitted}=1,INT((2*peso_tecnico*{t}+10000)/20000)/100,"—")',
    "by_local": '=IF({admitted}=1,INT(({a}+INT({s}/divisor)+5000)/10000)/100,"—")',
    "total": '=IF({admitted}=1,{cents}/100,"—")',
    "behind": '=IF({above}=0,"—",IF(OR({first}<>INDEX({first:all},{above}),'
    '{second}<>INDEX({second:all},{above})),"puntaje",IF(INT({chain}/10^10)<>INT(INDEX({chain:all},{above})/10^10),vinculo_1,'
    "IF(INT({chain}/10^5)<>INT(INDEX({chain:all},{above})/10^5),vinculo_2,"
    'IF({chain}<>INDEX({chain:all},{above}),vinculo_3,"sorteo")))))',
    "same": '=IF(AND({rank}={rank_then},{total}={total_then}),"igual","cambiado")',
}


class Whole(NamedTuple):
    """The rules of a scale in hundredths, as the named cells of the workbook hold them."""

    offer_weight: int
    technical_weight: int
    floor: int
    ceiling: int
    local_points: int
    local_percentage: int
    exact: int
    highest: int
    weights: Mapping[str, int]  # of each link in `chain`

    @property
    def divisor(self) -> int:
        return TEN * self.highest


def whole(result: Result) -> Whole:
    """Return the rules of a ranking in whole numbers. Only scales that a call may have (`scale_of`)."""
    scale = result.formula.scale
    if scale.method != "proportional" or scale.local_preference not in MODES:
        raise ValueError(f"no workbook computes {scale.method} with {scale.local_preference}")
    local = hundredths(scale.local_value)
    return Whole(
        offer_weight=hundredths(scale.economic_weight),
        technical_weight=hundredths(scale.technical_weight),
        floor=max(hundredths(scale.minimum), int(scale.zero_forbidden)),
        ceiling=TEN if scale.maximum is None else min(TEN, hundredths(scale.maximum)),
        local_points=local if scale.local_preference == "points" else 0,
        local_percentage=local if scale.local_preference == "percent_of_total" else 0,
        exact=int(scale.ranking_values == "exact"),
        highest=max(1, hundredths(result.formula.highest)),
        weights=dict.fromkeys(LINKS, 0) | dict(zip(result.links, PLACES, strict=False)),
    )


def figures(offer: Offer, rules: Whole) -> dict[str, int]:
    """Return the values of the columns of one offer up to `chain`: the same steps, in exact whole numbers."""
    p, t, local = offer.percentage_hundredths, offer.technical_hundredths, int(offer.is_local)
    b = rules.offer_weight * p
    x = b * TEN + rules.technical_weight * t * rules.highest
    q, r = divmod(x, rules.divisor)
    a = local * (rules.local_percentage * q + rules.local_points * TEN)
    s = local * rules.local_percentage * r
    more, v = divmod(r * TEN + s, rules.divisor)
    u = q * TEN + a + more
    admitted, cents = int(rules.floor <= p <= rules.ceiling), (u + 5000) // TEN
    first = (u if rules.exact else cents) if admitted else -1
    chain = sum(
        rules.weights[link] * value for link, value in (("percentage", p), ("local", local), ("technical", t))
    )
    found = {"p": p, "t": t, "l": local, "admitted": admitted, "b": b, "x": x, "q": q, "r": r, "a": a, "s": s}
    return found | {
        "u": u,
        "v": v,
        "cents": cents,
        "first": first,
        "second": v if rules.exact else 0,
        "chain": chain,
    }


def parts(found: Mapping[str, int], rules: Whole) -> dict[str, int]:
    """Return the points of each part of a score, in hundredths, each rounded by itself."""
    return {
        "by_offer": (2 * found["b"] + rules.highest) // (2 * rules.highest),
        "by_technical": (2 * rules.technical_weight * found["t"] + TEN) // (2 * TEN),
        "by_local": (found["a"] + found["s"] // rules.divisor + 5000) // TEN,
    }


ROW = "\0"  # stands for the number of the row until that is known


class Cells:
    """Where each column stands: key → (sheet, letter), from the row `first` to `last`, counted from one."""

    def __init__(self, places: Mapping[str, tuple[str, str]], first: int, last: int):
        self.columns = {key: Cell(*place, first, last) for key, place in places.items()}

    def ready(self, formula: str) -> str:
        """Return a formula in which only the number of the row is open (`in_row`)."""
        return formula.format_map(self.columns)


class Cell(NamedTuple):
    """A column in a formula: {key} is its cell in the row, {key:all} all its cells."""

    sheet: str
    column: str
    first: int
    last: int

    def __format__(self, spec: str) -> str:
        if spec == "all":
            return f"{self.sheet}!${self.column}${self.first}:${self.column}${self.last}"
        return f"{self.sheet}!{self.column}{ROW}"


def in_row(formula: str, row: int) -> str:
    """Return a formula that is ready for the row, counted from one."""
    return formula.replace(ROW, str(row))
