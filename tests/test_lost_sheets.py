"""A custodian's sheet that is lost: before the call, before any bid, and with bids (sealed/design.md §7)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from bids.services import custody, envelopes, lost_sheets, opening, submission
from procurement import clock
from procurement.models import Delivery, Event, Minutes, Notice

from . import bidding, deciding
from .refusing import refused

WHAT = {"reason": "Se mojó en la inundación"}


def sheet_of(tender, index=1):
    return custody.present_round(tender).get(index=index)


def make_again(world, tender, index=1):
    custodian = sheet_of(tender, index)
    words = world.sheets[index] = custody.make_sheet(custodian, by=custodian.user)
    custody.prove(custodian, words=" ".join(words), by=custodian.user)
    return custody.record_keys(tender, by=world.secretary)


def minutes_of(tender, kind):
    return Minutes.objects.filter(tender=tender, kind=kind).order_by("-pk").first()


def test_before_the_call_sheet_and_keys_are_made_again(world):  # design §7
    tender = world.at("approved")
    old = [kit.words for kit in bidding.seat_custodians(world, tender)]

    lost_sheets.report(sheet_of(tender), by=world.chair, **WHAT)
    without = tender.kits.count()
    new = [kit.words for kit in make_again(world, tender)]

    assert without == 0
    assert not set(old) & set(new)
    assert WHAT["reason"] in minutes_of(tender, "sheet-lost").text
    assert all(words in minutes_of(tender, "keys").text for words in new)


def test_without_bids_there_are_new_keys_and_the_old_ones_count_no_more(world):  # design §7
    tender = world.at("integrated")
    bid, _other = bidding.buyers(world, tender)
    bidding.seal(bid)

    lost_sheets.report(sheet_of(tender), by=world.chair, **WHAT)
    told = Delivery.objects.filter(tender=tender).order_by("-pk").first()
    shut = refused(bidding.seal, bid)
    make_again(world, tender)
    old_envelope = refused(submission.present, bid, stamp=clock.now(), by=world.ana)

    assert told.title
    assert shut == ["custody.kit.missing"]
    assert "envelope.kit.outdated" in old_envelope
    assert bidding.present(bid)[0].state == "submitted"


def test_with_bids_the_keys_stay_and_the_others_open(world):  # design §7
    tender = world.at("closed")

    lost_sheets.report(sheet_of(tender), by=world.chair, **WHAT)
    act = deciding.begin(world, tender)
    others = deciding.custodians(tender)[1:4]
    deciding.check(world, act, *others)
    deciding.release(world, act, *others)

    assert lost_sheets.left_of(tender) == [(3, 5, 4)]
    assert "Quedan 4 de 5 y hacen falta 3" in minutes_of(tender, "sheet-lost").text
    assert opening.conclude(act, by=world.chair).state == "closed"


def test_where_too_few_are_left_the_minutes_say_how_it_goes_on(world, client):  # design §7
    tender = world.at("closed")
    for index, holder in [(1, world.chair), (2, world.member), (3, world.third)]:
        lost_sheets.report(sheet_of(tender, index), by=holder, **WHAT)

    text = minutes_of(tender, "sheet-lost").text
    shown = client.get(reverse("custodians", args=[tender.pk]))
    act = deciding.begin(world, tender)
    deciding.check(world, act, *deciding.custodians(tender)[3:])

    assert "No quedan suficientes custodios" in text
    assert shown.context["short"] == [(3, 5, 2)]
    last = deciding.custodians(tender)[4]
    words = deciding.words(world, last)
    assert "opening.custodians.not-enough" in refused(
        envelopes.release_shares, act, custodian=last, words=words, by=world.chair
    )


def test_it_is_written_down_once_and_in_the_log(world):  # design §7
    tender = world.at("closed")
    lost_sheets.report(sheet_of(tender), by=world.chair, **WHAT)

    again = refused(lost_sheets.report, sheet_of(tender), by=world.chair, **WHAT)

    [event] = [each.body for each in Event.objects.of(tender) if each.body["action"] == "custodian.lost"]
    assert again == ["custody.sheet.already-lost"]
    assert event["facts"]["left"] == [[3, 5, 4]]
    assert Notice.objects.filter(tender=tender, user=world.secretary).exists()


def test_only_the_holder_and_who_keeps_custodians_say_so(world, client):  # design §7
    tender = world.at("closed")
    address = reverse("custodian-lost", args=[tender.pk, 1])

    for person in (world.outsider, world.ana, world.treasurer):
        with pytest.raises(PermissionDenied):
            lost_sheets.report(sheet_of(tender), by=person, **WHAT)
        client.force_login(person)
        assert client.get(address).status_code == 403
    client.force_login(world.secretary)
    assert client.post(address, WHAT).status_code == 302
    assert sheet_of(tender).lost_at == clock.now()
