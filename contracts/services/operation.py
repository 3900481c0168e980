"""The contract while it runs: start, cycles, suspensions, what is owed (rules 97-104, 132, 135, 151)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contracts import term
from contracts.guards.running import guarantors_know_the_longer_term
from contracts.guards.signing import value
from contracts.models import Cycle, Obligation, Suspension
from contracts.services.common import hold, judge_day, keep, leave, tell
from contracts.services.signing import owe
from procurement.business_days import DAY, add_months, add_years
from procurement.guards.problems import lazily_shown
from procurement.log import record
from procurement.services.minutes import check_public
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance, check, lock, wrong_state

CYCLE = _("rule 103")
BEFORE_START = Refusal(
    "contract.cycle.before-start",
    _("A cycle begins on the day when the operator started, %(started_on)s, or later."),
    CYCLE,
)
OVERLAP = Refusal(
    "contract.cycle.overlaps",
    _("These days belong to cycle %(number)s already. A cycle begins after the one before it."),
    CYCLE,
)
BACKWARDS = Refusal(
    "contract.cycle.backwards",
    _("First the water is supplied, then it is billed, then it is collected. Look at the days."),
    CYCLE,
)
UNBILLED = Refusal(
    "contract.cycle.not-billed", _("A cycle is collected after it was billed. Record the bill."), CYCLE
)
DONE = Refusal("contract.obligation.done", _("That was done already."), _("rule 97"))
ENDED = Refusal("contract.subsidy.ended", _("That support ended already."), _("rule 135"))
METERED = Refusal("contract.metering.done", _("Micro-measurement is complete already."), _("rule 151"))
RUNNING = ("transition", "in_force", "suspended", "notice")


@transaction.atomic
def start(contract, *, started_on, by, at=None):
    """Let the operator begin, at the end of the transfer; the years run, and what is owed gets its days.

    With a transition period the operator takes charge gradually (rule 102). Called by the handing over.
    """
    contract = lock(contract, by=by, at=at)
    contract.started_on = started_on
    if contract.term_starts_from == contract.StartsFrom.TRANSFER:
        contract.ends_on = add_years(started_on, contract.years)
    if contract.transition_days:
        contract.transition_until = term.plus_days(started_on, contract.transition_days)
    contract.save(update_fields=["started_on", "ends_on", "transition_until"])
    verb = "start_gradually" if contract.transition_days else "start_at_once"
    contract = advance(contract, verb, by=by, at=contract.judged_at, started_on=str(started_on))
    owe_by_start(contract)
    return contract


def owe_by_start(contract):
    """Write the annual plans, the offer of shares and the request of renewal, each with its day."""
    started = contract.started_on
    for year in range(1, contract.years + 1):
        due = add_years(started, year - 1) if year > 1 else add_months(started, 1)
        text = said(_("Annual operation plan of year %(year)s."), year=year)
        owe(contract, Obligation.Kind.ANNUAL_PLAN, "operator", text, due)
    for row in contract.shareholders.exclude(offered=0):
        text = said(
            _(
                "%(name)s offers %(offered)s %% of its shares to the neighbours: %(company)s %% of the "
                "company."
            ),
            name=row.name,
            offered=row.offered,
            company=row.offered_of_company,
        )
        owe(contract, Obligation.Kind.SHARE_OFFER, "operator", text, add_years(started, 1))
    if months := value(contract.tender, "contract.renewal_request_months"):
        text = _("Last day to ask for the renewal.")
        owe(contract, Obligation.Kind.RENEWAL, "operator", text, add_months(contract.ends_on, -months))
    if months := value(contract.tender, "sunass.renewal_request_months"):
        text = _("Last day to ask SUNASS for the renewal of its authorisation.")
        owe(contract, Obligation.Kind.RENEWAL, "municipality", text, add_months(contract.ends_on, -months))


# --- cycles of the transition ---


@transaction.atomic
def log_supply(contract, *, supplied_from, supplied_until, by):
    """Begin a cycle: in these days water was supplied (rule 103)."""
    contract = hold(contract, "keep_contract", by=by)
    if contract.state != contract.State.TRANSITION:
        raise Blocked(wrong_state(contract, "cycle"))
    judge_day(supplied_until, contract)
    if supplied_until <= supplied_from:
        raise Blocked(BACKWARDS)
    if supplied_from < contract.started_on:
        raise Blocked(BEFORE_START.about(started_on=lazily_shown(contract.started_on)))
    last = contract.cycles.last()
    if last and supplied_from <= last.supplied_until:
        raise Blocked(OVERLAP.about(number=last.number))
    cycle = Cycle.objects.create(
        tender=contract.tender,
        contract=contract,
        number=(last.number if last else 0) + 1,
        supplied_from=supplied_from,
        supplied_until=supplied_until,
    )
    note(contract, "contract.cycle", by=by, cycle=cycle.number, supplied_until=str(supplied_until))
    return cycle


@transaction.atomic
def log_bill(cycle, *, billed_on, billed, by):
    """Record that the cycle was billed, and for how much, in soles."""
    contract, cycle = hold_cycle(cycle, billed_on, by=by)
    if billed_on < cycle.supplied_until:
        raise Blocked(BACKWARDS)
    cycle.billed_on, cycle.billed = billed_on, billed
    cycle.save()
    note(contract, "contract.cycle.bill", by=by, cycle=cycle.number, billed=str(billed))
    return cycle


@transaction.atomic
def log_collection(cycle, *, collected_on, collected, by):
    """Record that the cycle was collected, and how much came in, in soles: now it is complete."""
    contract, cycle = hold_cycle(cycle, collected_on, by=by)
    if cycle.billed_on is None:
        raise Blocked(UNBILLED)
    if collected_on < cycle.billed_on:
        raise Blocked(BACKWARDS)
    cycle.collected_on, cycle.collected = collected_on, collected
    cycle.save()
    note(contract, "contract.cycle.collection", by=by, cycle=cycle.number, collected=str(collected))
    text = said(_("Cycle %(number)s of supply, billing and collection is complete."), number=cycle.number)
    tell(contract, _("A cycle is complete"), text, by=by)
    return cycle


def hold_cycle(cycle, day, *, by):
    """Return contract and cycle under the lock, for whoever keeps the contract during the transition."""
    contract = hold(cycle.contract, "keep_contract", by=by)
    if contract.state != contract.State.TRANSITION:
        raise Blocked(wrong_state(contract, "cycle"))
    judge_day(day, contract)
    return contract, contract.cycles.get(pk=cycle.pk)


def note(contract, action, *, by, **facts):
    record(contract.tender, action, by=by, at=contract.judged_at, contract=contract.pk, **facts)


@transaction.atomic
def end_transition(contract, *, by):
    """End the transition, with its minutes: the days are over and two cycles are complete (rules 102-103)."""
    contract = advance(contract, "end_transition", by=by)
    facts = {"cycles": contract.cycles.exclude(collected_on=None)}
    leave(contract, "contract_transition", _("End of the transition period"), by=by, **facts)
    text = _("The operator is fully in charge.")
    tell(contract, _("The transition period ended"), text, by=by)
    return contract


# --- standing still ---


@transaction.atomic
def suspend(contract, *, began_on, reason, by):
    """Let the contract stand still by force majeure; its term gets longer by the same days."""
    contract = hold(contract, "keep_contract", by=by)
    judge_day(began_on, contract, earliest=contract.started_on)
    if contract.state == contract.State.IN_FORCE:
        row = {"tender": contract.tender, "contract": contract}
        Suspension.objects.create(began_on=began_on, reason=reason, **row)
    facts = {"began_on": str(began_on), "reason": reason}
    contract = advance(contract, "suspend", by=by, at=contract.judged_at, **facts)
    open_one = contract.suspensions.get(resumed_on=None)
    leave(contract, "contract_suspension", _("Suspension of the contract"), by=by, suspension=open_one)
    tell(contract, _("The contract is suspended"), reason, by=by)
    return contract


@transaction.atomic
def resume(contract, *, resumed_on, by):
    """Let the contract go on; its end moves by the days that it stood still, the same for both parties.

    Who answers for the operator should agree with the longer term first (CC 1901): without that it is refused
    unless somebody says why the service goes on.
    """
    contract = hold(contract, "keep_contract", by=by)
    suspension = contract.suspensions.filter(resumed_on=None).first()
    judge_day(resumed_on, contract, earliest=suspension and suspension.began_on)
    days = (resumed_on - suspension.began_on) // DAY if suspension else 0
    if suspension:
        contract.extended_until = term.plus_days(contract.ends_on, days)
        check(contract, guarantors_know_the_longer_term)
    facts = {"resumed_on": str(resumed_on), "days": days}
    contract = advance(contract, "resume", by=by, at=contract.judged_at, **facts)
    suspension.resumed_on, suspension.days = resumed_on, days
    suspension.save()
    contract.ends_on = term.plus_days(contract.ends_on, days)
    contract.save(update_fields=["ends_on"])
    leave(contract, "contract_resumed", _("The contract goes on"), by=by, suspension=suspension)
    text = said(
        _("It stood still for %(days)s days and now ends on %(end)s. Look whether a guarantee ends before."),
        days=days,
        end=lazily_shown(contract.ends_on),
    )
    tell(contract, _("The contract goes on"), text, by=by)
    return contract


# --- what is owed ---


@transaction.atomic
def fulfil(obligation, *, done_on, note: str, file=None, by):
    """Record that something owed was done, with its proof (rules 97, 132)."""
    contract = hold(obligation.contract, "keep_contract", by=by)
    obligation = contract.obligations.get(pk=obligation.pk)
    if obligation.done_on:
        raise Blocked(DONE)
    judge_day(done_on, contract)
    check_public(note)
    obligation.done_on, obligation.note = done_on, note
    if file:
        obligation.document = keep(file, contract, kind="contract-proof", title=obligation.text, by=by)
    obligation.save()
    facts = {"obligation": obligation.pk, "kind": obligation.kind, "done_on": str(done_on)}
    record(contract.tender, "contract.fulfil", by=by, at=contract.judged_at, **facts)
    tell(contract, _("An obligation of the contract was met"), obligation.text, by=by)
    return obligation


@transaction.atomic
def end_subsidy(subsidy, *, ended_on, note: str, by):
    """Record that the municipality stops to pay for the operator: the condition is met (rule 135)."""
    contract = hold(subsidy.contract, "keep_contract", by=by)
    subsidy = contract.subsidies.get(pk=subsidy.pk)
    if subsidy.ended_on:
        raise Blocked(ENDED)
    judge_day(ended_on, contract)
    check_public(note)
    subsidy.ended_on, subsidy.ended_note = ended_on, note
    subsidy.save()
    facts = {"subsidy": subsidy.pk, "ended_on": str(ended_on), "note": note}
    record(contract.tender, "contract.subsidy.end", by=by, at=contract.judged_at, **facts)
    tell(contract, _("A support of the municipality ended"), note, by=by)
    return subsidy


@transaction.atomic
def complete_metering(contract, *, metered_on: date, by):
    """Record that micro-measurement is complete: from now on the price by cubic metre applies (rule 151)."""
    contract = hold(contract, "keep_contract", by=by)
    if contract.state not in RUNNING:
        raise Blocked(wrong_state(contract, "metering"))
    if contract.metered_on:
        raise Blocked(METERED)
    judge_day(metered_on, contract, earliest=contract.started_on)
    contract.metered_on = metered_on
    contract.save(update_fields=["metered_on"])
    note(contract, "contract.metering", by=by, metered_on=str(metered_on))
    text = _("Micro-measurement is complete: the price by cubic metre applies.")
    tell(contract, _("Charges by cubic metre"), text, by=by)
    return contract
