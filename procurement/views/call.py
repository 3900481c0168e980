"""Approving the terms, announcing the call, and going on past a warning with a reason."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from procurement import clock, roles
from procurement.forms import call as forms
from procurement.places import asked_about, located, place
from procurement.services import tenders
from procurement.views.base import page, try_form, visible_tender


@login_required
def tender_announce(request, pk):
    """Propose the announcement, or confirm what another member has proposed."""
    tender = visible_tender(request, pk)
    at = clock.now()
    roles.require(request.user, "announce_tender", tender, at)
    tender.judged_at = at
    proposal = tender.proposals.filter(action="announce", settled_at=None).select_related("by").first()
    against = tenders.reasons_against(tender, "announce", but=["tender.call.not-proposed"])
    form = forms.ConfirmForm(tender, request.POST or None)
    verb = tenders.announce if proposal else tenders.propose_announcement
    if request.method == "POST" and try_form(form, verb, tender, by=request.user):
        done = _("The call is announced.") if proposal else _("Proposed. Another member must confirm.")
        messages.success(request, done)
        return redirect(tender)
    shown = {"proposal": proposal, "against": located(against, tender), "form": form}
    return page(request, "procurement/tender_announce.html", tender, **shown)


@login_required
def tender_approve(request, pk):
    """Approve the call and its terms, as the manager."""
    tender = visible_tender(request, pk)
    at = clock.now()
    roles.require(request.user, "approve_tender", tender, at)
    tender.judged_at = at
    form = forms.ConfirmForm(tender, request.POST or None)
    if request.method == "POST" and try_form(form, tenders.approve, tender, by=request.user):
        messages.success(request, _("The terms are approved. The committee sets the dates and announces."))
        return redirect(tender)
    against = located(tenders.reasons_against(tender, "approve"), tender)
    return page(request, "procurement/tender_approve.html", tender, against=against, form=form)


@login_required
def tender_override(request, pk, code):
    """Go on past a warning, with a name and a reason."""
    tender = visible_tender(request, pk)
    if not tenders.may_answer(request.user, tender, clock.now()):
        raise PermissionDenied
    warning = warning_of(tender, code, request.GET.get("about", ""))
    form = forms.OverrideForm(request.POST or None)
    answer = {"code": code, "digests": warning["digests"], "by": request.user}
    back = tender.get_absolute_url()
    if tender.consented_at:  # its page is far from the step
        back = place(code, tender) or back
    if request.method == "POST" and try_form(form, tenders.override, tender, **answer):
        messages.success(request, _("Your reason is in the log."))
        return redirect(back)
    shown = {"form": form, "warning": warning, "back": back}
    return page(request, "procurement/tender_override.html", tender, **shown)


def warning_of(tender, code, about):
    """Return what is to be answered for: what stopped somebody, or what stands now; 404 where nothing is."""
    tender.judged_at = clock.now()
    standing = tenders.warnings_of(tender, code)
    digests = [each.digest for each in standing]
    found = standing and {"sentence": " ".join(each.sentence for each in standing), "rule": standing[0].rule}
    if stopped := about and asked_about(about, tender, code):
        found, digests = stopped, [stopped["digest"]]
    taken = set(tender.overrides.filter(code=code).values_list("digest", flat=True))
    if not found or taken.issuperset(digests):
        raise Http404
    return {"sentence": found["sentence"], "rule": found["rule"], "code": code, "digests": digests}
