"""The rent of a house given in antichresis: a ledger of months (CC 1091-1094; domain.md §2.1)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from guarantees.models import Guarantee, Rent
from guarantees.services import rents
from procurement import clock
from procurement.models import Event, Notice
from procurement.schedule import local_day
from procurement.workflow import Blocked

from . import guaranteeing

MARCH = date(2026, 3, 1)


@pytest.fixture
def house(world):
    """A house in antichresis that holds; how it came to hold is tested with the guarantees."""
    tender = world.at("consented")
    tender.parameters.pop("guarantees.performance.instruments", None)
    tender.save()
    given = guaranteeing.receive(world, tender, instrument="ANTICRESIS", rent=Decimal("450.00"))
    Guarantee.objects.filter(pk=given.pk).update(state="in_force", in_force_at=clock.now())
    return Guarantee.objects.get(pk=given.pk)


def receive(world, guarantee, *, amount="450.00", owed="120.00", **other):
    said = {"month": date(2026, 3, 17), "received_on": local_day(clock.now()), "receipt": "R-1"}
    said |= {"by": world.treasurer} | other
    return rents.receive_rent(guarantee, amount=Decimal(amount), owed=Decimal(owed), **said)


@pytest.mark.parametrize(
    ("amount", "owed", "to_interest", "to_debt"),
    [
        ("450.00", "120.00", "120.00", "330.00"),
        ("450.00", "450.00", "450.00", "0.00"),
        ("450.00", "450.01", "450.00", "0.00"),
        ("450.00", "0.00", "0.00", "450.00"),
    ],
)
def test_a_rent_pays_interest_and_costs_first(world, house, amount, owed, to_interest, to_debt):  # CC 1093
    rent = receive(world, house, amount=amount, owed=owed)

    assert (str(rent.to_interest), str(rent.to_debt)) == (to_interest, to_debt)
    assert rent.month == MARCH
    event = Event.objects.of(house.tender).last().body
    assert (event["action"], event["facts"]["to_interest"]) == ("guarantee.rent", to_interest)
    assert "R-1" not in str(event)
    assert Notice.objects.filter(user=house.account, subject__startswith="Entró una renta").exists()


def test_what_is_no_rent_is_refused_and_nothing_is_written(world, house):  # CC 1091, 1093
    receive(world, house)
    tomorrow = local_day(clock.now()) + timedelta(days=1)
    april = date(2026, 4, 1)
    for said, code in [
        ({"month": date(2026, 3, 31)}, "guarantee.rent.twice"),
        ({"month": april, "received_on": tomorrow}, "guarantee.rent.in-future"),
        ({"month": april, "amount": "0.00"}, "guarantee.rent.not-positive"),
        ({"month": april, "owed": "-0.01"}, "guarantee.rent.not-positive"),
    ]:
        with pytest.raises(Blocked) as refused:
            receive(world, house, **said)
        assert refused.value.codes == [code]
    Guarantee.objects.filter(pk=house.pk).update(state="released")
    with pytest.raises(Blocked) as refused:
        receive(world, house, month=april)
    assert refused.value.codes == ["guarantee.rent.no-antichresis"]
    for by in (world.outsider, world.legal, house.account):
        with pytest.raises(PermissionDenied):
            receive(world, house, month=april, by=by)
    assert Rent.objects.count() == 1


def test_treasury_writes_a_rent_on_its_page_and_everybody_reads_the_sums(world, house, client):  # CC 1093
    about = [house.tender_id, house.pk]
    client.force_login(world.treasurer)
    assert reverse("guarantee-rent", args=about) in client.get(house.get_absolute_url()).content.decode()
    said = {"month": "2026-03-17", "amount": "450.00", "owed": "120.00", "receipt": "R-77"}
    said |= {"received_on": local_day(clock.now()).isoformat()}
    assert client.post(reverse("guarantee-rent", args=about), said).status_code == 302

    client.logout()
    page = client.get(house.get_absolute_url()).content.decode().replace("\xa0", " ")
    assert "marzo" in page.lower()
    assert "S/ 330.00" in page
    assert "R-77" not in page
    assert reverse("guarantee-rent", args=about) not in page
