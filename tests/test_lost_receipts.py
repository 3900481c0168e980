"""A receipt that proves what the log lost, when an older copy was put back."""

import base64
import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse

from bids.services import lost_receipts
from procurement import clock, log_key, merkle, signed_note
from procurement.log import instant
from procurement.models import Event, Tender
from procurement.workflow import Blocked

from . import bidding


@pytest.fixture
def tender(log_key_made, world):
    found = world.at("integrated")
    world.move(found.schedule.submission_deadline - timedelta(days=1))
    world.bids = bidding.buyers(world, found)
    return found


def lost_leaf(tender):
    """Return what the log of before the loss had next: a presentation."""
    facts = {"manifest": "ab" * 32, "stage": 1}
    index = Event.objects.of(tender).count()
    body = {
        "index": index,
        "action": "manifest",
        "actor": "cd" * 32,
        "at": instant(clock.now()),
        "facts": facts,
    }
    return json.dumps(body).encode()


def receipt(tender, leaf, *, seed=None, index=None):
    """Return a receipt as a bidder saved it: leaf, proof, and the head that our key signed then."""
    leaves = [event.leaf for event in Event.objects.of(tender).order_by("index")] + [leaf]
    index = len(leaves) - 1 if index is None else index
    head = signed_note.Checkpoint(tender.log_origin, len(leaves), merkle.root_of(leaves))
    path = [merkle.root_of(leaves[start:end]) for start, end in merkle.inclusion(index, len(leaves))]
    row = {
        "index": index,
        "leaf": leaves[index].decode(),
        "proof": [base64.b64encode(each).decode() for each in path],
        "checkpoint": signed_note.sign(head, seed or log_key.present()),
    }
    return BytesIO(json.dumps({"receipts": [row]}).encode())


def refused(tender, file, by):
    with pytest.raises(Blocked) as refusal:
        lost_receipts.enter(tender, file=file, by=by)
    return refusal.value.codes


def test_what_a_receipt_proves_is_noted_once_and_shown_when_the_number_is_public(tender, world, client):
    leaf = lost_leaf(tender)
    client.force_login(world.ana)

    client.post(reverse("receipt-lost", args=[tender.pk]), {"file": receipt(tender, leaf)})
    again = refused(tender, receipt(tender, leaf), world.ana)
    hidden = client.get(reverse("sealed-list", args=[tender.pk])).content.decode()
    Tender.objects.filter(pk=tender.pk).update(
        parameters=tender.parameters | {"receipts_public": "presentation"}
    )
    shown = client.get(reverse("sealed-list", args=[tender.pk])).content.decode()

    [noted] = lost_receipts.noted(tender)
    assert (noted["manifest"], noted["was"]) == ("ab" * 32, "manifest")
    assert again == ["receipt.file.noted"]
    assert ("ABAB ABAB ABAB" in hidden, "ABAB ABAB ABAB" in shown) == (False, True)


def test_what_is_no_proof_or_stands_is_refused(tender, world):
    leaf = lost_leaf(tender)
    whole = json.loads(receipt(tender, leaf).read())
    whole["receipts"][0]["leaf"] = leaf.decode().replace("abab", "acac")
    changed = BytesIO(json.dumps(whole).encode())

    assert refused(tender, receipt(tender, leaf, seed=b"x" * 32), world.ana) == ["receipt.file.unproved"]
    assert refused(tender, changed, world.ana) == ["receipt.file.unproved"]
    assert refused(tender, BytesIO(b"{}"), world.ana) == ["receipt.file.unproved"]
    assert refused(tender, receipt(tender, leaf, index=3), world.ana) == ["receipt.file.stands"]
    assert lost_receipts.noted(tender) == []


def test_the_receipt_of_a_bid_that_stands_says_so(tender, world, client):
    bidding.present(world.bids[0], "10.20")
    client.force_login(world.ana)
    saved = client.get(reverse("bid-receipt-json", args=[tender.pk])).content

    assert refused(tender, BytesIO(saved), world.ana) == ["receipt.file.stands"]


@pytest.mark.parametrize("size", range(1, 18))
def test_a_path_leads_to_the_root_and_another_does_not(size):
    leaves = [bytes([each]) for each in range(size)]
    root = merkle.root_of(leaves)
    for index, leaf in enumerate(leaves):
        path = [merkle.root_of(leaves[start:end]) for start, end in merkle.inclusion(index, size)]
        assert merkle.root_through(leaf, index, size, path) == root
        assert merkle.root_through(b"other", index, size, path) != root
