"""The Investment Fund in its first quarter: account, what each month brought in, payment, a neighbour."""

from datetime import datetime, time, timedelta

from contracts.fund import period_of
from procurement.schedule import LIMA, local_day

QUARTER = 3  # months
BILLED = "60180.00"


def open_account(walk):
    treasurer = walk.treasurer
    treasurer.go("/work/")
    treasurer.follow("Abrir la cuenta del fondo")
    days = {"declaration_days": "10", "payment_days": "15"}
    treasurer.press(
        "Registrar", account="Banco de la Nación 00-731", opened_on=str(local_day(walk.at)), **days
    )
    walk.public.go("fund/")


def declare(walk):
    """When the quarter is over the operator writes on the phone what each month brought in."""
    started = walk.call.contracts.get().started_on
    quarter = period_of(started, QUARTER)
    walk.move(datetime.combine(quarter.end + timedelta(days=4), time(12), LIMA))
    for _month in range(started.month, quarter.end.month + 1):
        walk.ana.go("/work/")
        walk.ana.go("fund/")
        walk.ana.follow("Declarar")
        walk.ana.press("Declararlo", amount=BILLED)
    walk.ana.go("fund/")
    walk.ana.follow("Pagar")


def pay(walk):
    """The treasury enters what reached the account."""
    treasurer = walk.treasurer
    treasurer.go("/work/")
    treasurer.follow("Ir a hacerlo")
    treasurer.follow("Anotar el pago")
    treasurer.press("Registrar", received_on=str(local_day(walk.at)), voucher="Operación 4471")


def watch(walk):
    """A neighbour of the JVS sees on the phone what was promised and what came in, and signs."""
    observer = walk.observer
    observer.go("/work/")
    observer.follow("Firmar lo que vio del fondo")
    observer.press("Lo he visto")
    observer.go("fund/")
    for person in (walk.public, walk.mayor, walk.ana):
        person.go("fund/")
    walk.public.go("fund/account/")


def look_back(walk):
    """What is due, and what the next mayor is handed."""
    for person in (walk.public, walk.manager, walk.ana, walk.mayor):
        person.go("duties/")
        person.go("")
    for person in (walk.public, walk.manager):
        person.go("handover/")
