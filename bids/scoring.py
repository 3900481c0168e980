"""How offers become points, and points a ranking (rules 55-57, 64, 65, 160). Anybody can repeat it.

The highest admissible offer sets the measure; every other earns points in proportion to it. Local bidders may
have a preference. The sum is exact and is rounded once, half up, to two decimals. Equal sums go down the tie
chain of the terms and, last of all, to a public draw. With 100 points for the highest and 10 for being local:

    A offers 10.20 %, not local    100 x 10.20 / 10.20         = 100.00
    B offers  9.50 %, local        100 x  9.50 / 10.20  +  10  = 103.14    B is first
    C offers  7.25 %, local        100 x  7.25 / 10.20  +  10  =  81.08

Percentages are of turnover or collection, as the terms say, for the Investment Fund. Nothing here reads a
database or a clock, and no number is a float: Decimal as written, fractions and whole numbers inside.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from itertools import chain, groupby, pairwise
from math import lcm
from operator import attrgetter, sub
from typing import Any, NamedTuple

CHOICES = {
    "method": ("proportional", "range", "pure_maximum"),
    "local_preference": ("none", "points", "percent_of_own_points", "percent_of_total"),
    "ranking_values": ("published", "exact"),
}
LINKS = {"percentage": "percentage", "local": "is_local", "technical": "technical"}  # as an Offer names them

ONES = """cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis
veintisiete veintiocho veintinueve"""
TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa cien"


class Refused(ValueError):
    """What the rules do not accept; `code` never changes and becomes a sentence elsewhere."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class InvalidOffer(Refused):
    """An offer that cannot be scored as it stands."""


def parse_percentage(text: str) -> Decimal:
    """Read what an envelope says: digits, one point, at most two decimals. Nothing is guessed or cut down."""
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise InvalidOffer("bid.offer.not-a-number")
    if text.startswith("-") or Decimal(text) > 100:
        raise InvalidOffer("bid.offer.out-of-range")
    if len(text.partition(".")[2]) > 2:
        raise InvalidOffer("bid.offer.too-many-decimals")
    return two_decimals(Fraction(Decimal(text)))


def normalise_percentage(text: str) -> str:
    """Mend what is typed in a form, then shown back: a comma for the point, one % behind, spaces around."""
    return text.strip().removesuffix("%").rstrip().replace(",", ".")


def words(percentage: Decimal) -> str:
    """Say a percentage of 0 to 100 as it is read aloud: 10.20 is "diez con 20/100 por ciento"."""
    whole, cents = divmod(hundredths(percentage), 100)
    ten, one = divmod(whole, 10)
    ones, tens = ONES.split(), TENS.split()
    said = ones[whole] if whole < 30 else tens[ten - 3] + (f" y {ones[one]}" if one else "")
    return f"{said} con {cents:02d}/100 por ciento"


def hundredths(number: Decimal) -> int:
    """Turn 10.20 into the whole number 1020. A third decimal, or what is not a Decimal, is an error."""
    exact = 100 * Fraction(number)
    if not isinstance(number, Decimal) or exact.denominator != 1:
        raise ValueError(f"{number!r} is not a Decimal of two decimals")
    return exact.numerator


def two_decimals(exact: Fraction) -> Decimal:
    """Round a number of zero or more, once and half up, to the two decimals that are published."""
    cents = (200 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return Decimal(f"{cents // 100}.{cents % 100:02d}")


def plain(text: str) -> str:
    """Return words without accents, capitals and superfluous gaps, as they are compared."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().replace(",", " ").split())


@cache
def _percentages() -> dict[str, Decimal]:
    """Return every percentage with two decimals by its words: there are 10,001."""
    numbers = [Decimal(cents).scaleb(-2) for cents in range(10_001)]
    return {plain(words(number)).removesuffix(" por ciento"): number for number in numbers}


def read_words(text: str) -> Decimal | None:
    """Return the percentage that words say ("diez con 20/100 por ciento"), or None where they say none."""
    said = plain(text).removesuffix("%").strip().removesuffix("por ciento").strip()
    return _percentages().get(said, _percentages().get(f"{said} con 00/100"))


class Reading(NamedTuple):
    """What an offer is worth as it was read aloud: the percentage, or why it is none."""

    percentage: Decimal | None
    code: str
    words_prevailed: bool


def read_offer(figure: str, said: str) -> Reading:
    """Return the percentage of an offer; where figure and words differ, words prevail (decision 11).

    Words that nobody can read make it invalid. Digital envelopes without words have the figure alone.
    """
    by_words = read_words(said) if said.strip() else None
    if said.strip() and by_words is None:
        return Reading(None, "offer.words.unreadable", False)
    try:
        by_figure, code = parse_percentage(figure.strip()), ""
    except InvalidOffer as refused:
        by_figure, code = None, refused.code
    if by_words is not None:
        return Reading(by_words, "", by_figure != by_words)
    return Reading(by_figure, code, False)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How the terms turn percentages into points. A tender states it all; nothing here is a legal default."""

    minimum: Decimal  # % below which an offer is not admissible
    maximum: Decimal | None = None  # % above which it is not, where the terms fix one
    zero_forbidden: bool
    method: str
    economic_weight: Decimal  # points of the highest percentage
    technical_weight: Decimal  # points of a technical proposal of 100; 0 where it gives none
    local_preference: str
    local_value: Decimal  # points, or %
    ranking_values: str  # whether published or exact scores are compared
    ties: tuple[str, ...]  # LINKS in the order of the terms, "draw" last

    def __post_init__(self):
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                raise ValueError(f"{name} is none of {known}")
        maximum = Decimal(100) if self.maximum is None else self.maximum
        for number in (self.minimum, maximum, self.economic_weight, self.technical_weight, self.local_value):
            if not isinstance(number, Decimal) or not number >= 0:
                raise ValueError(f"{number!r} is not a Decimal of zero or more")
        *links, last = self.ties
        if last != "draw" or len(set(links) & set(LINKS)) < len(links):
            raise ValueError(f"a tie chain names some of {list(LINKS)}, each once, and ends in the draw")


@dataclass(frozen=True)
class Offer:
    """What a bidder with an accepted first envelope offers to the Fund, in % with two decimals."""

    bidder: str
    percentage: Decimal
    is_local: bool
    technical: Decimal | None = None  # 0 to 100 points, two decimals, where the terms have a technical number
    percentage_hundredths: int = field(init=False, repr=False, compare=False)
    technical_hundredths: int = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        technical = 0 if self.technical is None else hundredths(self.technical)
        if not 0 <= technical <= 10_000:
            raise ValueError(f"technical points go from 0 to 100, not {self.technical}")
        object.__setattr__(self, "percentage_hundredths", hundredths(self.percentage))
        object.__setattr__(self, "technical_hundredths", technical)


def consortium_is_local(members: Sequence[Any], rule: str) -> bool:
    """Say if a consortium is local by "any" member, by a "majority" of the shares (over half) or by "all"."""
    local = [member.share for member in members if member.is_local]
    outside = [member.share for member in members if not member.is_local]
    return {"any": True, "majority": sum(local) > sum(outside), "all": not outside}[rule] and bool(local)


class Rejected(NamedTuple):
    """An offer that the terms do not admit: it is not ranked and does not measure the others."""

    offer: Offer
    code: str


def admit(offers: Iterable[Offer], scale: Scale) -> tuple[list[Offer], list[Rejected]]:
    """Separate the admissible offers from the rejected, each of these with its reason."""
    lowest = max(scale.minimum, Decimal("0.01") if scale.zero_forbidden else Decimal(0))
    highest = Decimal(100) if scale.maximum is None else min(scale.maximum, Decimal(100))
    admissible, rejected = [], []
    for offer in offers:
        if lowest <= offer.percentage <= highest:
            admissible.append(offer)
        else:
            rejected.append(Rejected(offer, _reason(offer.percentage, scale)))
    return admissible, rejected


def _reason(percentage, scale):
    """Say on which side of the terms a rejected percentage falls."""
    if not 0 <= percentage <= 100:
        return "bid.offer.out-of-range"
    if percentage == 0 and scale.zero_forbidden:
        return "bid.offer.zero"
    return "bid.offer.below-minimum" if percentage < scale.minimum else "bid.offer.above-maximum"


class Parts(NamedTuple):
    """What a score is the sum of, exactly."""

    economic: Fraction
    technical: Fraction
    local: Fraction


@dataclass(frozen=True)
class Formula:
    """The formula of the terms, once the highest admissible percentage is known."""

    scale: Scale
    highest: Decimal

    def parts(self, offer: Offer) -> Parts:
        """Work out the points of an offer. This is the formula: whatever else is computed follows from it."""
        economic = self._economic(Fraction(offer.percentage))
        technical = Fraction(self.scale.technical_weight) * Fraction(offer.technical or 0) / 100
        value = Fraction(self.scale.local_value)
        preference = {
            "none": Fraction(0),
            "points": value,
            "percent_of_own_points": economic * value / 100,  # of what the percentage earns
            "percent_of_total": (economic + technical) * value / 100,
        }[self.scale.local_preference]
        return Parts(economic, technical, preference if offer.is_local else Fraction(0))

    def _economic(self, percentage):
        """Give all the points to the ceiling, none to the floor, and in proportion between them."""
        best = Fraction(self.scale.economic_weight)
        floor = Fraction(self.scale.minimum if self.scale.method == "range" else 0)
        ceiling = Fraction(100 if self.scale.method == "pure_maximum" else self.highest)
        if ceiling == floor:  # nothing to divide by: everybody offers the minimum, and 0 % earns nothing
            return best if ceiling else Fraction(0)
        return best * (percentage - floor) / (ceiling - floor)

    @cached_property
    def lines(self):
        """Write the formula in whole numbers: their unit, a line for outsiders, a line for local bidders.

        A score is a straight line: so much to start with, so much for each hundredth of % and of technical
        points. Over one denominator, to compare scores is to compare whole numbers, which is exact and fast.
        `unit` of them make a hundredth of a point; it is even, to have a whole half.
        """
        lines, zero, one = [], Decimal(0), Decimal(1)
        for local in (False, True):
            samples = (Offer("", zero, local, zero), Offer("", one, local, zero), Offer("", zero, local, one))
            start, with_percentage, with_technical = (sum(self.parts(offer)) for offer in samples)
            lines.append((100 * start, with_percentage - start, with_technical - start))
        unit = 2 * lcm(*(number.denominator for line in lines for number in line))
        return unit, *([int(number * unit) for number in line] for line in lines)

    def standing(self, ranking_values: str, links: Sequence[str]) -> Callable[[Offer], int]:
        """Make the function that gives an offer one long number: the higher goes first, equals are tied.

        103.14 points, 9.50 % and local make 10314 00950 00001: the score, then five digits for each link.
        """
        unit, *lines = self.lines
        half, divisor = (unit // 2, unit) if ranking_values == "published" else (0, 1)
        weights, size = dict.fromkeys(LINKS, 0), 1
        for link in reversed(links):
            weights[link], size = size, size * 100_000
        by_percentage, by_local, by_technical = weights.values()

        def number(offer):
            start, slope, technical_slope = lines[offer.is_local]
            percentage, technical = offer.percentage_hundredths, offer.technical_hundredths
            score = (start + slope * percentage + technical_slope * technical + half) // divisor
            tail = by_percentage * percentage + by_local * offer.is_local + by_technical * technical
            return score * size + tail

        return number

    def exact(self, offer: Offer) -> Fraction:
        """Score an offer before any rounding."""
        return Fraction(self.standing("exact", ())(offer), 100 * self.lines[0])


class Ranked(NamedTuple):
    """A line of the ranking. Bidders who are still tied share a rank."""

    rank: int
    offer: Offer
    exact: Fraction
    published: Decimal
    decided_by: str | None  # what put it behind those just above: "score", a link, "draw"; None for the first
    behind: tuple[str, ...]  # the bidders just above


@dataclass(frozen=True)
class Result:
    """Who stands where, and why."""

    formula: Formula
    links: tuple[str, ...]  # the tie chain in use, the draw apart
    offers: list[Offer]  # best first; those still tied in the order given
    rejected: list[Rejected]
    drawn: dict[str, int]  # where each tied bidder came in the draw

    def places(self, ranking_values: str) -> list[list[Offer]]:
        """Group the offers, best first; more than one in a place are still tied."""
        if self.drawn and ranking_values == self.formula.scale.ranking_values:
            return [[offer] for offer in self.offers]
        standing = self.formula.standing(ranking_values, self.links)
        ordered = sorted(self.offers, key=standing, reverse=True)
        return [list(place) for _, place in groupby(ordered, key=standing)]

    @property
    def draw_required(self) -> list[tuple[str, ...]]:
        """Name the groups of bidders still tied."""
        return [_bidders(place) for place in self.places(self.formula.scale.ranking_values) if len(place) > 1]

    @property
    def other_order(self) -> list[tuple[str, ...]]:
        """Name the bidders, place by place, by the ranking values that the terms did not choose; undrawn."""
        other = "exact" if self.formula.scale.ranking_values == "published" else "published"
        return [_bidders(place) for place in self.places(other)]

    @cached_property
    def rows(self) -> list[Ranked]:
        """List the bidders, best first, each with its scores and what put it behind those above."""
        rows: list[Ranked] = []
        for above, place in pairwise([[], *self.places(self.formula.scale.ranking_values)]):
            rank, decided_by = len(rows) + 1, self._decided_by(above[0], place[0]) if above else None
            for offer in place:
                exact = self.formula.exact(offer)
                rows.append(Ranked(rank, offer, exact, two_decimals(exact), decided_by, _bidders(above)))
        return rows

    def _decided_by(self, above, offer):
        """Name the first link in which two neighbours differ."""
        score = self.formula.standing(self.formula.scale.ranking_values, ())
        if score(above) != score(offer):
            return "score"
        values = [(link, attrgetter(LINKS[link])) for link in self.links]
        return next((link for link, value in values if value(above) != value(offer)), "draw")


def _bidders(offers):
    return tuple(offer.bidder for offer in offers)


def rank(offers: Iterable[Offer], scale: Scale, draw: Sequence[str] | None = None) -> Result:
    """Put the admissible offers in order. `draw` names the tied bidders as a public draw put them."""
    offers = list(offers)
    if len({offer.bidder for offer in offers}) < len(offers):
        raise InvalidOffer("bid.offer.duplicate")
    admissible, rejected = admit(offers, scale)
    links = _links_in_use(admissible, scale)
    formula = Formula(scale, max((offer.percentage for offer in admissible), default=Decimal(0)))
    standing = formula.standing(scale.ranking_values, links)
    result = Result(formula, links, sorted(admissible, key=standing, reverse=True), rejected, {})
    if draw is None:
        return result
    if sorted(draw) != sorted(chain.from_iterable(result.draw_required)):
        raise Refused("award.draw.does-not-match")
    drawn = {bidder: place for place, bidder in enumerate(draw, start=1)}
    by_draw = sorted(admissible, key=lambda offer: drawn.get(offer.bidder, 0))
    return replace(result, offers=sorted(by_draw, key=standing, reverse=True), drawn=drawn)


def _links_in_use(offers, scale):
    """Leave out the draw and, where nobody has a technical number, that link. Some without is an error."""
    lacking = {offer.technical is None for offer in offers}
    if True in lacking and (scale.technical_weight or ("technical" in scale.ties and False in lacking)):
        raise InvalidOffer("evaluation.technical.missing")
    skipped = {"draw"} if lacking == {False} else {"draw", "technical"}
    return tuple(link for link in scale.ties if link not in skipped)


def lost_points(result: Result) -> dict[str, Parts]:
    """Say where each bidder lost points: in all, the two weights less the score. A preference gives back."""
    scale, formula = result.formula.scale, result.formula
    best = (Fraction(scale.economic_weight), Fraction(scale.technical_weight), Fraction(0))
    return {offer.bidder: Parts(*map(sub, best, formula.parts(offer))) for offer in result.offers}


def read_scale(told: dict[str, Any]) -> Scale:
    """Return the scale that a ranking states in the log: numbers as text, the tie chain as a list."""
    numbers = {name: Decimal(value) for name, value in told.items() if re.fullmatch(r"[0-9.]+", str(value))}
    return Scale(**told | numbers | {"ties": tuple(told["ties"])})


def repeats(told: dict[str, Any], found: dict[str, dict[str, Any]]) -> bool:
    """Work out again a ranking that the log tells, and say whether it is what the rules make of the offers.

    `found`: what the committee found about each bid by its pseudonym (`is_local`, `technical`).
    """
    offers, rejected = [], {}
    for row in [*told["rows"], *told["rejected"]]:
        of, read = found[row["pseudonym"]], read_offer(row["figure"], row["words"])
        technical = None if of["technical"] is None else Decimal(of["technical"])
        if read.percentage is None:
            rejected[row["bidder"]] = read.code
        else:
            offers.append(Offer(row["bidder"], read.percentage, bool(of["is_local"]), technical))
    result = rank(offers, read_scale(told["scale"]), told["draw"] or None)
    rejected |= {each.offer.bidder: each.code for each in result.rejected}
    ranked = [(row.offer.bidder, row.rank, str(row.exact), str(row.published)) for row in result.rows]
    return rejected == {row["bidder"]: row["code"] for row in told["rejected"]} and ranked == [
        (row["bidder"], row["rank"], row["exact"], row["published"]) for row in told["rows"]
    ]
