"""Release, recombination and blame: who can open, and who is named when something is false."""

import copy
from io import BytesIO
from itertools import combinations

import pyrage
import pyshamir
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bids import sealing
from bids.sealing import Verdict, age, codec, envelope, shamir

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
    opened,
    refused,
    release,
    released_by,
    releases,
    sealed_bid,
    signed_again,
)

ENOUGH = (1, 3, 4, 7)


@pytest.fixture(scope="module")
def bid():
    return sealed_bid()


# Shares


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=1, max_size=33), st.integers(2, 5), st.data())
def test_any_k_shares_rebuild_and_pyshamir_agrees(secret, k, data):
    n = data.draw(st.integers(k, 7))
    ours = shamir.split(
        secret, range(1, n + 1), k, lambda size: data.draw(st.binary(min_size=size, max_size=size))
    )
    theirs = pyshamir.split(secret, n, k)
    chosen = data.draw(st.permutations(range(n)))[:k]

    assert shamir.interpolate([ours[i] for i in chosen]) == secret
    assert bytes(pyshamir.combine([bytearray(ours[i]) for i in chosen])) == secret
    assert shamir.interpolate([bytes(theirs[i]) for i in chosen]) == secret
    assert shamir.agree(ours, k)
    assert shamir.agree([bytes(share) for share in theirs], k)


def test_fewer_than_k_shares_fit_every_secret():
    """For each candidate of a one-byte secret there is exactly one polynomial through a single share."""
    rebuilt = {shamir.interpolate([bytes([7, 1]), bytes([y, 2])]) for y in range(256)}

    assert len(rebuilt) == 256


def test_shares_with_one_x_or_none_are_no_shares():
    for shares in ([b"a\1", b"b\1"], [b"a\0", b"b\1"]):
        assert not shamir.agree(shares, 2)
        with pytest.raises(ValueError, match="x is"):
            shamir.interpolate(shares)


# Opening


@pytest.mark.parametrize("numbers", [ENOUGH, (2, 3, 5, 6), (1, 2, 3, 4, 5, 6, 7)])
def test_k_of_each_group_open(bid, numbers):
    sealed, ciphertext = bid

    outcome = sealing.recombine(KIT, sealed.manifest, releases(sealed.manifest, *numbers))

    assert outcome == sealing.Outcome(sealed.identity, [], {})
    assert opened(sealed.manifest, outcome.identity, ciphertext) == CONTENTS


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        ((1, 4, 5), {"comite": 1}),
        ((1, 2, 3), {"vecinos": 2}),
        ((4, 5, 6, 7), {"comite": 2}),  # a whole group, and more shares than k of the other, alone do not
        ((1, 4), {"comite": 1, "vecinos": 1}),
        ((), {"comite": 2, "vecinos": 2}),
    ],
)
def test_without_k_of_every_group_it_stays_shut(bid, numbers, missing):
    outcome = sealing.recombine(KIT, bid[0].manifest, releases(bid[0].manifest, *numbers))

    assert outcome == sealing.Outcome(None, [], missing)


def test_no_choice_of_shares_short_of_the_groups_makes_the_key(bid):
    """Past our own counting: every subset that lacks one share, interpolated in every way, misses the key."""
    manifest = bid[0].manifest
    shares = [codec.unb64(row["share"]) for row in releases(manifest, *range(1, 8))]

    def makes_the_key(parts):
        secret = shamir.xor(*map(shamir.interpolate, parts))
        return codec.recipient_for(codec.identity(secret)) == manifest["envelope"]

    short = [[[a], pair] for a in shares[:3] for pair in map(list, combinations(shares[3:], 2))]
    short += [[list(some)] for n in (2, 3, 4) for some in combinations(shares, n)]
    assert not any(map(makes_the_key, short))
    assert makes_the_key([shares[:2], shares[3:5]])


@pytest.mark.parametrize(
    "groups",
    [
        [{"id": "todos", "k": 3, "of": [1, 2, 3, 4, 5, 6, 7]}],
        [
            {"id": "a", "k": 1, "of": [1]},
            {"id": "b", "k": 2, "of": [2, 3, 4]},
            {"id": "c", "k": 3, "of": [5, 6, 7]},
        ],
    ],
    ids=["one group", "three groups, one of a single custodian"],
)
def test_one_group_or_several_open_alike(groups):
    kit = kit_of(2, groups=groups)
    sealed, _ = sealed_bid(kit)
    needed = [i for group in groups for i in group["of"][: group["k"]]]

    assert sealing.recombine(kit, sealed.manifest, releases(sealed.manifest, *needed, kit=kit)).identity
    for i in needed:
        some = [n for n in needed if n != i]
        outcome = sealing.recombine(kit, sealed.manifest, releases(sealed.manifest, *some, kit=kit))
        assert sum(outcome.missing.values()) == 1


def test_a_check_reveals_nothing_and_opens_nothing(bid):
    checks = releases(bid[0].manifest, *range(1, 8), mode="check")

    assert {frozenset(check) for check in checks} == {frozenset({"v", "manifest", "i", "mode", "ok", "sig"})}
    assert [sealing.verify_release(KIT, bid[0].manifest, check) for check in checks] == [1, 2, 3, 4, 5, 6, 7]
    assert sealing.recombine(KIT, bid[0].manifest, checks).missing == {"comite": 2, "vecinos": 2}


def test_nothing_is_released_for_another_kit_or_with_another_sheet(bid):
    manifest = bid[0].manifest
    later = kit_of(2, tender="ocds-otra-2026-002")

    assert refused(release, manifest, 1, kit=later)[0] == "custodian.release.foreign-envelope"
    for identity, key in (
        (SHEETS[1].identities[2], SHEETS[0].sign),
        (SHEETS[0].identities[1], SHEETS[0].sign),
        (SHEETS[0].identities[2], SHEETS[1].sign),
    ):
        found = refused(sealing.release, KIT, manifest, 1, identity, key, "release")
        assert found[0] == "custody.sheet.not-in-kit"
    assert refused(sealing.release, KIT, manifest, 8, SHEETS[0].identities[2], SHEETS[0].sign)
    with pytest.raises(ValueError, match="Check"):  # a slip of the pen does not release
        release(manifest, 1, mode="Check")


def test_the_bidders_own_key_opens_and_no_other(bid):
    sealed, ciphertext = bid
    other, _ = sealed_bid()

    assert opened(sealed.manifest, f" {sealed.identity.lower()}\n", ciphertext) == CONTENTS
    assert refused(opened, sealed.manifest, other.identity, ciphertext)[0] == "envelope.key.foreign"
    assert refused(opened, sealed.manifest, "AGE-SECRET-KEY-1", ciphertext)[0] == "envelope.key.invalid"


# Copying a rival


def test_pasted_shares_of_a_rival_are_refused_by_the_custodian(bid):
    mine, _ = sealed_bid(**RIVAL)
    copied = signed_again(mine, lambda m: m.update(shares=bid[0].manifest["shares"]), RIVAL["key"])
    sealing.verify_manifest(KIT, copied.manifest, copied.sig)  # nothing shows from outside

    answer = release(copied.manifest, 1)

    assert answer["complaint"] == "share.context.foreign"
    assert "share" not in answer
    assert "share" in release(bid[0].manifest, 1)


@pytest.mark.parametrize("take", [{}, {"bidder": WHO["bidder"]}])
def test_a_rivals_whole_manifest_signed_again_is_refused_by_the_custodian(bid, take):
    """The copy that the envelope's key alone would not stop: it would open when the rival has withdrawn."""
    own = {"bidder": RIVAL["bidder"], "bidder_key": sealing.verify_key(RIVAL["key"])}
    copied = signed_again(bid[0], lambda manifest: manifest.update(own | take), RIVAL["key"])
    sealing.verify_manifest(KIT, copied.manifest, copied.sig)

    assert release(copied.manifest, 1)["complaint"] == "share.context.foreign"


def test_a_reserved_part_cannot_be_turned_public():
    kit = kit_of(1)
    sealed, _ = sealed_bid(kit, "reserved")
    turned = signed_again(sealed, lambda manifest: manifest.update(part="public"))

    assert release(turned.manifest, 1, kit=kit)["complaint"] == "share.context.foreign"


# Reserved parts


def test_a_reserved_part_is_released_to_readers_only():  # decision 14
    kit = kit_of(1)
    sealed, ciphertext = sealed_bid(kit, "reserved")
    given = releases(sealed.manifest, *ENOUGH, kit=kit)

    blind = sealing.recombine(kit, sealed.manifest, given)
    read = sealing.recombine(kit, sealed.manifest, given, reading=(1, READER.reading_identity))

    assert not any("share" in answer for answer in given)
    assert (blind.identity, blind.missing) == (None, {"comite": 2, "vecinos": 2})
    assert (read.identity, read.verdicts) == (sealed.identity, [])
    assert opened(sealed.manifest, read.identity, ciphertext) == CONTENTS
    public = release(sealed_bid(kit)[0].manifest, 1, kit=kit)
    assert sealing.release_entry({"part": "public"}, public) == public
    entry = sealing.release_entry(sealed.manifest, given[0])
    assert set(entry) == {"v", "manifest", "i", "mode", "digest"}
    assert entry["digest"] == sealing.fingerprint(given[0])


def test_a_custodian_who_sends_a_reader_something_else_is_named():
    kit = kit_of(1)
    sealed, _ = sealed_bid(kit, "reserved")
    body = {name: value for name, value in release(sealed.manifest, 2, kit=kit).items() if name != "sig"}
    body["readers"] = [{"i": 1, "ct": codec.b64(b"x" * 265)}]
    given = [*releases(sealed.manifest, *ENOUGH, kit=kit), released_by(2, body)]

    read = sealing.recombine(kit, sealed.manifest, given, reading=(1, READER.reading_identity))

    assert read.verdicts == [Verdict("custodian", 2, "share.custodian.false")]


# Blame


def test_a_share_falsely_dealt_is_laid_on_the_bidder(bid):
    false = dealt_falsely(bid[0], 2)
    answers = releases(false.manifest, 2, *ENOUGH)

    outcome = sealing.recombine(KIT, false.manifest, answers)

    assert answers[0]["complaint"] == "share.commitment.mismatch"
    assert outcome == sealing.Outcome(bid[0].identity, [Verdict("bidder", 2, "share.bidder.false")], {})


def test_a_false_share_is_found_even_if_its_custodian_never_speaks(bid):
    outcome = sealing.recombine(KIT, *_manifest_and_releases(dealt_falsely(bid[0], 5)))

    assert outcome.verdicts == [Verdict("bidder", 5, "share.bidder.false")]


def _manifest_and_releases(sealed, *numbers):
    return sealed.manifest, releases(sealed.manifest, *(numbers or ENOUGH))


@pytest.mark.parametrize(
    "said",
    [
        {"complaint": "share.ciphertext.unreadable"},
        {"complaint": "anything.at-all"},
        {"share": codec.b64(bytes(32) + b"\2")},
    ],
)
def test_a_false_complaint_or_share_is_laid_on_the_custodian(bid, said):
    manifest = bid[0].manifest
    lie = released_by(2, {"v": "sobre/1", "manifest": bid[0].id, "i": 2, "mode": "release"} | said)

    outcome = sealing.recombine(KIT, manifest, [lie, *releases(manifest, *ENOUGH)])

    assert outcome == sealing.Outcome(bid[0].identity, [Verdict("custodian", 2, "share.custodian.false")], {})


def test_a_custodian_who_corrects_itself_is_not_named(bid):
    manifest = bid[0].manifest
    slip = released_by(1, {"v": "sobre/1", "manifest": bid[0].id, "i": 1, "mode": "check", "complaint": "no"})

    assert not sealing.recombine(KIT, manifest, [slip, *releases(manifest, *ENOUGH)]).verdicts


def test_doubts_wait_while_it_is_shut_and_the_bidders_key_settles_them(bid):
    false = dealt_falsely(bid[0], 2)
    lie = released_by(3, {"v": "sobre/1", "manifest": false.id, "i": 3, "mode": "check", "complaint": "no"})

    outcome = sealing.recombine(KIT, false.manifest, [*releases(false.manifest, 1, 2, 4, 5), lie])

    assert outcome.identity is None
    assert [(verdict.who, verdict.i) for verdict in outcome.verdicts] == [(None, 2), (None, 3)]
    judged = sealing.judge(KIT, false.manifest, bid[0].identity, [2, 3])
    assert judged == [
        Verdict("bidder", 2, "share.bidder.false"),
        Verdict("custodian", 3, "share.custodian.false"),
    ]


@pytest.mark.parametrize("field", ["share", "i", "mode", "sig", "manifest"])
def test_what_the_server_changes_in_a_release_names_no_custodian(bid, field):
    manifest = bid[0].manifest
    forged = copy.deepcopy(release(manifest, 2))
    forged[field] = {
        "share": codec.b64(bytes(33)),
        "i": 3,
        "mode": "check",
        "sig": codec.b64(bytes(64)),
        "manifest": "0" * 64,
    }[field]

    outcome = sealing.recombine(KIT, manifest, [forged, *releases(manifest, *ENOUGH)])

    assert outcome.identity == bid[0].identity
    assert [(verdict.who, verdict.i) for verdict in outcome.verdicts] == [(None, None)]
    assert outcome.verdicts[0].code.startswith("custodian.release.")


def test_a_release_of_another_shape_is_refused(bid):
    manifest = bid[0].manifest
    kit = kit_of(1)
    reserved, _ = sealed_bid(kit, "reserved")
    for said in (None, [], {}, release(manifest, 1) | {"extra": 1}, release(manifest, 1) | {"i": 0}):
        found = refused(sealing.verify_release, KIT, manifest, said)
        assert found[0] == "custodian.release.shape-invalid"
    bare = released_by(
        1, {"v": "sobre/1", "manifest": reserved.id, "i": 1, "mode": "release", "share": codec.b64(bytes(33))}
    )
    assert refused(sealing.verify_release, kit, reserved.manifest, bare)[1] == {"defect": "share"}
    foreign = release(reserved.manifest, 1, kit=kit)
    assert refused(sealing.verify_release, KIT, manifest, foreign)[1] == {"defect": "readers"}
    fewer = foreign | {"readers": []}
    assert refused(sealing.verify_release, kit, reserved.manifest, fewer)[1] == {"defect": "readers"}
    other = release(sealed_bid()[0].manifest, 1)
    assert refused(sealing.verify_release, KIT, manifest, other)[0] == "custodian.release.foreign-envelope"


def shares_of(secret_parts, ks=(2, 2), groups=((1, 2, 3), (4, 5, 6, 7))):
    pieces = zip(secret_parts, groups, ks, strict=True)
    return [share for part, of, k in pieces for share in shamir.split(part, of, k, lambda n: b"\3" * n)]


def parts_of(identity):
    secret = codec.secret_of(identity)
    return b"\5" * 32, shamir.xor(secret, b"\5" * 32)


def test_shares_that_do_not_make_the_key_are_laid_on_the_bidder(bid):
    other = dealt(bid[0], shares_of((bytes(32), bytes(32))))

    outcome = sealing.recombine(KIT, *_manifest_and_releases(other))

    assert outcome == sealing.Outcome(None, [Verdict("bidder", None, "envelope.key.not-rebuilt")], {})


def test_shares_with_one_x_are_laid_on_the_bidder(bid):
    shares = shares_of(parts_of(bid[0].identity))
    twins = dealt(bid[0], [*shares[:2], shares[0], *shares[3:]])

    outcome = sealing.recombine(KIT, *_manifest_and_releases(twins))

    assert outcome.verdicts == [Verdict("bidder", None, "envelope.key.not-rebuilt")]


def test_a_share_off_the_polynomial_is_found_though_the_envelope_opens(bid):
    """So a bidder cannot arrange that its envelope opens with some custodians and not with others."""
    shares = shares_of(parts_of(bid[0].identity))
    off = dealt(bid[0], [*shares[:6], b"\1" * 32 + b"\7"])
    even = dealt(bid[0], shares)

    outcome = sealing.recombine(KIT, *_manifest_and_releases(off, 1, 2, 4, 5))

    assert outcome == sealing.Outcome(bid[0].identity, [Verdict("bidder", None, "deal.bidder.false")], {})
    assert sealing.recombine(KIT, *_manifest_and_releases(off, *range(1, 8))) == outcome
    assert not sealing.recombine(KIT, *_manifest_and_releases(even)).verdicts


@pytest.mark.parametrize("proof", [b"no", b"[]", b'{"esk":[],"shares":[]}', None])
def test_a_proof_that_proves_nothing_is_laid_on_the_bidder(bid, proof):
    public = codec.public_of(bid[0].manifest["envelope"])
    size = len(codec.unb64(bid[0].manifest["deal"]))
    data = age.encrypt((proof or b"").ljust(size - age.size_of(0)), public, age.draw(lambda n: b"\2" * n))
    if proof is None:
        data = data[:-1] + bytes([data[-1] ^ 1])
    spoiled = signed_again(bid[0], lambda manifest: manifest.update(deal=codec.b64(data)))

    outcome = sealing.recombine(KIT, *_manifest_and_releases(spoiled))

    assert outcome.verdicts == [Verdict("bidder", None, "deal.bidder.false")]


@pytest.mark.parametrize("place", [5, 100, 170, 40_000, -1])
def test_a_bit_flipped_in_the_ciphertext_is_laid_on_the_server(bid, place):
    sealed, ciphertext = bid
    flipped = bytearray(ciphertext)
    flipped[place] ^= 1

    for stored in (bytes(flipped), ciphertext[:-1], ciphertext + b"x", b""):
        found = refused(opened, sealed.manifest, sealed.identity, stored)
        assert found == ("envelope.ciphertext.changed", {"who": "server"})


def test_another_envelope_put_in_its_place_is_laid_on_the_server(bid):
    """Anybody can encrypt to the public key of an envelope: that it opens proves nothing."""
    sealed, ciphertext = bid
    public = codec.public_of(sealed.manifest["envelope"])
    planted = age.encrypt(b"x" * 65_536, public, age.draw(lambda n: b"\2" * n))
    assert len(planted) == len(ciphertext)

    assert refused(opened, sealed.manifest, sealed.identity, planted)[1] == {"who": "server"}


@pytest.mark.parametrize("place", [50, 40_000])
def test_a_ciphertext_that_its_own_key_does_not_open_is_laid_on_the_bidder(bid, place):
    """Judged after the hash: the same flip, committed by the bidder, is the bidder's."""
    sealed, ciphertext = bid
    flipped = bytearray(ciphertext)
    flipped[place] ^= 1

    spoiled = signed_again(sealed, lambda manifest: manifest.update(ciphertext=_hash_of(flipped)))

    found = refused(opened, spoiled.manifest, sealed.identity, bytes(flipped))
    assert found == ("envelope.ciphertext.unreadable", {"who": "bidder"})


def _hash_of(data):
    sink = envelope._Hashed(BytesIO())
    sink.write(bytes(data))
    return {"sha256": sink.sha256.hexdigest(), "size": sink.size}


def test_a_size_that_the_bidder_misstated_is_the_bidders():
    kit = kit_of(1)
    sealed, ciphertext = sealed_bid(kit)
    stated = sealed.manifest["ciphertext"] | {"size": 2_097_848}
    spoiled = signed_again(sealed, lambda manifest: manifest.update(ciphertext=stated))
    sealing.verify_manifest(kit, spoiled.manifest, spoiled.sig)

    assert refused(opened, spoiled.manifest, sealed.identity, ciphertext)[1] == {"who": "bidder"}


def test_an_envelope_with_a_second_stanza_is_laid_on_the_bidder(bid):
    theirs = pyrage.encrypt(b"zip", [pyrage.x25519.Recipient.from_str(bid[0].manifest["envelope"])])
    spoiled = signed_again(bid[0], lambda manifest: manifest.update(ciphertext=_hash_of(theirs)))

    assert refused(opened, spoiled.manifest, bid[0].identity, theirs)[1] == {"who": "bidder"}


def test_a_full_disk_is_laid_on_nobody(bid):
    class Full(BytesIO):
        def write(self, data):
            raise OSError(28, "no space left")

    class Torn(BytesIO):
        whole = False

        def read(self, *size):
            if self.whole:
                return super().read(*size)
            self.whole = True  # it fails once, which is enough
            raise OSError(5, "input/output error")

    sealed, ciphertext = bid
    with pytest.raises(OSError, match="no space"):
        sealing.open_envelope(sealed.manifest, sealed.identity, BytesIO(ciphertext), Full())
    with pytest.raises(OSError, match="input/output"):
        sealing.open_envelope(sealed.manifest, sealed.identity, Torn(), BytesIO())
