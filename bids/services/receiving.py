"""Envelopes that the bidder's own device sealed: presented by their manifests, received in pieces, withdrawn
by signature (clause 16 of the terms; decisions 12, 14, 17).

No key and nothing readable comes here. What is presented before the deadline is fixed by its hash; its bytes
may arrive until the grace of the terms is over, and always before the opening.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids import sealing
from bids.guards import bids as guards
from bids.models import Envelope
from bids.refusals import explained
from bids.sealing import SealingError
from bids.services import submission
from procurement.guards.custody import settled
from procurement.guards.problems import lazily_shown
from procurement.log import record
from procurement.workflow import Blocked, Refusal, check, lock

LARGEST_PIECE = 4 << 20  # bytes
BLOCK = 1 << 20
MOST_PARTS = 4  # two envelopes, each with a public and a reserved part
TERMS = _("clause 16.2 of the terms")

DUPLICATE = Refusal(
    "envelope.manifest.duplicate",
    _("This envelope was presented before. To replace it, seal again: each seal is used once."),
    _("sobre/1"),
)
FOREIGN = Refusal(
    "envelope.bidder.foreign",
    _("This envelope was sealed for another bidder or another round. It was not received. Seal it again."),
    _("decision 14"),
)
OUT_OF_ORDER = Refusal(
    "envelope.order.invalid",
    _(
        "This envelope does not follow the last one that you presented. Open the page again, so that it "
        "knows the last, and seal again."
    ),
    _("sobre/1"),
)
TOO_LARGE = Refusal(
    "bid.upload.too-large",
    _("The files come to %(size)s MB and the limit is %(limit)s MB. Scan in lower quality, and seal again."),
    TERMS,
)
TOO_LATE = Refusal(
    "bid.upload.deadline-passed",
    _(
        "The file had not arrived whole before %(until)s: %(percent)s %% was here. By clause 16.2 of the "
        "terms the bid counts as not presented."
    ),
    TERMS,
)
NOT_AWAITED = Refusal(
    "bid.upload.not-awaited",
    _("This envelope was replaced or taken back. Nothing of it is received any more."),
    TERMS,
)
ANOTHER_PLACE = Refusal(
    "bid.upload.another-place",
    _("The file goes on at byte %(offset)s. The page takes it up there by itself."),
    TERMS,
)
ANOTHER_WRITER = Refusal(
    "bid.upload.another-writer",
    _("The same file is being sent from another window. One is enough: close the other."),
    TERMS,
)
TOO_MUCH = Refusal(
    "bid.upload.piece-too-large",
    _("A piece of a file has at most 4 MB, and no more than is missing. Nothing of it was kept."),
    TERMS,
)
NO_SPACE = Refusal(
    "bid.upload.no-space",
    _(
        "The server has no space now. What you presented is noted and its hour counts. The page tries again "
        "by itself."
    ),
    TERMS,
)
ANOTHER_FILE = Refusal(
    "bid.upload.hash-mismatch",
    _("What arrived is not what you sealed. It was thrown away; send the file that you sealed once more."),
    TERMS,
)


# --- presenting ---


def present(bid, *, parts, declared, means, stamp, by):
    """Present or replace a bid by what was sealed elsewhere: `parts` are manifests with their signatures.

    `stamp`, when the whole request was received, decides (decision 12). Presenting the same again, because
    the answer was lost on its way, changes nothing. A refused attempt is kept as evidence and told at once.
    """
    submission.require_owner(bid, by)
    if is_presented(bid, parts):
        return bid
    try:
        with transaction.atomic():
            locked = lock(bid, by=by, at=stamp)
            take(locked, parts, declared, means)
            return submission.hand_over(locked, stamp, by)
    except Blocked as blocked:
        submission.keep_attempt(bid, blocked, stamp, by, digest=name_of(parts[0][0]) if parts else "")
        raise


def is_presented(bid, parts):
    """Whether what stands presented is exactly this."""
    standing = set(bid.envelopes.presented().values_list("manifest_sha256", "signature"))
    return bool(standing) and standing == {(name_of(manifest), sig) for manifest, sig in parts}


def name_of(manifest):
    """Return the id of whatever was sent as a manifest; nothing where that is no canonical JSON."""
    try:
        return sealing.fingerprint(manifest)
    except ValueError:
        return ""


def take(bid, parts, declared, means):
    """Put manifests that are whole, signed and next in order in the place of what was sealed before."""
    kits = {kit.stage: kit.body for kit in bid.tender.kits.filter(round=bid.round)}
    if not kits:
        raise Blocked(submission.NO_KEYS)
    if not parts:
        raise Blocked(OUT_OF_ORDER)
    with explained():
        sealed = [(manifest, sig, verified(kits, manifest, sig)) for manifest, sig in parts[:MOST_PARTS]]
    require_next(bid, [manifest for manifest, _sig, _id in sealed], [name for *_rest, name in sealed])
    require_room(sealed)
    submission.drop(bid.envelopes.sealed())
    bid.draft |= {"declared": sorted(declared)}
    bid.save()
    Envelope.objects.bulk_create(awaited(bid, means, *each) for each in sealed)


def verified(kits, manifest, sig):
    """Return the id of a manifest of one of these kits; refuse whatever else was sent."""
    stage = manifest.get("stage") if isinstance(manifest, dict) else None
    if stage not in kits:
        raise SealingError("envelope.shape.invalid", defect="stage")
    return sealing.verify_manifest(kits[stage], manifest, sig)


def awaited(bid, means, manifest, sig, name):
    """Return an envelope whose bytes are to come."""
    return Envelope(
        tender=bid.tender,
        bid=bid,
        stage=manifest["stage"],
        part=manifest["part"],
        seq=manifest["seq"],
        manifest=manifest,
        signature=sig,
        manifest_sha256=name,
        ciphertext=f"sealed/{secrets.token_hex(16)}.age",
        means=means,
    )


def require_next(bid, manifests, names):
    """Refuse parts that are not this bidder's, were presented before, or do not follow the last ones."""
    last = {(each.stage, each.part): each for each in submission.numbered(bid)}
    keys = {manifest["bidder_key"] for manifest in manifests} | {bid.bidder_key or manifests[0]["bidder_key"]}
    places = [(manifest["stage"], manifest["part"]) for manifest in manifests]
    if bid.tender.envelopes.filter(manifest_sha256__in=names).exclude(status="sealed").exists():
        raise Blocked(DUPLICATE)
    if any(manifest["bidder"] != bid.pseudonym for manifest in manifests):
        raise Blocked(FOREIGN)
    with explained():
        if len(keys) > 1:
            raise SealingError("envelope.key.not-the-bidders")
    follows = [follow(last.get(place)) for place in places]
    if len(set(places)) < len(places) or follows != [(m["seq"], m["replaces"]) for m in manifests]:
        raise Blocked(OUT_OF_ORDER)


def follow(last):
    """Return the number that comes next in a place, and what it replaces."""
    return (last.seq + 1, last.manifest_sha256) if last else (1, None)


def require_room(sealed):
    """Refuse more bytes than one bidder may leave here."""
    size = sum(manifest["ciphertext"]["size"] for manifest, _sig, _id in sealed)
    if size > settings.BIDDER_QUOTA:
        facts = {"size": -(-size // 1_000_000), "limit": settings.BIDDER_QUOTA // 1_000_000}
        raise Blocked(TOO_LARGE.about(**facts))


# --- receiving, piece by piece ---


def until(tender):
    """Return until when what was presented in time may finish arriving."""
    return tender.schedule.submission_deadline + timedelta(minutes=settled(tender, "upload_grace_minutes", 0))


def offset_of(envelope):
    """Return how many bytes of an envelope are here."""
    path = envelope.ciphertext.path
    return os.path.getsize(path) if os.path.exists(path) else 0


def receive(envelope, *, offset, piece, stamp, by):
    """Append a piece at `offset`; return how many bytes are here now, safely on the disk.

    Whole and as sealed, it is noted in the log; whole and something else, it is thrown away and begun anew.
    """
    submission.require_owner(envelope.bid, by)
    try:
        require_awaited(envelope, stamp)
    except Blocked as blocked:
        keep_once(envelope, blocked, stamp, by)
        raise
    if envelope.received_at:
        return envelope.manifest["ciphertext"]["size"]
    with alone(envelope) as file:
        here = append(envelope, file, offset, piece)
        if here == envelope.manifest["ciphertext"]["size"]:
            require_hash(envelope, file)
            note_received(envelope, stamp, by)
    return here


def require_awaited(envelope, stamp):
    end = until(envelope.tender)
    if envelope.status != Envelope.Status.PRESENTED:
        raise Blocked(NOT_AWAITED)
    if stamp >= end and not envelope.received_at:
        raise Blocked(TOO_LATE.about(until=lazily_shown(end), percent=percent(envelope)))


def keep_once(envelope, blocked, stamp, by):
    """Keep as evidence that bytes came too late, and tell the bidder; every further piece says the same."""
    name, code = envelope.manifest_sha256, TOO_LATE.code
    known = envelope.tender.attempts.filter(digest=name, code=code)
    if blocked.codes == [code] and not known.exists():
        submission.keep_attempt(envelope.bid, blocked, stamp, by, digest=name)


def percent(envelope):
    return 100 * offset_of(envelope) // envelope.manifest["ciphertext"]["size"]


@contextmanager
def alone(envelope):
    """Hold the file of an envelope against other writers, in this process and in others."""
    path = envelope.ciphertext.path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Blocked(ANOTHER_WRITER) from None
        yield file


def append(envelope, file, offset, piece):
    """Write a piece where the file ends, and wait until the disk has it."""
    here, size = file.seek(0, os.SEEK_END), envelope.manifest["ciphertext"]["size"]
    if offset != here:
        raise Blocked(ANOTHER_PLACE.about(offset=here))
    if len(piece) > min(LARGEST_PIECE, size - here):
        raise Blocked(TOO_MUCH)
    if shutil.disk_usage(file.name).free < 2 * len(piece):
        raise Blocked(NO_SPACE)
    try:
        file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    except OSError:
        os.ftruncate(file.fileno(), here)
        raise Blocked(NO_SPACE) from None
    return here + len(piece)


def require_hash(envelope, file):
    """Refuse a whole file that is not what was sealed, and make room for the right one."""
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    if digest.hexdigest() != envelope.manifest["ciphertext"]["sha256"]:
        os.ftruncate(file.fileno(), 0)
        raise Blocked(ANOTHER_FILE)


@transaction.atomic
def note_received(envelope, stamp, by):
    """Note that an envelope is here whole; one that was replaced meanwhile is not waited for any more."""
    bid = lock(envelope.bid, by=by, at=stamp)
    if not bid.envelopes.presented().filter(pk=envelope.pk).update(received_at=stamp):
        raise Blocked(NOT_AWAITED)
    size = envelope.manifest["ciphertext"]["size"]
    facts = {"v": "sobre/1", "manifest": envelope.manifest_sha256, "size": size}
    record(bid.tender, "received", by=bid.pseudonym, at=stamp, **facts)


def unfinished(bid):
    """Return what was presented and is not here whole."""
    return bid.envelopes.presented().filter(received_at=None)


# --- withdrawing ---


@transaction.atomic
def withdraw(bid, *, signatures, stamp, by):
    """Take the bid back before the deadline: `signatures` by manifest, made elsewhere by the bidder's key."""
    bid = lock(bid, by=by, at=stamp)
    submission.require_owner(bid, by)
    check(bid, *guards.TO_WITHDRAW)
    standing = list(bid.envelopes.presented())
    with explained():
        for envelope in standing:
            name = envelope.manifest_sha256
            sealing.verify_withdrawal(name, bid.bidder_key, signatures.get(name, ""))
    entries = [
        {"v": "sobre/1", "manifest": each.manifest_sha256, "sig": signatures[each.manifest_sha256]}
        for each in standing
    ]
    return submission.take_back(bid, entries, stamp=stamp, by=by)
