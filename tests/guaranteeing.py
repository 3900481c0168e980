"""What operator, treasury, legal adviser and manager do about guarantees, by the real services."""

from datetime import timedelta
from decimal import Decimal

from guarantees.catalogue import CATALOGUE
from guarantees.models import Guarantee
from guarantees.services import contingency, life, reception
from procurement import clock
from procurement.business_days import add_years
from procurement.schedule import local_day

ISSUER = {"issuer": "Banco Inventado", "number": "CF-001"}
PLAN = {
    "months": 2,
    "monthly_cost": Decimal("15000.00"),
    "monthly_turnover": Decimal("15000.00"),
    "percentage": Decimal("10.20"),
    "bridge": "La reserva de tesorería, hasta S/ 30,000.00.",
    "responsible": "Gerencia municipal",
}


def today():
    return local_day(clock.now())


def obligor_of(tender):
    """Return who must bring it: whoever has the award."""
    bidder = tender.awards.get(ended_at=None).bid.bidder
    documents = "|".join(bidder.identifiers())
    return {"obligor_name": bidder.name, "obligor_document": documents, "account": bidder.account}


def particulars(instrument, **other):
    """Return what the paper says: it begins today and lasts eleven years."""
    kind = CATALOGUE[instrument]
    found = {"instrument": instrument, "start": today(), "custody": "Caja fuerte, sobre 014"}
    if kind.issuer:
        found |= ISSUER
    if kind.family in ("surety", "title", "insurance", "trust"):
        found["expiry"] = add_years(today(), 1 if kind.yearly else 11)
    if kind.premium:
        found["premium_paid_until"] = found["expiry"]
    if kind.last_constituted:
        found["issued_on"] = kind.last_constituted
    return found | other


def receive(world, tender, slot="performance", instrument="CARTA_FIANZA", *, amount=None, **other):
    """Hand the original in at the till."""
    if slot == "assets":
        other = {"required_amount": Decimal("20000.00"), "amount_rule": "inventario"} | other
    asked = reception.asked(tender, slot)
    amount = amount or (asked[0] if asked else other.get("required_amount"))
    brought = obligor_of(tender) | particulars(instrument) | {"amount": amount, "currency": "PEN"}
    return reception.receive(tender, slot=slot, **{"by": world.treasurer} | brought | other)


def findings(guarantee, **other):
    """Return what the legal adviser finds: all is well, unless it is told otherwise."""
    kind = guarantee.kind
    found = {
        "verification": "Se preguntó al emisor y al registro; todo está conforme.",
        "in_writing": True,
        "public_deed": "Escritura 123" if kind.public_deed else "",
        "checks": [line.key for line in kind.checks],
        "wording": list(kind.wording),
        "named_members": list(guarantee.obligor_members),
        "is_endorsed": kind.is_insurance,
    }
    if kind.issuer:
        found |= {"issuer_authorised": True, "issuer_source": "Lista de la SBS"}
        found |= {"confirmed_by": "Carla Confirma", "confirmed_on": today()}
    return found | other


def answer_for(world, guarantee):
    """Write who answers, and what the goods are worth, where the instrument has that."""
    if guarantee.instrument in ("FIANZA", "FIANZA_SOLIDARIA"):
        person = {"name": "Fidel Fiador", "document": "40000077", "assets": Decimal("80000.00")}
        reception.add_guarantor(guarantee, by=world.treasurer, **person)
    if guarantee.kind.has_value:
        worth = {"value": Decimal("60000.00"), "haircut": Decimal("30.00"), "done_on": today()}
        people = {"appraiser_1": "Ing. Uno CIP 1", "appraiser_2": "Arq. Dos CAP 2"}
        reception.appraise(guarantee, by=world.legal, **worth | people)


def plan(world, tender):
    """Write the contingency plan, unless it is there."""
    if not tender.contingency_plans.exists():
        contingency.plan(tender, by=world.manager, **PLAN)


def verify(world, guarantee, **other):
    answer_for(world, guarantee)
    return reception.verify(guarantee, by=world.legal, **findings(guarantee) | other)


def accept(world, guarantee):
    """Verify it and accept it, with the plan that it may need."""
    if guarantee.state == Guarantee.State.PRESENTED:
        guarantee = verify(world, guarantee)
    if guarantee.slot == "performance" and not guarantee.kind.at_once:
        plan(world, guarantee.tender)
    by = world.chair if guarantee.slot == "bid" else world.manager
    return reception.accept(guarantee, decision="Resolución de Gerencia 010-2026", by=by)


def register(world, guarantee):
    entry = {"entry": "Asiento D00001", "office": "Trujillo", "inscribed_on": today()}
    return reception.register(guarantee, by=world.legal, **entry)


def in_force(world, tender, slot="performance", instrument="CARTA_FIANZA", **other):
    """Put a guarantee in force: received, verified, accepted, and registered where that is needed."""
    guarantee = accept(world, receive(world, tender, slot, instrument, **other))
    return register(world, guarantee) if guarantee.needs_registration else guarantee


def all_in_force(world, tender):
    """Put every guarantee of the contract in force; return them by slot."""
    return {
        "performance": in_force(world, tender),
        "assets": in_force(
            world, tender, "assets", "SEGURO_BIENES", number="SB-1", issuer="Seguros Inventados"
        ),
        "third_parties": in_force(
            world, tender, "third_parties", "SEGURO_RC", number="RC-1", issuer="Seguros Inventados"
        ),
    }


def claim(world, guarantee, **other):
    """Order that it is claimed, with the demand delivered today."""
    told = {"cause": "breach", "act": "Resolución de Alcaldía 40-2027", "letter": "Carta notarial 12"}
    return life.claim(guarantee, by=world.mayor, **told | {"demanded_on": today()} | other)


def execute(world, guarantee, **other):
    told = {"paid": guarantee.amount, "paid_on": today(), "receipt": "Operación 778"}
    return life.execute(guarantee, by=world.treasurer, **told | other)


def give_back(world, guarantee, **other):
    told = {"returned_to": "Ana Ruiz", "returned_on": today()}
    return life.return_it(guarantee, by=world.treasurer, **told | other)


def expire_on(world, guarantee, days=0):
    """Go to noon of its last day, and so many days on."""
    noon = clock.now() - timedelta(days=(local_day(clock.now()) - guarantee.expiry).days)
    world.move(noon + timedelta(days=days))
