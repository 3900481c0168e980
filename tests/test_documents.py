"""Files taken in by their bytes and handed out to whoever may see them (principle 10; testing.md)."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from procurement import clock
from procurement.models import Document, Event, Tender
from procurement.services import documents
from procurement.workflow import Blocked

from .world import A_MICROSECOND

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def kept(world, content=PDF, name="acuerdo.pdf", **more):
    about = {"kind": "agreement", "title": "Acuerdo 4", "municipality": world.municipality}
    with transaction.atomic():
        upload = SimpleUploadedFile(name, content)
        return documents.store(upload, **about | {"by": world.manager, "at": clock.now()} | more)


def refused(world, **more):
    with pytest.raises(Blocked) as blocked:
        kept(world, **more)
    return blocked.value.codes


def answer(client, document, who=None):
    client.logout()
    if who:
        client.force_login(who)
    return client.get(f"/documents/{document.pk}/")


def status(client, document, *people):
    """Return what each of these people is answered."""
    answers = [answer(client, document, who) for who in people]
    for each in answers:
        body(each)
    return [each.status_code for each in answers]


def body(response):
    """Read the file to its end, which closes it."""
    return b"".join(response.streaming_content) if response.streaming else response.content


# Taking in


def test_a_file_is_known_by_its_digest_and_never_by_its_name(world):
    document = kept(world, name="../../etc/passwd.pdf")

    assert document.sha256 == hashlib.sha256(PDF).hexdigest()
    assert document.name == "passwd.pdf"
    assert document.sha256 in document.file.name
    assert "passwd" not in document.file.name
    assert document.media_type == "application/pdf"


def test_what_the_file_is_its_bytes_say(world):
    script = b"<html><script>alert(1)</script></html>"
    program = b"MZ\x90\x00" + b"\x00" * 64

    assert refused(world, content=script, name="acuerdo.pdf") == ["document.file.type-not-allowed"]
    assert refused(world, content=program, name="acuerdo.pdf") == ["document.file.type-not-allowed"]
    assert kept(world, name="acuerdo.exe").media_type == "application/pdf"


def test_an_empty_or_huge_file_is_refused(world, monkeypatch):
    monkeypatch.setattr(documents, "LIMIT", len(PDF))

    assert refused(world, content=b"") == ["document.file.empty"]
    assert refused(world, content=PDF + b" ") == ["document.file.too-large"]
    assert kept(world)


def test_the_log_has_the_digest_and_not_the_title(world):
    kept(world)

    event = Event.objects.filter(body__action="document.store").latest("pk")
    assert event.body["facts"]["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert b"Acuerdo" not in event.leaf
    assert event.private_part.content == {"title": "Acuerdo 4", "name": "acuerdo.pdf"}


# Handing out


def test_a_file_is_handed_out_as_a_download_and_never_shown(client, world):
    document = kept(world, public_at=clock.now())

    response = answer(client, document)

    assert body(response) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="acuerdo.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")


def test_a_file_is_public_from_its_instant_on_and_not_before(client, world):  # principle 10
    instant = clock.now() + timedelta(days=1)
    document = kept(world, public_at=instant)

    world.move(instant - A_MICROSECOND)
    before = status(client, document, None)
    world.move(instant)

    assert (before, status(client, document, None)) == ([404], [200])


def test_before_that_only_the_people_of_the_tender_see_it(client, world):
    tender = world.draft()
    document = kept(world, tender=tender)
    mine = [world.mayor, world.legal, world.chair, world.secretary, world.observer, world.alternate]

    assert status(client, document, *mine) == [200] * 6
    assert status(client, document, None, world.outsider, world.host) == [404] * 3


def test_of_a_tender_that_is_not_announced_nothing_is_public(client, world):
    tender = world.draft()
    document = kept(world, tender=tender, public_at=clock.now())

    assert status(client, document, None, world.chair) == [404, 200]


def test_what_belongs_to_the_municipality_its_officials_see(client, world):
    document = kept(world)
    world.draft()

    assert status(client, document, world.clerk, None, world.chair) == [200, 404, 404]


def test_a_reserved_file_never_becomes_public(client, world):  # decision 6
    tender = world.draft()
    document = kept(world, tender=tender, public_at=clock.now(), reserved=True)
    Tender.objects.filter(pk=tender.pk).update(announced_at=clock.now())

    assert status(client, document, None, world.observer, world.atm, world.legal) == [404, 404, 404, 200]


def test_a_file_is_not_kept_by_a_browser_before_it_is_public(client, world):
    early = answer(client, kept(world), world.manager)
    late = answer(client, kept(world, public_at=clock.now()))

    assert (body(early), body(late)) == (PDF, PDF)
    assert early["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in late


def test_whoever_may_see_is_asked_once(world, django_assert_num_queries):
    tender = world.draft()
    for _each in range(3):
        kept(world, tender=tender)

    with django_assert_num_queries(1):
        assert len(Document.objects.visible_to(world.observer, clock.now())) == 3
