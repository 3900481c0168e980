"""Paper envelopes at the desk: receiving them, the receipt, giving them back (decisions 4 and 11).

Until the close the desk sees what it received itself, and nobody else sees anything.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from bids.forms.bidders import BidderForm, holders_of, shares_in
from bids.forms.desk import CommitmentForm, LetterForm, ReceptionForm
from bids.services import commitments, paper
from procurement import clock, roles
from procurement.guards.call import outage_holds_the_close
from procurement.guards.custody import settled
from procurement.views.base import page, try_form, visible_tender
from procurement.workflow import Blocked


def at_the_desk(request, pk):
    """Return a tender for whoever receives paper."""
    tender = visible_tender(request, pk)
    roles.require(request.user, "receive_paper", tender, clock.now())
    return tender


@login_required
def desk(request, pk):
    """What the desk has received, and the next envelopes."""
    tender = at_the_desk(request, pk)
    received = tender.bids.filter(round=tender.round, seq__gt=0).exclude(state="drafting")
    shown = {
        "bids": received.select_related("bidder").order_by("submitted_at"),
        "attempts": tender.attempts.select_related("bidder"),
        "paper": settled(tender, "envelopes.form") == "paper",
        "open_now": tender.state == "integrated",
        "failed": tender.state == "integrated" and outage_holds_the_close(tender),
    }
    return page(request, "bids/desk_list.html", tender, **shown)


@login_required
def desk_receive(request, pk):
    """Who hands in, and what: one page, because it is one moment at the counter."""
    tender = at_the_desk(request, pk)
    data = request.POST or None
    now = localtime(clock.now()).replace(microsecond=0)
    form = BidderForm(data)
    holders = holders_of(None, data)
    reception = ReceptionForm(data, request.FILES or None, initial={"received_at": now})
    if data is not None and all([form.is_valid(), holders.is_valid(), reception.is_valid()]):
        bid = receive(tender, form, holders, reception, by=request.user)
        if bid:
            return redirect("desk-receipt", pk, bid.pk)
    shown = {"form": form, "holders": holders, "reception_form": reception}
    return page(request, "bids/desk_receive.html", tender, **shown)


def receive(tender, form, holders, reception, *, by):
    """Register who it is and take the envelopes in; a refusal becomes an error of the form."""
    said = dict(reception.cleaned_data)
    seen = {"document_seen": said.pop("document_seen")}
    try:
        bidder = paper.walk_in(tender, by=by, members=shares_in(holders), **seen, **form.cleaned_data)
        return paper.receive(tender, bidder=bidder, by=by, **said)
    except Blocked as blocked:
        reception.add_error(None, blocked)
        return None


@login_required
def desk_contingency(request, pk):
    """Enter a commitment that came by another way while the service failed (terms 35.4)."""
    tender = at_the_desk(request, pk)
    form = CommitmentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and try_form(form, commitments.enter, tender, by=request.user):
        messages.success(request, _("It is entered, with its hour and its minutes."))
        return redirect("desk", pk)
    holds = tender.state == "integrated" and outage_holds_the_close(tender)
    return page(request, "bids/desk_contingency.html", tender, form=form, holds=holds)


def one(request, pk, number):
    tender = at_the_desk(request, pk)
    bids = tender.bids.filter(seq__gt=0).select_related("bidder__account")
    bid = get_object_or_404(bids, pk=number)
    bid.tender = tender
    return bid


@login_required
def desk_receipt(request, pk, number):
    """The receipt of paper envelopes, to print and sign."""
    bid = one(request, pk, number)
    envelopes = bid.envelopes.exclude(status="sealed").order_by("-seq", "stage")
    return page(request, "bids/desk_receipt.html", bid.tender, bid=bid, envelopes=envelopes)


@login_required
def desk_withdraw(request, pk, number):
    """Give envelopes back on a letter of the bidder."""
    bid = one(request, pk, number)
    now = localtime(clock.now()).replace(microsecond=0)
    form = LetterForm(request.POST or None, initial={"received_at": now})
    if request.method == "POST" and try_form(form, paper.withdraw, bid, by=request.user):
        messages.success(request, _("Withdrawn. Give the envelopes back, closed, and let the bidder sign."))
        return redirect("desk", pk)
    return page(request, "bids/desk_withdraw.html", bid.tender, form=form, bid=bid)
