"""The guarantees of the bids: whose original treasury has, and what is still to be brought."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from bids.guards.bids import owes_bid_guarantee
from bids.services import bonds
from guarantees.catalogue import CATALOGUE
from guarantees.forms.steps import BroughtForm
from guarantees.guards.reception import accepted_for
from guarantees.models import Slot
from guarantees.services import reception
from guarantees.views.asking import ask, holds, require
from procurement import clock
from procurement.schedule import local_day
from procurement.views.base import page, visible_tender


def opened(tender):
    """Return the bids of the present round whose envelope 1 is open."""
    found = tender.bids.filter(round=tender.round).exclude(state__in=bonds.SHUT)
    return found.select_related("bidder")


def bond_list(request, pk):
    """Each bid whose envelope is open, with its guarantee; nobody is named before."""
    tender = visible_tender(request, pk)
    bids = list(opened(tender))
    found = bonds.bonds_of(bids)
    rows = [(bid, found.get(bid.pk)) for bid in bids]
    codes = accepted_for(tender, "bid")
    shown = {
        "rows": rows,
        "owes": owes_bid_guarantee(tender),
        "asked": reception.asked(tender, "bid"),
        "accepted": [CATALOGUE[code] for code in codes],
        "may_receive": holds(request, tender, "keep_guarantees"),
        "missing": [bid for bid, guarantee in rows if guarantee is None],
    }
    return page(request, "bids/bond_list.html", tender, **shown)


@login_required
def bond_receive(request, pk, number, instrument):
    """Receive the original of the guarantee of a bid, at the till."""
    tender = visible_tender(request, pk)
    require(request, tender, "keep_guarantees")
    bid = get_object_or_404(opened(tender), pk=number)
    if instrument not in CATALOGUE:
        raise Http404
    kind, known = CATALOGUE[instrument], reception.asked(tender, "bid")
    initial = {"start": local_day(clock.now()), "expiry": bonds.must_last_until(tender)}
    if known:
        initial |= {"amount": known[0], "currency": known[1]}
    form = BroughtForm(kind, request.POST or None, request.FILES or None, initial=initial)

    def verb(bid, **said):
        return bonds.receive_bond(bid, instrument=instrument, **said)

    return ask(
        request,
        tender,
        form,
        verb,
        bid,
        title=_("Receive: %(instrument)s") % {"instrument": _(kind.label)},
        button=_("Receive it and hand out the receipt"),
        done=_("It is received, with its receipt. The legal adviser has been told."),
        to=None,
        back=reverse("bond-list", args=[pk]),
        kind=kind,
        slot=Slot.BID,
        known=known,
        obligor=bid.bidder.name,
    )
