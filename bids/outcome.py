"""What a bidder reads of their own bid after the close: no more than everybody, and what is asked of them."""

from bids.guards.evaluation import first_result_of
from procurement.guards.award import award_of

SECRET = ("not-admitted", "qualified")  # until the result of envelope 1 is out, for all at once
NOTHING_COUNTS = ("drafting", "withdrawn", "returned")


def state_told(bid):
    """Return the state of a bid as its bidder may know it."""
    hidden = bid.state in SECRET and first_result_of(bid.tender) is None
    return bid.State.OPENED if hidden else bid.State(bid.state)


def outcome(bid):
    """Return how the bid stands: its state, what is asked of the bidder, the result and the award."""
    award = award_of(bid.tender)
    told = state_told(bid)
    return {
        "told": told,
        "counts": bid.state not in NOTHING_COUNTS,
        "asked": bid.defects.filter(answered_at=None, settled_at=None),
        "result": first_result_of(bid.tender),
        "award": award,
        "won": award is not None and award.bid_id == bid.pk,
    }
