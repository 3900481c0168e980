"""Paper envelopes at the desk: hour, sealed covers, a photo of the flap, a receipt (decisions 4 and 11).

The promise of sealing does not hold for paper, and the pages say so.
"""

import hashlib

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids.guards import bids as guards
from bids.models import Attempt, Bidder, Envelope
from bids.services import bidders, submission
from procurement import clock, roles
from procurement.guards.custody import settled, stages
from procurement.log import INSTALLATION, instant, record
from procurement.services import documents, notices
from procurement.workflow import Blocked, Refusal, advance, check, lock

NOT_PAPER = Refusal(
    "paper.reception.not-paper",
    _("The terms of this call do not receive envelopes on paper at the desk."),
    _("decision 11"),
)
NOT_SEALED = Refusal(
    "paper.reception.not-sealed",
    _("An envelope that is not closed is not received. Let the bidder close it and sign across the flap."),
    _("rule 59; decision 11"),
)
IN_THE_FUTURE = Refusal(
    "paper.reception.in-the-future",
    _("The hour of the envelopes is later than now. Write when they were handed in."),
    _("decision 12"),
)
DOCUMENT_NOT_SEEN = Refusal(
    "paper.reception.document-not-seen",
    _("Look at the identity document, and at the RUC, of whoever hands the envelopes in."),
    _("decision 3"),
)
WITHDRAWAL_UNSIGNED = Refusal(
    "paper.withdrawal.not-signed",
    _("A bid on paper is withdrawn by a letter with the bidder's signature. Receive the letter first."),
    _("terms 16.4"),
)


def begin(tender, at, by):
    """Lock a tender that receives paper, for the desk."""
    tender = lock(tender, by=by, at=at)
    roles.require(by, "receive_paper", tender, at)
    if settled(tender, "envelopes.form") != "paper":
        raise Blocked(NOT_PAPER)
    return tender


@transaction.atomic
def walk_in(tender, *, by, members=(), document_seen=False, **particulars):
    """Register a bidder without account, whose documents the desk sees; a known RUC is the same bidder."""
    at = clock.now()
    begin(tender, at, by)
    if not document_seen:
        raise Blocked(DOCUMENT_NOT_SEEN)
    known = Bidder.objects.filter(ruc=particulars["ruc"]).exclude(ruc="").first()
    bidder = known or Bidder(**particulars)
    if known is None:
        bidders.save(bidder, members)
    if bidder.ruc and not bidder.confirmed_at:
        bidder.confirmed_by, bidder.confirmed_at = by, at
        bidder.save()
    private = {"bidder": bidder.pk, "ruc": bidder.ruc}
    record(INSTALLATION, "bidder.register", by=by, at=at, private=private)
    return bidder


def receive(tender, *, bidder, received_at, covers_sealed, photo, declares_guarantee, by):
    """Register the closed envelopes of a bidder; the hour at which they were handed in decides.

    They must be entered before the reception is closed. A refused attempt is kept as evidence.
    """
    try:
        with transaction.atomic():
            return take_in(
                tender,
                bidder,
                received_at,
                covers_sealed=covers_sealed,
                photo=photo,
                declares_guarantee=declares_guarantee,
                by=by,
            )
    except Blocked as blocked:
        keep_attempt(tender, bidder, blocked, received_at, by)
        raise


def take_in(tender, bidder, received_at, *, covers_sealed, photo, declares_guarantee, by):
    entered_at = clock.now()
    tender = begin(tender, received_at, by)
    judge(photo, covers_sealed, received_at, entered_at)
    bid = submission.draft_of(tender, bidder)
    bid.draft = {"declared": ["bid_guarantee"] if declares_guarantee else []}
    bid.save()
    replace(bid)
    envelopes = [cover(bid, stage, photo) for stage in stages(tender)]
    private = {"bidder": bidder.pk, "covers": [each.manifest_sha256 for each in envelopes]}
    facts = {"form": "paper", "entered_at": instant(entered_at), "received_by": f"user:{by.pk}"}
    bid = advance(bid, "submit", by=by, at=received_at, actor=bid.pseudonym, private=private, **facts)
    Envelope.objects.filter(pk__in=[each.pk for each in envelopes]).update(
        status=Envelope.Status.PRESENTED, presented_at=received_at, log_index=bid.event.body["index"]
    )
    submission.state_head(bid)
    if bidder.account:
        submission.tell_presented(bid, bidder.account, entered_at)
    return bid


def judge(photo, covers_sealed, received_at, entered_at):
    """Refuse covers that are open, an hour that has not come, and what is no photo."""
    reasons = [] if covers_sealed else [NOT_SEALED]
    reasons += [IN_THE_FUTURE] if received_at > entered_at else []
    if reasons:
        raise Blocked(*reasons)
    documents.judge(photo)


def replace(bid):
    """What was handed in before does not count any more; it stays closed."""
    bid.envelopes.presented().update(status=Envelope.Status.REPLACED)


def cover(bid, stage, photo):
    """Keep one closed envelope: its number, and the photo of the flap with its digest."""
    photo.seek(0)
    data = photo.read()
    photo.seek(0)
    envelope = Envelope(tender=bid.tender, bid=bid, stage=stage, seq=bid.seq + 1)
    envelope.manifest_sha256 = hashlib.sha256(data).hexdigest()
    envelope.cover.save(f"{envelope.manifest_sha256}-{bid.pk}-{stage}", photo, save=False)
    envelope.save()
    return envelope


@transaction.atomic
def keep_attempt(tender, bidder, blocked, received_at, by):
    """Keep what the desk turned away, with the hour, and tell the bidder who has an account."""
    at = clock.now()
    tender = lock(tender, by=by, at=at)
    code = blocked.codes[0]
    Attempt.objects.create(tender=tender, bidder=bidder, at=received_at, code=code, by=by)
    private = {"bidder": bidder.pk}
    record(
        tender,
        "attempt",
        by=by,
        at=at,
        private=private,
        codes=blocked.codes,
        received_at=instant(received_at),
    )
    if bidder.account:
        text = " ".join(refusal.sentence for refusal in blocked.refusals)
        subject = _("Your bid was not received")
        notices.tell([bidder.account], tender=tender, subject=subject, text=text, at=at)


@transaction.atomic
def withdraw(bid, *, letter_signed, received_at, by):
    """Give a bid on paper back before the deadline, on a signed letter."""
    tender = begin(bid.tender, received_at, by)
    bid = lock(bid, by=by, at=received_at)
    check(bid, *guards.TO_WITHDRAW)
    if not letter_signed:
        raise Blocked(WITHDRAWAL_UNSIGNED)
    facts = {"form": "paper", "received_by": f"user:{by.pk}"}
    private = {"bidder": bid.bidder_id}
    bid = advance(bid, "withdraw", by=by, at=received_at, actor=bid.pseudonym, private=private, **facts)
    bid.envelopes.presented().update(status=Envelope.Status.WITHDRAWN)
    bid.tender = tender
    submission.state_head(bid)
    return bid
