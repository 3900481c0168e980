"""What the sealing program asks and tells over the line, and the public list of sealed envelopes."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from bids.models import Attempt
from bids.templatetags.sealing import in_groups, program_digest, receipt_code
from procurement import clock
from procurement.models import Tender
from procurement.services import tenders

from . import bidding
from .receiving import Device
from .world import DEADLINE


@pytest.fixture
def tender(world):
    return world.at("integrated")


@pytest.fixture
def device(world, tender):
    return Device(bidding.buyers(world, tender)[0]).seal()


@pytest.fixture
def ana(client, device):
    client.force_login(device.by)
    return client


def url(device, name, *more):
    return reverse(name, args=[device.bid.tender_id, *more])


def post(client, address, document):
    return client.post(address, json.dumps(document), content_type="application/json")


def presented(client, device):
    parts = [{"manifest": manifest, "sig": sig} for manifest, sig in device.parts]
    return post(client, url(device, "bid-manifests"), {"parts": parts, "declared": ["bid_guarantee"]})


def put(client, awaited, offset, piece):
    address = f"{awaited['url']}?offset={offset}"
    return client.put(address, piece, content_type="application/octet-stream")


def test_the_program_is_told_all_that_it_needs_and_no_secret(ana, device):
    told = ana.get(url(device, "bid-told")).json()

    assert [kit["stage"] for kit in told["kits"]] == [1, 2]
    assert (told["bidder"], told["key"], told["last"], told["standing"]) == (
        device.bid.pseudonym,
        "",
        [],
        [],
    )
    assert device.bid.salt not in json.dumps(told)
    assert "routes" not in ana.get(url(device, "bid-told-file")).json()


def test_the_program_for_no_network_may_come_from_another_bodys_host(ana, device, settings):
    here = ana.get(url(device, "bid-write")).content.decode()
    settings.SEALING_ORIGIN = "https://sobres.example"
    apart = ana.get(url(device, "bid-write")).content.decode()

    assert "/static/bids/sobre.html" in here
    assert "https://sobres.example/sobre.html" in apart
    assert in_groups(program_digest()) in here
    assert in_groups(program_digest()) in apart


def test_presenting_and_sending_over_the_line(ana, device):
    answer = presented(ana, device)
    rows = answer.json()["standing"]
    by_name = {sealed.id: data for sealed, data in device.sealed.values()}

    assert (answer.status_code, len(rows)) == (200, 3)
    for row in rows:
        data = by_name[row["manifest"]]
        half = len(data) // 2
        assert put(ana, row, 0, data[:half]).json()["offset"] == half
        again = put(ana, row, 0, data[:half])  # the answer was lost
        assert (again.status_code, again.json()["offset"]) == (409, half)
        assert ana.get(row["url"]).json()["received"] is False
        assert put(ana, row, half, data[half:]).json()["received"] is True
    assert not device.bid.envelopes.filter(received_at=None).exists()


@pytest.mark.parametrize("body", ["", "[]", "nada", '{"parts": 1}', '{"parts": [1]}', '{"declared": {}}'])
def test_what_is_no_request_is_refused(ana, device, body):
    answer = ana.post(url(device, "bid-manifests"), body, content_type="application/json")

    assert answer.status_code == 422
    assert answer.json()["refusals"][0]["code"] == "envelope.shape.invalid"


def test_a_late_request_is_refused_and_kept(ana, device, world):  # rule 59
    world.move(DEADLINE)

    answer = presented(ana, device)

    assert answer.json()["refusals"][0]["code"] == "bid.submission.late"
    assert Attempt.objects.get().code == "bid.submission.late"


def test_a_piece_without_its_place_or_too_large_is_refused(ana, device):
    row = presented(ana, device).json()["standing"][0]

    nowhere = ana.put(row["url"], b"x", content_type="application/octet-stream")
    large = put(ana, row, 0, bytes((4 << 20) + 1))

    assert (nowhere.status_code, nowhere.json()["refusals"][0]["code"]) == (409, "bid.upload.another-place")
    assert (large.status_code, large.json()["refusals"][0]["code"]) == (422, "bid.upload.piece-too-large")


def test_nobody_sees_or_sends_to_an_envelope_of_another(ana, device, client, world):
    row = presented(ana, device).json()["standing"][0]
    client.force_login(world.beto)

    assert client.get(row["url"]).status_code == 404
    assert put(client, row, 0, b"x").status_code == 404


def test_a_withdrawal_needs_the_signature_of_every_envelope(ana, device):
    presented(ana, device)
    address = url(device, "bid-withdrawals")

    assert post(ana, address, {"signatures": {}}).json()["refusals"][0]["code"] == (
        "bid.withdrawal.signature-invalid"
    )
    assert post(ana, address, {"signatures": []}).status_code == 422


# The public list


def codes(device):
    return [receipt_code(each.manifest_sha256) for each in device.bid.envelopes.presented()]


def test_the_code_of_the_receipt_stands_in_the_public_list_once_it_is_public(
    ana, device, tender, world, client
):
    presented(ana, device)
    receipt = ana.get(url(device, "bid-receipt")).content.decode()
    assert all(code in receipt for code in codes(device))
    client.logout()
    before = client.get(url(device, "sealed-list")).content.decode()

    world.move(DEADLINE + timedelta(seconds=60))
    tenders.close(tender, by=clock.ACTOR)
    after = client.get(url(device, "sealed-list")).content.decode()

    assert not any(code in before for code in codes(device))
    assert all(code in after for code in codes(device))
    assert str(device.bid.bidder) not in after  # names from the opening


def test_the_list_is_public_from_the_presentation_where_the_terms_say_so(ana, device, tender, client):
    tender = Tender.objects.get(pk=tender.pk)
    Tender.objects.filter(pk=tender.pk).update(
        parameters=tender.parameters | {"receipts_public": "presentation"}
    )
    presented(ana, device)
    client.logout()

    shown = client.get(url(device, "sealed-list")).content.decode()

    assert all(code in shown for code in codes(device))
