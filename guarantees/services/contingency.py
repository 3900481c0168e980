"""The contingency plan of a call whose performance guarantee is no cash at once (rules 77-79)."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guarantees import sizing
from guarantees.models import ContingencyPlan
from procurement import roles
from procurement.log import record
from procurement.money import display
from procurement.roles import Role
from procurement.services import minutes, notices, papers
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, lock

BRIDGE_MISSING = Refusal(
    "guarantee.contingency.bridge-missing",
    _("Write what covers the first year, up to how much, and who sets it going."),
    _("rules 78-79"),
)


def flow(plan):
    """Return how the fund grows under a plan."""
    return sizing.FundFlow(plan.monthly_turnover, plan.percentage, plan.every_months)


@transaction.atomic
def plan(
    tender,
    *,
    months,
    monthly_cost,
    monthly_turnover,
    percentage,
    bridge,
    responsible,
    by,
    every_months=3,
):
    """Write what pays for the service if the operator leaves, as manager or treasury; it is public."""
    tender = lock(tender, by=by)
    at = tender.judged_at
    if not roles.holds(by, "keep_guarantees", tender, at):
        roles.require(by, "accept_contract_guarantee", tender, at)
    if not (bridge.strip() and responsible.strip()):
        raise Blocked(BRIDGE_MISSING)
    minutes.check_public(bridge, responsible)
    found = ContingencyPlan(
        tender=tender,
        months=months,
        monthly_cost=monthly_cost,
        monthly_turnover=monthly_turnover,
        percentage=percentage,
        every_months=every_months,
        bridge=bridge,
        responsible=responsible,
        by=by,
        at=at,
    )
    found.need = sizing.needed_bond(months, monthly_cost)
    found.first_year_gap = sizing.first_year(found.need, flow(found))[-1].missing
    found.covered_from = flow(found).month_deposited(found.need)
    found.save()
    facts = {"need": str(found.need), "first_year_gap": str(found.first_year_gap)}
    facts |= {"covered_from": found.covered_from, "bridge": bridge, "responsible": responsible}
    record(tender, "contingency.plan", by=by, at=at, **facts)
    text = papers.render("minutes_contingency", tender=tender, plan=found)
    kept = {"office": "management", "kind": "contingency-plan", "title": _("Contingency plan")}
    minutes.write(tender, **kept, text=text, happened_at=at, by=by, at=at)
    users = notices.people_of(tender, Role.TREASURY, Role.MANAGER, Role.LEGAL, Role.JVS, at=at)
    text = said(_("%(need)s are needed. %(bridge)s"), need=display(found.need), bridge=bridge)
    link = reverse("guarantee-sizing", args=[tender.pk])
    told = [user for user in users if user != by]
    notices.tell(told, tender=tender, subject=_("Contingency plan"), text=text, at=at, link=link)
    return found
