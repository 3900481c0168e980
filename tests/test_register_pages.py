"""The registers as workbooks: who may take which, what names people, text that stays text, equal bytes."""

from datetime import datetime
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from procurement.models import Attendance, Query, TermsSale
from procurement.services import sale

from . import comparing, guaranteeing
from .funding import filled
from .test_sale import pay


def download(client, user, name, *args):
    client.logout()
    if user:
        client.force_login(user)
    return client.get(reverse(name, args=args))


def book(client, user, name, *args):
    """Return a register as somebody takes it: heading → the values below it."""
    answer = download(client, user, name, *args)
    assert answer.status_code == 200, answer.status_code
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    [sheet] = load_workbook(BytesIO(answer.content))
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return {column[0].value: [cell.value for cell in column[1:]] for column in sheet.iter_cols()}


@pytest.fixture
def tender(world):
    return world.at("consented")


def test_the_buyers_are_for_the_till_and_whoever_takes_the_list_is_recorded(world, tender, client):  # rule 35
    name, looked = "sale-register", sale.looks(tender).count()

    found = book(client, world.treasurer, name, tender.pk)

    assert found["Recibo"] == sorted(found["Recibo"])
    assert found["Documento"] == [each.dni for each in tender.terms_sales.order_by("receipt")]
    assert isinstance(found["Pagó el"][0], datetime)
    assert sale.looks(tender).count() == looked + 1
    for person in (world.chair, world.observer, world.outsider, world.ana):
        assert download(client, person, name, tender.pk).status_code == 403
    assert download(client, None, name, tender.pk).status_code == 302
    assert sale.looks(tender).count() == looked + 1


def test_who_came_to_a_meeting_is_for_whoever_keeps_the_list(world, tender, client):  # rules 44, 45
    meeting = tender.meetings.filter(attendances__isnull=False).first()

    found = book(client, world.secretary, "attendance-register", tender.pk, meeting.pk)

    assert found["Nombre"] == [each.name for each in meeting.attendances.all()]
    assert found["Documento"] == [each.dni for each in meeting.attendances.all()]
    for person in (world.outsider, world.observer, world.ana):
        assert download(client, person, "attendance-register", tender.pk, meeting.pk).status_code == 403
    assert download(client, world.secretary, "attendance-register", tender.pk, 10**6).status_code == 404


def test_the_public_reads_the_answers_and_never_who_asked(world, tender, client):  # rule 47, decision 8
    Query.objects.create(
        tender=tender,
        state="received",
        source="page",
        asker=world.ana,
        original="Soy Ana",
        text="¿Sin respuesta?",
        received_at=tender.announced_at,
        entered_at=tender.announced_at,
    )

    public = book(client, None, "query-register", tender.pk)
    register = book(client, world.secretary, "query-register", tender.pk)

    assert public["Consulta"] == [each.text for each in tender.queries.answered().heads()]
    assert all(public["Respuesta"])
    assert "¿Sin respuesta?" in register["Consulta"]
    assert "¿Sin respuesta?" not in public["Consulta"]
    assert "Estado" not in public
    told = str(public) + str(register)
    assert "Soy Ana" not in told
    assert str(world.ana) not in told


def test_the_guarantees_are_public_and_what_identifies_the_paper_is_not(world, tender, client):  # rule 69
    guarantee = guaranteeing.receive(world, tender)

    public = book(client, None, "guarantee-workbook", tender.pk)
    kept = book(client, world.treasurer, "guarantee-workbook", tender.pk)

    assert guarantee.obligor_name in public["La trajo"]
    assert "Número" not in public
    assert guarantee.number in kept["Número"]
    for found in (public, kept):
        assert guarantee.obligor_document not in str(found)


def test_the_account_of_the_fund_is_public_with_its_balance(world, client):  # rules 83, 84
    the_fund = filled(world)
    receipt = the_fund.receipts.get()

    found = book(client, None, "fund-register", the_fund.tender_id)

    assert found["Entró, S/"] == found["Hay en el fondo, S/"] == [float(receipt.amount)]
    assert found["Comprobante"] == [receipt.voucher]
    assert download(client, None, "fund-register", 10**6).status_code == 404


def test_without_a_fund_there_is_no_account(tender, client):
    assert download(client, None, "fund-register", tender.pk).status_code == 404


@pytest.mark.parametrize("name", comparing.NAMES)
def test_a_name_stays_the_text_that_it_is(world, tender, client, name):
    sold = tender.terms_sales.filter(receipt__isnull=False).first()
    TermsSale.objects.filter(pk=sold.pk).update(organization=name[:200])

    found = book(client, world.treasurer, "sale-register", tender.pk)

    written = {"\u202e": "", "\u202c": "", "\u200f": "", "\x01": "", "\ufffe": ""}
    assert name[:200].translate(str.maketrans(written)) in found["Organización"]


def test_equal_registers_are_equal_bytes(world, tender, client):
    first, again = (download(client, None, "query-register", tender.pk).content for _ in range(2))
    assert first == again


def test_each_page_offers_its_register(world, tender, client):
    meeting = tender.meetings.filter(attendances__isnull=False).first()
    pages = [
        (world.treasurer, "sale-list", "sale-register", ()),
        (world.secretary, "meeting-attendance", "attendance-register", (meeting.pk,)),
        (None, "query-list", "query-register", ()),
        (None, "guarantee-list", "guarantee-workbook", ()),
    ]
    for person, page, register, more in pages:
        shown = download(client, person, page, tender.pk, *more)
        assert reverse(register, args=[tender.pk, *more]) in shown.content.decode(), page


def test_a_register_of_nobody_has_its_columns(world, client):
    tender = world.at("announced")
    Attendance.objects.filter(tender=tender).delete()
    assert book(client, world.treasurer, "sale-register", tender.pk)["Recibo"] == []
    pay(world, sale.request(tender, by=sale.BUYER, first_name="Ana", last_name="Paz", dni="40112233"))
    assert book(client, world.treasurer, "sale-register", tender.pk)["Recibo"] == [1]
