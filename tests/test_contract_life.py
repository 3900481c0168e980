"""The contract while it runs: transition and cycles, suspension, what is owed (rules 97-104, 132)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from contracts import duties
from contracts.models import Contract, contract_of
from contracts.services import addenda, ending, operation, signing
from guarantees.services import life
from procurement import clock
from procurement.roles import Role
from procurement.schedule import local_day
from procurement.services import tenders
from procurement.workflow import Blocked, advance

from . import contracting
from .papers import paper


@pytest.fixture
def running(world):
    """A call whose operator has begun, in its transition period."""
    return world.at("running")


@pytest.fixture
def in_force(world, running):
    contracting.end_transition(world, running)
    return running


def test_the_years_run_from_the_start_of_operations(running):  # rules 95, 114
    contract = contract_of(running)

    assert contract.state == "transition"
    assert contract.ends_on == contract.started_on.replace(year=contract.started_on.year + 10)
    assert contract.transition_until == contract.started_on + timedelta(days=120)


def test_two_whole_cycles_and_the_last_day_end_the_transition(world, running):  # rules 102, 103
    contract = contract_of(running)
    contracting.cycle(world, contract, contract.started_on)
    contracting.to(world, contract.transition_until)
    with pytest.raises(Blocked) as refused:
        operation.end_transition(contract, by=world.atm)
    assert refused.value.codes == ["contract.transition.cycles-incomplete"]

    contracting.cycle(world, contract, contract.started_on + timedelta(days=31))
    contracting.to(world, contract.transition_until - timedelta(days=1))
    with pytest.raises(Blocked) as refused:
        operation.end_transition(contract, by=world.atm)
    assert refused.value.codes == ["contract.transition.not-over"]

    contracting.to(world, contract.transition_until)
    assert operation.end_transition(contract, by=world.atm).state == "in_force"
    assert running.minutes.filter(kind="contract-transition").exists()


def test_a_cycle_is_supplied_then_billed_then_collected(world, running):  # rule 103
    contract = contract_of(running)
    began = contract.started_on
    contracting.to(world, began + timedelta(days=60))
    days = {"supplied_from": began, "supplied_until": began + timedelta(days=30)}
    first = operation.log_supply(contract, by=world.atm, **days)

    refusals = {
        "contract.cycle.before-start": lambda: operation.log_supply(
            contract, supplied_from=began - timedelta(1), supplied_until=began + timedelta(40), by=world.atm
        ),
        "contract.cycle.overlaps": lambda: operation.log_supply(
            contract, supplied_from=days["supplied_until"], supplied_until=began + timedelta(40), by=world.atm
        ),
        "contract.cycle.backwards": lambda: operation.log_bill(
            first, billed_on=began + timedelta(29), billed=Decimal(1), by=world.atm
        ),
        "contract.cycle.not-billed": lambda: operation.log_collection(
            first, collected_on=began + timedelta(31), collected=Decimal(1), by=world.atm
        ),
    }
    for code, act in refusals.items():
        with pytest.raises(Blocked) as refused:
            act()
        assert refused.value.codes == [code]
    assert not contract.cycles.get().is_complete


def assent(world, tender, until):
    signed = {"until": until, "letter": "Carta de asentimiento 3", "signed_on": local_day(clock.now())}
    return life.assent(tender.guarantees.get(slot="performance"), by=world.legal, **signed)


def test_who_answers_agrees_with_the_longer_term_of_a_suspension(world, in_force):  # CC 1901; clause 20.7
    contract, code = contract_of(in_force), "contract.resume.surety-assent-missing"
    day = local_day(clock.now())
    end = contract.ends_on + timedelta(days=10)
    operation.suspend(contract, began_on=day, reason="Huaico en la captación", by=world.atm)
    contracting.to(world, day + timedelta(days=10))

    def resume():
        return operation.resume(contract_of(in_force), resumed_on=day + timedelta(days=10), by=world.atm)

    def refused():
        with pytest.raises(Blocked) as blocked:
            resume()
        return blocked.value

    assert refused().codes == [code]
    assert contract_of(in_force).state == "suspended"
    assert contract_of(in_force).suspensions.get().resumed_on is None
    assent(world, in_force, end - timedelta(days=1))
    assert refused().codes == [code]

    answer = {"code": code, "reason": "El agua no espera: acta 12", "digests": [refused().refusals[0].digest]}
    tenders.override(in_force, by=world.manager, **answer)
    assert resume().ends_on == end
    [owed] = [due for due in duties.of([in_force], clock.now()) if due.key.endswith(".assent")]
    assert (owed.day, owed.roles) == (day + timedelta(days=10), (Role.TREASURY, Role.LEGAL))
    assent(world, in_force, end)
    assert not [due for due in duties.of([in_force], clock.now()) if due.key.endswith(".assent")]


def test_a_suspension_of_no_day_asks_nobody(world, in_force):  # CC 1901
    contract, day = contract_of(in_force), local_day(clock.now())
    operation.suspend(contract, began_on=day, reason="Huaico en la captación", by=world.atm)

    assert operation.resume(contract, resumed_on=day, by=world.atm).ends_on == contract.ends_on


def test_a_suspension_moves_the_end_by_the_same_days(world, in_force):  # domain.md §4.8
    contract = contract_of(in_force)
    day, end = local_day(clock.now()), contract.ends_on
    operation.suspend(contract, began_on=day, reason="Huaico en la captación", by=world.atm)
    contracting.to(world, day + timedelta(days=45))
    assent(world, in_force, end + timedelta(days=45))
    resumed = operation.resume(contract_of(in_force), resumed_on=day + timedelta(days=45), by=world.atm)

    assert (resumed.state, resumed.ends_on) == ("in_force", end + timedelta(days=45))


def test_a_suspended_contract_does_not_expire(world, in_force):  # domain.md §4.8
    contract = contract_of(in_force)
    day = local_day(clock.now())
    operation.suspend(contract, began_on=day, reason="Huaico en la captación", by=world.atm)
    contracting.to(world, contract.ends_on)

    assert contract not in ending.due_to_expire(clock.now())


def test_annual_plans_are_owed_each_year_and_met_once(world, running):  # rule 97
    contract = contract_of(running)
    plans = contract.obligations.filter(kind="annual-plan")
    assert plans.count() == contract.years

    done = operation.fulfil(plans.first(), done_on=contract.started_on, note="Plan 2026", by=world.atm)

    assert done.done_on == contract.started_on
    with pytest.raises(Blocked) as refused:
        operation.fulfil(done, done_on=contract.started_on, note="Otra vez", by=world.atm)
    assert refused.value.codes == ["contract.obligation.done"]


def test_price_by_cubic_metre_waits_for_micro_measurement(world, running):  # rule 151
    contract = contract_of(running)
    day = local_day(clock.now())
    operation.complete_metering(contract, metered_on=day, by=world.atm)

    assert contract_of(running).metered_on == day
    with pytest.raises(Blocked) as refused:
        operation.complete_metering(contract, metered_on=day, by=world.atm)
    assert refused.value.codes == ["contract.metering.done"]


def test_an_outsider_keeps_no_contract(world, in_force):  # D1
    contract, day = contract_of(in_force), local_day(clock.now())
    for act in (
        lambda by: operation.suspend(contract, began_on=day, reason="x", by=by),
        lambda by: operation.complete_metering(contract, metered_on=day, by=by),
        lambda by: addenda.amend(contract, signed_on=day, text="x", file=paper(), by=by),
    ):
        for by in (world.outsider, world.chair, contract.operator):
            with pytest.raises(PermissionDenied):
                act(by)


def amend(world, tender, **changes):
    said = {"signed_on": local_day(clock.now()), "text": "Cambia el contrato.", "file": paper()}
    return addenda.amend(contract_of(tender), by=world.mayor, **said | changes)


def test_the_fund_falls_only_with_the_council(world, in_force):  # domain.md §4.11
    percentage = contract_of(in_force).fund_percentage
    lower = percentage - Decimal("0.01")
    with pytest.raises(Blocked) as refused:
        amend(world, in_force, fund_percentage=lower)
    assert refused.value.codes == ["contract.addendum.council-missing"]
    assert not contract_of(in_force).addenda.exists()

    amend(world, in_force, fund_percentage=percentage)
    added = amend(world, in_force, fund_percentage=lower, agreement="Acuerdo de Concejo 12")

    assert contract_of(in_force).fund_percentage == lower
    assert added.before["fund_percentage"] == str(percentage)


def test_a_longer_term_needs_whoever_answers_for_the_operator(world, in_force):  # vector G2, CC 1901
    with pytest.raises(Blocked) as refused:
        amend(world, in_force, extension=6)

    assert "guarantee.extension.surety-assent-missing" in refused.value.codes


def test_the_term_runs_out_by_the_clock_and_not_a_day_before(world, in_force):  # rules 90, 139
    contract = contract_of(in_force)
    contracting.to(world, contract.ends_on - timedelta(days=1))
    assert contract not in ending.due_to_expire(clock.now())
    contracting.to(world, contract.ends_on)
    assert contract in ending.due_to_expire(clock.now())

    assert ending.expire(contract).state == "expired"


def test_a_day_that_has_not_come_is_refused(world, in_force):  # decision 2
    contract = contract_of(in_force)
    tomorrow = local_day(clock.now()) + timedelta(days=1)
    with pytest.raises(Blocked) as refused:
        operation.suspend(contract, began_on=tomorrow, reason="x", by=world.atm)

    assert refused.value.codes == ["contract.date.future"]


def lasting(tender, years):
    """Let the contract of a tender run for so many years from its start, as if it had been signed so."""
    contract = contract_of(tender)
    end = contract.started_on.replace(year=contract.started_on.year + years)
    Contract.objects.filter(pk=contract.pk).update(years=years, ends_on=end)
    return contract_of(tender)


def test_an_extension_with_assent_stays_within_the_regime(world, in_force):  # rule 90, vector G2
    contract = lasting(in_force, 9)
    surety = in_force.guarantees.get(slot="performance")
    until = contract.ends_on.replace(year=contract.ends_on.year + 2)
    signed = {"until": until, "letter": "Carta de asentimiento 3", "signed_on": local_day(clock.now())}
    life.assent(surety, by=world.legal, **signed)
    with pytest.raises(Blocked) as refused:
        amend(world, in_force, extension=13)
    assert refused.value.codes == ["contract.addendum.too-long"]

    amend(world, in_force, extension=12)
    assert contract_of(in_force).ends_on == contract.ends_on.replace(year=contract.ends_on.year + 1)


def test_a_longer_term_keeps_away_from_the_elections_too(world, in_force):  # rule 91
    contract = lasting(in_force, 7)
    surety = in_force.guarantees.get(slot="performance")
    until = contract.ends_on.replace(year=contract.ends_on.year + 2)
    signed = {"until": until, "letter": "Carta de asentimiento 3", "signed_on": local_day(clock.now())}
    life.assent(surety, by=world.legal, **signed)
    with pytest.raises(Blocked) as refused:
        amend(world, in_force, extension=12)
    assert refused.value.codes == ["contract.addendum.electoral-overlap"]

    code, [warning] = "contract.addendum.electoral-overlap", refused.value.refusals
    answer = {"code": code, "reason": "Acuerdo 44 del concejo", "digests": [warning.digest]}
    tenders.override(in_force, by=world.manager, **answer)
    with pytest.raises(Blocked) as refused:
        amend(world, in_force, extension=11)
    assert refused.value.codes == [code]  # another end is another question
    assert amend(world, in_force, extension=12).number == 1


def refused_by_the_kernel(contract, verb, by):
    with pytest.raises(Blocked) as refused:
        advance(contract, verb, by=by)
    return refused.value.codes


def test_no_verb_is_taken_without_what_it_stands_on(world, in_force):  # domain.md §4.8
    contract = contract_of(in_force)
    assert refused_by_the_kernel(contract, "suspend", world.atm) == ["contract.suspension.missing"]
    assert refused_by_the_kernel(contract, "amend", world.mayor) == ["contract.addendum.missing"]
    assert refused_by_the_kernel(contract, "give_notice", world.mayor) == [
        "contract.termination.letter-missing"
    ]
    assert refused_by_the_kernel(contract, "end_by_agreement", world.mayor) == ["contract.settlement.missing"]
    assert refused_by_the_kernel(contract, "expire", clock.ACTOR) == ["contract.expiry.not-over"]
    contracting.agree_to_end(world, in_force)
    assert refused_by_the_kernel(contract, "begin_reversion", world.atm) == ["contract.reversion.not-begun"]


def test_the_start_is_with_a_transition_or_without_as_the_contract_says(world):  # rule 102
    tender = world.at("signed")
    signed = contract_of(tender)
    assert refused_by_the_kernel(signed, "begin_transfer", world.atm) == ["contract.transfer.not-planned"]
    contracting.begin_transfer(world, tender)
    assert refused_by_the_kernel(signed, "start_at_once", world.mayor) == [
        "contract.start.transition-planned"
    ]
    Contract.objects.filter(pk=signed.pk).update(transition_days=0)
    assert refused_by_the_kernel(signed, "start_gradually", world.mayor) == ["contract.start.no-transition"]
    day = local_day(clock.now())

    started = operation.start(contract_of(tender), started_on=day, by=world.mayor)

    assert (started.state, started.transition_until) == ("in_force", None)


def test_an_addendum_says_what_changes(world, in_force):  # domain.md §4.8
    with pytest.raises(Blocked) as refused:
        amend(world, in_force, text=" ")

    assert refused.value.codes == ["contract.addendum.nothing-changes"]


def test_years_that_count_from_the_signature_end_then(world):  # rules 90, 114
    tender = world.at("consented")
    contract = contracting.make_ready(world, tender)
    Contract.objects.filter(pk=contract.pk).update(term_starts_from="signature")
    day = local_day(clock.now())

    said = {"signed_on": day, "percentage": contract.award.percentage, "scan": paper()}
    signed = signing.sign(contract_of(tender), by=world.mayor, **said)

    assert signed.ends_on == day.replace(year=day.year + 10)
