"""What custodians hand over, how an envelope opens with it, and who is to blame (docs/sobre-1.md §8, §9)."""

import hashlib
import json
import secrets
from typing import NamedTuple

import pyrage

from . import age, codec, shamir
from .codec import VERSION, SealingError, b64, fingerprint, unb64
from .envelope import CHUNK, SHARE, check_manifest, commitment, context_of
from .kit import SEATS, kit_hash

COMMON = {
    "v": codec.equals(VERSION),
    "manifest": codec.is_hex,
    "i": SEATS,
    "mode": codec.one_of("check", "release"),
    "sig": codec.b64_of(64),
}
RELEASE = codec.equals("release")
SHAPES = {
    "ok": {"ok": codec.equals(True), "mode": codec.equals("check")},
    "share": {"share": codec.b64_of(SHARE), "mode": RELEASE},
    "readers": {
        "readers": [{"i": SEATS, "ct": codec.b64_of(age.size_of(32 + SHARE))}],
        "mode": RELEASE,
    },
    "complaint": {"complaint": codec.text("[a-z.-]{1,60}")},
}
DEAL = {"esk": [codec.b64_of(32)], "shares": [codec.b64_of(SHARE)]}


class Verdict(NamedTuple):
    """Who failed (`bidder`, `custodian`, None where nobody can be named), which custodian, and how."""

    who: str | None
    i: int | None
    code: str


class Outcome(NamedTuple):
    """What releases yield: the envelope's key or None, who failed, how many shares each group still lacks."""

    identity: str | None
    verdicts: list[Verdict]
    missing: dict[str, int]

    def __repr__(self):
        state = "opens" if self.identity else "shut"
        return f"Outcome({state}, {self.verdicts}, missing={self.missing})"


# What a custodian does


def _key(identity):
    """Return what pyrage opens with, from an identity spelled as people paste it."""
    return pyrage.x25519.Identity.from_str(codec.identity(codec.secret_of(identity)))


def _opened(data, identity):
    """Return the plaintext of a small age file, or None where this identity does not open it."""
    try:
        return pyrage.decrypt(data, [_key(identity)])
    except pyrage.DecryptError:
        return None


def _share_in(manifest, i, data, identity):
    """Return the share in an age file; refuses with what a custodian complains of."""
    context, plain = context_of(manifest), _opened(data, identity)
    if plain is None or len(plain) != len(context) + SHARE:
        raise SealingError("share.ciphertext.unreadable")
    if plain[: len(context)] != context:
        raise SealingError("share.context.foreign")
    return _committed(manifest, i, plain[len(context) :])


def _row(rows, i):
    return next((row for row in rows if row["i"] == i), None)


def _committed(manifest, i, share):
    if commitment(context_of(manifest), i, share) != _row(manifest["shares"], i)["commit"]:
        raise SealingError("share.commitment.mismatch")
    return share


def _require_sheet(kit, i, identity, sign_key):
    row = _row(kit["custodians"], i)
    if not row or codec.recipient_for(identity) != row["recipient"]:
        raise SealingError("custody.sheet.not-in-kit")
    if codec.verify_key(sign_key) != row["verify"]:
        raise SealingError("custody.sheet.not-in-kit")


def _handed_over(kit, manifest, share, rng):
    """Return the share as it travels: bare for a public part, encrypted to each reader for a reserved one."""
    if manifest["part"] == "public":
        return {"share": b64(share)}
    plain = context_of(manifest) + share
    return {
        "readers": [
            {"i": row["i"], "ct": b64(age.encrypt(plain, codec.public_of(row["recipient"]), age.draw(rng)))}
            for row in kit["readers"]
        ]
    }


def release(kit, manifest, i, identity, sign_key, mode="check", rng=secrets.token_bytes):
    """Return the signed word of custodian `i` on an envelope: the share is good, here it is, or a complaint.

    `mode="check"` reveals nothing. Nothing is signed for another kit (`custodian.release.foreign-envelope`)
    or with another sheet (`custody.sheet.not-in-kit`). Ask only for manifests of `opening_list`.
    """
    if mode not in ("check", "release"):
        raise ValueError(mode)
    if manifest["kit"] != kit_hash(kit):
        raise SealingError("custodian.release.foreign-envelope")
    check_manifest(kit, manifest)
    _require_sheet(kit, i, identity, sign_key)
    body = {"v": VERSION, "manifest": fingerprint(manifest), "i": i, "mode": mode}
    try:
        share = _share_in(manifest, i, unb64(_row(manifest["shares"], i)["ct"]), identity)
    except SealingError as complaint:
        body["complaint"] = complaint.code
    else:
        body |= {"ok": True} if mode == "check" else _handed_over(kit, manifest, share, rng)
    return body | {"sig": codec.sign(sign_key, "sobre/1 release", body)}


def _require_release_shape(kit, manifest, released):
    kind = next((kind for kind in SHAPES if isinstance(released, dict) and kind in released), "ok")
    code = "custodian.release.shape-invalid"
    codec.require_shape(released, COMMON | SHAPES[kind], code)
    wrong = {"public": "readers", "reserved": "share"}[manifest["part"]]
    readers = [row["i"] for row in released.get("readers", kit["readers"])]
    if kind == wrong or readers != [row["i"] for row in kit["readers"]]:
        raise SealingError(code, defect=kind)


def verify_release(kit, manifest, released):
    """Refuse what is not the signed word of one of the kit's custodians on this envelope; return its number.

    Codes: `custodian.release.shape-invalid` (defect), `.foreign-envelope`, `.signature-invalid`. Whether a
    share fits its commitment is for `recombine` to say, with the blame.
    """
    _require_release_shape(kit, manifest, released)
    if released["manifest"] != fingerprint(manifest):
        raise SealingError("custodian.release.foreign-envelope")
    body = {name: value for name, value in released.items() if name != "sig"}
    row = _row(kit["custodians"], released["i"])
    if not row or not codec.is_signed(row["verify"], "sobre/1 release", body, released["sig"]):
        raise SealingError("custodian.release.signature-invalid")
    return released["i"]


# Opening


def _share_of(manifest, released, reading):
    """Return the good share in a verified release, None if it only says that it has one; otherwise refuse."""
    i = released["i"]
    if "complaint" in released:
        raise SealingError(released["complaint"])
    if "share" in released:
        return _committed(manifest, i, unb64(released["share"]))
    if "readers" in released and reading:
        reader, identity = reading
        return _share_in(manifest, i, unb64(_row(released["readers"], reader)["ct"]), identity)
    return None


def _sift(kit, manifest, releases, reading):
    """Return the good shares by custodian, who is in doubt, and verdicts on what nobody signed."""
    shares, doubted, verdicts = {}, set(), []
    for released in releases:
        try:
            i = verify_release(kit, manifest, released)
        except SealingError as forged:
            verdicts.append(Verdict(None, None, forged.code))
            continue
        try:
            share = _share_of(manifest, released, reading)
        except SealingError:
            doubted.add(i)
        else:
            shares |= {i: share} if share else {}
    return shares, sorted(doubted - shares.keys()), verdicts


def _missing(kit, shares):
    lacks = {group["id"]: group["k"] - len(shares.keys() & set(group["of"])) for group in kit["groups"]}
    return {group: count for group, count in lacks.items() if count > 0}


def _rebuilt(kit, shares):
    """Return the identity that the first `k` shares of each group make, or None where they make none."""
    chosen = [[shares[i] for i in group["of"] if i in shares][: group["k"]] for group in kit["groups"]]
    try:
        return codec.identity(shamir.xor(*map(shamir.interpolate, chosen)))
    except ValueError:
        return None


def recombine(kit, manifest, releases, reading=None):
    """Return what these releases of one envelope yield: its key, or what is missing, and who failed.

    For a reserved part, `reading` is (reader's number, reading identity).
    """
    check_manifest(kit, manifest)
    shares, doubted, verdicts = _sift(kit, manifest, releases, reading)
    missing = _missing(kit, shares)
    if missing:
        waiting = [Verdict(None, i, "share.doubt.unjudged") for i in doubted]
        return Outcome(None, verdicts + waiting, missing)
    identity = _rebuilt(kit, shares)
    if identity is None or codec.recipient_for(identity) != manifest["envelope"]:
        return Outcome(None, [*verdicts, Verdict("bidder", None, "envelope.key.not-rebuilt")], {})
    return Outcome(identity, verdicts + judge(kit, manifest, identity, doubted), {})


def _proof(manifest, identity):
    """Return the dealt shares and one-time secrets, in the kit's order, or None where the proof is none."""
    try:
        document = json.loads(_opened(unb64(manifest["deal"]), identity) or "")
    except (ValueError, RecursionError):
        return None
    if codec.defects(document, DEAL) or {len(row) for row in document.values()} != {len(manifest["shares"])}:
        return None
    return [tuple(map(unb64, pair)) for pair in zip(document["shares"], document["esk"], strict=True)]


def _was_dealt_well(manifest, custodian, share, ephemeral):
    context, row = context_of(manifest), _row(manifest["shares"], custodian["i"])
    public = codec.public_of(custodian["recipient"])
    return commitment(context, custodian["i"], share) == row["commit"] and age.is_encryption_of(
        unb64(row["ct"]), context + share, public, ephemeral
    )


def judge(kit, manifest, identity, doubted):
    """Return the verdicts of the dealer proof: the bidder for each share falsely dealt, else who was doubted.

    `identity` may be the bidder's own, where custodians did not suffice.
    """
    proof = _proof(manifest, identity)
    if proof is None:
        return [Verdict("bidder", None, "deal.bidder.false")]
    dealt = {row["i"]: share for row, (share, _) in zip(kit["custodians"], proof, strict=True)}
    false = {
        row["i"]
        for row, (share, ephemeral) in zip(kit["custodians"], proof, strict=True)
        if not _was_dealt_well(manifest, row, share, ephemeral)
    }
    verdicts = [Verdict("bidder", i, "share.bidder.false") for i in sorted(false)]
    if not all(shamir.agree([dealt[i] for i in group["of"]], group["k"]) for group in kit["groups"]):
        verdicts.insert(0, Verdict("bidder", None, "deal.bidder.false"))
    return verdicts + [Verdict("custodian", i, "share.custodian.false") for i in doubted if i not in false]


class _Watched:
    """Passes bytes on, knows their hash, size and beginning, and remembers a failure of what is beneath."""

    def __init__(self, stream):
        self.stream = stream
        self.sha256 = hashlib.sha256()
        self.size = 0
        self.head = b""
        self.failure = None

    def read(self, size=-1):
        data = self._beneath("read", size)
        self.sha256.update(data)
        self.size += len(data)
        self.head = (self.head + data)[: age.HEADER_SIZE] if len(self.head) < age.HEADER_SIZE else self.head
        return data

    def write(self, data):
        self._beneath("write", data)
        return len(data)

    def flush(self):
        """The sink's owner flushes it."""

    def _beneath(self, name, argument):
        try:
            return getattr(self.stream, name)(argument)
        except Exception as failure:  # a full disk is nobody's cheating: it must not be read as one
            self.failure = failure
            raise


def _decrypts(source, target, identity):
    try:
        pyrage.decrypt_io(source, target, [_key(identity)])
    except (pyrage.DecryptError, OSError):
        if failure := source.failure or target.failure:
            raise failure from None
        return False
    return True


def open_envelope(manifest, identity, ciphertext, sink):
    """Decrypt a ciphertext (something to read) into `sink`, with the key rebuilt or the bidder's own.

    Refuses with `envelope.key.foreign` before reading; with `envelope.ciphertext.changed` (who: server) or
    `envelope.ciphertext.unreadable` (who: bidder) after having written: then throw away what is in the sink.
    """
    if codec.recipient_for(identity) != manifest["envelope"]:
        raise SealingError("envelope.key.foreign")
    source, target = _Watched(ciphertext), _Watched(sink)
    opens = _decrypts(source, target, identity)
    while source.read(CHUNK):  # the hash is judged first, over the whole
        pass
    promised = manifest["ciphertext"]
    if source.sha256.hexdigest() != promised["sha256"]:
        raise SealingError("envelope.ciphertext.changed", who="server")
    if not opens or source.size != promised["size"] or not age.has_one_stanza(source.head):
        raise SealingError("envelope.ciphertext.unreadable", who="bidder")
