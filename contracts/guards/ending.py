"""What must stand to change a contract by addendum, to end it, and to close it (domain.md §4.11, §3.4)."""

from django.utils.translation import gettext_lazy as _

from contracts.guards.signing import buffer, range_of_years, value
from contracts.term import distance_to_elections
from guarantees.guards.assent import guarantors_assent
from procurement.business_days import add_months, add_years
from procurement.guards.problems import lazily_shown
from procurement.schedule import local_day
from procurement.workflow import Unmet, guard

DUE_PROCESS = _("DS 023-2005-VIVIENDA art. 182")


# --- addendum ---


def last_addendum(contract):
    return contract.addenda.last()


@guard(
    code="contract.addendum.missing",
    reason=_("Write the addendum first: what changes, and the paper that both signed."),
    rule=_("domain.md §4.8"),
)
def an_addendum_waits(contract, at):
    found = last_addendum(contract)
    return found is not None and not found.before


@guard(
    code="contract.addendum.council-missing",
    reason=_(
        "The percentage for the fund would fall from %(old)s %% to %(new)s %%. Only the council can agree to "
        "that: write its agreement."
    ),
    rule=_("domain.md §4.11"),
)
def fund_falls_only_by_council(contract, at):
    found = last_addendum(contract)
    new = found and found.fund_percentage
    if new is None or new >= contract.fund_percentage or found.agreement.strip():
        return True
    return Unmet(old=contract.fund_percentage, new=new)


def longer(contract):
    """Return the end that the addendum would give, or None where it does not touch the term."""
    found = last_addendum(contract)
    if found is None or not found.extension or contract.ends_on is None:
        return None
    return add_months(contract.ends_on, found.extension)


@guard(code=guarantors_assent.refusal.code, reason=guarantors_assent.refusal.text, rule=_("CC 1901"))
def guarantors_agree(contract, at):
    """Nobody makes the term longer without those who answer for it: their surety would end (vector G2)."""
    contract.extended_until = longer(contract)
    if contract.extended_until is None:
        return True
    found = guarantors_assent.refusals(contract, at)
    return not found or Unmet(found[0].facts)


def ran_from(contract):
    """Return the day from which the years of the contract count."""
    from_signature = contract.term_starts_from == contract.StartsFrom.SIGNATURE
    return contract.signed_on if from_signature else contract.started_on


@guard(
    code="contract.addendum.too-long",
    reason=_(
        "With the extension the contract would last until %(end)s, and the regime allows %(most)s years."
    ),
    rule=_("rule 90"),
)
def extension_is_in_range(contract, at):
    end, (_least, most) = longer(contract), range_of_years(contract.tender)
    stood_still = sum(each.days or 0 for each in contract.suspensions.all())
    allowed = end is None or (end - add_years(ran_from(contract), most)).days <= stood_still
    return allowed or Unmet(end=lazily_shown(end), most=most)


@guard(
    code="contract.addendum.electoral-overlap",
    reason=_("The new end, %(end)s, is %(days)s days from the electoral cycle; %(buffer)s are asked."),
    rule=_("rule 91"),
    warning=True,
)
def new_end_keeps_its_distance(contract, at):
    end, least = longer(contract), buffer(contract.tender)
    if end is None or distance_to_elections(end).is_clear(least):
        return True
    return Unmet(end=lazily_shown(end), days=distance_to_elections(end).nearest, buffer=least)


TO_AMEND = [
    an_addendum_waits,
    fund_falls_only_by_council,
    guarantors_agree,
    extension_is_in_range,
    new_end_keeps_its_distance,
]


# --- termination ---


def open_termination(contract):
    return contract.terminations.filter(outcome="").last()


@guard(
    code="contract.termination.letter-missing",
    reason=_("A notarial letter tells the operator the facts. Record its number and its day."),
    rule=DUE_PROCESS,
)
def a_letter_was_sent(contract, at):
    found = open_termination(contract)
    return found is not None and found.steps.filter(key="notarial_letter").exclude(done_on=None).exists()


@guard(
    code="contract.termination.step-skipped",
    reason=_(
        "Step “%(missing_step)s” is missing before termination. Follow the order: notarial letter, defence, "
        "evaluation, opinion, agreement."
    ),
    rule=DUE_PROCESS,
)
def steps_were_taken(contract, at):
    found = open_termination(contract)
    left = found and found.steps.filter(done_on=None).first()
    return found is not None and (left is None or Unmet(missing_step=left.get_key_display()))


def votes_needed(termination):
    """Return how many votes the regime asks; None where it does not say."""
    asked = value(termination.tender, "termination.majority")
    if asked is None or not termination.legal_number:
        return None
    return -(-2 * termination.legal_number // 3)  # two thirds of the legal number, rounded up


@guard(
    code="contract.termination.majority-not-reached",
    reason=_(
        "The agreement has %(votes_for)s votes and %(votes_needed)s are needed (two thirds of the legal "
        "number of councillors)."
    ),
    rule=DUE_PROCESS,
)
def council_reached_its_majority(contract, at):
    found = open_termination(contract)
    needed = found and votes_needed(found)
    enough = needed is None or (found.votes_for or 0) >= needed
    return enough or Unmet(votes_for=found.votes_for or 0, votes_needed=needed)


@guard(
    code="contract.termination.indemnity-missing",
    reason=_("The municipality ends the contract without a cause of its own: write the indemnity."),
    rule=_("rule 93"),
)
def indemnity_is_stated(contract, at):
    found = open_termination(contract)
    return found is None or found.ground != "without-cause" or found.indemnity is not None


@guard(
    code="contract.termination.continuity-missing",
    reason=_("Write how the water goes on: who runs the service from that day, and with what money."),
    rule=_("rules 77, 139"),
)
def water_goes_on(contract, at):
    found = open_termination(contract)
    return found is not None and bool(found.continuity.strip())


TO_TERMINATE = [steps_were_taken, council_reached_its_majority, indemnity_is_stated, water_goes_on]


# --- agreement, reversion ---


@guard(
    code="contract.settlement.missing",
    reason=_(
        "Write what both sides agreed on guarantees, fund, receivables and staff, with the signed paper."
    ),
    rule=_("rules 136-139"),
)
def everything_is_settled(contract, at):
    return hasattr(contract, "settlement")


@guard(
    code="contract.settlement.shares-missing",
    reason=_("The municipality holds shares of the operator: write what becomes of them."),
    rule=_("rule 137"),
)
def municipal_shares_are_settled(contract, at):
    holds = contract.shareholders.filter(kind="municipal").exists()
    return not holds or (hasattr(contract, "settlement") and bool(contract.settlement.shares.strip()))


@guard(
    code="contract.reversion.not-begun",
    reason=_("Record the day on which the assets begin to come back."),
    rule=_("rule 140"),
)
def reversion_has_begun(contract, at):
    return hasattr(contract, "reversion")


@guard(
    code="contract.reversion.not-reconciled",
    reason=_("The inventory is not reconciled yet: what was handed over, what came back, what is missing."),
    rule=_("rules 97, 140"),
)
def inventory_is_reconciled(contract, at):
    return hasattr(contract, "reversion") and contract.reversion.reconciled_on is not None


@guard(
    code="contract.reversion.claim-open",
    reason=_("A claim on a guarantee is still open: %(guarantees)s. It is paid or dismissed first."),
    rule=_("domain.md §4.11"),
)
def no_claim_is_open(contract, at):
    claimed = contract.tender.guarantees.of(contract.operator_document).filter(state="claimed")
    return not claimed or Unmet(guarantees=", ".join(str(each) for each in claimed))


TO_CLOSE = [inventory_is_reconciled, no_claim_is_open]


def handed_over(contract):
    """Return how many assets the accepted inventory of the transfer has; None where there is none (§4.9)."""
    items = contract.tender.transfer_items.filter(kind="inventory", state="accepted")
    item = items.exclude(workbook=None).last()
    return item.workbook.rows.count() if item else None


def today(contract):
    return local_day(contract.judged_at)
