"""A copy of the database that is older than receipts: said in public, with time for everybody."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localtime

from procurement import clock
from procurement.models import Delivery, Event, Minutes, Outage
from procurement.schedule import LIMA
from procurement.services import outages, put_back, tenders
from procurement.workflow import Blocked

from .world import DEADLINE

COPIED, LOST = DEADLINE - timedelta(hours=3), DEADLINE - timedelta(hours=1)
WHY = "Se quemó el disco"


@pytest.fixture
def tender(world):
    found = world.at("integrated")
    world.move(DEADLINE + timedelta(minutes=5))
    return found


def test_it_is_said_in_public_and_told_to_everybody(tender):  # design §7
    touched = put_back.state(copied_at=COPIED, lost_at=LOST, reason=WHY)

    stated = Event.objects.filter(body__action="copy.put-back").get().body
    text = Minutes.objects.get(tender=tender, kind="copy-put-back").text
    assert touched == [tender]
    assert stated["actor"] == "shell"
    assert stated["facts"]["heads"][tender.log_origin] > 0
    assert WHY in text
    assert Delivery.objects.filter(tender=tender, title__startswith="Se perdieron").exists()


def test_the_lost_time_holds_the_close_and_moves_the_deadline_for_all(tender):  # decision 12
    put_back.state(copied_at=COPIED, lost_at=LOST, reason=WHY)

    with pytest.raises(Blocked) as held:
        tenders.close(tender, by=clock.ACTOR)

    assert held.value.codes == ["tender.close.outage"]
    assert Outage.objects.get().start == COPIED
    assert outages.extended(tender, clock.now()) > DEADLINE


@pytest.mark.parametrize(
    ("copied", "lost"), [(LOST, COPIED), (COPIED, COPIED), (COPIED, DEADLINE + timedelta(1))]
)
def test_hours_that_cannot_be_are_refused(tender, copied, lost):  # design §7
    with pytest.raises(Blocked) as refused:
        put_back.state(copied_at=copied, lost_at=lost, reason=WHY)

    assert refused.value.codes == ["copy.times.order"]
    assert not Outage.objects.exists()


def test_the_command_takes_hours_of_lima(tender, capsys):  # design §7
    def typed(moment):
        return f"{localtime(moment, LIMA):%Y-%m-%d %H:%M}"

    call_command("put_back", typed(COPIED), typed(LOST), because=WHY)
    said = capsys.readouterr().out

    assert Outage.objects.get().start == COPIED
    assert tender.number in said
    with pytest.raises(CommandError):
        call_command("put_back", typed(LOST), typed(COPIED), because=WHY)
