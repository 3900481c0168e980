"""Addenda: what both parties change in a contract that runs (domain.md §4.11; CC 1901)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contracts.models import Addendum
from contracts.services.common import hold, judge_day, keep, leave, tell
from procurement.business_days import add_months
from procurement.workflow import Blocked, Refusal, advance

NOTHING_CHANGES = Refusal(
    "contract.addendum.nothing-changes", _("Write what the addendum changes, and why."), _("domain.md §4.8")
)


@transaction.atomic
def amend(contract, *, signed_on, text, file, extension=0, fund_percentage=None, agreement="", by):
    """Record an addendum that both sides signed, as the mayor.

    A lower percentage for the fund needs the council; a longer term the guarantors (CC 1901), the range of
    the regime, and its distance from the electoral cycle.
    """
    contract = hold(contract, "sign_contract", by=by)
    judge_day(signed_on, contract, earliest=contract.signed_on)
    if not text.strip():
        raise Blocked(NOTHING_CHANGES)
    document = keep(file, contract, kind="contract-addendum", title=_("Addendum"), by=by)
    addendum = Addendum.objects.create(
        tender=contract.tender,
        contract=contract,
        number=contract.addenda.count() + 1,
        signed_on=signed_on,
        text=text,
        extension=extension,
        fund_percentage=fund_percentage,
        agreement=agreement,
        document=document,
    )
    changed = {"extension": extension, "percentage": fund_percentage and str(fund_percentage)}
    contract = advance(contract, "amend", by=by, at=contract.judged_at, addendum=addendum.number, **changed)
    change(contract, addendum)
    leave(contract, "contract_addendum", addendum, by=by, addendum=addendum)
    tell(contract, _("An addendum changed the contract"), text, by=by)
    return addendum


def change(contract, addendum):
    """Let the addendum take effect; what was before stays on record."""
    before = {"ends_on": contract.ends_on.isoformat(), "fund_percentage": str(contract.fund_percentage)}
    if addendum.extension:
        contract.ends_on = add_months(contract.ends_on, addendum.extension)
    if addendum.fund_percentage is not None:
        contract.fund_percentage = addendum.fund_percentage
    contract.save(update_fields=["ends_on", "fund_percentage"])
    addendum.before = before
    addendum.save(update_fields=["before"])
