"""Where a bid lost its points: for whatever was offered, the list adds up to what is lacking."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bids import lost, scoring

POINTS = st.decimals(0, 100, places=2)


@st.composite
def calls(draw):
    technical = draw(st.sampled_from(["0", "20", "33.33", "50"]))
    preference = draw(st.sampled_from(scoring.CHOICES["local_preference"]))
    scale = scoring.Scale(
        minimum=Decimal("0.50"),
        zero_forbidden=True,
        method=draw(st.sampled_from(scoring.CHOICES["method"])),
        economic_weight=Decimal(100) - Decimal(technical),
        technical_weight=Decimal(technical),
        local_preference=preference,
        local_value=Decimal(0) if preference == "none" else draw(st.decimals(0, 20, places=2)),
        ranking_values="published",
        ties=("percentage", "draw"),
    )
    offered = draw(st.lists(st.tuples(POINTS, st.booleans(), POINTS), min_size=1, max_size=8))
    offers = [scoring.Offer(str(number), *offer) for number, offer in enumerate(offered)]
    return scale, scoring.rank(offers, scale)


def kept(row, formula):
    """Return a row as a ranking keeps it."""
    parts = {name: str(part) for name, part in formula.parts(row.offer)._asdict().items()}
    return {"parts": parts, "published": str(row.published)}


@given(calls())
def test_what_is_listed_adds_up_to_100_less_the_score(call):
    scale, result = call
    stated = {name: str(value) for name, value in vars(scale).items()}
    for row in result.rows:
        listed = lost.losses(kept(row, result.formula), stated)
        assert sum(loss.points for loss in listed) == 100 - row.published
        assert all(loss.points for loss in listed)
        rounding = [loss.points for loss in listed if loss.cause == "rounding"]
        assert all(abs(points) <= Decimal("0.02") for points in rounding)
        exact = scoring.lost_points(result)[row.offer.bidder]
        for loss in listed:
            if loss.cause != "rounding":
                assert loss.points == lost.signed(getattr(exact, loss.cause))


def test_the_best_offer_without_a_technical_proposal_lost_nothing():
    row = {"parts": {"economic": "100", "technical": "0", "local": "0"}, "published": "100.00"}
    assert lost.losses(row, {"economic_weight": "100", "technical_weight": "0"}) == []


def test_a_preference_gives_points_back():
    row = {"parts": {"economic": "95", "technical": "0", "local": "10"}, "published": "105.00"}
    listed = lost.losses(row, {"economic_weight": "100", "technical_weight": "0"})
    assert listed == [lost.Loss("economic", Decimal("5.00")), lost.Loss("local", Decimal("-10.00"))]
