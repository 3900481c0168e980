"""The page on which an observer of the JVS cosigns the log, with a key that stays in their own browser."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from procurement import clock, roles
from procurement.forms.witness import CosignForm, WitnessForm
from procurement.services import checkpoints, witnesses
from procurement.views.base import page, try_form, visible_tender


@login_required
def log_witness(request, pk):
    """Make one's key known, then sign the head of the log; what was cosigned until now."""
    tender = visible_tender(request, pk)
    roles.require(request.user, "observe_tender", tender, clock.now())
    witness, posted = witnesses.of(tender, request.user), request.POST or None
    key_form = WitnessForm(posted if "key" in request.POST else None)
    note_form = CosignForm(posted if "note" in request.POST else None)
    if try_form(key_form, witnesses.enrol, tender, by=request.user):
        messages.success(request, _("Your key is in the log. Now you can sign what the log says."))
        return redirect("log-witness", pk)
    if try_form(note_form, witnesses.cosign, tender, by=request.user):
        messages.success(request, _("Signed. Everybody sees your signature under the head of the log."))
        return redirect("log-witness", pk)
    shown = {
        "witness": witness,
        "name": f"jvs-{request.user.pk}-{tender.log_witnesses.count() + 1}",
        "key_form": key_form,
        "note_form": note_form,
        "cosigned": checkpoints.cosigned(tender),
        "size": checkpoints.shown_size(tender),
    }
    return page(request, "procurement/log_witness.html", tender, **shown)
