"""One tender with seven custodians in two groups and a reader, its bidder, and the hands that cheat."""

import copy
from io import BytesIO

import pytest

from bids import sealing
from bids.sealing import SealingError, age, codec, envelope

TENDER = "ocds-lared0-2026-001"
GROUPS = [{"id": "comite", "k": 2, "of": [1, 2, 3]}, {"id": "vecinos", "k": 2, "of": [4, 5, 6, 7]}]
RUC = "20123456789"
SHEETS = [sealing.custodian_keys(bytes([i]) * 32, TENDER, 1) for i in range(1, 8)]
READER = SHEETS[0]


def refused(act, *arguments, **named):
    """Return the code and facts with which a step is refused."""
    with pytest.raises(SealingError) as refusal:
        act(*arguments, **named)
    return refusal.value.code, refusal.value.facts


def kit_of(stage, *, tender=TENDER, sheets=SHEETS, groups=GROUPS, readers=(READER,)):
    return sealing.make_kit(
        tender,
        1,
        stage,
        [
            {"name": f"Custodio {n}", "recipient": keys.recipients[stage], "verify": keys.verify}
            for n, keys in enumerate(sheets, start=1)
        ],
        groups,
        [{"name": "Presidenta", "recipient": keys.reading_recipient} for keys in readers],
    )


KIT = kit_of(2)
SALT = b"s" * 32
WHO = {"bidder": sealing.bidder_pseudonym(SALT, [RUC]), "key": b"k" * 32}
RIVAL = {"bidder": sealing.bidder_pseudonym(SALT, ["20987654321"]), "key": b"r" * 32}
CONTENTS = {"oferta.json": b'{"porcentaje":"7.25"}'}


def sealed_bid(kit=KIT, part="public", contents=None, **how):
    """Return what was sealed and its ciphertext."""
    return sealing.seal_bytes(kit, part, contents or CONTENTS, **WHO | how)


def release(manifest, i, *, kit=KIT, mode="release", sheets=SHEETS):
    keys = sheets[i - 1]
    return sealing.release(kit, manifest, i, keys.identities[kit["stage"]], keys.sign, mode)


def releases(manifest, *numbers, **how):
    return [release(manifest, i, **how) for i in numbers]


def opened(manifest, identity, ciphertext):
    """Return the contents of an envelope, by name."""
    plain = BytesIO()
    sealing.open_envelope(manifest, identity, BytesIO(ciphertext), plain)
    return {member.name: b"".join(member.chunks()) for member in sealing.unzip(plain)}


def signed_again(sealed, change, key=WHO["key"]):
    """Return what a cheating bidder makes of its own envelope: changed, and signed as if nothing were."""
    manifest = copy.deepcopy(sealed.manifest)
    change(manifest)
    return sealing.Sealed(manifest, envelope.sign_manifest(key, manifest), sealed.identity)


def dealt_falsely(sealed, i, kit=KIT, key=WHO["key"]):
    """Custodian i gets a share that does not fit its commitment; the proof shows the good one."""

    def change(manifest):
        public = codec.public_of(kit["custodians"][i - 1]["recipient"])
        plain = envelope.context_of(manifest) + bytes([9]) * 32 + bytes([i])
        manifest["shares"][i - 1]["ct"] = codec.b64(age.encrypt(plain, public, age.draw(bytes)))

    return signed_again(sealed, change, key)


def dealt(sealed, shares, kit=KIT):
    """Commitments, ciphertexts and proof agree with these shares, whatever they are."""

    def change(manifest):
        public = codec.public_of(manifest["envelope"])
        rows, proof = envelope.deal(kit, envelope.context_of(manifest), public, shares, lambda n: b"\7" * n)
        manifest |= {"shares": rows, "deal": proof}

    return signed_again(sealed, change)


def released_by(i, body, kit=KIT):
    """Whatever custodian i wants to say, well signed."""
    return body | {"sig": codec.sign(SHEETS[i - 1].sign, "sobre/1 release", body)}
