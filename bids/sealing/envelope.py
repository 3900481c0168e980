"""Sealing a part of a bid, its manifest, and the bidder's key file (docs/sobre-1.md §5, §6)."""

import hashlib
import json
import re
import secrets
from io import BytesIO
from typing import NamedTuple

import rfc8785

from . import age, archive, codec, shamir
from .codec import PARTS, VERSION, WHERE, SealingError, digest, fingerprint, require_shape
from .kit import SEATS, check_kit, kit_hash

CHUNK = 65_536
SALT = 32
SHARE = 33  # y bytes and x
SEQ = codec.integer(1, 999)
MANIFEST = WHERE | {
    "kit": codec.is_hex,
    "bidder": codec.is_hex,
    "bidder_key": codec.b64_of(32),
    "part": codec.one_of(*PARTS),
    "seq": SEQ,
    "replaces": codec.optional(codec.is_hex),
    "envelope": codec.is_recipient,
    "shares": [{"i": SEATS, "commit": codec.is_hex, "ct": codec.b64_of(age.size_of(32 + SHARE))}],
    "deal": codec.text("[A-Za-z0-9+/]{1,100000}={0,2}"),
    "ciphertext": {"sha256": codec.is_hex, "size": codec.integer(1, 1 << 31)},
}
SIGNED = ("v", "tender", "round", "stage", "kit", "bidder", "bidder_key", "part", "seq", "replaces")
KEY_FILE = {
    "v": codec.equals(VERSION),
    "tender": WHERE["tender"],
    "round": WHERE["round"],
    "bidder": codec.is_hex,
    "key": codec.b64_of(32),
    "envelopes": [
        {
            "stage": WHERE["stage"],
            "part": codec.one_of(*PARTS),
            "seq": SEQ,
            "manifest": codec.is_hex,
            "identity": codec.is_identity,
        }
    ],
}
MAX_KEY_FILE = 65_536


class Sealed(NamedTuple):
    """A sealed part: its public manifest and signature, and the key that only the bidder's key file keeps."""

    manifest: dict
    sig: str
    identity: str

    @property
    def id(self):
        return fingerprint(self.manifest)

    def __repr__(self):
        return f"Sealed({self.id})"  # never the identity, wherever this is printed


def new_salt():
    """Return the salt of a bidder's pseudonym: private until the opening, 32 bytes."""
    return secrets.token_bytes(SALT)


def bidder_pseudonym(salt, ids):
    """Return how the log calls a bidder until the opening: hex, from the salt (32 bytes) and its RUC or DNI.

    `ids` has one RUC, or the RUC or DNI of each member of a consortium in formation, in any order.
    """
    rows = sorted(ids)
    if len(salt) != SALT or not rows or len(set(rows)) < len(rows):
        raise SealingError("bidder.ids.invalid")
    if not all(re.fullmatch("[A-Z0-9]{1,20}", row) for row in rows):
        raise SealingError("bidder.ids.invalid")
    return digest("sobre/1 bidder", salt, "|".join(rows).encode()).hex()


def new_bidder_key():
    """Return the signing key of a bidder for one tender and round, 32 bytes; only the key file keeps it."""
    return secrets.token_bytes(32)


# What is bound to what


def context_of(manifest):
    """Return the 32 bytes that tie a share to its envelope, bidder, kit and part."""
    return digest(
        "sobre/1 ctx",
        bytes.fromhex(manifest["kit"]),
        bytes.fromhex(manifest["bidder"]),
        codec.unb64(manifest["bidder_key"]),
        codec.public_of(manifest["envelope"]),
        manifest["part"].encode(),
    )


def commitment(context, i, share):
    """Return the hex commitment to what custodian `i` was dealt."""
    return digest("sobre/1 share", context, bytes([i]), share).hex()


def presentation(manifest):
    """Return the fields that the log keeps and the bidder signs."""
    return {name: manifest[name] for name in SIGNED} | {"manifest": fingerprint(manifest)}


def sign_manifest(key, manifest):
    return codec.sign(key, "sobre/1 manifest", presentation(manifest))


def is_presented(presented, sig):
    """Tell whether the holder of its own `bidder_key` signed this presentation."""
    return codec.is_signed(presented["bidder_key"], "sobre/1 manifest", presented, sig)


# Sealing


def _split_by_group(secret, kit, rng):
    """Return each custodian's share: the secret is the xor of one Shamir secret per group."""
    groups = kit["groups"]
    parts = [rng(len(secret)) for _ in groups[1:]]
    parts.append(shamir.xor(secret, *parts))
    shares = {}
    for group, part in zip(groups, parts, strict=True):
        shares |= zip(group["of"], shamir.split(part, group["of"], group["k"], rng), strict=True)
    return [shares[row["i"]] for row in kit["custodians"]]


def deal(kit, context, envelope, shares, rng):
    """Return the rows of the manifest, one per custodian, and the sealed proof of what was dealt (b64)."""
    rows, ephemerals = [], []
    for custodian, share in zip(kit["custodians"], shares, strict=True):
        drawn, i = age.draw(rng), custodian["i"]
        ct = age.encrypt(context + share, codec.public_of(custodian["recipient"]), drawn)
        rows.append({"i": i, "commit": commitment(context, i, share), "ct": codec.b64(ct)})
        ephemerals.append(codec.b64(drawn.ephemeral))
    proof = rfc8785.dumps({"esk": ephemerals, "shares": [codec.b64(share) for share in shares]})
    return rows, codec.b64(age.encrypt(proof, envelope, age.draw(rng)))


class _Hashed:
    """A sink that knows the hash and size of what went through it."""

    def __init__(self, sink):
        self.sink = sink
        self.sha256 = hashlib.sha256()
        self.size = 0

    def write(self, data):
        self.sha256.update(data)
        self.size += len(data)
        self.sink.write(data)


class Sealer:
    """Seals one part of a bid while its files arrive: only ciphertext goes to `sink`, one chunk is in memory.

    `add(name)` begins a file, `feed(chunk)` continues it, `finish()` returns what was sealed. An upload that
    breaks off needs nothing: throw the sealer and the sink's bytes away. `rng` is for the vectors only.
    """

    def __init__(self, kit, part, *, bidder, key, sink, seq=1, replaces=None, rng=secrets.token_bytes):
        check_kit(kit)
        secret = rng(32)
        envelope = codec.public_half(secret)
        self.key = key
        self.identity = codec.identity(secret)
        self.manifest = {name: kit[name] for name in WHERE} | {
            "kit": kit_hash(kit),
            "bidder": bidder,
            "bidder_key": codec.verify_key(key),
            "part": part,
            "seq": seq,
            "replaces": replaces,
            "envelope": codec.recipient(envelope),
        }
        _check_head(kit, self.manifest)
        shares = _split_by_group(secret, kit, rng)
        rows, proof = deal(kit, context_of(self.manifest), envelope, shares, rng)
        self.manifest |= {"shares": rows, "deal": proof}
        self.hashed = _Hashed(sink)
        self.age = age.Writer(self.hashed, envelope, age.draw(rng))
        self.zip = archive.Writer(self.age, kit["stage"])

    def add(self, name):
        """Begin the file `name`; refuses names that some system reads otherwise (`envelope.file.…`)."""
        self.zip.begin(name)

    def feed(self, chunk):
        """Continue the file begun; refuses with `bid.upload.too-large` what does not fit the stage."""
        self.zip.write(chunk)

    def finish(self):
        """Pad, close and sign; return what was sealed."""
        self.zip.close()
        self.age.close()
        self.manifest["ciphertext"] = {"sha256": self.hashed.sha256.hexdigest(), "size": self.hashed.size}
        return Sealed(self.manifest, sign_manifest(self.key, self.manifest), self.identity)


def seal(kit, part, files, **how):
    """Seal files, pairs of a name and something to read; `how` is that of `Sealer`."""
    sealer = Sealer(kit, part, **how)
    for name, source in files:
        sealer.add(name)
        while chunk := source.read(CHUNK):
            sealer.feed(chunk)
    return sealer.finish()


def seal_bytes(kit, part, contents, **how):
    """Seal small contents, bytes by name; return what was sealed and the ciphertext."""
    sink = BytesIO()
    files = [(name, BytesIO(content)) for name, content in contents.items()]
    return seal(kit, part, files, sink=sink, **how), sink.getvalue()


# Receiving


def _is_ciphertext_size(size, stage):
    """Tell whether this is the size of a padded envelope of the stage."""
    unit = archive.UNIT[stage]
    step = age.size_of(unit) - age.size_of(0) + age.TAG  # an empty file has the tag of one chunk
    units, rest = divmod(size - age.HEADER_SIZE - age.NONCE, step)
    return rest == 0 and 1 <= units <= archive.MAX_UNITS[stage]


def _is_deal(text, custodians):
    """Tell whether this can be the sealed proof for so many custodians, by its header and size."""
    proof = {"esk": [codec.b64(bytes(32))] * custodians, "shares": [codec.b64(bytes(SHARE))] * custodians}
    size = age.size_of(len(rfc8785.dumps(proof)))
    return codec.b64_of(size)(text) and age.has_one_stanza(codec.unb64(text))


def _check_head(kit, manifest):
    head = {name: manifest[name] for name in SIGNED}
    require_shape(head, {name: MANIFEST[name] for name in SIGNED}, "envelope.shape.invalid")
    if (head["seq"] == 1) != (head["replaces"] is None):
        raise SealingError("envelope.shape.invalid", defect="replaces")
    if head["part"] == "reserved" and not kit["readers"]:
        raise SealingError("envelope.readers.missing")


def check_manifest(kit, manifest):
    """Refuse a manifest whose shape, sizes or kit are not right; its signature is looked at elsewhere."""
    code = "envelope.shape.invalid"
    require_shape(manifest, MANIFEST, code)
    if manifest["kit"] != kit_hash(kit):
        raise SealingError("envelope.kit.outdated")
    rows = manifest["shares"]
    checks = {
        "kit": all(manifest[name] == kit[name] for name in WHERE),
        "shares": [row["i"] for row in rows] == [row["i"] for row in kit["custodians"]],
        "ct": all(age.has_one_stanza(codec.unb64(row["ct"])) for row in rows),
        "deal": _is_deal(manifest["deal"], len(rows)),
        "size": _is_ciphertext_size(manifest["ciphertext"]["size"], kit["stage"]),
    }
    if defect := next((name for name, holds in checks.items() if not holds), None):
        raise SealingError(code, defect=defect)
    _check_head(kit, manifest)


def verify_manifest(kit, manifest, sig):
    """Return the id of a manifest that is whole, of this kit, and signed by its bidder; otherwise refuse.

    Codes: `envelope.shape.invalid` (defect), `envelope.kit.outdated`, `envelope.readers.missing`,
    `envelope.signature.invalid`.
    """
    check_manifest(kit, manifest)
    if not is_presented(presentation(manifest), sig):
        raise SealingError("envelope.signature.invalid")
    return fingerprint(manifest)


# The bidder's own file


def key_file(key, sealed):
    """Return the key file (bytes) for parts sealed with one key: handed over once, and never kept."""
    rows = [
        {name: row.manifest[name] for name in ("stage", "part", "seq")}
        | {"manifest": row.id, "identity": row.identity}
        for row in sealed
    ]
    first = sealed[0].manifest
    document = {name: first[name] for name in ("v", "tender", "round", "bidder")}
    return rfc8785.dumps(document | {"key": codec.b64(key), "envelopes": rows})


def read_key_file(data):
    """Return a key file as a dict; refuses with `envelope.key-file.invalid` whatever else was picked."""
    code = "envelope.key-file.invalid"
    try:
        document = json.loads(data[:MAX_KEY_FILE])
    except (ValueError, RecursionError):
        raise SealingError(code, defect="json") from None
    require_shape(document, KEY_FILE, code)
    return document
