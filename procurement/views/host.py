"""What the host does: municipalities and their first mayor, other hosts, accounts, the ledger of outages."""

from datetime import timedelta
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procurement import background, clock, roles, workflow
from procurement.forms.people import (
    AccountForm,
    HostForm,
    MayorForm,
    MunicipalityForm,
    OutageEndForm,
    OutageForm,
)
from procurement.models import Appointment, Municipality, Outage, User
from procurement.roles import Role
from procurement.services import accounts, installation, people
from procurement.views.accounts import code_sheet
from procurement.views.base import try_form


def host_only(view):
    """Let in whoever holds the office of host now."""

    @login_required
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not roles.holds_office(request.user, Role.HOST, None, clock.now()):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


QUIET = timedelta(minutes=3)  # nothing waits so long where the background runs
SHOWN = 50


def shown(request, template, form, **more):
    return render(request, template, {"form": form} | more, status=422 if form.errors else 200)


@host_only
def host(request):
    """The municipalities with their mayors, the hosts, and what waits."""
    at = clock.now()
    mayors = Appointment.objects.filter(
        roles.standing(at), group__name=Role.MAYOR.value, municipality=OuterRef("pk"), user__is_active=True
    )
    municipalities = Municipality.objects.annotate(mayor=Subquery(mayors.values("user")[:1]))
    people_by_pk = User.objects.in_bulk([each.mayor for each in municipalities if each.mayor])
    rows = [(each, people_by_pk.get(each.mayor)) for each in municipalities]
    waiting = next((municipality for municipality, mayor in rows if not mayor), None)
    more = {"rows": rows, "hosts": installation.hosts(at), "waiting": waiting}
    return render(request, "procurement/host_home.html", more)


@host_only
def municipality_create(request):
    form = MunicipalityForm(request.POST or None)
    if municipality := try_form(form, people.create_municipality, by=request.user):
        messages.success(request, _("%(name)s is created. Now invite its mayor.") % {"name": municipality})
        return redirect("mayor-invite", municipality.pk)
    return shown(request, "procurement/host_municipality.html", form)


@host_only
def mayor_invite(request, pk):
    municipality = get_object_or_404(Municipality, pk=pk)
    form = MayorForm(request.POST or None, request.FILES or None)
    if result := try_form(form, installation.welcome_mayor, municipality, by=request.user):
        return invited(request, *result)
    return shown(request, "procurement/host_mayor.html", form, municipality=municipality)


@host_only
def host_invite(request):
    form = HostForm(request.POST or None)
    if result := try_form(form, installation.welcome_host, by=request.user):
        return invited(request, *result)
    return shown(request, "procurement/host_invite.html", form)


def invited(request, appointment, code):
    """Print the code of whoever was invited; somebody who has a password needs none."""
    if code:
        return code_sheet(request, appointment.user, code, back=reverse("host"))
    messages.success(request, _("%(person)s is appointed.") % {"person": appointment.user})
    return redirect("host")


def set_active(*, by, dni, reason, active):
    verb = accounts.reactivate if active else accounts.deactivate
    return verb(accounts.find(dni), reason=reason, by=by)


@host_only
def account_state(request):
    """Close an account, or open a closed one again."""
    form = AccountForm(request.POST or None)
    if user := try_form(form, set_active, by=request.user, active="reactivate" in request.POST):
        open_again, closed = (
            _("The account of %(person)s is open again."),
            _("The account of %(person)s is closed."),
        )
        done = open_again if user.is_active else closed
        messages.success(request, done % {"person": user})
        return redirect("host")
    return shown(request, "procurement/host_account.html", form)


def outages(request):
    """The ledger of outages, which everybody reads; the host writes in it."""
    is_host = request.user.is_authenticated and roles.holds_office(request.user, Role.HOST, None, clock.now())
    if request.method == "POST" and not is_host:
        raise PermissionDenied
    form = OutageForm(request.POST or None)
    if try_form(form, installation.report_outage, by=request.user):
        messages.success(request, _("The outage is written down."))
        return redirect("outages")
    found = Outage.objects.all()
    return shown(request, "procurement/host_outages.html", form, outages=found, is_host=is_host)


@host_only
def outage_end(request, pk):
    outage = get_object_or_404(Outage, pk=pk)
    form = OutageEndForm(request.POST or None)
    if try_form(form, installation.end_outage, outage, by=request.user):
        messages.success(request, _("The end of the outage is written down."))
        return redirect("outages")
    return shown(request, "procurement/host_outage_end.html", form, outage=outage)


@host_only
def background_work(request):
    """What waits in the background, what failed there and why, and whether anybody works at it."""
    at, since = clock.now(), background.waits_since()
    told = [(background.named(row), row) for row in background.troubled()[:SHOWN]]
    counts = {"waiting": background.waiting().count(), "since": since, "failed": told}
    stopped = since is not None and at - since > QUIET and not background.is_busy()
    return render(request, "procurement/host_work.html", counts | {"stopped": stopped, "at": at})


@require_POST
@host_only
def background_again(request, row):
    """Let what was given up be tried again."""
    try:
        installation.try_again(row, by=request.user)
    except workflow.Blocked as blocked:
        for refusal in blocked.refusals:
            messages.error(request, str(refusal), extra_tags=refusal.code)
    else:
        messages.success(request, _("It will be tried again in a moment."))
    return redirect("background")
