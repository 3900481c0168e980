"""What both sides do from the signature to the first day of operations, in the world of the tests."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from contracts import sheets
from contracts.models import contract_of, transfer_of
from contracts.services import transfer, transfer_items, workbooks
from contracts.transfer_items import SEVEN, window
from procurement import clock
from procurement.schedule import local_day
from procurement.services import tenders
from procurement.services.notices import spanish

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = {
    "staff": [
        {
            "document": "40000123",
            "name": "Vega Luna, Ana",
            "position": "Operadora de planta",
            "regime": "728",
            "since": "2001-03-01",
            "pay": "1200.00",
            "agreement": "passes",
        }
    ],
    "inventory": [
        {
            "code": "P-01",
            "description": "Bomba sumergible de 10 HP",
            "location": "Pozo 1",
            "quantity": "2.00",
            "unit": "unidad",
            "unit_value": "4500.50",
            "owner": "Municipalidad Distrital de Laredo",
            "state": "regular",
        },
        {
            "code": "R-01",
            "description": "Reservorio de 200 m3",
            "location": "Alto Laredo",
            "quantity": "1.00",
            "unit": "unidad",
            "unit_value": "80000.00",
            "owner": "Municipalidad Distrital de Laredo",
            "state": "good",
        },
    ],
    "receivables": [
        {
            "code": "U-7",
            "holder": "Poma, Juan",
            "first_month": "2024-01",
            "last_month": "2025-12",
            "amount": "96.00",
            "quality": "yes",
            "passes": "operator",
        }
    ],
    "users": [
        {
            "code": "U-7",
            "holder": "Poma, Juan",
            "address": "Jr. Unión 7",
            "sector": "Centro",
            "service": "both",
            "category": "domestic",
            "connection": "active",
        }
    ],
}


def pdf(name="prueba.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n% " + name.encode() + b"\n%%EOF\n", "application/pdf")


def workbook(kind, rows=None):
    """Return a filled workbook as somebody uploads it."""
    content = sheets.export(sheets.SHEETS[kind], ROWS[kind] if rows is None else rows)
    return SimpleUploadedFile(f"{kind}.xlsx", content, XLSX)


def operator(tender):
    return contract_of(tender).operator


def plan(world, tender, **said):
    """Plan the transfer as its page proposes it."""
    contract = contract_of(tender)
    due_on = window(contract.signed_on)[1]
    items = {item.key: (spanish(item.who), due_on) for item in SEVEN}
    return transfer.plan(contract, **{"due_on": due_on, "items": items, "by": world.manager} | said)


def install(world, tender):
    members = {"municipal_members": "Marta Quispe, gerenta", "operator_members": "Ana Ruiz, gerenta"}
    return transfer.install(
        transfer_of(tender), installed_on=local_day(clock.now()), by=world.manager, **members
    )


def item(tender, kind):
    return transfer_of(tender).items.get(kind=kind)


def upload(tender, kind, by, file=None):
    """Upload a workbook and let it be read, as a worker does."""
    uploaded = workbooks.upload(item(tender, kind), file=file or workbook(kind), by=by)
    workbooks.read_workbook.call(uploaded.pk)
    return type(uploaded).objects.get(pk=uploaded.pk)


def prove(world, tender, about):
    """Do one item: its workbook, its proof."""
    if about.sheet:
        upload(tender, about.key, world.atm)
    return transfer_items.hand_in(item(tender, about.key), upload=pdf(), by=world.atm)


def settle(world, tender, about):
    """Do one item and let both sides accept it."""
    prove(world, tender, about)
    transfer_items.accept(item(tender, about.key), by=world.manager)
    return transfer_items.accept(item(tender, about.key), by=operator(tender))


def settle_all(world, tender):
    for about in SEVEN:
        settle(world, tender, about)
    return transfer_of(tender)


def prepare(world, tender, starts_on=None):
    """Write the act of the delivery, for today unless another day is said."""
    said = {"place": "Planta de Laredo", "readings": "Macromedidor: 1204 m3", "by": world.manager}
    return transfer.prepare_handover(
        transfer_of(tender), starts_on=starts_on or local_day(clock.now()), **said
    )


def deliver(world, tender):
    """Write the act, let the operator sign, and record the delivery four months after the signature."""
    first, _last = window(contract_of(tender).signed_on)
    world.move(clock.now() + timedelta(days=(first - local_day(clock.now())).days + 10))
    uncovered = {"code": "transfer.handover.uncovered", "reason": "Los seguros llegan esta semana."}
    tenders.override(tender, by=world.manager, **uncovered)
    prepare(world, tender)
    transfer.receive(transfer_of(tender), by=operator(tender))
    return transfer.hand_over(transfer_of(tender), by=world.mayor)
