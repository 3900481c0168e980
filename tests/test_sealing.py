"""Sheets, kits and envelopes: what `sobre/1` seals, and what a copy of the server does not reveal."""

import hashlib
import io
import json
import tracemalloc

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bids import sealing
from bids.sealing import archive, codec, register

from .sealing_case import (
    CONTENTS,
    GROUPS,
    KIT,
    READER,
    RIVAL,
    RUC,
    SALT,
    SHEETS,
    TENDER,
    WHO,
    kit_of,
    opened,
    refused,
    sealed_bid,
    signed_again,
)

SEED = bytes(range(32))
WORDS = sealing.seed_to_words(SEED)
MEGABYTE = 1_048_576


# Words and keys


@pytest.mark.parametrize(
    "spoil",
    [
        str.upper,
        lambda text: text.replace("á", "a").replace("é", "e").replace("ó", "o"),
        lambda text: "  " + text.replace(" ", "\n  ") + "\t",
        lambda text: " ".join(word[:4] for word in text.split()),
        lambda text: " ".join(word[:4] + "zzz" if len(word) > 3 else word for word in text.split()),
        lambda text: ", ".join(f"{n}. {word}" for n, word in enumerate(text.split(), start=1)),
    ],
    ids=["capitals", "without accents", "gaps", "four letters", "wrong endings", "numbered"],
)
def test_words_are_read_forgivingly(spoil):
    assert sealing.words_to_seed(spoil(" ".join(WORDS))) == SEED


def test_a_wrong_word_says_which():
    typed = [*WORDS]
    typed[10] = "xilofono"

    assert refused(sealing.words_to_seed, " ".join(typed)) == ("custody.words.unknown-word", {"position": 11})


def test_a_word_too_few_or_in_another_place_is_told_apart():
    swapped = [WORDS[1], WORDS[0], *WORDS[2:]]

    assert refused(sealing.words_to_seed, " ".join(WORDS[:23]))[0] == "custody.words.count"
    assert refused(sealing.words_to_seed, "")[1]["count"] == 0
    assert refused(sealing.words_to_seed, " ".join(swapped))[0] == "custody.words.checksum"


@given(st.binary(min_size=32, max_size=32))
def test_every_seed_comes_back_from_its_words(seed):
    words = sealing.seed_to_words(seed)

    assert len(words) == 24
    assert sealing.words_to_seed(" ".join(words)) == seed


def test_what_must_not_be_guessed_is_new_each_time():
    for make in (sealing.new_seed, sealing.new_salt, sealing.new_bidder_key):
        assert len({make() for _ in range(20)}) == 20
        assert len(make()) == 32


def test_two_seals_of_the_same_files_have_nothing_in_common():
    one, other = sealed_bid(), sealed_bid()

    assert one[0].identity != other[0].identity
    assert one[0].manifest["shares"][0] != other[0].manifest["shares"][0]
    assert one[1][:168] != other[1][:168]


def test_a_sheet_has_other_keys_for_each_tender_round_stage_and_use():
    sheets = [sealing.custodian_keys(SEED, *where) for where in ((TENDER, 1), (TENDER, 2), ("ocds-x-1", 1))]

    keys = [key for keys in sheets for key in (*keys.identities.values(), keys.reading_identity, keys.verify)]

    assert len(set(keys)) == 12
    assert sheets[0] == sealing.custodian_keys(SEED, TENDER, 1)


def test_secrets_are_not_printed():
    sealed, _ = sealed_bid()

    shown = repr(SHEETS[0]) + repr(sealed) + repr(sealing.Outcome(sealed.identity, [], {}))

    assert "AGE-SECRET-KEY" not in shown
    assert repr(SHEETS[0].sign) not in shown
    assert SHEETS[0].verify in shown


@given(st.binary(min_size=32, max_size=32))
def test_keys_are_spelled_as_age_does(secret):
    text = codec.identity(secret)

    assert str(pyrage.x25519.Identity.from_str(text).to_public()) == codec.recipient_for(text)
    assert codec.secret_of(text) == secret


# Kit


def test_the_kit_has_neither_deadline_nor_program():  # decision 14
    assert set(KIT) == {"v", "tender", "round", "stage", "groups", "custodians", "readers", "time_lock"}


def test_kit_words_change_with_any_key():
    others = kit_of(2, sheets=[*SHEETS[1:], SHEETS[0]])

    assert len(sealing.kit_words(KIT)) == 12
    assert sealing.kit_words(KIT) == sealing.kit_words(json.loads(json.dumps(KIT)))
    assert sealing.kit_words(KIT) != sealing.kit_words(others)


def with_the_first(field):
    first, second, *others = KIT["custodians"]
    return [first, second | {field: first[field]}, *others]


@pytest.mark.parametrize(
    ("defect", "change"),
    [
        ("groups", {"groups": []}),
        ("groups", {"groups": [{"id": "a", "k": 2, "of": [1, 2, 3]}]}),
        ("groups", {"groups": [GROUPS[0], GROUPS[0] | {"id": "b", "of": [3, 4, 5, 6, 7]}]}),
        ("groups", {"groups": [GROUPS[0] | {"k": 4}, GROUPS[1]]}),
        ("groups", {"groups": [{"id": "a", "k": 1, "of": [1, 2, 3, 4, 5, 6, 7]}]}),
        ("groups", {"groups": [GROUPS[0], GROUPS[1] | {"id": "comite"}]}),
        ("custodians", {"custodians": [KIT["custodians"][0] | {"i": i} for i in range(1, 8)]}),
        ("custodians", {"custodians": with_the_first("recipient")}),
        ("custodians", {"custodians": with_the_first("verify")}),
        ("recipient", {"custodians": [KIT["custodians"][0] | {"recipient": "age1qqqq"}]}),
        ("recipient", {"custodians": [KIT["custodians"][0] | {"recipient": "age1" + "p" * 1000}]}),
        ("name", {"custodians": [KIT["custodians"][0] | {"name": "a\nb"}]}),
        ("readers", {"readers": [KIT["readers"][0] | {"i": 2}]}),
        ("stage", {"stage": 3}),
        ("stage", {"stage": True}),
        ("fields", {"deadline": 1790000000}),
    ],
)
def test_a_kit_whose_envelopes_could_not_be_opened_is_refused(defect, change):
    assert refused(sealing.check_kit, KIT | change) == ("kit.shape.invalid", {"defect": defect})
    sealing.check_kit(KIT)


def test_a_sheet_finds_its_seat():
    assert [sealing.seat_of(KIT, keys) for keys in SHEETS] == [1, 2, 3, 4, 5, 6, 7]
    assert sealing.reader_of(KIT, READER) == 1
    stranger = sealing.custodian_keys(SEED, TENDER, 1)
    assert refused(sealing.seat_of, KIT, stranger)[0] == "custody.sheet.not-in-kit"
    assert refused(sealing.reader_of, KIT, stranger)[0] == "custody.sheet.not-in-kit"


def test_a_pseudonym_depends_on_the_salt_and_not_on_the_order_of_members():  # decision 14
    consortium = ["45678912", RUC]

    assert sealing.bidder_pseudonym(SALT, consortium) == sealing.bidder_pseudonym(SALT, consortium[::-1])
    assert sealing.bidder_pseudonym(SALT, [RUC]) != sealing.bidder_pseudonym(bytes(32), [RUC])
    for salt, ids in ((SALT, []), (SALT, [RUC, RUC]), (SALT, ["1|2"]), (b"short", [RUC])):
        assert refused(sealing.bidder_pseudonym, salt, ids)[0] == "bidder.ids.invalid"


# Sealing


def test_a_sealed_bid_opens_to_the_same_files_with_the_bidders_own_key():
    sealed, ciphertext = sealed_bid(kit_of(1), contents={"anexo 1.pdf": b"x" * 70_000, "ñandú.pdf": b""})

    assert opened(sealed.manifest, sealed.identity, ciphertext) == {
        "anexo 1.pdf": b"x" * 70_000,
        "ñandú.pdf": b"",
    }
    assert sealing.verify_manifest(kit_of(1), sealed.manifest, sealed.sig) == sealed.id
    assert sealed.manifest["ciphertext"]["sha256"] == hashlib.sha256(ciphertext).hexdigest()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.binary(max_size=9000), min_size=1, max_size=6))
def test_whatever_is_sealed_comes_back(files):
    contents = {f"archivo {n}.bin": data for n, data in enumerate(files)}

    sealed, ciphertext = sealed_bid(contents=contents)

    assert opened(sealed.manifest, sealed.identity, ciphertext) == contents


def test_padding_hides_the_size():
    offers = [sealed_bid(contents={"o": b"1" * n})[1] for n in (1, 900, 60_000)]
    papers = [sealed_bid(kit_of(1), contents={"p": b"1" * n})[1] for n in (1, MEGABYTE - 500, MEGABYTE)]

    assert [len(ciphertext) for ciphertext in offers] == [65_736] * 3
    assert [len(ciphertext) for ciphertext in papers] == [1_049_016, 1_049_016, 2_097_848]


def test_the_largest_offer_fits_and_one_byte_more_does_not():
    room = 65_536 - 30 - 1 - 16 - 46 - 1 - (30 + 16 + 46 + 2 * len("_relleno.bin")) - 22

    sealed, ciphertext = sealed_bid(contents={"o": b"1" * room})

    assert len(opened(sealed.manifest, sealed.identity, ciphertext)["o"]) == room
    code, facts = refused(sealed_bid, contents={"o": b"1" * (room + 1)})
    assert (code, facts) == ("bid.upload.too-large", {"size": 65_537, "limit": 65_536})


@pytest.mark.parametrize(
    "name", ["", "../a", "a/b", "a\\b", "C:a", ".a", "a.", " a", "a\n", "_Relleno.bin", "x" * 151, "n\u0303"]
)
def test_names_that_some_system_reads_otherwise_are_refused_and_can_be_tidied(name):
    assert refused(sealed_bid, contents={name: b""})[0] == "envelope.file.name-invalid"
    assert archive.is_file_name(sealing.tidy_name(name))


def test_an_envelope_has_files_and_no_name_twice():
    assert refused(sealing.seal_bytes, KIT, "public", {}, **WHO)[0] == "envelope.file.missing"
    assert refused(sealed_bid, contents={"a": b"", "A": b""})[0] == "envelope.file.repeated"
    many = {f"{n}": b"" for n in range(201)}
    assert refused(sealed_bid, contents=many)[0] == "envelope.file.too-many"


def test_bytes_belong_to_a_file():
    with pytest.raises(ValueError, match="begin a file"):
        sealing.Sealer(KIT, "public", sink=io.BytesIO(), **WHO).feed(b"x")


def test_a_reserved_part_needs_readers():
    kit = kit_of(1, readers=())

    assert refused(sealed_bid, kit, "reserved")[0] == "envelope.readers.missing"
    assert sealed_bid(kit, "public")


@pytest.mark.parametrize("wrong", [{"seq": 2}, {"replaces": "a" * 64}, {"seq": 0}, {"bidder": "RUC"}])
def test_a_seal_that_nobody_could_accept_is_refused_before_it_begins(wrong):
    assert refused(sealed_bid, **wrong)[0] == "envelope.shape.invalid"


class Endless:
    """A file of so many bytes that nobody holds."""

    def __init__(self, size):
        self.left = size

    def read(self, size):
        size = min(size, self.left)
        self.left -= size
        return bytes(size)


def peak_of(act):
    tracemalloc.start()
    act()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_stays_flat_while_50_megabytes_are_sealed_and_opened(tmp_path):  # decision 15
    kit, path, sealed = kit_of(1), tmp_path / "sobre.age", []
    files = [("planos.pdf", Endless(30 * MEGABYTE)), ("fotos.pdf", Endless(20 * MEGABYTE))]

    def seal():
        with path.open("wb") as sink:
            sealed.append(sealing.seal(kit, "public", files, sink=sink, **WHO))

    def unseal():
        with path.open("rb") as source, (tmp_path / "sobre.zip").open("wb") as sink:
            sealing.open_envelope(sealed[0].manifest, sealed[0].identity, source, sink)

    assert peak_of(seal) < 2 * MEGABYTE
    assert peak_of(unseal) < 2 * MEGABYTE
    assert (tmp_path / "sobre.zip").stat().st_size == 51 * MEGABYTE


def test_the_meter_sees_what_is_held():
    assert peak_of(lambda: sealed_bid(kit_of(1), contents={"p": bytes(5 * MEGABYTE)})) > 6 * MEGABYTE


def test_what_the_server_keeps_does_not_show_one_byte():  # product.md 5
    secret, name = bytes(range(256)) * 40, "oferta secreta.pdf"
    sealed, ciphertext = sealed_bid(contents={name: secret})
    kept = ciphertext + json.dumps([KIT, sealed.manifest, sealed.sig]).encode()

    def shown(data):
        windows = [secret[n : n + 12] for n in range(0, len(secret), 12)]
        return [window for window in (*windows, name.encode()) if window in data]

    assert not shown(kept)
    assert sealed.identity.encode() not in kept
    assert codec.secret_of(sealed.identity) not in kept
    plain = io.BytesIO()
    sealing.open_envelope(sealed.manifest, sealed.identity, io.BytesIO(ciphertext), plain)
    assert shown(plain.getvalue())  # the search finds what is there


# Manifest


@pytest.mark.parametrize(
    ("code", "defect", "change"),
    [
        ("envelope.shape.invalid", "fields", {"extra": 1}),
        ("envelope.shape.invalid", "v", {"v": "sobre/2"}),
        ("envelope.shape.invalid", "seq", {"seq": True}),
        ("envelope.shape.invalid", "replaces", {"replaces": "0" * 64}),
        ("envelope.shape.invalid", "part", {"part": "secret"}),
        ("envelope.shape.invalid", "envelope", {"envelope": "age1" + "q" * 58}),
        ("envelope.shape.invalid", "bidder", {"bidder": "A" * 64}),
        ("envelope.shape.invalid", "bidder_key", {"bidder_key": "AA=="}),
        (
            "envelope.shape.invalid",
            "bidder_key",
            {"bidder_key": "A" * 42 + "B="},
        ),  # as "A" * 43 + "=", misspelled
        ("envelope.shape.invalid", "shares", {"shares": []}),
        ("envelope.shape.invalid", "size", {"ciphertext": {"sha256": "0" * 64, "size": 65_735}}),
        ("envelope.shape.invalid", "size", {"ciphertext": {"sha256": "0" * 64, "size": 131_288}}),
        ("envelope.shape.invalid", "deal", {"deal": "AAAA"}),
        ("envelope.shape.invalid", "kit", {"stage": 1}),
        ("envelope.kit.outdated", None, {"kit": "0" * 64}),
        ("envelope.signature.invalid", None, {"bidder_key": sealing.verify_key(RIVAL["key"])}),
    ],
)
def test_a_manifest_that_is_not_whole_is_refused(code, defect, change):
    sealed, _ = sealed_bid()
    spoiled = signed_again(sealed, lambda manifest: manifest.update(change))

    found, facts = refused(sealing.verify_manifest, KIT, spoiled.manifest, spoiled.sig)

    assert (found, facts.get("defect")) == (code, defect)


def test_a_share_or_proof_with_a_second_stanza_is_refused():
    sealed, _ = sealed_bid()
    recipient = pyrage.x25519.Recipient.from_str(KIT["custodians"][0]["recipient"])

    def two_stanzas(plain):
        return codec.b64(pyrage.encrypt(plain, [recipient]))

    def spoil_share(manifest):
        manifest["shares"][0]["ct"] = codec.b64(b"x" * 265)

    def spoil_proof(manifest):
        manifest["deal"] = two_stanzas(b"x" * 600)

    def spoil_its_header(manifest):
        manifest["deal"] = codec.b64(b"x" * len(codec.unb64(manifest["deal"])))

    for change, defect in ((spoil_share, "ct"), (spoil_proof, "deal"), (spoil_its_header, "deal")):
        spoiled = signed_again(sealed, change)
        assert refused(sealing.verify_manifest, KIT, spoiled.manifest, spoiled.sig)[1] == {"defect": defect}


def test_a_manifest_changed_by_the_server_is_not_signed():
    sealed, _ = sealed_bid()
    sealed.manifest["ciphertext"]["sha256"] = "0" * 64

    assert (
        refused(sealing.verify_manifest, KIT, sealed.manifest, sealed.sig)[0] == "envelope.signature.invalid"
    )
    assert refused(sealing.verify_manifest, KIT, sealed.manifest, "no")[0] == "envelope.signature.invalid"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("0" * 64),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
ONE, _ = sealed_bid()


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(ONE.manifest)), JSON, st.booleans())
def test_no_manifest_breaks_the_receiver(field, value, inside):
    manifest = json.loads(json.dumps(ONE.manifest))
    if inside:
        manifest["shares"][0]["ct"] = value
    else:
        manifest[field] = value

    if manifest != ONE.manifest:
        assert refused(sealing.verify_manifest, KIT, manifest, ONE.sig)[0].startswith("envelope.")


@settings(max_examples=50)
@given(JSON)
def test_nothing_else_is_taken_for_a_manifest(value):
    assert refused(sealing.verify_manifest, KIT, value, "")[0] == "envelope.shape.invalid"


# Key file


def test_the_key_file_opens_replaces_and_withdraws():
    sealed, ciphertext = sealed_bid()

    file = sealing.read_key_file(sealing.key_file(WHO["key"], [sealed]))

    row, key = file["envelopes"][0], codec.unb64(file["key"])
    assert (row["manifest"], file["bidder"], key) == (sealed.id, WHO["bidder"], WHO["key"])
    assert opened(sealed.manifest, row["identity"], ciphertext) == CONTENTS
    withdrawal = register.withdrawal_entry(row["manifest"], key)
    sealing.verify_withdrawal(sealed.id, sealed.manifest["bidder_key"], withdrawal["sig"])


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"{}", b"[" * 70_000, b"%PDF-1.7"])
def test_another_file_is_not_taken_for_a_key_file(data):
    assert refused(sealing.read_key_file, data)[0] == "envelope.key-file.invalid"
