"""Opening a reserved part with its key, which a member of the committee put together in their own device.

What custodians handed over of it is readable with that member's sheet alone; only the key of this one
envelope comes here, after the act (decision 14).
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from bids import sealing
from bids.models import Envelope
from bids.sealing import codec
from bids.services import envelopes
from procurement import roles
from procurement.workflow import Blocked, lock


@transaction.atomic
def open_with_identity(envelope, *, identity, by):
    """Open a reserved part for who evaluates, with the key of this envelope (AGE-SECRET-KEY-1…)."""
    tender = lock(envelope.tender, by=by)
    act = envelopes.act_of(envelope, tender)
    act.tender, act.judged_at = tender, tender.judged_at
    if not roles.holds(by, "evaluate_bids", tender, act.judged_at):
        raise PermissionDenied
    envelope = Envelope.objects.select_related("bid__bidder").get(pk=envelope.pk)
    if envelope.status != Envelope.Status.PRESENTED:
        raise Blocked(envelopes.ALREADY_OPEN)
    if envelope.part != "reserved" or not is_key_of(envelope.manifest, identity):
        raise Blocked(envelopes.NOT_IN_KEY_FILE)
    doubted = envelopes.doubted(act, envelope)
    for verdict in sealing.judge(envelopes.kit_of(act), envelope.manifest, identity, doubted):
        envelopes.judge(act, envelope, verdict.code, verdict.who, verdict.i, by=by)
    opened = envelopes.reveal(act, envelope, identity, by=by)
    if opened.status == Envelope.Status.PRESENTED:
        raise Blocked(envelopes.SERVER_LOST)
    return opened


def is_key_of(manifest, identity):
    return codec.is_identity(identity) and codec.recipient_for(identity) == manifest["envelope"]
