"""The sealing program reads the vectors as the server does, and each opens what the other seals."""

import io
import json
import re
import subprocess
from decimal import Decimal

import pytest
import rfc8785

from bids import sealing
from bids.scoring import words
from bids.sealing import codec
from procurement import merkle
from script.program import LARGEST, packed

from .program import PROGRAM, ask
from .sealing_case import (
    CONTENTS,
    KIT,
    READER,
    RIVAL,
    SHEETS,
    WHO,
    dealt,
    dealt_falsely,
    kit_of,
    released_by,
    releases,
    sealed_bid,
)
from .sealing_case import opened as opened_here
from .test_sealing_vectors import FILE

FIRST = kit_of(1)
PAPERS = {"anexo 1.pdf": b"%PDF-1.7" + bytes(200_000), "ñandú.txt": "Año".encode(), "vacío.txt": b""}


@pytest.fixture(scope="module")
def vectors():
    return json.loads(FILE.read_text())


def of(outcome):
    """Return what the program's `recombine` found, as the vectors have it."""
    return (
        outcome["identity"],
        [[v["who"], v["i"], v["code"]] for v in outcome["verdicts"]],
        outcome["missing"],
    )


def keys_of(sheet):
    """Return a custodian's keys as the program has them."""
    return {
        "recipients": {str(stage): text for stage, text in sheet.recipients.items()},
        "verify": sheet.verify,
        "readingRecipient": sheet.reading_recipient,
        "identities": {str(stage): text for stage, text in sheet.identities.items()},
        "sign": sheet.sign,
        "readingIdentity": sheet.reading_identity,
    }


# The vectors


def test_words_and_keys(vectors):
    row, keys = vectors["words"], vectors["keys"]
    seed = bytes.fromhex(row["seed"])
    typed = [" ".join(row["words"]), *row["typed"]]

    words, made, *seeds = ask(
        ("seedToWords", seed),
        ("custodianKeys", seed, keys["tender"], keys["round"]),
        *(("wordsToSeed", text) for text in typed),
        *(("wordsToSeed", wrong["typed"]) for wrong in row["refused"]),
    )

    assert words == row["words"]
    assert seeds[: len(typed)] == [seed] * len(typed)
    assert seeds[len(typed) :] == [(wrong["code"], wrong["facts"]) for wrong in row["refused"]]
    assert list(made["identities"].values()) == keys["identities"]
    assert list(made["recipients"].values()) == keys["recipients"]
    assert (made["verify"], made["sign"].hex()) == (keys["verify"], keys["sign"])
    assert made["readingRecipient"] == keys["reading_recipient"]
    assert made["readingIdentity"] == keys["reading_identity"]


def test_kits_pseudonym_and_bidder_key(vectors):
    row, key = vectors["pseudonym"], vectors["bidder_key"]
    kits = [each["kit"] for each in vectors["kits"]]

    bidder, public, *found = ask(
        ("bidderPseudonym", bytes.fromhex(row["salt"]), row["ids"]),
        ("verifyKey", bytes.fromhex(key["sign"])),
        *(("kitHash", kit) for kit in kits),
        *(("kitWords", kit) for kit in kits),
    )

    assert (bidder, public) == (row["bidder"], key["verify"])
    assert found == [each["hash"] for each in vectors["kits"]] + [each["words"] for each in vectors["kits"]]


def test_manifests_and_their_refusals(vectors):
    kits = [each["kit"] for each in vectors["kits"]]
    good = [(kits[row["manifest"]["stage"] - 1], row["manifest"], row["sig"]) for row in vectors["envelopes"]]
    offer = vectors["envelopes"][0]["manifest"]
    bad = [(kits[1], offer | row["set"], row["sig"]) for row in vectors["refusals"]]

    found = ask(*(("verifyManifest", *each) for each in good + bad), ("contextOf", offer))

    assert found[:3] == [row["id"] for row in vectors["envelopes"]]
    assert found[-1].hex() == vectors["envelopes"][0]["ctx"]
    told = [(code, facts.get("defect")) for code, facts in found[3:-1]]
    assert told == [(row["code"], row["defect"]) for row in vectors["refusals"]]


def test_openings_and_blame(vectors):
    def call(row):
        reading = row["reading"] and dict(zip(("i", "identity"), row["reading"], strict=True))
        kit = vectors["kits"][row["manifest"]["stage"] - 1]["kit"]
        return "recombine", kit, row["manifest"], row["releases"], reading

    found = ask(*map(call, vectors["openings"]))

    for row, outcome in zip(vectors["openings"], found, strict=True):
        assert of(outcome) == (row["identity"], row["verdicts"], row["missing"]), row["name"]


def test_the_list_to_open_follows_from_the_log(vectors):
    row = vectors["list"]

    first, second, without = ask(
        ("openingList", row["leaves"], 1, row["round"]),
        ("openingList", row["leaves"], 2, row["round"]),
        ("openingList", row["leaves"][:6], 2, row["round"]),
    )

    for stage, found in (("1", first), ("2", second)):
        assert [list(each.values()) for each in found["toOpen"]] == row["to_open"][stage]
    assert [[each["leaf"], each["code"]] for each in first["ignored"]] == row["ignored"]
    assert without[0] == "opening.closing.not-done"


# Each opens what the other seals


@pytest.fixture(scope="module")
def sealed_there():
    """A reserved part and an offer, sealed by the program."""
    who = {"bidder": WHO["bidder"], "key": WHO["key"]}
    return ask(
        ("sealBytes", {"kit": FIRST, "part": "reserved", "contents": PAPERS, **who}),
        ("sealBytes", {"kit": KIT, "part": "public", "contents": CONTENTS, **who}),
    )


def test_the_server_opens_what_the_program_seals(sealed_there):
    papers, offer = sealed_there

    for kit, sealed in ((FIRST, papers), (KIT, offer)):
        assert sealing.verify_manifest(kit, sealed["manifest"], sealed["sig"]) == sealed["id"]
    outcome = sealing.recombine(KIT, offer["manifest"], releases(offer["manifest"], 1, 3, 5, 7))

    assert outcome == sealing.Outcome(offer["identity"], [], {})
    assert opened_here(offer["manifest"], offer["identity"], offer["ciphertext"]) == CONTENTS
    assert opened_here(papers["manifest"], papers["identity"], papers["ciphertext"]) == PAPERS


def test_the_size_says_nothing_finer(sealed_there):
    papers, offer = sealed_there

    assert (len(papers["ciphertext"]), len(offer["ciphertext"])) == (1_049_016, 65_736)


def test_the_program_opens_what_the_server_seals():
    sealed, ciphertext = sealed_bid(FIRST, "reserved", PAPERS)
    seats = [1, 2, 4, 6]
    handed = releases(sealed.manifest, *seats, kit=FIRST)
    reading = {"i": 1, "identity": READER.reading_identity}
    how = {"manifest": sealed.manifest, "key": sealed.identity, "ciphertext": ciphertext}

    outcome, blind, content, changed = ask(
        ("recombine", FIRST, sealed.manifest, handed, reading),
        ("recombine", FIRST, sealed.manifest, handed, None),
        ("openBytes", how),
        ("openBytes", how | {"ciphertext": ciphertext[:-1] + bytes([ciphertext[-1] ^ 1])}),
    )

    assert of(outcome) == (sealed.identity, [], {})
    assert blind["identity"] is None
    members = sealing.unzip(io.BytesIO(content))
    assert {each.name: b"".join(each.chunks()) for each in members} == PAPERS
    assert changed == ("envelope.ciphertext.changed", {"who": "server"})


def test_what_the_programs_custodian_hands_over_opens_on_the_server():
    offer, _ciphertext = sealed_bid()
    papers, _ciphertext = sealed_bid(FIRST, "reserved", PAPERS)
    seats = (1, 2, 4, 6)
    sheets = {i: keys_of(SHEETS[i - 1]) for i in seats}

    def say(kit, sealed, mode):
        how = {"kit": kit, "manifest": sealed.manifest, "mode": mode}
        return [("release", how | {"i": i, "keys": sheets[i]}) for i in seats]

    said = ask(*say(KIT, offer, "check"), *say(KIT, offer, "release"), *say(FIRST, papers, "release"))

    assert [sealing.verify_release(KIT, offer.manifest, each) for each in said[:4]] == list(seats)
    assert sealing.recombine(KIT, offer.manifest, said[:4]).identity is None  # a check reveals nothing
    assert sealing.recombine(KIT, offer.manifest, said[4:8]).identity == offer.identity
    reading = (1, READER.reading_identity)
    assert sealing.recombine(FIRST, papers.manifest, said[8:], reading).identity == papers.identity


def test_nothing_is_signed_for_another_kit_or_with_another_sheet():
    offer, _ciphertext = sealed_bid()
    other = kit_of(2, sheets=[*SHEETS[1:], SHEETS[0]])
    mine = {"kit": KIT, "manifest": offer.manifest, "i": 1, "keys": keys_of(SHEETS[0])}

    foreign, wrong, stage = ask(
        ("release", mine | {"kit": other}), ("release", mine | {"i": 2}), ("release", mine | {"kit": FIRST})
    )

    assert foreign[0] == stage[0] == "custodian.release.foreign-envelope"
    assert wrong[0] == "custody.sheet.not-in-kit"


def test_copied_shares_are_complained_of():  # the copy attack
    rival, _ciphertext = sealed_bid(**RIVAL)
    mine, _ciphertext = sealed_bid()
    copied = mine.manifest | {"shares": rival.manifest["shares"]}
    how = {"kit": KIT, "manifest": copied, "i": 1, "keys": keys_of(SHEETS[0]), "mode": "release"}

    [said] = ask(("release", how))

    assert said["complaint"] == "share.context.foreign"
    assert "share" not in said


def test_a_bidder_who_deals_falsely_is_named():
    offer, _ciphertext = sealed_bid()
    false = dealt_falsely(offer, 2)
    curve = dealt(offer, [bytes([n]) * 32 + bytes([n]) for n in range(1, 8)])
    rows = [(each.manifest, releases(each.manifest, 1, 2, 3, 4, 5)) for each in (false, curve)]

    found = [of(each) for each in ask(*(("recombine", KIT, *row) for row in rows))]

    here = [sealing.recombine(KIT, *row) for row in rows]
    assert found == [(each.identity, [list(v) for v in each.verdicts], each.missing) for each in here]
    assert ["bidder", 2, "share.bidder.false"] in found[0][1]


def test_a_custodian_who_lies_is_named():
    offer, _ciphertext = sealed_bid()
    lie = {
        "v": "sobre/1",
        "manifest": offer.id,
        "i": 1,
        "mode": "release",
        "complaint": "share.context.foreign",
    }
    handed = [released_by(1, lie), *releases(offer.manifest, 2, 3, 4, 5)]

    [outcome] = ask(("recombine", KIT, offer.manifest, handed, None))

    assert of(outcome) == (offer.identity, [["custodian", 1, "share.custodian.false"]], {})


def test_the_programs_key_file_is_the_servers(sealed_there):
    document, read_again, foreign, broken = ask(
        ("keyFile", WHO["key"], sealed_there),
        ("readKeyFile", sealing.key_file(WHO["key"], [sealed_bid()[0]]).decode()),
        ("readKeyFile", '{"v": 1}'),
        ("readKeyFile", "PK"),
    )

    assert sealing.read_key_file(json.dumps(document).encode()) == document
    assert read_again["key"] == codec.b64(WHO["key"])
    assert foreign[0] == broken[0] == "envelope.key-file.invalid"


def test_the_programs_withdrawal_is_the_servers():
    offer, _ciphertext = sealed_bid()

    [entry] = ask(("withdrawal", offer.id, WHO["key"]))

    assert entry == sealing.withdrawal_entry(offer.id, WHO["key"])


@pytest.mark.parametrize(
    ("contents", "code"),
    [
        ({}, "envelope.file.missing"),
        ({"a/b.pdf": b""}, "envelope.file.name-invalid"),
        ({"a.pdf": b"", "A.pdf": b""}, "envelope.file.repeated"),
        ({"_relleno.bin": b""}, "envelope.file.name-invalid"),
        ({f"{n}.pdf": b"" for n in range(201)}, "envelope.file.too-many"),
        ({"a.pdf": bytes(65_536)}, "bid.upload.too-large"),
    ],
)
def test_what_does_not_belong_in_an_envelope_is_refused(contents, code):
    [found] = ask(("sealBytes", {"kit": KIT, "part": "public", "contents": contents, **WHO}))

    assert found[0] == code


def test_names_are_tidied_as_the_server_does():
    names = ["informe.pdf", "a/b:c?.pdf", " .oculto. ", "_relleno.bin", "x" * 200 + ".pdf", "ñ\u0301.pdf"]

    assert ask(*(("tidyName", name) for name in names)) == [sealing.tidy_name(name) for name in names]


@pytest.mark.slow  # needs Debian's `age`, which script/test installs
def test_debians_age_opens_what_either_seals(sealed_there, tmp_path):
    here, ciphertext = sealed_bid(FIRST, "public", PAPERS)
    there = sealed_there[0]
    share = codec.unb64(there["manifest"]["shares"][0]["ct"])

    for identity, data in ((here.identity, ciphertext), (there["identity"], there["ciphertext"])):
        found = sealing.unzip(io.BytesIO(opened_by_age(tmp_path, identity, data)))
        assert {each.name: b"".join(each.chunks()) for each in found} == PAPERS
    assert len(opened_by_age(tmp_path, SHEETS[0].identities[1], share)) == 65


def opened_by_age(folder, identity, data):
    (folder / "key").write_text(identity)
    command = ["age", "-d", "-i", folder / "key"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


# The offer


def test_every_percentage_is_said_as_the_server_says_it():
    numbers = [Decimal(cents).scaleb(-2) for cents in range(10_001)]

    found = ask(*(("inWords", f"{number:.2f}") for number in numbers))

    assert found == [words(number) for number in numbers]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("10.20", "10.20"),
        (" 10,2 % ", "10.20"),
        ("5", "5.00"),
        ("100.00", "100.00"),
        ("4.99", None),
        ("100.01", None),
        ("10.205", None),
        ("-6", None),
        ("1e1", None),
        ("", None),
    ],
)
def test_a_percentage_is_read_as_people_type_it_and_held_to_the_limits(typed, read):
    assert ask(("readPercentage", typed, {"least": "5.00", "most": "100.00", "zero": False})) == [read]


# The tree


def test_inclusion_is_proved_as_the_log_does(vectors):
    leaves = vectors["list"]["leaves"]

    roots = ask(*(("rootOf", leaves[:size]) for size in range(len(leaves) + 1)))

    assert roots == [merkle_root(leaves[:size]) for size in range(len(leaves) + 1)]


def merkle_root(leaves):
    return merkle.root_of([rfc8785.dumps(leaf) for leaf in leaves])


# The file itself


def test_the_program_is_small_and_makes_no_code():
    text = PROGRAM.read_text()

    assert packed(PROGRAM) <= LARGEST
    assert not re.search(r"WebAssembly|\beval\(|\bFunction\(|\bimport\(", text)
