"""The pictures: true to their figures, inside their frame, nothing over another, the same said in words."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from procurement.templatetags import pictures

NOON = datetime(2026, 3, 2, 17, 0, 0, tzinfo=UTC)
HOSTILE = "<b onclick=x>&\"'"


def drawn(markup):
    """Read markup as a tree, which also proves that it is well formed and that text was escaped."""
    return ElementTree.fromstring(f"<div>{markup}</div>".replace("&nbsp;", " "))


def texts(tree):
    return [each.text or "" for each in tree.iter("text")]


def circles(tree):
    return [int(each.get("cx")) for each in tree.iter("circle")]


# Spreading


@given(st.lists(st.integers(0, 1100), min_size=1, max_size=40), st.integers(4, 60))
@example([550] * 40, 60)
def test_spread_things_stay_in_the_frame_in_order_and_apart(wanted, width):
    places = pictures.spread(sorted(wanted), [width] * len(wanted), 0, 1100)

    room = min(width, 1100 // len(wanted)) // 2 * 2
    assert all(after - before >= room for before, after in zip(places, places[1:], strict=False))
    assert places[0] >= 0
    assert places[-1] <= 1100


def test_things_that_do_not_touch_are_not_moved():
    assert pictures.spread([100, 200, 300], [50, 50, 50], 0, 1100) == [100, 200, 300]


# Line of time


def line(*days, kinds=None, now=NOON):
    steps = [(NOON + timedelta(days=day), f"Step {day}", (kinds or {}).get(day, "")) for day in days]
    return drawn(pictures.timeline(steps, now))


def test_the_line_is_a_true_scale_of_time():
    first, middle, last = circles(line(10, 20, 40))

    assert abs((last - middle) - 2 * (middle - first)) <= 2


def test_past_next_and_coming_look_and_read_differently():
    tree = line(-5, 3, 9)

    assert [each.get("class") for each in tree.iter("circle")] == ["f-d", "f-a", "f-c rim"]
    assert [each.get("class") for each in tree.iter("li")] == ["past", "here", ""]
    assert [each.text for each in tree.iter("span")] == ["Ya pasó: ", "Lo que sigue: ", None]
    assert "Hoy" in texts(tree)


def test_the_instant_itself_is_past():
    assert [each.get("class") for each in line(0, 1).iter("li")] == ["past", "here"]


def test_today_is_not_drawn_where_it_is_far_from_the_dates():
    assert "Hoy" not in texts(line(1, 2, now=NOON - timedelta(days=400)))


@pytest.mark.parametrize("count", [1, 2, 10, 39, 90])
@pytest.mark.parametrize("hours", [0, 1, 24, 24 * 90])
def test_any_number_of_steps_and_any_span_fit(count, hours):
    steps = [(NOON + timedelta(hours=hours * n), f"Step {n}", "") for n in range(count)]
    tree = drawn(pictures.timeline(steps, NOON))
    places = circles(tree)

    assert len(set(places)) == len(list(tree.iter("li"))) == count
    assert min(places) >= 0
    assert max(places) <= 1100
    assert 0 <= len([t for t in tree.iter("text") if t.get("y") == "116"]) <= 9


def test_meetings_and_envelopes_are_named_over_their_dots_without_covering_each_other():
    kinds = {1: "meeting-1", 2: "meeting-2", 3: "envelope-1", 4: "envelope-2", 5: "meeting-3"}
    tree = line(*kinds, 400, kinds=kinds)
    named = [(int(t.get("x")), t.text) for t in tree.iter("text") if t.get("y") in ("46", "16")]

    assert [text for _x, text in named] == ["Reunión 1", "Reunión 2", "Sobre 1", "Sobre 2", "Reunión 3"]
    assert all(b[0] - a[0] >= 4 * (len(a[1]) + len(b[1])) for a, b in zip(named, named[1:], strict=False))


def test_too_many_names_leave_the_numbers_alone():
    kinds = {day: f"meeting-{day}" for day in range(1, 30)}

    assert "Reunión 1" not in texts(line(*kinds, kinds=kinds))


def test_an_opened_envelope_is_drawn_open():
    hrefs = [each.get("href") for each in line(-1, 5, kinds={-1: "envelope-1", 5: "envelope-2"}).iter("use")]

    assert [href.partition("#")[2] for href in hrefs] == ["env-open", "env-sealed"]


def test_a_step_without_date_is_in_the_list_only():
    tree = drawn(pictures.timeline([(NOON, "A", ""), (None, "B", "meeting-1")], NOON))

    assert len(circles(tree)) == 1
    assert "sin fecha todavía" in "".join(tree.itertext())


@pytest.mark.parametrize("steps", [[], [(None, "A", "")]])
def test_without_any_date_there_is_no_picture(steps):
    assert list(drawn(pictures.timeline(steps, NOON)).iter("svg")) == []


def test_dates_out_of_order_keep_their_numbers():
    steps = [(NOON + timedelta(days=9), "late", ""), (NOON + timedelta(days=1), "early", "")]
    tree = drawn(pictures.timeline(steps, NOON))
    numbers = [t.text for t in tree.iter("text") if t.get("y") == "85"]

    assert numbers == ["2", "1"]
    assert [each.get("class") for each in tree.iter("li")] == ["", "here"]


def test_objects_serve_as_well_as_tuples_and_their_text_is_escaped():
    step = SimpleNamespace(instant=NOON, label=HOSTILE, kind="")

    assert HOSTILE in "".join(drawn(pictures.timeline([step], NOON)).itertext())


def test_the_milestones_of_a_schedule_become_steps():
    milestones = [("meeting_2", "Second", NOON), ("opening_1", "Open", NOON), ("query_deadline", "Q", NOON)]

    assert [kind for _at, _label, kind in pictures.steps(milestones)] == ["meeting-2", "envelope-1", ""]


# Bars


def widths(tree):
    return [each.get("width") for each in tree.iter("rect")]


def test_a_bar_is_as_long_as_its_points():  # rules 55 and 65
    tree = drawn(pictures.rank_bar(Decimal("93.14"), Decimal("10"), Decimal("103.14")))

    assert widths(tree) == ["100%", "90.30%", "9.70%", "9.70%"]


def test_a_bar_without_local_points_has_no_hatching():
    assert widths(drawn(pictures.rank_bar(Decimal(50), Decimal(0), Decimal(100)))) == ["100%", "50.00%"]


def test_when_every_offer_is_zero_the_bars_are_empty():
    assert widths(drawn(pictures.rank_bar(0, 0, 0))) == ["100%", "0%"]


def test_a_funnel_narrows_from_the_largest_and_says_its_numbers():
    tree = drawn(pictures.funnel([("bought", 8), (HOSTILE, 2), ("won", 0)]))

    assert widths(tree) == ["100.00%", "25.00%", "0.00%"]
    assert [each.get("x") for each in tree.iter("rect")] == ["0.00%", "37.50%", "50.00%"]
    assert [each.text for each in tree.iter("th")] == ["8 bought", f"2 {HOSTILE}", "0 won"]


def test_a_funnel_of_nobody_is_empty():
    assert widths(drawn(pictures.funnel([("bought", 0)]))) == ["0%"]
    assert list(drawn(pictures.funnel([])).iter("tr")) == []


def test_a_legend_shows_the_fill_and_the_hatching():
    assert widths(drawn(pictures.key("action"))) == ["100%"]
    assert widths(drawn(pictures.key("done", True))) == ["100%", "100%"]
    assert 'id="hatch"' in pictures.hatch()


# Custodians


def test_seals_are_lit_for_those_who_released_and_the_title_says_who():
    tree = drawn(pictures.custody(["Comité", HOSTILE, "Notaría"], [True, False, True]))
    title = next(tree.iter("title")).text

    assert "2 encendidos" in title
    assert "Comité: entregó su parte; " in title
    assert f"{HOSTILE}: todavía no" in title
    hrefs = [each.get("href").partition("#")[2] for each in tree.iter("use")]
    assert hrefs == ["env-sealed", "seal-on", "seal-off", "seal-on"]


@pytest.mark.parametrize("number", [0, 1, 3, 5, 9])
def test_any_number_of_custodians_stays_in_the_frame(number):
    names = [f"Custodian {n} with a long name" for n in range(number)]
    tree = drawn(pictures.custody(names, [0] * number, "open"))
    seals = list(tree.iter("use"))[1:]

    assert len(seals) == number
    assert all(int(s.get("x")) >= 0 and int(s.get("x")) + int(s.get("width")) <= 340 for s in seals)
    assert all(int(s.get("y")) >= 0 for s in seals)
    assert all(len(text) <= 12 for text in texts(tree))


# Map

TOWNS = [
    ("Sechura", Decimal("-5.56"), Decimal("-80.82"), "done"),
    ("Tumán", Decimal("-6.75"), Decimal("-79.70"), "refused"),
    ("Laredo", Decimal("-8.09"), Decimal("-78.96"), "done"),
    ("Nueva Cajamarca", Decimal("-5.94"), Decimal("-77.31"), "refused"),
    ("Tabalosos", Decimal("-6.39"), Decimal("-76.63"), "done"),
    ("Nauta", Decimal("-4.51"), Decimal("-73.58"), "done"),
    ("Tamshiyacu", Decimal("-4.00"), Decimal("-73.16"), "done"),
    ("Talavera", Decimal("-13.65"), Decimal("-73.43"), "open"),
    ("Urcos", Decimal("-13.69"), Decimal("-71.63"), "other"),
]


def test_the_nine_towns_are_all_named_on_the_map():
    tree = drawn(pictures.peru_map(TOWNS))

    assert sorted(texts(tree)) == sorted(town[0] for town in TOWNS)
    assert "9 pueblos" in next(tree.iter("title")).text


def test_no_name_covers_another_name_or_a_town():
    taken = []
    for name, latitude, longitude, _kind in TOWNS:
        x, y = pictures.place(latitude, longitude)
        taken.append(pictures.Box(x - 7, y - 7, x + 7, y + 7))
        pictures.free_side(x, y, name, taken)

    pairs = [(a, b) for n, a in enumerate(taken[::2]) for b in taken[n * 2 + 1 :: 2]]
    assert not any(pictures.covers(a, b) for a, b in pairs if a is not b)


def test_a_crowded_town_keeps_its_sign_and_loses_its_name():
    crowd = [(f"Town {n}", Decimal("-9"), Decimal("-75"), "done") for n in range(9)]
    tree = drawn(pictures.peru_map(crowd))

    assert len(circles(tree)) == 9
    assert len(texts(tree)) < 9


def test_a_town_without_coordinates_is_left_to_the_list():
    tree = drawn(pictures.peru_map([("Nowhere", None, None, "done"), (HOSTILE, -9, -75, "done")]))

    assert texts(tree) == [HOSTILE]


def test_a_long_name_is_cut():
    assert len(texts(drawn(pictures.peru_map([("x" * 300, -9, -75, "done")])))[0]) == 20


# Square codes


def test_a_square_code_stands_in_the_page_without_its_xml_heading():
    said = pictures.qr('<?xml version="1.0"?><svg><path d="M0 0"/></svg>', HOSTILE)

    assert drawn(said)[0].get("aria-label") == HOSTILE
    assert "<?xml" not in said


def test_no_picture_carries_a_style_or_anything_to_focus():
    names, lit = ["A", "B"], [1, 0]
    steps = [(NOON, "A", "meeting-1"), (NOON, "B", "envelope-1")]
    every = [
        pictures.timeline(steps, NOON),
        pictures.rank_bar(9, 1, 10),
        pictures.funnel([("x", 1)]),
        pictures.custody(names, lit),
        pictures.peru_map(TOWNS),
        pictures.key("done", True),
        pictures.hatch(),
    ]

    for markup in every:
        assert not re.search(r"style=|<style|tabindex|<a |on[a-z]+=", markup)
