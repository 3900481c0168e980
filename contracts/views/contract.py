"""The page of the contract: its next step, what blocks it, until when, and its public sheet."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from bids.views.asking import ask, holds, require
from contracts import sheet
from contracts.forms import running as forms
from contracts.guards import ending, running
from contracts.guards import signing as guards
from contracts.models import contract_of
from contracts.parties import is_operator
from contracts.services import operation, signing
from contracts.steps import ENDED, against, draft_parts
from procurement import clock
from procurement.schedule import local_day
from procurement.views.base import page, visible_tender

RIGHTS = ("prepare_contract", "sign_contract", "keep_contract", "end_contract")


def here(tender):
    return reverse("contract", args=[tender.pk])


def of_tender(tender):
    """Return the contract, or answer 404 where there is none."""
    contract = contract_of(tender)
    if contract is None:
        raise Http404
    contract.tender, contract.judged_at = tender, clock.now()
    return contract


def rights(request, tender):
    """Return {codename: whether this user holds it} for everything that the page of a contract offers."""
    return {codename: holds(request, codename, tender) for codename in RIGHTS}


def may_read(request, contract, mine):
    """Whether somebody reads the contract: everybody from the signature on, both parties before (D1)."""
    return contract.signed_on is not None or any(mine.values()) or is_operator(contract, request.user)


def public_contract(request, pk):
    """Return tender and contract where this user may read it; 404 else."""
    tender = visible_tender(request, pk)
    contract = of_tender(tender)
    if not may_read(request, contract, rights(request, tender)):
        raise Http404
    return tender, contract


def contract_home(request, pk):
    """How the contract stands, for whoever looks."""
    tender = visible_tender(request, pk)
    contract, mine = contract_of(tender), rights(request, tender)
    if contract is None or not may_read(request, contract, mine):
        begins = contract is None and tender.consented_at and tender.state == "consented"
        shown = {"begun": contract is not None, "may_begin": begins and mine["prepare_contract"]}
        return page(request, "contracts/contract_none.html", tender, **shown)
    at = clock.now()
    contract.tender, contract.judged_at = tender, at
    shown = {"contract": contract, "mine": mine, "ended": contract.state in ENDED}
    shown |= next_of(contract, at) | papers_of(contract)
    return page(request, "contracts/contract_home.html", tender, **shown)


def next_of(contract, at):
    """Return what comes next in this state, and what stands against it."""
    state = contract.state
    if state == contract.State.DRAFTED:
        parts = draft_parts(contract, at)
        against_report = against(contract, "make_ready", at)
        return {"parts": parts, "reasons": against_report, "sign_by": guards.sign_by(contract)}
    if state == contract.State.READY:
        return {"reasons": against(contract, "sign", at), "sign_by": guards.sign_by(contract)}
    if state == contract.State.TRANSITION:
        return {
            "reasons": against(contract, "end_transition", at),
            "cycles": running.complete_cycles(contract),
            "needed": running.cycles_needed(contract),
        }
    owed = contract.obligations.filter(done_on=None).first()
    day = local_day(at)
    return {"owed": owed, "day": day, "expected": guards.expected(contract, day)}


def papers_of(contract):
    """Return what stands below: the sheet, and what happened since the signature."""
    tender = contract.tender
    return {
        "rows": sheet.rows(contract),
        "risks": sheet.risks(),
        "addenda": contract.addenda.all(),
        "suspensions": contract.suspensions.all(),
        "subsidies": contract.subsidies.all(),
        "annexes": contract.annexes.exclude(frozen_at=None).select_related("document"),
        "minutes": tender.minutes.filter(kind__startswith="contract"),
        "termination": ending.open_termination(contract),
    }


def contract_text(request, pk):
    """The whole text of the contract, as both sides sign it."""
    tender, contract = public_contract(request, pk)
    shown = {"contract": contract, "text": signing.standing_text(contract)}
    return page(request, "contracts/contract_text.html", tender, **shown)


def contract_obligations(request, pk):
    """What both parties owe, with its days; what was done, with its proof."""
    tender, contract = public_contract(request, pk)
    shown = {
        "contract": contract,
        "obligations": contract.obligations.select_related("document"),
        "subsidies": contract.subsidies.all(),
        "keeps": holds(request, "keep_contract", tender),
        "today": local_day(clock.now()),
    }
    return page(request, "contracts/contract_obligations.html", tender, **shown)


def kept(request, pk):
    """Return tender and contract for those alone who keep it."""
    tender = visible_tender(request, pk)
    require(request, "keep_contract", tender)
    return tender, of_tender(tender)


@login_required
def contract_fulfil(request, pk, number):
    """Record that something owed was done."""
    tender, contract = kept(request, pk)
    obligation = get_object_or_404(contract.obligations, pk=number)
    return ask(
        request,
        tender,
        forms.FulfilForm(request.POST or None, request.FILES or None),
        operation.fulfil,
        obligation,
        title=_("Record that it was done"),
        intro=obligation.text,
        button=_("Record it"),
        done=_("It is recorded."),
        to=reverse("contract-obligations", args=[tender.pk]),
    )


@login_required
def contract_subsidy_end(request, pk, number):
    """Record that a support of the municipality ended."""
    tender, contract = kept(request, pk)
    subsidy = get_object_or_404(contract.subsidies, pk=number)
    return ask(
        request,
        tender,
        forms.EndSubsidyForm(request.POST or None),
        operation.end_subsidy,
        subsidy,
        title=_("The support ends"),
        intro=_("It ends when: %(condition)s") % {"condition": subsidy.condition},
        button=_("Record it"),
        done=_("It is recorded."),
        to=reverse("contract-obligations", args=[tender.pk]),
    )
