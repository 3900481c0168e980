"""What both sides do from the consented award on, in the world of the tests, by the real services."""

from datetime import timedelta

from contracts.models import contract_of
from contracts.services import drafting, signing
from guarantees.models import Guarantee
from procurement import clock
from procurement.schedule import local_day

from .papers import paper

WRITTEN = {
    "readjustment": "Cada año, con el índice de precios al consumidor: cuota × índice actual ÷ anterior.",
    "indemnity": "Lo invertido y no amortizado, según el último balance, en sesenta días.",
}
REASON = "Las obras no están terminadas y el servicio fue gratuito por largo tiempo."


def draft(world, tender):
    """Begin the draft and write every part of it; the guarantee is another matter."""
    contract = drafting.begin(tender, number="001-2026", by=world.legal)
    who = {"representative": "Ana Ruiz", "representative_dni": "40000021", "power_entry": "Asiento C0001"}
    drafting.set_operator(contract, by=world.legal, **who)
    situations = ["works", "free"]
    drafting.set_transition(contract, days=120, situations=situations, reason=REASON, by=world.legal)
    drafting.set_clauses(contract, texts=WRITTEN, by=world.legal)
    drafting.add_annex(contract, kind="business-plan", file=paper("plan.pdf"), by=world.legal)
    return contract_of(tender)


def make_ready(world, tender):
    contract = draft(world, tender)
    secure(world, tender)
    return signing.make_ready(contract, report="Revisado: no falta nada.", by=world.legal)


def sign(world, tender):
    """Draft, report and sign within the days of the terms."""
    contract = make_ready(world, tender)
    world.move(clock.now() + timedelta(days=1))
    said = {"signed_on": local_day(clock.now()), "percentage": contract.award.percentage, "scan": paper()}
    signing.sign(contract, by=world.mayor, **said)
    return tender


def secure(world, tender):
    """Put the performance guarantee of the winner in place."""
    contract = contract_of(tender)
    Guarantee.objects.create(
        tender=tender,
        slot="performance",
        instrument="CARTA_FIANZA",
        state="in_force",
        obligor_name=contract.operator_name,
        obligor_document=contract.operator_document,
        required_amount="10000.00",
        amount="10000.00",
        currency="PEN",
        start=local_day(clock.now()),
    )
