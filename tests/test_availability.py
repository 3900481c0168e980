"""How likely it is that envelopes stay shut because custodians are missing: the figures of the design."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.availability import (
    FRAGILE,
    MOST,
    OFTEN,
    RARELY,
    Group,
    is_fragile,
    shortfall,
    strengthened,
    unopenable,
)
from procurement.money import rounded

GROUPS = st.integers(1, 6).flatmap(lambda of: st.builds(Group, st.integers(1, of), st.just(of)))


def percent(chance, places):
    return rounded(Decimal(100 * chance.numerator) / chance.denominator, places)


@pytest.mark.parametrize(
    ("groups", "rarely", "often"),
    [
        ([Group(3, 5)], "0.12", "5.8"),
        ([Group(4, 7)], "0.02", "3.3"),
        ([Group(2, 3), Group(2, 4)], "0.77", "12.8"),
        ([Group(2, 4), Group(2, 4)], "0.10", "5.4"),
    ],
)
def test_the_figures_of_the_design_come_out(groups, rarely, often):  # principle 5
    assert percent(unopenable(groups, RARELY), 2) == Decimal(rarely)
    assert percent(unopenable(groups, OFTEN), 1) == Decimal(often)


@given(GROUPS, st.fractions(0, 1))
def test_it_is_what_counting_every_case_gives(group, fails):  # principle 5
    short = [came for came in product([0, 1], repeat=group.of) if sum(came) < group.needed]

    counted = sum(
        (fails ** came.count(0) * (1 - fails) ** came.count(1) for came in short), start=Fraction(0)
    )

    assert shortfall(group, fails) == counted


def test_who_needs_everybody_is_fragile_and_one_more_makes_it_sound():  # principle 5
    assert is_fragile([Group(3, 3)])
    assert is_fragile([Group(2, 3), Group(2, 4)])
    assert strengthened([Group(2, 3), Group(2, 4)]) == [Group(2, 4), Group(2, 4)]
    assert strengthened([Group(3, 5)]) == [Group(3, 5)]
    assert strengthened([Group(9, 9)]) is None


@given(st.lists(GROUPS, min_size=1, max_size=2))
def test_what_is_strengthened_is_sound_and_asks_no_less(groups):  # principle 5
    better = strengthened(groups)

    if better is None:
        assert is_fragile(groups)
    else:
        assert unopenable(better, RARELY) <= FRAGILE
        assert [group.needed for group in better] == [group.needed for group in groups]
        assert sum(group.of for group in better) <= max(MOST, sum(group.of for group in groups))
