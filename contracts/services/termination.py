"""Termination by the municipality, step by step as the regime says, or the contract where the regime is
silent (rules 93, 139, 141; domain.md §3.4).
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contracts.guards import ending as guards
from contracts.guards.signing import value
from contracts.models import Termination, TerminationStep
from contracts.services.common import hold, judge_day, keep, leave, tell
from procurement.business_days import DayType
from procurement.guards.problems import lazily_shown
from procurement.log import record
from procurement.services.minutes import check_public
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance

Key, Ground = TerminationStep.Key, Termination.Ground
STEP_DONE = Refusal(
    "contract.termination.step-done", _("This step was taken already."), _("nothing is erased")
)
DEFENCE_OPEN = Refusal(
    "contract.termination.defence-open",
    _(
        "The operator may still answer until %(until)s. Record what it handed in, or wait until the days are "
        "over."
    ),
    guards.DUE_PROCESS,
)
DEFENCE_DAYS = Refusal(
    "contract.termination.defence-days-missing",
    _("The regime does not say how long the operator may answer. Write the days that the letter gives."),
    _("clause 25.3 of the contract"),
)
# Where the regime says nothing: the steps of clauses 25 and 27 of the contract.
ORDER = {
    Ground.BREACH: (Key.LETTER, Key.DEFENCE, Key.COUNCIL),
    Ground.WITHOUT_CAUSE: (Key.LETTER, Key.COUNCIL),
}


def states_the_process(tender):
    """Whether the regime says how a contract is terminated."""
    return value(tender, "termination.steps") is not None


def plan_of(contract, ground):
    """Return the steps and their days: those of the regime for a breach, else those of the contract."""
    steps, days = value(contract.tender, "termination.steps"), value(contract.tender, "termination.days")
    if ground == Ground.BREACH and steps:
        return list(zip(steps, days, strict=True))
    return [(key.value, None) for key in ORDER[ground]]


@transaction.atomic
def give_notice(contract, *, ground, cause, letter_on, reference, file, defence_days=None, by):
    """Tell the operator by notarial letter that the contract is to end, as the mayor (rule 141).

    `defence_days`, business days, where the regime does not say how long the operator may answer.
    """
    contract = hold(contract, "end_contract", by=by)
    judge_day(letter_on, contract, earliest=contract.signed_on)
    plan = plan_of(contract, ground)
    if any(key == Key.DEFENCE and days is None for key, days in plan):
        if not defence_days:
            raise Blocked(DEFENCE_DAYS)
        plan = [(key, defence_days if key == Key.DEFENCE else days) for key, days in plan]
    if guards.open_termination(contract) is None:
        found = open_steps(contract, plan, ground=ground, cause=cause)
        take(found.steps.first(), letter_on, reference, cause, file, contract, by=by)
    contract.noticed_in = contract.state
    contract.save(update_fields=["noticed_in"])
    facts = {"ground": ground, "letter_on": str(letter_on), "reference": reference}
    contract = advance(contract, "give_notice", by=by, at=contract.judged_at, **facts)
    found = guards.open_termination(contract)
    leave(contract, "contract_notice", _("Notice of termination"), by=by, termination=found)
    tell(contract, _("Notice of termination of the contract"), cause, by=by)
    return found


def open_steps(contract, plan, **fields):
    """Begin a termination with its steps; of each only how many days it has is known yet."""
    row = {"tender": contract.tender, "contract": contract}
    found = Termination.objects.create(number=contract.terminations.count() + 1, **row, **fields)
    TerminationStep.objects.bulk_create(
        TerminationStep(tender=contract.tender, termination=found, key=key, place=place, days=days)
        for place, (key, days) in enumerate(plan)
    )
    return found


def take(step, done_on, reference, text, file, contract, *, by):
    """Write one step as done, and until when the next one is due, in business days (domain.md §3.4)."""
    step.done_on, step.reference, step.text = done_on, reference, text
    if file:
        step.document = keep(file, contract, kind="contract-termination", title=step, by=by)
    step.save()
    following = step.termination.steps.filter(place=step.place + 1).first()
    if following and following.days:
        calendar = contract.tender.municipality.calendar()
        following.due_on = calendar.deadline(done_on, following.days, DayType.BUSINESS)
        following.save(update_fields=["due_on"])


@transaction.atomic
def record_step(step, *, done_on, text, reference="", file=None, by):
    """Record a step between the letter and the council, in its order, as the mayor."""
    contract = hold(step.termination.contract, "end_contract", by=by)
    step = TerminationStep.objects.select_related("termination").get(pk=step.pk)
    if step.done_on or step.termination.outcome:
        raise Blocked(STEP_DONE)
    check_public(text, reference)
    judge_order(step, done_on, contract)
    if step.key == Key.DEFENCE and not file and guards.today(contract) <= step.due_on:
        raise Blocked(DEFENCE_OPEN.about(until=lazily_shown(step.due_on)))
    take(step, done_on, reference, text, file, contract, by=by)
    facts = {"contract": contract.pk, "step": step.key, "done_on": str(done_on), "reference": reference}
    record(contract.tender, "contract.termination.step", by=by, at=contract.judged_at, **facts)
    tell(contract, said(_("Termination: %(step)s"), step=step), text, by=by)
    return step


def judge_order(step, done_on, contract):
    """Refuse a step whose forerunner is missing, or whose day lies before it."""
    before = step.termination.steps.filter(place__lt=step.place)
    if missing := before.filter(done_on=None).first():
        raise Blocked(guards.steps_were_taken.refusal.about(missing_step=missing.get_key_display()))
    judge_day(done_on, contract, earliest=before.last().done_on)


@transaction.atomic
def drop_notice(contract, *, reason, by):
    """Accept the defence, as the mayor: the contract goes on as it was before the notice."""
    contract = hold(contract, "end_contract", by=by)
    contract = advance(contract, "drop_notice", by=by, at=contract.judged_at, reason=reason)
    found = settle_termination(contract, Termination.Outcome.DROPPED)
    facts = {"termination": found, "reason": reason}
    leave(contract, "contract_notice_dropped", _("The notice of termination falls"), by=by, **facts)
    tell(contract, _("The contract goes on"), reason, by=by)
    return contract


def settle_termination(contract, outcome):
    """Write how an open termination came out; there may be none."""
    found = guards.open_termination(contract)
    if found:
        found.outcome = outcome
        found.save(update_fields=["outcome"])
    return found


@transaction.atomic
def terminate(
    contract,
    *,
    decided_on,
    agreement,
    votes_for,
    continuity,
    file,
    legal_number=None,
    indemnity=None,
    by,
):
    """Terminate by agreement of the council, as the mayor enters it; the assets come back (rules 139-141)."""
    contract = hold(contract, "end_contract", by=by)
    found = guards.open_termination(contract)
    if found:
        step = found.steps.get(key=Key.COUNCIL)
        judge_order(step, decided_on, contract)
        take(step, decided_on, agreement, continuity, file, contract, by=by)
        found.votes_for, found.continuity, found.indemnity = votes_for, continuity, indemnity
        found.legal_number = legal_number or contract.tender.municipality.legal_number
        found.save()
    contract.ended_on = decided_on
    contract.save(update_fields=["ended_on"])
    facts = {"agreement": agreement, "votes_for": votes_for, "indemnity": indemnity and str(indemnity)}
    contract = advance(contract, "terminate", by=by, at=contract.judged_at, **facts)
    settle_termination(contract, Termination.Outcome.TERMINATED)
    facts = {"termination": found, "agreement": agreement}
    leave(contract, "contract_terminated", _("Termination of the contract"), by=by, **facts)
    tell(contract, _("The contract is terminated"), continuity, by=by)
    return contract
