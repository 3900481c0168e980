"""Whoever cosigns the heads of a tender's log (C2SP cosignature/v1): observers of the JVS, each with a key.

The key is made from the witness's own sheet of words, in the witness's own browser or program; here only its
public half is known. To refuse a head that does not follow from the last is the work of that program; it is
asked here again, so that nothing contradictory is ever shown as cosigned.
"""

import base64
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procurement import proofs, roles, signed_note
from procurement.log import record
from procurement.models import Checkpoint, Cosignature, LogWitness
from procurement.workflow import Blocked, Refusal, lock

CLOCKS = timedelta(minutes=10)  # that the witness's clock and ours may differ
NO_KEY = Refusal(
    "log.witness.key-invalid",
    _("This is no public key of a witness. Let the page make it from your words."),
    _("C2SP tlog-cosignature"),
)
NAME_TAKEN = Refusal(
    "log.witness.name-taken",
    _("There is a witness of this name already. Choose another name."),
    _("C2SP tlog-cosignature"),
)
NOT_A_NOTE = Refusal(
    "log.cosignature.unreadable",
    _("This is no cosigned head of a log. Copy the whole text, from the name of the log to the last line."),
    _("C2SP tlog-cosignature"),
)
UNKNOWN = Refusal(
    "log.checkpoint.unknown",
    _("This installation never signed this head. Keep it: it may prove that somebody shows another log."),
    _("C2SP tlog-checkpoint"),
)
NOT_SIGNED = Refusal(
    "log.cosignature.invalid",
    _("None of its signatures is by your key. Type your words again, and compare them with the paper."),
    _("C2SP tlog-cosignature"),
)
INCONSISTENT = Refusal(
    "log.witness.inconsistent",
    _("This head does not follow from the one that you cosigned before. Tell the JVS and the notary now."),
    _("RFC 6962"),
)
CLOCK_WRONG = Refusal(
    "log.witness.clock-wrong",
    _("The clock of your device is wrong by more than ten minutes. Set it and sign again."),
    _("C2SP tlog-cosignature"),
)


@transaction.atomic
def enrol(tender, *, key, by):
    """Make known the public key with which an observer cosigns (a C2SP verifier key); one before it ends."""
    tender = lock(tender, by=by)
    at = tender.judged_at
    roles.require(by, "observe_tender", tender, at)
    try:
        name, kind, public = signed_note.read_verifier(key)
    except signed_note.BadNote:
        raise Blocked(NO_KEY) from None
    if kind != signed_note.COSIGNATURE or len(name) > 100 or name == tender.log_origin:
        raise Blocked(NO_KEY)
    if tender.log_witnesses.filter(name=name).exists():
        raise Blocked(NAME_TAKEN)
    tender.log_witnesses.filter(user=by, ended_at=None).update(ended_at=at)
    shown = base64.b64encode(public).decode()
    record(tender, "log-witness.begin", by=by, at=at, name=name, key=shown)
    return LogWitness.objects.create(tender=tender, user=by, name=name, public=shown, at=at)


def of(tender, user):
    """Return the key with which this observer cosigns now, or None."""
    return tender.log_witnesses.filter(user=user, ended_at=None).first()


@transaction.atomic
def cosign(tender, *, note, by):
    """Take the head of the log that a witness cosigned; it is shown with the head from now on."""
    tender = lock(tender, by=by)
    at = tender.judged_at
    roles.require(by, "observe_tender", tender, at)
    try:
        stated, signatures = signed_note.read(note.replace("\r\n", "\n").strip() + "\n")
    except signed_note.BadNote:
        raise Blocked(NOT_A_NOTE) from None
    checkpoint = Checkpoint.objects.filter(log=tender.log_origin, size=min(stated.size, 1 << 62)).first()
    if checkpoint is None or checkpoint.stated != stated:
        raise Blocked(UNKNOWN)
    witness, line, seconds = signature_in(tender, by, stated, signatures)
    require_consistent(tender, witness, stated)
    signed_at = datetime.fromtimestamp(seconds, UTC) if seconds < 1 << 40 else None
    if signed_at is None or not checkpoint.issued_at - CLOCKS <= signed_at <= at + CLOCKS:
        raise Blocked(CLOCK_WRONG)
    kept, _made = Cosignature.objects.get_or_create(
        checkpoint=checkpoint, witness=witness, defaults={"line": str(line), "signed_at": signed_at, "at": at}
    )
    return kept


def signature_in(tender, by, stated, signatures):
    """Return (witness, signature line, Unix seconds) of the line that this observer's key made."""
    witness = of(tender, by)
    public = witness and base64.b64decode(witness.public)
    for line in signatures if witness else []:
        seconds = signed_note.cosigned_at(line, stated, witness.name, public)
        if seconds is not None:
            return witness, line, seconds
    raise Blocked(NOT_SIGNED)


def require_consistent(tender, witness, stated):
    """Refuse a head that is not the log's own, comes before the last one, or does not follow from it."""
    before = witness.cosignatures.order_by("checkpoint__size").last()
    earlier = before and before.checkpoint.stated
    if stated.root != proofs.root_at(tender.log_origin, stated.size):
        raise Blocked(INCONSISTENT)
    if earlier and earlier.size > stated.size:
        raise Blocked(INCONSISTENT)
    if earlier and earlier.root != proofs.root_at(tender.log_origin, earlier.size):
        raise Blocked(INCONSISTENT)
