"""The contract from the draft to the signature."""

from contracts.models import contract_of


def test_a_contract_is_drafted_reported_and_signed(world):
    contract = contract_of(world.at("signed"))

    assert contract.state == "signed"
