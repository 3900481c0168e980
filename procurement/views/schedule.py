"""The dates of a call, the three dates that decide them, and the days on which nobody works (rules 43-50)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procurement import clock, planning, roles
from procurement import schedule as dates
from procurement.forms import call as forms
from procurement.guards import call as guards
from procurement.guards.problems import standing
from procurement.models import DayOff, Municipality
from procurement.places import located
from procurement.roles import Role
from procurement.services import dates as service
from procurement.views.base import attempt, page, try_form, visible_tender
from procurement.workflow import Blocked

ANCHORS = ("announcement", "query_deadline", "submission_deadline")


# The dates


def tender_schedule(request, pk):
    """The dates of a call, each with its day of the week; what warns; how many times they moved."""
    tender = visible_tender(request, pk)
    at = clock.now()
    dated = getattr(tender, "schedule", None)
    found = guards.problems_of(tender, dated.dates()) if dated and tender.profile else []
    shown = {
        "dated": dated,
        "steps": steps_of(dated),
        "skipped": [(forms.labelled(name), reason) for name, reason in dated.skipped.items()]
        if dated
        else [],
        "findings": located(standing(found, tender), tender),
        "moves": tender.changes.filter(kind="postponement").count(),
        "may_set": roles.holds(request.user, "change_tender", tender, at) and before_the_call(tender),
        "may_postpone": may_postpone(request.user, tender, at),
        "readings": readings_of(tender, dated.dates()) if dated and tender.profile else {},
    }
    return page(request, "procurement/schedule_detail.html", tender, **shown)


def before_the_call(tender):
    return tender.state in (tender.State.DRAFT, tender.State.APPROVED)


def may_postpone(user, tender, at):
    receives = tender.state in (tender.State.ANNOUNCED, tender.State.INTEGRATED)
    return receives and roles.holds(user, "postpone_tender", tender, at)


KINDS = {
    "meeting_1": "meeting-1",
    "meeting_2": "meeting-2",
    "meeting_3": "meeting-3",
    "opening_1": "envelope-1",
    "opening_2": "envelope-2",
}


def steps_of(dated):
    """Return the milestones as the timeline draws them: instant, label, kind."""
    milestones = dated.milestones() if dated else []
    return [(moment, label, KINDS.get(name, "")) for name, label, moment in milestones]


def readings_of(tender, proposed):
    """Return, for each meeting, both readings of its three days (rule 49), where its anchor has a date."""
    rules, calendar = guards.rules_of(tender), tender.municipality.calendar()
    if not rules.has_meetings:
        return {}
    found = {}
    anchors = {"meeting_2": "query_deadline", "meeting_3": "submission_deadline"}
    for meeting, anchor in anchors.items():
        if moment := proposed.get(anchor):
            day = dates.local_day(moment)
            found[meeting] = planning.readings(day, rules.days_before, calendar)
    if moment := proposed.get("announcement"):
        day = dates.local_day(moment)
        found["meeting_1"] = planning.readings(day, rules.first_within_days, calendar, after=True)
    return found


def for_dating(request, pk):
    """Return the tender for somebody who may set its dates; 404 or 403 for anybody else."""
    tender = visible_tender(request, pk)
    roles.require(request.user, "change_tender", tender, clock.now())
    return tender


@login_required
def schedule_anchors(request, pk):
    """The three dates that the committee decides; the rest is proposed around them."""
    tender = for_dating(request, pk)
    if tender.profile is None:
        return page(request, "procurement/terms_no_regime.html", tender)
    dated = getattr(tender, "schedule", None)
    initial = {name: getattr(dated, name) for name in ANCHORS} if dated else {}
    form = forms.AnchorsForm(request.POST or None, initial=initial)
    if form.is_valid():
        asked = "&".join(f"{name}={local_text(form.cleaned_data[name])}" for name in ANCHORS)
        return redirect(f"{reverse('schedule-edit', args=[pk])}?{asked}")
    return page(request, "procurement/schedule_anchors.html", tender, form=form)


def local_text(moment):
    """Write an instant for an address: day and hour in Lima."""
    return localtime(moment).strftime("%Y-%m-%dT%H:%M")


def anchors_in(request):
    """Read the three dates from the address, or None where one is missing or cannot be read."""
    found = {}
    for name in ANCHORS:
        try:
            moment = parse_datetime(request.GET.get(name, ""))
        except ValueError:
            moment = None
        if moment is None:
            return None
        found[name] = moment.replace(tzinfo=dates.LIMA)
    return found


def initial_dates(request, tender):
    """Return what the form shows first: what stands, or a proposal around three dates."""
    dated = getattr(tender, "schedule", None)
    stands = {name: getattr(dated, name) for name in dates.MILESTONES} if dated else {}
    if anchors := anchors_in(request):
        proposed = service.propose_dates(tender, **anchors)
        stands = {name: proposed.get(name) for name in dates.MILESTONES}
    skipped = {f"skip_{name}": reason for name, reason in (dated.skipped if dated else {}).items()}
    return stands | skipped | {"version": dated.version if dated else 0}


@login_required
def schedule_edit(request, pk):
    """All dates, with both readings of "three days" beside each meeting; an impossible order is refused."""
    tender = for_dating(request, pk)
    if tender.profile is None:
        return page(request, "procurement/terms_no_regime.html", tender)
    initial = initial_dates(request, tender)
    form = forms.ScheduleForm(tender, clock.now(), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and dates_saved(request, tender, form):
        return redirect("tender-schedule", pk)
    readings = readings_of(tender, as_typed(form, initial))
    shown = {"form": form, "meetings": meetings_in(form, readings), "rules": guards.rules_of(tender)}
    return page(request, "procurement/schedule_edit.html", tender, **shown)


def meetings_in(form, readings):
    """Return (name, field of the date, field of the reason, both readings) of the three meetings."""
    return [(name, form[name], form[f"skip_{name}"], readings.get(name)) for name in dates.MEETINGS]


def as_typed(form, initial):
    """Return the dates that the page shows, as far as they can be read."""
    typed = getattr(form, "cleaned_data", None) or {}
    typed = typed.get("dated", typed)
    shown = {name: typed.get(name) or initial.get(name) for name in dates.MILESTONES}
    return dates.Schedule(**shown)


def dates_saved(request, tender, form):
    """Run the service; after a stale save the form keeps what was typed, beside what the other wrote."""
    try:
        service.set_schedule(tender, by=request.user, **form.cleaned_data)
    except Blocked as blocked:
        form.add_error(None, blocked)
        now = getattr(visible_tender(request, tender.pk), "schedule", None)
        form.show_version(now.version if now else 0)
        return False
    messages.success(request, _("The dates are saved."))
    return True


# The days off


def days_off(request, pk):
    """The days on which a municipality does not attend; its manager keeps the table."""
    municipality = get_object_or_404(Municipality, pk=pk)
    at = clock.now()
    keeps = request.user.is_authenticated and roles.holds_office(request.user, Role.MANAGER, municipality, at)
    rows = DayOff.objects.filter(municipality__in=[municipality]) | DayOff.objects.filter(municipality=None)
    return calendar_page(request, municipality, rows, keeps)


def national_days_off(request):
    """The days decreed for all of Peru; the host of the installation keeps the table."""
    at = clock.now()
    keeps = request.user.is_authenticated and roles.holds_office(request.user, Role.HOST, None, at)
    return calendar_page(request, None, DayOff.objects.filter(municipality=None), keeps)


def calendar_page(request, municipality, rows, keeps):
    form = forms.DayOffForm(request.POST or None) if keeps else None
    if (
        form
        and request.method == "POST"
        and try_form(form, service.add_day_off, municipality, by=request.user)
    ):
        messages.success(request, _("The day is entered."))
        return redirect(request.path)
    year = localtime(clock.now()).year
    shown = {
        "municipality": municipality,
        "rows": rows.select_related("municipality").order_by("date"),
        "form": form,
        "keeps": keeps,
        "years": [year, year + 1],
        "confirmed": set(municipality.calendar_years.values_list("year", flat=True))
        if municipality
        else set(),
    }
    status = 422 if form and form.errors else 200
    return render(request, "procurement/schedule_days_off.html", shown, status=status)


@require_POST
@login_required
def day_off_remove(request, pk):
    """Take out a day that was entered wrongly."""
    day = get_object_or_404(DayOff, pk=pk)
    back = calendar_address(day.municipality)
    return attempt(request, service.remove_day_off, day, done=_("The day is taken out."), to=back)


def calendar_address(municipality):
    return reverse("days-off", args=[municipality.pk]) if municipality else reverse("national-days-off")


@require_POST
@login_required
def calendar_confirm(request, pk):
    """Say that the days off of a year are all entered."""
    municipality = get_object_or_404(Municipality, pk=pk)
    form = forms.YearForm(request.POST)
    if form.is_valid():
        service.confirm_year(municipality, by=request.user, **form.cleaned_data)
        messages.success(request, _("The days of that year are complete."))
    return redirect("days-off", pk)
