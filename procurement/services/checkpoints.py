"""Signed heads of the logs, proofs against them, and the words that are read aloud (decision 13)."""

import base64
import unicodedata
from datetime import timedelta
from functools import cache

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from mnemonic import Mnemonic

from procurement import chronicle, clock, log_key, proofs, signed_note
from procurement.log import INSTALLATION
from procurement.models import Checkpoint, Cosignature, Event, Log, Tender
from procurement.workflow import Blocked, Refusal

OF_LATE = timedelta(days=7)
NO_KEY = Refusal(
    "log.key.missing",
    _("This installation has no log key that its log knows: nothing can be signed. Its host makes one."),
    _("decision 13"),
)


def size_of(subject):
    """Return how many events a log has."""
    found = Log.objects.filter(origin=subject.log_origin).values_list("size", flat=True)
    return found.first() or 0


def shown_size(subject):
    """Return how much of a log everybody may see: all of it, or what is not kept back (decision 16)."""
    kept, size = chronicle.kept_back(subject), size_of(subject)
    return size if kept is None else min(kept, size)


def stated_of(subject, size):
    """Return what a checkpoint states; that of a tender embeds the head of the installation's log."""
    origin, more = subject.log_origin, ()
    if origin != INSTALLATION.log_origin and (other := size_of(INSTALLATION)):
        root = proofs.root_at(INSTALLATION.log_origin, other)
        more = (f"{INSTALLATION.log_origin} {other} {base64.b64encode(root).decode()}",)
    return signed_note.Checkpoint(origin, size, proofs.root_at(origin, size), more)


@transaction.atomic
def issue(subject, size, *, at):
    """Return the checkpoint of a log at a size, signed now unless it was before; each size is signed once."""
    if found := issued(subject).filter(size=size).first():
        return found
    seed = log_key.present()
    if seed is None:
        raise Blocked(NO_KEY)
    note = signed_note.sign(stated_of(subject, size), seed)
    made, _created = Checkpoint.objects.get_or_create(
        log=subject.log_origin, size=size, defaults={"note": note, "issued_at": at}
    )
    return made


def issued(subject):
    """Return the checkpoints of a log that were signed until now."""
    return Checkpoint.objects.filter(log=subject.log_origin)


def note_of(checkpoint):
    """Return the note with every cosignature that came in since."""
    lines = checkpoint.cosignatures.values_list("line", flat=True)
    return checkpoint.note + "".join(lines)


def receipt(subject, index, size, *, at):
    """Return the proof that an event stands in the log: what is hashed, the path, the signed head.

    Whoever has it needs nothing of ours to check it, and nobody can deny it later.
    """
    event = Event.objects.of(subject).get(index=index)
    path = proofs.inclusion(subject.log_origin, index, size)
    return {
        "index": index,
        "leaf": event.leaf.decode(),
        "proof": [base64.b64encode(each).decode() for each in path],
        "checkpoint": note_of(issue(subject, size, at=at)),
    }


# Words


@cache
def _list():
    return Mnemonic("spanish")


def words_of(root):
    """Return the twelve words (BIP 39, Spanish) of a root (32 bytes), as the chair reads them aloud."""
    return unicodedata.normalize("NFC", _list().to_mnemonic(root[:16])).split()


def closing_size(tender):
    """Return the size of the log with its last `close`, or None while the call is not closed."""
    closes = Event.objects.of(tender).filter(body__action="close").order_by("-index")
    found = closes.values_list("index", flat=True).first()
    return None if found is None else found + 1


def closing_words(tender):
    """Return the words of the log as it was at its close, or None."""
    size = closing_size(tender)
    return size and words_of(proofs.root_at(tender.log_origin, size))


def unsigned_closes(at):
    """Return the calls that closed of late and whose head at the close is not signed, if there is a key."""
    if log_key.present() is None:
        return []
    closed = Tender.objects.filter(closed_at__gt=at - OF_LATE)
    return [each for each in closed if not issued(each).filter(size=closing_size(each) or 0).exists()]


def sign_close(tender):
    """Sign the head of a log as it was at the close, by the clock."""
    return issue(tender, closing_size(tender), at=clock.now())


# Witnesses


def cosigned(subject):
    """Return the cosignatures under the heads of a log, the latest first, with witness and head."""
    found = Cosignature.objects.filter(checkpoint__log=subject.log_origin)
    return found.select_related("witness", "checkpoint").order_by("-checkpoint__size", "-pk")
