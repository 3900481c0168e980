"""The act of delivery and the first day of the operator (rules 105-114)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from contracts import transfer_turns as turns
from contracts.models import Contract, Transfer, contract_of, transfer_of
from contracts.services import transfer, transfer_items
from contracts.transfer_items import ITEMS
from guarantees.models import Guarantee
from guarantees.services import reception
from procurement import clock
from procurement.business_days import add_months
from procurement.models import Minutes
from procurement.schedule import local_day
from procurement.services import tenders
from procurement.workflow import Blocked

from . import contracting, transferring
from .refusing import refused

DAY = timedelta(days=1)


def today():
    return local_day(clock.now())


@pytest.fixture
def tender(world):
    """A call whose contract is signed."""
    return world.at("signed")


@pytest.fixture
def running(world, tender):
    """A call whose joint committee is at work."""
    transferring.plan(world, tender)
    transferring.install(world, tender)
    return tender


@pytest.fixture
def settled(world, running):
    """A transfer in which every item was left out by both sides: the shortest way to its end."""
    for item in transfer_of(running).items.all():
        transfer_items.propose_waiver(item, reason="Se hizo antes.", by=world.manager)
        transfer_items.accept(item, by=transferring.operator(running))
    return running


def test_nothing_is_delivered_while_an_item_is_open(world, running):  # rules 107-113
    assert refused(transferring.prepare, world, running) == ["transfer.handover.items-open"]
    (reason,) = turns.against_delivery(transfer_of(running), clock.now())
    assert reason.code == "transfer.items.unfinished"


def test_the_delivery_needs_the_act_both_signatures_and_its_reasons(world, settled):  # rules 70, 73, 105, 114
    room = transfer_of(settled)
    assert refused(transfer.receive, room, by=transferring.operator(settled)) == [
        "transfer.handover.items-open"
    ]
    codes = refused(transfer.hand_over, room, by=world.mayor)
    assert codes == [
        "transfer.handover.not-prepared",
        "transfer.delay.reason-missing",  # it would take less than three months
        "transfer.handover.uncovered",
        "transfer.handover.operator-missing",
    ]
    with pytest.raises(PermissionDenied):
        transfer.hand_over(room, by=world.manager)


def ends_in(tender, years):
    Contract.objects.filter(tender=tender).update(years=years)
    return transfer_of(tender)


def test_the_real_first_day_is_judged_against_the_elections(world, settled):  # rules 91, 114
    code = "contract.term.electoral-overlap"
    late = add_months(contract_of(settled).signed_on, 11)  # the works were late
    contracting.to(world, late)
    transfer.replan(transfer_of(settled), by=world.manager, due_on=late, reason="Las obras.")
    transferring.prepare(world, settled)

    def codes(years):
        room = ends_in(settled, years)
        return [each.code for each in turns.against_delivery(room, clock.now())]

    assert (late.year, late.month) == (2027, 4)  # October 2034 is 160 days off, January 2035 some 110
    assert [years for years in range(7, 11) if code in codes(years)] == [7, 8]

    room = ends_in(settled, 8)
    with pytest.raises(Blocked) as blocked:
        transfer.hand_over(room, by=world.mayor)
    assert code in blocked.value.codes
    tenders.override(settled, code=code, reason="Acuerdo 51 del concejo", by=world.mayor)
    assert code not in codes(8)
    assert code in codes(7)


def test_a_bond_as_the_valued_inventory_follows_it(world, running):  # rule 80
    running.parameters["guarantees.performance.rule"] = "inventory"
    running.save()
    code, bond = "transfer.handover.bond-below-inventory", running.guarantees.get(slot="performance")
    assert reception.asked(running, "performance") is None  # nobody has accepted an inventory yet
    transferring.settle(world, running, ITEMS["inventory"])
    for item in transfer_of(running).items.exclude(kind="inventory"):
        transfer_items.propose_waiver(item, reason="Se hizo antes.", by=world.manager)
        transfer_items.accept(item, by=transferring.operator(running))
    worth, currency, rule = reception.asked(running, "performance")
    assert (currency, rule) == ("PEN", "inventory")
    assert worth == transferring.item(running, "inventory").workbook.total

    def stops(amount):
        Guarantee.objects.filter(pk=bond.pk).update(amount=amount)
        return code in [each.code for each in turns.against_delivery(transfer_of(running), clock.now())]

    assert stops(worth - Decimal("0.01"))
    assert not stops(worth)
    running.parameters["guarantees.performance.rule"] = "fixed"
    running.save()
    assert not stops(Decimal("1.00"))


def test_only_the_performance_guarantee_comes_before_the_signature(world, tender):  # rules 70, 73; terms 28
    given = tender.guarantees.of(contract_of(tender).operator_document).standing(clock.now())
    assert {each.slot for each in given} - {"bid"} == {"performance"}
    assert contract_of(tender).signed_on
    assert tender.profile.find("guarantees.slots") == ["bid", "performance", "assets", "third_parties"]
    asks = {"transfer.handover.uncovered"}  # the delivery asks for the others: see the test of the act
    assert asks & {rule.refusal.code for rule in hand_over_guards()} == asks


def hand_over_guards():
    rules = [rule for rule in Transfer().get_all_state_transitions() if rule.name == "hand_over"]
    return rules[0].conditions


def test_the_first_day_lies_between_the_signature_and_the_delivery(world, settled):  # rule 114
    signed = contract_of(settled).signed_on
    early = {"starts_on": signed - DAY}
    assert refused(transferring.prepare, world, settled, **early) == ["transfer.handover.before-signature"]
    transferring.prepare(world, settled, today() + DAY)
    assert "transfer.handover.day-ahead" in refused(transfer.hand_over, transfer_of(settled), by=world.mayor)


def test_what_changes_after_the_operator_signed_is_signed_again(world, settled):
    transferring.prepare(world, settled)
    transfer.receive(transfer_of(settled), by=transferring.operator(settled))
    assert transfer_of(settled).received_at
    transferring.prepare(world, settled)
    assert transfer_of(settled).received_at is None
    for user in [world.manager, world.mayor, world.outsider]:
        with pytest.raises(PermissionDenied):
            transfer.receive(transfer_of(settled), by=user)


def test_the_years_run_from_the_delivery_where_the_terms_say_so(world, settled):  # rules 100, 114
    transferring.deliver(world, settled)

    contract = contract_of(settled)
    assert contract.term_starts_from == "transfer"
    assert contract.ends_on.year == contract.started_on.year + contract.years
    text = Minutes.objects.get(tender=settled, kind="transfer-handed").text
    assert "uso y disfrute" in text
    assert refused(transfer.replan, transfer_of(settled), due_on=today(), by=world.manager) == [
        "transfer.plan.handed-over"
    ]


def test_the_inventory_that_both_accepted_is_worth_what_its_rows_say(world, running):  # rule 80
    assert transfer.inventory_value(contract_of(running)) is None
    transferring.prove(world, running, ITEMS["inventory"])
    assert transfer.inventory_value(contract_of(running)) is None  # nobody has accepted it

    transfer_items.accept(transferring.item(running, "inventory"), by=world.manager)
    transfer_items.accept(transferring.item(running, "inventory"), by=transferring.operator(running))

    assert transfer.inventory_value(contract_of(running)) == Decimal("89001.00")
