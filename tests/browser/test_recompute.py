"""The account done again by a passer-by: on a phone, without JavaScript, with names that mean harm."""

import pytest

from bids.models import Bidder
from bids.services import award, ranking
from tests import comparing, deciding
from tests.test_ranking_pages import opened

HARM = [comparing.NAMES[1], comparing.NAMES[7]]  # =HYPERLINK, 300 letters


@pytest.fixture
def tender(world, monkeypatch):
    found = opened(world, monkeypatch, "10.20", "9.50")
    for bid, name in zip(found.bids.order_by("pk"), HARM, strict=True):
        Bidder.objects.filter(pk=bid.bidder_id).update(name=name)
    ranking.rank(found, by=world.chair)
    deciding.sign(world, found)
    return award.award(found, by=world.chair)


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_passer_by_changes_an_offer_without_javascript(open_page, tender, size):  # rule 56
    page = open_page(size, script=False)

    assert page.goto(f"/tenders/{tender.pk}/award/").ok
    page.get_by_role("link", name="Rehacer la cuenta").click()
    first = tender.bids.get(place=1)
    page.locator(f"#p{first.pk}").fill("5,00")
    page.get_by_role("button", name="Calcular").click()

    assert page.get_by_role("heading", name="Este no es el resultado").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Libro con fórmulas (XLSX)").click()
    assert taken.value.suggested_filename == f"comparacion-{tender.number}.xlsx"
