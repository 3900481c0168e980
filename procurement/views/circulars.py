"""Circulars, from the draft to every buyer's shelf (rules 36, 47)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procurement import clock, planning, roles
from procurement.forms import queries as forms
from procurement.guards.call import rules_of
from procurement.services import circulars
from procurement.views.base import attempt, page, try_form, visible_tender
from procurement.views.changes import moved
from procurement.views.queries import works_on_queries


def for_committee(request, pk, codename="publish_circular"):
    tender = visible_tender(request, pk)
    roles.require(request.user, codename, tender, clock.now())
    return tender


def circular_list(request, pk):
    """The circulars that went out; for who works on them, the drafts too."""
    tender = visible_tender(request, pk)
    works = works_on_queries(request, tender)
    found = tender.circulars.all() if works else tender.circulars.exclude(published_at=None)
    found = found.prefetch_related("queries")
    may = request.user.is_authenticated and roles.holds(request.user, "publish_circular", tender, clock.now())
    return page(request, "procurement/circular_list.html", tender, circulars=found, publishes=may)


@login_required
def circular_draft(request, pk):
    tender = for_committee(request, pk)
    form = forms.CircularForm(tender, request.POST or None)
    if request.method == "POST" and (made := try_form(form, circulars.draft, tender, by=request.user)):
        messages.success(request, _("The draft is kept. Look at it, then the committee approves it."))
        return redirect(made)
    shown = {"form": form, "title": _("A new circular"), "button": _("Keep the draft")}
    return page(request, "procurement/circular_form.html", tender, **shown)


def one(request, pk, number, codename=""):
    """Return a circular that this user may see: sent, or their work."""
    tender = visible_tender(request, pk)
    circular = get_object_or_404(tender.circulars.select_related("minutes", "terms"), pk=number)
    circular.tender = tender
    if not (circular.is_public or works_on_queries(request, tender)):
        raise Http404
    if codename:
        roles.require(request.user, codename, tender, clock.now())
    return circular


def circular_detail(request, pk, number):
    """One circular as everybody reads it; while it is not sent, what comes next."""
    circular = one(request, pk, number)
    tender, at = circular.tender, clock.now()
    publishes = request.user.is_authenticated and roles.holds(request.user, "publish_circular", tender, at)
    shown = {
        "circular": circular,
        "text": circular.body or circulars.body_of(circular),
        "publishes": publishes and not circular.is_public,
        "late": circulars.late_change(circular, at) if not circular.is_public else None,
    }
    return page(request, "procurement/circular_detail.html", tender, **shown)


@login_required
def circular_revise(request, pk, number):
    circular = one(request, pk, number, "publish_circular")
    known = {"subject": circular.subject, "text": circular.text}
    form = forms.CircularForm(circular.tender, request.POST or None, initial=known, circular=circular)
    return ask(request, circular, form, circulars.revise, title=_("Change the draft"))


@login_required
def circular_change(request, pk, number):
    """Add a change of the terms that no query asked for."""
    circular = one(request, pk, number, "publish_circular")
    form = forms.ChangeForm(circular.tender, request.POST or None)
    return ask(request, circular, form, circulars.change_terms, title=_("Change the terms"))


@require_POST
@login_required
def circular_keep(request, pk, number):
    """Leave a clause or a value of the terms as it was."""
    circular = one(request, pk, number, "publish_circular")
    what = request.POST.get("what", "")
    done = _("It stays as it was.")
    return attempt(request, circulars.drop_change, circular, done=done, what=what)


def ask(request, circular, form, verb, *, title, button=""):
    if request.method == "POST" and try_form(form, verb, circular, by=request.user):
        messages.success(request, _("The draft is kept."))
        return redirect(circular)
    shown = {"circular": circular, "form": form, "title": title, "button": button or _("Keep the draft")}
    return page(request, "procurement/circular_form.html", circular.tender, **shown)


@login_required
def circular_approve(request, pk, number):
    """Approve it in a sitting of the committee: who is present, and the number of the tender."""
    circular = one(request, pk, number, "publish_circular")
    form = forms.PresentForm(circular.tender, clock.now(), request.POST or None)
    if request.method == "POST" and try_form(form, circulars.approve, circular, by=request.user):
        messages.success(request, _("Approved, with minutes. It can be sent now."))
        return redirect(circular)
    shown = {"circular": circular, "text": circulars.body_of(circular), "form": form}
    return page(request, "procurement/circular_approve.html", circular.tender, **shown)


@login_required
def circular_reconsider(request, pk, number):
    circular = one(request, pk, number, "publish_circular")
    form = forms.RejectForm(request.POST or None)
    form.fields["reason"].label = _("Why it needs another look")
    return ask(
        request,
        circular,
        form,
        circulars.reconsider,
        title=_("Take the approval back"),
        button=_("Take it back"),
    )


@login_required
def circular_publish(request, pk, number):
    """Send it to every buyer; a late change proposes the new deadline and moves it in the same act."""
    circular = one(request, pk, number, "publish_circular")
    tender, at = circular.tender, clock.now()
    late = circulars.late_change(circular, at)
    proposed = circulars.proposed_dates(tender, at) if late else None
    form = forms.SendForm(tender, request.POST or None, proposed=proposed and proposed["submission_deadline"])

    def send(circular, *, by, to=None):
        return circulars.publish(circular, by=by, new=following(tender, to, at) if to else None)

    if request.method == "POST" and try_form(form, send, circular, by=request.user):
        messages.success(request, _("Sent. Every buyer has it, with the same words."))
        return redirect(circular)
    before = tender.schedule.dates()
    rows = moved(before, dates_with(before, proposed)) if proposed else []
    shown = {"circular": circular, "text": circulars.body_of(circular), "form": form, "late": late}
    return page(request, "procurement/circular_publish.html", tender, rows=rows, **shown)


def dates_with(before, changed):
    return type(before)(**{**vars(before), **changed})


def following(tender, to, at):
    """Return every date that moves with a new deadline; a deadline that does not move moves nothing."""
    before = tender.schedule.dates()
    if to <= before.submission_deadline:
        return {"submission_deadline": to}
    calendar = tender.municipality.calendar()
    after = planning.shift(before, "submission_deadline", to, rules_of(tender), calendar, at=at)
    return {name: moment for name, moment in after.dated() if before.get(name) != moment}
