"""From the consented award to the running service, page by page, each person before a screen of their own.

The call up to the consent is made by the services: test_whole_call.py walks it by its pages.
"""

import pytest

from procurement import clock
from tests.world import World

from . import walk_contract, walk_fund, walk_guarantees, walk_transfer
from .walk import Walk

OFFICIALS = ["mayor", "manager", "legal", "treasurer", "atm"]
NEIGHBOURS = ["ana", "observer"]
STAGES = [
    walk_guarantees.bring_letter,
    walk_contract.begin,
    walk_contract.write_parts,
    walk_contract.set_term,
    walk_contract.report,
    walk_contract.sign,
    walk_transfer.begin,
    walk_guarantees.bring_mortgage,
    walk_guarantees.give_letter_back,
    walk_transfer.hand_in,
    walk_transfer.accept,
    walk_transfer.watch,
    walk_transfer.deliver,
    walk_fund.open_account,
    walk_fund.declare,
    walk_fund.pay,
    walk_fund.watch,
    walk_guarantees.bring_letter_again,
    walk_fund.look_back,
]


@pytest.fixture
def walk(open_page, set_clock, login, transactional_db):
    """The people of a call whose award is final, each signed in."""
    world = World(set_clock)
    tender = world.at("consented")
    walk = Walk(open_page, set_clock)
    walk.move(tender.awards.get().consented_at)
    walk.tender, walk.number = tender.pk, tender.number
    for name in OFFICIALS + NEIGHBOURS:
        user = getattr(world, name)
        size = "phone" if name in NEIGHBOURS else "desktop"
        person = walk.meet(name, int(user.dni), user.first_name, user.last_name, size)
        login(person.page, user)
    walk.meet("public", 70, "Paula", "Pública", "phone")
    return walk


def test_the_winner_gives_its_guarantees_signs_takes_over_and_pays_into_the_fund(walk):
    assert clock.now() == walk.at

    for stage in STAGES:
        stage(walk)

    contract = walk.call.contracts.get()
    assert contract.state == "transition"
    assert [each.state for each in walk.call.guarantees.filter(slot="performance").order_by("pk")] == [
        "returned",
        "returned",
        "in_force",
    ]
