"""The way back from the pages of a municipality to the calls that need them."""

from django import template

from procurement import clock
from procurement.models import Tender

register = template.Library()


@register.inclusion_tag("procurement/_calls_prepared.html", takes_context=True)
def calls_prepared(context, municipality):
    """List the calls of this municipality that are being prepared, for those who work on them."""
    found = Tender.objects.visible_to(context["request"].user, clock.now())
    return {"calls": found.filter(municipality=municipality, state__in=["draft", "approved"])}
