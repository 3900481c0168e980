"""The sealing program on a page, with its fingerprint: a changed byte does not run."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html

from procurement.services.programs import in_groups

register = template.Library()
BUILT = Path(__file__).resolve().parent.parent / "static" / "bids"
SCRIPT = '<script type="module" src="{}" integrity="{}" crossorigin="anonymous" data-program></script>'


@cache
def fingerprint(name):
    """Return the SHA-384 of a built file, as browsers compare it."""
    return "sha384-" + base64.b64encode(hashlib.sha384((BUILT / name).read_bytes()).digest()).decode()


@register.simple_tag
def program():
    """Lay the program on the page."""
    return format_html(SCRIPT, static("bids/sealing.js"), fingerprint("sealing.js"))


@register.filter
def receipt_code(digest):
    """Return the short code of a receipt: how the fingerprint of an envelope begins, to be read aloud."""
    return " ".join(digest[place : place + 4] for place in (0, 4, 8)).upper()


@register.simple_tag
def program_alone():
    """Return where the program for no network is: at a place apart from this server, if one is set."""
    return f"{settings.SEALING_ORIGIN}/sobre.html" if settings.SEALING_ORIGIN else static("bids/sobre.html")


@register.simple_tag
def program_digest(name="sobre.html"):
    """Return the SHA-256 (hex) of a built file, as people compare it."""
    return hashlib.sha256(Path(f"{BUILT}/{name}").read_bytes()).hexdigest()


register.filter(in_groups)
