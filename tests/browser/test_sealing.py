"""A bidder seals in the browser, presents, and the envelopes arrive: nothing readable leaves the page."""

import io
import json

import pypdfium2 as pdfium
import pytest
from django.core.handlers.base import BaseHandler
from PIL import Image

from bids.models import Attempt, Bid
from bids.sealing import codec
from procurement.models import Tender
from tests import bidding
from tests.sealing_case import opened
from tests.world import DEADLINE, World

from . import sealing_pages as pages

NEEDLE = "AGUJA-LUGAR-8093"


@pytest.fixture
def world(transactional_db, set_clock):
    """The world with its rows written: the server's threads have connections of their own."""
    return World(set_clock)


@pytest.fixture
def tender(world):
    return world.at("integrated")


@pytest.fixture
def bid(world, tender):
    return bidding.buyers(world, tender)[0]


@pytest.fixture
def recorded(settings, monkeypatch):
    """Keep what every request carries."""
    pages.SENT.clear()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 8 << 20
    monkeypatch.setattr(BaseHandler, "get_response", pages.recording(BaseHandler.get_response))


@pytest.fixture
def ana(recorded, open_page, login, bid):
    page = open_page("phone")
    login(page, bid.bidder.account)
    return page


def again(bid):
    return Bid.objects.get(pk=bid.pk)


def test_from_the_form_to_the_receipt_and_nothing_readable_leaves(ana, bid, tender):  # principle 5
    pages.write(ana, tender)
    key_file = pages.seal(ana)
    assert "10.20 %: diez con 20/100 por ciento." in ana.locator("[data-offered]").inner_text()

    pages.present(ana)
    ana.wait_for_url("**/bid/receipt/")

    standing = {(each.stage, each.part): each for each in again(bid).envelopes.presented()}
    assert {place: (each.means, each.received_at is not None) for place, each in standing.items()} == {
        (1, "public"): ("page", True),
        (1, "reserved"): ("page", True),
        (2, "public"): ("page", True),
    }
    keys = {row["manifest"]: row["identity"] for row in json.loads(key_file)["envelopes"]}
    found = {place: contents(each, keys[each.manifest_sha256]) for place, each in standing.items()}
    form = json.loads(found[1, "public"]["propuesta.json"])
    assert (form["working_capital"], form["team"][0]["years"], form["experience"]) == (
        "25000.00",
        6,
        pages.FORM["experience"],
    )
    assert json.loads(found[2, "public"]["oferta.json"]) == {
        "percentage": "10.20",
        "words": "diez con 20/100 por ciento",
    }
    assert found[1, "reserved"]["finance.pdf"] == pages.paper("finance.pdf")["buffer"]
    assert json.loads(found[1, "reserved"]["reservado.json"])["phone"] == pages.NEEDLES["phone"]
    secrets = pages.secrets(key_file, again(bid))
    assert len(secrets) > 60
    assert pages.leaked(secrets) == []
    leak(ana, key_file)  # the search finds what is sent
    assert any(name.startswith("signing key") for name in pages.leaked(secrets))


def contents(envelope, identity):
    with envelope.ciphertext.open("rb") as file:
        return opened(envelope.manifest, identity, file.read())


def leak(page, text):
    page.evaluate("text => fetch('/', {method: 'POST', body: text}).catch(() => null)", text)


def test_the_line_is_cut_and_the_tab_is_closed_and_it_goes_on(ana, bid, tender, open_page):
    pages.write(ana, tender)
    pages.seal(ana)
    ana.route("**/bid/envelopes/**", lambda route: route.abort())
    pages.present(ana)
    ana.locator("[data-step=sending] [data-cut]").wait_for()
    assert again(bid).state == "submitted"
    assert again(bid).envelopes.presented().filter(received_at=None).count() == 3
    context = ana.context
    ana.close()

    page = context.new_page()
    page.goto(f"/tenders/{tender.pk}/bid/")
    for _second in range(40):
        page.wait_for_timeout(250)
        if not again(bid).envelopes.presented().filter(received_at=None).exists():
            break

    assert not again(bid).envelopes.presented().filter(received_at=None).exists()


def test_what_was_sealed_and_not_presented_is_offered_again(ana, bid, tender):
    pages.write(ana, tender)
    pages.seal(ana)

    ana.goto(f"/tenders/{tender.pk}/bid/write/")
    ana.locator("[data-kept-sealed] button").click()
    ana.wait_for_url("**/bid/receipt/")

    assert again(bid).state == "submitted"
    assert not again(bid).envelopes.presented().filter(received_at=None).exists()


def test_a_session_that_ended_is_not_called_a_cut_line(ana, bid, tender):
    pages.write(ana, tender)
    pages.seal(ana)
    ana.context.clear_cookies()
    pages.present(ana)

    told = ana.locator("[data-errors] code", has_text="session.ended")
    told.wait_for()
    assert again(bid).state == "drafting"


def test_a_program_with_one_byte_changed_does_not_run(ana, bid, tender, open_page, login):
    def change(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + " ")

    ana.goto(f"/tenders/{tender.pk}/bid/write/")
    ana.wait_for_selector("[data-ready]")
    assert ana.locator("[data-do=seal]").is_enabled()

    page = open_page("phone")
    login(page, bid.bidder.account)
    page.route("**/sealing*.js", change)
    page.goto(f"/tenders/{tender.pk}/bid/write/")
    page.wait_for_timeout(1500)
    assert page.locator("[data-do=seal]").is_disabled()


def test_what_is_missing_is_told_before_anything_is_sealed(ana, bid, tender):
    pages.write(ana, tender, percentage="120")
    ana.locator("[name=representative]").fill("")
    ana.locator("[data-words] input").first.fill("ábaco")

    ana.locator("[data-do=seal]").click()

    told = ana.locator("[data-errors]").inner_text()
    assert all(code in told for code in ("bid.offer.outside-limits", "envelope.kit.words-mismatch"))
    assert "Quién firma" in told or "firma" in told
    assert not again(bid).envelopes.exists()


def test_a_late_attempt_is_kept_and_told_at_once(ana, bid, tender, world):  # rule 59, decision 12
    pages.write(ana, tender)
    pages.seal(ana)
    world.move(DEADLINE)

    pages.present(ana)

    ana.locator("[data-errors] code").wait_for()
    told = ana.locator("[data-errors]").inner_text()
    assert "No se recibió" in told
    assert "bid.submission.late" in told
    assert Attempt.objects.get().code == "bid.submission.late"


def test_replacing_and_taking_back_are_signed_in_the_page(ana, bid, tender):  # decision 14
    pages.write(ana, tender)
    key_file = pages.seal(ana)
    pages.present(ana)
    ana.wait_for_url("**/bid/receipt/")
    kept = {"name": "clave.json", "mimeType": "application/json", "buffer": key_file.encode()}

    pages.write(ana, tender, percentage="9.90")
    ana.locator("[data-key-file]").set_input_files(kept)
    pages.seal(ana)
    pages.present(ana)
    ana.wait_for_url("**/bid/receipt/")
    assert again(bid).seq == 2

    ana.goto(f"/tenders/{tender.pk}/bid/withdraw/")
    ana.locator("[data-key-file]").set_input_files(kept)
    ana.locator("[data-number]").fill(Tender.objects.get(pk=tender.pk).number)
    ana.locator("[data-do=withdraw]:enabled").click()
    ana.wait_for_url("**/bid/")

    assert again(bid).state == "withdrawn"
    assert pages.leaked({"key": codec.b64(codec.unb64(json.loads(key_file)["key"])).encode()}) == []


# Photographs


def photograph(shade):
    """Return a photograph as a telephone makes it: lying, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned to the right
    exif[0x010F] = NEEDLE
    exif.get_ifd(0x8825)[0x001B] = NEEDLE.encode()  # how the place was found
    file = io.BytesIO()
    Image.new("RGB", (3000, 2000), (shade, 120, 90)).save(file, "JPEG", quality=95, exif=exif)
    return {"name": f"IMG_{shade}.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def test_photographs_become_one_small_pdf_without_their_place(ana, bid, tender):  # decision 17
    photos = [photograph(10), photograph(200)]
    assert all(NEEDLE.encode() in photo["buffer"] for photo in photos)
    pages.write(ana, tender, files={"finance": photos})
    key_file = pages.seal(ana)
    pages.present(ana)
    ana.wait_for_url("**/bid/receipt/")

    envelope = again(bid).envelopes.get(part="reserved")
    keys = {row["manifest"]: row["identity"] for row in json.loads(key_file)["envelopes"]}
    found = contents(envelope, keys[envelope.manifest_sha256])
    document = pdfium.PdfDocument(found["finance.pdf"])
    sides = [page.get_size() for page in document]
    shades = [page.render().to_pil().getpixel((300, 420))[0] for page in document]
    document.close()
    assert sides == [(595, 842)] * 2  # upright, in their order
    assert (abs(shades[0] - 10) < 8, abs(shades[1] - 200) < 8) == (True, True)
    assert NEEDLE.encode() not in found["finance.pdf"]
    assert b"Exif" not in found["finance.pdf"]
    assert "IMG_10.jpg" not in found
