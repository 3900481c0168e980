"""The pages of a bidder: what is next, sealing, presenting, the receipt; and nobody else's eyes."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bids import content, sealing
from bids.models import Attempt, Bid, Bidder
from bids.sealing import codec
from bids.services import submission
from procurement import clock, merkle, signed_note

from . import bidding, rfc9162
from .sealing_case import opened
from .world import A_SECOND, DEADLINE


@pytest.fixture
def tender(world):
    return world.at("integrated")


@pytest.fixture
def bid(world, tender):
    return bidding.buyers(world, tender)[0]


@pytest.fixture
def page(client, bid):
    """Return how a signed-in bidder gets and posts the pages of the bid."""
    client.force_login(bid.bidder.account)

    def ask(name="", data=None, **how):
        address = f"/tenders/{bid.tender_id}/bid/{name}"
        return client.get(address) if data is None else client.post(address, data, **how)

    return ask


def seal(page, **other):
    return page("seal/", bidding.answers() | bidding.files() | other)


def key_file_of(response):
    return re.search(r"<textarea[^>]*>(.*?)</textarea>", response.content.decode(), re.S)[1].replace(
        "&quot;", '"'
    )


def unsealed(world, bid, stage, part="public"):
    """Open an envelope with the sheets of three custodians, as the act will."""
    envelope = bid.envelopes.exclude(status="replaced").get(stage=stage, part=part)
    kit = bid.tender.kits.get(stage=stage).body
    released = []
    for index in (1, 2, 3):
        seed = sealing.words_to_seed(" ".join(world.sheets[index]))
        keys = sealing.custodian_keys(seed, bid.tender.ocid, 1)
        released.append(
            sealing.release(kit, envelope.manifest, index, keys.identities[stage], keys.sign, "release")
        )
    outcome = sealing.recombine(kit, envelope.manifest, released)
    with envelope.ciphertext.open() as file:
        return opened(envelope.manifest, outcome.identity, file.read())


def test_what_is_typed_and_attached_is_in_the_envelopes(world, page, bid):  # rules 12, 59, 161
    assert seal(page).status_code == 200

    first, offer = unsealed(world, bid, 1), unsealed(world, bid, 2)
    form = content.read(first[content.FORM])
    assert form["working_capital"] == "25000.00"
    assert [(person["name"], person["sector"]) for person in form["team"]] == [
        ("Ana Ruiz", True),
        ("Luis Paz", False),
        ("Eva Sol", False),
    ]
    assert set(form["papers"]) == set(bidding.PAPERS)
    assert "40000051" not in str(first)  # documents and addresses are for the committee alone
    assert content.read(offer[content.OFFER]) == {
        "percentage": "10.20",
        "words": "diez con 20/100 por ciento",
    }


def test_from_nothing_to_the_receipt(page, bid):  # rule 59
    sealed = seal(page)
    key_file = key_file_of(sealed)
    saved = page("key/", {"key": key_file})
    assert saved["Content-Disposition"].startswith("attachment")
    assert sealing.read_key_file(saved.content)["bidder"] == bid.pseudonym

    presented = page("present/", {"number": bid.tender.number, "saved": "on"})
    assert presented.status_code == 302

    receipt = page("receipt/")
    for envelope in bidding.bid_again(bid).envelopes.presented():
        assert envelope.manifest_sha256 in receipt.content.decode()


def test_the_receipt_for_machines_names_the_leaves(page, bid):  # rule 59
    bidding.present(bid)

    receipt = json.loads(page("receipt.json").content)

    assert [entry["action"] for entry in receipt["entries"]] == ["manifest"] * 3
    assert receipt["head"]["root"] == bidding.bid_again(bid).log_root
    assert receipt["entries"][0]["index"] < receipt["head"]["size"]
    assert receipt["receipts"] == []  # nothing is signed while the installation has no log key


def test_the_receipt_has_the_signed_proof_of_each_entry(page, bid, log_key_made):  # decision 13
    bidding.present(bid)

    receipt = json.loads(page("receipt.json").content)

    for proof, entry in zip(receipt["receipts"], receipt["entries"], strict=True):
        stated, [signature] = signed_note.read(proof["checkpoint"])
        path = [codec.unb64(each) for each in proof["proof"]]
        assert json.loads(proof["leaf"]) == entry
        assert signed_note.is_by(signature, stated, log_key_made)
        assert stated.size == receipt["head"]["size"]
        leaf = merkle.leaf_hash(proof["leaf"].encode())
        assert rfc9162.includes(leaf, proof["index"], stated.size, path, stated.root)


def test_a_late_request_says_so_and_leaves_evidence(world, page, bid):  # rule 59, decision 12
    seal(page)
    world.move(DEADLINE)

    refused = page("present/", {"number": bid.tender.number, "saved": "on"})

    assert "bid.submission.late" in refused.content.decode()
    assert Attempt.objects.get().code == "bid.submission.late"


def test_one_second_before_is_in_time(world, page, bid):  # rule 59
    seal(page)
    world.move(DEADLINE - A_SECOND)

    assert page("present/", {"number": bid.tender.number, "saved": "on"}).status_code == 302


def codes(formset):
    return " ".join(error.code for error in formset.non_form_errors().as_data())


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"percentage": "4.99"}, "bid.offer.outside-limits"),
        ({"percentage": "cien"}, "offer."),
        ({"team-2-name": "", "team-2-role": "", "team-2-years": ""}, "bid.team.too-few"),
        ({"team-0-sector": ""}, "bid.team.no-experience"),
        ({"working_capital": ""}, "id_working_capital"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(page, bid, settings, typed, code):  # rules 12, 55, 161
    refused = seal(page, **typed)

    assert refused.status_code == 422
    assert code in refused.content.decode() + codes(refused.context["team"])
    assert "Jr. Unión 12" in refused.content.decode()  # what was typed is still there
    assert not bid.envelopes.exists()
    assert not list((settings.MEDIA_ROOT / "sealed").iterdir())


def test_a_missing_paper_is_named_with_its_rule(page, bid):  # rule 54
    without = bidding.files()
    del without["paper-finance"]

    refused = page("seal/", bidding.answers() | without)
    assert refused.status_code == 422
    assert [paper.key for paper in refused.context["missing"]] == ["finance"]

    insisted = page("seal/", bidding.answers(without="on") | without)
    assert insisted.status_code == 200


def test_a_draft_goes_to_the_device_and_comes_back(page, bid):  # decision 15
    saved = page("save/", bidding.answers())
    assert b"10.20" not in saved.content

    filled = page("load/", {"draft": SimpleUploadedFile("borrador.json", saved.content)})

    assert filled.context["statement"]["origin"].value() == "Laredo, desde 2015"
    assert filled.context["team"].forms[1]["name"].value() == "Luis Paz"


@pytest.mark.parametrize("draft", [b"", b"[]", b'{"v": 1}', b'{"v":"borrador/1","tender":"x","fields":{}}'])
def test_another_file_is_no_draft(page, bid, draft):  # decision 15
    assert page("load/", {"draft": SimpleUploadedFile("x.json", draft)}).status_code == 302


def test_replacing_asks_for_the_key_file(page, bid):  # decision 14
    key_file = key_file_of(seal(page)).encode()
    page("present/", {"number": bid.tender.number, "saved": "on"})

    refused = seal(page)
    assert "envelope.key-file.missing" in refused.content.decode()

    again = page("seal/", {"key_file": SimpleUploadedFile("clave.json", key_file)} | bidding.answers("9.90"))
    assert [paper.key for paper in again.context["missing"]] == bidding.PAPERS
    key = {"key_file": SimpleUploadedFile("clave.json", key_file)}
    assert page("seal/", key | bidding.answers("9.90") | bidding.files()).status_code == 200


def test_withdrawing_asks_for_the_key_file(page, bid):  # rule 59
    _bid, key_file = bidding.present(bid)
    number = {"number": bid.tender.number}

    assert page("withdraw/", number).status_code == 422
    foreign = {"key_file": SimpleUploadedFile("clave.json", b"{}")}
    assert page("withdraw/", number | foreign).status_code == 422
    own = {"key_file": SimpleUploadedFile("clave.json", key_file)}
    assert page("withdraw/", number | own).status_code == 302
    assert bidding.bid_again(bid).state == Bid.State.WITHDRAWN


PAGES = ["seal/", "present/", "receipt/", "receipt.json", "withdraw/"]


@pytest.mark.parametrize("name", PAGES)
def test_a_bid_is_nobody_elses(world, client, bid, name):  # decision 3
    bidding.present(bid)
    address = f"/tenders/{bid.tender_id}/bid/{name}"

    assert client.get(address).status_code == 302  # to sign in
    for stranger in (world.outsider, world.chair, world.secretary, world.mayor):
        client.force_login(stranger)
        assert client.get(address).status_code == 404
    client.force_login(bid.bidder.account)
    assert client.get(address).status_code == 200


def test_a_key_file_of_another_bid_is_not_echoed(page, world, bid):  # decision 15
    rival = Bid.objects.exclude(pk=bid.pk).get()
    foreign = bidding.seal(rival)

    assert page("key/", {"key": foreign.decode()}).status_code == 404


def test_csrf_is_asked_where_the_body_streams(world, bid, settings):  # decision 15
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(bid.bidder.account)
    address = f"/tenders/{bid.tender_id}/bid/"

    assert client.post(address + "seal/", bidding.answers() | bidding.files()).status_code == 403
    assert client.post(address + "withdraw/", {}).status_code == 403
    assert client.post(address + "load/", {}).status_code == 403
    assert not bid.envelopes.exists()
    assert not list(settings.MEDIA_ROOT.glob("sealed/*"))

    token = client.get(address + "seal/").cookies["csrftoken"].value
    posted = {"csrfmiddlewaretoken": token} | bidding.answers() | bidding.files()
    assert client.post(address + "seal/", posted).status_code == 200


def test_the_home_of_a_bid_says_what_comes_next(page, world, bid):
    empty = page()
    assert empty.status_code == 200
    bidding.seal(bid)
    assert "present/" in page().content.decode()
    submission.present(bid, stamp=clock.now(), by=bid.bidder.account)
    assert "withdraw/" in page().content.decode()
    world.move(DEADLINE + timedelta(hours=1))
    assert "receipt/" in page().content.decode()


def test_ticks_are_kept_for_another_day(page, bid):
    page("ticks/", {"ticks": ["finance", "moral"], "version": bidding.bid_again(bid).version})

    assert bidding.bid_again(bid).draft["ticks"] == ["finance", "moral"]
    stale = page("ticks/", {"ticks": [], "version": 0}, follow=True)
    assert bidding.bid_again(bid).draft["ticks"] == ["finance", "moral"]
    assert stale.status_code == 200


def test_a_bidder_registers_and_begins(client, world, tender):  # rule 9, decision 3
    client.force_login(world.outsider)
    assert "bidders/new" in client.get(f"/tenders/{tender.pk}/bid/").content.decode()
    typed = {"kind": "mixed", "name": "Agua SAC", "ruc": bidding.ANA, "origin_group": "jass"} | bidding.PLACE
    typed |= {"holders-TOTAL_FORMS": "2", "holders-INITIAL_FORMS": "0"}
    for row, (kind, share) in enumerate([("social", "51.00"), ("municipal", "49.00")]):
        typed |= {f"holders-{row}-kind": kind, f"holders-{row}-name": kind, f"holders-{row}-share": share}

    wrong = client.post("/bidders/new/", typed | {"holders-1-share": "50.00"})
    assert wrong.status_code == 422
    assert "bidder.shareholding" in wrong.content.decode()
    client.post(f"/bidders/new/?next=/tenders/{tender.pk}/bid/", typed)
    bidder = Bidder.objects.get()
    assert bidder.members.count() == 2

    client.post(f"/tenders/{tender.pk}/bid/begin/", {"bidder": bidder.pk})
    assert Bid.objects.get().bidder == bidder


def test_a_bidder_page_is_its_owners(client, world):  # decision 3
    bidder = bidding.register(world.outsider, bidding.ANA, "Otto SAC")
    client.force_login(world.clerk)

    assert client.get(f"/bidders/{bidder.pk}/").status_code == 404
    assert bidder.name not in client.get("/bidders/").content.decode()


def test_the_till_confirms_on_its_page(client, world, tender):  # decision 3
    bidder = bidding.register(world.outsider, bidding.ANA, "Otto SAC")
    address = f"/tenders/{tender.pk}/ruc/"
    client.force_login(world.chair)
    assert client.get(address).status_code == 403

    client.force_login(world.treasurer)
    client.post(address, {"ruc": bidding.ANA, "document_seen": "on"})
    bidder.refresh_from_db()
    assert bidder.confirmed_at
