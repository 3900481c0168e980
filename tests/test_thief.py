"""Whoever copies database, files, settings and every secret before the opening reads not one byte of a bid.

And with k - 1 custodians' sheets besides, still nothing; with k sheets, all of it: the thief's tools do work.
"""

import base64
import io
import re
import secrets
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.apps import apps
from django.conf import settings
from django.db import models

from bids import content, sealing
from bids.sealing import codec
from procurement import clock
from procurement.services import tenders

from . import bidding
from .world import DEADLINE

WINDOW = 12  # bytes of a plaintext that would betray it


def filled(token):
    """Return a form in which every answer is a secret of its own."""
    said = {name: f"{name} {token()}" for name in ("origin", "experience", "bid_bond")}
    return bidding.FORM | said | {"team": [{"name": f"Persona {token()}", "role": token(), "years": 6}]}


@pytest.fixture
def closed(world, log_key_made):
    """A closed call with two bids whose every word is known here; return (tender, secrets)."""
    told = []

    def token():
        told.append(secrets.token_hex(16))
        return told[-1]

    tender = world.at("integrated")
    bids = bidding.buyers(world, tender)
    world.move(DEADLINE - timedelta(hours=3))
    for bid in bids:
        papers = {f"{token()}.pdf": f"%PDF-1.4 {token()}".encode() * 400}
        bidding.present(bid, form=filled(token), files=papers)
    world.move(DEADLINE + timedelta(seconds=61))
    return tenders.close(tender, by=clock.ACTOR), told


# What the thief carries away


def rows():
    """Yield every value of every row of the database, as bytes."""
    for model in apps.get_models():
        names = [field.attname for field in model._meta.concrete_fields]
        for values in model._base_manager.values_list(*names):
            yield from (value if isinstance(value, bytes) else str(value).encode() for value in values)


def loot():
    """Return the database, the settings and the key file as one text, and every file by its path."""
    told = [f"{name}={getattr(settings, name, '')}".encode() for name in dir(settings) if name.isupper()]
    files = {path: path.read_bytes() for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}
    return b"\n".join([*rows(), *told, settings.LOG_KEY.read_bytes()]), files


def found(pattern, text, decode):
    for match in re.findall(pattern, text):
        try:
            data = decode(match)
        except ValueError:
            continue
        yield from (data[start : start + 32] for start in range(len(data) - 31))


unhex = bytes.fromhex


def candidates(text):
    """Return whatever in a text could be a key: 32 bytes raw, in hexadecimal, base64 or bech32."""
    raw = [value for value in rows() if 32 <= len(value) <= 100 and not value.isascii()]
    return {
        *found(
            rb"(?<![0-9a-f])(?:[0-9a-f]{2}){32,40}(?![0-9a-f])", text, lambda m: bytes.fromhex(m.decode())
        ),
        *found(rb"[A-Za-z0-9+/]{43,60}={0,2}", text, lambda m: base64.b64decode(m + b"=" * (-len(m) % 4))),
        *found(rb"AGE-SECRET-KEY-1[0-9A-Z]{58}", text, lambda m: codec.secret_of(m.decode())),
        *(value[start : start + 32] for value in raw for start in range(len(value) - 31)),
    }


def locks(tender):
    """Return every public half that guards something: of custodians, envelopes and bidders."""
    kits = [row for kit in tender.kits.all() for row in [*kit.body["custodians"], *kit.body["readers"]]]
    manifests = [envelope.manifest for envelope in tender.envelopes.all()]
    sealed = {codec.public_of(each["envelope"]) for each in manifests}
    return {
        *sealed,
        *(codec.public_of(row["recipient"]) for row in kits),
        *(codec.unb64(row["verify"]) for row in kits if "verify" in row),
        *(codec.unb64(each["bidder_key"]) for each in manifests),
    }


def opens(candidate, locks, tender):
    """Whether 32 bytes are a key to one of the locks: as they are, or as the seed of a sheet."""
    halves = {codec.public_half(candidate)}
    halves.add(Ed25519PrivateKey.from_private_bytes(candidate).public_key().public_bytes_raw())
    sheet = sealing.custodian_keys(candidate, tender.ocid, tender.round)
    halves |= {codec.public_of(each) for each in sheet.recipients.values()}
    return bool(halves & locks)


def read_with(sheets, tender, files):
    """Return what somebody reads with the sheets of some custodians (keys by seat) and the files."""
    plain = []
    for envelope in tender.envelopes.all():
        kit = tender.kits.get(stage=envelope.stage).body
        released = [
            sealing.release(
                kit, envelope.manifest, seat, keys.identities[envelope.stage], keys.sign, "release"
            )
            for seat, keys in sheets.items()
        ]
        reader = {row["recipient"]: row["i"] for row in kit["readers"]}
        known = [keys for keys in sheets.values() if keys.reading_recipient in reader]
        reading = (reader[known[0].reading_recipient], known[0].reading_identity) if known else None
        outcome = sealing.recombine(kit, envelope.manifest, released, reading)
        if outcome.identity:
            target = io.BytesIO()
            stored = files[settings.MEDIA_ROOT / envelope.ciphertext.name]
            sealing.open_envelope(envelope.manifest, outcome.identity, io.BytesIO(stored), target)
            plain += [each.name.encode() + b"".join(each.chunks()) for each in sealing.unzip(target)]
    return plain


def betrayed(secret, text):
    windows = [secret[start : start + WINDOW] for start in range(len(secret) - WINDOW + 1)]
    return any(window.encode() in text for window in windows)


def keys_of(world, tender, seats):
    """Return the keys of these seats, from the words on their paper."""
    words = {seat: " ".join(world.sheets[seat]) for seat in seats}
    return {
        seat: sealing.custodian_keys(sealing.words_to_seed(said), tender.ocid, tender.round)
        for seat, said in words.items()
    }


def enough(tender):
    """Return as many seats of each group as it takes, those who can read reserved parts first."""
    return [seat for group in tender.kits.first().body["groups"] for seat in group["of"][: group["k"]]]


# Nothing


def test_a_copy_of_everything_holds_not_one_byte_of_a_bid(closed):  # principle 5
    tender, told = closed
    text, files = loot()

    everything = text + b"".join(files.values()) + b"".join(str(path).encode() for path in files)

    assert len(files) >= 6
    assert [secret for secret in told if betrayed(secret, everything)] == []


def test_no_secret_of_the_server_is_a_key_to_anything(closed):  # principle 5
    tender, _told = closed
    text, _files = loot()
    guarded, tried = locks(tender), candidates(text)

    assert len(guarded) > 15
    assert len(tried) > 500
    assert [each.hex() for each in tried if opens(each, guarded, tender)] == []


def test_with_one_custodian_less_than_it_takes_still_nothing(world, closed):  # principle 5
    tender, _told = closed
    _text, files = loot()
    seats = enough(tender)

    for absent in seats:
        rest = [seat for seat in seats if seat != absent]
        assert read_with(keys_of(world, tender, rest), tender, files) == []


# The same tools, where there is something to be found


def test_with_as_many_custodians_as_it_takes_all_of_it(world, closed):
    tender, told = closed
    _text, files = loot()

    plain = b"".join(read_with(keys_of(world, tender, enough(tender)), tender, files))

    assert [secret for secret in told if secret.encode() not in plain] == []


@pytest.mark.parametrize(
    "written",
    [
        lambda seed: seed.hex(),
        lambda seed: base64.b64encode(seed).decode(),
        lambda seed: codec.identity(seed),
    ],
    ids=["hexadecimal", "base64", "bech32"],
)
def test_a_key_that_was_left_lying_about_is_found(world, closed, written):
    tender, _told = closed
    seed = sealing.words_to_seed(" ".join(world.sheets[1]))
    tender.title = f"Operador {written(seed)}"[:200]
    models.Model.save(tender, update_fields=["title"])
    text, _files = loot()

    guarded = locks(tender)
    assert [each for each in candidates(text) if opens(each, guarded, tender)] == [seed]


def test_a_plaintext_that_was_left_lying_about_is_found(closed):
    tender, told = closed
    (settings.MEDIA_ROOT / "borrador.tmp").write_bytes(content.written({"x": told[3]}))
    _text, files = loot()

    assert [each for each in told if betrayed(each, b"".join(files.values()))] == [told[3]]
