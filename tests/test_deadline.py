"""The second of the deadline, with an upload under way, and a clock that is set back after the close."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from bids import sealing
from bids.services import receiving
from procurement import clock
from procurement.models import Event
from procurement.services import tenders

from . import bidding
from .receiving import Device
from .refusing import refused
from .world import A_SECOND, DEADLINE

CLOSE = DEADLINE + timedelta(seconds=60)
GRACE = timedelta(minutes=120)
PIECE = 30_000


@pytest.fixture
def tender(world):
    return world.at("integrated")


@pytest.fixture
def devices(world, tender):
    """Ana has presented and sends her envelope 2 in pieces; Beto has sealed."""
    ana, beto = (Device(bid).seal() for bid in bidding.buyers(world, tender))
    world.move(DEADLINE - timedelta(minutes=5))
    ana.present()
    envelope, data = ana.envelope()
    ana.put(envelope, 0, data[:PIECE])
    return ana, beto


@pytest.mark.parametrize("second", [-1, 0, 1])
def test_while_another_uploads_the_second_decides(world, devices, second):  # rule 59, decision 12
    ana, beto = devices
    world.move(DEADLINE + second * A_SECOND)

    if second < 0:
        assert beto.present().state == "submitted"
    else:
        assert refused(beto.present) == ["bid.submission.late"]
    envelope, data = ana.envelope()
    assert ana.put(envelope, PIECE, data[PIECE : 2 * PIECE]) == 2 * PIECE  # whose hash was in time goes on


def test_a_clock_set_back_after_the_close_opens_nothing(world, tender, devices):  # decision 12
    ana, beto = devices
    world.move(CLOSE)
    closed = tenders.close(tender, by=clock.ACTOR)
    world.move(DEADLINE - timedelta(hours=1))  # set back

    codes = refused(beto.present)
    withdrawn = refused(ana.withdraw)
    envelope, data = ana.envelope()
    ana.put(envelope, PIECE, data[PIECE:])

    bodies = [event.body for event in Event.objects.of(closed).order_by("index")]
    listed = [row.bidder for row in sealing.opening_list(bodies, 2).to_open]
    assert codes == withdrawn == ["bid.submission.reception-closed"]
    assert listed == [ana.bid.pseudonym]
    assert ana.bid.envelopes.get(pk=envelope.pk).received_at == clock.now()


@pytest.mark.parametrize("second", [-1, 0, 1])
def test_the_grace_ends_with_its_second(world, devices, second):  # terms 16.2
    ana, _beto = devices
    envelope, data = ana.envelope()
    world.move(DEADLINE + GRACE + second * A_SECOND)

    if second < 0:
        assert ana.put(envelope, PIECE, data[PIECE:]) == len(data)
    else:
        assert refused(ana.put, envelope, PIECE, data[PIECE:]) == ["bid.upload.deadline-passed"]


def test_the_upload_of_another_is_nobody_elses(devices, world):  # decision 3
    ana, _beto = devices
    envelope, data = ana.envelope()

    for person in (world.beto, world.outsider, world.chair, world.host):
        with pytest.raises(PermissionDenied):
            receiving.receive(envelope, offset=PIECE, piece=data[PIECE:], stamp=clock.now(), by=person)
    assert receiving.offset_of(envelope) == PIECE
