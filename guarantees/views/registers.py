"""The register of guarantees to take away."""

from django.utils.translation import gettext_lazy as _

from guarantees.registers import GUARANTEES, KEPT
from guarantees.views.asking import INSIDE, holds
from procurement.registers import workbook
from procurement.views.base import visible_tender
from procurement.views.registers import sent


def guarantee_register(request, pk):
    """The guarantees as their page shows them; those who keep them have numbers and custody too."""
    tender = visible_tender(request, pk)
    columns = KEPT if holds(request, tender, *INSIDE) else GUARANTEES
    rows = tender.guarantees.order_by("slot", "pk")
    return sent("garantias", tender, workbook(_("Guarantees"), tender, columns, rows))
