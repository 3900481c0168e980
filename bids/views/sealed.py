"""The public list of sealed envelopes: each receipt's code stands in it, names only from the opening."""

from collections import Counter
from datetime import datetime

from bids.models import Envelope
from bids.services import lost_receipts, submission
from procurement.guards.custody import is_digital
from procurement.services import programs
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
        "lost": lost_receipts.noted(tender) if is_public else [],
        "levels": levels(envelopes),
        "stated": [(datetime.fromisoformat(body["at"]), body["facts"]) for body in programs.said(tender)],
    }
    return page(request, "bids/sealed_list.html", tender, **shown)


def levels(envelopes):
    """Return how many envelopes were sealed in each way, as (words, number), once one of them is open."""
    if not envelopes.exclude(opened_at=None).exists():
        return []
    found = Counter(envelopes.values_list("means", flat=True))
    return [(label, found[means]) for means, label in Envelope.Means.choices if found[means]]
