"""A bid whose commitment reached notary, JVS and mailbox in time while the service failed (terms 35.4).

The commitment is the head of the sealed file: manifests with their signatures, about 4 kB. It fixes every
byte by its hash; the file itself follows and is the same or nothing. The desk enters it until the close.
"""

import json

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids.models import Envelope
from bids.services import receiving, submission
from procurement import roles
from procurement.guards import call as calls
from procurement.guards.custody import is_digital
from procurement.guards.problems import lazily_shown
from procurement.log import instant, record
from procurement.services import minutes, papers
from procurement.workflow import Blocked, Refusal, lock

TERMS = _("terms 35.4; decision 12")
LONGEST = 1 << 20  # bytes of a commitment
PLACES = ("notary", "jvs", "mailbox")

NO_OUTAGE = Refusal(
    "bid.contingency.no-outage",
    _("No failure of the service stands in the ledger for the last hours. Bids are presented on the page."),
    TERMS,
)
TOO_LATE = Refusal(
    "bid.contingency.late",
    _("It reached them at %(received_at)s and the deadline was %(deadline)s. It does not count."),
    TERMS,
)
NOT_YET = Refusal(
    "bid.contingency.in-the-future",
    _("That hour has not come. Write when it reached the last of the three."),
    TERMS,
)
NOT_EVERYWHERE = Refusal(
    "bid.contingency.not-everywhere",
    _("It counts if it reached all three before the hour: notary, JVS and the municipality's mailbox."),
    TERMS,
)
UNREADABLE = Refusal(
    "bid.contingency.unreadable",
    _("This is no commitment of a sealed bid. It is the sealed file, or its first line as it was mailed."),
    TERMS,
)
UNKNOWN = Refusal(
    "bid.contingency.unknown-bidder",
    _("Nobody prepares a bid here under the name in this file. It is of another call, or of another round."),
    TERMS,
)


def read(file):
    """Return (parts, declared) of a commitment: the first line of a sealed file, or that line alone."""
    line = file.readline(LONGEST)
    try:
        head = json.loads(line)
        parts = [(part["manifest"], str(part["sig"])) for part in head["parts"]]
        declared = [str(each) for each in head.get("declared", [])]
        if not parts or not all(isinstance(manifest["bidder"], str) for manifest, _sig in parts):
            raise Blocked(UNREADABLE)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Blocked(UNREADABLE) from None
    return parts, declared


def enter(tender, *, file, received_at, reached, evidence, by):
    """Enter a commitment with the hour at which the last of the three had it; it counts as presented then."""
    parts, declared = read(file)
    with transaction.atomic():
        tender = lock(tender, by=by)
        roles.require(by, "receive_paper", tender, tender.judged_at)
        judge(tender, received_at, reached)
        bid = tender.bids.filter(round=tender.round, pseudonym=parts[0][0]["bidder"]).first()
        if bid is None or bid.bidder.account is None:
            raise Blocked(UNKNOWN)
        facts = {"hour": instant(received_at), "reached": sorted(reached), "evidence": evidence}
        names = [receiving.name_of(manifest) for manifest, _sig in parts]
        record(tender, "contingency", by=by, at=tender.judged_at, manifests=names, **facts)
        bid = present(bid, parts, declared, received_at)
        leave_minutes(tender, received_at, evidence, names, by=by)
    return bid


def judge(tender, received_at, reached):
    """Refuse what the terms do not let in (35.4): no failure, an hour too late, not everywhere."""
    deadline = tender.schedule.submission_deadline
    reasons = []
    if not is_digital(tender) or not calls.outage_holds_the_close(tender):
        reasons.append(NO_OUTAGE)
    if received_at > tender.judged_at:
        reasons.append(NOT_YET)
    if received_at >= deadline:
        times = {"received_at": lazily_shown(received_at), "deadline": lazily_shown(deadline)}
        reasons.append(TOO_LATE.about(**times))
    if not set(PLACES) <= set(reached):
        reasons.append(NOT_EVERYWHERE)
    if reasons:
        raise Blocked(*reasons)


def present(bid, parts, declared, received_at):
    """Present the bid at the hour of its commitment, in the name of whose it is; its bytes are awaited."""
    owner = bid.bidder.account
    bid = lock(bid, by=owner, at=received_at)
    receiving.take(bid, parts, declared, Envelope.Means.FILE)
    return submission.hand_over(bid, received_at, owner)


def leave_minutes(tender, received_at, evidence, names, *, by):
    at = tender.judged_at
    shown = {"tender": tender, "hour": papers.moment(received_at), "evidence": evidence, "names": names}
    text = papers.render("minutes_contingency_bid", **shown)
    kept = {
        "office": "reception",
        "kind": "contingency-bid",
        "title": _("A commitment received in contingency"),
    }
    minutes.write(tender, **kept, text=text, happened_at=received_at, by=by, at=at)
