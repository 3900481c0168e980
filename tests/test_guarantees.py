"""Guarantees are received, verified, accepted, registered (rules 69-82; domain.md §2, §4.7)."""

import pytest
from django.core.exceptions import PermissionDenied

from procurement.workflow import Blocked

from . import guaranteeing


@pytest.fixture
def tender(world):
    return world.at("consented")


def test_a_bank_letter_is_in_force_once_it_is_accepted(world, tender):  # rules 69, 71
    guarantee = guaranteeing.in_force(world, tender)

    assert guarantee.state == "in_force"
    assert tender.guarantees.of(guarantee.obligor_document).standing().get() == guarantee


def test_all_four_slots(world, tender):
    found = guaranteeing.all_in_force(world, tender)
    assert {g.state for g in found.values()} == {"in_force"}
