"""What holds whatever people do: firm envelopes, one winner, nothing public too early, a log that replays."""

from decimal import Decimal

from bids.models import Award, Bid, Envelope, Release
from procurement.merkle import root_of
from procurement.models import Event, Log, Tender

from . import seen

OUT = ("not-admitted", "withdrawn", "returned", "submitted", "drafting")


def opened_second(events):
    """Return the keys of the bids whose envelope 2 the log says was opened."""
    return {event.body["facts"]["bid"] for event in events if event.body["action"] == "bid.open_second"}


def envelope_2_of_who_is_out_stays_shut(tender, events):
    """rule 59: nothing of it is known and no share of its key was handed over."""
    lawful = opened_second(events)
    for envelope in Envelope.objects.filter(tender=tender, stage=2).exclude(bid__in=lawful):
        if envelope.bid.state in OUT:
            assert envelope.content is None
            assert envelope.identity == ""
            assert envelope.opened_at is None
            assert not Release.objects.filter(envelope=envelope, mode="release").exists()
    for bid in Bid.objects.filter(tender=tender, offer__isnull=False):
        assert bid.pk in lawful


def one_winner_and_the_best(tender, events):
    """rules 55, 159: one standing award, to the best of the offers that were admitted."""
    standing = list(Award.objects.filter(tender=tender, ended_at=None).select_related("bid", "ranking"))
    if tender.state in ("awarded", "consented"):
        assert len(standing) == 1
    elif tender.state in ("evaluating", "deserted"):
        assert standing == []
    for found in standing:
        rows = found.ranking.body["rows"]
        fallen = found.ranking.awards.exclude(ended_at=None).values_list("bid", flat=True)
        left = [row["published"] for row in rows if int(row["bidder"]) not in fallen]
        assert max(map(Decimal, left)) == found.score
        assert {int(row["bidder"]) for row in rows} <= opened_second(events)
        assert Decimal(found.ranking.body["highest"]) == max(Decimal(row["percentage"]) for row in rows)


def nothing_is_public_before_its_event(tender, events):
    """principle 10: a call from its announcement, an answer from its circular, a name from the act."""
    actions = {event.body["action"] for event in events}
    assert Tender.objects.public().filter(pk=tender.pk).exists() == ("announce" in actions)
    assert tender.terms.published().exists() <= ("announce" in actions)
    assert tender.queries.answered().exists() <= ("circular.publish" in actions)
    assert Envelope.objects.filter(tender=tender, content__isnull=False).exists() <= ("opening" in actions)
    opening = next((event.index for event in events if event.body["action"] == "opening"), len(events))
    before = b"\n".join(event.leaf for event in events[:opening]).decode()
    for bid in Bid.objects.filter(tender=tender).select_related("bidder"):
        assert bid.bidder.name not in before
        assert bid.salt not in before
        assert not any(each in before for each in bid.bidder.identifiers())
    for sale in tender.terms_sales.all():
        assert sale.dni not in before
        assert sale.last_name not in before


def the_log_replays(tender, events):
    """decision 13: no gap, the root over the leaves; its changes of state give the states that there are."""
    head = Log.objects.get(origin=tender.log_origin)
    assert [event.index for event in events] == list(range(head.size))
    assert head.root == root_of([event.leaf for event in events]).hex()
    states = seen.states(tender)
    folded = {thing: seen.first_state(thing[0]) for thing in states}
    for step in seen.steps(events, tender):
        thing = (step.model, step.pk)
        assert folded.get(thing, step.state) == step.state, f"{step} does not begin where the last one ended"
        folded[thing] = step.next_state
    assert {thing: folded[thing] for thing in states} == states


INVARIANTS = [
    envelope_2_of_who_is_out_stays_shut,
    one_winner_and_the_best,
    nothing_is_public_before_its_event,
    the_log_replays,
]


def check(tender):
    events = list(Event.objects.of(tender))
    for invariant in INVARIANTS:
        invariant(tender, events)
