"""The handover: what an incoming mayor finds, as a page and as a pack whose digests stand in the log."""

import hashlib
import io
import json
import zipfile

import pytest
from django.core.exceptions import PermissionDenied

from contracts.handover import pack
from contracts.services import handover
from procurement import clock
from procurement.models import Event, Notice, Tender

pytestmark = pytest.mark.django_db


@pytest.fixture
def tender(world):
    return world.at("consented")


def files_in(document):
    """Return {name: bytes} of a kept pack."""
    with document.file.open("rb") as kept, zipfile.ZipFile(io.BytesIO(kept.read())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def asked(client, document):
    """Return how the address of a document answers."""
    response = client.get(f"/documents/{document.pk}/")
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def the_event():
    return Event.objects.get(body__action="handover").body


def test_the_pack_says_what_was_decided_and_why(world, tender):  # rules 101, 158
    public, _reserved = handover.make(tender, by=world.manager)

    files = files_in(public)
    told = json.loads(files["datos.json"])
    decisions = {row["what"]: row["why"] for row in told["decided"]["decisions"]}
    award = tender.awards.get()
    assert f"{award.percentage} %" in decisions[f"Buena pro a {award.bid}"]
    assert [row["file"] for row in told["decided"]["minutes"]] == [
        name for name in (pack.file_of(row) for row in tender.minutes.all()) if name in files
    ]
    assert tender.minutes.first().text in files[pack.file_of(tender.minutes.first())].decode()
    assert told["log"]["size"] == len(files["registro.jsonl"].splitlines())


def test_the_digest_of_each_file_stands_in_the_log(world, tender):  # rules 101, 158
    public, reserved = handover.make(tender, by=world.mayor)

    facts = the_event()["facts"]
    for document, files, whole in [
        (public, "files", "sha256"),
        (reserved, "reserved_files", "reserved_sha256"),
    ]:
        held = files_in(document)
        assert facts[files] == {name: hashlib.sha256(content).hexdigest() for name, content in held.items()}
        with document.file.open("rb") as kept:
            assert facts[whole] == hashlib.sha256(kept.read()).hexdigest()


def test_the_same_facts_give_the_same_bytes(world, tender):
    at = clock.now()
    first = pack.zipped(pack.public_files(tender, at))
    again = pack.zipped(pack.public_files(Tender.objects.get(pk=tender.pk), at))
    later = pack.zipped(pack.public_files(tender, at.replace(year=2027)))

    assert first == again != later


def test_the_public_part_names_no_identity_document_and_the_reserved_part_is_kept_back(
    world, tender, client
):  # rule 158
    public, reserved = handover.make(tender, by=world.manager)
    numbers = [user.dni for user in type(world.mayor).objects.all()]

    whole = b"".join(files_in(public).values()).decode()
    assert [dni for dni in numbers if dni in whole] == []
    assert str(world.mayor) in files_in(reserved)["reservado.json"].decode()

    client.force_login(world.observer)
    assert asked(client, public) == 200
    assert asked(client, reserved) == 404
    client.force_login(world.legal)
    assert asked(client, reserved) == 200


def test_who_keeps_no_contract_makes_no_pack(world, tender):
    for nobody in (world.outsider, world.observer, world.chair, world.treasurer):
        with pytest.raises(PermissionDenied):
            handover.make(tender, by=nobody)
    assert not Event.objects.filter(body__action="handover").exists()


def test_the_mayor_hears_of_it_and_an_earlier_pack_stays(world, tender, client):
    handover.make(tender, by=world.manager)
    world.move(clock.now().replace(year=clock.now().year + 1))
    handover.make(tender, by=world.manager)

    page = client.get(f"/tenders/{tender.pk}/handover/")

    assert Notice.objects.filter(user=world.mayor, link=f"/tenders/{tender.pk}/handover/").count() == 2
    assert [kept_back for _held, kept_back in page.context["packs"]] == [None, None]


def test_a_neighbour_reads_the_page_and_a_draft_is_nobodys(world, client):
    draft = world.draft()
    assert client.get(f"/tenders/{draft.pk}/handover/").status_code == 404


def test_the_page_is_for_everybody_and_the_button_for_who_may(world, tender, client):
    address = f"/tenders/{tender.pk}/handover/"
    button = f"{address}make/"
    assert button not in client.get(address).text

    client.force_login(world.manager)
    assert button in client.get(address).text
    client.post(button)
    assert the_event()["actor"] == f"user:{world.manager.pk}"
