"""How large a guarantee makes sense here, what it must pay for, and the plan where it is no cash."""

from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from guarantees import barriers, sizing
from guarantees.catalogue import CATALOGUE
from guarantees.forms.sizing import PlanForm, SizingForm
from guarantees.guards.reception import accepted_for, follows_inventory
from guarantees.services import contingency, reception
from guarantees.views.asking import ask, holds, require
from procurement.guards.award import award_of, settled
from procurement.guards.problems import refusal
from procurement.money import rounded
from procurement.views.base import page, visible_tender

TWELVE = 12
PLANNERS = ("accept_contract_guarantee", "keep_guarantees")
USUAL_MONTHS = 2  # what the field note's sum takes


def percentage_of(tender):
    """Return what the fund gets: what was awarded, else the least that the terms ask."""
    award = award_of(tender)
    return award.percentage if award else settled(tender, "fund_percentage.minimum")


def known(tender):
    """Return what terms, town and award say already."""
    bond = reception.asked(tender, "performance")
    cost = tender.guarantees.exclude(slot="bid").aggregate(sum=Sum("annual_cost"))["sum"]
    found = {
        "bond": bond and bond[1] == "PEN" and bond[0],
        "months": settled(tender, "guarantees.performance.months") or USUAL_MONTHS,
        "monthly_cost": settled(tender, "town.monthly_cost") or tender.town.monthly_operating_cost,
        "annual_turnover": settled(tender, "town.annual_turnover"),
        "house_value": settled(tender, "town.house_value"),
        "percentage": percentage_of(tender),
        "annual_cost": cost,
    }
    return {name: value for name, value in found.items() if value}


def sums(said):
    """Return every figure of the page, exact and rounded once (domain.md §5.8)."""
    turnover, house = said["annual_turnover"], said["house_value"]
    flow = sizing.FundFlow(turnover / TWELVE, said["percentage"])
    need = sizing.needed_bond(said["months"], said["monthly_cost"])
    balance = said["fund_balance"] or Decimal(0)
    bond, cost = said["bond"], said["annual_cost"]
    problem = sizing.warning(bond, house, turnover) if bond else None
    return {
        "need": need,
        "beyond": sizing.needed_bond(said["months"], said["monthly_cost"], balance),
        "measure": sizing.local_measure(house, turnover),
        "barrier": sizing.Barrier(bond, house, turnover) if bond else None,
        "warnings": [refusal(problem)] if problem else [],
        "short": max(need - bond, Decimal("0.00")) if bond else None,
        "cost_share": sizing.cost_share(cost, turnover) if cost else None,
        "gaps": sizing.first_year(need, flow),
        "monthly": rounded(flow.monthly),
        "deposit": flow.deposit,
        "accrued_from": flow.month_accrued(need),
        "covered_from": flow.month_deposited(need),
    }


def guarantee_sizing(request, pk):
    """The calculator of a draft call and of a contract: bond, fund, first year, pilot towns."""
    tender = visible_tender(request, pk)
    data = known(tender) | request.GET.dict()
    complete = {"months", "monthly_cost", "annual_turnover", "house_value", "percentage"} <= data.keys()
    form = SizingForm(data if request.GET or complete else None, initial=data)
    bond = reception.asked(tender, "performance")
    slow = [CATALOGUE[code] for code in accepted_for(tender, "performance") if not CATALOGUE[code].at_once]
    shown = {
        "form": form,
        "result": sums(form.cleaned_data) if form.is_bound and form.is_valid() else None,
        "pilot": sizing.PILOT,
        "waits_for_inventory": bond is None and follows_inventory(tender),
        "in_dollars": bond if bond and bond[1] == "USD" else None,
        "slow": slow,
        "plan": tender.contingency_plans.last(),
        "plans": holds(request, tender, *PLANNERS),
        "tamshiyacu": barriers.of_tamshiyacu(),
    }
    return page(request, "guarantees/sizing.html", tender, **shown)


@login_required
def contingency_plan(request, pk):
    """Write what pays for the service where the performance guarantee is no cash at once (rule 78)."""
    tender = visible_tender(request, pk)
    require(request, tender, *PLANNERS)
    found = known(tender)
    initial = {name: found.get(name) for name in ("months", "monthly_cost", "percentage")}
    if turnover := found.get("annual_turnover"):
        initial["monthly_turnover"] = rounded(turnover / TWELVE)
    initial["bridge"] = settled(tender, "guarantees.contingency", "")
    return ask(
        request,
        tender,
        PlanForm(request.POST or None, initial=initial),
        contingency.plan,
        tender,
        title=_("Contingency plan"),
        button=_("Write the plan"),
        done=_("The plan is written, with its minutes."),
        to=reverse("guarantee-list", args=[pk]),
        back=reverse("guarantee-sizing", args=[pk]),
        intro=_(
            "If the operator leaves, the municipality runs the service and has no budget for it (rule 77)."
        ),
    )
