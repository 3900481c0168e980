"""The handover: what an incoming mayor finds, as a page and as a pack whose digests stand in the log."""

import hashlib
import io
import json
import subprocess
import zipfile
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from contracts.handover import pack
from contracts.models import contract_of
from contracts.services import handover
from procurement import agenda, clock, tasks
from procurement.models import Event, Notice, Tender
from procurement.schedule import LIMA
from procurement.services import people

from . import bidding
from .world import account

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


@pytest.mark.slow
def test_a_running_contract_is_in_the_pack_with_what_it_costs_to_leave(world):  # rules 93, 101, 158
    tender = world.at("running")

    public, reserved = handover.make(tender, by=world.manager)

    told = json.loads(files_in(public)["datos.json"])
    contract = contract_of(tender)
    sheet = {row["what"]: row["says"] for row in told["in_force"]["contract"]}
    assert sheet["Operador"] == contract.operator_name
    assert f"{contract.fund_percentage} %" in sheet["Fondo de inversión"]
    assert [row["sha256"] for row in told["in_force"]["annexes"]] == [
        row.sha256 for row in contract.annexes.all()
    ]
    assert [row["amount"] for row in told["in_force"]["guarantees"]] == ["10000.00"]
    assert len(told["in_force"]["transfer"]) == 7
    costs = {row["what"]: row["says"] for row in told["leaving"]["leaving"]}
    assert costs["Indemnización si la municipalidad lo termina sin causa"] == contract.clauses["indemnity"]
    assert costs["Garantía de fiel cumplimiento"].startswith("S/ 10,000.00")
    assert costs["Atender el servicio por un tiempo"].startswith("2 meses cuestan S/ 24,000.00")
    assert {row["what"] for row in told["due"]["duties"]} >= {"Último día del contrato"}
    assert contract.representative_dni not in b"".join(files_in(public).values()).decode()
    assert contract.representative_dni in files_in(reserved)["reservado.json"].decode()


def test_the_digests_are_checked_without_convoca(world, tender, tmp_path):
    public, _reserved = handover.make(tender, by=world.manager)
    with zipfile.ZipFile(public.file.path) as archive:
        archive.extractall(tmp_path)

    check = ["sha256sum", "--check", "--quiet", "sha256sums.txt"]
    whole = subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode
    (tmp_path / "datos.json").write_text("{}")
    changed = subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode

    assert (whole, changed) == (0, 1)


def test_an_envelope_stays_shut_in_the_pack_of_a_call_that_goes_on(world):  # decision 16
    tender = world.at("integrated")
    before = len(pack.log_of(tender).splitlines())
    bidding.present_all(world, tender)

    public, _reserved = handover.make(tender, by=world.manager)

    shown = len(files_in(public)["registro.jsonl"].splitlines())
    hidden = tender.stated["receipts_public"] == "close"
    assert (shown == before) is hidden
    assert "Servicios Ana" not in b"".join(files_in(public).values()).decode()


def test_a_new_mayor_is_asked_to_read_what_there_is_for_two_months(world, tender):  # rules 101, 158
    old = world.municipality.appointments.get(user=world.mayor)
    world.move(clock.now() + timedelta(days=1))
    people.end_appointment(old, document="Ley 26864", by=world.mayor)
    new = account(61, "Nilda", "Alcaldesa")
    people.invite_mayor(world.municipality, new, document="credencial JNE 9", by=world.host)

    def asked(user, later=0):
        found = tasks.of([tender], user, clock.now() + timedelta(days=later))[tender.pk]
        return [task.url for task in found if task.url.endswith("/handover/")]

    assert asked(new) == [f"/tenders/{tender.pk}/handover/"]
    assert (asked(new, 61), asked(world.manager)) == ([], [])


@pytest.mark.parametrize(
    ("day", "state", "mine"),
    [(3, "pending", False), (4, "ready", True)],
)
def test_from_the_election_on_the_pack_is_somebodys_task(world, tender, day, state, mine):
    world.move(datetime(2026, 10, day, 12, tzinfo=LIMA))

    def step(user):
        parts = dict(agenda.of(Tender.objects.get(pk=tender.pk), user, clock.now()))
        steps = [step for steps in parts.values() for step in steps]
        return next(step for step in steps if step.url.endswith("/handover/"))

    assert (step(world.manager).state, step(world.manager).mine) == (state, mine)
    assert step(world.observer).mine is False
    handover.make(tender, by=world.manager)
    assert step(world.manager).state == ("done" if mine else state)


def test_the_page_of_a_draft_is_nobodys(world, client):
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
