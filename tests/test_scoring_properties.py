"""What holds for every offer and scale: order, exactness, one rounding, no float; and F13, exhaustively."""

import ast
import sys
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import chain, groupby, pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bids import scoring
from bids.scoring import Offer, Scale, lost_points, parse_percentage, rank, two_decimals, words

CENT = Decimal("0.01")
ATTRIBUTES = {"percentage": "percentage", "local": "is_local", "technical": "technical"}


percentages = st.integers(0, 10_000).map(lambda cents: Decimal(f"{cents // 100}.{cents % 100:02d}"))
crowded = st.sampled_from(
    [Decimal("99.98"), Decimal("99.99"), Decimal("100.00"), Decimal("5.00"), Decimal("4.99")]
)
chains = st.permutations(["percentage", "local", "technical"]).flatmap(
    lambda links: st.integers(0, 3).map(lambda kept: (*links[:kept], "draw"))
)
scales = st.builds(
    Scale,
    minimum=st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("5.00")]) | percentages,
    maximum=st.none() | percentages,
    zero_forbidden=st.booleans(),
    method=st.sampled_from(scoring.CHOICES["method"]),
    economic_weight=st.sampled_from([Decimal(100), Decimal(60), Decimal("0.5")]) | percentages,
    technical_weight=st.sampled_from([Decimal(0), Decimal(30)]) | percentages,
    local_preference=st.sampled_from(scoring.CHOICES["local_preference"]),
    local_value=st.sampled_from([Decimal(0), Decimal(5), Decimal("6.86"), Decimal("7.368421")]),
    ranking_values=st.sampled_from(scoring.CHOICES["ranking_values"]),
    ties=chains,
)


@st.composite
def offer_lists(draw, least=0):
    """Up to ten offers, many of them equal or a hundredth apart: ties are what is looked for."""
    rows = st.tuples(crowded | percentages, st.booleans(), st.sampled_from([Decimal(70), Decimal("88.50")]))
    return [
        Offer(f"bidder {i}", *row) for i, row in enumerate(draw(st.lists(rows, min_size=least, max_size=10)))
    ]


def textbook(offer, highest, scale):
    """The formulae 5.1 to 5.5 in fractions, written a second time."""
    p, m, best = Fraction(offer.percentage), Fraction(scale.minimum), Fraction(scale.economic_weight)
    if scale.method == "pure_maximum":
        economic = best * p / 100
    elif highest == 0:
        economic = Fraction(0)
    elif scale.method == "proportional":
        economic = best * p / highest
    else:
        economic = best if highest == m else best * (p - m) / (highest - m)
    technical = Fraction(scale.technical_weight) * Fraction(offer.technical or 0) / 100
    score, value = economic + technical, Fraction(scale.local_value)
    if offer.is_local and scale.local_preference == "points":
        score += value
    elif offer.is_local and scale.local_preference == "percent_of_own_points":
        score += economic * value / 100
    elif offer.is_local and scale.local_preference == "percent_of_total":
        score *= 1 + value / 100
    return score


def facts(result):
    """Everything about each bidder that may not depend on the order in which the offers came."""
    return {
        row.offer.bidder: (row.rank, row.exact, row.published, row.decided_by, set(row.behind))
        for row in result.rows
    }


def half_up(exact):
    with localcontext() as context:
        context.prec = 60
        return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(CENT, ROUND_HALF_UP)


@given(offer_lists(), scales)
def test_every_score_is_that_of_the_textbook(offers, scale):  # 5.1-5.5
    result = rank(offers, scale)

    highest = max((Fraction(row.offer.percentage) for row in result.rows), default=0)
    for row in result.rows:
        assert row.exact == textbook(row.offer, highest, scale)
        assert row.published == half_up(row.exact)


@given(offer_lists(), scales)
def test_the_order_is_that_of_the_score_and_then_of_the_chain(offers, scale):  # 5.6
    result = rank(offers, scale)

    published = scale.ranking_values == "published"
    merits = [
        (
            row.published if published else row.exact,
            *(getattr(row.offer, ATTRIBUTES[link]) for link in scale.ties[:-1]),
        )
        for row in result.rows
    ]
    assert merits == sorted(merits, reverse=True)
    assert [row.rank for row in result.rows] == [merits.index(merit) + 1 for merit in merits]
    for (above, merit), row in zip(pairwise(merits), result.rows[1:], strict=True):
        if above != merit:
            differs = [one != other for one, other in zip(above, merit, strict=True)].index(True)
            assert row.decided_by == ("score", *scale.ties)[differs]
    places = [
        tuple(row.offer.bidder for row in rows) for _, rows in groupby(result.rows, lambda row: row.rank)
    ]
    assert result.draw_required == [names for names in places if len(names) > 1]


@given(offer_lists(), scales, st.data())
def test_the_order_in_which_offers_come_decides_nothing(offers, scale, data):
    shuffled = data.draw(st.permutations(offers))

    result, other = rank(offers, scale), rank(shuffled, scale)

    assert facts(result) == facts(other)
    assert list(map(set, result.draw_required)) == list(map(set, other.draw_required))
    assert list(map(set, result.other_order)) == list(map(set, other.other_order))


@given(offer_lists(), scales, st.data())
def test_a_draw_leaves_nobody_tied_and_moves_nobody_else(offers, scale, data):  # F10
    tied = rank(offers, scale)
    draw = data.draw(st.permutations(list(chain.from_iterable(tied.draw_required))))

    drawn = rank(offers, scale, draw=draw)

    assert [row.rank for row in drawn.rows] == list(range(1, len(drawn.rows) + 1))
    assert drawn.draw_required == []
    before = {row.offer.bidder: row.rank for row in tied.rows}
    assert [before[row.offer.bidder] for row in drawn.rows] == sorted(before.values())
    among = [row.offer.bidder for row in drawn.rows if row.offer.bidder in draw]
    for group in tied.draw_required:
        assert [who for who in draw if who in group] == [who for who in among if who in group]


@given(offer_lists(), scales, percentages)
def test_a_rejected_offer_changes_nothing(offers, scale, percentage):  # F7, F11
    more = Offer("rejected", percentage, is_local=True)
    assume(scoring.admit([more], scale)[1])

    without, with_it = rank(offers, scale), rank([*offers, more], scale)

    assert facts(with_it) == facts(without)
    assert with_it.formula == without.formula
    assert with_it.rejected == [*without.rejected, (more, with_it.rejected[-1].code)]


@given(offer_lists(), scales)
def test_every_offer_is_either_ranked_or_rejected(offers, scale):
    result = rank(offers, scale)

    ranked = [row.offer for row in result.rows]
    assert ranked == result.offers
    assert {*ranked, *(entry.offer for entry in result.rejected)} == set(offers)
    assert len(ranked) + len(result.rejected) == len(offers)
    assert all(scale.minimum <= offer.percentage <= (scale.maximum or 100) for offer in ranked)


@given(offer_lists(least=1), scales)
def test_the_highest_percentage_earns_all_the_points(offers, scale):
    result = rank(offers, replace(scale, technical_weight=Decimal(0), maximum=None))
    assume(scale.method != "pure_maximum" and result.formula.highest > 0)

    best = [row for row in result.rows if row.offer.percentage == result.formula.highest]

    all_points, value = Fraction(scale.economic_weight), Fraction(scale.local_value)
    preference = {"none": Fraction(0), "points": value}.get(scale.local_preference, all_points * value / 100)
    for row in best:
        assert row.exact == all_points + (preference if row.offer.is_local else 0)


@given(offer_lists(least=2), scales)
def test_a_higher_percentage_never_earns_less(offers, scale):
    result = rank(offers, scale)

    alike = [row for row in result.rows if (row.offer.is_local, row.offer.technical) == (False, Decimal(70))]
    by_percentage = sorted(alike, key=lambda row: row.offer.percentage)
    assert all(less.exact <= more.exact for less, more in pairwise(by_percentage))
    assert all(less.published <= more.published for less, more in pairwise(by_percentage))


@given(offer_lists(), scales)
def test_lost_points_add_up(offers, scale):
    result = rank(offers, scale)

    most = Fraction(scale.economic_weight) + Fraction(scale.technical_weight)
    lost = lost_points(result)
    assert [most - sum(lost[row.offer.bidder]) for row in result.rows] == [row.exact for row in result.rows]


def inside(value):
    """List every value that a result is made of."""
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return (
            [value, *chain.from_iterable(map(inside, vars(value).values()))]
            if hasattr(value, "__dict__")
            else [value]
        )
    return list(chain.from_iterable(map(inside, value.values() if isinstance(value, dict) else value)))


@given(offer_lists(), scales)
def test_no_float_anywhere(offers, scale):
    result = rank(offers, scale)

    values = inside([result.rows, result.offers, result.formula, result.formula.lines, lost_points(result)])
    assert not [value for value in values if isinstance(value, float)]


def test_the_source_has_no_float_and_only_the_standard_library():
    source = Path(scoring.__file__).read_text()
    nodes = list(ast.walk(ast.parse(source)))

    assert not [node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, float)]
    assert "float" not in {node.id for node in nodes if isinstance(node, ast.Name)}
    imported = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    imported += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
    assert len(source.splitlines()) < 450  # a neighbour reads it whole


@given(offer_lists(), scales)
def test_a_technical_number_equal_for_all_is_as_none_where_it_has_no_weight(offers, scale):
    plain = replace(scale, technical_weight=Decimal(0))

    equal = rank([replace(offer, technical=Decimal(50)) for offer in offers], plain)
    without = rank([replace(offer, technical=None) for offer in offers], plain)

    assert facts(equal) == facts(without)
    assert "technical" not in without.links


def test_two_different_offers_never_share_a_score_out_of_a_hundred():  # F13
    pairs = 0
    for highest in range(1, 10_001):
        near = range(highest, max(0, highest - 12), -1)
        scores = [two_decimals(Fraction(100 * cents, highest)) for cents in near]
        assert all(more > less for more, less in pairwise(scores)), highest
        pairs += len(scores) - 1
    assert pairs == 109_934


def scored(hundredths, weight, method="proportional"):
    """Rank offers of so many hundredths of a per cent with nothing but a draw to settle ties."""
    scale = Scale(
        minimum=Decimal(0),
        zero_forbidden=True,
        method=method,
        economic_weight=Decimal(weight),
        technical_weight=Decimal(0),
        local_preference="none",
        local_value=Decimal(0),
        ranking_values="published",
        ties=("draw",),
    )
    return rank([Offer(str(cents), Decimal(cents) / 100, is_local=False) for cents in hundredths], scale)


@pytest.mark.parametrize("highest", [7, 100, 999, 6_321, 9_999, 10_000])
def test_ranking_every_offer_below_the_highest_meets_no_false_tie(highest):  # F13
    result = scored(range(1, highest + 1), weight=100)

    assert result.draw_required == []
    assert [int(row.offer.bidder) for row in result.rows] == list(range(highest, 0, -1))


def test_out_of_sixty_there_are_false_ties():  # F13, the control
    assert scored([8000, 7999, 7998], weight=60).draw_required == [("7999", "7998")]


def test_every_percentage_can_be_written_read_and_said():
    texts = [f"{cents // 100}.{cents % 100:02d}" for cents in range(10_001)]

    read = [parse_percentage(text) for text in texts]

    assert [str(percentage) for percentage in read] == texts
    assert len({words(percentage) for percentage in read}) == 10_001


@given(st.fractions(0, 200))
def test_a_half_goes_up(exact):
    assert two_decimals(exact) == half_up(exact)


def test_a_half_goes_up_at_the_half_itself():
    exact = ["0.005", "0.00499", "59.985", "0.995", "0", "7"]

    rounded = [str(two_decimals(Fraction(number))) for number in exact]

    assert rounded == ["0.01", "0.00", "59.99", "1.00", "0.00", "7.00"]


@given(offer_lists(), scales)
def test_the_caller_s_decimal_context_changes_nothing(offers, scale):
    with localcontext() as context:
        context.prec = 3
        narrow = facts(rank(offers, scale))

    assert narrow == facts(rank(offers, scale))
