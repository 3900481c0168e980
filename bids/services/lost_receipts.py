"""A receipt whose entry our log does not have: after an older copy was put back, what a bidder holds proves
that an envelope had been presented (sealed/design.md §7). The log notes it; the same file comes again.
"""

import base64
import json

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procurement import log_key, merkle, signed_note
from procurement.log import record
from procurement.models import Event
from procurement.workflow import Blocked, Refusal, lock

LONGEST = 1 << 20  # bytes of a receipt
ACTION = "receipt.lost"
DESIGN = _("decision 13")

UNPROVED = Refusal(
    "receipt.file.unproved",
    _(
        "This is no receipt of this call, or our key did not sign it. Choose the file «constancia» as you "
        "saved it."
    ),
    DESIGN,
)
STANDS = Refusal(
    "receipt.file.stands",
    _("Everything that this receipt says stands in the log. Nothing is lost, and nothing is to be done."),
    DESIGN,
)
NOTED = Refusal(
    "receipt.file.noted", _("This receipt is noted already. Present the sealed file again."), DESIGN
)


def rows_of(file):
    """Return the entries of a receipt as (index, leaf, path, checkpoint, signatures)."""
    for row in json.loads(file.read(LONGEST))["receipts"]:
        path = [base64.b64decode(each, validate=True) for each in row["proof"]]
        yield int(row["index"]), row["leaf"].encode(), path, *signed_note.read(row["checkpoint"])


def proved(tender, file):
    """Return the entries (index, leaf) of a receipt, each proved by a head that our key signed."""
    keys = [base64.b64decode(key) for key, _at in log_key.published()]
    found = []
    try:
        for index, leaf, path, head, signatures in rows_of(file):
            ours = head.origin == tender.log_origin
            signed = any(signed_note.is_by(each, head, key) for each in signatures for key in keys)
            if not (ours and signed and merkle.root_through(leaf, index, head.size, path) == head.root):
                raise Blocked(UNPROVED)
            found.append((index, leaf))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Blocked(UNPROVED) from None
    if not found:
        raise Blocked(UNPROVED)
    return found


def noted(tender):
    """Return what was noted of such receipts: the facts of each entry."""
    return [event.body["facts"] for event in Event.objects.of(tender).filter(body__action=ACTION)]


@transaction.atomic
def enter(tender, *, file, by):
    """Note every presentation that a receipt proves and our log lacks, whoever brings it; return them."""
    entries = proved(tender, file)
    tender = lock(tender, by=by)
    own = {event.index: event.leaf for event in Event.objects.of(tender)}
    lost = [json.loads(leaf) for index, leaf in entries if own.get(index) != leaf]
    lost = [each for each in lost if each["action"] in ("manifest", "withdraw")]
    if not lost:
        raise Blocked(STANDS)
    known = {(each["index"], each["manifest"]) for each in noted(tender)}
    new = [each for each in lost if (each["index"], each["facts"]["manifest"]) not in known]
    if not new:
        raise Blocked(NOTED)
    for each in new:
        facts = {"index": each["index"], "was": each["action"], "hour": each["at"]}
        facts |= {"manifest": each["facts"]["manifest"], "bidder": each["actor"]}
        private = {"brought_by": by.pk}
        record(tender, "receipt.lost", by=each["actor"], at=tender.judged_at, private=private, **facts)
    return new
