"""What both sides do from the consented award on, in the world of the tests, by the real services."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from contracts.models import contract_of
from contracts.services import drafting, ending, operation, signing, termination
from procurement import clock, regimes
from procurement.models import RegimeDecision, Tender
from procurement.schedule import LIMA, local_day

from . import guaranteeing, transferring
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
    guaranteeing.in_force(world, tender)
    return signing.make_ready(contract, report="Revisado: no falta nada.", by=world.legal)


def sign(world, tender):
    """Draft, report and sign within the days of the terms."""
    contract = make_ready(world, tender)
    world.move(clock.now() + timedelta(days=1))
    said = {"signed_on": local_day(clock.now()), "percentage": contract.award.percentage, "scan": paper()}
    signing.sign(contract, by=world.mayor, **said)
    return tender


def begin_transfer(world, tender):
    """Plan the transfer and install the joint committee."""
    transferring.plan(world, tender)
    transferring.install(world, tender)
    return tender


def start(world, tender):
    """Settle the seven items and deliver the service: the operator begins, with the transition period."""
    transferring.settle_all(world, tender)
    transferring.deliver(world, tender)
    return tender


def under(tender, code):
    """Let a call go on under another regime than the one by which its operator was selected."""
    regime = regimes.load(code)
    RegimeDecision.objects.filter(tender=tender).update(code=code, profile="")
    Tender.objects.filter(pk=tender.pk).update(regime_text=regime.text)
    return Tender.objects.get(pk=tender.pk)


def to(world, day):
    """Go to noon of a day in Lima."""
    world.move(datetime.combine(day, time(12), LIMA))


def cycle(world, contract, supplied_from, days=30):
    """Let one cycle pass, and log it whole: supplied, billed, collected."""
    until = supplied_from + timedelta(days=days)
    to(world, until + timedelta(days=10))
    logged = operation.log_supply(contract, supplied_from=supplied_from, supplied_until=until, by=world.atm)
    billed = {"billed_on": until + timedelta(days=2), "billed": Decimal("15000.00")}
    operation.log_bill(logged, by=world.atm, **billed)
    paid = {"collected_on": until + timedelta(days=10), "collected": Decimal("12000.00")}
    return operation.log_collection(logged, by=world.atm, **paid)


def end_transition(world, tender):
    """Log two cycles and end the transition on its day."""
    contract = contract_of(tender)
    cycle(world, contract, contract.started_on)
    cycle(world, contract, contract.started_on + timedelta(days=31))
    to(world, contract.transition_until)
    return operation.end_transition(contract, by=world.atm)


SETTLED = {
    "guarantees": "La carta fianza se devuelve.",
    "fund": "El saldo pasa a la municipalidad.",
    "receivables": "Pasan a la municipalidad, según la lista.",
    "staff": "Vuelve a la municipalidad con sus derechos.",
    "continuity": "La municipalidad presta el servicio con su área técnica.",
}


def agree_to_end(world, tender, **other):
    """End the contract by agreement, today."""
    said = {
        "agreed_on": local_day(clock.now()),
        "reason": "violence",
        "text": "Hubo ataques.",
        "file": paper(),
    }
    return ending.end_by_agreement(contract_of(tender), by=world.mayor, **SETTLED | said | other)


def give_notice(world, tender, **other):
    """Send the notarial letter today, for a breach, with twenty days to answer."""
    said = {"ground": "breach", "cause": "No presta el servicio.", "letter_on": local_day(clock.now())}
    said |= {"reference": "Carta 44", "file": paper(), "defence_days": 20}
    return termination.give_notice(contract_of(tender), by=world.mayor, **said | other)


def step(tender, key):
    return contract_of(tender).terminations.last().steps.get(key=key)


def take_step(world, tender, key, **other):
    """Record a step of the termination on the day until when it is due."""
    found = step(tender, key)
    if found.due_on:
        to(world, found.due_on)
    said = {"done_on": local_day(clock.now()), "text": "Consta en el expediente.", "file": paper()}
    return termination.record_step(found, by=world.mayor, **said | other)


def decide(world, tender, **other):
    """Let the council decide today, by four votes of six."""
    said = {"decided_on": local_day(clock.now()), "agreement": "Acuerdo 77", "votes_for": 4, "file": paper()}
    said |= {"continuity": "El área técnica toma el servicio."}
    return termination.terminate(contract_of(tender), by=world.mayor, **said | other)


def take_back(world, tender, **other):
    """Take the assets back: everything that was handed over, in the two rows of the inventory."""
    contract = contract_of(tender)
    day = local_day(clock.now())
    ending.begin_reversion(contract, began_on=day, by=world.atm)
    counted = {"delivered": 2, "added": 1, "returned": 3, "missing": 0, "improvements": "Una bomba nueva"}
    said = {"reconciled_on": day, "file": paper()}
    return ending.reconcile(contract, by=world.atm, **counted | said | other)
