"""The service passes to the operator: plan, joint committee, seven items, delivery (rules 105-114)."""

import pytest

from contracts.models import contract_of, transfer_of

from . import contracting, transferring


@pytest.fixture
def tender(world):
    """A call whose contract is signed."""
    tender = world.at("consented")
    contracting.sign(world, tender)
    return tender


def test_both_sides_work_through_the_seven_items_and_operations_start(world, tender):  # rules 105-114
    transferring.plan(world, tender)
    transferring.install(world, tender)
    done = transferring.settle_all(world, tender)
    assert done.state == "all_done"

    transferring.deliver(world, tender)

    assert transfer_of(tender).state == "handed"
    contract = contract_of(tender)
    assert contract.started_on == transfer_of(tender).starts_on
    assert contract.state == "transition"
