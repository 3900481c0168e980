"""What pages of the call say about bids."""

from django import template

from bids.services import submission
from procurement.guards.award import award_of

register = template.Library()


@register.simple_tag
def award_announced(tender):
    """Return the award that stands and the rows of its ranking, for everybody (rule 159); or nothing."""
    award = award_of(tender)
    return {"award": award, "rows": award.ranking.body["rows"]} if award else None


@register.simple_tag
def bids_presented(tender):
    """Return how many bids stand, or None while the terms keep the number a secret (decision 16)."""
    return submission.number_presented(tender) if tender.integrated_at else None
