"""The public sheet of a contract: every field of Table 12 (rule 95), as rows."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from bids.scoring import words
from contracts import clauses
from contracts.guards import signing as guards
from procurement.money import display


class Row(NamedTuple):
    """One field of the sheet: a text, a number, a day, or a list of texts."""

    label: str
    value: Any

    @property
    def is_list(self):
        return isinstance(self.value, list)


UNITS = {"water_coverage": "%", "sewer_coverage": "%", "hours_per_day": _("hours a day")}
ECONOMIC = _("the operator lives from the charges of the users and pays a percentage to the fund")


def risks():
    """Return the risk matrix (rule 89): (risk, who bears it)."""
    return [(risk, clauses.BEARERS[bearer]) for risk, bearer in clauses.RISKS]


def income_uses():
    """Return what the income may be used for (rule 96)."""
    return clauses.INCOME_USES


def prohibitions():
    """Return what the operator may never do with the assets (rule 82)."""
    return clauses.PROHIBITIONS


def rows(contract):
    """Return the rows of the sheet; what nobody has stated is said to be missing by an empty value."""
    parts = (service, parties, duration, money, rules)
    return [Row(label, value) for part in parts for label, value in part(contract)]


def service(contract):
    tender = contract.tender
    connections, charge = (guards.value(tender, f"town.{key}") for key in ("connections", "average_charge"))
    billing = connections * charge if connections and charge else None
    return [
        (_("Town"), tender.town.name),
        (_("Population"), tender.town.population),
        (_("Connections"), connections),
        (_("Monthly billing"), soles(billing)),
        (_("Object"), contract.clauses.get("object", "")),
        (_("Charges"), charge_stage(contract)),
    ]


def charge_stage(contract):
    """Say whether the price by cubic metre applies: only when micro-measurement is complete (rule 151)."""
    if contract.metered_on:
        return _("by cubic metre: micro-measurement is complete")
    return _("fixed, until micro-measurement is complete")


def parties(contract):
    return [
        (_("Operator"), contract.operator_name),
        (_("Signs for the operator"), contract.representative),
        (_("Initial capital"), soles(contract.initial_capital)),
        (_("Shareholders"), [f"{row.name}: {row.share} %" for row in contract.shareholders.all()]),
    ]


def duration(contract):
    return [
        (_("Signed on"), contract.signed_on or _("written when both sign")),
        (_("Term, years"), contract.years),
        (_("The term runs from"), contract.get_term_starts_from_display()),
        (_("Start of operations"), contract.started_on or _("written when the service is handed over")),
        (_("Ends on"), contract.ends_on or _("counted from that day")),
    ]


def money(contract):
    base = f"{contract.get_fund_base_display()}, {contract.get_fund_vat_display()}"
    return [
        (_("Investment Fund"), f"{contract.fund_percentage} % ({words(contract.fund_percentage)})"),
        (_("Taken of"), base),
        (_("How often it is paid"), contract.get_fund_frequency_display()),
        (_("Managed by"), contract.get_fund_manager_display()),
        (_("Economic system"), ECONOMIC),
        (_("Income may be used for"), list(clauses.INCOME_USES)),
        (_("Guarantees"), guarantees(contract)),
    ]


def guarantees(contract):
    """Return the guarantees in words: slot, instrument and amount, nothing about people."""
    given = contract.tender.guarantees.of(contract.operator_document).exclude(amount=None)
    return [f"{each} · {display(each.amount, each.currency)} · {each.get_state_display()}" for each in given]


def soles(amount):
    """Return an amount in soles in words, or nothing where none is stated."""
    return "" if amount is None else display(amount, "PEN")


def rules(contract):
    targets = [
        f"{label}: {getattr(contract, name)} {UNITS[name]}"
        for name, label in guards.TARGETS.items()
        if getattr(contract, name) is not None
    ]
    return [
        (_("Targets"), targets),
        (_("The operator may not"), list(clauses.PROHIBITIONS)),
        (_("The operator must"), contract.clauses.get("operator_duties", "")),
    ]
