"""Own devices of custodians and the server: public keys, trials, checks, parts; nothing signed for a liar."""

import json
from datetime import timedelta

import pytest
from django.core import signing

from bids import sealing
from bids.models import Custodian, Envelope, Release
from bids.sealing import codec
from bids.services import custody, envelopes, reserved, submission, trials
from procurement import clock
from procurement.models import Event, Tender
from procurement.services import tenders

from . import bidding, deciding
from .program import ask
from .refusing import refused
from .test_program import keys_of
from .world import DEADLINE

GROUP = Custodian.Group


def keys_for(tender, byte=7):
    return sealing.custodian_keys(bytes([byte]) * 32, tender.ocid, tender.round)


def told(tender, keys, reads=True):
    """Return what a device tells of a sheet, as the program signs it."""
    [public] = ask(("signSheet", keys_of(keys), tender.ocid, tender.round, reads))
    return public


def post(client, address, value):
    return client.post(address, json.dumps(value), content_type="application/json")


def codes(response):
    return [row["code"] for row in response.json()["refusals"]]


@pytest.fixture
def tender(world):
    return world.at("approved")


@pytest.fixture
def custodian(world, tender):
    return custody.name(tender, user=world.chair, group=GROUP.COMMITTEE, by=world.secretary)


# The sheet


def test_the_server_is_told_public_keys_that_the_sheet_signed(world, tender, custodian):  # decision 15
    keys = keys_for(tender)
    public = told(tender, keys)

    kept = custody.take_sheet(custodian, public=public, by=world.chair)

    assert (kept.means, kept.verify_key, kept.reader) == ("page", keys.verify, keys.reading_recipient)
    event = Event.objects.of(tender).get(body__action="custodian.sheet")
    assert event.body["facts"] == {"custodian": 1, "means": "page"} | public


def test_public_keys_that_are_not_the_sheets_own_are_refused(world, tender, custodian):  # decision 15
    keys, other = keys_for(tender), keys_for(tender, 8)
    public, foreign = told(tender, keys), told(tender, other)
    elsewhere = sealing.custodian_keys(bytes([7]) * 32, "ocds-lared0-2026-999", 1)
    [another_call] = ask(("signSheet", keys_of(elsewhere), "ocds-lared0-2026-999", 1, True))
    jvs = custody.name(tender, user=world.observer, group=GROUP.JVS, by=world.secretary)
    wrong = [
        public | {"recipients": foreign["recipients"]},
        public | {"recipients": public["recipients"][:1]},
        public | {"reader": ""},
        public | {"sig": foreign["sig"]},
        public | {"seed": "00"},
        another_call,
        {},
    ]

    for each in wrong:
        assert refused(custody.take_sheet, custodian, public=each, by=world.chair) == [
            "custody.sheet.signature-invalid"
        ]
    custody.take_sheet(custodian, public=public, by=world.chair)
    for each in (told(tender, keys, reads=False), foreign):  # another's sheet; a reader who reads nothing
        assert refused(custody.take_sheet, jvs, public=each, by=world.observer) == [
            "custody.sheet.signature-invalid"
        ]
    assert custody.take_sheet(jvs, public=told(tender, other, reads=False), by=world.observer).reader == ""


def test_only_its_holder_tells_of_a_sheet(client, world, tender, custodian):  # decision 15
    address = f"/tenders/{tender.pk}/custodians/1/public/"
    public = told(tender, keys_for(tender))

    for stranger in (world.secretary, world.member, world.outsider):
        client.force_login(stranger)
        assert post(client, address, public).status_code in (403, 404)
    client.force_login(world.chair)
    answer = post(client, address, public)

    assert (answer.status_code, answer.json()["next"]) == (200, address.replace("public", "prove"))


def test_a_trial_is_opened_with_what_the_device_hands_over(client, world, tender, custodian):  # decision 15
    keys = keys_for(tender)
    custody.take_sheet(custodian, public=told(tender, keys), by=world.chair)
    base = f"/tenders/{tender.pk}/custodians/1/"
    client.force_login(world.chair)
    handed = client.get(base + "trial.json").json()
    calls = [("trialRelease", trial | {"keys": keys_of(keys)}) for trial in handed["trials"]]
    releases = ask(*calls)

    swapped = post(client, base + "ready/", {"token": handed["token"], "releases": releases[::-1]})
    no_token = post(client, base + "ready/", {"token": "x", "releases": releases})
    answer = post(client, base + "ready/", {"token": handed["token"], "releases": releases})

    assert codes(swapped) == ["custodian.release.foreign-envelope"]
    assert codes(no_token) == ["custody.trial.over"]
    assert answer.status_code == 200
    assert Custodian.objects.get().ready_at == clock.now()


def test_a_trial_is_for_one_sheet_and_one_hour(world, tender, custodian, monkeypatch):  # decision 15
    old, new = keys_for(tender), keys_for(tender, 8)
    kept = custody.take_sheet(custodian, public=told(tender, old), by=world.chair)
    token, shown = trials.begin(kept)
    releases = ask(*(("trialRelease", trial | {"keys": keys_of(old)}) for trial in shown))
    custody.take_sheet(custodian, public=told(tender, new), by=world.chair)

    said = {"token": token, "releases": releases, "by": world.chair}
    assert refused(trials.take, custodian, **said) == ["custody.trial.over"]

    custody.take_sheet(custodian, public=told(tender, old), by=world.chair)
    later = signing.time.time() + trials.LIFETIME + 1
    monkeypatch.setattr(signing.time, "time", lambda: later)
    assert refused(trials.take, custodian, **said) == ["custody.trial.over"]
    monkeypatch.undo()
    assert trials.take(custodian, **said).ready_at


def test_words_of_an_own_device_are_taken_from_nobody(world, tender, custodian):  # decision 15
    seed = bytes([7]) * 32
    words = " ".join(sealing.seed_to_words(seed))
    kept = custody.take_sheet(custodian, public=told(tender, keys_for(tender)), by=world.chair)
    code = ["custody.words.not-for-the-server"]

    assert refused(custody.prove, kept, words=words, by=world.chair) == code
    assert refused(envelopes.keys_of, kept, words) == code
    made_here = " ".join(custody.make_sheet(kept, by=world.chair))
    assert custody.prove(kept, words=made_here, by=world.chair).means == "server"


# The act


def typed_keys(world, tender, index):
    seed = sealing.words_to_seed(" ".join(world.sheets[index]))
    return keys_of(sealing.custodian_keys(seed, tender.ocid, tender.round))


def leaves_of(tender):
    return [json.loads(event.leaf) for event in Event.objects.of(tender).order_by("index")]


@pytest.fixture
def crooked(world):
    """An act: Ana replaced her bid, Beto took his back; the manifests of all that was presented."""
    tender = world.at("integrated")
    ana, beto = bidding.buyers(world, tender)
    world.move(DEADLINE - timedelta(days=1))
    ana, ana_key = bidding.present(ana, "10.20")
    beto, beto_key = bidding.present(beto, "8.50")
    bidding.present(ana, "9.90", key_file=ana_key)
    submission.withdraw(beto, key_file=beto_key, stamp=clock.now(), by=world.beto)
    world.move(DEADLINE + timedelta(seconds=60))
    tenders.close(tender, by=clock.ACTOR)
    return deciding.begin(world, Tender.objects.get(pk=tender.pk))


def manifests(act, status):
    return [each.manifest for each in act.tender.envelopes.filter(stage=act.stage, status=status)]


def test_a_server_that_lies_about_the_list_gets_no_signature(world, crooked):  # issue 5, opening day
    honest, replaced, withdrawn = (
        manifests(crooked, each) for each in ("presented", "replaced", "withdrawn")
    )
    [act] = ask(("actOf", leaves_of(crooked.tender), 1, 1))
    keys = typed_keys(world, crooked.tender, 1)

    def signs(shown):
        return "signAll", {"act": act, "manifests": shown, "keys": keys, "mode": "release"}

    good, added, dropped, swapped, changed = ask(
        signs(honest),
        signs(honest + withdrawn[:1]),
        signs(honest[1:]),
        signs([*honest[1:], replaced[0]]),
        signs([honest[0] | {"seq": 3}, *honest[1:]]),
    )
    [trick] = ask(("trialRelease", {"kit": act["kit"], "manifest": honest[0], "keys": keys}))

    assert {row["manifest"] for row in act["rows"]} == {codec.fingerprint(each) for each in honest}
    assert [row["mode"] for row in good] == ["release"] * 2  # the public part and the reserved one
    assert all("share" in row or "readers" in row for row in good)
    assert added[0] == swapped[0] == changed[0] == "opening.list.not-on-it"
    assert dropped[0] == "opening.list.withheld"
    assert trick[0] == "custody.trial.not-one"  # a real envelope is no trial


def test_a_log_without_the_withdrawal_is_another_log(crooked):  # RFC 6962
    leaves = leaves_of(crooked.tender)
    others = [leaf for leaf in leaves if leaf["action"] != "withdraw"]
    rewritten = [leaf | {"index": place} for place, leaf in enumerate(others)]

    act, lied = ask(("actOf", leaves, 1, 1), ("actOf", rewritten, 1, 1))
    head = {"size": act["size"], "root": codec.unb64(act["root"])}
    same, fewer = ask(
        ("requireLeaves", leaves[: act["size"]], head), ("requireLeaves", rewritten[: lied["size"]], head)
    )

    assert same is None
    assert fewer[0] == "log.checkpoint.other-leaves"
    assert lied["words"] != act["words"]  # what the custodian compares with what was read aloud
    assert len(lied["rows"]) > len(act["rows"])


def test_custodians_open_with_what_their_devices_sign(client, world):  # docs/sobre-1.md §8
    act = deciding.begin(world, world.at("closed"))
    tender = act.tender
    base = f"/tenders/{tender.pk}/opening/1/words/"
    [derived] = ask(("actOf", leaves_of(tender), 1, 1))
    client.force_login(world.chair)
    shown = client.get(f"{base}1/told.json").json()
    assert (shown["opens"], shown["checked"], shown["counts"]) == (False, False, {"ready": 0, "needed": 3})

    def signs(index, mode):
        about = {"act": derived, "manifests": shown["manifests"], "mode": mode}
        return "signAll", about | {"keys": typed_keys(world, tender, index)}

    signed = ask(*(signs(index, mode) for mode in ("check", "release") for index in (1, 2, 3)))
    too_soon = post(client, f"{base}1/signed/", signed[3])
    counted = []
    for place, rows in enumerate(signed):
        if place < 4:  # before each check, and before the first part
            asked = {"act": derived, "manifests": shown["manifests"], "leaves": leaves_of(tender)}
            counted += ask(("requireChecked", asked))
        assert post(client, f"{base}{place % 3 + 1}/signed/", rows).status_code == 200

    assert counted == [("opening.checks.not-in-log", {})] * 3 + [None]
    assert codes(too_soon) == ["opening.check.incomplete"]
    states = set(tender.envelopes.filter(stage=1, part="public").values_list("status", flat=True))
    assert states == {"open"}
    assert Release.objects.count() == 2 * 3 * len(shown["manifests"])
    assert codes(post(client, f"{base}1/signed/", signed[0])) == ["custodian.releases.nothing-new"]
    read_with_a_device(client, world, tender)


def read_with_a_device(client, world, tender):
    """A member puts the key of a reserved part together; a key of another envelope is refused."""
    envelope = Envelope.objects.filter(tender=tender, part="reserved").first()
    base = f"/tenders/{tender.pk}/envelopes/{envelope.pk}/reserved/"
    about = client.get(base + "told.json").json()
    keys = typed_keys(world, tender, 1)
    [outcome] = ask(
        (
            "recombine",
            about["kit"],
            about["manifest"],
            about["releases"],
            {"i": 1, "identity": keys["readingIdentity"]},
        )
    )
    foreign = codec.identity(bytes(31) + b"\1")

    assert refused(reserved.open_with_identity, envelope, identity=foreign, by=world.chair) == [
        "envelope.key.foreign"
    ]
    assert post(client, base + "key/", {"identity": outcome["identity"]}).status_code == 200
    opened = Envelope.objects.get(pk=envelope.pk)
    assert (opened.status, opened.identity) == ("open", "")
    assert opened.files.filter(reserved=True).exists()


def test_an_envelope_2_is_asked_for_while_its_bid_is_qualified(world):  # rule 59
    tender = world.at("closed")
    leaves = leaves_of(tender)
    bids = {leaf["facts"]["bid"]: leaf["actor"] for leaf in leaves if leaf["action"] == "bid.submit"}
    first, second = bids

    def with_states(**states):
        more = [
            {"index": 0, "at": "", "actor": "", "action": "bid.judge", "facts": {"bid": bid, "after": after}}
            for bid, after in zip(bids, states.values(), strict=True)
        ]
        return "actOf", leaves + more, 2, 1

    open_both, one_out = ask(
        with_states(one="qualified", other="qualified"), with_states(one="qualified", other="not-admitted")
    )

    assert [row["asked"] for row in open_both["rows"]] == [True, True]
    assert {row["bidder"]: row["asked"] for row in one_out["rows"]} == {
        bids[first]: True,
        bids[second]: False,
    }
