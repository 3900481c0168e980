"""What it costs to leave: how a contract ends, the indemnity, the guarantees, running the service oneself."""

from decimal import Decimal

from django.utils.translation import gettext as _

from contracts.guards.signing import value
from contracts.handover import Section, Table
from contracts.models import TerminationStep, contract_of
from guarantees.catalogue import CATALOGUE
from guarantees.sizing import needed_bond
from procurement.money import display

MONTHS = 2  # of running the service for a time, where the terms state none (domain.md §5.8)


def leaving(tender):
    """Return what ending the contract takes, owes and leaves; without one there is nothing to leave."""
    contract = contract_of(tender)
    lead = _("The water never stops. Before anything is ended, this is what it takes and what it costs.")
    told = [*steps(tender), *indemnity(contract), *money(tender, contract), *afterwards()] if contract else []
    columns = (("what", _("What")), ("says", _("What it takes or costs")), ("rule", _("Where it stands")))
    table = Table("leaving", _("What it costs to leave"), columns, told)
    return Section("leaving", _("What it costs to leave"), lead, [table] if told else [])


def line(what, says, rule):
    return {"what": what, "says": str(says), "rule": str(rule)}


def steps(tender):
    """The due process that the regime asks, in its order; the agreement of both sides is always possible."""
    names = dict(TerminationStep.Key.choices)
    keys, days = value(tender, "termination.steps", ()), value(tender, "termination.days", ())
    if keys:
        named = [
            f"{names.get(key, key)}" + (_(" (%(days)s business days)") % {"days": number} if number else "")
            for key, number in zip(keys, days, strict=False)
        ]
        yield line(_("Steps before it may be terminated"), " → ".join(named), _("rule 141"))
    else:
        says = _("A notarial letter with the facts, the defence, an evaluation, the decision of the council.")
        yield line(_("Steps before it may be terminated"), says, _("rules 139, 141"))
    says = _("Minutes that settle guarantees, fund, receivables and staff, signed by both.")
    yield line(_("End by agreement"), says, _("rules 136-139"))


def indemnity(contract):
    """What the contract owes if the municipality ends it without a cause (rule 93)."""
    says = contract.clauses.get("indemnity") or _(
        "The contract does not say it: ask the legal adviser first."
    )
    yield line(_("Indemnity if the municipality ends it without cause"), says, _("rule 93"))
    for row in contract.terminations.filter(outcome=""):
        says = display(row.indemnity) if row.indemnity is not None else _("not computed yet")
        yield line(_("Termination under way: indemnity"), says, _("rule 93"))


def money(tender, contract):
    """What there is to run the service for a time, and what is missing."""
    standing = tender.guarantees.of(contract.operator_document).filter(slot="performance")
    for row in standing.filter(state__in=("in_force", "renewal_due", "expired")):
        at_once = CATALOGUE[row.instrument].at_once
        speed = _("it turns into cash at once") if at_once else _("it does not turn into cash at once")
        says = f"{display(row.amount, row.currency)}, {row.get_instrument_display()}: {speed}"
        yield line(_("Performance guarantee"), says, _("rules 77-78"))
    balance = contract.fund.balance if hasattr(contract, "fund") else Decimal(0)
    yield line(_("In the Investment Fund"), display(balance), _("rule 85"))
    cost = value(tender, "town.monthly_cost")
    if cost:
        months = value(tender, "guarantees.performance.months", MONTHS)
        need = needed_bond(months, cost, balance)
        facts = {"months": months, "cost": display(months * cost), "need": display(need)}
        says = _("%(months)s months cost %(cost)s; beyond the fund that is %(need)s") % facts
        yield line(_("Running the service for a time"), says, _("rules 77-79"))
    for row in contract.subsidies.filter(ended_on=None):
        facts = {"amount": display(row.monthly), "until": row.condition}
        yield line(str(row), _("%(amount)s a month, until: %(until)s") % facts, _("rule 135"))


def afterwards():
    """What comes back, and what must be sought again."""
    says = _("All assets come back with their improvements; the inventory is reconciled first.")
    yield line(_("Assets"), says, _("rules 97, 140"))
    says = _("Another call, or the service run by the municipality with a budget that it has to find.")
    yield line(_("Afterwards"), says, _("rule 77"))
