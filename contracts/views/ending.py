"""How a contract ends: the ways, termination step by step, agreement, reversion."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bids.views.asking import ask, holds, require
from contracts.forms import running as forms
from contracts.guards import ending as guards
from contracts.models import Termination
from contracts.services import ending, termination
from contracts.steps import against
from contracts.views.contract import here, kept, of_tender, public_contract
from procurement import clock
from procurement.schedule import local_day
from procurement.views.base import attempt, page, visible_tender


def ended_by(request, pk):
    """Return tender and contract for the mayor alone, who ends it."""
    tender = visible_tender(request, pk)
    require(request, "end_contract", tender)
    return tender, of_tender(tender)


@login_required
def contract_end(request, pk):
    """The ways in which a contract ends, and what each of them asks."""
    tender, contract = ended_by(request, pk)
    stated = termination.states_the_process(tender)
    shown = {"contract": contract, "stated": stated, "found": guards.open_termination(contract)}
    return page(request, "contracts/contract_end.html", tender, **shown)


def termination_page(tender):
    return reverse("contract-termination", args=[tender.pk])


def contract_termination(request, pk):
    """The steps of the termination: what was done, what is due until when, what follows."""
    tender, contract = public_contract(request, pk)
    found = contract.terminations.last()
    steps = list(found.steps.select_related("document")) if found else []
    following = next((step for step in steps if step.done_on is None), None)
    shown = {
        "contract": contract,
        "found": found,
        "steps": steps,
        "following": None if found is None or found.outcome else following,
        "stated": termination.states_the_process(tender),
        "ends": holds(request, "end_contract", tender),
        "today": local_day(clock.now()),
    }
    return page(request, "contracts/contract_termination.html", tender, **shown)


@login_required
def termination_notice(request, pk):
    tender, contract = ended_by(request, pk)
    asks_days = not termination.states_the_process(tender)
    form = forms.NoticeForm(tender, asks_days, request.POST or None, request.FILES or None)
    return ask(
        request,
        tender,
        form,
        termination.give_notice,
        contract,
        title=_("Notice of termination"),
        intro=_("The notarial letter tells the operator the facts. The service goes on meanwhile."),
        consequence=_("The operator is told, and the days to answer begin. It is public."),
        confirm=True,
        button=_("Record the notice"),
        done=_("The notice is recorded. Follow its steps."),
        to=termination_page(tender),
        back=reverse("contract-end", args=[tender.pk]),
    )


@login_required
def termination_step(request, pk, key):
    tender, contract = ended_by(request, pk)
    found = get_object_or_404(Termination, contract=contract, outcome="")
    step = get_object_or_404(found.steps.exclude(key="council"), key=key)
    return ask(
        request,
        tender,
        forms.StepForm(request.POST or None, request.FILES or None),
        termination.record_step,
        step,
        title=str(step),
        button=_("Record it"),
        done=_("It is recorded."),
        to=termination_page(tender),
    )


@login_required
def termination_drop(request, pk):
    tender, contract = ended_by(request, pk)
    return ask(
        request,
        tender,
        forms.ReasonForm(request.POST or None),
        termination.drop_notice,
        contract,
        title=_("Accept the defence"),
        consequence=_("The notice falls and the contract goes on as before."),
        button=_("Accept the defence"),
        done=_("The contract goes on."),
        to=here(tender),
    )


@login_required
def termination_decide(request, pk):
    tender, contract = ended_by(request, pk)
    found = guards.open_termination(contract)
    without_cause = found is not None and found.ground == Termination.Ground.WITHOUT_CAUSE
    return ask(
        request,
        tender,
        forms.DecideForm(tender, without_cause, request.POST or None, request.FILES or None),
        termination.terminate,
        contract,
        title=_("Decision of the council"),
        consequence=_("The contract is terminated, the assets come back, and the water goes on as written."),
        confirm=True,
        button=_("Terminate"),
        done=_("The contract is terminated. Take the assets back."),
        to=here(tender),
        back=termination_page(tender),
    )


@login_required
def contract_agree(request, pk):
    tender, contract = ended_by(request, pk)
    mixed = contract.shareholders.filter(kind="municipal").exists()
    return ask(
        request,
        tender,
        forms.AgreeForm(tender, mixed, request.POST or None, request.FILES or None),
        ending.end_by_agreement,
        contract,
        title=_("End by agreement"),
        intro=_("Both sides sign minutes that settle everything between them."),
        consequence=_("The contract ends on that day, and the assets come back."),
        confirm=True,
        button=_("Record the agreement"),
        done=_("The contract ended by agreement. Take the assets back."),
        to=here(tender),
        back=reverse("contract-end", args=[tender.pk]),
    )


def contract_reversion(request, pk):
    """The assets that come back: what was handed over, what came back, what is missing."""
    tender, contract = public_contract(request, pk)
    shown = {
        "contract": contract,
        "reversion": getattr(contract, "reversion", None),
        "inventory": guards.handed_over(contract),
        "reasons": against(contract, "close", clock.now()),
        "keeps": holds(request, "keep_contract", tender),
    }
    return page(request, "contracts/contract_reversion.html", tender, **shown)


@login_required
def reversion_begin(request, pk):
    tender, contract = kept(request, pk)
    return ask(
        request,
        tender,
        forms.BeginReversionForm(request.POST or None),
        ending.begin_reversion,
        contract,
        title=_("The assets come back"),
        button=_("Begin"),
        done=_("It is recorded. Now compare the inventory."),
        to=reverse("contract-reversion", args=[tender.pk]),
    )


@login_required
def reversion_reconcile(request, pk):
    tender, contract = kept(request, pk)
    inventory = guards.handed_over(contract)
    initial = {} if inventory is None else {"delivered": inventory}
    intro = _("What was handed over and what was added is what came back and what is missing.")
    return ask(
        request,
        tender,
        forms.ReconcileForm(request.POST or None, request.FILES or None, initial=initial),
        ending.reconcile,
        contract,
        title=_("Compare the inventory"),
        intro=intro,
        button=_("Record it"),
        done=_("The inventory is reconciled."),
        to=reverse("contract-reversion", args=[tender.pk]),
    )


@require_POST
@login_required
def contract_close(request, pk):
    tender, contract = kept(request, pk)
    done = _("The contract is closed, and its guarantees are released.")
    return attempt(request, ending.close, contract, done=done, to=here(tender))
