"""The neighbourhood board: two delegates a sector, a woman and a man; 3 or 5 direct it (rules 115-119)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from procurement.models import Delegate, Event, NeighbourhoodBoard, PrivatePart
from procurement.services import boards
from procurement.services import ordinances as acts
from procurement.workflow import Blocked

from .world import NOON, SESSION

PAIRS = [
    ("Centro", "Julia Vecina", "woman", "president"),
    ("Centro", "Pedro Vecino", "man", "secretary"),
    ("Alto Laredo", "Rita Vecina", "woman", "member"),
    ("Alto Laredo", "Luis Vecino", "man", ""),
]
INSTATED = SESSION + timedelta(days=2)


def codes(call):
    with pytest.raises(Blocked) as refused:
        call()
    return refused.value.codes


def elect(world, **decided):
    facts = {"happened_on": SESSION, "size": 3, "majority": "women", "by": world.atm}
    return boards.elect(world.town, **facts | decided)


def fill(world, board, pairs=PAIRS):
    for sector, name, sex, post in pairs:
        boards.add_delegate(board, sector=sector, name=name, sex=sex, post=post, by=world.atm)
    return board


@pytest.fixture
def lawful(world):
    """A municipality whose ordinance on the JVS is in force, and no board yet."""
    world.establish()
    boards.supersede(world.town.boards.get(), reason="Venció su periodo", by=world.manager)
    return world


def instate(world, board):
    return boards.instate(board, instated_on=INSTATED, by=world.manager)


def test_a_complete_board_is_instated_by_ordinance(lawful):  # rules 115-119
    board = instate(lawful, fill(lawful, elect(lawful)))
    assert board.ordinance.kind == "jvs"
    assert board.instated_on == INSTATED
    assert [len(pair) for pair in board.sectors().values()] == [2, 2]
    assert len(board.directors()) == 3


def test_each_sector_sends_a_woman_and_a_man(lawful):  # rule 115
    board = fill(lawful, elect(lawful), PAIRS[:3])
    assert "board.delegates.not-a-pair" in codes(lambda: instate(lawful, board))
    fill(lawful, board, PAIRS[3:])
    assert instate(lawful, board)


def test_no_sector_sends_two_women(lawful):  # rule 115
    board = fill(lawful, elect(lawful), PAIRS[:2])
    second = [("Centro", "Otra Vecina", "woman", "")]
    assert codes(lambda: fill(lawful, board, second)) == ["board.delegate.seat-taken"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegate.objects.filter(board=board, sex="man").update(sex="woman")


@pytest.mark.parametrize("size", [1, 2, 4, 7])
def test_three_or_five_direct_it(lawful, size):  # rule 117
    with pytest.raises(IntegrityError), transaction.atomic():
        elect(lawful, size=size)
    assert elect(lawful, size=5).size == 5


def test_as_many_directors_as_were_decided(lawful):  # rule 117
    board = fill(lawful, elect(lawful, size=5))
    assert codes(lambda: instate(lawful, board)) == ["board.size.not-as-decided"]


def test_a_president_is_elected_and_only_one(lawful):  # rule 117
    pairs = [(*pair[:3], "member" if pair[3] == "president" else pair[3]) for pair in PAIRS]
    board = fill(lawful, elect(lawful), pairs)
    assert codes(lambda: instate(lawful, board)) == ["board.president.missing"]
    fill(lawful, board, [("Norte", "Nora Vecina", "woman", "president")])
    another = [("Norte", "Raúl Vecino", "man", "president")]
    assert codes(lambda: fill(lawful, board, another)) == ["board.president.taken"]


def test_the_majority_is_as_decided(lawful):  # rule 117
    board = fill(lawful, elect(lawful, majority="men"))
    assert codes(lambda: instate(lawful, board)) == ["board.majority.not-as-decided"]


def test_without_delegates_there_is_no_board(lawful):
    missing = codes(lambda: instate(lawful, elect(lawful)))
    assert {"board.delegates.missing", "board.size.not-as-decided", "board.president.missing"} <= set(missing)


def test_without_its_ordinance_there_is_no_board(lawful):  # rule 119
    board = fill(lawful, elect(lawful))
    ordinance = lawful.municipality.ordinances.get(kind="jvs")
    before = ordinance.effect_on - timedelta(days=1)
    early = {"instated_on": before, "by": lawful.manager}
    assert codes(lambda: boards.instate(board, **early)) == ["board.ordinance.not-in-force"]
    assert boards.instate(board, instated_on=ordinance.effect_on, by=lawful.manager)
    acts.supersede(ordinance, reason="Texto equivocado", by=lawful.manager)


def test_it_is_instated_once(lawful):
    board = instate(lawful, fill(lawful, elect(lawful)))
    assert codes(lambda: instate(lawful, board)) == ["board.instated.already"]


def test_one_board_per_town(lawful):
    elect(lawful)
    assert codes(lambda: elect(lawful)) == ["preparation.fact.already-recorded"]
    assert NeighbourhoodBoard.objects.count() == 2  # the one before, with its reason


def test_a_delegate_who_leaves_makes_room_for_another(lawful):
    board = fill(lawful, elect(lawful))
    luis = board.delegates.get(name="Luis Vecino")
    boards.end_delegate(luis, left_on=SESSION + timedelta(days=1), by=lawful.atm)
    fill(lawful, board, [("Alto Laredo", "Hugo Vecino", "man", "")])
    assert [delegate.name for delegate in board.sectors()["Alto Laredo"]] == ["Rita Vecina", "Hugo Vecino"]


def test_neighbours_stand_beside_the_log_not_in_it(lawful):  # decision 6
    board = elect(lawful)
    boards.add_delegate(
        board, sector="Centro", name="Julia Vecina", sex="woman", dni="41234567", by=lawful.atm
    )
    leaves = " ".join(event.leaf.decode() for event in Event.objects.all())
    assert "Julia" not in leaves
    assert "41234567" not in leaves
    assert any(part.content.get("name") == "Julia Vecina" for part in PrivatePart.objects.all())


def test_who_may_write_about_the_board(lawful):
    for user in (lawful.mayor, lawful.treasurer, lawful.clerk, lawful.outsider):
        with pytest.raises(PermissionDenied):
            elect(lawful, by=user)
    for user in (lawful.manager, lawful.atm, lawful.legal):
        boards.supersede(elect(lawful, by=user), reason="Prueba", by=user)


def test_its_day_has_come(lawful):
    tomorrow = (NOON - timedelta(days=59)).date()
    assert codes(lambda: elect(lawful, happened_on=tomorrow)) == ["preparation.fact.in-future"]
    assert elect(lawful, happened_on=tomorrow - timedelta(days=1))
