"""What the templates of papers need."""

import re

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from procurement import money, printing

register = template.Library()
HEADING = re.compile(r"\d+\. [^a-z]{4,}")  # 5. PLAZO


@register.filter
def qr(address):
    """Draw the QR of an address; the drawing is made here and holds nothing that anybody typed."""
    return mark_safe(printing.qr(address))  # noqa: S308


@register.filter
def in_full(amount, currency="PEN"):
    """Write an amount in figures and in words, as Peru does: S/ 1,234.50 (mil doscientos…)."""
    return f"{money.display(amount, currency)} ({money.in_words(amount, currency)})"


@register.filter
def articles(text):
    """Return a text with numbered headings in capitals as headings, items and paragraphs; all is escaped."""
    found = [(*shape(line), line) for line in text.splitlines() if line]
    return format_html_join("\n", "<{0} class={1}>{2}</{0}>", found)


def shape(line):
    """Return the tag of a line, and its class."""
    if HEADING.fullmatch(line):
        return "h2", "article"
    return "p", "item" if line.startswith("- ") else "text"
