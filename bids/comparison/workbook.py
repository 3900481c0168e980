"""The comparison of the offers as a workbook: the account with live formulas, the rules, the offers that do
not count, and where everything stands. Always in Spanish, as the minutes are.
"""

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from xlsxwriter.utility import xl_col_to_name

from bids.comparison import columns
from bids.comparison.columns import LINK_WORDS, NO, NOT_RANKED, SHOWN, WHOLE, YES, in_row
from bids.comparison.rules import rules_of
from bids.scoring import Offer
from bids.services import ranking
from bids.services.recompute import Account, common_evidence
from procurement.services.notices import spanish
from procurement.services.papers import in_spanish, moment
from procurement.workbook import Book, Formula, Link

ACCOUNT, EXACT, RULES, REJECTED, SOURCES = "Cuenta", "Exacta", "Reglas", "No admitidas", "Fuentes"
HEAD = 4  # rows above the names of the columns
CENT = Decimal("0.01")
CHANGED = {"type": "text", "criteria": "begins with", "value": "CAMBIADO"}
POINTS = ("by_offer", "by_technical", "by_local")
# key, name, width of the column, look: what looks like an input may be changed
SHEET = (
    ("rank", _("Place"), 8, "centre"),
    ("name", _("Bidder"), 36, ""),
    ("percentage", _("Offers, %"), 11, "input"),
    ("technical", _("Technical points, 0 to 100"), 13, "input"),
    ("local", _("Local"), 8, "input"),
    ("draw", _("Place in the draw"), 10, "input"),
    ("by_offer", _("Points for the offer"), 12, ""),
    ("by_technical", _("Points of the technical proposal"), 12, ""),
    ("by_local", _("Points for being local"), 12, ""),
    ("total", _("Total"), 11, ""),
    ("behind", _("What puts it behind the one above"), 18, "centre"),
    ("rank_then", _("Place in the minutes"), 10, "centre"),
    ("total_then", _("Total in the minutes"), 11, ""),
    ("same", _("Equal to the minutes?"), 11, "centre"),
    ("read", _("Where the offer was read"), 16, ""),
    ("decided", _("Where it was decided"), 16, ""),
)
NAMES = {  # of the columns of the exact account, for whoever follows it step by step
    "p": _("Offer, in hundredths"),
    "t": _("Technical, in hundredths"),
    "l": _("Local: 1 yes, 0 no"),
    "admitted": _("Admitted: 1 yes, 0 no"),
    "b": _("Weight by offer"),
    "x": _("Points before preference, times the divisor"),
    "q": _("Whole part"),
    "r": _("Rest"),
    "a": _("Preference, whole part"),
    "s": _("Preference, rest"),
    "u": _("Exact total, ten thousandths of a hundredth"),
    "v": _("Exact total, rest over the divisor"),
    "cents": _("Published total, in hundredths"),
    "first": _("Compared first"),
    "second": _("Compared second"),
    "chain": _("Tie chain as one number"),
    "place": _("Place"),
    "above": _("Row of the one above"),
}


def places():
    """Return where each column stands: key → (sheet, letter)."""
    found = {key: (ACCOUNT, xl_col_to_name(n)) for n, (key, *_more) in enumerate(SHEET)}
    return found | {each.key: (EXACT, xl_col_to_name(n)) for n, each in enumerate(WHOLE, start=1)}


class Then(NamedTuple):
    """What the minutes say of a bidder: nothing to rank by where the offer is not admitted."""

    rank: int | str
    total: Decimal | str
    behind: str
    above: int


def then_of(account: Account) -> Iterator[Then]:
    """Yield what the ranking says of each offer, in their order."""
    ranked = account.result.rows
    line_of = {row.offer.bidder: number for number, row in enumerate(ranked, start=1)}
    words = {"score": "puntaje", "draw": "sorteo", None: NOT_RANKED} | LINK_WORDS
    for row in ranked:
        above = min((line_of[each] for each in row.behind), default=0)
        yield Then(row.rank, row.published, words[row.decided_by], above)
    for _offer in account.offers[len(ranked) :]:
        yield Then(NOT_RANKED, NOT_RANKED, NOT_RANKED, 0)


class Line(NamedTuple):
    """A bidder in the workbook: its offer, its figures in whole numbers, what the minutes say."""

    offer: Offer
    figures: dict[str, int]
    then: Then


def lines_of(account: Account, rules: columns.Whole) -> list[Line]:
    lines = []
    for offer, then in zip(ordered(account), then_of(account), strict=True):
        figures = columns.figures(offer, rules)
        place = then.rank if figures["admitted"] else 0
        lines.append(Line(offer, figures | {"place": place, "above": then.above}, then))
    return lines


def ordered(account: Account) -> list[Offer]:
    """Return the offers as the workbook lists them: the ranked, best first, then those not admitted."""
    return [row.offer for row in account.result.rows] + [out.offer for out in account.result.rejected]


@in_spanish
def comparison(account: Account) -> bytes:
    """Return the workbook of a ranking."""
    title = spanish(_("Comparison of the offers"))
    book = Book(f"{title} {account.tender.number}", account.ranking.at)
    rules = columns.whole(account.result)
    lines = lines_of(account, rules)
    cells = columns.Cells(places(), HEAD + 2, HEAD + 1 + max(1, len(lines)))
    write_account(book, account, rules, lines, cells)
    write_exact(book, account, lines, cells)
    write_rules(book, account, rules, cells)
    write_rejected(book, account)
    write_sources(book, account)
    return book.content()


def write_account(book, account, rules, lines, cells):
    """Write the sheet that people read: inputs, points, place, and what the minutes said."""
    sheet = book.sheet(ACCOUNT, [width for _key, _name, width, _look in SHEET])
    last = HEAD + max(1, len(lines))
    book.row(sheet, 0, [f"{_('Comparison of the offers')}: {account.tender}"], "title")
    book.row(sheet, 1, [_("Yellow cells may be changed: points and places follow.")])
    same = xl_col_to_name([key for key, *_more in SHEET].index("same"))
    whether = (
        f'=IF(COUNTIF({same}{HEAD + 2}:{same}{last + 1},"igual")={len(lines)},'
        '"IGUAL AL ACTA","CAMBIADO: ESTO NO ES EL RESULTADO")'
    )
    book.write(Formula(whether, "IGUAL AL ACTA"), sheet, 2, 0, "strong")
    sheet.conditional_format(2, 0, 2, 0, CHANGED | {"format": book.look("alarm")})
    book.heading(sheet, HEAD, [name for _key, name, *_more in SHEET])
    formulas = {key: cells.ready(formula) for key, formula in SHOWN.items()}
    for number, line in enumerate(lines, start=HEAD + 1):
        values = account_row(account, rules, line, formulas, number + 1)
        for column, (key, _name, _width, look) in enumerate(SHEET):
            book.write(values[key], sheet, number, column, look)
    sheet.freeze_panes(HEAD + 1, 2)
    offered, local = (next(n for n, column in enumerate(SHEET) if column[0] == key) for key in INPUTS)
    sheet.data_validation(HEAD + 1, local, last, local, {"validate": "list", "source": [YES, NO]})
    between = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
    sheet.data_validation(HEAD + 1, offered, last, offered + 1, between)


INPUTS = ("percentage", "local")


def account_row(account, rules, line, formulas, row) -> dict[str, Any]:
    """Return the values of a row: what was offered, the formulas with their values, what the minutes say."""
    offer, then = line.offer, line.then
    drawn = account.result.drawn
    shown = {"rank": then.rank, "total": then.total, "behind": then.behind, "same": "igual"}
    points = columns.parts(line.figures, rules)
    shown |= {key: points[key] * CENT if line.figures["admitted"] else NOT_RANKED for key in POINTS}
    proofs = account.evidence[offer.bidder]
    return {
        "name": account.names[offer.bidder],
        "percentage": offer.percentage,
        "technical": offer.technical,
        "local": YES if offer.is_local else NO,
        "draw": drawn.get(offer.bidder),
        "rank_then": then.rank,
        "total_then": then.total,
        "read": link(proofs["percentage"][0], _("Envelope")),
        "decided": link(proofs["local"][0], _("Evaluation")),
    } | {key: Formula(in_row(formulas[key], row), value) for key, value in shown.items()}


def link(proof, words):
    return Link(words, settings.ADDRESS + proof.path)


def write_exact(book, account, lines, cells):
    """Write the account in whole numbers, step by step."""
    sheet = book.sheet(EXACT, [36] + [16] * len(WHOLE))
    book.row(sheet, 0, [_("The same account in whole numbers, which no program rounds")], "title")
    book.row(sheet, 1, [_("Nothing has to be typed here: it follows from the first sheet and the rules.")])
    book.heading(sheet, HEAD, [_("Bidder"), *(NAMES[each.key] for each in WHOLE)])
    formulas = [(each.key, cells.ready(each.formula)) for each in WHOLE]
    for number, line in enumerate(lines, start=HEAD + 1):
        found = [Formula(in_row(formula, number + 1), line.figures[key]) for key, formula in formulas]
        book.row(sheet, number, [account.names[line.offer.bidder], *found])
    sheet.freeze_panes(HEAD + 1, 1)


def write_rules(book, account, whole, cells):
    """Write what the terms say, each with the number that formulas use and where it stands."""
    sheet = book.sheet(RULES, [44, 20, 20, 70])
    book.row(sheet, 0, [_("The rules of this call")], "title")
    book.row(sheet, 1, [_("Yellow cells may be changed: points and places follow.")])
    heads = [_("Rule"), _("What holds"), _("As a whole number"), _("Where it stands")]
    book.heading(sheet, HEAD, heads)
    for row, rule in enumerate(rules_of(account.result, whole), start=HEAD + 1):
        here = f"{RULES}!$B${row + 1}"
        number = rule.number and rule.number._replace(text=rule.formula.format(here=here, **cells.columns))
        is_input = rule.value is not None or bool(rule.key)
        book.row(sheet, row, [rule.label])
        book.write(rule.value, sheet, row, 1, "input" if is_input else "")
        book.row(sheet, row, [number, where(account.tender, rule.key)], first=2)
        book.name(rule.name, f"{RULES}!${'C' if number else 'B'}${row + 1}")
        if rule.choices:
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": list(rule.choices)})


def where(tender, key):
    """Say where a rule stands: the article of the regime that fixes it, or the terms of the call."""
    if not key:
        return None
    profile = tender.profile
    return profile.source(key) if profile and profile.fixes(key) else _("terms of this call")


def write_rejected(book, account):
    """Write the offers that do not count, as they were written, and why."""
    sheet = book.sheet(REJECTED, [36, 18, 40, 70])
    book.row(sheet, 0, [_("Offers that do not count")], "title")
    book.row(sheet, 1, [_("They are not ranked, and measure nobody.")])
    heads = [_("Bidder"), _("Figure"), _("Words"), _("Why")]
    book.heading(sheet, HEAD, heads)
    for number, row in enumerate(account.rejected, start=HEAD + 1):
        why = ranking.REASONS[row["code"]]
        book.row(sheet, number, [row["name"], row["figure"], row["words"], why])


def write_sources(book, account):
    """Write which record this is, and where everybody finds it."""
    sheet = book.sheet(SOURCES, [36, 100])
    tender, regime = account.tender, account.tender.regime
    book.row(sheet, 0, [_("Where all this stands")], "title")
    rows = [
        (_("Call"), str(tender)),
        (_("Municipality"), str(tender.municipality)),
        (_("Identifier"), tender.ocid),
        (_("Ranking made"), moment(account.ranking.at)),
        (_("Regime"), f"{regime.code}: {regime.title()}" if regime else NOT_RANKED),
        (_("SHA-256 of the regime"), sha256(tender.regime_text)),
        (_("Ranking"), Link(tender.number, settings.ADDRESS + reverse("ranking", args=[tender.pk]))),
    ]
    rows += [(_("Evidence"), link(proof, proof.words)) for proof in common_evidence(account)]
    for number, row in enumerate(rows, start=2):
        book.row(sheet, number, row)


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()
