"""The steps of one guarantee: each a form of its own, for whoever may take it."""

from collections.abc import Callable
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from guarantees.forms import steps as forms
from guarantees.models import Guarantee
from guarantees.services import life, reception, rents
from guarantees.views.asking import ask, require
from procurement.views.base import visible_tender


class Verb(NamedTuple):
    """One step as a page: who may take it, what it asks, and the words around it."""

    service: Callable
    form: type
    codenames: tuple
    title: str
    done: str
    about: bool = True  # the form is made for the guarantee
    intro: str = ""
    consequence: str = ""


ACCEPTORS = ("accept_contract_guarantee", "accept_bid_guarantee")
KEEP, VERIFY, EXECUTE = ("keep_guarantees",), ("verify_guarantee",), ("execute_guarantee",)

VERBS = {
    "present": Verb(
        reception.present,
        forms.BroughtForm,
        KEEP,
        _("Receive what was corrected"),
        _("It is received, with its receipt."),
    ),
    "observe": Verb(
        reception.observe,
        forms.ObserveForm,
        VERIFY,
        _("Ask for a correction"),
        _("Who gave it has been told."),
        about=False,
    ),
    "verify": Verb(
        reception.verify,
        forms.VerifyForm,
        VERIFY,
        _("Report what was verified"),
        _("The report is there. Now it is decided whether it is accepted."),
        intro=_(
            "Tick only what you saw yourself. What is not ticked or stays empty keeps it from being accepted."
        ),
    ),
    "accept": Verb(
        reception.accept,
        forms.AcceptForm,
        ACCEPTORS,
        _("Accept the guarantee"),
        _("It is accepted."),
        about=False,
        consequence=_(
            "It takes effect by itself once nothing lacks; what must be registered waits for that."
        ),
    ),
    "reject": Verb(
        reception.reject,
        forms.RejectForm,
        ACCEPTORS,
        _("Do not accept the guarantee"),
        _("It is not accepted. Treasury hands the original back."),
        about=False,
    ),
    "register": Verb(
        reception.register,
        forms.RegisterForm,
        VERIFY,
        _("Record its registration"),
        _("The registration is recorded."),
    ),
    "renew": Verb(
        life.renew,
        forms.RenewForm,
        KEEP,
        _("Record its renewal"),
        _("It is renewed."),
    ),
    "assent": Verb(
        life.assent,
        forms.AssentForm,
        KEEP + VERIFY,
        _("Record that who answers agrees with a longer term"),
        _("The assent is recorded."),
        about=False,
        intro=_("Before the addendum is signed. Without it the guarantee ends (CC 1901)."),
    ),
    "claim": Verb(
        life.claim,
        forms.ClaimForm,
        EXECUTE,
        _("Order to claim it"),
        _("The order is recorded, and everybody has been told."),
        consequence=_("The demand must be delivered by notary or judge. Treasury cannot do this alone."),
    ),
    "dismiss": Verb(
        life.dismiss,
        forms.DismissForm,
        EXECUTE,
        _("Drop the claim"),
        _("The claim is dropped; the guarantee stands as before."),
        about=False,
    ),
    "execute": Verb(
        life.execute,
        forms.ExecuteForm,
        KEEP,
        _("Record what was paid"),
        _("The money is recorded."),
        about=False,
    ),
    "release": Verb(
        life.release,
        forms.ReleaseForm,
        ACCEPTORS,
        _("Release the guarantee"),
        _("It is released. Treasury hands the original back."),
    ),
    "return": Verb(
        life.return_it,
        forms.ReturnForm,
        KEEP,
        _("Hand the original back"),
        _("It is handed back, with a receipt."),
    ),
    "rent": Verb(
        rents.receive_rent,
        forms.RentForm,
        KEEP,
        _("Write down a rent that came in"),
        _("It is written down."),
        about=False,
    ),
    "guarantor": Verb(
        reception.add_guarantor,
        forms.GuarantorForm,
        KEEP + VERIFY,
        _("Write who answers"),
        _("It is written down."),
        about=False,
        intro=_("None of this is ever published."),
    ),
    "appraise": Verb(
        reception.appraise,
        forms.AppraiseForm,
        VERIFY,
        _("Write what the goods are worth"),
        _("The value is recorded."),
        about=False,
    ),
    "waive": Verb(
        reception.waive,
        forms.WaiveForm,
        ACCEPTORS,
        _("Do without it"),
        _("It is not asked for any more."),
        about=False,
    ),
}


def one(request, pk, number):
    """Return the tender and one of its guarantees."""
    tender = visible_tender(request, pk)
    guarantee = get_object_or_404(Guarantee, tender=tender, pk=number)
    guarantee.tender = tender
    return tender, guarantee


@login_required
def guarantee_step(request, pk, number, verb):
    """Take one step of a guarantee."""
    tender, guarantee = one(request, pk, number)
    step = VERBS[verb]
    require(request, tender, *step.codenames)
    if guarantee.kind is None and verb != "waive":
        raise Http404
    posted = (request.POST or None, request.FILES or None)
    subject = guarantee.kind if verb == "present" else guarantee
    form = step.form(subject, *posted) if step.about else step.form(*posted)
    if verb == "present" and not posted[0]:
        form.initial = {name: getattr(guarantee, name) for name in form.fields if name != "file"}
    return ask(
        request,
        tender,
        form,
        step.service,
        guarantee,
        title=step.title,
        button=step.title,
        done=step.done,
        to=guarantee.get_absolute_url(),
        intro=step.intro,
        consequence=step.consequence,
        guarantee=guarantee,
    )
