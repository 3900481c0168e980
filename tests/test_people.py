"""Who appoints whom, by which document, from when until when (decisions 1 and 2)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from procurement import clock, roles
from procurement.models import Event, Minutes, Municipality, Notice
from procurement.roles import OFFICES, Role
from procurement.services import people
from procurement.workflow import Blocked

from .world import A_MICROSECOND, account

A_DAY = timedelta(days=1)


def codes(act, *arguments, **named):
    """Return the codes with which a service refuses; an empty list where it does not."""
    try:
        act(*arguments, **named)
    except Blocked as blocked:
        return blocked.codes
    return []


def appointed(world, role=Role.LEGAL, number=50, **more):
    """Let the mayor give an office to somebody new."""
    user = account(number, "Rosa", "Nueva")
    dated = {"document": "RA 020-2026", "by": world.mayor} | more
    return people.appoint_official(world.municipality, role, user, **dated)


# The host and the mayor


def test_creating_a_municipality_is_a_public_event_of_the_host(world):  # decision 1
    event = Event.objects.get(body__action="municipality.create")

    assert event.log == "convoca.example"
    assert event.body["actor"] == f"user:{world.host.pk}"
    assert event.body["facts"]["name"] == "Laredo"


@pytest.mark.parametrize("who", ["mayor", "manager", "outsider"])
def test_only_the_host_creates_municipalities(world, who):  # decision 1
    with pytest.raises(PermissionDenied):
        people.create_municipality(by=getattr(world, who), name="Otra")

    assert Municipality.objects.count() == 1


def test_the_host_invites_the_first_mayor_and_nobody_else(world, other_town):  # decision 1
    rosa = account(50, "Rosa", "Nueva")

    with pytest.raises(PermissionDenied):
        people.appoint_official(other_town, Role.MANAGER, rosa, document="RA 1", by=world.host)

    assert roles.holds_office(other_town.mayor, Role.MAYOR, other_town, clock.now())


def test_a_town_has_one_mayor(world):  # decision 1
    second = account(50, "Rosa", "Nueva")
    named = {"document": "credencial JNE 9"}

    by_host = codes(people.invite_mayor, world.municipality, second, by=world.host, **named)
    by_mayor = codes(people.appoint_official, world.municipality, Role.MAYOR, second, by=world.mayor, **named)

    assert by_host == by_mayor == ["appointment.mayor.in-office"]


def test_a_mayor_hands_over_to_the_next_one(world):
    now = clock.now()
    mine = world.municipality.appointments.get(user=world.mayor)
    people.end_appointment(mine, document="fin de mandato", by=world.mayor)
    world.move(now + A_DAY)

    appointment, _code = people.invite_mayor(
        world.municipality, account(50, "Rosa", "Nueva"), document="credencial JNE 9", by=world.host
    )

    assert roles.holds_office(appointment.user, Role.MAYOR, world.municipality, clock.now())
    assert not roles.holds_office(world.mayor, Role.MAYOR, world.municipality, clock.now())


def test_a_mayor_whose_account_is_closed_leaves_room_for_another(world):
    world.mayor.is_active = False
    world.mayor.save()

    assert codes(people.invite_mayor, world.municipality, world.outsider, document="JNE", by=world.host) == []


@pytest.mark.parametrize("role", [role for role in OFFICES if role != Role.MAYOR])
def test_the_mayor_gives_every_office_by_a_document(world, role):  # decision 2
    appointment = appointed(world, role)

    event = Event.objects.filter(body__action="appoint").last()
    assert roles.holds_office(appointment.user, role, world.municipality, clock.now())
    assert event.body["facts"]["document"] == "RA 020-2026"
    assert (event.body["facts"]["role"], event.body["facts"]["municipality"]) == (role.value, "Laredo")


def test_the_name_stands_beside_the_log_and_not_in_it(world):  # decision 1
    appointed(world)

    event = Event.objects.filter(body__action="appoint").last()
    assert b"Rosa" not in event.leaf
    assert event.private_part.content == {"name": "Rosa Nueva"}


def test_whoever_is_appointed_is_told(world):  # decision 9
    appointment = appointed(world)

    notice = Notice.objects.get(user=appointment.user)
    assert "RA 020-2026" in notice.text


def test_an_appointment_keeps_from_when_and_when_it_was_entered(world):  # decision 2
    yesterday = clock.now() - A_DAY

    appointment = appointed(world, start=yesterday)

    assert (appointment.start, appointment.entered_at) == (yesterday, clock.now())


@pytest.mark.parametrize("who", ["manager", "treasurer", "host", "outsider"])
def test_nobody_but_the_mayor_appoints(world, who):  # decision 2
    with pytest.raises(PermissionDenied):
        appointed(world, by=getattr(world, who))


@pytest.mark.parametrize("is_superuser", [False, True])
def test_a_superuser_appoints_nobody(world, is_superuser):
    world.outsider.is_superuser = is_superuser
    world.outsider.save()

    with pytest.raises(PermissionDenied):
        appointed(world, by=world.outsider)


def test_the_mayor_of_another_town_appoints_nobody_here(world, other_town):
    with pytest.raises(PermissionDenied):
        appointed(world, by=other_town.mayor)
    with pytest.raises(PermissionDenied):
        people.appoint(world.draft(), Role.JVS, world.outsider, document="x", by=other_town.mayor)


def test_an_office_is_not_given_on_a_tender_nor_the_committee_in_an_office(world):
    tender = world.draft()
    named = {"document": "RA 1", "by": world.mayor}

    office = codes(people.appoint, tender, Role.TREASURY, world.outsider, **named)
    host = codes(people.appoint, tender, Role.HOST, world.outsider, **named)
    committee = codes(people.appoint_official, world.municipality, Role.COMMITTEE, world.outsider, **named)

    assert (office, host) == (["appointment.role.office"], ["appointment.role.office"])
    assert committee == ["appointment.tender.missing"]


# Delegation


def test_a_delegate_appoints_until_the_delegation_ends(world, delegate):  # decision 2
    tender = world.draft()
    give = {"document": "RA 2", "by": delegate.user}
    people.appoint_official(world.municipality, Role.ATM, account(52, "Ana", "Dos"), **give)
    people.appoint(tender, Role.ADVISER, account(53, "Eva", "Tres"), **give)

    world.move(delegate.end - A_MICROSECOND)
    people.appoint(tender, Role.ADVISER, account(54, "Leo", "Cuatro"), **give)
    world.move(delegate.end)

    with pytest.raises(PermissionDenied):
        people.appoint(tender, Role.ADVISER, account(55, "Iris", "Cinco"), **give)


@pytest.mark.parametrize("role", people.RESERVED_TO_THE_MAYOR)
def test_a_delegate_makes_neither_mayors_nor_delegates(world, delegate, role):  # decision 2
    with pytest.raises(PermissionDenied):
        appointed(world, role, number=52, by=delegate.user)


def test_a_delegate_does_not_end_the_mayors_office(world, delegate):
    mayors = world.municipality.appointments.get(user=world.mayor)

    with pytest.raises(PermissionDenied):
        people.end_appointment(mayors, document="RA 3", by=delegate.user)


# Dates


def test_an_appointment_ends_at_its_instant(world):
    end = clock.now() + A_DAY
    user = appointed(world, end=end).user

    assert roles.holds_office(user, Role.LEGAL, world.municipality, end - A_MICROSECOND)
    assert not roles.holds_office(user, Role.LEGAL, world.municipality, end)


def test_an_appointment_begins_at_its_instant(world):
    start = clock.now() + A_DAY
    user = appointed(world, start=start).user

    assert not roles.holds_office(user, Role.LEGAL, world.municipality, start - A_MICROSECOND)
    assert roles.holds_office(user, Role.LEGAL, world.municipality, start)


def test_an_appointment_ends_in_the_future_and_after_it_starts(world):
    now = clock.now()

    assert codes(appointed, world, number=50, end=now) == ["appointment.end.passed"]
    assert codes(appointed, world, number=51, start=now + 2 * A_DAY, end=now + A_DAY) == [
        "appointment.end.before-start"
    ]
    assert codes(appointed, world, number=52, end=now + A_MICROSECOND) == []


def test_the_same_role_is_not_given_twice_for_the_same_time(world):
    named = {"document": "RA 4", "by": world.mayor}
    end = clock.now() + A_DAY
    user = appointed(world, end=end).user

    again = codes(people.appoint_official, world.municipality, Role.LEGAL, user, **named)
    after = codes(people.appoint_official, world.municipality, Role.LEGAL, user, start=end, **named)

    assert (again, after) == (["appointment.role.already-held"], [])


def test_ending_keeps_the_row_with_its_document_and_tells_the_person(world):  # nothing is erased
    appointment = appointed(world)

    ended = people.end_appointment(appointment, document="RA 5", by=world.mayor)

    assert (ended.end, ended.end_document) == (clock.now(), "RA 5")
    assert not roles.holds_office(ended.user, Role.LEGAL, world.municipality, clock.now())
    assert Event.objects.filter(body__action="appointment.end").count() == 1
    assert Notice.objects.filter(user=ended.user).count() == 2
    assert codes(people.end_appointment, appointment, document="RA 6", by=world.mayor) == [
        "appointment.already-ended"
    ]


def test_one_that_never_started_is_over_before_it_begins(world):
    start = clock.now() + A_DAY
    appointment = appointed(world, start=start)

    people.end_appointment(appointment, document="RA 5", by=world.mayor)

    assert not roles.holds_office(appointment.user, Role.LEGAL, world.municipality, start)


# The committee


def test_a_seat_on_the_committee_is_chair_member_or_alternate(world):  # D34
    tender = world.draft()
    named = {"document": "RA 1", "by": world.mayor}

    bare = codes(people.appoint, tender, Role.COMMITTEE, world.outsider, **named)
    second_chair = codes(people.appoint, tender, Role.COMMITTEE, world.outsider, position="chair", **named)
    member = codes(people.appoint, tender, Role.COMMITTEE, world.outsider, position="member", **named)

    assert bare == ["appointment.position.missing"]
    assert second_chair == ["appointment.chair.taken"]
    assert member == []


def test_an_alternate_looks_on_and_does_not_act(world):  # D34
    tender = world.draft()

    assert roles.holds(world.alternate, "view_tender", tender, clock.now())
    assert not roles.holds(world.alternate, "announce_tender", tender, clock.now())
    assert roles.holds(world.member, "announce_tender", tender, clock.now())


def call_in(world, tender, **more):
    alternate = tender.appointments.get(user=world.alternate, position="alternate")
    member = tender.appointments.get(user=world.chair)
    return people.call_in(alternate, member, **{"reason": "enfermedad", "by": world.secretary} | more)


def test_an_alternate_called_in_takes_seat_and_position_and_leaves_minutes(world):  # D34, text A05
    tender = world.draft()

    seat = call_in(world, tender)

    assert seat.position == "chair"
    assert roles.holds(world.alternate, "announce_tender", tender, clock.now())
    assert not roles.holds(world.chair, "announce_tender", tender, clock.now())
    assert roles.holds(world.chair, "view_tender", tender, clock.now())
    assert [each.user for each in roles.committee(tender, clock.now()).order_by("pk")] == [
        world.member,
        world.third,
        world.alternate,
    ]
    assert "enfermedad" in Minutes.objects.get(kind="call-in").text
    assert Notice.objects.filter(user=world.chair).count() == 2


def test_the_member_comes_back_when_the_alternates_seat_is_ended(world):
    tender = world.draft()
    seat = call_in(world, tender)
    world.move(clock.now() + A_DAY)

    people.end_appointment(seat, document="regreso", by=world.mayor)

    assert roles.holds(world.chair, "announce_tender", tender, clock.now())
    assert not roles.holds(world.alternate, "announce_tender", tender, clock.now())


def test_an_alternate_sits_once_and_for_a_member(world):
    tender = world.draft()
    call_in(world, tender)
    alternate = tender.appointments.get(user=world.alternate, position="alternate")
    other = tender.appointments.get(user=world.member)
    named = {"reason": "x", "by": world.secretary}

    assert codes(people.call_in, alternate, other, **named) == ["committee.alternate.not-waiting"]
    assert codes(people.call_in, other, alternate, **named) == ["committee.alternate.not-waiting"]


@pytest.mark.parametrize("who", ["chair", "member", "observer", "manager", "outsider"])
def test_the_secretary_or_the_mayor_calls_in(world, who):
    tender = world.draft()

    with pytest.raises(PermissionDenied):
        call_in(world, tender, by=getattr(world, who))

    assert call_in(world, tender, by=world.mayor)
