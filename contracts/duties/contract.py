"""What is due under the contract itself: signature, transition, obligations, termination, its end."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.duties import SOURCES, Due, calendars
from contracts.guards.signing import sign_by
from contracts.models import Contract, Obligation, Subsidy, TerminationStep
from procurement.business_days import DAY
from procurement.roles import Role
from procurement.schedule import local_day

KEEPERS = (Role.MANAGER, Role.ATM)
RULES = {
    "annual-plan": gettext_lazy("rule 97"),
    "share-offer": gettext_lazy("rule 132"),
    "copy": gettext_lazy("RM 270-2009 art. 12"),
    "renewal": gettext_lazy("clause of the contract on its renewal"),
}


def due(row, contract, key, day, title, rule, *, roles=KEEPERS, operator=True, **more):
    """Return one duty under a contract; most concern the operator too."""
    accounts = (contract.operator_id,) if operator and contract.operator_id else ()
    url = reverse("contract", args=[row.tender_id])
    return Due(row.tender, key, day, title, url, rule, roles, accounts, **more)


def live(tenders):
    """Return the standing contracts of these tenders that have not ended."""
    found = Contract.objects.live().filter(tender__in=tenders, closed_on=None, ended_on=None)
    return with_tenders(found.select_related("award"), tenders)


def with_tenders(rows, tenders):
    """Give each row its tender as it was fetched."""
    found = list(rows)
    for row in found:
        row.tender = tenders[row.tender_id]
    return found


def contracts(tenders, at):
    """Until when the contract is signed; then its transition and its end."""
    standing = live(tenders)
    unsigned = {each.tender_id: each.tender for each in standing if each.signed_on is None}
    kept = calendars(unsigned) if unsigned else {}
    for contract in standing:
        if contract.signed_on is None:
            yield from signature(contract, kept[contract.tender.municipality_id])
            continue
        if contract.state == "transition" and contract.transition_until:
            title = _("End the transition period, with two complete cycles")
            yield due(
                contract, contract, "contract.transition", contract.transition_until, title, _("rule 103")
            )
        if contract.ends_on:
            title, told = _("Last day of the contract"), (Role.MAYOR, Role.MANAGER, Role.JVS)
            day = contract.ends_on - DAY
            yield due(contract, contract, "contract.end", day, title, _("rules 90, 140"), roles=told)


def signature(contract, calendar):
    """Until when the winner signs, where the terms say it."""
    if until := sign_by(contract, calendar):
        told = (Role.MAYOR, Role.MANAGER, Role.LEGAL)
        title, rule = _("Sign the contract"), _("clause 29.1 of the terms")
        yield due(contract, contract, "contract.signature", local_day(until), title, rule, roles=told)


def obligations(tenders, at):
    """What one of the parties owes by a day: annual plan, shares to be offered, copies, renewal."""
    owed = Obligation.objects.filter(tender__in=tenders, done_on=None, contract__ended_on=None)
    for row in with_tenders(owed.select_related("contract"), tenders):
        rule = str(RULES.get(row.kind, _("the contract")))
        is_theirs = row.party == Obligation.Party.OPERATOR
        note = _("It is owed by %(party)s.") % {"party": row.get_party_display()}
        key = f"obligation.{row.pk}"
        yield due(row, row.contract, key, row.due_on, row.text, rule, operator=is_theirs, note=note)


def subsidies(tenders, at):
    """When the municipality looks again at what it still pays for the operator."""
    paid = Subsidy.objects.filter(tender__in=tenders, ended_on=None, contract__ended_on=None)
    for row in with_tenders(paid.select_related("contract"), tenders):
        title = _("Look again at the subsidy: %(subsidy)s") % {"subsidy": row}
        note = _("It ends when: %(condition)s") % {"condition": row.condition}
        key = f"subsidy.{row.pk}"
        yield due(row, row.contract, key, row.review_on, title, _("rule 135"), operator=False, note=note)


def terminations(tenders, at):
    """The steps of a termination that is under way."""
    steps = TerminationStep.objects.filter(
        tender__in=tenders, done_on=None, due_on__isnull=False, termination__outcome=""
    )
    for row in with_tenders(steps.select_related("termination__contract"), tenders):
        title = _("Termination: %(step)s") % {"step": row}
        told, key = (Role.MAYOR, Role.MANAGER, Role.LEGAL), f"termination.{row.pk}"
        contract = row.termination.contract
        yield due(row, contract, key, row.due_on, title, _("rule 141"), roles=told)


SOURCES += [contracts, obligations, subsidies, terminations]
