"""Pictures for pages and paper: inside their frame, true to their figures, the same said in a table."""

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from bids import pictures as of_bids
from contracts import pictures as of_the_fund
from guarantees import pictures as of_guarantees
from procurement import drawing
from procurement.drawing import WIDTH, Bar, Column, Lane, Mark, Span
from procurement.money import display

HOSTILE = "<b onclick=x>&\"'"
money = st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100)


def drawn(markup):
    """Read markup as a tree, which also proves that it is well formed and that text was escaped."""
    return ElementTree.fromstring(f"<div>{markup}</div>".replace("&nbsp;", " "))


def boxes(tree):
    """Return (x, y, width, height) of every rectangle."""
    return [
        tuple(Decimal(each.get(side)) for side in ("x", "y", "width", "height")) for each in tree.iter("rect")
    ]


def titles(tree):
    return [each.findtext("title") for each in tree.iter("rect")]


def in_frame(tree):
    """Whether nothing lies outside of the picture."""
    height = Decimal(next(tree.iter("svg")).get("viewBox").split()[3])
    inside = [x >= 0 and x + w <= WIDTH + 1 and y >= 0 and y + h <= height for x, y, w, h in boxes(tree)]
    return all(inside) and all(0 <= Decimal(each.get("x")) <= WIDTH for each in tree.iter("text"))


# Bars


@given(st.lists(st.tuples(money, money), max_size=8))
def test_bars_stay_in_the_frame_and_keep_their_proportion(rows):
    made = [
        Bar(f"row {n}", [(full, "action"), (more, "hollow")], "1.00") for n, (full, more) in enumerate(rows)
    ]
    tree = drawn(drawing.bars("All", made))

    assert in_frame(tree)
    most = max((full + more for full, more in rows), default=0)
    for (_x, _y, width, _h), figure in zip(boxes(tree), [each for row in rows for each in row], strict=True):
        assert not most or abs(width - (WIDTH - 2) * figure / most) <= Decimal("0.1")


def test_text_is_escaped_and_what_is_too_long_is_cut():
    tree = drawn(
        drawing.bars(HOSTILE, [Bar(HOSTILE, [(1, "action")], "1"), Bar("x" * 300, [(1, "done")], "1")])
    )
    texts = [each.text for each in tree.iter("text")]

    assert next(tree.iter("title")).text == HOSTILE
    assert texts[0] == HOSTILE
    assert max(map(len, texts)) < WIDTH / drawing.LETTER
    assert "…" in texts[2]


def test_a_ranking_is_drawn_with_the_points_that_are_published():  # rules 55, 65
    parts = {"economic": "280/3", "technical": "0", "local": "10"}
    row = {"rank": 1, "name": "Beto", "published": "103.33", "parts": parts}
    tree = drawn(of_bids.ranking([row]))

    assert titles(tree) == ["1. Beto: 93.33", "1. Beto: 10.00"]
    assert "103.33" in [each.text for each in tree.iter("text")]
    assert of_bids.ranking([]) == ""


def test_a_funnel_says_its_counts():  # rule 61
    tree = drawn(of_bids.funnel({"invited": 8, "bought": 2, "valid": 0}))

    assert [each.text for each in tree.iter("text")][1::2] == ["8", "2", "0"]
    assert [width for _x, _y, width, _h in boxes(tree)] == [338, Decimal("84.5"), 0]


# Spans


@given(st.lists(st.tuples(st.integers(-50, 150), st.integers(-50, 150)), min_size=1, max_size=6))
def test_spans_stop_at_the_edges_of_their_scale(rows):
    lanes = [Lane("lane", [Span(min(row), max(row), "done", "")]) for row in rows]
    tree = drawn(
        drawing.spans("All", lanes, [Mark(0, "0"), Mark(50, "50"), Mark(100, "100")], Mark(30, "now"))
    )

    assert in_frame(tree)


def test_words_of_a_scale_do_not_cover_each_other():
    marks = [Mark(0, "first"), Mark(1, "covered"), Mark(50, "middle"), Mark(100, "last")]
    tree = drawn(drawing.spans("All", [], marks))

    assert [each.text for each in tree.iter("text")] == ["first", "middle", "last"]


def guarantee(expiry, claim, required, look="done"):
    return of_guarantees.Held("Bond", look, date(2026, 1, 1), expiry, claim, required)


def test_a_guarantee_that_ends_too_early_shows_the_days_it_lacks():  # domain.md 2.4
    short = guarantee(date(2027, 1, 1), date(2027, 1, 16), date(2027, 3, 1))
    tree = drawn(of_guarantees.validity([short], date(2026, 6, 1)))

    assert short.lacking == 59
    assert [each.get("class") for each in tree.iter("rect")] == ["f-d", "f-c rim", "f-a", "f-r"]
    assert titles(tree)[0] == "Bond: 01/01/2026 – 01/01/2027"
    assert guarantee(date(2027, 3, 1), None, date(2027, 3, 1)).lacking == 0


def test_a_guarantee_without_end_goes_on_to_the_edge():
    tree = drawn(of_guarantees.validity([guarantee(None, None, date(2030, 1, 1))]))

    assert "sin fin" in titles(tree)[0]
    assert boxes(tree)[0][2] == WIDTH - 8
    assert of_guarantees.validity([]) == ""


def test_the_table_of_guarantees_says_the_dates_of_the_picture():
    rows = [guarantee(date(2027, 1, 1), date(2027, 1, 16), date(2027, 3, 1)), guarantee(None, None, None)]
    picture = of_guarantees.validity(rows)
    said = drawn(render_to_string("guarantees/_validity.html", {"rows": rows, "drawn": picture}))
    cells = [each.text for each in said.iter("td")]

    for title in titles(drawn(picture)):
        assert any(day in cells for day in re.findall(r"\d\d/\d\d/\d{4}", title)), title
    assert "59" in cells


# Columns


@given(st.lists(st.tuples(st.none() | money, money, money), min_size=1, max_size=8))
def test_columns_and_their_table_have_the_same_figures(rows):  # rule 84
    made = [Column(f"{n:02}/26", *row) for n, row in enumerate(rows, start=1)]
    tree = drawn(of_the_fund.fund(made))
    table = render_to_string("contracts/_fund_drawn.html", {"columns": made, "drawn": ""})
    assert table.strip() == ""  # nothing is told where nothing is drawn
    table = drawn(
        render_to_string("contracts/_fund_drawn.html", {"columns": made, "drawn": of_the_fund.fund(made)})
    )

    assert in_frame(tree)
    said = [each.text.replace("\xa0", " ") for each in table.iter("td")]
    shown = [title.partition(": ")[2] for title in titles(tree)]
    known = [each for row in rows for each in row if each is not None]
    assert sorted(shown) == sorted(display(each) for each in known)
    assert sorted(shown) == sorted(each for each in said if each.startswith("S/"))


def test_a_column_is_as_high_as_its_amount():
    rows = [
        Column("01/26", Decimal(100), Decimal(50), Decimal(50)),
        Column("04/26", None, Decimal(0), Decimal(25)),
    ]
    tree = drawn(of_the_fund.fund(rows))

    assert [height for _x, _y, _w, height in boxes(tree)] == [110, 55, 70, 0, 35]
    assert of_the_fund.fund([]) == ""


# All


@pytest.mark.parametrize("top", [Decimal(20), Decimal(100)])
def test_the_square_is_drawn_within_its_axes(top):
    points = [(Decimal(5), Decimal(5)), (top / 2, top / 2 - 1), (top, None)]
    tree = drawn(drawing.square("Who wins", points, top, ("x", "y")))

    numbers = [
        Decimal(each) for path in tree.iter("path") for each in re.findall(r"\d+\.?\d*", path.get("d"))
    ]
    assert max(numbers) <= WIDTH
    assert {each.text for each in tree.iter("text")} >= {"5", drawing.tenth(top), "x", "y"}


def test_no_picture_carries_a_style_or_anything_to_focus():
    every = [
        drawing.bars("All", [Bar("a", [(1, "hollow")], "1")]),
        drawing.spans(
            "All", [Lane("a", [Span(0, 1, "done", "")])], [Mark(0, "0"), Mark(1, "1")], Mark(0, "now")
        ),
        of_the_fund.fund([Column("01/26", 1, 1, 1)]),
        drawing.square("All", [(0, 0), (1, 1)], 1, ("x", "y")),
    ]

    for markup in every:
        assert not re.search(r"style=|<style|tabindex|<a |on[a-z]+=", markup)
        assert 'role="img"' in markup


# Steps


@given(st.lists(st.integers(0, 400), min_size=1, max_size=12).map(sorted))
def test_steps_stand_where_they_are_in_time_each_under_its_own_number(days):
    numbered = [Mark(day, str(number)) for number, day in enumerate(days, start=1)]
    tree = drawn(drawing.steps("Dates", numbered, [Mark(days[0], "first"), Mark(days[-1], "last")]))
    above = [each for each in tree.iter("text") if each.get("y") == "15"]
    places = [int(each.get("cx")) for each in tree.iter("circle")]

    assert [each.text for each in above] == [each.text for each in numbered]
    assert all(b - a >= 20 for a, b in pairwise([Decimal(each.get("x")) for each in above]))
    assert all(12 <= place <= WIDTH - 12 for place in places)
    assert places == sorted(places)
