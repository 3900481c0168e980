"""The shelf: who is told, in which language, and the hour of the reading as proof (decision 9)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from procurement import clock
from procurement.models import Notice
from procurement.roles import Role
from procurement.services import notices, people
from procurement.services.notices import people_of, said, tell

from .world import account

AN_HOUR = timedelta(hours=1)


@pytest.fixture
def told(world):
    """One message on the shelf of the outsider."""
    tell(
        [world.outsider],
        tender=None,
        subject="Asunto",
        text="Cuerpo reservado",
        at=clock.now(),
        link="/work/",
    )
    return Notice.objects.get(user=world.outsider)


def test_each_person_is_told_once(world):
    tell([world.mayor, world.manager, world.mayor], tender=None, subject="s", text="t", at=clock.now())

    assert Notice.objects.filter(subject="s").count() == 2


def test_a_message_goes_with_the_transaction_of_what_it_tells(world):  # decision 9
    with transaction.atomic():
        tell([world.mayor], tender=None, subject="nunca", text="t", at=clock.now())
        transaction.set_rollback(True)

    assert not Notice.objects.filter(subject="nunca").exists()


def test_messages_are_written_in_spanish_whoever_pressed_the_button(world):
    with override("en"):
        sentence = said(_("You have been appointed: %(role)s"), role=Role.MAYOR.label)
        tell([world.outsider], tender=None, subject=sentence, text="t", at=clock.now())

    subject = Notice.objects.get(user=world.outsider).subject
    assert "Mayor" not in subject
    assert "Alcalde" in subject


def test_people_of_a_tender_are_its_own_and_those_of_the_offices(world):
    tender = world.draft()
    found = people_of(tender, Role.MAYOR, Role.SECRETARY, Role.JVS, at=clock.now())

    assert set(found) == {world.mayor, world.secretary, world.observer}


def test_people_of_a_tender_are_those_who_hold_the_role_at_that_instant(world):
    tender = world.draft()
    observer = tender.appointments.get(user=world.observer)
    world.move(clock.now() + AN_HOUR)
    people.end_appointment(observer, document="x", by=world.mayor)
    world.manager.is_active = False
    world.manager.save()

    assert people_of(tender, Role.JVS, Role.MANAGER, at=clock.now()) == []
    assert people_of(tender, Role.JVS, at=clock.now() - AN_HOUR) == [world.observer]


def test_people_of_a_tender_are_asked_for_once(world, django_assert_num_queries):
    tender = world.draft()
    for each in range(5):
        user = account(200 + each, "Julia", f"Vecina {each}")
        people.appoint(tender, Role.JVS, user, document="x", by=world.mayor)

    with django_assert_num_queries(1):
        assert len(people_of(tender, Role.JVS, Role.COMMITTEE, at=clock.now())) == 10


# Pages


def test_a_message_is_read_when_it_is_opened_and_the_first_hour_counts(client, world, told):  # decision 9
    client.force_login(world.outsider)
    first = clock.now() + AN_HOUR

    closed = client.get(f"/shelf/{told.pk}/").text
    world.move(first)
    client.post(f"/shelf/{told.pk}/read/")
    world.move(first + AN_HOUR)
    client.post(f"/shelf/{told.pk}/read/")

    assert "Cuerpo reservado" not in closed
    assert Notice.objects.get(pk=told.pk).read_at == first
    assert "Cuerpo reservado" in client.get(f"/shelf/{told.pk}/").text


def test_looking_at_a_message_does_not_count_as_reading(client, world, told):
    client.force_login(world.outsider)

    client.get("/shelf/")
    client.get(f"/shelf/{told.pk}/")

    assert client.get(f"/shelf/{told.pk}/read/").status_code == 405
    assert Notice.objects.get(pk=told.pk).read_at is None


def test_nobody_opens_the_messages_of_somebody_else(client, world, told):
    client.force_login(world.mayor)

    assert client.get(f"/shelf/{told.pk}/").status_code == 404
    assert client.post(f"/shelf/{told.pk}/read/").status_code == 404
    assert "Asunto" not in client.get("/shelf/").text


def test_the_work_list_counts_what_is_not_read(client, world, told):
    client.force_login(world.outsider)

    assert client.get("/work/").context["unread"] == 1
    client.post(f"/shelf/{told.pk}/read/")
    assert client.get("/work/").context["unread"] == 0


def test_an_empty_shelf_says_what_will_be_there(client, world):
    client.force_login(world.outsider)

    page = client.get("/shelf/")

    assert page.status_code == 200
    assert notices.unread(world.outsider).count() == 0
    assert '<ul class="tasks">' not in page.text


@pytest.mark.parametrize("number", [1, 24])
def test_the_shelf_costs_the_same_for_any_number(client, world, django_assert_num_queries, number):
    tender = world.draft()
    for each in range(number):
        tell([world.outsider], tender=tender, subject=f"Asunto {each}", text="t", at=clock.now())
    client.force_login(world.outsider)

    with django_assert_num_queries(5):  # session, user, count, messages with tenders, unread
        page = client.get("/shelf/")

    assert page.text.count(">Asunto ") == number
