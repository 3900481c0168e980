"""Every paper of a call: in Spanish, the same bytes, a QR that leads to its page, for whoever may read it."""

import re
import unicodedata
from functools import cache
from html import unescape
from pathlib import Path

import polib
import pypdfium2
import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.urls import reverse
from django.utils import translation
from mnemonic import Mnemonic
from weasyprint import HTML
from weasyprint.formatting_structure.boxes import LineBox

from bids.models import Bidder
from bids.services import appeals, evaluation, first_result, ranking
from contracts.models import Contract, contract_of
from guarantees.models import Guarantee
from guarantees.services import reception
from procurement import clock, printed, printing
from procurement.models import (
    Circular,
    Event,
    Invitation,
    Minutes,
    Municipality,
    Tender,
    Terms,
    TermsSale,
    Town,
)

from . import contracting, deciding, guaranteeing
from .printing import addresses_in, every_paper, fund_of, path_of
from .test_appeals import DECISION, file, to_decision
from .test_ranking_pages import a_draw, tied

pytestmark = pytest.mark.slow  # a call is walked to its end, and drawn

SPANISH_TOO = {"balance"}
EDGE = 48  # points from the edge of the sheet within which nothing is printed: 17 mm
HARD = '=HYPERLINK("http://x.pe") <b>“Ñandú & Cía.”</b> 💧 \u202eal revés\u202c ' + "SinEspacios" * 20
NAMED = [
    (Municipality, "name"),
    (Town, "name"),
    (Tender, "title"),
    (Minutes, "title"),
    (Bidder, "name"),
    (Invitation, "name"),
    (TermsSale, "organization"),
    (Terms, "text"),
    (Circular, "body"),
    (Contract, "operator_name"),
    (Guarantee, "obligor_name"),
    (Guarantee, "number"),
]
RESERVED = {"invitation", "sale", "bid", "sheet", "result", "guarantee", "guarantee-return"}


def words_in(text):
    """Return the words of a text, without its marks, the places for values, addresses, files and digests."""
    plain = re.sub(r"<[^>]*>|%\(\w+\)s|https?://\S+|\w+\.(?:js|mjs|py|html)\b", " ", text)
    said = re.findall(r"\w+", unescape(plain).lower())
    return {word for word in without_head(said) if word.isalpha()}


def without_head(said):
    """Return words without those that a head is read aloud in: "tender" is one of the Spanish list too."""
    of_list = [word in spanish_list() for word in said]
    heads = [place for place in range(len(said) - 11) if all(of_list[place : place + 12])]
    aloud = {place + each for place in heads for each in range(12)}
    return [word for place, word in enumerate(said) if place not in aloud]


@cache
def spanish_list():
    return {unicodedata.normalize("NFC", word) for word in Mnemonic("spanish").wordlist}


@cache
def english():
    """Return the words that stand in what has to be translated, and in no translation."""
    catalogue = polib.pofile(str(Path(printed.__file__).parent / "locale/es/LC_MESSAGES/django.po"))
    asked = " ".join(f"{entry.msgid} {entry.msgid_plural}" for entry in catalogue)
    told = " ".join(" ".join([entry.msgstr, *entry.msgstr_plural.values()]) for entry in catalogue)
    return words_in(asked) - words_in(told) - SPANISH_TOO


def untranslated(html):
    return words_in(html) & english()


def html_of(tender, kind, number):
    return printed.html(kind, printed.PAPERS[kind].find(tender, number))


def text_outside(pdf):
    """Return the signs of a paper that stand on the edge of a sheet, or beyond it."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        text, width = page.get_textpage(), page.get_width()
        for place in range(text.count_chars()):
            left, _bottom, right, _top = text.get_charbox(place)
            if right > left and (left < EDGE or right > width - EDGE):
                found.append(text.get_text_range(place, 1))
    return "".join(found)


def last_lines(html):
    """Return what the last line of each sheet belongs to: the tag of its element."""
    for page in HTML(string=html, url_fetcher=printing.fetcher()).render().pages:
        [body] = [box for box in page._page_box.children if box.element_tag == "html"]
        yield [box for box in body.descendants() if isinstance(box, LineBox)][-1].element_tag


def may(tender, kind, number, user):
    paper = printed.PAPERS[kind]
    return paper.may(paper.find(tender, number), user, clock.now())


LINKED = {"notice": "minutes", "result": "my-bid", "changes": "terms-changes", "contract": "contract-text"}


def offered_on(tender, kind, number):
    """Return the page that has the button which prints a paper."""
    paper = printed.PAPERS[kind]
    if kind in LINKED:
        return reverse(LINKED[kind], args=[tender.pk] + [number] * (kind in ("notice", "changes")))
    return paper.page(paper.find(tender, number))


def check(client, tender, kind, number, reader):
    """Draw a paper twice, read it back from its picture, and go where its QR leads."""
    html = html_of(tender, kind, number)
    pdf = printing.pdf(html)
    assert pdf == printing.pdf(html_of(tender, kind, number))
    assert text_outside(pdf) == ""
    assert not {tag for tag in last_lines(html) if tag.startswith("h")}
    [address] = addresses_in(pdf)
    client.logout()
    if reader:
        client.force_login(reader)
    assert client.get(path_of(address)).status_code == 200, (kind, address)
    offering = client.get(offered_on(tender, kind, number)).content.decode()
    assert reverse("paper", args=[tender.pk, kind, number]) in offering, kind


def test_an_english_word_would_be_seen():
    assert untranslated("<p>Signed on lunes</p>") == {"signed", "on"}


def test_what_runs_off_the_sheet_and_a_heading_at_its_foot_would_be_seen():
    assert text_outside(printing.pdf(f'<p style="white-space: nowrap">{"x" * 400}'))
    assert [*last_lines("<html><p>Texto<h2>Título</h2>")] == ["h2"]


def test_every_paper_of_a_call_can_be_signed_and_checked(client, world):
    tender = world.at("running")
    papers = [*every_paper(world, tender), ("fund", fund_of(world, tender), None)]
    assert {kind for kind, _number, _reader in papers} == set(printed.PAPERS) - {"appeal", "guarantee-return"}

    drawn = set()
    for kind, number, reader in papers:
        assert not untranslated(html_of(tender, kind, number)), kind
        assert may(tender, kind, number, reader or AnonymousUser()), kind
        assert may(tender, kind, number, world.outsider) == (kind not in RESERVED), kind
        if kind not in drawn:
            check(client, tender, kind, number, reader)
        drawn.add(kind)


def test_papers_are_spanish_whoever_works_in_english(world):  # decision 6
    world.founded = None  # every step is walked, none put back
    with translation.override("en"):
        tender = world.at("running")
        papers = [*every_paper(world, tender), ("fund", fund_of(world, tender), None)]
        for kind, number, _reader in papers:
            assert not untranslated(html_of(tender, kind, number)), (kind, number)


def test_a_rival_reads_neither_receipt_nor_notice(client, world):
    tender = world.at("awarded")
    first, second = deciding.bids_of(tender)
    for kind in ("bid", "result"):
        assert may(tender, kind, first.pk, first.bidder.account)
        assert not may(tender, kind, first.pk, second.bidder.account)

    address = reverse("paper", args=[tender.pk, "bid", first.pk])
    client.force_login(second.bidder.account)
    assert client.get(address).status_code == 404
    client.force_login(first.bidder.account)
    assert client.get(address).status_code == 200


def test_a_member_prints_the_sheet_of_another_once_their_own_is_saved(world):  # decision 20b
    tender = world.at("evaluating")
    deciding.declare_again(world, tender)
    bid = deciding.bids_of(tender)[0]
    sheet = evaluation.save_sheet(bid, answers=deciding.sheet(tender), by=world.chair)

    assert may(tender, "sheet", sheet.pk, world.chair)
    assert not may(tender, "sheet", sheet.pk, world.member)
    evaluation.save_sheet(bid, answers=deciding.sheet(tender), by=world.member)
    assert may(tender, "sheet", sheet.pk, world.member)


def test_the_evaluation_is_public_with_the_result_and_not_before(client, world):
    tender = world.at("evaluating")
    deciding.declare_again(world, tender)
    first, second = deciding.bids_of(tender)
    with pytest.raises(Http404):
        printed.PAPERS["evaluation"].find(tender, first.pk)
    deciding.judge(world, first)
    assert not may(tender, "evaluation", first.pk, world.outsider)
    assert may(tender, "evaluation", first.pk, world.chair)
    with pytest.raises(Http404):
        printed.PAPERS["result"].find(tender, first.pk)

    deciding.judge(world, second, "finance")
    first_result.publish(tender, by=world.chair)
    assert may(tender, "evaluation", first.pk, world.outsider)
    lost = html_of(tender, "result", second.pk)
    assert "Su propuesta no fue admitida" in lost
    assert "En total: 100 menos su puntaje de 0.00" in lost
    check(client, tender, "result", second.pk, world.beto)


def test_what_a_bidder_lost_is_listed_with_its_sum(world):
    tender = world.at("awarded")
    for bid in deciding.bids_of(tender):
        facts = printed.facts_of("result", printed.PAPERS["result"].find(tender, bid.pk))
        assert facts["lacking"] == facts["top"] - bid.score


def test_a_draft_contract_is_for_the_parties_and_says_that_it_is_one(world):
    tender = world.at("consented")
    contract = contracting.draft(world, tender)

    assert not may(tender, "contract", contract.pk, world.outsider)
    assert may(tender, "contract", contract.pk, world.legal)
    assert may(tender, "contract", contract.pk, contract.operator)
    assert "Borrador: nadie lo ha firmado." in html_of(tender, "contract", contract.pk)


def test_the_printed_contract_is_the_text_that_was_signed(world):
    tender = world.at("signed")
    contract = contract_of(tender)
    signed = Event.objects.of(tender).get(body__action="contract.sign").body["facts"]["sha256"]
    type(contract).objects.filter(pk=contract.pk).update(fund_percentage="1.00")  # as an addendum would

    facts = printed.facts_of("contract", printed.PAPERS["contract"].find(tender, contract.pk))
    assert facts["sha256"] == signed
    assert "Borrador" not in html_of(tender, "contract", contract.pk)


def test_a_decided_appeal_is_printed_as_a_resolution(client, world):
    tender = world.at("awarded")
    appeal = to_decision(world, file(world, tender))
    with pytest.raises(Http404):
        printed.PAPERS["appeal"].find(tender, appeal.number)

    appeals.dismiss(appeal, by=world.mayor, **DECISION)
    html = html_of(tender, "appeal", appeal.number)
    assert "infundada" in html
    assert not untranslated(html)
    check(client, tender, "appeal", appeal.number, None)


def test_a_guarantee_that_went_back_leaves_its_paper(client, world):
    tender = world.at("consented")
    given = guaranteeing.receive(world, tender)
    verified = guaranteeing.verify(world, given)
    rejected = reception.reject(verified, decision="RG 9-2026", reason="No alcanza", by=world.manager)
    guaranteeing.give_back(world, rejected)

    given = Guarantee.objects.get(pk=given.pk)
    assert may(tender, "guarantee-return", given.pk, world.treasurer)
    assert may(tender, "guarantee-return", given.pk, given.account)
    assert not may(tender, "guarantee-return", given.pk, world.outsider)
    assert not untranslated(html_of(tender, "guarantee-return", given.pk))
    check(client, tender, "guarantee-return", given.pk, world.treasurer)


def test_whatever_people_are_called_stays_on_every_sheet_as_text(world):
    tender = world.at("running")
    papers = [*every_paper(world, tender), ("fund", fund_of(world, tender), None)]
    for model, field in NAMED:
        model.objects.update(**{field: HARD[: model._meta.get_field(field).max_length or len(HARD)]})
    tender.minutes.exclude(kind="contract-signed").update(text=HARD)  # that one holds the contract
    tender.refresh_from_db()

    for kind, number in {kind: number for kind, number, _reader in papers}.items():
        html = html_of(tender, kind, number)
        assert "&lt;b&gt;“Ñandú &amp; Cía.”" in html, kind
        assert "<b>“" not in html, kind
        assert "\u202e" not in html, kind
        assert "💧" not in html, kind
        assert text_outside(printing.pdf(html)) == "", kind
        assert not {tag for tag in last_lines(html) if tag.startswith("h")}, kind


def test_a_sign_that_the_font_lacks_is_named_by_its_number():
    html = printing.html_of("signature", name="Agua 💧 👩\u200d🔧 — S/ 5.00, 10 %", said="—")
    assert "Agua [U+1F4A7] [U+1F469][U+1F527] — S/\xa05.00, 10\xa0%" in html


def test_a_very_long_word_goes_on_and_a_digest_stays_whole():
    digest = "0123456789abcdef" * 4
    html = printing.html_of("signature", name="Sin" * 40, said=f"({digest}).")
    assert "SinSinSinSinSinS\u200binSin" in html
    assert digest in html


def test_witnesses_and_notary_have_a_line_to_sign_and_the_clock_has_none(world, monkeypatch):
    tender, _ranking = tied(world, monkeypatch)
    drawn = ranking.draw(tender, by=world.chair, **a_draw())
    opened = tender.minutes.get(kind="opening-1")
    closed = tender.minutes.get(kind="close")

    assert {"Ada Testigo", "Blas Testigo"} < {who for who, _as in printed.signers_of(drawn.minutes)}
    assert "Noé Notario" in {who for who, _as in printed.signers_of(opened)}
    assert [who for who, _as in printed.signers_of(closed)] == ["", ""]
