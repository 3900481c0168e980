"""What the pages of guarantees say in the language of the reader."""

from django import template
from django.utils.translation import get_language

from procurement.citations import cited

register = template.Library()


@register.filter
def said(line):
    """Return a line of the catalogue in the reader's language."""
    return line.said(get_language() or "es")


@register.filter
def article(line):
    """Return the article or rule that a line stands on."""
    return cited(line.source)
