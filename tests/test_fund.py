"""The figures of the Investment Fund: to the cent, rounded once, never below zero (§5.7; rules 83-87)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.fund import (
    Clause,
    Month,
    Movement,
    Period,
    arrears,
    available,
    balance,
    due_on,
    period_of,
    periods,
    project,
    vat,
)
from guarantees.sizing import first_year
from procurement.business_days import Calendar, add_months

WITHOUT = Clause(Decimal("10.20"), with_vat=False)
WITH = Clause(Decimal("10.20"), with_vat=True)
SIXTY = Decimal("60000.00")  # 5,000 connections at S/ 12.00
CENTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
RATES = st.sampled_from([Decimal(18), Decimal(19)])
PERCENT = st.integers(0, 10_000).map(lambda hundredths: Decimal(hundredths).scaleb(-2))
FIRST = date(2006, 4, 1)
MONTHS = st.lists(st.tuples(CENTS, RATES), max_size=24).map(
    lambda rows: [Month(add_months(FIRST, place), *row) for place, row in enumerate(rows)]
)
MOVES = st.lists(
    st.builds(
        Movement,
        st.dates(date(2006, 1, 1), date(2006, 3, 31)),
        st.integers(-(10**6), 10**6).map(lambda cents: Decimal(cents).scaleb(-2)),
    ),
    max_size=12,
)


def months(number, amount=SIXTY, first=FIRST, rate=None):
    """Return so many equal months with the tax of their time."""
    firsts = [add_months(first, place) for place in range(number)]
    return [Month(month, amount, vat(month) if rate is None else rate) for month in firsts]


@pytest.mark.parametrize(
    ("clause", "month", "quarter", "year"),
    [(WITH, "6120.00", "18360.00", "73440.00"), (WITHOUT, "5142.86", "15428.57", "61714.29")],
    ids=["with tax", "without tax"],
)
def test_the_figures_of_sechura(clause, month, quarter, year):  # rule 84, §5.7
    found = [str(clause.contribution(months(number))) for number in (1, 3, 12)]

    assert found == [month, quarter, year]


def test_a_quarter_is_rounded_once_and_not_three_times():  # §5.7
    by_month = sum(WITHOUT.contribution([month]) for month in months(3))

    assert (WITHOUT.contribution(months(3)), by_month) == (Decimal("15428.57"), Decimal("15428.58"))


def test_half_a_cent_is_not_lost_in_the_division():
    amounts = ["24414.19", "55756.48", "17011.18"]
    held = [Month(FIRST, Decimal(amount), Decimal(18)) for amount in amounts]
    divided_first = sum(month.amount * Decimal("10.20") / 118 for month in held)

    assert divided_first < Decimal("8400.465")
    assert WITHOUT.contribution(held) == Decimal("8400.47")


def test_the_base_is_shown_in_two_decimals():
    assert WITHOUT.base(months(1)) == Decimal("50420.17")
    assert WITH.base(months(1)) == SIXTY


@pytest.mark.parametrize(
    ("month", "rate"),
    [
        (date(2003, 8, 1), 19),
        (date(2005, 11, 1), 19),
        (date(2011, 2, 1), 19),
        (date(2011, 3, 1), 18),
        (date(2026, 4, 1), 18),
    ],
)
def test_the_tax_is_that_of_the_month(month, rate):
    assert vat(month) == rate


def test_no_tax_is_invented_for_a_month_before_the_first_that_is_known():
    with pytest.raises(ValueError, match="2003-07"):
        vat(date(2003, 7, 1))


def test_a_quarter_in_which_the_tax_changed_takes_each_month_at_its_own_rate():
    held = months(3, first=date(2011, 1, 1))
    exact = Fraction(60000) * (Fraction(2, 119) + Fraction(1, 118)) * Fraction("10.20")

    assert [month.vat for month in held] == [19, 19, 18]
    assert WITHOUT.contribution(held) == Decimal("15472.15") == rounded_once(exact)


def rounded_once(exact):
    """Round a fraction half up to cents, written a second time."""
    return Decimal((exact * 100 + Fraction(1, 2)).__floor__()).scaleb(-2)


@given(MONTHS.map(lambda held: held[:3]), PERCENT, st.booleans())
def test_a_contribution_is_the_exact_sum_rounded_once(held, percent, with_vat):  # §5.7
    clause = Clause(percent, with_vat)
    exact = sum(Fraction(each.amount) / (100 + (0 if with_vat else Fraction(each.vat))) for each in held)

    assert clause.contribution(held) == rounded_once(exact * Fraction(percent))


@given(MONTHS, PERCENT, st.sampled_from([1, 3]))
def test_a_projection_adds_up_what_each_period_owes(held, percent, every):
    found = project(Clause(percent, False, every), held, Decimal("7.00"))

    assert sum(len(row_months(held, row.start, every)) for row in found) == len(held)
    assert all(
        row.due == Clause(percent, False).contribution(row_months(held, row.start, every)) for row in found
    )
    assert not found or found[-1].balance == 7 + sum(row.due for row in found)


def row_months(held, start, every):
    period = period_of(start, every)
    return [month for month in held if period.start <= month.first <= period.end]


@given(CENTS, PERCENT, st.sampled_from([1, 3]))
def test_equal_months_give_what_the_flow_of_the_sizing_says(amount, percent, every):
    clause = Clause(percent, True, every)

    assert clause.contribution(months(every, amount)) == clause.flow(amount, Decimal(19)).deposit


def test_the_fund_of_sechura_does_not_suffice_in_its_first_year():  # rules 78-79
    gaps = first_year(Decimal("30000.00"), Clause(Decimal("10.20"), True).flow(Decimal(15_000), Decimal(19)))

    assert [str(gap.missing) for gap in gaps if gap.month in (1, 3, 12)] == [
        "30000.00",
        "25410.00",
        "11640.00",
    ]


@pytest.mark.parametrize(
    ("day", "every", "period"),
    [
        (date(2006, 4, 5), 3, Period(date(2006, 4, 1), date(2006, 6, 30))),
        (date(2006, 12, 31), 3, Period(date(2006, 10, 1), date(2006, 12, 31))),
        (date(2006, 4, 5), 1, Period(date(2006, 4, 1), date(2006, 4, 30))),
    ],
)
def test_a_period_is_a_calendar_quarter_or_a_month(day, every, period):  # domain.md §6.5
    assert period_of(day, every) == period


def test_periods_go_from_the_start_of_operations_to_today():
    found = periods(date(2006, 4, 5), date(2007, 1, 1), 3)

    assert [(period.number, period.end.year) for period in found] == [
        (2, 2006),
        (3, 2006),
        (4, 2006),
        (1, 2007),
    ]
    assert [period.number for period in periods(date(2006, 4, 5), date(2006, 5, 1), 1)] == [4, 5]


def test_the_last_day_to_pay_is_never_a_day_off():  # CC 183
    june = period_of(date(2006, 6, 1), 3)

    assert due_on(june, 15, Calendar()) == date(2006, 7, 17)  # the 15th is a Saturday
    assert due_on(june, 14, Calendar()) == date(2006, 7, 14)


@pytest.mark.parametrize(
    ("paid", "today", "late"),
    [
        ("0", date(2006, 7, 17), "0.00"),
        ("0", date(2006, 7, 18), "100.00"),
        ("40.00", date(2006, 7, 18), "60.00"),
        ("100.00", date(2006, 7, 18), "0.00"),
        ("100.01", date(2006, 7, 18), "0.00"),
    ],
)
def test_nothing_is_in_arrears_before_its_last_day_is_over(paid, today, late):
    assert str(arrears(Decimal("100.00"), Decimal(paid), date(2006, 7, 17), today)) == late


@given(MOVES)
def test_a_balance_is_what_came_in_less_what_went_out(moves):
    came = sum(move.amount for move in moves if move.amount > 0)
    went = sum(-move.amount for move in moves if move.amount < 0)

    assert balance(moves) == came - went


@given(MOVES, st.dates(date(2006, 1, 1), date(2006, 3, 31)), CENTS)
def test_a_fund_that_only_pays_what_is_available_never_ends_a_day_below_zero(moves, on, asked):  # rule 85
    kept = []
    for move in moves:
        if move.amount > 0 or -move.amount <= available(kept, move.on):
            kept.append(move)

    if asked <= available(kept, on):
        kept.append(Movement(on, -asked))

    days = {move.on for move in kept}
    assert all(balance(move for move in kept if move.on <= each) >= 0 for each in days)


def test_money_that_is_spent_later_is_not_available_before():
    moves = [Movement(date(2006, 1, 10), Decimal(100)), Movement(date(2006, 3, 1), Decimal(-80))]

    assert available(moves, date(2006, 1, 9)) == 0
    assert available(moves, date(2006, 2, 1)) == 20
    assert available(moves, date(2006, 3, 1)) == 20
