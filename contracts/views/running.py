"""While the contract runs: the transition and its cycles, suspension, addendum, micro-measurement."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bids.views.asking import ask, holds, require
from contracts.forms import running as forms
from contracts.guards import running as guards
from contracts.services import addenda, operation
from contracts.steps import against
from contracts.views.contract import here, kept, of_tender, public_contract
from procurement import clock
from procurement.views.base import attempt, page, visible_tender


def transition_page(tender):
    return reverse("contract-transition", args=[tender.pk])


def elsewhere(reasons, here):
    """Return the reasons without the links that lead back to the page at hand."""
    for each in reasons:
        each.url = "" if each.url == here else each.url
    return reasons


def contract_transition(request, pk):
    """The cycles of the transition, what is still missing, until when."""
    tender, contract = public_contract(request, pk)
    shown = {
        "contract": contract,
        "cycles": contract.cycles.all(),
        "done": guards.complete_cycles(contract),
        "needed": guards.cycles_needed(contract),
        "reasons": elsewhere(against(contract, "end_transition", clock.now()), transition_page(tender)),
        "keeps": holds(request, "keep_contract", tender),
    }
    return page(request, "contracts/contract_transition.html", tender, **shown)


@login_required
def cycle_supply(request, pk):
    tender, contract = kept(request, pk)
    return ask(
        request,
        tender,
        forms.SupplyForm(request.POST or None),
        operation.log_supply,
        contract,
        title=_("Water was supplied"),
        intro=_("A cycle begins with the days in which water was supplied, usually a month."),
        button=_("Begin the cycle"),
        done=_("The cycle is begun."),
        to=transition_page(tender),
    )


def of_cycle(request, pk, number, form, verb, **words):
    """Record one step of a cycle."""
    tender, contract = kept(request, pk)
    cycle = get_object_or_404(contract.cycles, number=number)
    intro = str(cycle)
    return ask(request, tender, form, verb, cycle, intro=intro, to=transition_page(tender), **words)


@login_required
def cycle_bill(request, pk, number):
    form = forms.BillForm(request.POST or None)
    words = {"title": _("The cycle was billed"), "button": _("Record it"), "done": _("It is recorded.")}
    return of_cycle(request, pk, number, form, operation.log_bill, **words)


@login_required
def cycle_collect(request, pk, number):
    form = forms.CollectionForm(request.POST or None)
    words = {"title": _("The cycle was collected"), "button": _("Record it")}
    done = _("The cycle is complete.")
    return of_cycle(request, pk, number, form, operation.log_collection, done=done, **words)


@require_POST
@login_required
def transition_end(request, pk):
    tender, contract = kept(request, pk)
    done = _("The transition period ended.")
    return attempt(request, operation.end_transition, contract, done=done, to=transition_page(tender))


@login_required
def contract_suspend(request, pk):
    tender, contract = kept(request, pk)
    return ask(
        request,
        tender,
        forms.SuspendForm(request.POST or None),
        operation.suspend,
        contract,
        title=_("Suspend the contract"),
        intro=_("By force majeure: something extraordinary that nobody could foresee or resist."),
        consequence=_("The term stands still, and gets longer by the same days."),
        button=_("Suspend"),
        done=_("The contract is suspended."),
        to=here(tender),
    )


@login_required
def contract_resume(request, pk):
    tender, contract = kept(request, pk)
    return ask(
        request,
        tender,
        forms.ResumeForm(request.POST or None),
        operation.resume,
        contract,
        title=_("The contract goes on"),
        consequence=_("The end of the contract moves by the days that it stood still."),
        button=_("Go on"),
        done=_("The contract goes on."),
        to=here(tender),
    )


@login_required
def contract_metering(request, pk):
    tender, contract = kept(request, pk)
    return ask(
        request,
        tender,
        forms.MeteringForm(request.POST or None),
        operation.complete_metering,
        contract,
        title=_("Micro-measurement is complete"),
        consequence=_("From now on the price by cubic metre applies. It did not before."),
        button=_("Record it"),
        done=_("It is recorded."),
        to=here(tender),
    )


@login_required
def contract_amend(request, pk):
    """Record a signed addendum, as the mayor."""
    tender = visible_tender(request, pk)
    require(request, "sign_contract", tender)
    contract = of_tender(tender)
    intro = _("A longer term needs the written assent of whoever answers for the operator (CC 1901).")
    return ask(
        request,
        tender,
        forms.AmendForm(tender, request.POST or None, request.FILES or None),
        addenda.amend,
        contract,
        title=_("Addendum"),
        intro=intro,
        consequence=_("The contract changes from now on; what it said before stays on record."),
        confirm=True,
        button=_("Record the addendum"),
        done=_("The addendum is recorded."),
        to=here(tender),
    )
