"""Five custodians, three bidders, an observer and the hall's screen at once, from the keys to the result.

Services do what lies outside the envelopes; every sheet, seal, check and part is made in its own browser.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bids.models import Bid, Custodian, Envelope
from bids.services import bidders, custody, opening, ranking, submission
from procurement import clock
from procurement.models import Tender
from procurement.services import checkpoints, tenders
from tests import bidding, deciding
from tests.world import DEADLINE, World, account

from . import custody_pages as custodian
from . import sealing_pages as bidder

CARLA = "20601234565"
OFFERS = ("10.20", "8.50", "12.00")
FIRST, SECOND = 1, 2


@pytest.fixture
def world(transactional_db, set_clock):
    """The world with its rows written: the server's threads have connections of their own."""
    return World(set_clock)


@pytest.fixture
def phones(open_page, login):
    """Return `phones(user)`: the phone of a user, the same each time."""
    known = {}

    def of(user):
        if user.pk not in known:
            known[user.pk] = open_page("phone")
            login(known[user.pk], user)
        return known[user.pk]

    return of


@pytest.fixture
def sheets():
    """The words on paper, by the number of the custodian."""
    return {}


@pytest.fixture
def tender(world, phones, sheets, monkeypatch):
    """A call with integrated terms, whose custodians made their sheets in their own devices."""

    def seat(world, tender):
        groups = Custodian.Group
        seats = [(user, groups.COMMITTEE) for user in world.committee[:3]] + [(world.observer, groups.JVS)]
        named = [custody.name(tender, user=user, group=group, by=world.secretary) for user, group in seats]
        named.append(custody.name(tender, full_name="Noé Notario", group=groups.NOTARY, by=world.secretary))
        pages = [(each, phones(each.user or world.secretary)) for each in named]
        for each, page in pages:
            sheets[each.index] = custodian.make_sheet(page, tender, each)
        for each, page in pages:
            custodian.prove(page, sheets[each.index])
        return custody.record_keys(tender, by=world.secretary)

    monkeypatch.setattr(bidding, "seat_custodians", seat)
    return world.at("integrated")


def three_bids(world, tender):
    bids = bidding.buyers(world, tender)
    carla = account(53, "Carla", "Sol")
    third = bidding.register(carla, CARLA, "Aguas Carla SAC")
    bidding.buy(world, tender, carla, ruc=third.ruc, organization=third.name)
    bidders.confirm(tender, ruc=third.ruc, document_seen=True, by=world.treasurer)
    return [*bids, submission.begin(tender, bidder=third, by=carla)]


def present(bids, tender, phones):
    """Let all bidders fill their forms, then seal, then present: each step for all before the next."""
    pages = [phones(bid.bidder.account) for bid in bids]
    for page, offer in zip(pages, OFFERS, strict=True):
        bidder.write(page, tender, percentage=offer)
    for page in pages:
        bidder.seal(page)
    for page in pages:
        bidder.present(page)
    for page in pages:
        page.wait_for_url("**/bid/receipt/")


def hold(world, act, phones, sheets):
    """Let all five check, then three hand over; return the words of the close that each of them saw."""
    tender = act.tender
    people = deciding.custodians(tender)
    pages = {each.index: phones(each.user or world.chair) for each in people}
    del pages[5]  # the notary, who has no account, waits with the paper: four suffice
    seen = [custodian.check(page, tender, act.stage, index, sheets[index]) for index, page in pages.items()]
    for index in (1, 2, 3):
        custodian.hand_over(pages[index], act.stage)
    return seen


def heading(page, text):
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(text), timeout=20_000)


def test_from_the_keys_to_the_result(world, tender, phones, sheets, open_page):  # issue 5
    bids = three_bids(world, tender)
    world.move(DEADLINE - timedelta(days=1))
    present(bids, tender, phones)
    wall, observer = open_page("desktop"), phones(world.observer)
    world.move(DEADLINE + timedelta(seconds=60))
    tenders.close(Tender.objects.get(pk=tender.pk), by=clock.ACTOR)
    wall.goto(f"/tenders/{tender.pk}/opening/{FIRST}/live/")

    act = deciding.begin(world, Tender.objects.get(pk=tender.pk))
    heading(wall, "los custodios comprueban|van 0 de 3")
    seen = hold(world, act, phones, sheets)
    heading(wall, "van 3 de 3")
    observer.goto(f"/tenders/{tender.pk}/opening/{FIRST}/")
    expect(observer.locator(".envs")).to_contain_text("Aguas Carla SAC")
    opening.conclude(deciding.fresh(act), by=world.chair)

    assert seen == [checkpoints.closing_words(tender)] * 4
    assert {each.means for each in deciding.custodians(tender)} == {"page"}
    assert not Envelope.objects.filter(tender=tender, stage=SECOND).exclude(status="presented").exists()

    deciding.decide_first(world, Tender.objects.get(pk=tender.pk), failed=(2,))
    result = tender.first_results.get(superseded_at=None)
    wall.goto(f"/tenders/{tender.pk}/opening/{SECOND}/live/")
    act = deciding.begin(
        world,
        Tender.objects.get(pk=tender.pk),
        stage=SECOND,
        planned_at=result.appeal_until + timedelta(days=1),
    )
    hold(world, act, phones, sheets)
    heading(wall, "van 2 de 2")
    opening.conclude(deciding.fresh(act), by=world.chair)
    ranking.rank(Tender.objects.get(pk=tender.pk), by=world.chair)
    deciding.sign(world, Tender.objects.get(pk=tender.pk))

    out = Bid.objects.get(tender=tender, bidder__ruc=CARLA)
    assert out.envelopes.get(stage=SECOND).status == "presented"  # whoever is out stays shut
    wall.goto(f"/tenders/{tender.pk}/ranking/")
    expect(wall.locator("main")).to_contain_text("Servicios Ana SAC")
    expect(wall.locator("main")).to_contain_text("10.20")
