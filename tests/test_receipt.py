"""What others may learn before the close: nothing; and what the log shows afterwards."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bids.services import submission
from procurement import clock, merkle
from procurement.models import Event, Tender
from procurement.services import changes, tenders

from . import bidding
from .world import DEADLINE


@pytest.fixture
def tender(world):
    return world.at("integrated")


def log_of(client, tender):
    return json.loads(client.get(f"/tenders/{tender.pk}/log.json").content)


def receipts_public(tender, when):
    Tender.objects.filter(pk=tender.pk).update(parameters=tender.parameters | {"receipts_public": when})


def test_until_the_close_the_log_counts_no_bids(client, world, tender):  # decision 16
    before = log_of(client, tender)
    bidding.present_all(world, tender)

    assert log_of(client, tender) == before
    assert "manifest" not in client.get(f"/tenders/{tender.pk}/log/").content.decode()

    world.move(DEADLINE + timedelta(seconds=60))
    tenders.close(tender, by=clock.ACTOR)
    after = log_of(client, tender)
    actions = [leaf["action"] for leaf in after["leaves"]]
    assert actions.count("manifest") == 6
    assert after["leaves"][: len(before["leaves"])] == before["leaves"]


def test_what_is_shown_has_its_own_root(client, world, tender):  # decision 13
    bidding.present_all(world, tender)

    shown = log_of(client, tender)

    leaves = [event.leaf for event in Event.objects.of(tender).order_by("index")][: shown["size"]]
    assert shown["root"] == merkle.root_of(leaves).hex()
    assert shown["leaves"][-1]["action"] == "integrate" or shown["size"] == len(leaves)


def test_where_the_terms_say_so_every_presentation_shows(client, world, tender):  # decision 16
    receipts_public(tender, "presentation")
    bidding.present_all(world, tender)

    actions = [leaf["action"] for leaf in log_of(client, tender)["leaves"]]
    page = client.get(f"/tenders/{tender.pk}/").content.decode()

    assert actions.count("manifest") == 6
    assert "2 " in page


def test_nobody_learns_who_bids_before_the_opening(client, world, tender):  # rule 59
    bids = bidding.present_all(world, tender)
    addresses = ["", "log/", "log.json", "minutes/", "custodians/", "people/"]
    for reader in (None, world.chair, world.observer, world.mayor, world.beto):
        client.logout()
        if reader:
            client.force_login(reader)
        for address in addresses:
            shown = client.get(f"/tenders/{tender.pk}/{address}").content.decode()
            assert bids[0].bidder.name not in shown
            assert bids[0].bidder.ruc not in shown
            assert bids[0].pseudonym not in shown


def test_returned_envelopes_are_not_opened_nor_kept(
    world, tender, django_capture_on_commit_callbacks
):  # decision 19
    bids = bidding.present_all(world, tender)
    world.agree(tender, purpose="return", number="009-2026")
    changes.return_to_phase(tender, reason="Un dato del estudio estaba mal", by=world.manager)
    tender = Tender.objects.get(pk=tender.pk)
    assert tender.round == 2

    paths = [Path(each.ciphertext.path) for bid in bids for each in bid.envelopes.presented()]
    assert paths
    assert all(path.exists() for path in paths)
    with django_capture_on_commit_callbacks(execute=True):
        returned = submission.return_earlier_rounds(tender, by=world.secretary)

    assert not any(path.exists() for path in paths)
    assert {bid.pk for bid in returned} == {bid.pk for bid in bids}
    for bid in bids:
        bid.refresh_from_db()
        assert bid.state == "returned"
        assert set(bid.envelopes.values_list("status", flat=True)) == {"returned"}
    again = submission.begin(tender, bidder=bids[0].bidder, by=world.ana)
    assert (again.round, again.seq) == (2, 0)


@pytest.mark.parametrize("address", ["custodians/", "log/", ""])
def test_a_page_asks_the_same_however_many_bid(client, world, tender, address):
    receipts_public(tender, "presentation")
    client.force_login(world.secretary)
    page = f"/tenders/{tender.pk}/{address}"
    client.get(page)
    with CaptureQueriesContext(connection) as empty:
        client.get(page)
    bidding.present_all(world, tender)
    with CaptureQueriesContext(connection) as full:
        client.get(page)

    assert len(full) <= len(empty) + 2  # one more kind of person to name, not one for each bid
