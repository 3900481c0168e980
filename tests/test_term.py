"""The term of a contract and the electoral calendar, with the worked examples of domain.md §5.9 and §6.4."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import term
from procurement.business_days import add_years, election_before

BUFFER = 180
SECHURA, TABALOSOS, NAUTA = date(2006, 4, 5), date(2006, 10, 1), date(2007, 9, 1)
TALAVERA, LAREDO, TAMSHIYACU = date(2006, 11, 1), date(2007, 6, 1), date(2007, 10, 1)
# start, years, days from the nearest 1 January of change, whether it passes (domain.md §6.4)
WORKED = [
    (SECHURA, 7, 636, True),
    (SECHURA, 8, 271, True),
    (SECHURA, 9, 94, False),
    (SECHURA, 10, 460, True),  # vector C1
    (TABALOSOS, 7, 457, True),
    (TABALOSOS, 8, 92, False),
    (TABALOSOS, 9, 273, True),
    (TABALOSOS, 10, 639, True),
    (NAUTA, 7, 122, False),
    (NAUTA, 8, 243, True),
    (NAUTA, 9, 609, True),
    (NAUTA, 10, 487, True),
    (TALAVERA, 8, 61, False),  # vector C2
    (LAREDO, 8, 151, False),
    (TAMSHIYACU, 7, 92, False),
]
OTHERS_PASS = [
    *[(TALAVERA, years) for years in (7, 9, 10)],
    *[(LAREDO, years) for years in (9, 10)],
    *[(TAMSHIYACU, years) for years in (8, 9, 10)],
]


@pytest.mark.parametrize(("start", "years", "days", "passes"), WORKED)
def test_the_end_is_as_far_from_a_change_as_counted_by_hand(start, years, days, passes):  # rules 90, 91
    found = term.option(start, years, BUFFER)

    assert (found.distance.days_to_change, found.passes) == (days, passes)


@pytest.mark.parametrize(("start", "years"), OTHERS_PASS)
def test_the_other_terms_of_the_towns_keep_the_distance(start, years):  # rule 91
    assert term.option(start, years, BUFFER).passes


@pytest.mark.parametrize(("start", "days"), [(LAREDO, 239), (TAMSHIYACU, 4)])
def test_an_election_day_counts_as_a_change_does(start, days):  # rule 91
    found = term.option(start, 8 if start is LAREDO else 7, BUFFER)

    assert (found.distance.election, found.distance.days_to_election) == (date(2014, 10, 5), days)
    assert not found.passes


def test_laredo_with_seven_years_ends_too_near_an_election():  # rule 91
    found = term.option(LAREDO, 7, BUFFER)

    assert (found.nearest_day, found.distance.nearest, found.passes) == (date(2014, 10, 5), 126, False)


def test_ten_years_of_sechura_end_on_the_same_day_of_the_year():  # rule 90, vector C1
    assert term.option(SECHURA, 10, BUFFER).end == date(2016, 4, 5)


def test_signature_and_start_of_sechura_are_inside_three_to_six_months():  # rules 100, 105, vector C3
    signed = date(2005, 11, 26)

    assert term.plus_days(signed, 130) == SECHURA
    assert term.is_ordinary_transfer(signed, SECHURA)


@pytest.mark.parametrize(
    ("started", "ordinary"),
    [
        (date(2006, 2, 25), False),
        (date(2006, 2, 26), True),
        (date(2006, 5, 26), True),
        (date(2006, 5, 27), False),
    ],
)
def test_three_to_six_months_run_from_date_to_date(started, ordinary):  # rule 105
    assert term.is_ordinary_transfer(date(2005, 11, 26), started) == ordinary


def test_the_transition_of_sechura_ends_after_calendar_days():  # rule 102, vector C4
    assert term.plus_days(SECHURA, 120) == date(2006, 8, 3)


def test_an_election_day_that_no_source_confirms_is_marked():  # rule 91
    assert not term.option(date(1999, 4, 5), 7, BUFFER).is_verified  # near the vote of November 2006
    assert term.option(SECHURA, 10, BUFFER).is_verified


def test_the_buffer_itself_is_far_enough_and_a_day_more_is_not():  # rule 91
    assert term.option(SECHURA, 9, 94).passes
    assert not term.option(SECHURA, 9, 95).passes


def test_the_years_that_pass_are_offered():  # rule 91
    offered = term.options(TALAVERA, 7, 10, BUFFER)

    assert [each.years for each in offered] == [7, 8, 9, 10]
    assert [each.years for each in offered if each.passes] == [7, 9, 10]


@given(st.dates(date(2003, 1, 1), date(2090, 1, 1)), st.integers(1, 20), st.integers(0, 365))
def test_an_end_passes_just_when_the_cycle_is_outside_the_buffer(start, years, buffer):  # rule 91
    found = term.option(start, years, buffer)
    changes = [date(year, 1, 1) for year in range(2003, 2120, 4)]
    cycle = [*changes, *map(election_before, changes)]

    assert found.passes == all(abs((day - found.end).days) >= buffer for day in cycle)
    assert found.end == add_years(start, years)
