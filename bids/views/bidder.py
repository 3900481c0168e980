"""Bidders of an account, and the till that confirms a RUC (decision 3)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from bids.forms.bidders import BidderForm, ConfirmRucForm, holders_of, shares_in
from bids.models import Bidder
from bids.services import bidders
from procurement import clock, roles
from procurement.views.base import page, try_form, visible_tender
from procurement.workflow import Blocked


@login_required
def bidder_list(request):
    """The bidders of my account."""
    mine = Bidder.objects.of(request.user).prefetch_related("members")
    return render(request, "bids/bidder_list.html", {"bidders": mine})


@login_required
def bidder_new(request):
    return edit(request, Bidder(), lambda **said: bidders.register(by=request.user, **said))


@login_required
def bidder_edit(request, pk):
    bidder = get_object_or_404(Bidder.objects.of(request.user), pk=pk)
    return edit(request, bidder, lambda **said: bidders.amend(bidder, by=request.user, **said))


def edit(request, bidder, verb):
    """Ask for the particulars and the holders, and keep them; then go on to where one came from."""
    data = request.POST or None
    form = BidderForm(data, instance=bidder)
    holders = holders_of(bidder if bidder.pk else None, data)
    if data is not None and form.is_valid() and holders.is_valid():
        try:
            kept = verb(members=shares_in(holders), **form.cleaned_data)
        except Blocked as blocked:
            form.add_error(None, blocked)
        else:
            messages.success(request, _("Saved: %(bidder)s.") % {"bidder": kept})
            return redirect(back(request))
    refused = form.errors or any(holders.errors)
    shown = {"form": form, "holders": holders, "bidder": bidder, "back": back(request)}
    return render(request, "bids/bidder_edit.html", shown, status=422 if refused else 200)


def back(request):
    """Return the page of this site from which one came to register, or the list."""
    asked = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe and asked else "bidder-list"


@login_required
def bidder_confirm(request, pk):
    """The till confirms the RUC of whoever stands before it."""
    tender = visible_tender(request, pk)
    roles.require(request.user, "confirm_ruc", tender, clock.now())
    form = ConfirmRucForm(request.POST or None)
    if request.method == "POST" and (bidder := try_form(form, bidders.confirm, tender, by=request.user)):
        messages.success(request, _("Confirmed: RUC %(ruc)s.") % {"ruc": bidder.ruc})
        return redirect("bidder-confirm", pk)
    return page(request, "bids/bidder_confirm.html", tender, form=form)
