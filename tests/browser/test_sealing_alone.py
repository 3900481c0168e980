"""A bid sealed with the one file for no network, from a disk, and brought back to the page."""

import pytest
from django.core.handlers.base import BaseHandler

from bids.services import commitments
from tests import bidding
from tests.program import PROGRAM
from tests.world import World

from . import sealing_pages as pages


@pytest.fixture
def tender(transactional_db, set_clock):
    """A call that receives bids, its rows written: the server's threads have connections of their own."""
    world = World(set_clock)
    tender = world.at("integrated")
    tender.bid, _other = bidding.buyers(world, tender)
    return tender


@pytest.fixture
def ana(monkeypatch, settings, open_page, login, tender):
    pages.SENT.clear()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 8 << 20
    monkeypatch.setattr(BaseHandler, "get_response", pages.recording(BaseHandler.get_response))
    page = open_page("desktop")
    login(page, tender.bid.bidder.account)
    return page


def seal_alone(browser, tender, told, folder):
    """Seal in a browser without a line; return the key file, and what it asked for."""
    context, asked = browser.new_context(offline=True, locale="es-PE"), []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(PROGRAM.with_name("sobre.html").as_uri())
    page.locator("[data-told-file]").set_input_files(told)
    pages.type_in(page, tender)
    key_file = pages.seal(page)
    for button, name in (("save-sealed", "sobres.convoca"), ("save-commitment", "compromiso.json")):
        with page.expect_download() as saved:
            page.locator(f"[data-do={button}]").click()
        saved.value.save_as(folder / name)
    context.close()
    return key_file, asked


def test_a_bid_is_sealed_without_network_and_brought_back(browser, ana, tender, tmp_path):
    told = tmp_path / "para-sellar.json"
    told.write_bytes(ana.request.get(f"/tenders/{tender.pk}/bid/program.json").body())

    key_file, asked = seal_alone(browser, tender, told, tmp_path)
    ana.goto(f"/tenders/{tender.pk}/bid/hand-in/")
    ana.locator("[data-carrier]").set_input_files(tmp_path / "sobres.convoca")
    ana.locator("[data-do=hand-in]:enabled").click()
    ana.wait_for_url("**/bid/receipt/")

    bid = bidding.bid_again(tender.bid)
    assert {url.split(":")[0] for url in asked} == {"file", "blob"}
    standing = bid.envelopes.presented()
    assert {(each.means, each.received_at is not None) for each in standing} == {("file", True)}
    with (tmp_path / "compromiso.json").open("rb") as mailed:  # what the desk takes while the server is down
        parts, declared = commitments.read(mailed)
        assert mailed.read() == b""
    assert [sig for _manifest, sig in parts] == [each.signature for each in standing.order_by("pk")]
    assert declared == bid.draft["declared"]
    assert pages.leaked(pages.secrets(key_file, bid)) == []
