"""Paper envelopes at the desk: with and without account, their hour, what the desk turns away."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from bids.models import Attempt, Bid
from bids.services import paper
from procurement import clock
from procurement.models import Event, Tender
from procurement.services import tenders

from . import bidding
from .refusing import refused
from .world import A_SECOND, DEADLINE
from .world import paper as scan


@pytest.fixture
def tender(world):
    """A call that receives paper: its terms said so before it was announced."""
    tender = world.at("integrated")
    Tender.objects.filter(pk=tender.pk).update(parameters=tender.parameters | {"envelopes.form": "paper"})
    return Tender.objects.get(pk=tender.pk)


def walk_in(world, tender, **other):
    particulars = {"kind": "private", "name": "Wenceslao", "ruc": bidding.ANA, "origin_group": "other"}
    particulars |= bidding.PLACE | {"document_seen": True}
    return paper.walk_in(tender, by=world.clerk, **particulars | other)


@pytest.fixture
def bidder(world, tender):
    """Somebody without account who bought at the till."""
    world.sell(tender, 60, "Wenceslao", "Paz", ruc=bidding.ANA, organization="Wenceslao SAC")
    return walk_in(world, tender)


def receive(world, tender, bidder, **other):
    said = {"received_at": clock.now(), "covers_sealed": True, "photo": scan("solapa.pdf")}
    said |= {"declares_guarantee": True, "by": world.clerk, "bidder": bidder}
    return paper.receive(tender, **said | other)


def test_the_desk_receives_two_closed_envelopes(world, tender, bidder):  # rule 59, decisions 4, 11
    world.move(DEADLINE - A_SECOND)

    bid = receive(world, tender, bidder)

    assert (bid.state, bid.submitted_at) == (Bid.State.SUBMITTED, DEADLINE - A_SECOND)
    assert [(e.stage, e.status) for e in bid.envelopes.all()] == [(1, "presented"), (2, "presented")]


def test_the_log_says_paper_and_not_who(world, tender, bidder):  # decisions 11, 13
    bid = receive(world, tender, bidder)

    leaf = Event.objects.of(tender).latest("index").body
    assert (leaf["actor"], leaf["facts"]["form"]) == (bid.pseudonym, "paper")
    assert bidding.ANA not in str(leaf)
    assert leaf["facts"]["received_by"] == f"user:{world.clerk.pk}"


def test_the_hour_on_the_cover_counts_until_the_close(world, tender, bidder):  # decision 12
    world.move(DEADLINE + timedelta(seconds=30))

    assert refused(receive, world, tender, bidder, received_at=DEADLINE) == ["bid.submission.late"]
    bid = receive(world, tender, bidder, received_at=DEADLINE - A_SECOND)
    assert bid.submitted_at == DEADLINE - A_SECOND

    world.move(DEADLINE + timedelta(seconds=60))
    tenders.close(tender, by=clock.ACTOR)
    again = refused(receive, world, tender, bidder, received_at=DEADLINE - A_SECOND)
    assert again == ["bid.submission.reception-closed"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"covers_sealed": False}, "paper.reception.not-sealed"),
        ({"received_at": DEADLINE}, "paper.reception.in-the-future"),
        ({"declares_guarantee": False}, "bid.submission.bid-bond-missing"),
        ({"photo": SimpleUploadedFile("x.jpg", b"#!/bin/sh")}, "document.file.type-not-allowed"),
    ],
)
def test_what_the_desk_turns_away_is_kept(world, tender, bidder, said, code):  # decision 11
    assert code in refused(receive, world, tender, bidder, **said)

    assert Attempt.objects.get().code == code
    assert not Bid.objects.exclude(state="drafting").exists()


def test_who_did_not_buy_hands_nothing_in(world, tender):  # rule 35
    bidder = walk_in(world, tender)

    assert refused(receive, world, tender, bidder) == ["bid.submission.not-buyer"]


def test_an_unseen_document_registers_nobody(world, tender):  # decision 3
    assert refused(walk_in, world, tender, document_seen=False) == ["paper.reception.document-not-seen"]


def test_a_second_pair_replaces_the_first(world, tender, bidder):  # rule 59
    receive(world, tender, bidder)

    bid = receive(world, tender, bidder)

    assert bid.seq == 2
    assert bid.envelopes.presented().count() == 2
    assert bid.envelopes.filter(status="replaced").count() == 2


def test_a_letter_withdraws_paper(world, tender, bidder):  # rule 59
    bid = receive(world, tender, bidder)
    letter = {"received_at": clock.now(), "by": world.clerk}

    assert refused(paper.withdraw, bid, letter_signed=False, **letter) == ["paper.withdrawal.not-signed"]
    assert paper.withdraw(bid, letter_signed=True, **letter).state == Bid.State.WITHDRAWN


def test_no_paper_where_the_terms_want_digital(world):  # decision 11
    tender = world.at("integrated")

    assert refused(walk_in, world, tender) == ["paper.reception.not-paper"]


def test_only_the_desk_receives(world, tender, bidder):  # decision 4
    for stranger in (world.chair, world.observer, world.outsider):
        with pytest.raises(PermissionDenied):
            receive(world, tender, bidder, by=stranger)


def test_a_bidder_with_account_brings_paper_too(world, tender):  # decision 4
    bidder = bidding.register(world.outsider, bidding.BETO, "Otto SAC")
    bidding.buy(world, tender, world.outsider, ruc=bidder.ruc, organization="Otto SAC")
    known = walk_in(world, tender, ruc=bidder.ruc)

    bid = receive(world, tender, known)

    assert (known, bid.bidder.account) == (bidder, world.outsider)
