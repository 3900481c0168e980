"""Bidders: kinds, RUC and its confirmation, who may change what."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from bids.models import Bidder
from bids.services import bidders, submission
from bids.shareholding import Share
from procurement.log import INSTALLATION
from procurement.models import Event

from . import bidding
from .refusing import refused

HALF = Decimal("50.00")


def test_a_bidder_is_registered_and_nothing_of_it_is_public(world):  # rules 9, 11
    bidder = bidding.register(world.outsider, bidding.ANA, "Otto SAC")

    event = Event.objects.of(INSTALLATION).latest("index")
    assert (event.body["action"], event.body["actor"], event.body["facts"]) == (
        "bidder.register",
        "bidder",
        {},
    )
    assert event.private_part.content["ruc"] == bidder.ruc


@pytest.mark.parametrize(
    ("ruc", "code"),
    [
        ("20123456789", "bidder.ruc.wrong"),
        ("2012345678", "bidder.ruc.wrong"),
        ("", "bidder.ruc.missing"),
    ],
)
def test_a_ruc_has_its_check_digit(world, ruc, code):  # decision 3
    assert refused(bidding.register, world.outsider, ruc, "Otto SAC") == [code]


def test_one_ruc_one_bidder(world):  # decision 3
    bidding.register(world.outsider, bidding.ANA, "Otto SAC")

    assert refused(bidding.register, world.atm, bidding.ANA, "Aldo SAC") == ["bidder.ruc.taken"]


def test_a_consortium_in_formation_has_no_ruc(world):  # rule 13, decision 14
    members = [Share("member", "Una", HALF, bidding.ANA), Share("member", "Otra", HALF, "40000040")]

    bidder = bidding.register(world.outsider, "", "Consorcio", kind="consortium", members=members)

    assert bidder.identifiers() == sorted([bidding.ANA, "40000040"])


def test_the_documents_of_members_are_read(world):  # decision 14
    members = [Share("member", "Una", HALF, bidding.ANA), Share("member", "Otra", HALF, "123")]

    codes = refused(bidding.register, world.outsider, "", "Consorcio", kind="consortium", members=members)

    assert codes == ["bidder.holder.document-wrong"]


def test_the_till_confirms_a_ruc_that_it_has_seen(world):  # decision 3
    tender = world.at("announced")
    bidder = bidding.register(world.outsider, bidding.ANA, "Otto SAC")

    bidders.confirm(tender, ruc=bidder.ruc, document_seen=True, by=world.treasurer)

    bidder.refresh_from_db()
    assert (bidder.confirmed_by, bidder.confirmed_at is not None) == (world.treasurer, True)


def test_the_till_confirms_nothing_unseen_or_unknown(world):  # decision 3
    tender = world.at("announced")
    unseen = {"ruc": bidding.ANA, "document_seen": False, "by": world.treasurer}

    assert refused(bidders.confirm, tender, **unseen) == ["bidder.ruc.document-not-seen"]
    assert refused(bidders.confirm, tender, **unseen | {"document_seen": True}) == ["bidder.ruc.not-found"]
    with pytest.raises(PermissionDenied):
        bidders.confirm(tender, **unseen | {"by": world.chair})


def test_a_ruc_seen_at_the_purchase_is_confirmed(world):  # decision 3
    tender = world.at("announced")
    bidding.buy(world, tender, world.outsider, ruc=bidding.ANA, organization="Otto SAC")

    bidder = bidding.register(world.outsider, bidding.ANA, "Otto SAC")

    assert bidder.confirmed_by == world.treasurer


def test_another_ruc_is_confirmed_anew(world):  # decision 3
    tender = world.at("announced")
    bidder = bidding.register(world.outsider, bidding.ANA, "Otto SAC")
    bidders.confirm(tender, ruc=bidder.ruc, document_seen=True, by=world.treasurer)

    same = bidders.amend(bidder, by=world.outsider, name="Otto EIRL")
    other = bidders.amend(bidder, by=world.outsider, ruc=bidding.BETO)

    assert (same.confirmed_at is None, other.confirmed_at) == (False, None)


def test_particulars_stay_while_a_bid_stands(world):  # decision 14
    bid, _other = bidding.buyers(world, world.at("integrated"))
    bidding.present(bid)

    codes = refused(bidders.amend, bid.bidder, by=bid.bidder.account, name="Otra")

    assert codes == ["bidder.particulars.presented"]


def test_nobody_touches_anothers_bidder(world):  # decision 3
    bidder = bidding.register(world.outsider, bidding.ANA, "Otto SAC")
    tender = world.at("announced")

    with pytest.raises(PermissionDenied):
        bidders.amend(bidder, by=world.chair, name="Otra")
    with pytest.raises(PermissionDenied):
        submission.begin(tender, bidder=bidder, by=world.chair)
    assert list(Bidder.objects.of(world.chair)) == []
    assert list(Bidder.objects.of(world.outsider)) == [bidder]


def test_a_personal_ruc_says_whose_it_is(world):  # decision 2
    bidder = bidding.register(world.outsider, "10000000111", "Rosa")

    assert "00000011" in bidder.documents()  # the chair's DNI
