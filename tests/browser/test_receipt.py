"""A receipt is checked in the visitor's own browser, and one that does not fit is said so (decision 13)."""

import json

import pytest
from django.core.management import call_command
from django.db import transaction

from procurement import merkle
from procurement.models import Checkpoint, Event, Log, Tender
from procurement.services import checkpoints
from tests import bidding
from tests.conftest import triggers_dropped
from tests.world import World


@pytest.fixture
def world(transactional_db, set_clock):
    return World(set_clock)


@pytest.fixture
def tender(world, settings, tmp_path):
    """A call that shows each presentation at once, with a signed log and one bid."""
    settings.LOG_KEY = tmp_path / "log.key"
    call_command("make_log_key", verbosity=0)
    tender = world.at("integrated")
    tender.parameters |= {"receipts_public": "presentation"}
    Tender.objects.filter(pk=tender.pk).update(parameters=tender.parameters)
    bidding.present_all(world, tender)
    return tender


@pytest.fixture
def receipt(world, tender, client):
    client.force_login(world.ana)
    return json.loads(client.get(f"/tenders/{tender.pk}/bid/receipt.json").content)


def checked(page, tender, receipt):
    """Choose the file on the page; return what is said of each line of it."""
    page.goto(f"/tenders/{tender.pk}/log/receipt/")
    page.locator("[data-is=ready]").wait_for()
    file = {"name": "constancia.json", "mimeType": "application/json"}
    data = receipt if isinstance(receipt, bytes) else json.dumps(receipt).encode()
    page.locator("#receipt").set_input_files(file | {"buffer": data})
    page.locator("#result [data-is]:not([data-is=ready])").wait_for()
    return page.locator("#result li").evaluate_all("rows => rows.map(row => row.dataset.held)")


def verdict(page):
    return page.locator("#result [data-is]").get_attribute("data-is")


def test_a_receipt_that_fits(page, tender, receipt):
    assert checked(page, tender, receipt) == ["yes"] * 9
    assert verdict(page) == "good"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_receipts_that_do_not_fit(open_page, tender, receipt):
    page = open_page()

    def with_first(**changed):
        return receipt | {"receipts": [receipt["receipts"][0] | changed]}

    first = receipt["receipts"][0]
    note = first["checkpoint"]
    size = receipt["head"]["size"]
    changed_leaf = first["leaf"].replace('"stage":1', '"stage":2')

    assert checked(page, tender, with_first(leaf=changed_leaf)) == ["yes", "no", "yes"]
    assert verdict(page) == "spoilt"
    assert checked(page, tender, with_first(proof=first["proof"][1:])) == ["yes", "no", "yes"]
    other = with_first(checkpoint=note.replace(f"\n{size}\n", f"\n{size - 1}\n"))
    assert checked(page, tender, other)[0] == "no"
    checked(page, tender, receipt | {"log": "other.example/ocds-1"})
    assert verdict(page) == "foreign"
    checked(page, tender, b"%PDF-1.7")
    assert verdict(page) == "unreadable"
    checked(page, tender, receipt | {"receipts": []})
    assert verdict(page) == "unsigned"


def test_a_log_that_was_rewritten_does_not_begin_with_the_receipt(open_page, tender, receipt):
    """Whoever has the server's key and database writes another log, all of it well signed."""
    index = receipt["receipts"][0]["index"]
    edge = []
    with transaction.atomic(), triggers_dropped():
        for event in Event.objects.of(tender).order_by("index"):
            if event.index == index:
                event.body["facts"]["stage"] = 2
            nodes = merkle.completed(edge, event.index, merkle.leaf_hash(event.leaf))
            edge = merkle.grown(edge, nodes)
            Event.objects.filter(pk=event.pk).update(body=event.body, nodes=b"".join(nodes))
        Log.objects.filter(origin=tender.log_origin).update(edge=[node.hex() for node in edge])
        Checkpoint.objects.filter(log=tender.log_origin).delete()

    page = open_page()
    assert checked(page, tender, receipt)[:3] == ["yes", "yes", "no"]
    assert verdict(page) == "bad"


def test_without_javascript_the_page_says_how_else(open_page, tender):
    page = open_page(script=False)
    page.goto(f"/tenders/{tender.pk}/log/receipt/")

    assert page.locator("#waiting").is_visible()
    assert page.get_by_text("verify.py --receipt").is_visible()
    assert checkpoints.size_of(tender)
