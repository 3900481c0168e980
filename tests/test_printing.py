"""Papers as PDF: the same record the same bytes, nothing from outside, no hole, a QR that leads back."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from procurement import background, printed, printing
from procurement.models import Printing
from procurement.services import minutes as services
from procurement.services import printing as verbs

from .world import NOON


@pytest.fixture
def minutes(world):
    tender = world.draft()
    return services.write(
        tender,
        office="committee",
        kind="test",
        title="Acto de prueba",
        text='El señor "Ñ" dijo <b>no</b>.\n\n' + "Palabra larga " * 400,
        happened_at=NOON,
        by=world.secretary,
        at=NOON,
    )


def drawn(record):
    return printing.pdf(printed.html("minutes", record))


def test_one_record_gives_the_same_bytes(minutes):
    assert drawn(minutes) == drawn(minutes)


def test_what_people_typed_is_text_and_nothing_else(minutes):
    html = printed.html("minutes", minutes)
    assert "&lt;b&gt;no&lt;/b&gt;" in html
    assert "<b>no</b>" not in html


@pytest.mark.parametrize("place", ["http://convoca.example/x.png", "file:///etc/passwd", "ftp://x/y"])
def test_nothing_is_fetched_from_outside(place):
    with pytest.raises(printing.Unprintable):
        printing.pdf(f'<img src="{place}">')


def test_a_picture_within_the_paper_is_drawn():
    assert printing.pdf(printing.qr("https://convoca.example/")).startswith(b"%PDF")


def test_a_missing_value_is_no_empty_place(minutes):
    facts = printed.facts_of("minutes", minutes)
    assert printing.html_of("minutes", **facts)
    del facts["author"]
    with pytest.raises(printing.MissingValue):
        printing.html_of("minutes", **facts)


def test_it_is_drawn_once_in_the_background_and_again_when_it_changed(world, minutes):
    asked = verbs.ask(minutes.tender, "minutes", minutes.pk)
    assert verbs.ask(minutes.tender, "minutes", minutes.pk) == asked
    assert [went for _what, went in background.run_waiting("worker")] == ["done"]

    asked.refresh_from_db()
    with default_storage.open(asked.file.name) as kept:
        assert kept.read() == drawn(minutes)

    services.witness(minutes, by=world.observer)
    assert verbs.ask(minutes.tender, "minutes", minutes.pk) != asked


def test_a_paper_that_changed_meanwhile_is_not_drawn_as_it_was(world, minutes):
    asked = verbs.ask(minutes.tender, "minutes", minutes.pk)
    services.witness(minutes, by=world.observer)
    background.run_waiting("worker")

    asked.refresh_from_db()
    assert asked.drawn_at is None


def test_the_page_waits_and_hands_it_out(client, world):
    tender = world.at("announced")
    record = tender.minutes.last()
    address = reverse("paper", args=[tender.pk, "minutes", record.pk])

    waiting = client.get(address)
    assert (waiting.status_code, waiting["Refresh"]) == (200, "2")
    list(background.run_waiting("worker"))

    pdf = client.get(address, follow=True)
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    assert client.get(record.get_absolute_url()).status_code == 200


def test_a_paper_that_could_not_be_drawn_says_so(client, world):
    tender = world.at("announced")
    address = reverse("paper", args=[tender.pk, "minutes", tender.minutes.last().pk])
    client.get(address)
    DBTaskResult.objects.all().delete()

    failed = client.get(address)
    assert "Refresh" not in failed
    assert failed.context["failed"]


def test_nobody_prints_what_they_may_not_see(client, minutes):
    address = reverse("paper", args=[minutes.tender_id, "minutes", minutes.pk])
    assert client.get(address).status_code == 404
    assert client.get(reverse("paper", args=[minutes.tender_id, "secrets", 1])).status_code == 404
    assert not Printing.objects.exists()


@pytest.mark.slow
def test_terms_and_circulars_are_printed_with_their_place_in_the_log(world):
    tender = world.at("integrated")
    papers = [("terms", version) for version in tender.terms.published()]
    papers += [("circular", circular) for circular in tender.circulars.exclude(published_at=None)]
    assert len(papers) >= 3

    for kind, record in papers:
        html = printed.html(kind, record)
        assert record.sha256 in html
        assert printed.place_in_log(tender, record.sha256)["log_root"] in html
        assert printing.pdf(html).startswith(b"%PDF")
