"""Many at once on what lies below a tender: bids, sales, queries, acts; its row is the lock of them all."""

import pytest

from bids.models import Attempt, Bid
from bids.services import award, opening, submission
from procurement import clock
from procurement.models import Event, TermsSale
from procurement.services import queries, sale

from . import bidding, deciding
from .test_race import PEOPLE, at_once, won_once
from .world import account

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def happened(action):
    return Event.objects.filter(body__action=action).count()


def requests(world, tender):
    """Let as many people as there are ask for the terms; return their requests."""
    buyers = [account(200 + i, "Zoila", f"Compra {i}") for i in range(PEOPLE)]
    named = [{"first_name": each.first_name, "last_name": each.last_name, "dni": each.dni} for each in buyers]
    return [sale.request(tender, by=each, **who) for each, who in zip(buyers, named, strict=True)]


def paid(world, purchase, **how):
    price = sale.price_for(purchase)
    return sale.pay(purchase, amount=price, document_seen=True, by=world.treasurer, **how)


def test_a_bid_is_presented_once(world):  # decision 12
    bid, _other = bidding.buyers(world, world.at("integrated"))
    bidding.seal(bid)

    outcomes = at_once(lambda i: submission.present(bid, stamp=clock.now(), by=world.ana))

    assert won_once(outcomes, "bid.submission.envelope-missing")
    assert happened("bid.submit") == 1
    assert Bid.objects.get(pk=bid.pk).seq == 1
    assert Attempt.objects.filter(bidder=bid.bidder).count() == PEOPLE - 1  # each refusal is kept


def test_a_voucher_pays_one_purchase(world):  # domain 4.11: voucher unique
    waiting = requests(world, world.at("announced"))

    outcomes = at_once(lambda i: paid(world, waiting[i], method="transfer", voucher="OP-7"))

    assert won_once(outcomes, "terms.sale.voucher-repeated")
    assert TermsSale.objects.bought().count() == 1


def test_receipts_are_numbered_without_gap_or_double(world):  # decision 10
    waiting = requests(world, world.at("announced"))

    assert at_once(lambda i: paid(world, waiting[i], method="cash")) == ["done"] * PEOPLE
    receipts = TermsSale.objects.order_by("receipt").values_list("receipt", flat=True)
    assert list(receipts) == list(range(1, PEOPLE + 1))


def test_queries_are_numbered_without_gap_or_double(world):  # rule 47
    bought = [paid(world, each, method="cash")[0] for each in requests(world, world.at("announced"))]

    def ask(i):
        queries.ask(bought[i], text=f"¿Duda {i} sobre la garantía?", by=bought[i].buyer)

    assert at_once(ask) == ["done"] * PEOPLE
    numbers = bought[0].tender.queries.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, PEOPLE + 1))


def test_an_act_is_convened_once_and_begun_once(world):  # rule 162
    tender = world.at("closed")

    assert won_once(at_once(lambda i: deciding.convene(world, tender)), "opening.act.already-convened")

    act = tender.opening_acts.get()
    world.move(act.planned_at)
    outcomes = at_once(lambda i: opening.begin(act, present=deciding.members(world), by=world.chair))
    assert won_once(outcomes, "openingact.begin.wrong-state")
    assert (happened("openingact.begin"), happened("begin_evaluation")) == (1, 1)


def test_a_tender_is_awarded_once(world):  # rule 159
    tender = world.at("evaluating")
    deciding.rank(world, tender)

    outcomes = at_once(lambda i: award.award(tender, by=world.chair))

    assert won_once(outcomes, "tender.award.wrong-state")
    assert tender.awards.count() == happened("award") == 1
