"""Who holds which role in a municipality and on a tender: everybody reads it, the mayor changes it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procurement import clock, roles, tasks
from procurement.forms.people import CallInForm, EndForm, MemberForm, OfficialForm
from procurement.models import Appointment, Municipality
from procurement.roles import OFFICES, Role
from procurement.services import people
from procurement.views.accounts import code_sheet
from procurement.views.base import context, page, try_form, visible_tender
from procurement.workflow import Blocked


def listed(appointments, at):
    """Split appointments into those in force or to come and those that ended, in the order of the roles."""
    order = list(Role.values)
    found = appointments.select_related("user", "group", "file", "stands_in_for__user")
    rows = sorted(found, key=lambda each: (order.index(each.group.name), each.start))
    return {
        "current": [row for row in rows if row.end is None or row.end > at],
        "ended": [row for row in rows if row.end and row.end <= at],
    }


def may_appoint(request, municipality, at):
    return request.user.is_authenticated and people.may_appoint(request.user, municipality, at)


def require_appointer(request, municipality):
    if not may_appoint(request, municipality, clock.now()):
        raise PermissionDenied


def municipality_people(request, pk):
    """The offices of a municipality, with their history."""
    municipality = get_object_or_404(Municipality, pk=pk)
    at = clock.now()
    shown = listed(municipality.appointments.filter(tender=None), at)
    shown |= {"municipality": municipality, "at": at, "may_appoint": may_appoint(request, municipality, at)}
    is_mayor = shown["may_appoint"] and roles.holds_office(request.user, Role.MAYOR, municipality, at)
    shown["fixed"] = [] if is_mayor else [role.value for role in people.RESERVED_TO_THE_MAYOR]
    return render(request, "procurement/people_municipality.html", shown)


def tender_people(request, pk):
    """The committee, its secretary, the observers and advisers of a tender, with their history."""
    tender = visible_tender(request, pk)
    at = clock.now()
    shown = listed(tender.appointments.all(), at)
    offices = listed(tender.municipality.appointments.filter(tender=None), at)["current"]
    committee = list(roles.committee(tender, at))
    appoints = may_appoint(request, tender.municipality, at)
    calls = appoints or roles.holds(request.user, "keep_minutes", tender, at)
    shown |= {"seats": [seat.pk for seat in committee], "sitting": [seat.user for seat in committee]}
    filled = {each.group.name for each in shown["current"] if each.start <= at}
    shown["missing"] = [role for role in tasks.ON_EACH if role.value not in filled]
    shown |= {"offices": offices, "may_appoint": appoints, "may_call_in": calls, "fixed": []}
    shown["sees_readings"] = roles.holds(request.user, "read_reserved", tender, at)
    return page(request, "procurement/people_tender.html", tender, **shown)


def people_page(appointment):
    """Return the address of the page that lists this appointment."""
    if appointment.tender_id:
        return reverse("tender-people", args=[appointment.tender_id])
    return reverse("municipality-people", args=[appointment.municipality_id])


def settle(request, result):
    """Go on after an appointment: to the sheet with the code where one was made, else back to the list."""
    appointment, code = result
    back = people_page(appointment)
    if code:
        return code_sheet(request, appointment.user, code, back=back)
    messages.success(request, _("%(person)s is appointed.") % {"person": appointment.user})
    return redirect(back)


@login_required
def official_appoint(request, pk):
    """Give an office of the municipality; those next to the mayor's own only the mayor gives."""
    municipality = get_object_or_404(Municipality, pk=pk)
    require_appointer(request, municipality)
    is_mayor = roles.holds_office(request.user, Role.MAYOR, municipality, clock.now())
    offices = OFFICES if is_mayor else [role for role in OFFICES if role not in people.RESERVED_TO_THE_MAYOR]
    form = OfficialForm(request.POST or None, request.FILES or None, offices=offices)
    if result := try_form(form, people.bring_in, municipality, by=request.user):
        return settle(request, result)
    shown = {"form": form, "municipality": municipality}
    return render(request, "procurement/people_appoint.html", shown, status=422 if form.errors else 200)


@login_required
def tender_appoint(request, pk):
    """Give a role on one tender."""
    tender = visible_tender(request, pk)
    require_appointer(request, tender.municipality)
    form = MemberForm(request.POST or None, request.FILES or None, initial=request.GET.dict())
    if result := try_form(form, people.bring_in, tender, by=request.user):
        return settle(request, result)
    return page(request, "procurement/people_appoint.html", tender, form=form)


def own_appointment(request, pk):
    """Return an appointment of a town whose people the user appoints; 403 for anybody else."""
    appointment = get_object_or_404(Appointment.objects.exclude(municipality=None), pk=pk)
    require_appointer(request, appointment.municipality)
    return appointment


@login_required
def appointment_end(request, pk):
    """End an appointment, by a document."""
    appointment = own_appointment(request, pk)
    form = EndForm(request.POST or None)
    if try_form(form, people.end_appointment, appointment, by=request.user):
        messages.success(
            request, _("The appointment of %(person)s has ended.") % {"person": appointment.user}
        )
        return redirect(people_page(appointment))
    shown = {"form": form, "appointment": appointment, "back": people_page(appointment)}
    shown |= about(request, appointment)
    return render(request, "procurement/people_end.html", shown, status=422 if form.errors else 200)


def about(request, appointment):
    """Return what the frame of the page shows: the tender, or else the municipality."""
    if appointment.tender:
        return context(request, appointment.tender)
    return {"municipality": appointment.municipality}


@require_POST
@login_required
def appointment_code(request, pk):
    """Print another code for somebody who has not come in yet; the code before it serves no more."""
    appointment = own_appointment(request, pk)
    back = people_page(appointment)
    try:
        code = people.invite(appointment, by=request.user)
    except Blocked as blocked:
        messages.error(request, str(blocked.refusals[0]), extra_tags=blocked.codes[0])
        return redirect(back)
    return code_sheet(request, appointment.user, code, back=back)


@login_required
def committee_call_in(request, pk, appointment):
    """Let an alternate sit in a member's place."""
    tender = visible_tender(request, pk)
    at = clock.now()
    if not roles.holds(request.user, "keep_minutes", tender, at):
        require_appointer(request, tender.municipality)
    alternate = get_object_or_404(tender.appointments.filter(position="alternate"), pk=appointment)
    form = CallInForm(request.POST or None, seats=roles.committee(tender, at).filter(stands_in_for=None))
    if try_form(form, people.call_in, alternate, by=request.user):
        messages.success(request, _("%(person)s sits on the committee.") % {"person": alternate.user})
        return redirect("tender-people", pk)
    return page(request, "procurement/people_call_in.html", tender, form=form, alternate=alternate)
