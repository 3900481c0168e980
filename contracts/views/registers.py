"""The register of the Investment Fund to take away."""

from django.utils.translation import gettext_lazy as _

from contracts.registers import FUND
from contracts.views.fund import sheet_or_404
from procurement.registers import workbook
from procurement.views.base import visible_tender
from procurement.views.registers import sent


def fund_register(request, pk):
    """Every line of the account of the fund, the oldest first, for everybody."""
    tender = visible_tender(request, pk)
    content = workbook(_("Account of the fund"), tender, FUND, sheet_or_404(tender).account)
    return sent("fondo", tender, content)
