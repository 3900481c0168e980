"""What pages of the call say about bids."""

from django import template

from bids.services import submission

register = template.Library()


@register.simple_tag
def bids_presented(tender):
    """Return how many bids stand, or None while the terms keep the number a secret (decision 16)."""
    return submission.number_presented(tender) if tender.integrated_at else None
