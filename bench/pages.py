"""How often full pages ask the database, and how long they take: a call with thirty of everything."""

from contextlib import ExitStack
from statistics import median

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import seconds
from procurement import clock
from tests import growing
from tests.world import World

MANY = 30
ROUNDS = 5
# page, who looks, and how often at most it may ask the database
PAGES = [
    ("home", None, 8),
    ("tender", None, 15),
    ("tender", "chair", 80),
    ("work", "secretary", 45),
    ("shelf", "secretary", 8),
    ("log", None, 10),
    ("minutes-list", None, 10),
    ("query-list", "secretary", 25),
    ("circular-list", None, 10),
    ("sale-list", "treasurer", 30),
    ("evaluation", "chair", 25),
    ("ranking", None, 20),
]


def full_call(stack):
    """Bring a call to its award through the services, and make thirty of everything in it."""
    world = World(lambda instant: stack.enter_context(clock.stopped_at(instant)))
    tender = world.at("awarded")
    growing.more_observers(world, tender, MANY)
    growing.more_bids(tender, MANY)
    growing.multiply(MANY)
    growing.more_events(tender, MANY)
    growing.more_tenders(tender, MANY)
    return world, tender


def address(name, tender):
    return reverse(name, args=[] if name in ("home", "work", "shelf") else [tender.pk])


def measured(world, tender, name, who, limit):
    client = Client(HTTP_HOST="localhost")
    if who:
        client.force_login(getattr(world, who))
    url = address(name, tender)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.status_code == 200, f"{name}: {response.status_code}"
    return {
        "name": f"page-{name}" + (f"-{who}" if who else ""),
        "value": len(queries),
        "unit": "queries",
        "limit": limit,
        "size": f"{MANY} of everything",
        "milliseconds": round(median(seconds(client.get, url) for _ in range(ROUNDS)) * 1000),
        "bytes": len(response.content),
    }


def run():
    with ExitStack() as stack, transaction.atomic():
        world, tender = full_call(stack)
        rows = [measured(world, tender, *page) for page in PAGES]
        transaction.set_rollback(True)
        return rows
