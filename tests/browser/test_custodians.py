"""Custodians in their own browser: sheet, trial, checks and parts in the act; no word of it is ever sent."""

import pytest
from django.core.handlers.base import BaseHandler
from django.core.management import call_command

from bids import sealing
from bids.models import Custodian
from bids.sealing import codec, opening
from bids.services import custody
from procurement.services import checkpoints
from tests import deciding
from tests.world import World

from . import custody_pages
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


@pytest.fixture
def made(world, recorded, open_page, login, monkeypatch, settings, tmp_path):
    """A closed call for which the chair, unlike the others, made her sheet in her phone: call and phone."""
    by_services, phone = (custody.make_sheet, custody.prove), open_page("phone")

    def make(custodian, *, by):
        if by != world.chair:
            return by_services[0](custodian, by=by)
        login(phone, by)
        return custody_pages.make_sheet(phone, custodian.tender, custodian)

    def prove(custodian, *, words, by):
        if by != world.chair:
            return by_services[1](custodian, words=words, by=by)
        custody_pages.prove(phone, words.split())
        return Custodian.objects.get(pk=custodian.pk)

    monkeypatch.setattr(custody, "make_sheet", make)
    monkeypatch.setattr(custody, "prove", prove)
    settings.LOG_KEY = tmp_path / "log.key"
    call_command("make_log_key", verbosity=0)
    return world.at("closed"), phone


def test_a_sheet_made_tried_and_used_in_one_phone(world, made):  # principle 5, decision 15
    tender, phone = made
    words = world.sheets[1]
    kept = Custodian.objects.get(tender=tender, index=1)
    keys = sealing.custodian_keys(sealing.words_to_seed(" ".join(words)), tender.ocid, 1)
    assert (kept.means, kept.verify_key, kept.reader) == ("page", keys.verify, keys.reading_recipient)
    assert kept.ready_at
    assert "Hoja hecha en el equipo del propio custodio" in tender.minutes.get(kind="keys").text
    act = deciding.begin(world, tender)
    others = deciding.custodians(tender)[1:3]
    deciding.check(world, act, *others)
    phone.goto(f"/tenders/{tender.pk}/opening/1/words/1/")

    custody_pages.type_words(phone, words)
    phone.route("**/log.json", rewritten)
    phone.locator("[data-do=read]").click()
    phone.locator("[data-errors] code").wait_for()
    assert "log.checkpoint.other-leaves" in phone.locator("[data-errors]").inner_text()
    phone.unroute("**/log.json")
    phone.locator("[data-do=read]").click()
    phone.locator("[data-step=list]").wait_for()
    assert not phone.locator("[data-unsigned]").is_visible()
    closing = phone.locator("[data-closing] li").all_inner_texts()
    assert closing == checkpoints.closing_words(tender)
    # of each bidder a public and a reserved part
    assert phone.locator("[data-step=list] [data-envelopes] li").count() == 4
    phone.locator("[data-do=check]").click()
    assert "Compare primero las doce palabras" in phone.locator("[data-errors]").inner_text()
    phone.locator("#compared").check()
    phone.locator("[data-do=check]").click()
    phone.locator("[data-do=open]").wait_for()
    deciding.release(world, act, *others)
    before = secrets(words, tender, *shares_of(tender, keys, "public"), *shares_of(tender, keys, "reserved"))
    assert pages.leaked(before) == []  # until here not even what a release publishes
    phone.locator("[data-do=open]").click()
    phone.wait_for_url("**/opening/1/")

    states = tender.envelopes.filter(stage=1, part="public").values_list("status", flat=True)
    assert set(states) == {"open"}
    wanted = secrets(words, tender, *shares_of(tender, keys, "reserved"))
    assert len(wanted) > 40
    assert pages.leaked(wanted) == []
    phone.evaluate("text => fetch('/', {method: 'POST', body: text}).catch(() => null)", " ".join(words))
    assert "words 0" in pages.leaked(wanted)  # the search finds what is sent


def rewritten(route):
    """Show another log than the signed one: one letter of its first leaf is changed."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('"action":"', '"action":"x', 1))


def shares_of(tender, keys, part):
    """Return the shares that this sheet has of the envelopes 1 of a part."""
    found = [
        each.manifest
        for each in tender.envelopes.filter(stage=1, part=part, status__in=["presented", "open"])
    ]
    return [
        opening._share_in(each, 1, codec.unb64(each["shares"][0]["ct"]), keys.identities[1]) for each in found
    ]
