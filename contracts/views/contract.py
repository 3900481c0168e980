"""The page of the contract: its next step, what blocks it, until when, and its public sheet."""

from contracts.models import contract_of
from procurement.views.base import page, visible_tender


def contract_home(request, pk):
    """How the contract stands, for whoever looks."""
    tender = visible_tender(request, pk)
    return page(request, "contracts/contract_home.html", tender, contract=contract_of(tender))
