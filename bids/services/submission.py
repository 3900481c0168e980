"""A bid from the first draft to the last receipt: sealing, presenting, replacing, withdrawing (rules 35, 59;
decisions 12-16, 19).

What a bidder writes passes through memory alone: on the disk there is ciphertext, in the database there are
names and digests.
"""

import os
import secrets
from collections import Counter

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids import sealing
from bids.guards import bids as guards
from bids.models import Attempt, Bid, Envelope
from bids.refusals import explained
from bids.sealing import SealingError, codec
from procurement import roles
from procurement.guards.custody import settled
from procurement.log import record
from procurement.models import Log
from procurement.services import notices
from procurement.workflow import Blocked, Refusal, advance, check, lock

PREPARING = ("announced", "integrated")  # the states of a tender in which a bid may be prepared

NOT_PREPARING = Refusal(
    "bid.draft.call-not-open",
    _("Bids are prepared while the call is open: from the announcement until the deadline."),
    _("domain 4.5"),
)
STALE = Refusal(
    "access.record.changed-meanwhile",
    _("Your draft was changed in another window. Look at the new version and save again."),
    _("decision 33"),
)
ONE_BID = Refusal(
    "bid.draft.other-bidder",
    _("From this account a bid of %(bidder)s is presented already. One account has one bid in a call."),
    _("terms 7.2"),
)
NO_KEYS = Refusal(
    "custody.kit.missing",
    _("The keys of the envelopes are not in the log yet. You can prepare everything; seal once they are."),
    _("decision 13"),
)
CIPHERTEXT_LOST = Refusal(
    "bid.upload.hash-mismatch",
    _("What the server holds is not what you sealed. Nothing was presented. Seal again."),
    _("sobre/1"),
)
RETURN_NOTHING = Refusal(
    "bid.return.nothing",
    _("There are no envelopes of an earlier round to give back."),
    _("decision 19"),
)


@transaction.atomic
def begin(tender, *, bidder, by):
    """Begin the draft of a bid in the present round; who has one already goes on with it.

    Not an event of the procedure: who prepares a bid is nobody's business.
    """
    tender = lock(tender, by=by)
    if bidder.account_id != by.pk:
        raise PermissionDenied
    if tender.state not in PREPARING:
        raise Blocked(NOT_PREPARING)
    for other in Bid.objects.of(by).filter(tender=tender, round=tender.round).exclude(bidder=bidder):
        if other.seq:
            raise Blocked(ONE_BID.about(bidder=other.bidder))
        drop(other.envelopes.all())
        other.delete()
    return draft_of(tender, bidder)


def draft_of(tender, bidder):
    """Return the bid of this bidder in the present round, made where there is none."""
    salt = sealing.new_salt()
    named = {"salt": salt.hex(), "pseudonym": pseudonym(salt.hex(), bidder)}
    found, _created = Bid.objects.get_or_create(
        tender=tender, bidder=bidder, round=tender.round, defaults=named
    )
    found.tender, found.bidder = tender, bidder
    return found


def pseudonym(salt, bidder):
    """Return how the log names a bidder until the opening (decision 14)."""
    with explained():
        return sealing.bidder_pseudonym(bytes.fromhex(salt), bidder.identifiers())


@transaction.atomic
def remember(bid, *, version, ticks, by):
    """Keep the ticks of a draft; what is written rests with the bidder (decision 15)."""
    bid = lock(bid, by=by)
    require_owner(bid, by)
    if bid.version != version:
        raise Blocked(STALE)
    bid.draft |= {"ticks": sorted(ticks)}
    bid.save()
    return bid


def require_owner(bid, by):
    if bid.bidder.account_id is None or bid.bidder.account_id != by.pk:
        raise PermissionDenied


# --- sealing ---


class _Sink:
    """A file of ciphertext that appears whole or not at all."""

    def __init__(self):
        self.name = f"sealed/{secrets.token_hex(16)}.age"
        self.path = default_storage.path(self.name)
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        self.file = open(self.path, "xb")  # noqa: SIM115 - closed by `close` or `discard`
        self.write = self.file.write

    def close(self):
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()

    def discard(self):
        self.file.close()
        remove(self.path)


def remove(path):
    """Remove a file; one that is gone already is gone."""
    if os.path.exists(path):
        os.remove(path)


class Sealing:
    """One sealing of a bid while its files arrive: `add` a file to a part, `feed` it, `finish`.

    Only ciphertext goes to the disk, one chunk is in memory. The bidder's key is made here, or comes in the
    key file where the bid was presented before; `finish` hands it back once, and it is forgotten.
    """

    def __init__(self, bid, *, by):
        require_owner(bid, by)
        self.bid, self.by = bid, by
        self.kits = {kit.stage: kit.body for kit in bid.tender.kits.filter(round=bid.tender.round)}
        if not self.kits:
            raise Blocked(NO_KEYS)
        self.key = None if bid.bidder_key else sealing.new_bidder_key()
        self.last = {(each.stage, each.part): each for each in numbered(bid)}
        self.sealers = {}
        self.names = Counter()
        self.sinks = []
        self.finished = False

    @property
    def part(self):
        """Where papers go: to the committee alone, if the keys of the call have readers."""
        return "reserved" if self.kits[1]["readers"] else "public"

    @property
    def offer_stage(self):
        """Where the offer goes: into envelope 2, or into the only one (rules 59, 66)."""
        return max(self.kits)

    def use_key_file(self, data):
        """Take the signing key from the file that the bidder saved; refuse the file of another bid."""
        with explained():
            self.key = key_in(data, self.bid)

    def add(self, stage, part, name):
        """Begin a file in a part; a name that is there already gets a number."""
        with explained():
            self.current = self.sealers.get((stage, part)) or self._open(stage, part)
            kept = self._unused(stage, part, sealing.tidy_name(name))
            self.current.add(kept)
            return kept

    def feed(self, chunk):
        with explained():
            self.current.feed(chunk)

    def put(self, stage, part, name, data):
        """Add a small file that is whole already."""
        self.add(stage, part, name)
        self.feed(data)

    def _unused(self, stage, part, name):
        self.names[stage, part, name.casefold()] += 1
        times = self.names[stage, part, name.casefold()]
        return name if times == 1 else self._unused(stage, part, f"{times}-{name}")

    def _open(self, stage, part):
        if self.key is None:
            raise SealingError("envelope.key-file.missing")
        last = self.last.get((stage, part))
        sink = _Sink()
        self.sinks.append(sink)
        self.sealers[stage, part] = sealing.Sealer(
            self.kits[stage],
            part,
            bidder=self.bid.pseudonym,
            key=self.key,
            sink=sink,
            seq=last.seq + 1 if last else 1,
            replaces=last.manifest_sha256 if last else None,
        )
        return self.sealers[stage, part]

    def finish(self, declared=()):
        """Close and keep every part; return the key file (bytes), for the bidder alone.

        `declared` names what is said to lie in envelope 1, and shows before it is opened: the guarantee.
        """
        with explained():
            sealed = [sealer.finish() for sealer in self.sealers.values()]
        for sink in self.sinks:
            sink.close()
        with transaction.atomic():
            keep(self.bid, sealed, self.sinks, declared, by=self.by)
        self.finished = True
        return sealing.key_file(self.key, sealed)

    def discard(self):
        """Throw away what was sealed until here, as if nothing had been sent."""
        for sink in self.sinks:
            sink.discard()


def numbered(bid):
    """Return the envelopes of a bid that were presented once, the last of each part at the end."""
    return bid.envelopes.exclude(status=Envelope.Status.SEALED).order_by("seq")


def keep(bid, sealed, sinks, declared, *, by):
    """Put sealed envelopes in the place of those that were sealed before and never presented."""
    bid = lock(bid, by=by)
    bid.draft |= {"declared": sorted(declared)}
    bid.save()
    drop(bid.envelopes.sealed())
    Envelope.objects.bulk_create(
        Envelope(
            tender=bid.tender,
            bid=bid,
            stage=each.manifest["stage"],
            part=each.manifest["part"],
            seq=each.manifest["seq"],
            manifest=each.manifest,
            signature=each.sig,
            manifest_sha256=each.id,
            ciphertext=sink.name,
            means=Envelope.Means.SERVER,
            received_at=bid.judged_at,
        )
        for each, sink in zip(sealed, sinks, strict=True)
    )


def drop(envelopes):
    """Delete envelopes that were never presented, and their ciphertext once that is certain."""
    forget(envelopes)
    envelopes.delete()


def forget(envelopes):
    """Remove the ciphertext of envelopes that count no more, once that is certain; the log keeps the hash."""
    paths = [each.ciphertext.path for each in envelopes if each.ciphertext]
    transaction.on_commit(lambda: [remove(path) for path in paths])


def key_in(data, bid):
    """Return the signing key in a key file; refuses the file of another bid."""
    document = sealing.read_key_file(data)
    key = codec.unb64(document["key"])
    if sealing.verify_key(key) != bid.bidder_key:
        raise SealingError("envelope.key.not-the-bidders")
    return key


# --- presenting ---


def present(bid, *, stamp, by):
    """Present or replace a bid: `stamp`, when the whole request was received, decides (decision 12).

    A refused attempt is kept as evidence and told at once; then the refusal goes on to whoever asked.
    """
    try:
        with transaction.atomic():
            return hand_over(bid, stamp, by)
    except Blocked as blocked:
        keep_attempt(bid, blocked, stamp, by)
        raise


def hand_over(bid, stamp, by):
    bid = lock(bid, by=by, at=stamp)
    sealed = list(bid.envelopes.sealed())
    require_ciphertexts(sealed)
    private = {"account": f"user:{by.pk}", "bidder": bid.bidder_id}
    bid = advance(bid, "submit", by=by, at=stamp, actor=bid.pseudonym, private=private)
    for envelope in sealed:
        enter(bid, envelope, stamp)
    bid.bidder_key = sealed[0].manifest["bidder_key"]
    state_head(bid)
    tell_presented(bid, by, stamp)
    return bid


def require_ciphertexts(envelopes):
    """Refuse to present what was sealed here and the disk does not hold as it was sealed."""
    for envelope in envelopes:
        if envelope.received_at is None:
            continue
        path = envelope.ciphertext.path
        size = os.path.getsize(path) if os.path.exists(path) else None
        if size != envelope.manifest["ciphertext"]["size"]:
            raise Blocked(CIPHERTEXT_LOST)


def enter(bid, envelope, stamp):
    """Put one envelope into the log as `sobre/1` has it; the one that it replaces counts no more."""
    facts = sealing.manifest_entry(envelope.manifest, envelope.signature)
    event = record(bid.tender, "manifest", by=bid.pseudonym, at=stamp, **facts)
    place = {"stage": envelope.stage, "part": envelope.part}
    replaced = bid.envelopes.presented().filter(**place)
    forget(replaced)
    replaced.update(status=Envelope.Status.REPLACED)
    envelope.status = Envelope.Status.PRESENTED
    envelope.presented_at, envelope.log_index = stamp, event.body["index"]
    envelope.save()


def state_head(bid):
    """Keep the head of the log after the presentation: the receipt states it."""
    head = Log.objects.get(origin=bid.tender.log_origin)
    bid.log_size, bid.log_root = head.size, head.root
    bid.save()


def tell_presented(bid, by, stamp):
    subject = _("Your bid is presented")
    text = _("Keep the receipt and your key file. You may replace or withdraw the bid until the deadline.")
    notices.tell([by], tender=bid.tender, subject=subject, text=text, at=stamp)


@transaction.atomic
def keep_attempt(bid, blocked, stamp, by, digest=None):
    """Keep a refused attempt as evidence, and tell the bidder at once."""
    tender = lock(bid.tender, by=by, at=stamp)
    sealed = bid.envelopes.sealed().first()
    if digest is None:
        digest = sealed.manifest_sha256 if sealed else ""
    code = blocked.codes[0]
    Attempt.objects.create(tender=tender, bidder=bid.bidder, at=stamp, code=code, digest=digest, by=by)
    private = {"account": f"user:{by.pk}", "bidder": bid.bidder_id}
    record(tender, "attempt", by=bid.pseudonym, at=stamp, private=private, codes=blocked.codes, digest=digest)
    text = " ".join(refusal.sentence for refusal in blocked.refusals)
    notices.tell([by], tender=tender, subject=_("Your bid was not received"), text=text, at=stamp)


@transaction.atomic
def withdraw(bid, *, key_file, stamp, by):
    """Take the bid back before the deadline, signed with the key in the bidder's key file."""
    bid = lock(bid, by=by, at=stamp)
    require_owner(bid, by)
    check(bid, *guards.TO_WITHDRAW)
    with explained():
        key = key_in(key_file, bid)
    standing = bid.envelopes.presented()
    entries = [sealing.withdrawal_entry(each.manifest_sha256, key) for each in standing]
    return take_back(bid, entries, stamp=stamp, by=by)


def take_back(bid, entries, *, stamp, by):
    """Withdraw a bid with the signed entry of each of its envelopes, whose ciphertext goes."""
    private = {"account": f"user:{by.pk}", "bidder": bid.bidder_id}
    bid = advance(bid, "withdraw", by=by, at=stamp, actor=bid.pseudonym, private=private)
    for facts in entries:
        record(bid.tender, "withdraw", by=bid.pseudonym, at=stamp, **facts)
    forget(bid.envelopes.presented())
    bid.envelopes.presented().update(status=Envelope.Status.WITHDRAWN)
    drop(bid.envelopes.sealed())
    state_head(bid)
    text = _("Your envelopes stay closed. Until the deadline you may present again.")
    notices.tell([by], tender=bid.tender, subject=_("Your bid is withdrawn"), text=text, at=stamp)
    return bid


# --- after a return to an earlier phase, and what others may know ---


@transaction.atomic
def return_earlier_rounds(tender, *, by):
    """Record the envelopes of earlier rounds as returned unopened: bids come anew (decision 19)."""
    tender = lock(tender, by=by)
    at = tender.judged_at
    roles.require(by, "return_envelopes", tender, at)
    old = list(tender.bids.filter(round__lt=tender.round, state=Bid.State.SUBMITTED))
    if not old:
        raise Blocked(RETURN_NOTHING)
    for bid in old:
        bid = advance(bid, "give_back", by=by, at=at, round=bid.round)
        forget(bid.envelopes.presented())
        bid.envelopes.presented().update(status=Envelope.Status.RETURNED)
        if bid.bidder.account:
            text = _("The call went back to an earlier phase. Your envelopes were not opened; present again.")
            subject = _("Your envelopes are returned unopened")
            notices.tell([bid.bidder.account], tender=tender, subject=subject, text=text, at=at)
    return old


def number_is_public(tender):
    """Whether everybody may know how many bids there are (decision 16)."""
    return tender.closed_at is not None or settled(tender, "receipts_public") == "presentation"


def number_presented(tender):
    """Return how many bids stand in the present round, or None while that is not public."""
    return tender.bids.presented().count() if number_is_public(tender) else None
