"""Papers come back signed: scanned, or with an electronic signature that any reader of PDF can check."""

import io
import logging
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature

from procurement import background, printed, printing, signature
from procurement.models import Document, Event, SignedPaper
from procurement.services import documents, signatures
from procurement.services import minutes as services
from procurement.services import printing as verbs
from procurement.workflow import Blocked

from .keys import NAME, PASSPHRASE, key_file, trusting
from .papers import paper
from .world import NOON

PAPER = "minutes"


@pytest.fixture
def minutes(world):
    """Minutes of the committee that were drawn as a PDF."""
    tender = world.draft()
    record = services.write(
        tender,
        office="committee",
        kind="test",
        title="Acto de prueba",
        text="Se hizo el acto de prueba.",
        happened_at=NOON,
        by=world.secretary,
        at=NOON,
    )
    verbs.ask(tender, PAPER, record.pk)
    list(background.run_waiting("worker"))
    return record


def sign(minutes, data, *, line=0, passphrase=PASSPHRASE, by):
    file = ContentFile(data, name="firma.p12")
    how = {"line": line, "key_file": file, "passphrase": passphrase, "by": by}
    return signatures.sign(minutes.tender, PAPER, minutes.pk, **how)


def content(signed):
    with signed.document.file.open("rb") as file:
        return file.read()


def checked(pdf, *certificates):
    """Return what a reader of PDF says of each signature."""
    embedded = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return [(each.field_name, validate_pdf_signature(each, trusting(*certificates))) for each in embedded]


def test_one_signature_after_the_other_and_both_hold(world, minutes):
    first, certificate = key_file()
    second, other = key_file("ROSA COMITÉ")
    sign(minutes, first, by=world.chair)
    signed = sign(minutes, second, line=2, by=world.third)

    found = checked(content(signed), certificate, other)
    assert [name for name, _status in found] == ["signature-0", "signature-2"]
    assert all(status.bottom_line for _name, status in found)
    assert signed.signer == "ROSA COMITÉ"


def test_a_reader_sees_what_was_changed_afterwards(world, minutes):
    data, certificate = key_file()
    pdf = bytearray(content(sign(minutes, data, by=world.chair)))
    pdf[1000] ^= 1
    [(_name, status)] = checked(bytes(pdf), certificate)
    assert not status.intact


def test_the_log_holds_the_digest_and_neither_name_nor_key(world, minutes):
    data, _certificate = key_file()
    signed = sign(minutes, data, by=world.chair)

    event = Event.objects.of(minutes.tender).get(body__action="paper.sign")
    html = printed.html(PAPER, minutes)
    assert event.body["facts"] == {
        "paper": PAPER,
        "number": minutes.pk,
        "fingerprint": printing.fingerprint(html),
        "sha256": signed.document.sha256,
    }
    assert NAME not in str(event.body)
    assert not any(data in content(each) for each in SignedPaper.objects.all())
    assert Document.objects.filter(kind=signatures.KIND).count() == 1


def outdated():
    return key_file(end=datetime(2026, 1, 1, tzinfo=UTC))[0]


def not_yet():
    return key_file(start=datetime(2030, 1, 1, tzinfo=UTC))[0]


@pytest.mark.parametrize(
    ("data", "passphrase", "code"),
    [
        (lambda: key_file()[0], "otra", "paper.signature.wrong-passphrase"),
        (lambda: key_file()[0], "", "paper.signature.wrong-passphrase"),
        (outdated, PASSPHRASE, "paper.signature.expired"),
        (not_yet, PASSPHRASE, "paper.signature.expired"),
        (lambda: b"%PDF-1.4 firma", PASSPHRASE, "paper.signature.not-a-key-file"),
        (lambda: b"", PASSPHRASE, "paper.signature.not-a-key-file"),
        (lambda: key_file()[0][:200], PASSPHRASE, "paper.signature.not-a-key-file"),
        (lambda: b"0" * 200_000, PASSPHRASE, "paper.signature.not-a-key-file"),
    ],
)
def test_a_key_that_cannot_sign_is_refused_and_nothing_is_lost(
    world, minutes, data, passphrase, code, caplog
):
    before = Event.objects.count()
    with caplog.at_level(logging.DEBUG), pytest.raises(Blocked) as refused:
        sign(minutes, data(), passphrase=passphrase, by=world.chair)
    assert refused.value.codes == [code]
    assert (Event.objects.count(), SignedPaper.objects.count()) == (before, 0)
    assert not passphrase or passphrase not in caplog.text


@pytest.mark.parametrize(("line", "code"), [(9, "no-line"), (-1, "no-line"), (0, "line-taken")])
def test_each_line_is_signed_once(world, minutes, line, code):
    data, _certificate = key_file()
    sign(minutes, data, by=world.chair)
    with pytest.raises(Blocked) as refused:
        sign(minutes, data, line=line, by=world.chair)
    assert refused.value.codes == [f"paper.signature.{code}"]


def test_what_changed_since_it_was_drawn_is_drawn_again_first(world, minutes):
    data, _certificate = key_file()
    services.witness(minutes, by=world.observer)
    with pytest.raises(Blocked) as refused:
        sign(minutes, data, by=world.chair)
    assert refused.value.codes == ["paper.signature.not-drawn"]


def test_a_rehearsal_signs_nothing(world, minutes, settings):
    settings.REHEARSAL = "/tenders/1/rehearsal/room"
    with pytest.raises(Blocked) as refused:
        sign(minutes, key_file()[0], by=world.chair)
    assert refused.value.codes == ["paper.signature.rehearsal"]


def test_a_scan_is_attached_and_its_digest_logged(world, minutes):
    signed = signatures.attach(minutes.tender, PAPER, minutes.pk, upload=paper(), by=world.secretary)
    event = Event.objects.of(minutes.tender).get(body__action="paper.attach")
    assert event.body["facts"]["sha256"] == signed.document.sha256
    assert (signed.signer, signed.line) == ("", None)

    nothing = ContentFile(b"", name="x.pdf")
    with pytest.raises(Blocked) as refused:
        signatures.attach(minutes.tender, PAPER, minutes.pk, upload=nothing, by=world.secretary)
    assert refused.value.codes == [documents.EMPTY.code]


def test_who_has_no_part_in_the_call_signs_nothing(world, minutes):
    with pytest.raises(PermissionDenied):
        sign(minutes, key_file()[0], by=world.outsider)
    with pytest.raises(PermissionDenied):
        signatures.attach(minutes.tender, PAPER, minutes.pk, upload=paper(), by=world.outsider)


def test_the_page_signs_and_says_why_not(client, world, minutes):
    address = reverse("paper-signed", args=[minutes.tender_id, PAPER, minutes.pk])
    data, certificate = key_file()
    client.force_login(world.chair)
    typed = {
        "how": "sign",
        "line": "0",
        "passphrase": "no-es-esta",
        "key_file": ContentFile(data, name="f.p12"),
    }

    refused = client.post(address, typed)
    assert (refused.status_code, SignedPaper.objects.count()) == (422, 0)
    assert "no-es-esta" not in refused.content.decode()
    typed |= {"passphrase": PASSPHRASE, "key_file": ContentFile(data, name="f.p12")}
    assert client.post(address, typed).status_code == 302

    signed = SignedPaper.objects.get()
    assert signed.document.sha256 in client.get(address).content.decode()
    file = reverse("paper-signed-file", args=[minutes.tender_id, PAPER, minutes.pk, signed.pk])
    pdf = b"".join(client.get(file).streaming_content)
    [(_name, status)] = checked(pdf, certificate)
    assert status.bottom_line


def test_the_public_sees_the_digest_and_not_the_file(client, world):
    tender = world.at("announced")
    record = tender.minutes.last()
    signed = signatures.attach(tender, PAPER, record.pk, upload=paper(), by=world.secretary)
    address = reverse("paper-signed", args=[tender.pk, PAPER, record.pk])

    assert signed.document.sha256 in client.get(address).content.decode()
    assert client.get(f"{address}{signed.pk}/").status_code == 404
    assert client.post(address, {"how": "scan"}).status_code == 403


def test_the_room_for_a_signature_is_above_its_line(minutes):
    pdf = printing.pdf(printed.html(PAPER, minutes))
    lines = signature.lines_of(PdfFileReader(io.BytesIO(pdf)))
    assert list(lines) == list(range(4))  # three of the committee and the JVS
    heights = {foot for _page, _left, foot in lines.values()}
    assert all(foot > signature.HEIGHT for foot in heights)
