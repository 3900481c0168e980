"""Custodians: who they are, my sheet of words, and the keys in the log (decisions 13-15).

The words of a sheet are made in the page. Where no program runs, they appear once in one answer; no session,
message or row holds them.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bids.forms import custody as forms
from bids.guards import custody as guards
from bids.services import custody, lost_sheets
from procurement import clock, roles
from procurement.guards.custody import has_kits, is_digital, kits_fit, settled
from procurement.places import located
from procurement.views.base import attempt, page, try_form, visible_tender
from procurement.workflow import Blocked

RETYPED = (3, 11, 20)  # places of the words that are copied from a new sheet


def keeps(request, tender):
    user = request.user
    return user.is_authenticated and roles.holds(user, "keep_custodians", tender, clock.now())


def reasons(tender, questions):
    return located([each for ask in questions for each in ask.refusals(tender, clock.now())], tender)


def custodians(request, pk):
    """Who keeps the keys, how far they are, and the twelve words that the notice prints."""
    tender = visible_tender(request, pk)
    rows = list(custody.present_round(tender).select_related("user"))
    user = request.user
    may_keep = keeps(request, tender)
    shown = {
        "custodians": [(row, holds_it(row, user, may_keep)) for row in rows],
        "my_turn": next(
            (row for row in rows if row.user_id and row.user_id == user.pk and not row.ready_at), None
        ),
        "kits": tender.kits.filter(round=tender.round),
        "keeps": may_keep,
        "digital": is_digital(tender),
        "needed": settled(tender, "sealing.custodians"),
        "threshold": settled(tender, "sealing.threshold"),
        "ready": sum(1 for row in rows if row.ready_at),
        "in_use": not guards.keys_are_not_in_use(tender, clock.now()),
        "recorded": has_kits(tender) and kits_fit(tender),
        "against": reasons(tender, guards.TO_RECORD) if may_keep else [],
        "room": not reasons(tender, guards.TO_NAME),
        "short": [group for group in lost_sheets.left_of(tender) if group.is_short],
    }
    return page(request, "bids/custody_list.html", tender, **shown)


def holds_it(custodian, user, may_keep):
    """Whether this user makes and proves this sheet: its holder, or for the notary who keeps custodians."""
    return may_keep if custodian.user_id is None else custodian.user_id == user.pk


@login_required
def custodian_name(request, pk):
    tender = visible_tender(request, pk)
    roles.require(request.user, "keep_custodians", tender, clock.now())
    form = forms.NameForm(tender, clock.now(), request.POST or None)
    if request.method == "POST" and (named := try_form(form, custody.name, tender, by=request.user)):
        messages.success(request, _("%(person)s is a custodian.") % {"person": named.name})
        return redirect("custodians", pk)
    return page(request, "bids/custody_name.html", tender, form=form)


def one(request, pk, index, *, holder=True):
    """Return a custodian of the present round, for its holder or for who keeps custodians."""
    tender = visible_tender(request, pk)
    custodian = get_object_or_404(custody.present_round(tender).select_related("user"), index=index)
    custodian.tender = tender
    if holder:
        custody.require_holder(custodian, request.user, clock.now())
    else:
        roles.require(request.user, "keep_custodians", tender, clock.now())
    return custodian


@login_required
def custodian_dismiss(request, pk, index):
    custodian = one(request, pk, index, holder=False)
    form = forms.DismissForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, done = form.cleaned_data["reason"], _("Taken out. Name somebody else.")
        return attempt(
            request,
            lambda subject, by: custody.dismiss(subject, reason=reason, by=by),
            custodian,
            done=done,
            to=reverse("custodians", args=[pk]),
        )
    return page(request, "bids/custody_dismiss.html", custodian.tender, form=form, custodian=custodian)


@login_required
def custodian_lost(request, pk, index):
    """Write down that a sheet is lost: its holder, or who keeps custodians."""
    tender = visible_tender(request, pk)
    custodian = get_object_or_404(custody.present_round(tender).select_related("user"), index=index)
    custodian.tender = tender
    if custodian.user_id != request.user.pk:
        roles.require(request.user, "keep_custodians", tender, clock.now())
    form = forms.LostForm(request.POST or None)
    if request.method == "POST" and try_form(form, lost_sheets.report, custodian, by=request.user):
        messages.success(request, _("It is written down, with its minutes."))
        return redirect("custodians", pk)
    shown = {"form": form, "custodian": custodian, "moment": lost_sheets.moment_of(tender)}
    return page(request, "bids/custody_lost.html", tender, **shown)


@never_cache
@login_required
def custodian_sheet(request, pk, index):
    """Make my sheet in the page. A POST comes from where no program runs: its one answer has the words."""
    custodian = one(request, pk, index)
    tender, words = custodian.tender, []
    against = reasons(tender, guards.TO_CHANGE)
    if request.method == "POST":
        try:
            words = custody.make_sheet(custodian, by=request.user)
        except Blocked as blocked:
            against = located(blocked.refusals, tender)
    shown = {"custodian": custodian, "words": words, "form": forms.WordsForm(), "against": against}
    shown["asked"] = RETYPED
    return page(request, "bids/custody_sheet.html", tender, **shown)


@never_cache
@login_required
@sensitive_post_parameters()
def custodian_prove(request, pk, index):
    """Prove that my paper works: type all its words, and let them open a trial envelope."""
    custodian = one(request, pk, index)
    form = forms.WordsForm(request.POST or None)
    if request.method == "POST" and try_form(form, custody.prove, custodian, by=request.user):
        messages.success(
            request, _("Your words opened the trial envelopes. Close the paper in an envelope now.")
        )
        return redirect("custodians", pk)
    return page(request, "bids/custody_prove.html", custodian.tender, form=form, custodian=custodian)


@login_required
@require_POST
def custodian_keys(request, pk):
    """Record the keys of the envelopes in the log."""
    tender = visible_tender(request, pk)
    return attempt(
        request,
        custody.record_keys,
        tender,
        done=_("The keys are in the log. Print their twelve words in the notice."),
        to=reverse("custodians", args=[pk]),
    )
