"""The guarantee of a bid: treasury takes the original in once envelope 1 is open (rule 70; §4.11).

It goes back when the winner has signed and, to the others, when the award is final: the clock releases it.
Whoever lost a final award may have it claimed.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids.criteria import value
from bids.models import Bid, BidBond
from guarantees.services import reception
from procurement import roles
from procurement.business_days import DayType
from procurement.schedule import local_day
from procurement.workflow import Blocked, Refusal, lock

SHUT = ["drafting", "withdrawn", "submitted"]
NOT_OPEN = Refusal(
    "guarantee.bid.not-open",
    _("Envelope 1 of this bid is not open yet. Its guarantee is received afterwards."),
    _("decision 18"),
)
THERE_ALREADY = Refusal(
    "guarantee.bid.there-already",
    _("A guarantee of this bid is there already."),
    _("rule 70"),
)


def bond_of(bid):
    """Return the guarantee that stands behind a bid, or None; one that was not accepted does not count."""
    links = bid.bonds.exclude(guarantee__state="rejected").select_related("guarantee")
    found = links.last()
    return found and found.guarantee


def bonds_of(bids):
    """Return {pk of a bid: the guarantee that stands behind it}, in one question."""
    links = BidBond.objects.filter(bid__in=bids).exclude(guarantee__state="rejected")
    return {link.bid_id: link.guarantee for link in links.select_related("guarantee")}


def must_last_until(tender):
    """Return the day until which a bid, and so its guarantee, must hold."""
    days, schedule = value(tender, "offer_validity_days"), getattr(tender, "schedule", None)
    if days is None or schedule is None:
        return None
    calendar = tender.municipality.calendar()
    return calendar.add(local_day(schedule.submission_deadline), days, DayType.CALENDAR)


def obligor(bid):
    """Return who gives it, as the guarantee names them."""
    bidder = bid.bidder
    return {
        "obligor_name": bidder.name,
        "obligor_document": "|".join(bidder.identifiers()),
        "obligor_members": [each.name for each in bidder.members.filter(kind="member")],
        "account": bidder.account,
    }


@transaction.atomic
def receive_bond(bid, *, by, file=None, **brought):
    """Receive the original of the guarantee of a bid at the till, as treasury.

    `brought`: instrument, amount, and the other particulars of the paper, as `reception.present` takes them.
    """
    tender = lock(bid.tender, by=by)
    roles.require(by, "keep_guarantees", tender, tender.judged_at)
    bid = Bid.objects.select_related("bidder").get(pk=bid.pk)
    if bid.state in SHUT:
        raise Blocked(NOT_OPEN)
    if bond_of(bid):
        raise Blocked(THERE_ALREADY)
    brought.setdefault("required_until", must_last_until(tender))
    guarantee = reception.receive(tender, slot="bid", by=by, file=file, **obligor(bid), **brought)
    BidBond.objects.create(tender=tender, bid=bid, guarantee=guarantee, at=tender.judged_at)
    return guarantee
