"""A bid from a phone at 64 kbit/s whose line is cut three times on the way (issue 5)."""

from time import monotonic

import pytest

from tests import bidding
from tests.world import World

from . import sealing_pages as pages

SLOW = 64_000 / 8  # bytes a second
PATIENCE = 15  # seconds


@pytest.fixture
def tender(transactional_db, set_clock):
    """A call that receives bids, its rows written: the server's threads have connections of their own."""
    world = World(set_clock)
    found = world.at("integrated")
    found.bid, _other = bidding.buyers(world, found)
    return found


@pytest.fixture
def ana(open_page, login, tender):
    page = open_page("phone")
    login(page, tender.bid.bidder.account)
    return page


def slow_line(page):
    """Let the line of a page be as slow as an old phone's; return what changes it."""
    session = page.context.new_cdp_session(page)

    def line(*, offline=False, bytes_a_second=SLOW):
        facts = {"latency": 300, "downloadThroughput": bytes_a_second, "uploadThroughput": bytes_a_second}
        session.send("Network.emulateNetworkConditions", facts | {"offline": offline})

    session.send("Network.enable")
    line()
    return line


def test_a_phone_with_a_poor_line_presents_in_time_and_the_envelopes_follow(ana, tender):
    pages.write(ana, tender)
    pages.seal(ana)
    line = slow_line(ana)
    bid, began = tender.bid, monotonic()
    pages.present(ana)
    ana.locator("[data-step=sending]").wait_for(timeout=30_000)
    presented_after = monotonic() - began

    for _cut in range(3):
        ana.wait_for_timeout(1_000)
        line(offline=True)
        ana.locator("[data-step=sending] [data-cut]").wait_for(timeout=30_000)
        line()
    ana.locator("[data-step=sending] [data-cut]").wait_for(state="hidden", timeout=30_000)
    line(bytes_a_second=-1)  # as it is: two megabytes at 64 kbit/s are five minutes
    ana.wait_for_url("**/bid/receipt/", timeout=40_000)

    assert presented_after < PATIENCE
    assert bidding.bid_again(bid).state == "submitted"
    assert not bid.envelopes.presented().filter(received_at=None).exists()
