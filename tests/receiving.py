"""A bidder whose own device seals: what it presents, and the bytes that follow."""

from decimal import Decimal

from bids import content, sealing
from bids.scoring import words
from bids.services import receiving
from procurement import clock

from .bidding import FORM

OFFER = content.written({"percentage": "10.20", "words": words(Decimal("10.20"))})


class Device:
    """The bidder's own device: keeps the key and the ciphertexts, as the page does."""

    def __init__(self, bid):
        self.bid, self.by = bid, bid.bidder.account
        self.key = sealing.new_bidder_key()
        self.last = {}

    def seal(self, **changed):
        """Seal envelope 1 in both its parts, and envelope 2."""
        kits = {kit.stage: kit.body for kit in self.bid.tender.kits.filter(round=self.bid.round)}
        contents = {
            (1, "public"): {content.FORM: content.written(FORM)},
            (1, "reserved"): {"reservado.json": b"{}", "constancia.pdf": b"%PDF-1.4 constancia"},
            (2, "public"): {content.OFFER: OFFER},
        }
        who = {"bidder": self.bid.pseudonym, "key": self.key} | changed
        self.sealed = {}
        for (stage, part), files in contents.items():
            last = self.last.get((stage, part))
            order = {"seq": last.manifest["seq"] + 1, "replaces": last.id} if last else {}
            self.sealed[stage, part] = sealing.seal_bytes(kits[stage], part, files, **who | order)
        return self

    @property
    def parts(self):
        return [(sealed.manifest, sealed.sig) for sealed, _data in self.sealed.values()]

    def present(self, *, stamp=None, parts=None, declared=("bid_guarantee",)):
        how = {"parts": parts or self.parts, "declared": declared, "means": "page"}
        bid = receiving.present(self.bid, **how, stamp=stamp or clock.now(), by=self.by)
        self.last = {place: sealed for place, (sealed, _data) in self.sealed.items()}
        return bid

    def envelope(self, stage=2, part="public"):
        sealed, data = self.sealed[stage, part]
        return self.bid.envelopes.get(manifest_sha256=sealed.id), data

    def send(self, stage=2, part="public", *, stamp=None, piece=40_000):
        """Send one envelope in pieces."""
        envelope, data = self.envelope(stage, part)
        for offset in range(0, len(data), piece):
            self.put(envelope, offset, data[offset : offset + piece], stamp=stamp)
        return envelope

    def put(self, envelope, offset, piece, *, stamp=None):
        return receiving.receive(envelope, offset=offset, piece=piece, stamp=stamp or clock.now(), by=self.by)

    def send_all(self, **how):
        for stage, part in self.sealed:
            self.send(stage, part, piece=1 << 20, **how)

    def withdraw(self, *, key=None, stamp=None):
        entries = [sealing.withdrawal_entry(sealed.id, key or self.key) for sealed in self.last.values()]
        signatures = {entry["manifest"]: entry["sig"] for entry in entries}
        return receiving.withdraw(self.bid, signatures=signatures, stamp=stamp or clock.now(), by=self.by)
