"""A bid whose commitment came by another way before the hour, while the service failed (terms 35.4)."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.urls import reverse

from bids import sealing
from bids.services import commitments
from procurement import clock
from procurement.models import Event, Minutes, Outage
from procurement.services import tenders

from . import bidding
from .receiving import Device
from .refusing import refused
from .world import A_SECOND, DEADLINE

EVERYWHERE = ["notary", "jvs", "mailbox"]
HOUR = DEADLINE - timedelta(minutes=20)


@pytest.fixture
def tender(world):
    return world.at("integrated")


@pytest.fixture
def device(world, tender):
    """A bidder who has sealed, and finds the page down; ten minutes after the deadline it is back."""
    found = Device(bidding.buyers(world, tender)[0]).seal()
    Outage.objects.create(
        start=DEADLINE - timedelta(hours=1), end=DEADLINE + timedelta(minutes=5), note="Sin luz"
    )
    world.move(DEADLINE + timedelta(minutes=10))
    return found


def head(device, **changed):
    parts = [{"manifest": manifest, "sig": sig} for manifest, sig in device.parts]
    document = {"v": "convoca/sealed/1", "tender": "x", "parts": parts, "declared": ["bid_guarantee"]}
    return json.dumps(document | changed).encode() + b"\n"


def enter(world, tender, data, **changed):
    told = {"received_at": HOUR, "reached": EVERYWHERE, "evidence": "Cuaderno del notario, folio 12, 14:40"}
    return commitments.enter(tender, file=BytesIO(data), by=world.clerk, **told | changed)


def test_it_counts_from_the_hour_at_which_the_last_of_the_three_had_it(world, tender, device):  # decision 12
    bid = enter(world, tender, head(device))

    bodies = [event.body for event in Event.objects.of(tender).order_by("index")]
    entered = [body["action"] for body in bodies][-6:]
    assert (bid.state, bid.submitted_at) == ("submitted", HOUR)
    assert entered == ["contingency", "bid.submit", "manifest", "manifest", "manifest", "minutes"]
    assert "folio 12" in Minutes.objects.get(tender=tender, kind="contingency-bid").text
    assert str(bid.bidder) not in Minutes.objects.get(tender=tender, kind="contingency-bid").text


def test_it_stands_in_the_list_to_open_and_its_bytes_are_taken(world, tender, device):  # decision 12
    enter(world, tender, head(device) + b"and the bytes of a whole carrier")
    device.bid = bidding.bid_again(device.bid)
    device.send_all()
    Outage.objects.all().delete()  # as if the committee had decided
    closed = tenders.close(tender, by=clock.ACTOR)

    bodies = [event.body for event in Event.objects.of(closed).order_by("index")]
    listed = [row.manifest for row in sealing.opening_list(bodies, 2).to_open]
    assert listed == [device.sealed[2, "public"][0].id]
    assert not device.bid.envelopes.presented().filter(received_at=None).exists()


@pytest.mark.parametrize(
    ("received_at", "codes"),
    [
        (DEADLINE - A_SECOND, None),
        (DEADLINE, ["bid.contingency.late"]),
        (DEADLINE + A_SECOND, ["bid.contingency.late"]),
        (DEADLINE + timedelta(hours=1), ["bid.contingency.in-the-future", "bid.contingency.late"]),
    ],
)
def test_the_hour_decides_to_the_second(world, tender, device, received_at, codes):  # decision 12
    if codes is None:
        assert enter(world, tender, head(device), received_at=received_at).submitted_at == received_at
    else:
        assert refused(enter, world, tender, head(device), received_at=received_at) == codes
        assert not tender.bids.presented().exists()


def test_it_reached_all_three_or_does_not_count(world, tender, device):  # decision 12
    for two in (EVERYWHERE[:2], EVERYWHERE[1:], []):
        assert refused(enter, world, tender, head(device), reached=two) == ["bid.contingency.not-everywhere"]


def test_without_a_failure_in_the_ledger_bids_come_by_the_page(world, tender, device):  # decision 12
    Outage.objects.all().delete()

    assert refused(enter, world, tender, head(device)) == ["bid.contingency.no-outage"]


def test_after_the_close_nothing_enters(world, tender, device):  # decision 12
    Outage.objects.all().delete()
    tenders.close(tender, by=clock.ACTOR)
    Outage.objects.create(start=DEADLINE - timedelta(hours=1), end=DEADLINE, note="Sin luz")

    assert "bid.submission.reception-closed" in refused(enter, world, tender, head(device))


def test_what_is_no_commitment_of_a_bid_here_is_refused(world, tender, device):  # decision 12
    assert refused(enter, world, tender, b"%PDF") == ["bid.contingency.unreadable"]
    assert refused(enter, world, tender, head(device, parts=[])) == ["bid.contingency.unreadable"]
    forged = [({**manifest, "seq": 2}, sig) for manifest, sig in device.parts]
    rows = [{"manifest": manifest, "sig": sig} for manifest, sig in forged]
    assert refused(enter, world, tender, head(device, parts=rows))[0].startswith("envelope.")
    rows = [{"manifest": {**manifest, "bidder": "0" * 64}, "sig": sig} for manifest, sig in device.parts]
    assert refused(enter, world, tender, head(device, parts=rows)) == ["bid.contingency.unknown-bidder"]
    assert not Event.objects.of(tender).filter(body__action="contingency").exists()


def test_only_the_desk_enters_it_on_its_page(world, tender, device, client):  # decision 4
    with pytest.raises(PermissionDenied):
        commitments.enter(
            tender,
            file=BytesIO(head(device)),
            received_at=HOUR,
            reached=EVERYWHERE,
            evidence="x",
            by=world.chair,
        )
    page = reverse("desk-contingency", args=[tender.pk])
    client.force_login(world.chair)
    assert client.get(page).status_code == 403
    client.force_login(world.clerk)
    assert page in client.get(reverse("desk", args=[tender.pk])).content.decode()
    typed = {
        "received_at_0": "2026-04-24",
        "received_at_1": "14:40",
        "reached": EVERYWHERE,
        "evidence": "Correo",
    }

    sent = client.post(page, typed | {"file": ContentFile(head(device), "compromiso.json")})

    assert sent.status_code == 302
    assert tender.bids.presented().get().submitted_at == HOUR
