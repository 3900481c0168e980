"""The public list of sealed envelopes: each receipt's code stands in it, names only from the opening."""

from bids.services import submission
from procurement.guards.custody import is_digital
from procurement.views.base import page, visible_tender


def sealed_list(request, pk):
    """The envelopes in the log, by the code of their receipt, once their number is public (decision 16)."""
    tender = visible_tender(request, pk)
    envelopes = tender.envelopes.filter(manifest__isnull=False).exclude(status="sealed")
    is_public = is_digital(tender) and submission.number_is_public(tender)
    shown = {
        "is_public": is_public,
        "digital": is_digital(tender),
        "rows": envelopes.select_related("bid__bidder").order_by("log_index") if is_public else [],
    }
    return page(request, "bids/sealed_list.html", tender, **shown)
