from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.business_days import (
    DAY,
    NATIONAL,
    Calendar,
    DayOff,
    DayType,
    Kind,
    add_months,
    add_years,
    distance_to_elections,
    election_before,
    national,
)

BUSINESS, CALENDAR = DayType.BUSINESS, DayType.CALENDAR
PERU = Calendar()
FIXED = "01-01 05-01 06-29 07-28 07-29 08-30 10-08 11-01 12-08 12-25"
SINCE_2022 = "08-06 12-09"
GOOD_FRIDAY = {
    2003: "04-18",
    2004: "04-09",
    2005: "03-25",
    2006: "04-14",
    2007: "04-06",
    2008: "03-21",
    2009: "04-10",
    2010: "04-02",
    2011: "04-22",
    2012: "04-06",
    2013: "03-29",
    2014: "04-18",
    2015: "04-03",
    2016: "03-25",
    2017: "04-14",
    2018: "03-30",
    2019: "04-19",
    2020: "04-10",
    2021: "04-02",
    2022: "04-15",
    2023: "04-07",
    2024: "03-29",
    2025: "04-18",
    2026: "04-03",
    2027: "03-26",
    2028: "04-14",
    2029: "03-30",
    2030: "04-19",
}
DAYS = st.dates(date(2003, 1, 1), date(2030, 12, 31))
LENGTHS = st.integers(min_value=0, max_value=60)


def off(day, kind=Kind.LOCAL):
    return DayOff(date.fromisoformat(day), "Aniversario", kind, "OM 005-2026")


def expected(year):
    """The holidays of a year, from the laws and a table of Easter, without the package."""
    days = FIXED.split() + (SINCE_2022.split() if year >= 2022 else [])
    days += ["07-23"] if year >= 2023 else []  # Ley 31822, 8 July 2023
    days += ["06-07"] if year >= 2024 else []  # Ley 31788, 15 June 2023: the first one kept was in 2024
    friday = date.fromisoformat(f"{year}-{GOOD_FRIDAY[year]}")
    return sorted([date.fromisoformat(f"{year}-{day}") for day in days] + [friday, friday - DAY])


@pytest.mark.parametrize("year", range(2003, 2031))
def test_the_holidays_of_each_year_are_those_of_the_law(year):
    assert sorted(national(year)) == expected(year)


def test_there_were_twelve_holidays_in_the_pilot_and_are_sixteen_now():
    assert [len(national(year)) for year in (2005, 2021, 2022, 2023, 2024, 2026)] == [12, 12, 14, 15, 16, 16]


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        ("2022-06-07", False),
        ("2023-06-07", False),
        ("2024-06-07", True),
        ("2022-07-23", False),
        ("2023-07-23", True),
        ("2021-08-06", False),
        ("2022-08-06", True),
        ("2021-12-09", False),
        ("2022-12-09", True),
        ("2026-04-05", False),  # Easter Sunday is in no law
    ],
)
def test_each_new_holiday_begins_with_its_law(day, holds):
    day = date.fromisoformat(day)

    assert (day in national(day.year)) is holds


def test_every_holiday_names_its_law():
    named = {row.name: row.source for year in range(2003, 2031) for row in national(year).values()}

    assert named == NATIONAL


def test_d2_the_second_meeting_before_a_query_deadline_after_holy_week():  # D2
    deadline = date(2026, 4, 6)

    assert PERU.back(deadline, 3, BUSINESS) == date(2026, 3, 30)
    assert PERU.back(deadline, 3, CALENDAR) == date(2026, 4, 3)
    assert PERU.why_not(date(2026, 4, 3)).name == "Good Friday"


def test_d1_and_d3_need_no_holiday():  # D1, D3
    assert (
        PERU.add(date(2026, 3, 2), 3, BUSINESS) == PERU.add(date(2026, 3, 2), 3, CALENDAR) == date(2026, 3, 5)
    )
    assert PERU.back(date(2026, 4, 24), 3, BUSINESS) == date(2026, 4, 21)
    assert PERU.back(date(2026, 4, 24), 3, CALENDAR) == date(2026, 4, 21)


def test_a_term_over_labour_day():
    assert PERU.add(date(2026, 4, 30), 3, BUSINESS) == date(2026, 5, 6)


def test_c3_from_signature_to_transfer_in_sechura():  # C3, rules 100, 105
    signed, started = date(2005, 11, 26), date(2006, 4, 5)

    assert (started - signed).days == PERU.count(signed, started, CALENDAR) == 130
    assert add_months(signed, 3) <= started <= add_months(signed, 6)


def test_c4_a_hundred_and_twenty_days_of_transition():  # C4, rule 102
    assert PERU.add(date(2006, 4, 5), 120, CALENDAR) == date(2006, 8, 3)


def test_a_weekend_and_a_weekday_say_what_they_are():
    assert PERU.is_business(date(2026, 3, 2))
    assert PERU.why_not(date(2026, 3, 2)) is None
    assert PERU.why_not(date(2026, 3, 7)).name == "Saturday"
    assert PERU.why_not(date(2026, 3, 8)).kind is Kind.WEEKEND
    assert PERU.why_not(date(2026, 6, 7)).name == "Battle of Arica and Flag Day"  # a Sunday


def test_a_local_and_a_decreed_day_off_count_in_that_town_only():
    town = Calendar([off("2026-03-04"), off("2026-03-05", Kind.DECREED)])

    assert town.add(date(2026, 3, 2), 3, BUSINESS) == date(2026, 3, 9)
    assert PERU.add(date(2026, 3, 2), 3, BUSINESS) == date(2026, 3, 5)
    assert town.why_not(date(2026, 3, 4)).source == "OM 005-2026"


def test_a_weekend_and_a_holiday_declared_working_are_business_days():  # the urgency decree of 2009-2010
    town = Calendar([off("2026-04-03", Kind.WORKED), off("2026-04-04", Kind.WORKED)])

    assert town.is_business(date(2026, 4, 3))
    assert town.back(date(2026, 4, 6), 3, BUSINESS) == date(2026, 4, 1)
    assert not PERU.is_business(date(2026, 4, 4))


def test_a_working_day_wins_over_a_day_off_of_the_same_date():
    assert Calendar([off("2026-03-04"), off("2026-03-04", Kind.WORKED)]).is_business(date(2026, 3, 4))


def test_years_nobody_has_confirmed_are_told():
    town = Calendar(confirmed_years=[2026])

    assert (town.is_confirmed(2026), town.is_confirmed(2027), PERU.is_confirmed(2027)) == (True, False, True)


@pytest.mark.parametrize(
    ("start", "number", "day_type", "last"),
    [
        ("2027-03-31", 15, CALENDAR, "2027-04-15"),  # G1: fifteen days after a fianza's expiry
        ("2026-03-20", 15, CALENDAR, "2026-04-06"),  # falls on Saturday 4 April
        ("2026-03-30", 3, CALENDAR, "2026-04-06"),  # Holy Thursday is a holiday, and so is what follows
        ("2026-03-30", 3, BUSINESS, "2026-04-06"),
    ],
)
def test_the_last_day_of_a_term_is_a_business_day(start, number, day_type, last):  # CC 183.5
    assert PERU.deadline(date.fromisoformat(start), number, day_type) == date.fromisoformat(last)


def test_a_negative_term_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="negative"):
        PERU.add(date(2026, 3, 2), -1, BUSINESS)


@given(DAYS, LENGTHS)
def test_going_back_undoes_going_on(day, number):
    start = PERU.business_from(day)

    assert PERU.back(PERU.add(start, number, BUSINESS), number, BUSINESS) == start
    assert PERU.back(PERU.add(day, number, CALENDAR), number, CALENDAR) == day


@given(DAYS, LENGTHS)
def test_counting_undoes_adding(day, number):
    assert PERU.count(day, PERU.add(day, number, BUSINESS), BUSINESS) == number


@given(DAYS, st.integers(min_value=1, max_value=60), st.sets(DAYS, max_size=20))
def test_business_days_end_on_a_business_day_and_never_before_calendar_days(day, number, holidays):
    town = Calendar(DayOff(each, "Feriado", Kind.LOCAL, "OM") for each in holidays)

    reached = town.add(day, number, BUSINESS)

    assert town.is_business(reached)
    assert reached >= PERU.add(day, number, BUSINESS) >= day + timedelta(days=number)
    assert town.back(day, number, BUSINESS) <= day - timedelta(days=number)


@given(DAYS, LENGTHS, LENGTHS)
def test_two_terms_in_a_row_are_one(day, first, second):
    there = PERU.add(PERU.add(day, first, BUSINESS), second, BUSINESS)

    assert there == PERU.add(day, first + second, BUSINESS)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-11-15", 1, "2026-12-15"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-03-10", 0, "2026-03-10"),
    ],
)
def test_months_run_from_date_to_date(start, months, end):  # CC 183.2-3
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_years_run_from_date_to_date():
    assert add_years(date(2006, 4, 5), 10) == date(2016, 4, 5)
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("change", "election"),
    [
        (2003, "2002-11-17"),
        (2007, "2006-11-19"),
        (2011, "2010-10-03"),
        (2015, "2014-10-05"),
        (2019, "2018-10-07"),
        (2023, "2022-10-02"),
        (2027, "2026-10-04"),
        (2031, "2030-10-06"),
        (2035, "2034-10-01"),
    ],
)
def test_the_municipal_elections(change, election):
    assert election_before(date(change, 1, 1)) == date.fromisoformat(election)


def test_c1_ten_years_from_sechuras_start_end_clear_of_the_cycle():  # C1, rule 91
    distance = distance_to_elections(add_years(date(2006, 4, 5), 10))

    assert (distance.days_to_change, distance.change) == (460, date(2015, 1, 1))
    assert distance.is_clear(180)


def test_c2_eight_years_from_november_2006_end_on_the_eve_of_a_change():  # C2, rule 91
    distance = distance_to_elections(add_years(date(2006, 11, 1), 8))

    assert (distance.days_to_change, distance.days_to_election, distance.nearest) == (61, 27, 27)
    assert not distance.is_clear(180)


@pytest.mark.parametrize(
    ("town", "start", "ends"),
    [
        ("Sechura", "2006-04-05", {7: 636, 8: 271, 9: -94, 10: 460}),
        ("Tabalosos", "2006-10-01", {7: 457, 8: -92, 9: 273, 10: 639}),
        ("Nauta", "2007-09-01", {7: -122, 8: 243, 9: 609, 10: 487}),
        ("Talavera", "2006-11-01", {7: 426, 8: -61, 9: 304, 10: 670}),
        ("Laredo", "2007-06-01", {7: -214, 8: -151, 9: 517, 10: 579}),  # 7: 126 days from the election
        ("Tamshiyacu", "2007-10-01", {7: -92, 8: 273, 9: 639, 10: 457}),
    ],
)
def test_which_terms_of_the_pilot_met_the_cycle(town, start, ends):  # rule 91; minus: not clear of 180 days
    for years, days in ends.items():
        distance = distance_to_elections(add_years(date.fromisoformat(start), years))

        assert distance.days_to_change == abs(days), (town, years)
        assert distance.is_clear(180) is (days > 0), (town, years)


def test_the_buffer_itself_is_clear():  # rule 91, the boundary
    day = date(2027, 1, 1) + timedelta(days=180)

    assert distance_to_elections(day).is_clear(180)
    assert not distance_to_elections(day - DAY).is_clear(180)


@given(st.dates(date(2003, 1, 1), date(2050, 12, 31)))
def test_no_change_is_nearer_than_the_one_named(day):  # rule 91
    distance = distance_to_elections(day)

    changes = [date(year, 1, 1) for year in range(2003, 2060, 4)]
    assert distance.days_to_change == min(abs((change - day).days) for change in changes)
    assert distance.days_to_election == min(abs((election_before(change) - day).days) for change in changes)
