"""What a role may do, and through which appointment it reaches a person (the grants of `roles.GRANTS`)."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from procurement import clock, roles
from procurement.models import Tender
from procurement.roles import GRANTS, OFFICES, Role, holds
from procurement.services import people, tenders

from .world import A_MICROSECOND, account

A_DAY = timedelta(days=1)


@pytest.fixture
def tender(world):
    return world.draft()


@pytest.fixture
def foreign(world):
    """A tender of another municipality, with a mayor, a manager and a committee of its own."""
    town = people.create_municipality(by=world.host, name="Tumán", kind="district", ubigeo="140120")
    mayor, manager, member = (account(60 + each, "Tomasa", "Vecina") for each in range(3))
    people.invite_mayor(town, mayor, document="JNE 2", by=world.host)
    people.appoint_official(town, Role.MANAGER, manager, document="RA 1", by=mayor)
    place = town.towns.create(name="Tumán", population=28000)
    foreign = tenders.create(town, town=place, title="Operador para Tumán", by=manager)
    people.appoint(foreign, Role.COMMITTEE, member, position="member", document="RA 2", by=mayor)
    foreign.member, foreign.manager = member, manager
    return foreign


def test_each_role_holds_what_it_is_granted_and_nothing_else(world, tender):
    holders = {
        Role.MAYOR: world.mayor,
        Role.MANAGER: world.manager,
        Role.LEGAL: world.legal,
        Role.TREASURY: world.treasurer,
        Role.DESK: world.clerk,
        Role.ATM: world.atm,
        Role.COMMITTEE: world.member,
        Role.SECRETARY: world.secretary,
        Role.JVS: world.observer,
    }
    for role, user in holders.items():
        held = {codename for codename in everything() if holds(user, codename, tender, clock.now())}
        assert held == set(GRANTS[role]), role


def everything():
    return {codename for granted in GRANTS.values() for codename in granted}


@pytest.mark.parametrize("is_superuser", [False, True])
def test_whoever_has_no_role_holds_nothing(world, tender, is_superuser):
    world.outsider.is_superuser = is_superuser
    world.outsider.save()

    for codename in everything():
        assert not holds(world.outsider, codename, tender, clock.now())
    with pytest.raises(PermissionDenied):
        roles.require(world.outsider, "view_tender", tender, clock.now())


@pytest.mark.parametrize("user", [AnonymousUser(), clock.ACTOR])
def test_nobody_and_the_clock_hold_nothing(tender, user):
    assert not holds(user, "view_tender", tender, clock.now())


def test_the_host_holds_nothing_on_a_tender(world, tender):  # decision 1
    assert not any(holds(world.host, codename, tender, clock.now()) for codename in everything())


def test_an_office_reaches_the_tenders_of_its_town_and_no_other(world, tender, foreign):
    now = clock.now()

    assert holds(foreign.manager, "approve_tender", foreign, now)
    assert not holds(foreign.manager, "approve_tender", tender, now)
    assert holds(world.mayor, "appoint_people", tender, now)
    assert not holds(world.mayor, "appoint_people", foreign, now)


def test_a_seat_reaches_one_tender(world, tender, foreign):
    now = clock.now()

    assert holds(foreign.member, "announce_tender", foreign, now)
    assert not holds(foreign.member, "announce_tender", tender, now)
    assert not holds(foreign.member, "view_tender", tender, now)
    assert not holds(world.member, "announce_tender", foreign, now)


def test_lists_and_questions_agree(world, tender, foreign):
    now = clock.now()
    for user in (world.mayor, world.member, world.observer, world.outsider, foreign.member, AnonymousUser()):
        visible = set(Tender.objects.visible_to(user, now))
        assert visible == {each for each in (tender, foreign) if holds(user, "view_tender", each, now)}


def test_a_list_is_asked_for_once(world, tender, foreign, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert list(Tender.objects.visible_to(world.mayor, clock.now())) == [tender]


def test_a_deactivated_account_holds_nothing(world, tender):
    world.member.is_active = False
    world.member.save()

    assert not holds(world.member, "view_tender", tender, clock.now())


def test_roles_on_a_tender_are_those_held_at_that_instant(world, tender):
    end = clock.now() + A_DAY
    both = {"document": "RA 9", "end": end, "by": world.mayor}
    people.appoint(tender, Role.ADVISER, world.atm, **both)

    assert set(roles.roles_on(tender, world.atm, end - A_MICROSECOND)) == {Role.ATM, Role.ADVISER}
    assert roles.roles_on(tender, world.atm, end) == [Role.ATM]
    assert roles.roles_on(tender, AnonymousUser(), end) == []


def test_an_office_of_the_installation_is_of_no_municipality(world):
    now = clock.now()

    assert roles.holds_office(world.host, Role.HOST, None, now)
    assert not roles.holds_office(world.host, Role.HOST, world.municipality, now)
    assert not roles.holds_office(world.mayor, Role.MAYOR, None, now)
    with pytest.raises(PermissionDenied):
        roles.require_office(world.mayor, Role.HOST, None, now)


def test_a_change_of_grants_reaches_old_tenders_at_the_next_migrate(world, tender, monkeypatch):
    monkeypatch.setitem(GRANTS, Role.COMMITTEE, ["view_tender", "approve_tender"])
    assert not holds(world.member, "approve_tender", tender, clock.now())

    call_command("migrate", verbosity=0)

    assert holds(world.member, "approve_tender", tender, clock.now())
    assert not holds(world.member, "announce_tender", tender, clock.now())


def test_a_new_appointment_repairs_the_grants_of_its_tender(world, tender):
    tender.grants.filter(permission__codename="announce_tender").delete()

    people.appoint(tender, Role.JVS, world.outsider, document="x", by=world.mayor)

    assert holds(world.member, "announce_tender", tender, clock.now())


def test_migrating_back_to_nothing_grants_nothing():
    class Empty:
        app_configs = {}

    assert roles.apply_grants_after_migrate(Empty) is None  # the database, which is not there, is not asked


def test_every_grant_is_a_permission_of_the_tender(db):
    known = apps.get_model("auth", "Permission").objects.values_list("codename", flat=True)

    assert everything() <= set(known)


def test_every_permission_that_the_code_asks_for_is_granted_to_somebody():
    asked = {
        rule.permission.codename
        for model in apps.get_models()
        if hasattr(model, "get_all_state_transitions")
        for rule in model().get_all_state_transitions()
        if hasattr(rule.permission, "codename")
    }

    assert asked <= everything()


def test_jvs_and_adviser_decide_nothing():  # rule 8
    deciding = {
        rule.permission.codename
        for rule in Tender().get_all_state_transitions()
        if hasattr(rule.permission, "codename")
    }

    assert not deciding & set(GRANTS[Role.JVS])
    assert not deciding & set(GRANTS[Role.ADVISER])
    assert not deciding & set(GRANTS[Role.DESK])


def test_the_mayor_and_the_manager_neither_open_nor_score():  # product.md
    for role in OFFICES:
        assert not {"open_envelopes", "evaluate_bids"} & set(GRANTS[role])
