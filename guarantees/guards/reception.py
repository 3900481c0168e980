"""What may be received, and what the legal adviser writes about it (domain.md §2.1-2.3)."""

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from guarantees.catalogue import allowed
from procurement.guards.award import settled
from procurement.parameters.contract import INSTRUMENTS
from procurement.regimes import NotCovered
from procurement.workflow import Unmet, guard

DEAD = ["required", "rejected", "returned", "lost", "executed"]


def slots_of(tender):
    """Return the slots that the regime of the call knows; none where it is not chosen or silent."""
    return tuple(tender.profile.find("guarantees.slots", ())) if tender.profile else ()


def accepted_for(tender, slot):
    """Return what this call accepts for a slot: what its terms state, within what the regime allows."""
    try:
        of_regime = allowed(tender.profile, slot) if tender.profile else ()
    except NotCovered:
        return ()
    stated = settled(tender, f"guarantees.{slot}.instruments")
    return tuple(code for code in of_regime if stated is None or code in stated)


def inventory_value(contract):
    """Return what the inventory that both sides accepted is worth, in soles; None before (rule 80)."""
    items = contract.tender.transfer_items.filter(transfer__contract=contract, kind="inventory")
    item = items.filter(state="accepted", workbook__isnull=False).select_related("workbook").last()
    return item and item.workbook.total


def follows_inventory(tender):
    """Whether the terms fix the performance bond as the valued inventory (rule 80; Talavera, Laredo)."""
    return settled(tender, "guarantees.performance.rule") == "inventory"


@guard(
    code="guarantee.slot.not-in-regime",
    reason=_("This regime has no guarantee of this kind: %(slot)s. It cannot be required."),
    rule=_("rule 70; Ley 32069 art. 61.1"),
)
def slot_is_in_regime(guarantee, at):
    known = guarantee.slot in slots_of(guarantee.tender)
    return known or Unmet(slot=guarantee.get_slot_display())


@guard(
    code="guarantee.presentation.too-early",
    reason=_(
        "It comes later: the guarantee of a bid once the bids are opened, the others once the award is final."
    ),
    rule=_("terms 28.1, 29.1"),
)
def what_it_guarantees_is_there(guarantee, at):
    tender = guarantee.tender
    return bool(tender.closed_at if guarantee.slot == "bid" else tender.consented_at)


@guard(
    code="guarantee.instrument.not-allowed",
    reason=_("%(instrument)s is not accepted here for this. Accepted: %(allowed)s."),
    rule=_("rule 72; domain.md §2.2; terms 28.1"),
)
def instrument_is_accepted(guarantee, at):
    codes = accepted_for(guarantee.tender, guarantee.slot)
    if guarantee.slot not in slots_of(guarantee.tender) or guarantee.instrument in codes:
        return True
    names = ", ".join(str(_(INSTRUMENTS[code])) for code in codes)
    return Unmet(instrument=capfirst(guarantee.get_instrument_display()), allowed=names)


@guard(
    code="guarantee.retention.cannot-be-offered",
    reason=_(
        "A retention is not presented as a guarantee: it is a right to be exercised. Offer another "
        "instrument."
    ),
    rule=_("CC 1123"),
)
def instrument_can_be_brought(guarantee, at):
    return guarantee.instrument != "RETENCION"


@guard(
    code="guarantee.retention.users-pay",
    reason=_(
        "Retention from payments needs payments by the municipality. The users pay this operator: there is "
        "nothing to retain."
    ),
    rule=_("DS 009-2025-EF art. 114.2; domain.md §2.1"),
)
def municipality_pays(guarantee, at):
    return guarantee.instrument != "RETENCION_PAGO"


@guard(
    code="guarantee.pledge.repealed",
    reason=_(
        "The pledge was repealed. One made on %(made_on)s does not exist; only those made before 30 May 2006 "
        "do. Use a security over movable goods."
    ),
    rule=_("Ley 28677; domain.md §2.1"),
)
def pledge_was_possible(guarantee, at):
    last = guarantee.kind and guarantee.kind.last_constituted
    if last is None or (guarantee.issued_on and guarantee.issued_on <= last):
        return True
    return Unmet(made_on=str(guarantee.issued_on or "—"))


def twins(guarantee):
    """Return the other guarantees with the same number of the same issuer, or on the same property."""
    others = type(guarantee).objects.exclude(state__in=DEAD).exclude(pk=guarantee.pk)
    found = others.none()
    if guarantee.number and guarantee.issuer:
        found = others.filter(number__iexact=guarantee.number, issuer__iexact=guarantee.issuer)
    if guarantee.registry_entry:
        found = found | others.filter(registry_entry__iexact=guarantee.registry_entry)
    return found


@guard(
    code="guarantee.presentation.registered-twice",
    reason=_("This document, or this property, guarantees something already: %(other)s. Look it up first."),
    rule=_("domain.md §2.4"),
)
def is_new(guarantee, at):
    other = twins(guarantee).first()
    return other is None or Unmet(other=str(other))


@guard(
    code="guarantee.verification.report-missing",
    reason=_("Write what was asked, of whom, and what was found."),
    rule=_("domain.md §2.3"),
)
def report_is_written(guarantee, at):
    return bool(guarantee.verification.strip())


@guard(
    code="guarantee.observation.reason-missing",
    reason=_("Write what must be corrected, so that it can be."),
    rule=_("domain.md §2.3"),
)
def something_is_missing(guarantee, at):
    return bool(guarantee.missing.strip())


@guard(
    code="guarantee.rejection.reason-missing",
    reason=_("Write why it is not accepted, and by which act."),
    rule=_("domain.md §2.3"),
)
def reason_is_written(guarantee, at):
    return bool(guarantee.decision_reason.strip() and guarantee.decision.strip())


TO_PRESENT = [
    slot_is_in_regime,
    what_it_guarantees_is_there,
    instrument_is_accepted,
    instrument_can_be_brought,
    municipality_pays,
    pledge_was_possible,
    is_new,
]
