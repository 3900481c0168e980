"""Many people at once, each in a thread with a connection of their own (PostgreSQL, and SQLite as a file)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from procurement import clock
from procurement.log import INSTALLATION, record
from procurement.merkle import root_of
from procurement.models import Event, Log, Minutes, Tender
from procurement.roles import Role
from procurement.services import accounts, minutes, people
from procurement.workflow import Blocked, advance, lock

from .world import account

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 50 if connection.vendor == "postgresql" else 12


def at_once(act):
    """Run `act(i)` in as many threads as people; return the sorted names of the outcomes."""
    ready = Barrier(PEOPLE)

    def run(i):
        try:
            ready.wait()
            act(i)
        except Blocked as blocked:
            return blocked.codes[0]
        except PermissionDenied:
            return "denied"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return sorted(pool.map(run, range(PEOPLE)))


def won_once(outcomes, code):
    return sorted(outcomes) == sorted(["done"] + [code] * (PEOPLE - 1))


@pytest.fixture
def tender(world):
    return world.draft()


def test_of_many_steps_exactly_one_wins(world, tender):
    outcomes = at_once(lambda i: advance(Tender.objects.get(pk=tender.pk), "withdraw", by=world.manager))

    assert won_once(outcomes, "tender.withdraw.wrong-state")
    assert Event.objects.filter(body__action="withdraw").count() == 1


def test_of_many_stale_copies_exactly_one_wins(world, tender):
    """Everybody holds the tender as it was: the lock fetches it afresh."""
    copies = [Tender.objects.get(pk=tender.pk) for _ in range(PEOPLE)]

    outcomes = at_once(lambda i: advance(copies[i], "withdraw", by=world.manager))

    assert won_once(outcomes, "tender.withdraw.wrong-state")


def test_a_remark_is_answered_once(world, tender):
    remark = minutes.remark(tender, text="x", by=world.observer)

    outcomes = at_once(lambda i: minutes.answer(remark, text=f"respuesta {i}", by=world.chair))

    assert won_once(outcomes, "remark.answer.already-answered")


def test_a_printed_code_serves_once(world):
    person = {"dni": "40123456", "first_name": "Elena", "last_name": "Quispe"}
    _appointment, code = people.bring_in(
        world.municipality, Role.ATM, by=world.mayor, document="RA 1", **person
    )

    outcomes = at_once(lambda i: accounts.use_code(dni="40123456", code=code, password=f"clave larga {i}"))

    assert won_once(outcomes, "account.code.wrong")


def test_a_reset_is_confirmed_once(world):
    proposal = accounts.propose_reset(
        world.legal, municipality=world.municipality, reason="x", by=world.clerk
    )

    outcomes = at_once(lambda i: accounts.confirm_reset(proposal, by=world.manager))

    assert won_once(outcomes, "access.reset.over")


def test_a_role_is_given_once(world, tender):
    named = {"document": "RA 1", "by": world.mayor}

    outcomes = at_once(lambda i: people.appoint(tender, Role.JVS, world.outsider, **named))

    assert won_once(outcomes, "appointment.role.already-held")


def test_a_town_gets_one_mayor(world):
    town = people.create_municipality(by=world.host, name="Tumán", kind="district", ubigeo="140120")
    candidates = [account(100 + i, "Tomasa", f"Vecina {i}") for i in range(PEOPLE)]

    outcomes = at_once(lambda i: people.invite_mayor(town, candidates[i], document="JNE", by=world.host))

    assert won_once(outcomes, "appointment.mayor.in-office")


def test_a_committee_gets_one_chair(world, tender):
    chair = tender.appointments.get(position="chair")
    people.end_appointment(chair, document="renuncia", by=world.mayor)
    candidates = [account(100 + i, "Rosa", f"Nueva {i}") for i in range(PEOPLE)]
    seat = {"position": "chair", "document": "RA 1", "by": world.mayor}

    outcomes = at_once(lambda i: people.appoint(tender, Role.COMMITTEE, candidates[i], **seat))

    assert won_once(outcomes, "appointment.chair.taken")


def test_an_observer_witnesses_once(world, tender):
    with transaction.atomic():
        at = lock(tender, by=world.secretary).judged_at
        act = {"office": "committee", "kind": "x", "title": "x", "text": "x", "happened_at": at}
        left = minutes.write(tender, by=world.secretary, at=at, **act)

    assert at_once(lambda i: minutes.witness(left, by=world.observer)) == ["done"] * PEOPLE
    assert left.witnessings.count() == 1


def test_minutes_are_numbered_without_gap_or_double(world, tender):
    @transaction.atomic
    def leave(i):
        locked = lock(tender, by=world.secretary)
        act = {"office": "committee", "kind": "x", "title": "x", "text": f"acta {i}"}
        at = locked.judged_at
        minutes.write(locked, by=world.secretary, at=at, happened_at=at, **act)

    assert at_once(leave) == ["done"] * PEOPLE
    numbers = Minutes.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, PEOPLE + 1))


def test_the_indexes_of_one_log_have_no_gap_and_no_double(world):
    @transaction.atomic
    def happen(i):
        record(INSTALLATION, "x", by=clock.ACTOR, at=clock.now(), number=i)

    assert at_once(happen) == ["done"] * PEOPLE
    head = Log.objects.get(origin=INSTALLATION.log_origin)
    events = list(Event.objects.of(INSTALLATION))
    assert [event.index for event in events] == list(range(head.size))
    assert head.root == root_of([event.leaf for event in events]).hex()


def test_a_log_is_begun_once(world):
    class New:
        log_origin = "convoca.example/new"

    @transaction.atomic
    def happen(i):
        record(New, "x", by=clock.ACTOR, at=clock.now())

    assert at_once(happen) == ["done"] * PEOPLE
    assert Log.objects.get(origin=New.log_origin).size == PEOPLE
