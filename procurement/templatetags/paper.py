"""What the templates of papers need."""

from django import template
from django.utils.safestring import mark_safe

from procurement import printing

register = template.Library()


@register.filter
def qr(address):
    """Draw the QR of an address; the drawing is made here and holds nothing that anybody typed."""
    return mark_safe(printing.qr(address))  # noqa: S308
