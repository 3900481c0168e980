"""The pages of the transfer, worked through by both sides; what each sees first, and what they may not."""

import pytest

from contracts.models import Workbook, contract_of, transfer_of
from contracts.services import transfer_items, workbooks
from contracts.transfer_items import ITEMS, SEVEN, window
from contracts.views.workbooks import in_words
from procurement import background, chronicle, clock
from procurement.models import Event
from procurement.schedule import local_day
from procurement.services import tenders

from . import transferring
from .transferring import ROWS


@pytest.fixture
def running(world):
    """A call whose joint committee is at work."""
    return world.at("transferring")


def room(tender, place=""):
    return f"/tenders/{tender.pk}/transfer/{place}"


def seen(client, user, address, status=200):
    """Return what a page says to this user."""
    client.logout()
    if user:
        client.force_login(user)
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return response.content.decode()


def sent(client, user, address, status=302, **data):
    """Send a form as this user; return the answer."""
    client.force_login(user)
    response = client.post(address, data)
    assert response.status_code == status, (address, response.content.decode())
    return response


def today():
    return local_day(clock.now())


def work():
    return list(background.run_waiting("worker"))


def test_before_the_signature_the_room_says_what_it_waits_for(client, world):
    tender = world.at("consented")
    assert "cuando el contrato está firmado" in seen(client, None, room(tender))


def test_before_the_plan_the_room_says_who_begins(client, world):
    tender = world.at("signed")
    assert room(tender, "plan/") in seen(client, world.manager, room(tender))
    assert room(tender, "plan/") not in seen(client, None, room(tender))
    seen(client, world.mayor, room(tender, "plan/"), 403)
    seen(client, world.mayor, room(tender, "items/staff/"), 404)


@pytest.mark.slow
def test_both_sides_go_from_the_plan_to_the_first_day_through_the_pages(client, world):  # rules 105-114
    tender = world.at("signed")
    manager, operator = world.manager, transferring.operator(tender)
    last = window(contract_of(tender).signed_on)[1]
    planned = {f"{item.key}_who": "Área técnica" for item in SEVEN}
    planned |= {f"{item.key}_until": last.isoformat() for item in SEVEN}
    late = sent(client, manager, room(tender, "plan/"), 422, due_on="2030-01-01", **planned)
    assert "transfer.plan.outside-months" in late.content.decode()
    sent(client, manager, room(tender, "plan/"), due_on=last.isoformat(), works="Reservorio", **planned)
    assert room(tender, "works/") in seen(client, manager, room(tender))
    sent(client, manager, room(tender, "works/"), agreement="Se empieza antes, acta 3.")
    members = {"municipal_members": "Marta Quispe", "operator_members": "Ana Ruiz"}
    sent(client, manager, room(tender, "install/"), installed_on=str(today()), **members)

    for item in SEVEN:
        page = room(tender, f"items/{item.key}/")
        if item.sheet:
            answer = sent(client, world.atm, f"{page}workbook/", file=transferring.workbook(item.sheet))
            assert "Espera su turno" in seen(client, world.atm, answer.url)
            work()
            assert "Quedó incorporado" in seen(client, world.atm, answer.url)
        sent(client, operator, f"{page}hand-in/", upload=transferring.pdf(), note_text="Todo.")
        sent(client, manager, f"{page}accept/")
        assert "Le toca" not in seen(client, manager, page)
        sent(client, operator, f"{page}accept/")
    assert transfer_of(tender).state == "all_done"

    world.move(clock.now() + (window(contract_of(tender).signed_on)[0] - today()))
    act = room(tender, "act/")
    sent(client, manager, f"{act}write/", place="Planta", readings="1204 m3", starts_on=str(today()))
    assert "Firmar por el operador" in seen(client, operator, act)
    sent(client, operator, f"{act}receive/")
    tenders.override(tender, code="transfer.handover.uncovered", reason="Llegan mañana.", by=manager)
    sent(client, world.mayor, f"{act}hand-over/", 422, number="999")
    sent(client, world.mayor, f"{act}hand-over/", number=tender.number)

    assert transfer_of(tender).state == "handed"
    for user in [None, world.mayor, world.observer, operator]:
        assert "El servicio está entregado" in seen(client, user, room(tender))


def test_each_reads_first_what_comes_next_for_them(client, world, running):
    item = room(running, "items/networks/")
    transferring.prove(world, running, ITEMS["networks"])
    transfer_items.accept(transferring.item(running, "networks"), by=world.manager)
    operator = transferring.operator(running)
    assert f'<a class="btn" href="{item}">' in seen(client, operator, room(running))
    assert "Espera a la otra parte" in seen(client, world.manager, item)
    assert "Se está trabajando" in seen(client, None, item)
    assert 'accept/"' in seen(client, operator, item)
    assert 'accept/"' not in seen(client, world.observer, item)


def test_what_waits_stands_in_the_list_of_work_and_among_the_tasks(client, world, running):
    transferring.prove(world, running, ITEMS["networks"])
    operator = transferring.operator(running)
    for user in [world.manager, world.atm, operator]:
        assert "Revise «Catastro de redes»" in seen(client, user, "/work/")
    assert "0 de 7 cerradas" in seen(client, world.manager, f"/tenders/{running.pk}/")


def test_every_fault_is_shown_with_its_cell(client, world, running):  # rule 109
    bad = [ROWS["inventory"][0] | {"owner": ""}, *ROWS["inventory"]]
    item, file = transferring.item(running, "inventory"), transferring.workbook("inventory", bad)
    workbook = workbooks.upload(item, file=file, by=world.atm)
    work()

    page = seen(client, world.atm, workbook.get_absolute_url())
    for told in ["G2", "Propietario", "sheet.cell.missing", "A3", "sheet.cell.duplicate", "2 errores"]:
        assert told in page
    seen(client, world.observer, workbook.get_absolute_url(), 403)
    assert "2 errores" in seen(client, world.manager, item.get_absolute_url())


def test_a_file_that_is_no_workbook_is_told_at_once(client, world, running):
    page = room(running, "items/users/workbook/")
    answer = sent(client, world.atm, page, 422, file=transferring.pdf("padron.xlsx"))
    assert "sheet.file.not-a-workbook" in answer.content.decode()
    sent(client, world.atm, page, 422, file="")
    assert Workbook.objects.count() == 0


def test_the_page_says_how_far_the_reading_is_without_leaving_it(client, world, running, monkeypatch):
    file = transferring.workbook("users")
    workbook = workbooks.upload(transferring.item(running, "users"), file=file, by=world.atm)
    address = f"{workbook.get_absolute_url()}progress/"
    client.force_login(world.atm)
    assert client.get(address).json()["state"] == "waiting"
    assert in_words("reading", 8000, 0)[1] == "8,000 filas leídas"  # its workbook does not say how many

    heard = []
    finish = workbooks.finish

    def listened(*arguments):
        background.report_progress(1, 4)
        heard.append(client.get(address).json())
        finish(*arguments)

    monkeypatch.setattr(workbooks, "finish", listened)
    work()

    assert (heard[0]["state"], heard[0]["text"]) == ("reading", "1 de 4 filas leídas")
    assert client.get(address).json()["state"] == "imported"
    seen(client, world.outsider, address, 403)


def test_the_empty_workbook_is_there_for_both_sides(client, world, running):
    for user in [world.atm, transferring.operator(running)]:
        client.force_login(user)
        answer = client.get(room(running, "items/staff/workbook/template/"))
        assert answer["Content-Disposition"].endswith('.xlsx"')
        assert answer["Cache-Control"] == "private, no-store"
    seen(client, world.observer, room(running, "items/staff/workbook/template/"), 403)
    seen(client, world.atm, room(running, "items/networks/workbook/"), 404)
    seen(client, world.atm, room(running, "items/garden/"), 404)


def test_no_page_for_others_names_whom_the_workbooks_name(client, world, running):
    for kind in ["staff", "receivables", "users"]:
        transferring.prove(world, running, ITEMS[kind])
    for user in [None, world.observer, world.outsider]:
        pages = [room(running), *(room(running, f"items/{kind}/") for kind in ITEMS)]
        said = "".join(seen(client, user, page) for page in [*pages, f"/tenders/{running.pk}/log/"])
        for secret in ["40000123", "Vega Luna", "Poma", "Unión 7"]:
            assert secret not in said


def test_the_other_side_answers_a_proposal_to_leave_an_item_out(client, world, running):
    page, operator = room(running, "items/rights/"), transferring.operator(running)
    sent(client, world.manager, f"{page}waive/", reason="No hay permisos.")
    assert "Se propone que no haga falta" in seen(client, operator, page)
    sent(client, operator, f"{page}keep/")
    sent(client, operator, f"{page}waive/", reason="No hay permisos.")
    sent(client, world.manager, f"{page}accept/")
    assert "No hay permisos." in seen(client, None, page)


def test_an_item_goes_back_and_forth_through_its_pages(client, world, running):
    page, operator = room(running, "items/networks/"), transferring.operator(running)
    sent(client, operator, f"{page}begin/")
    sent(client, operator, f"{page}hand-in/", upload=transferring.pdf())
    sent(client, world.atm, f"{page}send-back/", 422, objection=" ")
    sent(client, world.atm, f"{page}send-back/", objection="Falta un sector.")
    assert "Falta un sector." in seen(client, operator, page)
    seen(client, world.manager, f"{page}accept/paper/", 403)  # the operator has an account


def test_an_operator_without_account_is_entered_by_paper(client, world, running):  # decision 4
    contract_of(running).__class__.objects.update(operator=None)
    page = room(running, "items/networks/")
    transferring.prove(world, running, ITEMS["networks"])
    sent(client, world.manager, f"{page}accept/")
    assert f"{page}accept/paper/" in seen(client, world.manager, page)
    sent(client, world.manager, f"{page}accept/paper/", paper="Carta 12-2026")
    assert "Carta 12-2026" in seen(client, None, page)


def test_every_event_of_the_transfer_has_its_words(world, running):
    for item in SEVEN[:3]:
        transferring.settle(world, running, item)
    told = {event.body["action"] for event in Event.objects.of(running)}
    assert {action for action in told if "transfer" in action} <= set(chronicle.WORDS)
