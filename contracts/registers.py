"""The register of the Investment Fund: every movement of its account, with the balance after it."""

from django.utils.translation import gettext_lazy as _

from procurement.registers import Column, field

FUND = (
    Column(_("Day"), field("on"), 12),
    Column(_("What"), lambda line: str(line.what), 34),
    Column(_("Note"), lambda line: getattr(line.thing, "note", ""), 40),
    Column(_("Came in, S/"), field("came"), 14),
    Column(_("Went out, S/"), field("went"), 14),
    Column(_("The fund holds, S/"), field("balance"), 16),
    Column(_("Voucher"), field("voucher"), 20),
)
