"""Every page asks the database as often for thirty of each thing as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from procurement.log import INSTALLATION
from procurement.models import Circular, Tender

from . import growing
from .test_authorization import patterns

MANY = 30
MORE = 3  # a full list may be cut into pages, which is counted
WALKERS = ["secretary", "chair", "manager", "mayor", "treasurer", "clerk", "host", "observer", "ana"]
FILES = {"bid-file", "case-file", "document", "envelope-sealed", "opening-bundle"}
OF_EACH = {"home", "work", "shelf", "tender", "tender-preparation"}  # measured for everybody
KEYS = {  # what a page is about, by how its name begins
    "meeting": "meetings",
    "query": "queries",
    "circular": "circulars",
    "sale": "terms_sales",
    "minutes": "minutes",
    "remark": "remarks",
    "prospect": "prospects",
    "evaluation": "bids",
    "envelopes": "bids",
    "envelope": "envelopes",
    "defect": "defects",
    "delivery": "deliveries",
    "time": "time_requests",
}


def number_of(name, tender):
    """Return the number in the address of a page about one thing of the tender, or None."""
    if name.startswith("terms"):
        return tender.terms.last() and tender.terms.last().number
    if name.startswith("appeal"):
        return tender.appeals.values_list("number", flat=True).first()
    related = KEYS.get(name.split("-")[0])
    return (
        getattr(tender, related).values_list("pk", flat=True).first()
        if hasattr(tender, related or "")
        else None
    )


def address(name, route, arguments, tender):
    """Return the address of a page about this tender; None where there is nothing for it."""
    town = {"tenders/": tender, "municipalities/": tender.municipality, "towns/": tender.town}
    about = next((thing for begins, thing in town.items() if route.startswith(begins)), None)
    known = {
        "pk": about and about.pk,
        "number": number_of(name, tender),
        "stage": 1,
        "index": 1,
        "kind": "technical",
        "against": "award",
    }
    values = {argument: known.get(argument) for argument in arguments}
    try:
        return None if None in values.values() else reverse(name, kwargs=values)
    except NoReverseMatch:
        return None


def pages(tender):
    """Yield (name, address) of every page that there is for this tender."""
    for name, route, arguments in patterns():
        if name not in FILES and (found := address(name, route, arguments, tender)):
            yield name, found


def asked(client, url):
    """Return how often the database is asked for a page, once what is kept between requests is there."""
    if client.get(url).status_code != 200:
        return None
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)


def walk(client, world, tender):
    """Return how often each page asks, by (name, who): for the first who gets in, some for everybody."""
    found = {}
    for who in WALKERS:
        if hasattr(world, who):
            client.force_login(getattr(world, who))
            seen = {name for name, _who in found} - OF_EACH
            for name, url in pages(tender):
                if name not in seen and (number := asked(client, url)):
                    found[name, who] = number
    return found


def grow(world, tender):
    growing.more_observers(world, tender, MANY)
    growing.more_bids(tender, MANY)
    grown = growing.multiply(MANY)
    growing.more_events(tender, MANY)
    growing.more_events(INSTALLATION, MANY)
    growing.more_tenders(tender, MANY)
    return grown


@pytest.mark.slow
@pytest.mark.parametrize("state", ["approved", "integrated", "awarded"])
def test_every_page_asks_as_often_for_thirty_as_for_one(client, world, state):
    tender = world.at(state)
    before = walk(client, world, tender)
    assert len(grow(world, tender)) > 10
    after = walk(client, world, Tender.objects.get(pk=tender.pk))

    more = {page: (before[page], after.get(page)) for page in before}
    assert {page: pair for page, pair in more.items() if (pair[1] or 0) > pair[0] + MORE} == {}
    assert len(before) > 40
    assert {page for page, pair in more.items() if pair[1] is None} == set()


def test_a_page_that_asks_once_more_for_each_is_found(client, world, monkeypatch):
    tender = world.at("integrated")
    client.force_login(world.chair)
    url = reverse("circular-list", args=[tender.pk])
    monkeypatch.setattr(Circular, "all_changes", lambda circular: list(circular.queries.filter(same_as=None)))

    before = asked(client, url)
    for _ in range(MANY):
        growing.clone(tender.circulars.first())
    assert asked(client, url) > before + MORE
