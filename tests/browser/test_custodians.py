"""Custodians in their own browser: sheet, trial, checks and parts in the act; no word of it is ever sent."""

import pytest
from django.core.handlers.base import BaseHandler

from bids import sealing
from bids.models import Custodian
from bids.sealing import codec
from bids.services import custody
from tests.world import World

from . import sealing_pages as pages


@pytest.fixture
def world(transactional_db, set_clock):
    """The world with its rows written: the server's threads have connections of their own."""
    return World(set_clock)


@pytest.fixture
def recorded(settings, monkeypatch):
    """Keep what every request carries."""
    pages.SENT.clear()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 8 << 20
    monkeypatch.setattr(BaseHandler, "get_response", pages.recording(BaseHandler.get_response))


@pytest.fixture
def enter(recorded, open_page, login):
    """Return `enter(user)`, which gives a phone to somebody who is signed in."""

    def open_one(user):
        page = open_page("phone")
        login(page, user)
        return page

    return open_one


def secrets(words, tender, *shares):
    """Return what must never be sent of a sheet, by name: its words, seed, keys, and shares."""
    seed = sealing.words_to_seed(" ".join(words))
    keys = sealing.custodian_keys(seed, tender.ocid, tender.round)
    found = pages.spelled("seed", seed) | pages.spelled("signing key", keys.sign)
    opening = {f"key {stage}": text for stage, text in keys.identities.items()}
    for name, text in (opening | {"reading key": keys.reading_identity}).items():
        found |= pages.spelled(name, codec.secret_of(text)) | {f"{name} age": text.encode()}
    for place, share in enumerate(shares):
        found |= pages.spelled(f"share {place}", share)
    # three words in a row, as people write them: a single short one stands in any text
    rows = [" ".join(words[place : place + 3]) for place in range(22)]
    return found | {f"words {place}": row.encode() for place, row in enumerate(rows)}


def make_sheet(page, tender, custodian):
    """Make a sheet, copy three of its words; return the 24."""
    page.goto(f"/tenders/{tender.pk}/custodians/{custodian.index}/sheet/")
    page.locator("[data-do=make]:enabled").click()
    words = page.locator("ol.words li").all_inner_texts()
    page.locator("[data-do=written]").click()
    for place in (3, 11, 20):
        page.locator(f"#word-{place}").fill(words[place - 1])
    page.locator("[data-do=send]").click()
    page.wait_for_url("**/prove/")
    return words


def type_words(page, words):
    page.wait_for_selector("[data-ready]")
    page.locator("#typed").fill(" ".join(word[:4].upper() for word in words))


def test_a_sheet_is_made_in_the_page_and_opens_a_trial(world, enter):  # principle 5, decision 15
    tender = world.at("approved")
    chair = enter(world.chair)
    named = custody.name(tender, user=world.chair, group=Custodian.Group.COMMITTEE, by=world.secretary)

    words = make_sheet(chair, tender, named)
    type_words(chair, words)
    chair.locator("[data-do=prove]").click()
    chair.wait_for_url("**/custodians/")

    kept = Custodian.objects.get(pk=named.pk)
    keys = sealing.custodian_keys(sealing.words_to_seed(" ".join(words)), tender.ocid, 1)
    assert (kept.verify_key, kept.reader) == (keys.verify, keys.reading_recipient)
    assert [kept.recipient_1, kept.recipient_2] == [keys.recipients[1], keys.recipients[2]]
    assert kept.means == "page"
    assert kept.ready_at
    wanted = secrets(words, tender)
    assert pages.leaked(wanted) == []
    chair.evaluate("text => fetch('/', {method: 'POST', body: text}).catch(() => null)", " ".join(words))
    assert "words 0" in pages.leaked(wanted)  # the search finds what is sent
