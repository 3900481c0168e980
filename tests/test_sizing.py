from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guarantees import sizing
from guarantees.sizing import Barrier, FundFlow

SUMS = st.decimals(min_value="0.01", max_value="10000000", places=2)
FLOW = FundFlow(Decimal(15_000), Decimal("10.2"))
PILOT = {bond.town: bond for bond in sizing.PILOT}


@pytest.mark.parametrize(
    ("bond", "house", "turnover", "senseless"),
    [
        ("10000.01", "10000", "200000", True),
        ("10000.00", "10000", "200000", False),
        ("10000.01", "10000.01", "200000", False),
        ("10000.01", "10000", "200000.01", False),
    ],
)
def test_the_rule_of_thumb_is_the_notes_to_the_cent(bond, house, turnover, senseless):  # rule 76
    assert sizing.defies_rule_of_thumb(Decimal(bond), Decimal(house), Decimal(turnover)) is senseless


@pytest.mark.parametrize(
    ("house", "turnover", "measure"),
    [("10000", "200000", "10000.00"), ("8000", "200000", "10000.00"), ("15000", "200000", "15000.00")],
)
def test_the_measure_is_a_house_or_five_per_cent_of_the_turnover(house, turnover, measure):  # rule 76
    assert sizing.local_measure(Decimal(house), Decimal(turnover)) == Decimal(measure)


def test_a_bond_above_the_measure_warns_and_never_blocks():  # rule 76
    assert sizing.warning(Decimal("10000.00"), Decimal(10_000), Decimal(200_000)) is None

    problem = sizing.warning(Decimal("10000.01"), Decimal(10_000), Decimal(200_000))

    assert problem.code == "guarantee.amount.exceeds-local-sense"
    assert problem.warning
    assert "S/ 10,000.01" in problem.sentence()
    assert "5.00 % of a year" in problem.sentence()


@given(SUMS, SUMS, SUMS)
def test_whatever_defies_the_rule_of_thumb_exceeds_the_measure(bond, house, turnover):  # rule 76
    if sizing.defies_rule_of_thumb(bond, house, turnover):
        assert sizing.warning(bond, house, turnover) is not None


@pytest.mark.parametrize(
    ("town", "turnover", "soles", "share"),
    [
        ("Nauta", "109248.00", "50000.00", "45.77"),
        ("Tabalosos", "160574.40", "30000.00", "18.68"),
        ("Sechura", "720000.00", "300000.00", "41.67"),
    ],
)
def test_the_bonds_of_the_pilot_beside_their_towns(town, turnover, soles, share):  # rules 76, 80
    bond = PILOT[town]

    assert bond.annual_turnover == Decimal(turnover)
    assert bond.soles == Decimal(soles)
    assert bond.turnover_share == Decimal(share)


def test_tamshiyacus_bond_in_dollars_is_not_what_the_note_prints_elsewhere():  # rule 80
    bond = PILOT["Tamshiyacu"]

    assert bond.dollars == Decimal("6666.67") != Decimal("6250.00")
    assert bond.turnover_share is None  # no household had water before


def test_all_four_fixed_bonds_of_the_pilot_exceed_the_rule_of_thumb():  # rule 76: so it cannot block
    assert len(PILOT) == 4
    assert all(bond.soles > sizing.PILOT_BOND for bond in PILOT.values())


def test_the_need_is_months_of_cost_less_the_fund():  # rules 77-78
    assert sizing.needed_bond(2, Decimal(15_000)) == Decimal("30000.00")
    assert sizing.needed_bond(2, Decimal(15_000), FLOW.deposited(12)) == Decimal("11640.00")
    assert sizing.needed_bond(2, Decimal(15_000), Decimal(40_000)) == Decimal("0.00")


def test_the_fund_covers_the_need_in_month_20_and_holds_it_in_month_21():  # rules 78-79, 84
    need = sizing.needed_bond(2, Decimal(15_000))

    assert (FLOW.monthly, FLOW.deposit) == (Decimal("1530.0"), Decimal("4590.00"))
    assert FLOW.accrued(12) == FLOW.deposited(12) == Decimal("18360.00")
    assert FLOW.month_accrued(need) == 20
    assert FLOW.month_deposited(need) == 21
    assert FLOW.accrued(19) < need <= FLOW.accrued(20)
    assert FLOW.deposited(20) < need <= FLOW.deposited(21)


def test_a_fund_that_gets_nothing_never_suffices():  # rule 79
    empty = FundFlow(Decimal(15_000), Decimal(0))

    assert empty.month_accrued(Decimal(1)) is None
    assert empty.month_deposited(Decimal(1)) is None


def test_the_first_year_shows_what_must_be_bridged():  # rule 79
    gaps = sizing.first_year(Decimal(10_000), FLOW)

    assert [gap.month for gap in gaps] == list(range(1, 13))
    assert [gap.missing for gap in gaps][:3] == [Decimal(10_000), Decimal(10_000), Decimal("5410.00")]
    assert gaps[-1].missing == Decimal("0.00")


@given(SUMS, st.decimals(min_value="0.01", max_value=100, places=2), SUMS)
def test_the_month_found_is_the_first_that_suffices(turnover, percentage, need):  # rule 79
    flow = FundFlow(turnover, percentage)
    month = flow.month_deposited(need)
    if month is not None and month < 10_000:
        assert flow.deposited(month) >= need > flow.deposited(month - 1)
        assert month % flow.every_months == 0


def test_what_guarantees_cost_is_told_as_a_share_of_the_turnover():  # rule 74
    assert sizing.cost_share(Decimal(1_800), Decimal(180_000)) == Decimal("1.00")


def test_dollars_become_soles_at_the_rate_given():  # rule 80
    assert sizing.in_soles(Decimal(100_000), "USD", Decimal("3.00")) == Decimal("300000.00")
    assert sizing.in_soles(Decimal("20000.004"), "PEN", Decimal("3.00")) == Decimal("20000.00")


def test_a_guarantee_as_a_barrier():  # rules 61, 163
    assets = [Decimal(5_000), Decimal(49_999), Decimal(50_000), Decimal(80_000)]

    barrier = Barrier(Decimal(50_000), Decimal(10_000), Decimal(109_248), assets)

    assert barrier.houses == Decimal("5.00")
    assert barrier.turnover_share == Decimal("45.77")
    assert barrier.out_of_reach == 2
    assert barrier.exceeds_local_sense


def test_a_sensible_guarantee_is_no_barrier():  # rule 163, the control
    barrier = Barrier(Decimal(10_000), Decimal(10_000), Decimal(200_000))

    assert not barrier.exceeds_local_sense
    assert barrier.out_of_reach == 0


def test_the_fund_of_the_example_grows_by_the_month_and_is_paid_by_the_quarter():  # rules 78-79; §5.8
    assert FLOW.monthly == Decimal("1530.00")
    assert FLOW.deposit == Decimal("4590.00")
    assert (FLOW.accrued(12), FLOW.deposited(12)) == (Decimal("18360.00"), Decimal("18360.00"))
    assert (FLOW.accrued(20), FLOW.deposited(20)) == (Decimal("30600.00"), Decimal("27540.00"))
    assert (FLOW.month_accrued(Decimal(30_000)), FLOW.month_deposited(Decimal(30_000))) == (20, 21)
