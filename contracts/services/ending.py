"""A contract ends by agreement or by its term; then its assets come back (rules 97, 136-140)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contracts.guards import ending as guards
from contracts.models import Contract, Reversion, Settlement, Termination
from contracts.services.common import hold, judge_day, keep, leave, tell
from contracts.services.termination import settle_termination
from guarantees.guards.life import open_obligation
from guarantees.services import life
from procurement import clock
from procurement.log import record
from procurement.schedule import local_day
from procurement.workflow import Blocked, Refusal, advance, lock

NOT_ADDING_UP = Refusal(
    "contract.reversion.does-not-add-up",
    _(
        "%(delivered)s handed over and %(added)s added are not %(returned)s that came back and %(missing)s "
        "missing. Count again."
    ),
    _("rule 140"),
)
NOT_THE_INVENTORY = Refusal(
    "contract.reversion.not-the-inventory",
    _("The inventory that both sides accepted has %(inventory)s assets, and %(delivered)s are written here."),
    _("rules 109, 140"),
)
UNEXPLAINED = Refusal(
    "contract.reversion.explanation-missing", _("Write what became of what is missing."), _("rule 140")
)


@transaction.atomic
def end_by_agreement(contract, *, agreed_on, reason, text, file, by, **settled):
    """Record that both sides ended the contract, and how everything is settled, as the mayor (rules 136-138).

    `settled`: guarantees, fund, receivables, staff, continuity, and shares where the municipality holds any.
    """
    contract = hold(contract, "end_contract", by=by)
    judge_day(agreed_on, contract, earliest=contract.signed_on)
    document = keep(file, contract, kind="contract-settlement", title=_("End by agreement"), by=by)
    row = {"tender": contract.tender, "document": document}
    written = {"agreed_on": agreed_on, "reason": reason, "text": text} | settled
    found, _made = Settlement.objects.get_or_create(contract=contract, defaults=row | written)
    contract.ended_on = agreed_on
    contract.save(update_fields=["ended_on"])
    facts = {"agreed_on": str(agreed_on), "reason": reason}
    contract = advance(contract, "end_by_agreement", by=by, at=contract.judged_at, **facts)
    settle_termination(contract, Termination.Outcome.AGREED)
    leave(contract, "contract_agreed_end", _("End of the contract by agreement"), by=by, settlement=found)
    tell(contract, _("The contract ended by agreement"), text, by=by)
    return contract


def due_to_expire(at):
    """Return the contracts whose term is over."""
    states = ["signed", "transferring", "transition", "in_force", "notice"]
    return list(
        Contract.objects.filter(state__in=states, ends_on__lte=local_day(at)).select_related("tender")
    )


@transaction.atomic
def expire(contract):
    """Note that the term is over, as the clock."""
    contract = lock(contract, by=clock.ACTOR)
    contract.ended_on = contract.ends_on
    contract.save(update_fields=["ended_on"])
    contract = advance(contract, "expire", by=clock.ACTOR, at=contract.judged_at)
    settle_termination(contract, Termination.Outcome.EXPIRED)
    leave(contract, "contract_expired", _("End of the term of the contract"), by=clock.ACTOR)
    text = _("The term is over. The assets come back with their improvements.")
    tell(contract, _("The term of the contract is over"), text, by=clock.ACTOR)
    return contract


# --- the assets come back ---


@transaction.atomic
def begin_reversion(contract, *, began_on, by):
    """Begin to take the assets back, with their improvements (rules 97, 140)."""
    contract = hold(contract, "keep_contract", by=by)
    judge_day(began_on, contract, earliest=contract.ended_on)
    if not hasattr(contract, "reversion"):
        Reversion.objects.create(tender=contract.tender, contract=contract, began_on=began_on)
    facts = {"began_on": str(began_on)}
    contract = advance(contract, "begin_reversion", by=by, at=contract.judged_at, **facts)
    text = _("Compare the inventory: what was handed over, what was added, what comes back.")
    tell(contract, _("The assets are coming back"), text, by=by)
    return contract


@transaction.atomic
def reconcile(contract, *, reconciled_on, delivered, added, returned, missing, file, by, **words):
    """Compare what came back with what was handed over; `words` explain what is missing and what stays."""
    contract = hold(contract, "keep_contract", by=by)
    guards_of = guards.reversion_has_begun
    if not guards_of(contract):
        raise Blocked(guards_of.refusal)
    found = contract.reversion
    judge_day(reconciled_on, contract, earliest=found.began_on)
    judge_count(contract, delivered, added, returned, missing, words.get("explanation", ""))
    found.reconciled_on, found.delivered, found.added = reconciled_on, delivered, added
    found.returned, found.missing = returned, missing
    found.explanation, found.improvements = words.get("explanation", ""), words.get("improvements", "")
    found.document = keep(file, contract, kind="contract-reversion", title=_("Reversion"), by=by)
    found.save()
    facts = {"delivered": delivered, "added": added, "returned": returned, "missing": missing}
    record(contract.tender, "contract.reconcile", by=by, at=contract.judged_at, contract=contract.pk, **facts)
    leave(contract, "contract_reversion", _("Reversion of the assets"), by=by, reversion=found)
    tell(contract, _("The inventory is reconciled"), _("The contract may be closed."), by=by)
    return found


def judge_count(contract, delivered, added, returned, missing, explanation):
    """Refuse counts that do not add up, that are not the accepted inventory, or that explain nothing."""
    counts = {"delivered": delivered, "added": added, "returned": returned, "missing": missing}
    if delivered + added != returned + missing:
        raise Blocked(NOT_ADDING_UP.about(**counts))
    inventory = guards.handed_over(contract)
    if inventory is not None and inventory != delivered:
        raise Blocked(NOT_THE_INVENTORY.about(inventory=inventory, delivered=delivered))
    if missing and not explanation.strip():
        raise Blocked(UNEXPLAINED)


@transaction.atomic
def close(contract, *, by):
    """Close the contract and release the guarantees that nobody claims any more (domain.md §4.11)."""
    contract = hold(contract, "keep_contract", by=by)
    contract.closed_on = guards.today(contract)
    contract.save(update_fields=["closed_on"])
    contract = advance(contract, "close", by=by, at=contract.judged_at)
    leave(contract, "contract_closed", _("The contract is closed"), by=by)
    tell(contract, _("The contract is closed"), _("Its guarantees are released."), by=by)
    for guarantee in contract.tender.guarantees.standing(contract.judged_at):
        if not open_obligation(guarantee):
            life.release_by_clock(guarantee)
    return contract
