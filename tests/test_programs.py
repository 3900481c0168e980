"""The fingerprints of the programs: in the notice and in the log, and said when one changes afterwards."""

import hashlib
from pathlib import Path

import pytest

from procurement import clockwork
from procurement.models import Delivery, Event, Minutes
from procurement.services import programs

from . import deciding

ROOT = Path(__file__).parent.parent


@pytest.fixture
def tender(world):
    return world.at("integrated")


def run():
    job = next(job for job in clockwork.JOBS if job.name == "programs")
    return [outcome.went for outcome in clockwork.run(job)]


def test_the_notice_and_the_log_have_what_anybody_can_reckon(tender):  # design §8
    digest = hashlib.sha256((ROOT / "bids/static/bids/sobre.html").read_bytes()).hexdigest()

    noted = Event.objects.of(tender).get(body__action="programs").body["facts"]["sha256"]
    notice = Minutes.objects.get(tender=tender, kind="announcement").text

    assert noted["sobre.html"] == digest
    assert set(noted) == {"sealing.js", "sobre.html", "sobre.mjs", "verify.py", "sobre.py", "scoring.py"}
    assert all(programs.in_groups(each) in notice for each in noted.values())


def test_a_change_after_the_announcement_is_said_once_to_everybody(tender, monkeypatch, client):  # design §6
    untouched = run()
    other = "docs/sobre-1.md"
    monkeypatch.setitem(programs.FILES["seal"], "sobre.html", other)

    said, again = run(), run()
    text = Minutes.objects.get(tender=tender, kind="programs").text
    page = client.get(f"/tenders/{tender.pk}/sealed/").content.decode()
    digest = programs.in_groups(hashlib.sha256((ROOT / other).read_bytes()).hexdigest())

    assert (untouched, said, again) == ([], ["done"], [])
    assert digest in text
    assert digest in page
    assert "sealing.js" not in text
    assert "Cambió después del aviso" in page
    assert Event.objects.of(tender).filter(body__action="programs").count() == 2
    assert Delivery.objects.filter(tender=tender, link=f"/tenders/{tender.pk}/sealed/").exists()


def test_in_which_way_envelopes_were_sealed_is_public_from_the_opening(world, client):  # design §6
    tender = world.at("closed")
    before = client.get(f"/tenders/{tender.pk}/sealed/").content.decode()
    deciding.evaluate(world, tender)

    page = client.get(f"/tenders/{tender.pk}/sealed/").content.decode()

    assert "Dónde se cerraron" not in before
    assert "por el servidor, mientras llegaba: 6" in page
    assert ": Servicios Ana SAC" in page
