"""Trials of a scoring rule: the first place changes hands exactly at the thresholds that are said."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bids import trial
from bids.scoring import Offer, Scale, rank

RULES = Scale(
    minimum=Decimal(0),
    zero_forbidden=True,
    method="proportional",
    economic_weight=Decimal(100),
    technical_weight=Decimal(0),
    local_preference="points",
    local_value=Decimal(10),
    ranking_values="published",
    ties=("percentage", "local", "draw"),
)
TOP = 1500  # hundredths
CENT = Decimal("0.01")


def offer(name, percentage, is_local):
    return Offer(name, Decimal(percentage), is_local, Decimal(0))


cents = st.integers(1, TOP).map(lambda number: Decimal(number).scaleb(-2))
fields = st.lists(st.tuples(cents, st.booleans()), min_size=2, max_size=4).map(
    lambda rows: [Offer(str(number), *row, Decimal(0)) for number, row in enumerate(rows)]
)
rules = st.builds(
    replace,
    st.just(RULES),
    local_preference=st.sampled_from(["none", "points", "percent_of_own_points", "percent_of_total"]),
    local_value=st.sampled_from([Decimal(0), Decimal(3), Decimal(10), Decimal("33.33")]),
    ranking_values=st.sampled_from(["published", "exact"]),
    ties=st.sampled_from([("percentage", "local", "draw"), ("local", "draw"), ("draw",)]),
    minimum=st.sampled_from([Decimal(0), Decimal(5)]),
    zero_forbidden=st.booleans(),
)


def first(offers, scale):
    """Say who is first by the account of the ranking itself, whatever the trial says."""
    return {row.offer.bidder for row in rank(offers, scale).rows if row.rank == 1}


@settings(max_examples=25, deadline=None)
@given(fields, rules, st.data())
def test_the_winner_is_who_the_ranking_says_at_every_edge_and_between(offers, scale, data):  # rules 55, 65
    found = trial.stretches(offers, scale, "0", TOP)
    lowest, highest = trial.bounds(scale, TOP)

    assert [found[0].first, found[-1].last] == [lowest, highest]
    for before, after in zip(found, found[1:], strict=False):
        assert after.first == before.last + 1
        assert after.winners != before.winners
    for stretch in found:
        between = data.draw(st.integers(stretch.first, stretch.last))
        for place in {stretch.first, between, stretch.last}:
            assert first(trial.with_offer(offers, "0", place), scale) == set(stretch.winners)


@settings(max_examples=25, deadline=None)
@given(fields, rules)
@example([offer("0", "0.10", False), offer("1", "0.50", True), offer("2", "0.50", True)], RULES)
@example([offer("0", "0.10", False), offer("1", "0.50", True), offer("2", "0.54", False)], RULES)
def test_no_change_of_hands_is_missed_among_small_offers(offers, scale):  # where rounding hides most
    small = [replace(each, percentage=each.percentage / 10 // CENT * CENT) for each in offers]
    loose = replace(scale, minimum=Decimal(0))
    found = trial.stretches(small, loose, "0", 200)

    said = {cents: set(each.winners) for each in found for cents in range(each.first, each.last + 1)}
    lowest, highest = trial.bounds(loose, 200)
    assert said == {
        cents: first(trial.with_offer(small, "0", cents), loose) for cents in range(lowest, highest + 1)
    }


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 10_000), rules)
def test_the_local_bidder_wins_from_its_threshold_and_not_a_hundredth_before(outside, scale):  # rule 65
    least = trial.local_from(scale, outside)

    def wins(local):
        pair = [
            offer("outside", trial.percentage(outside), False),
            offer("local", trial.percentage(local), True),
        ]
        return first(pair, scale) == {"local"}

    if least is None:
        assert not wins(10_000)
    else:
        assert wins(least)
        assert least == trial.bounds(scale, 10_000)[0] or not wins(least - 1)


def test_with_ten_offered_from_outside_the_local_bidder_wins_from_8_34():
    fifth = replace(RULES, local_preference="percent_of_total", local_value=Decimal(20))

    assert trial.local_from(fifth, 1000) == 834


def test_ten_points_are_worth_a_tenth_of_the_offer_from_outside():
    assert trial.preference(RULES, [1000, 2000]) == [(1000, 901), (2000, 1801)]


def test_rounding_ties_two_different_offers_and_it_is_seen():  # rule 56
    tied = [offer("outside", "29.99", False), offer("local", "26.99", True)]
    apart = [offer("outside", "30.00", False), offer("local", "26.99", True)]

    [group] = trial.false_ties(rank(tied, RULES))
    assert {row.offer.bidder for row in group} == {"outside", "local"}
    assert len({row.exact for row in group}) == 2
    assert trial.false_ties(rank(apart, RULES)) == []


def test_a_true_tie_is_no_false_one():
    offers = [offer("outside", "10.00", False), offer("local", "9.00", True)]

    assert trial.false_ties(rank(offers, RULES)) == []


def test_a_false_tie_beside_the_threshold_is_found():
    offers = [offer("outside", "29.99", False), offer("local", "20.00", True)]
    found = trial.near_false_tie(offers, RULES, "local", trial.stretches(offers, RULES, "local", 4000))

    assert found.cents == 2699
    assert trial.near_false_tie(offers, RULES, "local", []) is None


def test_round_offers_have_both_ends_and_are_few():
    assert trial.round_offers(500, 2000) == [500, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000]
    assert trial.round_offers(1, 1) == [1]
    assert len(trial.round_offers(0, 10_000)) == 11


def test_a_guarantee_lacks_money_or_an_instrument():  # rules 61, 71
    bond = trial.Bond("performance", Decimal("10000.00"), ("HIPOTECA",))

    assert trial.could_give(bond, Decimal("10000.00"), "HIPOTECA").can
    assert trial.could_give(bond, Decimal("9999.99"), "HIPOTECA").lacking == Decimal("0.01")
    assert not trial.could_give(bond, Decimal("90000.00"), "CARTA_FIANZA").can
    assert trial.could_give(bond._replace(accepted=()), Decimal("90000.00"), "CARTA_FIANZA").can
