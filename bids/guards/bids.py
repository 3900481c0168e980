"""What must hold when a bid is presented, replaced or withdrawn.

Rules 9-13, 35, 59; decisions 2, 3, 11-16.
"""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bids import shareholding
from procurement.guards.custody import is_digital, settled, stages
from procurement.guards.problems import guard_of_problems, lazily_shown
from procurement.workflow import Unmet, guard

OPEN = "integrated"  # the one state of a tender in which bids are received


def is_sealed_here(bid):
    """Whether the envelopes of this bid are sealed by Convoca, and not on paper."""
    return is_digital(bid.tender)


@guard(
    code="bid.submission.late",
    reason=_(
        "Your bid arrived at %(received_at)s; the deadline was %(deadline)s. It was not received and stays "
        "closed. The clock of the log decides. Next time present a day early: you may replace it until the "
        "end."
    ),
    rule=_("terms 5.2, 16.5; decision 12"),
)
def deadline_is_ahead(bid, at):
    deadline = bid.tender.schedule.submission_deadline
    return at < deadline or Unmet(received_at=lazily_shown(at), deadline=lazily_shown(deadline))


@guard(
    code="bid.submission.reception-closed",
    reason=_("The reception was closed at %(closed_at)s. No bid enters any more, even if a clock changes."),
    rule=_("terms 17.1; decision 12"),
)
def reception_was_not_closed(bid, at):
    closed = bid.tender.closed_at
    return closed is None or Unmet(closed_at=lazily_shown(closed))


@guard(
    code="bid.submission.not-open",
    reason=_(
        "Bids are received once the integrated terms are out, while the call is open. It is not so now."
    ),
    rule=_("rules 36, 47"),
)
def bids_are_received(bid, at):
    return bid.tender.state == OPEN or bid.tender.closed_at is not None


@guard(
    code="bid.submission.other-round",
    reason=_("The call went back to an earlier phase. Prepare the bid again: the old envelopes stay closed."),
    rule=_("decision 19"),
)
def bid_is_of_this_round(bid, at):
    return bid.round == bid.tender.round


def purchases(bidder, tender):
    """Return the purchases of the terms that are this bidder's: its account's, its own, its members'."""
    documents = bidder.documents()
    mine = Q(ruc__in=documents) | Q(dni__in=documents)
    if bidder.account_id:
        mine |= Q(buyer=bidder.account_id)
    return tender.terms_sales.bought().filter(mine)


@guard(
    code="bid.submission.not-buyer",
    reason=_(
        "There is no record that you or your consortium bought the terms. Buy them before %(sale_until)s, or "
        "ask the till for the receipt."
    ),
    rule=_("rule 35; domain 4.11"),
)
def terms_were_bought(bid, at):
    until = bid.tender.schedule.sale_until
    return purchases(bid.bidder, bid.tender).exists() or Unmet(sale_until=lazily_shown(until))


def is_confirmed(bidder):
    """Whether an official has seen who this is: a RUC at the till (decision 3), or the person at the desk."""
    return not bidder.ruc or bidder.confirmed_at is not None


@guard(
    code="bidder.ruc.not-confirmed",
    reason=_(
        "The RUC %(ruc)s is not confirmed. Show it at the till of the municipality; until then you may read "
        "and prepare."
    ),
    rule=_("decision 3"),
)
def ruc_is_confirmed(bid, at):
    return is_confirmed(bid.bidder) or Unmet(ruc=bid.bidder.ruc)


@guard(
    code="conflict.bidder.committee-member",
    reason=_(
        "A document in this bid is that of somebody who sits or sat on the committee of this tender. Who "
        "judges does not bid."
    ),
    rule=_("decision 2"),
)
def nobody_judges_their_own(bid, at):
    documents = bid.bidder.documents()
    seats = bid.tender.appointments.filter(group__name__in=["committee", "secretary"])
    return not seats.filter(user__dni__in=documents).exists()


@guard(
    code="conflict.bidder.municipal-official",
    reason=_(
        "A document in this bid is that of an authority or official of the municipality. The law of "
        "municipalities bars them from contracting with it."
    ),
    rule=_("LOM art. 63"),
)
def nobody_bids_from_office(bid, at):
    offices = bid.tender.municipality.appointments.filter(tender=None, start__lte=at)
    in_office = offices.filter(Q(end=None) | Q(end__gt=at))
    return not in_office.filter(user__dni__in=bid.bidder.documents()).exists()


def rivals(bid):
    """Return the other bids that stand in this tender and round."""
    return bid.tender.bids.filter(round=bid.round, state="submitted").exclude(pk=bid.pk)


@guard(
    code="bid.submission.same-member-twice",
    reason=_("%(member)s is already in another bid. Nobody may be in two. Change yours before the deadline."),
    rule=_("terms 7.2"),
)
def nobody_is_in_two_bids(bid, at):
    mine = bid.bidder.documents()
    others = rivals(bid).select_related("bidder__account").prefetch_related("bidder__members")
    taken = set().union(*(other.bidder.documents() for other in others))
    return not mine & taken or Unmet(member=min(mine & taken))


@guard_of_problems
def shares_are_sound(bid, at):
    """Whether the shares of the bidder sum to 100.00, with a municipal minority (rules 9, 10, 13, 134)."""
    shares = [as_share(holder) for holder in bid.bidder.members.all()]
    most = settled(bid.tender, "consortium.maximum_members")
    return shareholding.check(bid.bidder.kind, shares, most_members=most)


def as_share(holder):
    names = shareholding.Share._fields
    return shareholding.Share(**{name: getattr(holder, name) for name in names})


@guard(
    code="bid.submission.envelope-missing",
    reason=_("Envelope %(envelope)s is missing. All are presented together. Seal it and present again."),
    rule=_("rule 59"),
)
def every_envelope_is_sealed(bid, at):
    sealed = set(bid.envelopes.sealed().values_list("stage", "part"))
    missing = [stage for stage in stages(bid.tender) if (stage, "public") not in sealed]
    return not missing or Unmet(envelope=missing[0])


@guard(
    code="envelope.kit.outdated",
    reason=_("The envelope was sealed with older keys of the call. Seal it again with those in force."),
    rule=_("sobre/1"),
)
def envelopes_are_sealed_with_these_keys(bid, at):
    if not is_sealed_here(bid):
        return True
    keys = set(bid.tender.kits.filter(round=bid.tender.round).values_list("sha256", flat=True))
    return all(envelope.manifest["kit"] in keys for envelope in bid.envelopes.sealed())


def owes_bid_guarantee(tender):
    """Whether the terms ask for a guarantee of the bid."""
    amount = settled(tender, "guarantees.bid.amount")
    return amount is not None and amount > 0


@guard(
    code="bid.submission.bid-bond-missing",
    reason=_(
        "The guarantee of the bid is missing. Put it into envelope 1 and tick it. Which are accepted, the "
        "terms say."
    ),
    rule=_("domain 4.11; terms 13.1.9"),
)
def bid_guarantee_is_declared(bid, at):
    return not owes_bid_guarantee(bid.tender) or "bid_guarantee" in bid.draft.get("declared", [])


@guard(
    code="bid.withdrawal.after-deadline",
    reason=_(
        "A bid may be withdrawn until %(deadline)s. That has passed. Giving an offer up later may cost the "
        "guarantee of the bid."
    ),
    rule=_("terms 16.4; domain 5.6"),
)
def may_still_be_withdrawn(bid, at):
    deadline = bid.tender.schedule.submission_deadline
    return at < deadline or Unmet(deadline=lazily_shown(deadline))


# Who may bid at all; the page of the draft shows these from the first day.
WHO = [
    terms_were_bought,
    ruc_is_confirmed,
    nobody_judges_their_own,
    nobody_bids_from_office,
    nobody_is_in_two_bids,
    shares_are_sound,
]
WHEN = [bids_are_received, reception_was_not_closed, bid_is_of_this_round]
WHAT = [every_envelope_is_sealed, envelopes_are_sealed_with_these_keys, bid_guarantee_is_declared]
TO_PRESENT = [deadline_is_ahead, *WHEN, *WHO, *WHAT]
TO_WITHDRAW = [may_still_be_withdrawn, *WHEN]
