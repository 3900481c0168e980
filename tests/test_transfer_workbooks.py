"""Workbooks of the transfer: kept whole or not at all, once, in the background; seen by whom they concern."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from contracts.models import Workbook, WorkbookRow
from contracts.services import transfer_items, workbooks
from contracts.transfer_items import ITEMS
from procurement import background, clock
from procurement.models import Event, Notice

from . import transferring
from .refusing import refused
from .transferring import ROWS


@pytest.fixture
def running(world):
    """A call whose joint committee is at work."""
    return world.at("transferring")


def upload(world, tender, kind="inventory", rows=None, by=None):
    """Upload a workbook and leave it to the worker."""
    file = transferring.workbook(kind, rows)
    return workbooks.upload(transferring.item(tender, kind), file=file, by=by or world.atm)


def work():
    return [went for _what, went in background.run_waiting("worker")]


def again(workbook):
    return Workbook.objects.get(pk=workbook.pk)


def events_of(tender, action):
    return [e.body for e in Event.objects.of(tender) if e.body["action"] == f"transferitem.{action}"]


def test_a_worker_takes_a_good_workbook_over_whole(world, running):  # rule 109
    workbook = upload(world, running)
    assert (workbook.finished_at, WorkbookRow.objects.count()) == (None, 0)

    assert work() == ["done"]

    workbook = again(workbook)
    assert (workbook.is_imported, workbook.row_count, str(workbook.total)) == (True, 2, "89001.00")
    assert [row["code"] for row in workbooks.rows_of(workbook)] == ["P-01", "R-01"]
    item = transferring.item(running, "inventory")
    assert (item.workbook, item.state) == (workbook, "in_progress")
    assert events_of(running, "import")[-1]["facts"]["total"] == "89001.00"
    assert Notice.objects.filter(user=world.atm, subject__contains="quedó incorporado").exists()


def test_one_bad_row_and_nothing_of_the_workbook_is_taken(world, running):  # rule 109
    good = [ROWS["inventory"][0] | {"code": f"P-{number}"} for number in range(50)]
    workbook = upload(world, running, rows=[*good, good[0] | {"owner": ""}])

    work()

    workbook = again(workbook)
    assert {(fault[0], fault[2]) for fault in workbook.faults} == {
        ("G52", "sheet.cell.missing"),
        ("A52", "sheet.cell.duplicate"),
    }
    assert (workbook.is_imported, WorkbookRow.objects.count()) == (False, 0)
    assert transferring.item(running, "inventory").workbook is None
    assert Notice.objects.filter(user=world.atm, subject__contains="tiene errores").exists()


def test_a_better_workbook_takes_the_place_and_the_first_one_stays(world, running):
    upload(world, running)
    work()
    upload(world, running, rows=ROWS["inventory"][:1])
    work()

    first, second = Workbook.objects.all()
    assert transferring.item(running, "inventory").workbook == second
    assert (first.rows.count(), second.rows.count()) == (2, 1)  # nothing is erased


def test_a_workbook_with_faults_leaves_the_one_before_in_its_place(world, running):
    upload(world, running)
    work()
    kept = transferring.item(running, "inventory").workbook
    upload(world, running, rows=[ROWS["inventory"][0] | {"owner": ""}])
    work()
    assert transferring.item(running, "inventory").workbook == kept


def test_whoever_had_accepted_looks_at_another_workbook_again(world, running):
    transferring.prove(world, running, ITEMS["inventory"])
    transfer_items.accept(transferring.item(running, "inventory"), by=world.manager)
    upload(world, running, by=transferring.operator(running))
    work()
    item = transferring.item(running, "inventory")
    assert (item.state, item.municipality_accepted_at) == ("evidenced", None)


# Done again, cut off, too late


def test_reading_it_twice_is_reading_it_once(world, running):
    workbook = upload(world, running)
    work()
    for _ in range(2):
        workbooks.read_workbook.call(workbook.pk)
    assert WorkbookRow.objects.count() == 2
    assert len(events_of(running, "import")) == 1


def test_two_workers_at_one_workbook_write_it_once(world, running, monkeypatch):
    workbook = upload(world, running)
    reading = workbooks.sheets.read

    def slower(*arguments, **named):
        found = reading(*arguments, **named)
        monkeypatch.setattr(workbooks.sheets, "read", reading)
        workbooks.read_workbook.call(workbook.pk)  # the other worker, which is done first
        return found

    monkeypatch.setattr(workbooks.sheets, "read", slower)
    workbooks.read_workbook.call(workbook.pk)

    assert WorkbookRow.objects.count() == 2
    assert len(events_of(running, "import")) == 1


def test_a_worker_that_dies_leaves_nothing_and_another_one_does_it(world, running, monkeypatch):
    workbook = upload(world, running)

    def die(*arguments):
        WorkbookRow.objects.create(workbook=workbook, number=2, values={})
        raise MemoryError

    keep = workbooks.keep
    monkeypatch.setattr(workbooks, "keep", die)
    assert work() == ["put off"]
    assert (again(workbook).finished_at, WorkbookRow.objects.count()) == (None, 0)

    monkeypatch.setattr(workbooks, "keep", keep)
    world.move(clock.now() + timedelta(minutes=2))
    assert work() == ["done"]
    assert again(workbook).is_imported


def test_a_workbook_of_an_item_that_was_settled_meanwhile_is_not_taken(world, running):
    workbook = upload(world, running, "receivables")
    item = transferring.item(running, "receivables")
    transfer_items.propose_waiver(item, reason="No hay deudas.", by=world.manager)
    transfer_items.accept(item, by=transferring.operator(running))

    work()

    assert again(workbook).faults == [["", "", "sheet.item.settled", {}]]
    assert again(workbook).told_faults[0][2]
    assert WorkbookRow.objects.count() == 0


def test_the_work_is_asked_for_with_the_upload_or_not_at_all(world, running):
    with pytest.raises(PermissionDenied):
        upload(world, running, by=world.observer)
    assert DBTaskResult.objects.count() == 0
    workbook = upload(world, running)
    assert str(DBTaskResult.objects.get().pk) == workbook.work


def test_one_workbook_of_an_item_is_read_at_a_time(world, running):
    upload(world, running)
    assert refused(upload, world, running) == ["transfer.workbook.being-read"]
    work()
    assert upload(world, running).pk


# What is turned away at the door


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"%PDF-1.4\n%%EOF", "sheet.file.not-a-workbook"), (b"", "sheet.file.not-a-workbook")],
)
def test_what_no_worker_could_read_is_not_kept(world, running, content, code):
    item, file = transferring.item(running, "users"), SimpleUploadedFile("padron.xlsx", content)
    assert refused(workbooks.upload, item, file=file, by=world.atm) == [code]
    assert Workbook.objects.count() == 0


def test_an_item_without_workbook_takes_none(world, running):
    item = transferring.item(running, "networks")
    file = transferring.workbook("users")
    assert refused(workbooks.upload, item, file=file, by=world.atm) == ["transfer.item.no-workbook"]


def test_before_the_committee_is_installed_nothing_is_uploaded(world):
    tender = world.at("signed")
    transferring.plan(world, tender)
    assert refused(upload, world, tender) == ["transfer.item.not-installed"]


# Whom it concerns


def test_the_log_says_how_many_rows_and_nothing_of_them(world, running):  # rules 107, 110, 112
    for kind in ["staff", "receivables", "users"]:
        upload(world, running, kind)
    work()
    leaves = b"".join(event.leaf for event in Event.objects.of(running)).decode()
    assert '"rows":1' in leaves
    for secret in ["40000123", "Vega Luna", "Poma", "Unión 7"]:
        assert secret not in leaves


def asked(client, tender, kind, what):
    """Ask for something of an item, and read a file to its end."""
    response = client.get(f"/tenders/{tender.pk}/transfer/items/{kind}/{what}")
    if response.streaming:
        b"".join(response.streaming_content)
    return response


@pytest.mark.parametrize(
    ("kind", "who", "export", "evidence"),
    [
        ("users", "manager", 200, 200),
        ("users", "operator", 200, 200),
        ("users", "observer", 403, 403),
        ("users", "outsider", 403, 403),
        ("inventory", "observer", 200, 200),
        ("inventory", "outsider", 403, 403),
    ],
)
def test_a_workbook_and_a_proof_are_shown_to_whom_they_concern(
    client, world, running, kind, who, export, evidence
):
    transferring.prove(world, running, ITEMS[kind])
    client.force_login(transferring.operator(running) if who == "operator" else getattr(world, who))

    assert asked(client, running, kind, "workbook/export/").status_code == export
    assert asked(client, running, kind, "evidence/").status_code == evidence


def test_the_public_reads_the_proof_that_names_nobody(client, world, running):  # rule 108
    for kind in ["networks", "titles"]:
        transferring.prove(world, running, ITEMS[kind])
    assert asked(client, running, "networks", "evidence/").status_code == 200
    assert asked(client, running, "titles", "evidence/").url.startswith("/accounts/login")
    proof = transferring.item(running, "titles").evidence
    assert client.get(f"/documents/{proof.pk}/").status_code == 404


def test_what_was_taken_over_goes_out_as_it_came(client, world, running):  # rule 112
    upload(world, running, "users")
    work()
    client.force_login(world.manager)
    content = asked(client, running, "users", "workbook/export/").content

    file = SimpleUploadedFile("padron.xlsx", content)
    assert transferring.upload(running, "users", world.atm, file).is_imported
    first, second = [list(workbooks.rows_of(each)) for each in Workbook.objects.all()]
    assert first == second


def test_a_reserved_file_is_opened_by_who_works_on_the_transfer_alone(client, world, running):  # decision 6
    workbook = upload(world, running, "users")
    work()
    transferring.prove(world, running, ITEMS["staff"])
    files = [workbook.document, transferring.item(running, "staff").evidence]
    assert all(file.reserved for file in files)

    def answers(user):
        client.logout()
        if user:
            client.force_login(user)
        return [status(client.get(reverse("document", args=[file.pk]))) for file in files]

    assert answers(world.manager) == answers(world.atm) == [200, 200]
    committee = [world.chair, world.secretary]  # who may read the scans of minutes
    for user in [None, world.outsider, *committee, world.observer, world.legal, world.mayor]:
        assert answers(user) == [404, 404], user


def status(response):
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code
