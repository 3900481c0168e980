"""What the pages of guarantees say in the language of the reader."""

from django import template
from django.utils.translation import get_language

from guarantees import pictures
from guarantees.services import parties
from procurement.citations import cited

register = template.Library()


@register.filter
def said(line):
    """Return a line of the catalogue in the reader's language."""
    return line.said(get_language() or "es")


@register.inclusion_tag("guarantees/_validity.html")
def validity(tender, slots, today):
    """Draw how long the guarantees of all slots hold, with the table that says the same."""
    found = [each for slot in slots for each in slot["found"]]
    rows = pictures.rows_of(found, parties.must_last_until(tender)) if found else []
    return {"rows": rows, "drawn": pictures.validity(rows, today)}


@register.filter
def article(line):
    """Return the article or rule that a line stands on."""
    return cited(line.source)
