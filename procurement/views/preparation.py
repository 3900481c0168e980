"""Everything before the call: a page with its tasks, one with what was decided, and one for each record."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from procurement import clock, committee, roles, tasks
from procurement.forms import preparation as forms
from procurement.forms.answers import Paper, Reason
from procurement.models import Study
from procurement.services import committee as interests
from procurement.services import facts, preparation
from procurement.views import prepared
from procurement.views.answers import Asked, paper_of
from procurement.views.base import context, page, visible_tender

tasks.SOURCES.append(prepared.declarations_owed)

FACTS = {
    "agreement": "agreements",
    "study": "studies",
    "assembly": "assemblies",
    "model": "approved_models",
}


def tender_preparation(request, pk):
    """The tasks before the call: what is done, what is missing, who does it."""
    tender = visible_tender(request, pk)
    at = clock.now()
    shown = prepared.sections(tender, request.user, at)
    shown["draft"] = tender.state == tender.State.DRAFT
    shown["planned"] = getattr(getattr(tender, "schedule", None), "announcement", None)
    shown["can_approve"] = roles.holds(request.user, "approve_tender", tender, at)
    return page(request, "procurement/prep_home.html", tender, **shown)


def tender_decision(request, pk):
    """What the town decided, and on what ground: for everybody, from the announcement on."""
    tender = visible_tender(request, pk)
    at = clock.now()
    may = {
        "prepares": roles.holds(request.user, "prepare_tender", tender, at),
        "records_council": roles.holds(request.user, "record_council_act", tender, at),
    }
    return page(request, "procurement/prep_decision.html", tender, **may, **prepared.decided(tender))


def tender_roles(request, pk):
    """Who does what, before and with an operator (rules 4-8, Table 9), and who is who in this call."""
    tender = visible_tender(request, pk)
    return page(request, "procurement/prep_roles.html", tender, **prepared.actors(tender, clock.now()))


# One thing a page


def for_preparing(request, pk, codename="prepare_tender"):
    """Return the tender for somebody who may record its preparation; 404 or 403 for anybody else."""
    tender = visible_tender(request, pk)
    roles.require(request.user, codename, tender, clock.now())
    return tender


def ask(request, tender, form, verb, *arguments, paper=None, done, to="tender-preparation", **words):
    """Ask, check, record; then say so and go back to the tasks."""
    asked = Asked(request, form, paper)
    if asked.record(verb, *arguments, by=request.user):
        messages.success(request, done)
        return redirect(to, tender.pk)
    words = {"back": reverse(to, args=[tender.pk]), "back_title": _("Before the call")} | words
    return asked.page(context(request, tender), **words)


def first_agreement(request, tender):
    """Return what the form of an agreement starts with: the members by law, and what one came for."""
    return {"legal_number": tender.municipality.legal_number, "purpose": request.GET.get("purpose", "")}


@login_required
def agreement_record(request, pk):
    tender = for_preparing(request, pk, "record_council_act")
    return ask(
        request,
        tender,
        forms.AgreementForm(request.POST or None, initial=first_agreement(request, tender)),
        preparation.record_agreement,
        tender,
        paper=paper_of(request, Paper),
        title=_("Council agreement"),
        intro=_("Write it as the agreement says it. You attach the paper on the next page."),
        button=_("Record the agreement"),
        consequence=_(
            "The agreement and its votes are published with the call, and a certificate joins the minutes."
        ),
        done=_("The council agreement is recorded."),
    )


@login_required
def study_record(request, pk, kind):
    tender = for_preparing(request, pk)
    if kind not in Study.Kind.values:
        raise Http404
    return ask(
        request,
        tender,
        forms.StudyForm(request.POST or None),
        lambda *taken, **named: preparation.record_study(*taken, kind=kind, **named),
        tender,
        paper=paper_of(request, Paper),
        title=Study.Kind(kind).label,
        intro=_("Who made it and what it found. You attach the document on the next page."),
        button=_("Record the study"),
        consequence=_("The document is published with the call, known by its fingerprint."),
        done=_("The study is recorded."),
    )


@login_required
def assembly_record(request, pk):
    tender = for_preparing(request, pk)
    return ask(
        request,
        tender,
        forms.AssemblyForm(request.POST or None, initial={"mode": request.GET.get("mode", "")}),
        preparation.record_assembly,
        tender,
        paper=paper_of(request, Paper, required=False),
        title=_("An assembly"),
        intro=_("Who came and what was decided. People are counted, never named."),
        button=_("Record the assembly"),
        consequence=_("The numbers and the decision are published with the call. No name is."),
        done=_("The assembly is recorded."),
    )


@login_required
def model_record(request, pk):
    tender = for_preparing(request, pk)
    return ask(
        request,
        tender,
        forms.ModelForm(request.POST or None, tender=tender, initial=prepared.first_model(tender)),
        preparation.record_model,
        tender,
        paper=paper_of(request, Paper, required=False),
        title=_("The model that was approved"),
        intro=_("As the assembly of delegates approved it. No bid may offer less than these targets."),
        button=_("Record the model"),
        consequence=_("The origin decides who may bid, and the targets go into the terms and the contract."),
        done=_("The approved model is recorded."),
    )


@login_required
def regime_choose(request, pk):
    tender = for_preparing(request, pk)
    decision = getattr(tender, "regime_decision", None)
    return ask(
        request,
        tender,
        forms.RegimeForm(request.POST or None, initial=prepared.regime_now(decision)),
        preparation.choose_regime,
        tender,
        paper=paper_of(request, Paper, required=False),
        include="procurement/prep_regimes.html",
        regimes=prepared.compared(localtime(clock.now()).date()),
        title=_("Which law the call is made under"),
        intro=_("The municipality chooses it with a legal report. It is fixed from the announcement on."),
        button=_("Record the choice"),
        consequence=_("What the terms have to state depends on it. The reason is published."),
        done=_("The regime is chosen."),
    )


@login_required
def conflict_declare(request, pk):
    tender = visible_tender(request, pk)
    appointment = interests.appointment_to_declare(tender, request.user, clock.now())
    if not appointment:
        raise PermissionDenied
    return ask(
        request,
        tender,
        forms.ConflictForm(request.POST or None),
        interests.declare,
        tender,
        include="procurement/prep_conflict.html",
        definition=tender.parameters.get("conflict.definition", ""),
        mine=committee.declaration(appointment),
        title=_("My declaration of interests"),
        intro=_("You declare twice: when appointed, and again once it is known who bids."),
        button=_("Declare"),
        consequence=_(
            "That you declared, and whether there is a tie, is published. With whom and which, is not. "
            "Whoever has a tie steps aside and an alternate takes the place."
        ),
        done=_("Your declaration is recorded."),
        **back_to_the_evaluation(tender),
    )


def back_to_the_evaluation(tender):
    """Return where one goes on after declaring: once the bidders are known, to their evaluation."""
    if tender.state != tender.State.EVALUATING:
        return {}
    return {"to": "evaluation", "back_title": _("Evaluation")}


@login_required
def fact_supersede(request, pk, kind, fact):
    """Cross out a fact that was entered wrongly."""
    council = kind == "agreement"
    tender = for_preparing(request, pk, "record_council_act" if council else "prepare_tender")
    if kind not in FACTS:
        raise Http404
    found = get_object_or_404(getattr(tender, FACTS[kind]).standing(), pk=fact)
    return ask(
        request,
        tender,
        Reason(request.POST or None),
        facts.supersede,
        found,
        title=_("Cross out: %(fact)s") % {"fact": found},
        intro=_("Nothing is erased: it stays, crossed out, with your reason beside it."),
        button=_("Cross it out"),
        consequence=_("Whatever rested on it waits until it is recorded again. The reason is published."),
        done=_("It no longer counts."),
        to="tender-decision",
        back_title=_("What the town decided"),
    )
