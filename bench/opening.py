"""The act of opening as far as it is arithmetic: shares put together, dealers judged, envelopes decrypted."""

import secrets
from io import BytesIO

from bench import seconds
from bids import sealing

TENDER = "ocds-000000-130106-2026-001"
ENVELOPES = 200
CUSTODIANS, THRESHOLD = 5, 3
OFFER = {"oferta.json": b'{"percentage":"10.20","words":"diez con 20/100 por ciento"}'}


def kit_and_sheets():
    sheets = [sealing.custodian_keys(secrets.token_bytes(32), TENDER, 1) for _ in range(CUSTODIANS)]
    rows = [
        {"name": f"Custodio {number}", "recipient": keys.recipients[2], "verify": keys.verify}
        for number, keys in enumerate(sheets, start=1)
    ]
    groups = [{"id": "custodios", "k": THRESHOLD, "of": list(range(1, CUSTODIANS + 1))}]
    return sealing.make_kit(TENDER, 1, 2, rows, groups), sheets


def sealed_and_released(kit, sheets):
    """Return one envelope 2, its ciphertext, and what three custodians handed over."""
    who = {"bidder": sealing.bidder_pseudonym(sealing.new_salt(), ["20123456789"])}
    sealed, ciphertext = sealing.seal_bytes(kit, "public", OFFER, key=sealing.new_bidder_key(), **who)
    released = [
        sealing.release(kit, sealed.manifest, seat, keys.identities[2], keys.sign, "release")
        for seat, keys in enumerate(sheets[:THRESHOLD], start=1)
    ]
    return sealed.manifest, ciphertext, released


def open_all(kit, envelopes):
    for manifest, ciphertext, released in envelopes:
        outcome = sealing.recombine(kit, manifest, released)
        sealing.open_envelope(manifest, outcome.identity, BytesIO(ciphertext), BytesIO())


def run():
    kit, sheets = kit_and_sheets()
    envelopes = [sealed_and_released(kit, sheets) for _ in range(ENVELOPES)]
    return [
        {
            "name": "opening-recombine",
            "value": round(seconds(open_all, kit, envelopes), 2),
            "unit": "s to put together, judge and decrypt",
            "limit": 10,
            "size": f"{ENVELOPES} envelopes, {THRESHOLD} of {CUSTODIANS} custodians",
        }
    ]
