"""A call begins on a page: the manager enters the town and begins the draft."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from procurement.models import Event, Tender
from procurement.services import towns
from procurement.workflow import Blocked

TOWN = {"name": "Alto Laredo", "population": 2100, "source": "Censo 2017"}


@pytest.fixture
def manager(client, world):
    client.force_login(world.manager)
    return client


def test_the_manager_begins_a_call_on_the_page(manager, world):  # decision 2
    begun = manager.post(
        reverse("tender-create", args=[world.municipality.pk]),
        {"town": world.town.pk, "title": "Operador de Laredo", "step": "record"},
    )

    tender = Tender.objects.get()
    assert begun.url == tender.get_absolute_url()
    assert (tender.town, tender.state, tender.created_by) == (world.town, "draft", world.manager)


def test_without_a_town_the_town_comes_first(manager, world):
    world.town.delete()

    asked = manager.get(reverse("tender-create", args=[world.municipality.pk]))

    assert asked.url == reverse("town-add", args=[world.municipality.pk])


def test_a_town_is_entered_once_and_leaves_its_record(world):
    town = towns.add(world.municipality, by=world.atm, **TOWN)

    assert Event.objects.get(body__action="town.add").body["facts"]["town"] == town.pk
    with pytest.raises(Blocked) as again:
        towns.add(world.municipality, by=world.manager, **TOWN | {"name": "alto laredo "})
    assert again.value.codes == ["town.name.taken"]


def test_who_holds_another_office_enters_no_town(world):
    with pytest.raises(PermissionDenied):
        towns.add(world.municipality, by=world.treasurer, **TOWN)
