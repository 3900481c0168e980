"""What alters the course of a call: postponement, return, withdrawal, cancellation, late close."""

from dataclasses import replace
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from procurement import clock, planning, roles
from procurement import schedule as dates
from procurement.forms import call as forms
from procurement.guards import call as guards
from procurement.services import changes, outages
from procurement.views.base import page, try_form, visible_tender
from procurement.workflow import Blocked, here, wrong_state


def change_list(request, pk):
    """Every time the course of the call was altered, by which act and why."""
    tender = visible_tender(request, pk)
    rows = tender.changes.select_related("minutes", "document").order_by("-at")
    return page(request, "procurement/change_list.html", tender, rows=rows)


def act(name, codename):
    """Make a page of an act of these people; where the tender's state has no such act, say so and go home."""

    def mark(view):
        @login_required
        @wraps(view)
        def checked(request, pk):
            tender = visible_tender(request, pk)
            roles.require(request.user, codename, tender, clock.now())
            if not any(rule.name == name for rule in here(tender)):
                messages.error(request, str(wrong_state(tender, name)))
                return redirect(tender)
            return view(request, tender)

        return checked

    return mark


def shifted(tender, form, at):
    """Return the dates before and after a postponement, as the form asks it: the later ones follow."""
    before = tender.schedule.dates()
    after = planning.shift(
        before,
        form.cleaned_data["milestone"],
        form.cleaned_data["to"],
        guards.rules_of(tender),
        tender.municipality.calendar(),
        at=at,
    )
    return before, after


def moved(before, after):
    """Return (label, old, new) of each date that moves."""
    return [
        (forms.labelled(name), before.get(name), after.get(name))
        for name in dates.MILESTONES
        if before.get(name) != after.get(name)
    ]


@act("postpone", "postpone_tender")
def tender_postpone(request, tender):
    """Choose the first date that moves; see all that follow; confirm with the number of the tender."""
    at = clock.now()
    proposed = outages.extended(tender, at)
    first_typed = {"to": proposed, "reason": outages.reason()} if proposed else {}
    form = forms.PostponeForm(tender, at, request.POST or None, initial=first_typed | request.GET.dict())
    first = request.POST.get("step") == "check"
    if first:
        form.fields["number"].required = False
    rows = []
    if request.method == "POST" and form_is_whole(form):
        before, after = shifted(tender, form, at)
        rows = moved(before, after)
        if not first and postponed(request, tender, form, after):
            return redirect("change-list", tender.pk)
    form.fields["number"].required = True
    shown = {"form": form, "rows": rows, "checked": bool(rows), "proposed": proposed}
    return page(request, "procurement/change_postpone.html", tender, **shown)


def form_is_whole(form):
    """Whether the answers can be judged; the number is only asked for once they have been seen."""
    if form.is_valid():
        return True
    return set(form.errors) <= {"number"} and "milestone" in form.cleaned_data


def postponed(request, tender, form, after):
    if not form.is_valid():
        return False
    told = {name: form.cleaned_data[name] for name in ("act", "happened_on", "reason")}
    new = {name: after.get(name) for name in dates.MILESTONES}
    try:
        changes.postpone(tender, new=new, by=request.user, **told)
    except Blocked as blocked:
        form.add_error(None, blocked)
        return False
    messages.success(request, _("The dates have moved. Every buyer has been told."))
    return True


def end_page(request, tender, form, verb, *, done, **words):
    """Ask for the act and the number; do it once; show the result among the changes."""
    if request.method == "POST" and try_form(form, verb, tender, by=request.user):
        messages.success(request, done)
        return redirect("change-list", tender.pk)
    words["records"] = roles.holds(request.user, "record_council_act", tender, clock.now())
    return page(request, "procurement/change_act.html", tender, form=form, **words)


@act("return_to_phase", "return_tender")
def tender_return(request, tender):
    """Go back to the phase before, by agreement of the council."""
    at = clock.now()
    agreement = tender.agreements.standing().filter(purpose="return", change=None).last()
    return end_page(
        request,
        tender,
        forms.ReturnForm(tender, request.POST or None),
        returning(tender, at),
        done=_("The call is back in the phase before."),
        title=_("Return to an earlier phase"),
        agreement=agreement,
        needs="return",
        button=_("Go back"),
        consequences=[
            _("Nothing is erased: what came later stays in the log as superseded."),
            _("Bids that were presented are returned unopened, and their bidders may present again."),
            _("Every buyer is told, with your reason."),
        ],
    )


def returning(tender, at):
    """Return the verb that goes back, its dates moved after a new deadline where one is given."""

    def verb(subject, *, reason, by, to=None):
        new = None
        if to:
            rules, calendar = guards.rules_of(tender), tender.municipality.calendar()
            before = tender.schedule.dates()
            if to > before.submission_deadline:
                after = planning.shift(before, "submission_deadline", to, rules, calendar, at=at)
            else:
                after = replace(before, submission_deadline=to)
            new = {name: after.get(name) for name in dates.MILESTONES}
        return changes.return_to_phase(subject, reason=reason, new=new, by=by)

    return verb


@act("withdraw", "withdraw_tender")
def tender_withdraw(request, tender):
    """The municipality does not go on, by agreement of the council."""
    agreement = tender.agreements.standing().filter(purpose="withdraw", change=None).last()
    return end_page(
        request,
        tender,
        forms.ReasonForm(tender, request.POST or None),
        changes.withdraw,
        done=_("The municipality has withdrawn from the process."),
        title=_("Withdraw from the process"),
        agreement=agreement,
        needs="withdraw",
        button=_("Withdraw"),
        consequences=[
            _("The call ends for good. A later one is a new tender."),
            _("What was done is kept, and your reasons are published."),
            _("Every buyer is told."),
        ],
    )


@act("cancel", "cancel_tender")
def tender_cancel(request, tender):
    """End the call with reasons, before anything is signed."""
    by_council = tender.profile is not None and tender.stated.get("cancel.authority") == "council"
    agreement = tender.agreements.standing().filter(purpose="cancel", change=None).last()
    form = forms.ReasonForm if by_council else forms.ActForm
    return end_page(
        request,
        tender,
        form(tender, request.POST or None),
        changes.cancel,
        done=_("The call is cancelled."),
        title=_("Cancel the call"),
        agreement=agreement if by_council else None,
        needs="cancel" if by_council else "",
        button=_("Cancel the call"),
        consequences=[
            _("The call ends for good. Envelopes that are closed stay closed for ever."),
            _("Bid bonds are given back; the price of the terms, if they say so."),
            _("Every buyer is told, with your reason."),
        ],
    )


@act("close", "postpone_tender")
def tender_close(request, tender):
    """Close although the service failed in the last hours before the deadline, or postpone instead."""
    return end_page(
        request,
        tender,
        forms.ActForm(tender, request.POST or None),
        changes.close_after_outage,
        done=_("The reception is closed."),
        title=_("Close after an interruption"),
        instead=outages.extended(tender, clock.now()),
        needs="",
        button=_("Close the reception"),
        consequences=[
            _("No further bid enters. Whoever could not reach the page has lost the occasion."),
            _("If somebody may have been hurt, postpone instead."),
        ],
    )
