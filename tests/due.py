"""What somebody owes after the award, as rows alone: nobody walked here."""

from datetime import date
from decimal import Decimal

from contracts.models import Contract, Fund
from guarantees.models import Guarantee
from procurement import clock

from .world import account


def contract_in_force(world, tender):
    """A contract in force with an account that acts for the operator."""
    world.operator = account(71, "Óscar", "Operador")
    award = tender.awards.get()
    return Contract.objects.create(
        tender=tender,
        award=award,
        number="001-2026",
        state="in_force",
        drafted_at=clock.now(),
        operator=world.operator,
        operator_name="Agua Clara SAC",
        operator_document="20100000001",
        years=10,
        term_starts_from="transfer",
        signed_on=date(2026, 6, 1),
        started_on=date(2026, 9, 1),
        ends_on=date(2036, 9, 1),
        fund_percentage=Decimal("10.20"),
        fund_base="turnover",
        fund_vat="excluded",
        fund_frequency="quarterly",
    )


def guarantee(contract, **other):
    facts = {
        "slot": "performance",
        "instrument": "CARTA_FIANZA",
        "state": "in_force",
        "obligor_name": contract.operator_name,
        "obligor_document": contract.operator_document,
        "account": contract.operator,
        "required_amount": Decimal(20000),
        "amount": Decimal(20000),
        "currency": "PEN",
        "expiry": date(2027, 3, 31),
        "claim_until": date(2027, 4, 15),
    }
    return Guarantee.objects.create(tender=contract.tender, **facts | other)


def fund(contract, world):
    return Fund.objects.create(
        tender=contract.tender,
        contract=contract,
        account="Banco de la Nación 123",
        payment_days=10,
        declaration_days=5,
        opened_on=date(2026, 9, 1),
        entered_at=clock.now(),
        by=world.treasurer,
    )
