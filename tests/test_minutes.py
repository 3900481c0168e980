"""Minutes with errata, scan and witnesses; the remarks of the JVS and their answers (decisions 6 and 8)."""

import hashlib

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from procurement import clock
from procurement.merkle import root_of
from procurement.models import Document, Event, Minutes, Notice, Remark
from procurement.services import minutes as services
from procurement.workflow import Blocked

from .world import A_MICROSECOND

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000000000005"
    "0001a5f645400000000049454e44ae426082"
)
TEXT = "Se reunieron quince vecinos."
MENDING = {"place": "párrafo 1", "old": "quince", "new": "quinse", "why": "error de tipeo"}


def codes(act, *arguments, **named):
    try:
        act(*arguments, **named)
    except Blocked as blocked:
        return blocked.codes
    return []


def scan():
    return SimpleUploadedFile("acta.png", PNG)


@pytest.fixture
def tender(world):
    return world.draft()


def written(world, tender, **more):
    now = clock.now()
    act = {
        "office": "committee",
        "kind": "session",
        "title": "Sesión",
        "text": "Se reunieron quince vecinos.",
    }
    return services.write(tender, **act | {"happened_at": now, "by": world.secretary, "at": now} | more)


@pytest.fixture
def minutes(world, tender):
    return written(world, tender)


# What an act leaves


def test_minutes_are_sealed_in_the_log_and_name_its_root_there(world, tender, minutes):  # decision 6
    event = Event.objects.of(tender).get(body__action="minutes")
    so_far = Event.objects.of(tender).filter(index__lte=event.index)

    assert event.body["facts"]["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert minutes.log_index == event.index
    assert minutes.log_root == root_of([each.leaf for each in so_far]).hex()


def test_minutes_are_numbered_per_office_and_year(world, tender):  # decision 6
    numbers = [
        (written(world, tender, office=office).number, office)
        for office in ("committee", "committee", "management", "committee")
    ]

    assert numbers == [(1, "committee"), (2, "committee"), (1, "management"), (3, "committee")]


def test_the_numbers_begin_again_with_the_year_of_lima(world, tender):
    midnight = clock.now().replace(year=2027, month=1, day=1, hour=5, minute=0)  # in Lima
    written(world, tender)

    old = written(world, tender, at=midnight - A_MICROSECOND)  # January already in Greenwich
    new = written(world, tender, at=midnight)

    assert (old.year, old.number, new.year, new.number) == (2026, 2, 2027, 1)


def test_minutes_keep_when_it_happened_and_when_it_was_entered(world, tender):  # decision 2
    yesterday = clock.now().replace(day=1)

    minutes = written(world, tender, happened_at=yesterday)

    assert (minutes.happened_at, minutes.entered_at) == (yesterday, clock.now())


def test_minutes_are_in_spanish_whoever_pressed_the_button(world, tender):
    with override("en"):
        minutes = written(world, tender, title=_("An alternate takes a seat on the committee"))

    assert "suplente" in minutes.title


def test_no_identity_document_gets_into_what_is_public(world, tender, minutes):  # decision 6
    text = f"Asistió {world.chair.get_full_name()}, DNI {world.chair.dni}."
    mending = MENDING | {"new": world.chair.dni}

    assert codes(written, world, tender, text=text) == ["document.minutes.identity-document"]
    assert codes(services.rectify, minutes, **mending, by=world.secretary) == [
        "document.minutes.identity-document"
    ]
    assert codes(services.remark, tender, text=text, by=world.observer) == [
        "document.minutes.identity-document"
    ]
    assert codes(written, world, tender, text="Se vendieron 12345678 litros.") == []


@pytest.mark.parametrize("text", ["Votó {{ vote }}.", "Firma: ______", "Hora: [ ]"])
def test_minutes_have_no_blanks(world, tender, text):  # text of the acts
    assert codes(written, world, tender, text=text) == ["document.minutes.placeholder-open"]


# Fe de erratas


def test_a_fe_de_erratas_names_old_and_new_and_leaves_the_text_alone(world, tender, minutes):  # decision 6
    before = minutes.sha256

    services.rectify(minutes, **MENDING, by=world.secretary)

    event = Event.objects.get(body__action="minutes.rectify")
    assert Minutes.objects.get(pk=minutes.pk).sha256 == before
    assert event.body["facts"] == MENDING | {"minutes": minutes.pk}
    assert Notice.objects.filter(user=world.observer, subject__contains="Fe de erratas").exists()


def test_a_fe_de_erratas_mends_what_stands_there(world, minutes):
    absent = MENDING | {"old": "catorce"}
    same = MENDING | {"new": "quince"}

    assert codes(services.rectify, minutes, **absent, by=world.secretary) == ["minutes.erratum.not-in-text"]
    assert codes(services.rectify, minutes, **same, by=world.secretary) == ["minutes.erratum.unchanged"]
    assert codes(services.rectify, minutes, **MENDING, by=world.secretary) == []


@pytest.mark.parametrize("who", ["chair", "mayor", "observer", "outsider"])
def test_only_the_secretary_mends_and_scans(world, minutes, who):
    with pytest.raises(PermissionDenied):
        services.rectify(minutes, **MENDING, by=getattr(world, who))
    with pytest.raises(PermissionDenied):
        services.attach_scan(minutes, upload=scan(), by=getattr(world, who))

    assert not Document.objects.filter(kind=services.SCAN).exists()


def test_the_page_asks_for_the_declaration_that_nothing_of_substance_changes(client, world, tender, minutes):
    client.force_login(world.secretary)
    address = f"{minutes.get_absolute_url()}rectify/"

    without = client.post(address, MENDING)
    with_it = client.post(address, MENDING | {"nothing_of_substance": "on"})

    assert (without.status_code, with_it.status_code) == (422, 302)
    assert "quinse" in client.get(minutes.get_absolute_url()).text


# The scan


def test_of_the_signed_scan_only_the_digest_is_public(client, world, minutes):  # decision 6
    client.force_login(world.secretary)
    client.post(f"{minutes.get_absolute_url()}scan/", {"upload": scan()})
    document = Document.objects.get(kind=services.SCAN)

    def answer(who):
        client.force_login(who)
        response = client.get(f"/documents/{document.pk}/")
        if response.streaming:
            assert b"".join(response.streaming_content) == PNG
        return response.status_code

    assert hashlib.sha256(PNG).hexdigest() in client.get(minutes.get_absolute_url()).text
    assert [answer(who) for who in (world.secretary, world.chair, world.mayor)] == [200, 200, 200]
    assert [answer(who) for who in (world.observer, world.clerk, world.alternate)] == [404, 404, 404]
    assert Event.objects.get(body__action="minutes.scan").body["facts"]["sha256"] == document.sha256


def test_a_scan_is_attached_once(world, minutes):
    services.attach_scan(minutes, upload=scan(), by=world.secretary)

    assert codes(services.attach_scan, minutes, upload=scan(), by=world.secretary) == [
        "document.minutes.already-signed"
    ]


# Witnesses


def test_an_observer_signs_once_that_they_witnessed(client, world, tender, minutes):
    client.force_login(world.observer)
    address = f"{minutes.get_absolute_url()}witness/"

    client.post(address)
    client.post(address)

    assert minutes.witnessings.get().by == world.observer
    assert Event.objects.filter(body__action="minutes.witness").count() == 1
    assert "Julia Vecina" in client.get(minutes.get_absolute_url()).text


@pytest.mark.parametrize("who", ["chair", "secretary", "mayor"])
def test_only_observers_sign_as_witnesses(client, world, minutes, who):  # rule 8
    client.force_login(getattr(world, who))

    assert client.post(f"{minutes.get_absolute_url()}witness/").status_code == 403
    assert not minutes.witnessings.exists()


# Remarks


def test_a_remark_is_public_at_once_and_told_to_the_committee(world, tender):  # rule 42
    services.remark(tender, text="Vi un sobre abierto.", by=world.observer)

    event = Event.objects.get(body__action="remark")
    assert event.body["facts"]["text"] == "Vi un sobre abierto."
    assert (
        Notice.objects.filter(user__in=[world.chair, world.secretary], subject__contains="JVS").count() == 2
    )


def test_a_remark_is_answered_once_and_the_observer_is_told(world, tender):  # rule 42
    remark = services.remark(tender, text="Vi un sobre abierto.", by=world.observer)

    services.answer(remark, text="Era el sobre de muestra.", by=world.member)

    assert codes(services.answer, remark, text="Otra", by=world.chair) == ["remark.answer.already-answered"]
    assert Remark.objects.get().answer == "Era el sobre de muestra."
    assert "sobre de muestra" in Notice.objects.filter(user=world.observer).latest("pk").text


@pytest.mark.parametrize("who", ["chair", "secretary", "mayor", "outsider"])
def test_only_observers_leave_remarks(world, tender, who):  # rule 8
    with pytest.raises(PermissionDenied):
        services.remark(tender, text="x", by=getattr(world, who))


@pytest.mark.parametrize("who", ["observer", "secretary", "mayor", "alternate"])
def test_only_the_committee_answers(world, tender, who):
    remark = services.remark(tender, text="x", by=world.observer)

    with pytest.raises(PermissionDenied):
        services.answer(remark, text="y", by=getattr(world, who))


def test_no_page_and_no_model_deletes_a_remark(world, tender):
    remark = services.remark(tender, text="x", by=world.observer)

    with pytest.raises(Exception, match="protected|append-only|FOREIGN KEY"):
        tender.delete()

    assert Remark.objects.filter(pk=remark.pk).exists()


def test_remark_and_answer_on_pages(client, world, tender):
    client.force_login(world.observer)
    client.post(f"/tenders/{tender.pk}/remarks/", {"text": "Vi un sobre abierto."})
    client.force_login(world.chair)
    remark = Remark.objects.get()
    waiting = client.get(f"/tenders/{tender.pk}/remarks/").text
    client.post(f"/tenders/{tender.pk}/remarks/{remark.pk}/answer/", {"text": "Era el de muestra."})

    page = client.get(f"/tenders/{tender.pk}/remarks/").text

    assert f"/tenders/{tender.pk}/remarks/{remark.pk}/answer/" in waiting
    assert "Era el de muestra." in page
    assert f"/tenders/{tender.pk}/remarks/{remark.pk}/answer/" not in page


def test_a_remark_is_shown_as_text_and_never_as_markup(client, world, tender):
    services.remark(tender, text="<script>alert(1)</script>", by=world.observer)
    client.force_login(world.chair)

    assert "<script>alert" not in client.get(f"/tenders/{tender.pk}/remarks/").text


@pytest.mark.parametrize("number", [1, 20])
def test_lists_cost_the_same_for_any_number(client, world, tender, django_assert_max_num_queries, number):
    for _each in range(number):
        services.witness(written(world, tender), by=world.observer)
        services.remark(tender, text="x", by=world.observer)
    client.force_login(world.observer)

    with django_assert_max_num_queries(13):
        minutes = client.get(f"/tenders/{tender.pk}/minutes/")
    with django_assert_max_num_queries(10):
        remarks = client.get(f"/tenders/{tender.pk}/remarks/")

    assert minutes.text.count("Julia Vecina") >= number
    assert remarks.text.count('class="remark"') == number


def test_the_close_leaves_minutes_with_hour_and_digest_of_each_envelope(world):  # domain 4.11
    tender = world.at("closed")

    left = tender.minutes.get(kind="close")
    presented = tender.bids.presented()
    digests = [each.manifest_sha256 for bid in presented for each in bid.envelopes.filter(status="presented")]
    assert f"no retiradas: {len(presented)}" in left.text
    assert len(digests) == 6
    assert all(digest in left.text for digest in digests)
    assert not any(bid.bidder.name in left.text for bid in presented)
