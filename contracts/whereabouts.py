"""Where a call stands once its award is final: at its contract, from the draft to the closing (§4.8)."""

from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from procurement import whereabouts

STANDS = {  # state of the contract: look and words of the tag of the call
    "drafted": ("open", _("The contract is being prepared")),
    "ready": ("ready", _("The contract can be signed")),
    "signed": ("done", _("Contract signed")),
    "transferring": ("open", _("The service is being handed over")),
    "transition": ("open", _("The operator takes charge step by step")),
    "in_force": ("done", _("The operator runs the service")),
    "suspended": ("wait", _("The contract stands still")),
    "notice": ("wait", _("Notice to end the contract was given")),
    "terminated": ("refused", _("The contract was terminated")),
    "mutual_end": ("pending", _("The contract ended by agreement")),
    "expired": ("pending", _("The term of the contract is over")),
    "reversion": ("open", _("The assets are coming back")),
    "closed": ("pending", _("The contract ended and is closed")),
}


def at_the_contract(tenders):
    """Yield where each call with a final award stands at its contract."""
    agreed = [tender.pk for tender in tenders if tender.state == "consented"]
    if agreed:
        found = Contract.objects.live().filter(tender__in=agreed).order_by("pk")
        for key, state in found.values_list("tender", "state"):
            yield key, *STANDS[state]


whereabouts.SOURCES.append(at_the_contract)
