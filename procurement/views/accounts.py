"""How an account is opened with a printed code, and how two officials reset a lost password (decision 3)."""

from datetime import timedelta

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from procurement import clock
from procurement.forms.people import AccessForm, ResetForm
from procurement.models import Municipality, PasswordReset
from procurement.services import accounts
from procurement.services.accounts import CODE_DAYS
from procurement.views.base import try_form
from procurement.workflow import Blocked


def code_sheet(request, user, code, *, back):
    """Show a code, once, on a page made to be printed and handed over; nothing keeps it afterwards."""
    shown = {
        "person": user,
        "code": code,
        "until": clock.now() + timedelta(days=CODE_DAYS),
        "address": request.build_absolute_uri(reverse("access-code")),
        "back": back,
    }
    response = render(request, "procurement/account_code.html", shown)
    response["Cache-Control"] = "no-store"
    return response


@sensitive_post_parameters()
@never_cache
def access_code(request):
    """Choose a password with a printed code, and come in."""
    form = AccessForm(request.POST or None)
    if request.method == "POST":
        too_often = ratelimit.consume_or_429(request, action="reset_password_from_key")
        if too_often:
            return too_often
    if user := try_form(form, accounts.use_code):
        return perform_login(request, user, email_verification="none")
    return render(
        request, "procurement/account_access.html", {"form": form}, status=422 if form.errors else 200
    )


def official_of(request, pk):
    """Return the municipality, if the user is one of its officials."""
    municipality = get_object_or_404(Municipality, pk=pk)
    if not accounts.holds_an_office(request.user, municipality, clock.now()):
        raise PermissionDenied
    return municipality


def propose(municipality, *, by, dni, reason):
    return accounts.propose_reset(accounts.find(dni), municipality=municipality, reason=reason, by=by)


@login_required
def reset_list(request, pk):
    """Propose a new code for somebody who lost the password; confirm what another official proposed."""
    municipality = official_of(request, pk)
    form = ResetForm(request.POST or None)
    if proposal := try_form(form, propose, municipality, by=request.user):
        done = _("Proposed for %(person)s. Another official must confirm it.")
        messages.success(request, done % {"person": proposal.user})
        return redirect("reset-list", pk)
    waiting = accounts.resets_for(request.user, clock.now()).filter(municipality=municipality)
    shown = {"form": form, "municipality": municipality, "waiting": waiting, "days": accounts.RESET_DAYS}
    return render(request, "procurement/account_resets.html", shown, status=422 if form.errors else 200)


@require_POST
@login_required
def reset_confirm(request, pk):
    """Confirm as the second official, and print the code."""
    proposal = get_object_or_404(PasswordReset, pk=pk)
    official_of(request, proposal.municipality_id)
    back = reverse("reset-list", args=[proposal.municipality_id])
    try:
        code = accounts.confirm_reset(proposal, by=request.user)
    except Blocked as blocked:
        messages.error(request, str(blocked.refusals[0]), extra_tags=blocked.codes[0])
        return redirect(back)
    return code_sheet(request, proposal.user, code, back=back)
