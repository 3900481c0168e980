"""The pages of custodians: what everybody sees, whose sheet it is, the words that appear once."""

import re

import pytest

from bids.models import Custodian
from bids.services import custody

from . import bidding


@pytest.fixture
def tender(world):
    return world.at("approved")


def words_in(response):
    return re.findall(r"<li>([a-zñáéíóú]+)</li>", response.content.decode())


def test_the_whole_ceremony_on_the_pages(client, world, tender):  # decisions 5, 15
    base = f"/tenders/{tender.pk}/custodians/"
    client.force_login(world.secretary)
    for user, group in [*((user, "committee") for user in world.committee[:3]), (world.observer, "jvs")]:
        client.post(base + "name/", {"group": group, "user": user.pk})
    client.post(base + "name/", {"group": "notary", "full_name": "Noé Notario"})
    assert tender.custodians.count() == 5

    for custodian in tender.custodians.all():
        client.force_login(custodian.user or world.secretary)
        words = words_in(client.post(f"{base}{custodian.index}/sheet/"))
        assert len(words) == 24
        assert words_in(client.get(f"{base}{custodian.index}/sheet/")) == []  # shown once
        wrong = client.post(f"{base}{custodian.index}/prove/", {"words": " ".join(words[1:])})
        assert wrong.status_code == 422
        client.post(f"{base}{custodian.index}/prove/", {"words": " ".join(words)})

    client.force_login(world.secretary)
    client.post(base + "keys/")
    assert tender.kits.count() == 2
    assert words_in(client.get(base))[:12] == tender.kits.first().words.split()


def test_a_sheet_is_its_holders(client, world, tender):  # decision 15
    custody.name(tender, user=world.chair, group=Custodian.Group.COMMITTEE, by=world.secretary)
    for stranger in (world.secretary, world.member, world.outsider):
        client.force_login(stranger)
        assert client.post(f"/tenders/{tender.pk}/custodians/1/sheet/").status_code in (403, 404)
        assert client.get(f"/tenders/{tender.pk}/custodians/1/prove/").status_code in (403, 404)
    client.force_login(world.chair)
    assert client.get(f"/tenders/{tender.pk}/custodians/1/sheet/").status_code == 200


def test_everybody_compares_the_words_of_an_announced_call(client, world):  # decision 13
    tender = world.at("announced")

    shown = client.get(f"/tenders/{tender.pk}/custodians/")

    assert words_in(shown)[:12] == tender.kits.first().words.split()
    assert client.get(f"/tenders/{tender.pk}/custodians/name/").status_code == 302


def test_somebody_else_takes_a_place(client, world, tender):  # decision 15
    bidding.seat_custodians(world, tender)
    client.force_login(world.secretary)

    client.post(f"/tenders/{tender.pk}/custodians/2/dismiss/", {"reason": "Viaja"})

    assert tender.custodians.count() == 4
    assert not tender.kits.exists()


def test_after_the_announcement_no_new_sheet_is_shown(client, world):  # decision 19
    tender = world.at("announced")
    client.force_login(world.chair)

    refused = client.post(f"/tenders/{tender.pk}/custodians/1/sheet/")

    assert words_in(refused) == []
    assert "custodian.replacement.after-bids" in refused.content.decode()
