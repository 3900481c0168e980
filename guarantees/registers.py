"""The register of guarantees: what everybody reads of them, and what those who keep them read besides."""

from django.utils.translation import gettext_lazy as _

from procurement.registers import Column, choice, field


def instrument(guarantee):
    return guarantee.get_instrument_display() if guarantee.instrument else None


def amount(guarantee):
    """Return what it covers, or what is asked while nothing was brought, as the page does."""
    return guarantee.required_amount if guarantee.amount is None else guarantee.amount


def currency(guarantee):
    return guarantee.required_currency if guarantee.amount is None else guarantee.currency


GUARANTEES = (
    Column(_("For what"), choice("slot"), 30),
    Column(_("Instrument"), instrument, 30),
    Column(_("Brought by"), field("obligor_name"), 40),
    Column(_("Amount"), amount),
    Column(_("Currency"), currency, 10),
    Column(_("From"), field("start"), 12),
    Column(_("Last day"), field("expiry"), 12),
    Column(_("Last day to claim"), field("claim_until"), 14),
    Column(_("State"), choice("state"), 34),
)
KEPT = (  # for those who work on them: what identifies the original in the till
    *GUARANTEES,
    Column(_("Number"), field("number"), 20),
    Column(_("Issuer"), field("issuer"), 30),
    Column(_("Issued on"), field("issued_on"), 12),
    Column(_("Received on"), field("presented_at"), 20),
    Column(_("Where the original is"), field("custody"), 30),
)
