"""The pages of the desk: from the counter to the printed receipt."""

import pytest

from procurement.models import Tender

from . import bidding
from .world import A_SECOND, DEADLINE, paper


@pytest.fixture
def tender(world):
    tender = world.at("integrated")
    Tender.objects.filter(pk=tender.pk).update(parameters=tender.parameters | {"envelopes.form": "paper"})
    world.sell(tender, 60, "Wenceslao", "Paz", ruc=bidding.ANA, organization="Wenceslao SAC")
    return Tender.objects.get(pk=tender.pk)


def handed_in(**other):
    said = {"kind": "private", "name": "Wenceslao SAC", "ruc": bidding.ANA, "origin_group": "other"}
    said |= bidding.PLACE | {"holders-TOTAL_FORMS": "0", "holders-INITIAL_FORMS": "0"}
    said |= {"received_at_0": "2026-04-24", "received_at_1": "14:59:59", "covers_sealed": "on"}
    said |= {"declares_guarantee": "on", "document_seen": "on", "photo": paper("solapa.pdf")}
    return said | other


def test_the_desk_receives_and_prints(client, world, tender):  # rule 59, decision 4
    world.move(DEADLINE - A_SECOND)
    client.force_login(world.clerk)

    received = client.post(f"/tenders/{tender.pk}/desk/receive/", handed_in(), follow=True)

    bid = tender.bids.get()
    assert bid.submitted_at == DEADLINE - A_SECOND
    assert bid.log_root in received.content.decode()
    assert "Wenceslao" in client.get(f"/tenders/{tender.pk}/desk/").content.decode()


def test_a_second_late_is_turned_away_and_listed(client, world, tender):  # rule 59
    world.move(DEADLINE)
    client.force_login(world.clerk)

    refused = client.post(f"/tenders/{tender.pk}/desk/receive/", handed_in(received_at_1="15:00:00"))

    assert refused.status_code == 422
    assert "bid.submission.late" in refused.content.decode()
    assert "bid.submission.late" in client.get(f"/tenders/{tender.pk}/desk/").content.decode()


def test_the_desk_is_for_who_receives(client, world, tender):  # decision 4
    world.move(DEADLINE - A_SECOND)
    client.force_login(world.clerk)
    client.post(f"/tenders/{tender.pk}/desk/receive/", handed_in())
    bid = tender.bids.get()

    for stranger in (world.chair, world.observer, world.mayor, world.outsider):
        client.force_login(stranger)
        for address in ("", "receive/", f"{bid.pk}/", f"{bid.pk}/withdraw/"):
            assert client.get(f"/tenders/{tender.pk}/desk/{address}").status_code == 403


def test_a_letter_takes_it_back(client, world, tender):  # rule 59
    world.move(DEADLINE - A_SECOND)
    client.force_login(world.clerk)
    client.post(f"/tenders/{tender.pk}/desk/receive/", handed_in())
    bid = tender.bids.get()
    letter = {"received_at_0": "2026-04-24", "received_at_1": "14:59:59", "letter_signed": "on"}

    client.post(f"/tenders/{tender.pk}/desk/{bid.pk}/withdraw/", letter)

    bid.refresh_from_db()
    assert bid.state == "withdrawn"


def test_the_bidder_of_a_paper_call_is_told_so(client, world, tender):  # decision 11
    client.force_login(world.outsider)

    assert client.get(f"/tenders/{tender.pk}/bid/").templates[0].name == "bids/bid_on_paper.html"
