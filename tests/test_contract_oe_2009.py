"""A contract under the regime of 2009, from the final award to the last asset that comes back: nothing of the
regime is replaced (domain.md §3.2, §3.4).

How the operator is selected that regime leaves to a contracting law whose text is not held here: the award
came about by the rules of the pilot, and from there on the municipality follows DS 023-2005-VIVIENDA.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from contracts.models import contract_of
from contracts.services import drafting, ending, signing
from procurement import clock
from procurement.schedule import local_day

from . import contracting, guaranteeing
from .papers import paper
from .refusing import refused


@pytest.fixture
def tender(world):
    """A call with its final award, which goes on under the regime of 2009."""
    tender = contracting.under(world.at("consented"), "oe-2009")
    assert tender.profile.find("termination.majority") == "two_thirds_legal_number"
    return tender


def sign(world, tender):
    """Draft, report and sign; the object of the company is sanitation alone (art. 178)."""
    contract = contracting.draft(world, tender)
    report = {"report": "Revisado: no falta nada.", "by": world.legal}
    assert refused(signing.make_ready, contract, **report) == ["contract.operator.object-not-exclusive"]
    who = {"representative": "Ana Ruiz", "representative_dni": "40000021", "power_entry": "Asiento C0001"}
    drafting.set_operator(contract, is_exclusive=True, by=world.legal, **who)
    contract = signing.make_ready(contract_of(tender), **report)
    said = {"signed_on": local_day(clock.now()), "percentage": contract.award.percentage, "scan": paper()}
    return signing.sign(contract, by=world.mayor, **said)


def test_twenty_years_are_the_most_and_no_slot_is_asked(world, tender):  # rule 90; art. 177; domain.md §3.2
    contract = contracting.draft(world, tender)
    said = {"fund_manager": "joint", "by": world.legal}
    assert refused(drafting.set_term, contract, years=21, **said) == ["contract.term.out-of-range"]
    assert drafting.set_term(contract, years=20, **said).years == 20
    brought = {"required_amount": Decimal("10000.00"), "amount": Decimal("10000.00")}
    codes = refused(guaranteeing.receive, world, tender, **brought)
    assert "guarantee.slot.not-in-regime" in codes  # the contracting law says which guarantees are asked


def test_from_the_award_to_the_termination_by_its_due_process(
    world, tender
):  # rules 99-114, 139-141; art. 182
    contract = sign(world, tender)
    [copy] = contract.obligations.filter(kind="copy")
    assert "Dirección Nacional de Saneamiento" in copy.text  # RM 270-2009 art. 12

    contracting.begin_transfer(world, tender)
    contracting.start(world, tender)
    contract = contract_of(tender)
    renewal = contract.obligations.get(kind="renewal")
    assert (
        contract.ends_on.year - renewal.due_on.year
    ) * 12 + contract.ends_on.month - renewal.due_on.month == 6
    contracting.end_transition(world, tender)

    contracting.to(world, date(2027, 3, 1))  # a Monday
    contracting.give_notice(world, tender, defence_days=None)
    keys = ["notarial_letter", "defence", "evaluation", "opinion", "council"]
    assert [step.key for step in contract_of(tender).terminations.get().steps.all()] == keys

    # Counted by hand: 25 and 26 March are Holy Thursday and Good Friday, Monday 7 June is a holiday.
    days = {}
    for key in keys[1:4]:
        assert refused(contracting.decide, world, tender) == ["contract.termination.step-skipped"]
        contracting.take_step(world, tender, key)
        days[key] = contracting.step(tender, key).due_on
    days["council"] = contracting.step(tender, "council").due_on
    assert days == {
        "defence": date(2027, 3, 31),
        "evaluation": date(2027, 4, 28),
        "opinion": date(2027, 5, 26),
        "council": date(2027, 6, 10),
    }

    contracting.to(world, days["council"])
    assert tender.municipality.legal_number == 6
    too_few = refused(contracting.decide, world, tender, votes_for=3)
    assert too_few == ["contract.termination.majority-not-reached"]
    assert contract_of(tender).state == "notice"
    assert contracting.decide(world, tender, votes_for=4).state == "terminated"

    ended = ending.begin_reversion(contract_of(tender), began_on=days["council"], by=world.atm)
    counted = {"delivered": 2, "added": 0, "returned": 2, "missing": 0}
    day = days["council"] + timedelta(days=1)
    contracting.to(world, day)
    ending.reconcile(ended, reconciled_on=day, file=paper(), by=world.atm, **counted)
    assert ending.close(contract_of(tender), by=world.atm).state == "closed"
