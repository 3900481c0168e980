"""An honest case file with everything that may happen to a bid, and hands that rewrite it as they please."""

import base64
import copy
import io
import json
import zipfile
from datetime import timedelta

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bids import sealing
from bids.sealing import codec
from bids.services import award, bidders, case_file, opening, ranking, submission
from procurement import clock, log_key, merkle, signed_note
from procurement.models import Tender
from procurement.services import checkpoints, tenders, witnesses

from . import bidding, deciding
from .world import DEADLINE, account

WITNESS = b"w" * 32
CARLA = "20666666667"


def third_bidder(world, tender):
    """Carla buys the terms and begins a bid."""
    user = account(53, "Carla", "Ríos")
    bidder = bidding.register(user, CARLA, "Aguas Carla SAC")
    bidding.buy(world, tender, user, ruc=CARLA, organization=bidder.name)
    bidders.confirm(tender, ruc=CARLA, document_seen=True, by=world.treasurer)
    return submission.begin(tender, bidder=bidder, by=user)


def present_all(world, tender, spoil=None):
    """Ana presents and replaces, Beto presents, Carla withdraws; `spoil` changes Beto's envelopes."""
    ana, beto = bidding.buyers(world, tender)
    carla = third_bidder(world, tender)
    world.move(DEADLINE - timedelta(days=1))
    ana, key_file = bidding.present(ana, "9.75")
    world.move(DEADLINE - timedelta(hours=20))
    own_key = world.beto_key = bidding.seal(beto, "8.50")
    if spoil:
        spoil(beto, json.loads(own_key))
    beto = submission.present(beto, stamp=clock.now(), by=beto.bidder.account)
    carla, own = bidding.present(carla, "11.00")
    world.move(DEADLINE - timedelta(hours=2))
    submission.withdraw(carla, key_file=own, stamp=clock.now(), by=carla.bidder.account)
    ana, _key_file = bidding.present(ana, "10.20", key_file=key_file)
    return {"ana": ana, "beto": beto, "carla": carla}


def open_with(world, tender, stage, seats, **how):
    """Hold an act in which these custodians, in this order, check and hand over."""
    act = deciding.begin(world, tender, stage, **how)
    known = {each.index: each for each in deciding.custodians(tender)}
    chosen = [known[seat] for seat in seats]
    deciding.check(world, act, *chosen)
    deciding.release(world, act, *reversed(chosen))
    return opening.conclude(act, by=world.chair)


def cosign(world, tender):
    """Let the observer make a key known and cosign the head of the log after the close."""
    public = signed_note.public_of(WITNESS)
    key = signed_note.verifier("jvs-laredo", public, signed_note.COSIGNATURE)
    witnesses.enrol(tender, key=key, by=world.observer)
    head = checkpoints.issue(tender, checkpoints.size_of(tender), at=clock.now())
    seconds = int(clock.now().timestamp())
    line = signed_note.cosign(head.stated, "jvs-laredo", WITNESS, seconds)
    witnesses.cosign(tender, note=head.note + str(line), by=world.observer)


def walk(world, spoil=None):
    """Walk a call to its award; return the tender and the bids by name."""
    tender = world.at("integrated")
    bids = present_all(world, tender, spoil)
    world.move(DEADLINE + timedelta(seconds=61))
    tender = tenders.close(tender, by=clock.ACTOR)
    cosign(world, tender)
    open_with(world, tender, 1, [5, 2, 4, 1])
    tender = Tender.objects.get(pk=tender.pk)
    deciding.decide_first(world, tender)
    result = tender.first_results.get(superseded_at=None)
    open_with(world, tender, 2, [4, 3, 1], planned_at=result.appeal_until + timedelta(days=1))
    ranking.rank(tender, by=world.chair)
    deciding.sign(world, tender)
    return award.award(tender, by=world.chair), bids


def files_of(tender):
    """Return the case file of a call: bytes by name."""
    target = io.BytesIO()
    case_file.write(tender, target, at=clock.now())
    with zipfile.ZipFile(target) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def receipts_of(tender, bid):
    """Return what a bidder keeps: the proof of each entry of its own."""
    last = checkpoints.size_of(tender)
    indexes = bid.envelopes.exclude(log_index=None).values_list("log_index", flat=True)
    return {"receipts": [checkpoints.receipt(tender, each, last, at=clock.now()) for each in sorted(indexes)]}


class Case:
    """A case file in the hands of whoever wants to change it, with the log key and custodians' sheets."""

    def __init__(self, files, seed, sheets, bids, receipts, key_file=b"{}"):
        self.files, self.seed, self.sheets, self.bids, self.receipts = files, seed, sheets, bids, receipts
        self.key_file = key_file  # of Beto

    def copy(self):
        kept = (self.seed, self.sheets, self.bids, self.receipts, self.key_file)
        return Case(dict(self.files), *kept)

    @property
    def leaves(self):
        return [json.loads(line) for line in self.files["log.jsonl"].splitlines()]

    def put(self, leaves):
        """Write the lines of the log, and sign nothing."""
        self.files["log.jsonl"] = b"".join(rfc8785.dumps(leaf) + b"\n" for leaf in leaves)

    def rewrite(self, leaves):
        """Write another log, numbered and signed again with the log key: what only the server can do."""
        leaves = [leaf | {"index": index} for index, leaf in enumerate(copy.deepcopy(leaves))]
        old = self.leaves
        papers = {name: data for name, data in self.files.items() if name.startswith("papers/")}
        self.files = {n: d for n, d in self.files.items() if not n.startswith(("papers/", "checkpoints/"))}
        texts = [papers[f"papers/{leaf['index']:06}.txt"] for leaf in old if leaf["action"] in PAPERS]
        kept = [leaf for leaf in leaves if leaf["action"] in PAPERS]
        self.files |= {f"papers/{leaf['index']:06}.txt": text for leaf, text in zip(kept, texts, strict=True)}
        self.put(leaves)
        lines = self.files["log.jsonl"].splitlines()
        closes = [leaf["index"] + 1 for leaf in leaves if leaf["action"] == "close"]
        for size in {len(lines), *closes}:
            stated = signed_note.Checkpoint(leaves[0]["log"], size, merkle.root_of(lines[:size]))
            self.files[f"checkpoints/{size:06}.txt"] = signed_note.sign(stated, self.seed).encode()

    def write(self, folder):
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder

    # looking things up

    def at(self, action, leaves=None, **facts):
        """Return the place of the first entry of this action with these facts."""
        rows = self.leaves if leaves is None else leaves
        return next(
            place
            for place, leaf in enumerate(rows)
            if leaf["action"] == action and facts.items() <= leaf["facts"].items()
        )

    def standing(self, name, stage, part="public"):
        """Return the facts of the last entry of a bidder's envelope."""
        mine = {"bidder": self.bids[name]["pseudonym"], "stage": stage, "part": part}
        found = [leaf["facts"] for leaf in self.leaves if leaf["action"] == "manifest"]
        return [facts for facts in found if mine.items() <= facts.items()][-1]

    def keys(self, seat):
        ocid = json.loads(self.files["case.json"])["ocid"]
        return sealing.custodian_keys(sealing.words_to_seed(" ".join(self.sheets[seat])), ocid, 1)

    def signed_release(self, seat, body):
        """Return whatever a custodian wants to say, well signed."""
        kept = {name: value for name, value in body.items() if name != "sig"}
        return kept | {"sig": codec.sign(self.keys(seat).sign, "sobre/1 release", kept)}


PAPERS = ("minutes", "terms.publish")


def case_of(world, spoil=None):
    """Walk a call and return its case in those hands."""
    tender, bids = walk(world, spoil)
    known = {name: {"pseudonym": bid.pseudonym, "pk": bid.pk} for name, bid in bids.items()}
    receipts = {name: receipts_of(tender, bid) for name, bid in bids.items()}
    return Case(files_of(tender), log_key.present(), world.sheets, known, receipts, world.beto_key)


def forged_key():
    return Ed25519PrivateKey.from_private_bytes(b"f" * 32)


def b64(data):
    return base64.b64encode(data).decode()
