"""What must stand while a contract runs: the transition ends, time stands still, the term is over."""

from django.utils.translation import gettext_lazy as _

from contracts.guards.signing import value
from guarantees.guards.assent import who_answers, without_assent
from procurement.guards.problems import lazily_shown
from procurement.schedule import local_day
from procurement.workflow import Unmet, guard

CYCLES = 2  # of supply, billing and collection (rule 103)


def cycles_needed(contract):
    return value(contract.tender, "contract.transition_cycles", CYCLES)


def complete_cycles(contract):
    return contract.cycles.exclude(collected_on=None).count()


@guard(
    code="contract.transition.cycles-incomplete",
    reason=_(
        "%(done)s of %(needed)s full supply-billing-collection cycles done. The transition cannot be closed."
    ),
    rule=_("rule 103"),
)
def cycles_are_complete(contract, at):
    done, needed = complete_cycles(contract), cycles_needed(contract)
    return done >= needed or Unmet(done=done, needed=needed)


@guard(
    code="contract.transition.not-over",
    reason=_("The transition period lasts until %(until)s. Close it from that day on."),
    rule=_("rule 102"),
)
def transition_is_over(contract, at):
    until = contract.transition_until
    return until is None or local_day(at) >= until or Unmet(until=lazily_shown(until))


@guard(
    code="contract.start.transition-planned",
    reason=_("The contract has a transition period: the service starts with it."),
    rule=_("rule 102"),
)
def there_is_no_transition(contract, at):
    return not contract.transition_days


@guard(
    code="contract.start.no-transition",
    reason=_("The contract has no transition period."),
    rule=_("rule 102"),
)
def there_is_a_transition(contract, at):
    return bool(contract.transition_days)


@guard(
    code="contract.transfer.not-planned",
    reason=_("The transfer has no plan yet. Install the joint committee and plan the seven tasks."),
    rule=_("rules 105-113"),
)
def transfer_is_planned(contract, at):
    return contract.tender.transfers.exists()


@guard(
    code="contract.suspension.missing",
    reason=_("Nothing stands still: record the suspension with its day and its reason."),
    rule=_("clause 24 of the contract"),
)
def a_suspension_is_open(contract, at):
    return contract.suspensions.filter(resumed_on=None).exists()


@guard(
    code="contract.resume.surety-assent-missing",
    reason=_(
        "The term gets longer, until %(end)s, and %(guarantor)s has not agreed in writing: the surety may "
        "end. Get the assent first, or say why the service goes on without it."
    ),
    rule=_("CC 1901; clause 20.7 of the contract"),
    warning=True,
    holds_for=("end", "guarantor"),
)
def guarantors_know_the_longer_term(contract, at):
    """Force majeure makes the term longer too; water does not wait for a signature, so this only warns."""
    until = contract.extended_until
    left = without_assent(contract.tender, at, until) if until > contract.ends_on else []
    return not left or Unmet(end=lazily_shown(until), guarantor="; ".join(map(who_answers, left)))


@guard(
    code="contract.expiry.not-over",
    reason=_("The term lasts until %(until)s."),
    rule=_("rule 90"),
)
def term_is_over(contract, at):
    if contract.ends_on is None:
        return Unmet(until="—")
    return local_day(at) >= contract.ends_on or Unmet(until=lazily_shown(contract.ends_on))


TO_END_TRANSITION = [transition_is_over, cycles_are_complete]
