"""The guarantees of the bids among the tasks of a call, and in the work of treasury."""

from django.db.models import Count, F
from django.urls import reverse
from django.utils.translation import gettext as _

from bids.guards.bids import owes_bid_guarantee
from bids.models import Bid
from bids.services.bonds import SHUT
from procurement import agenda, places, roles, tasks

places.PLACES |= {"guarantee.bid": "bond-list"}


def without_bond(tenders):
    """Return {pk of a call: how many bids whose envelope 1 is open have no guarantee yet}."""
    opened = Bid.objects.filter(tender__in=tenders, round=F("tender__round"), bonds=None)
    opened = opened.exclude(state__in=[*SHUT, "not-admitted", "rejected", "returned"])
    return dict(opened.order_by().values_list("tender").annotate(Count("pk")))


def decide(tender, user, at):
    """One step, where the terms ask a guarantee of the bid: treasury takes the originals in."""
    if tender.profile is None or not owes_bid_guarantee(tender):
        return
    begun = tender.closed_at is not None and tender.bids.exclude(state__in=SHUT).exists()
    waits = begun and tender.consented_at is None  # then losers owe none, and the winner's is of the contract
    left = without_bond([tender]).get(tender.pk, 0) if waits else 0
    yield agenda.Step(
        _("Receive the guarantees of the bids"),
        reverse("bond-list", args=[tender.pk]) if begun else "",
        note=_("%(count)s not handed in.") % {"count": left} if left else "",
        who=_("Treasury"),
        state="ready" if left else "done" if begun else "pending",
        mine=bool(left) and roles.holds(user, "keep_guarantees", tender, at),
    )


def bonds_to_receive(seen, user, at):
    """What bidders still have to hand in, for treasury."""
    open_calls = [tender for tender in seen if tender.state in ("evaluating", "awarded")]
    mine = tasks.with_codename("keep_guarantees", open_calls, user, at) if open_calls else []
    left = without_bond(mine)
    for tender in mine:
        if left.get(tender.pk) and owes_bid_guarantee(tender):
            url = reverse("bond-list", args=[tender.pk])
            yield tender, tasks.Task(_("Receive the guarantees of the bids"), url)


agenda.PARTS["decide"].insert(1, decide)
tasks.SOURCES.append(bonds_to_receive)
