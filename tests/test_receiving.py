"""Envelopes sealed on the bidder's device: presented by manifest, received in pieces until the grace ends."""

import fcntl
import os
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from bids import sealing
from bids.models import Attempt, Bid, Envelope
from bids.services import envelopes, opening, receiving
from procurement import clock
from procurement.models import Event
from procurement.services import tenders

from . import bidding
from .receiving import Device
from .refusing import refused
from .world import A_MICROSECOND, A_SECOND, DEADLINE

GRACE = timedelta(minutes=120)


@pytest.fixture
def tender(world):
    return world.at("integrated")


@pytest.fixture
def device(world, tender):
    return Device(bidding.buyers(world, tender)[0]).seal()


def leaves(tender, *actions):
    bodies = [event.body for event in Event.objects.of(tender).order_by("index")]
    return [body for body in bodies if body["action"] in actions]


def listed(tender, stage):
    bodies = [event.body for event in Event.objects.of(tender).order_by("index")]
    return [(row.bidder, row.part) for row in sealing.opening_list(bodies, stage).to_open]


# Presenting


def test_what_is_presented_before_its_bytes_are_here_counts(device):  # rule 59, decision 12
    bid = device.present()

    assert bid.state == Bid.State.SUBMITTED
    assert {(e.stage, e.part, e.status, e.received_at) for e in bid.envelopes.all()} == {
        (1, "public", "presented", None),
        (1, "reserved", "presented", None),
        (2, "public", "presented", None),
    }
    assert len(leaves(bid.tender, "manifest")) == 3


def test_the_stamp_decides_to_the_microsecond(device):  # rule 59, decision 12
    late = refused(device.present, stamp=DEADLINE)
    after = refused(device.present, stamp=DEADLINE + A_SECOND)

    assert late == after == ["bid.submission.late"]
    assert [each.digest for each in Attempt.objects.all()] == [name(device)] * 2
    assert device.present(stamp=DEADLINE - A_MICROSECOND).submitted_at == DEADLINE - A_MICROSECOND


def name(device):
    return sealing.fingerprint(device.parts[0][0])


def test_presenting_again_what_stands_changes_nothing(device):  # the answer was lost on its way
    device.present()

    device.present(stamp=DEADLINE + A_SECOND)

    again = bidding.bid_again(device.bid)
    assert (again.seq, again.state) == (1, "submitted")
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda parts: [], "envelope.order.invalid"),
        (lambda parts: [({}, "")], "envelope.shape.invalid"),
        (lambda parts: [("nada", "")], "envelope.shape.invalid"),
        (lambda parts: [(parts[0][0] | {"extra": 1}, parts[0][1])], "envelope.shape.invalid"),
        (lambda parts: [(parts[0][0] | {"seq": 1 << 60}, parts[0][1])], "envelope.shape.invalid"),
        (lambda parts: [(parts[0][0], parts[1][1])], "envelope.signature.invalid"),
        (lambda parts: [(parts[0][0] | {"kit": "0" * 64}, parts[0][1])], "envelope.kit.outdated"),
        (lambda parts: [parts[0], parts[0]], "envelope.order.invalid"),
        (lambda parts: parts[:1], "bid.submission.envelope-missing"),
    ],
)
def test_garbage_is_refused_and_kept_as_evidence(device, spoil, code):
    how = {"parts": spoil(device.parts), "declared": ["bid_guarantee"], "means": "page"}
    codes = refused(receiving.present, device.bid, **how, stamp=clock.now(), by=device.by)

    assert codes == [code]
    assert Attempt.objects.get().code == code
    assert not Envelope.objects.exists()


def test_an_envelope_of_another_bidder_is_refused(world, tender):  # the copy of a rival's manifest
    mine, rival = (Device(bid).seal() for bid in bidding.buyers(world, tender))
    rival.present()

    assert refused(mine.present, parts=rival.parts) == ["envelope.manifest.duplicate"]
    assert refused(mine.seal(bidder=rival.bid.pseudonym).present) == ["envelope.bidder.foreign"]


def test_a_seal_is_used_once(device):
    device.present()
    first = device.parts
    device.seal().present()

    assert refused(device.present, parts=first) == ["envelope.manifest.duplicate"]


def test_a_replacement_follows_the_last_and_has_the_first_key(device, tender):  # decision 14
    device.present()
    device.send_all()
    kept = device.envelope()[0].ciphertext.path
    other = device.last
    device.last = {}
    assert refused(device.seal().present) == ["envelope.order.invalid"]
    device.last = other
    assert refused(device.seal(key=sealing.new_bidder_key()).present) == ["envelope.key.not-the-bidders"]

    again = device.seal().present()

    assert again.seq == 2
    assert sorted(again.envelopes.filter(stage=2).values_list("seq", "status")) == [
        (1, "replaced"),
        (2, "presented"),
    ]
    assert os.path.exists(kept)  # until the transaction of the test ends: it goes once that is certain


def test_a_bidder_may_not_fill_the_disk(device, settings):
    settings.BIDDER_QUOTA = 2_000_000

    assert refused(device.present) == ["bid.upload.too-large"]


def test_nobody_else_presents_sends_or_withdraws(world, device):
    stranger = {"stamp": clock.now(), "by": world.beto}
    parts = {"parts": device.parts, "declared": [], "means": "page"}
    with pytest.raises(PermissionDenied):
        receiving.present(device.bid, **parts, **stranger)
    device.present()
    with pytest.raises(PermissionDenied):
        receiving.receive(device.envelope()[0], offset=0, piece=b"x", **stranger)
    with pytest.raises(PermissionDenied):
        receiving.withdraw(device.bid, signatures={}, **stranger)


# Receiving


def test_pieces_make_the_envelope_whole_and_the_log_says_so(device, tender):
    device.present()

    envelope = device.send(2)

    kept = Envelope.objects.get(pk=envelope.pk)
    assert kept.received_at == clock.now()
    with kept.ciphertext.open() as file:
        assert file.read() == device.envelope()[1]
    assert [leaf["facts"]["manifest"] for leaf in leaves(tender, "received")] == [kept.manifest_sha256]
    assert receiving.unfinished(device.bid).count() == 2


def test_a_piece_goes_where_the_file_ends(device):
    device.present()
    envelope, data = device.envelope()
    device.put(envelope, 0, data[:1000])

    assert refused(device.put, envelope, 0, data[:1000]) == ["bid.upload.another-place"]
    assert refused(device.put, envelope, 2000, data[2000:3000]) == ["bid.upload.another-place"]
    assert device.put(envelope, 1000, data[1000:2000]) == 2000


def test_no_piece_is_larger_than_what_is_missing(device):
    device.present()
    envelope, data = device.envelope()

    assert refused(device.put, envelope, 0, data + b"x") == ["bid.upload.piece-too-large"]
    assert receiving.offset_of(envelope) == 0


def test_what_is_not_what_was_sealed_is_thrown_away_and_may_be_sent_again(device):
    device.present()
    envelope, data = device.envelope()

    assert refused(device.put, envelope, 0, bytes(len(data))) == ["bid.upload.hash-mismatch"]
    assert receiving.offset_of(envelope) == 0
    assert device.put(envelope, 0, data) == len(data)


def test_two_writers_are_kept_apart(device):
    device.present()
    envelope, data = device.envelope()
    device.put(envelope, 0, data[:10])

    with open(envelope.ciphertext.path, "rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert refused(device.put, envelope, 10, data[10:20]) == ["bid.upload.another-writer"]

    assert device.put(envelope, 10, data[10:20]) == 20


def test_a_full_disk_loses_nothing_that_was_acknowledged(device, monkeypatch):
    device.present()
    envelope, data = device.envelope()
    device.put(envelope, 0, data[:1000])

    with monkeypatch.context() as full:
        full.setattr("bids.services.receiving.os.fsync", no_space)
        assert refused(device.put, envelope, 1000, data[1000:2000]) == ["bid.upload.no-space"]

    assert receiving.offset_of(envelope) == 1000
    assert device.put(envelope, 1000, data[1000:2000]) == 2000


def no_space(_descriptor):
    raise OSError(28, "No space left on device")


def test_bytes_arrive_until_the_grace_of_the_terms_is_over(world, device, tender):  # clause 16.2
    device.present()
    world.move(DEADLINE + timedelta(seconds=60))
    tenders.close(tender, by=clock.ACTOR)
    envelope, data = device.envelope()

    assert device.put(envelope, 0, data[:10], stamp=DEADLINE + GRACE - A_MICROSECOND) == 10
    late = [refused(device.put, envelope, 10, data[10:], stamp=DEADLINE + GRACE) for _time in range(2)]

    assert late == [["bid.upload.deadline-passed"]] * 2
    assert [each.code for each in Attempt.objects.all()] == ["bid.upload.deadline-passed"]
    assert Envelope.objects.get(pk=envelope.pk).received_at is None


def test_nothing_is_received_for_what_was_replaced_or_taken_back(device):
    device.present()
    first = device.envelope()[0]
    device.seal().present()
    second, data = device.envelope()
    device.withdraw()

    for gone in (first, second):
        gone = Envelope.objects.get(pk=gone.pk)
        gone.bid, gone.tender = device.bid, device.bid.tender
        assert refused(device.put, gone, 0, data[:10]) == ["bid.upload.not-awaited"]


# Withdrawing


def test_a_bid_is_withdrawn_by_signature_and_may_come_again(world, tender, device):  # rule 59, decision 14
    device.present()

    assert device.withdraw().state == Bid.State.WITHDRAWN
    device.seal().present()
    world.move(DEADLINE + timedelta(seconds=60))
    tenders.close(tender, by=clock.ACTOR)

    assert listed(tender, 2) == [(device.bid.pseudonym, "public")]


def test_nobody_withdraws_with_another_key(device):
    device.present()

    assert refused(device.withdraw, key=bytes(32)) == ["bid.withdrawal.signature-invalid"]
    assert refused(device.withdraw, stamp=DEADLINE) == ["bid.withdrawal.after-deadline"]


# The opening


def test_a_bid_that_did_not_arrive_whole_counts_as_not_presented(world, tender):  # clause 16.2
    whole, cut = (Device(bid).seal() for bid in bidding.buyers(world, tender))
    for device in (whole, cut):
        device.present()
    whole.send_all()
    cut.send(2)
    world.move(DEADLINE + timedelta(seconds=60))
    tender = tenders.close(tender, by=clock.ACTOR)
    act = opening.convene(tender, stage=1, place="Auditorio", notary="Noé Notario", by=world.chair)
    world.move(tender.schedule.opening_1)

    act = opening.begin(act, present=world.committee[:3], by=world.chair)

    states = {bid.pseudonym: (bid.state, bid.reason_code) for bid in Bid.objects.all()}
    assert states == {
        whole.bid.pseudonym: ("submitted", ""),
        cut.bid.pseudonym: ("not-admitted", "bid.upload.deadline-passed"),
    }
    assert {row.bid.pseudonym for row in envelopes.to_open(act) if row.status == "presented"} >= {
        whole.bid.pseudonym
    }
