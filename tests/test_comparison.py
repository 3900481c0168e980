"""The comparison of the offers: formulas of whole numbers, their values, text that stays text."""

import random
import re
import zipfile
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bids import scoring
from bids.comparison import columns
from bids.comparison.chain import steps
from bids.comparison.workbook import comparison
from bids.scoring import Offer, Scale, two_decimals
from procurement.workbook import Book

from . import comparing
from .comparing import cells_of

seeds = st.integers(0, 10**9)


def case(seed):
    chance = random.Random(seed)
    scale = comparing.scale_at_random(chance)
    return scoring.rank(comparing.offers_at_random(chance, scale), scale)


# Whole numbers


@given(seeds)
def test_whole_numbers_give_the_points_of_the_product_exactly(seed):  # rules 55, 65
    result = case(seed)
    rules = columns.whole(result)
    for row in result.rows:
        found = columns.figures(row.offer, rules)
        assert found["admitted"] == 1
        assert Fraction(found["u"] * rules.divisor + found["v"], rules.divisor * 10**6) == row.exact
        assert Decimal(found["cents"]).scaleb(-2) == row.published
        parts = [Decimal(points).scaleb(-2) for points in columns.parts(found, rules).values()]
        exact = result.formula.parts(row.offer)
        assert parts == [two_decimals(part) for part in (exact.economic, exact.technical, exact.local)]


@given(seeds)
def test_whole_numbers_put_the_bidders_in_the_order_of_the_product(seed):  # rule 56; §5.6
    result = case(seed)
    rules = columns.whole(result)

    def standing(row):
        found = columns.figures(row.offer, rules)
        return found["first"], found["second"], found["chain"]

    found = [standing(row) for row in result.rows]
    assert found == sorted(found, reverse=True)
    for row, own in zip(result.rows, found, strict=True):
        assert row.rank == 1 + sum(other > own for other in found)


@given(seeds)
def test_no_number_is_longer_than_excel_remembers(seed):
    result = case(seed)
    rules = columns.whole(result)
    offers = result.offers + [rejected.offer for rejected in result.rejected]
    for offer in offers:
        found = columns.figures(offer, rules)
        inside = (found["r"] * 10_000 + found["s"], found["b"] * 2, found["u"] + 5000)
        assert max(*found.values(), *inside) < 10**15


def test_who_is_not_admitted_counts_for_nobody():  # F7
    scale = comparing.scale_at_random(random.Random(1))
    offers = [
        Offer("1", Decimal("0.00"), False, Decimal(70)),
        Offer("2", Decimal("100.00"), True, Decimal(70)),
    ]
    result = scoring.rank(offers, scale)
    for rejected in result.rejected:
        assert columns.figures(rejected.offer, columns.whole(result))["first"] == -1


@pytest.mark.parametrize(
    "other", [{"method": "range"}, {"method": "pure_maximum"}, {"local_preference": "percent_of_own_points"}]
)
def test_a_scale_that_no_call_has_gets_no_workbook(other):
    scale = vars(comparing.scale_at_random(random.Random(2))) | other
    with pytest.raises(ValueError, match="no workbook computes"):
        columns.whole(scoring.rank([], Scale(**scale)))


# Why one stands before another


@given(seeds)
def test_the_tie_chain_stops_at_the_link_that_settles(seed):  # §5.6
    result = case(seed)
    for above, below in zip(result.rows, result.rows[1:], strict=False):
        found = steps(result, above.offer, below.offer)
        assert [step.settles for step in found[:-1]] == [False] * (len(found) - 1)
        if above.rank < below.rank:
            assert (found[-1].what, found[-1].settles) == (below.decided_by, True)
        else:
            assert (found[-1].what, found[-1].settles) == ("draw", False)  # only a draw will


# The workbook


@pytest.fixture
def tender(world):
    return world.at("announced")


@pytest.fixture
def account(tender):
    """Return the account of F2 with a tie that was drawn, and an offer below the minimum."""
    return comparing.account_with(tender, comparing.F2, comparing.OFFERS, random.Random(7))


def test_each_formula_has_its_value_beside_it(account):  # docs/adr/0006
    content = comparison(account)
    parts = zipfile.ZipFile(BytesIO(content))
    text = "".join(parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name)
    formulas = re.findall(r"</f>(<v>[^<]*</v>)?", text)
    assert len(formulas) > 100
    assert all(value not in ("", "<v></v>") for value in formulas)


def test_the_values_are_those_of_the_ranking(account):  # rules 55, 56
    found = cells_of(comparison(account))
    assert [(row.rank, str(row.published)) for row in account.result.rows] == [
        (1, "103.14"),
        (2, "103.14"),
        (3, "100.00"),
        (4, "81.08"),
    ]
    for number, row in enumerate(account.result.rows, start=6):
        assert found["Cuenta", f"A{number}"] == row.rank
        assert Decimal(str(found["Cuenta", f"J{number}"])) == row.published
        assert found["Cuenta", f"C{number}"] == float(row.offer.percentage)
    assert found["Cuenta", "A3"] == "IGUAL AL ACTA"
    assert [found["Cuenta", f"K{row}"] for row in range(6, 11)] == ["—", "sorteo", "puntaje", "puntaje", "—"]
    assert found["Cuenta", "A10"] == found["Cuenta", "J10"] == "—"  # below the minimum


def test_a_false_tie_goes_to_the_higher_percentage(tender):  # F5
    found = cells_of(comparison(comparing.account_with(tender, *comparing.VECTORS["f5"], random.Random(7))))
    totals = [found["Cuenta", f"J{row}"] for row in (6, 7, 8)]
    assert (totals, found["Cuenta", "K8"]) == ([60, 59.99, 59.99], "mayor porcentaje")


def test_equal_records_give_equal_bytes(account):
    assert comparison(account) == comparison(account)


def test_text_is_never_a_formula_a_link_or_an_error(tender):
    scale = comparing.scale_at_random(random.Random(3))
    offers = [
        Offer(str(number), Decimal("50.00"), False, Decimal(70)) for number in range(len(comparing.NAMES))
    ]
    content = comparison(comparing.account_with(tender, scale, offers, random.Random(3)))

    sheet = load_workbook(BytesIO(content))["Cuenta"]
    cells = [row[1] for row in sheet.iter_rows(min_row=6)]
    names = {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    for name in comparing.NAMES[:6]:
        assert name in names
        assert next(cell for cell in cells if cell.value == name).quotePrefix is name.startswith(
            tuple("=+-@\t")
        )
    assert {"Invertido CAS derecha", "unodos", "X" * 300, "Gota 💧 de Huamán Ñaupari"} <= names


def test_what_no_cell_holds_is_an_error(tender):
    book = Book("x", tender.announced_at)
    with pytest.raises(TypeError, match="no cell holds"):
        book.write(1.5, book.sheet("x"), 0, 0)
    book.content()


def test_the_workbook_is_in_spanish_whoever_asks(account):
    with translation.override("en"):
        in_english = comparison(account)
    assert in_english == comparison(account)
    assert cells_of(in_english)["Cuenta", "B5"] == "Postor"
