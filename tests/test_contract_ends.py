"""How a contract ends: termination with its due process, agreement, reversion, closing (rules 136-141)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from contracts.models import contract_of
from contracts.services import ending, termination
from procurement import clock
from procurement.schedule import local_day

from . import contracting, guaranteeing
from .papers import paper
from .refusing import refused


@pytest.fixture
def running(world):
    return world.at("running")


@pytest.fixture
def due_process(running):
    """Let the regime of the call be the one that states a due process: DS 023-2005-VIVIENDA art. 182."""
    return contracting.under(running, "oe-2009")


def test_the_due_process_counts_business_days_and_its_order(world, running, due_process):  # rule 141
    found = contracting.give_notice(world, running)
    calendar = running.municipality.calendar()
    sent = local_day(clock.now())
    defence = contracting.step(running, "defence")
    assert defence.due_on == calendar.deadline(sent, 20, "business")
    assert [step.key for step in found.steps.all()] == [
        "notarial_letter",
        "defence",
        "evaluation",
        "opinion",
        "council",
    ]
    skipped = ["contract.termination.step-skipped"]
    assert refused(contracting.take_step, world, running, "evaluation") == skipped
    assert refused(contracting.decide, world, running) == skipped

    contracting.take_step(world, running, "defence")
    evaluation = contracting.step(running, "evaluation")
    assert evaluation.due_on == calendar.deadline(defence.due_on, 20, "business")
    contracting.take_step(world, running, "evaluation")
    contracting.take_step(world, running, "opinion")
    council = contracting.step(running, "council")
    opinion = contracting.step(running, "opinion")
    assert council.due_on == calendar.deadline(opinion.done_on, 10, "business")


def test_the_council_needs_two_thirds_of_its_legal_number(world, running, due_process):  # rule 141
    contracting.give_notice(world, running)
    for key in ("defence", "evaluation", "opinion"):
        contracting.take_step(world, running, key)

    too_few = refused(contracting.decide, world, running, votes_for=3)
    assert too_few == ["contract.termination.majority-not-reached"]
    assert contract_of(running).state == "notice"

    assert contracting.decide(world, running, votes_for=4).state == "terminated"
    assert contract_of(running).terminations.get().outcome == "terminated"


def test_nobody_cuts_the_days_of_the_defence_short(world, running):  # rule 141
    contracting.give_notice(world, running, defence_days=20)
    step = contracting.step(running, "defence")
    contracting.to(world, step.due_on)
    silent = {"done_on": local_day(clock.now()), "text": "No contestó.", "by": world.mayor}
    assert refused(termination.record_step, step, **silent) == ["contract.termination.defence-open"]

    contracting.to(world, step.due_on + timedelta(days=1))
    done = termination.record_step(step, **silent | {"done_on": local_day(clock.now())})

    assert done.done_on == step.due_on + timedelta(days=1)


def test_where_the_regime_is_silent_the_letter_gives_the_days(world, running):  # rule 141
    codes = refused(contracting.give_notice, world, running, defence_days=None)
    assert codes == ["contract.termination.defence-days-missing"]

    found = contracting.give_notice(world, running, defence_days=10)
    assert [step.key for step in found.steps.all()] == ["notarial_letter", "defence", "council"]


def test_an_accepted_defence_brings_the_contract_back_to_where_it_was(world, running):  # domain.md §4.8
    contracting.give_notice(world, running)

    kept = termination.drop_notice(contract_of(running), reason="Era caso fortuito.", by=world.mayor)

    assert (kept.state, kept.terminations.get().outcome) == ("transition", "dropped")


def test_without_cause_the_municipality_owes_an_indemnity(world, running):  # rule 93
    contracting.give_notice(world, running, ground="without-cause", defence_days=None)
    codes = refused(contracting.decide, world, running)
    assert codes == ["contract.termination.indemnity-missing"]

    contracting.decide(world, running, indemnity=Decimal("5000.00"))

    assert contract_of(running).terminations.get().indemnity == Decimal("5000.00")


def test_the_water_goes_on_or_nobody_terminates(world, running):  # rules 77, 139
    contracting.give_notice(world, running, ground="without-cause")

    codes = refused(contracting.decide, world, running, indemnity=Decimal(0), continuity=" ")

    assert codes == ["contract.termination.continuity-missing"]


def test_both_end_it_with_everything_settled(world, running):  # rules 136-138
    ended = contracting.agree_to_end(world, running)

    assert (ended.state, ended.ended_on) == ("mutual_end", local_day(clock.now()))
    assert ended.settlement.staff == contracting.SETTLED["staff"]
    assert running.minutes.filter(kind="contract-agreed-end").exists()


def test_a_municipality_that_holds_shares_says_what_becomes_of_them(world, running):  # rule 137
    contract = contract_of(running)
    contract.shareholders.update(share=Decimal("75.00"))
    contract.shareholders.create(tender=running, kind="municipal", name="Municipalidad", share=Decimal(25))

    assert refused(contracting.agree_to_end, world, running) == ["contract.settlement.shares-missing"]
    assert contracting.agree_to_end(world, running, shares="Se venden al socio.").state == "mutual_end"


def test_the_inventory_adds_up_before_the_contract_closes(world, running):  # rules 97, 140
    contracting.agree_to_end(world, running)
    codes = {
        "contract.reversion.does-not-add-up": {"returned": 2},
        "contract.reversion.not-the-inventory": {"delivered": 1, "returned": 2},
        "contract.reversion.explanation-missing": {"returned": 2, "missing": 1},
    }
    day = local_day(clock.now())
    ending.begin_reversion(contract_of(running), began_on=day, by=world.atm)
    counted = {"delivered": 2, "added": 1, "returned": 3, "missing": 0, "file": paper()}
    for code, wrong in codes.items():
        said = counted | wrong | {"reconciled_on": day}
        assert refused(ending.reconcile, contract_of(running), by=world.atm, **said) == [code]
    closed = ["contract.reversion.not-reconciled"]
    assert refused(ending.close, contract_of(running), by=world.atm) == closed

    ending.reconcile(contract_of(running), by=world.atm, reconciled_on=day, **counted)
    assert ending.close(contract_of(running), by=world.atm).state == "closed"


def test_closing_releases_the_guarantees_that_nobody_claims(world, running):  # domain.md §4.11
    contracting.agree_to_end(world, running)
    contracting.take_back(world, running)
    assert running.guarantees.get(slot="performance").state == "in_force"

    ending.close(contract_of(running), by=world.atm)

    assert running.guarantees.get(slot="performance").state == "released"


def test_a_claim_keeps_the_contract_open(world, running):  # domain.md §4.11
    guaranteeing.claim(world, running.guarantees.get(slot="performance"), takeover_act="RA 41-2027")
    contracting.agree_to_end(world, running)
    contracting.take_back(world, running)

    assert refused(ending.close, contract_of(running), by=world.atm) == ["contract.reversion.claim-open"]


def test_a_signed_contract_may_end_before_anything_is_handed_over(world):  # domain.md §4.8
    tender = world.at("signed")
    contracting.agree_to_end(world, tender)

    nothing = {"delivered": 0, "added": 0, "returned": 0}
    contracting.take_back(world, tender, **nothing)

    assert ending.close(contract_of(tender), by=world.atm).state == "closed"


def test_nobody_else_ends_a_contract(world, running):  # D1
    for by in (world.outsider, world.manager, world.chair, contract_of(running).operator):
        with pytest.raises(PermissionDenied):
            termination.drop_notice(contract_of(running), reason="x", by=by)


def test_a_step_is_taken_once(world, running):  # nothing is erased
    contracting.give_notice(world, running)
    contracting.take_step(world, running, "defence")

    assert refused(contracting.take_step, world, running, "defence") == ["contract.termination.step-done"]


def test_a_notice_while_a_step_waits_ends_with_the_term(world, running):  # domain.md §4.8
    contracting.give_notice(world, running)
    contracting.to(world, contract_of(running).ends_on)
    ending.expire(contract_of(running))

    assert contract_of(running).terminations.get().outcome == "expired"


def test_an_agreement_ends_an_open_termination(world, running):  # rule 137
    contracting.give_notice(world, running)
    contracting.agree_to_end(world, running, reason="policy")

    assert contract_of(running).terminations.get().outcome == "agreed"


def test_nobody_reconciles_before_the_assets_come_back(world, running):  # rule 140
    contracting.agree_to_end(world, running)
    day = local_day(clock.now())
    counted = {"delivered": 2, "added": 0, "returned": 2, "missing": 0, "file": paper()}

    codes = refused(ending.reconcile, contract_of(running), reconciled_on=day, by=world.atm, **counted)

    assert codes == ["contract.reversion.not-begun"]


def test_an_act_before_the_signature_is_refused(world, running):  # decision 2
    signed = contract_of(running).signed_on
    early = {"agreed_on": signed - timedelta(days=1)}

    assert refused(contracting.agree_to_end, world, running, **early) == ["contract.date.too-early"]
