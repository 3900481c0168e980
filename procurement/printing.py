"""A paper as it is printed: the same record gives the same bytes, and nothing is fetched from anywhere.

Papers are HTML of `templates/documents/` in Spanish. WeasyPrint makes them a tagged PDF (PDF/UA), in the one
font that the product ships.
"""

import hashlib
import io
import re
from functools import cache
from pathlib import Path

import segno
from django.conf import settings
from django.template.backends.django import DjangoTemplates
from django.utils import translation

from procurement.services.notices import LANGUAGE

OWN = Path(__file__).resolve().parent / "paper"  # the style sheet and the font
OURS = "ours:"  # how a paper names them; every other address is refused
TYPES = {".css": "text/css", ".ttf": "font/ttf"}
AMOUNT = re.compile(r"(S/|US\$) (?=\d)|(?<=\d) (?=%)")  # a figure and its unit stay on one line
# Signs that nobody sees and that turn a line around, or that no PDF can hold: the record keeps them, paper
# does not, so that what is signed reads as it stands.
UNSEEN = [*range(9), 11, 12, *range(14, 32), 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F)]
JOINERS = [0x200D, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400)]  # what makes one sign of several
UNPRINTED = dict.fromkeys([*UNSEEN, *range(0x2066, 0x206A), *JOINERS])
FONT = "DejaVuSansCondensed.ttf"
TEXT = re.compile(r">[^<]+<")
LONG = re.compile(r"(?:&#?\w+;|[^&\s<>]){48,}")  # a word that no column holds
PIECE = re.compile(r"(?:&#?\w+;|[^&\s<>]){16}")
WHOLE = re.compile(r"\W*[0-9a-f]{64}\W*|.*://.*")  # digests and addresses are copied as they stand
BREAK = "\u200b"


class MissingValue(LookupError):
    """A template asked for a value that the record does not have: no paper is made with a hole in it."""


class Unprintable(Exception):
    """A paper asked for something from outside; it is not made."""


class Missing(str):
    """What a template gets for a value that is not there; it cannot be printed."""

    def __mod__(self, name):
        raise MissingValue(str(name))


@cache
def engine():
    """Return the templates of papers: they never print an empty place for a value that is missing."""
    options = {"string_if_invalid": Missing("%s")}
    folders = settings.TEMPLATES[0]["DIRS"]
    return DjangoTemplates({"NAME": "paper", "DIRS": folders, "APP_DIRS": False, "OPTIONS": options})


def html_of(template, **facts):
    """Return the paper as HTML, in Spanish whatever the language of the page."""
    with translation.override(LANGUAGE):
        html = engine().get_template(f"documents/{template}.html").render(facts)
    html = AMOUNT.sub(lambda found: (found[1] or "") + "\xa0", html.translate(UNPRINTED | undrawn(html)))
    return TEXT.sub(lambda found: LONG.sub(broken, found[0]), html)


@cache
def drawable():
    """Return the signs that the font of papers draws."""
    from fontTools.ttLib import TTFont

    return frozenset(TTFont(OWN / FONT).getBestCmap())


def undrawn(html):
    """Return what stands for each sign of a paper that its font lacks: its number, never an empty box."""
    lacking = {ord(sign) for sign in set(html)} - drawable() - {ord("\n"), ord("\t"), ord("\r"), ord(BREAK)}
    return {sign: f"[U+{sign:04X}]" for sign in lacking - UNPRINTED.keys()}


def broken(found):
    """Let a very long word go on in the next line, without telling how wide its column is."""
    return found[0] if WHOLE.fullmatch(found[0]) else PIECE.sub(f"\\g<0>{BREAK}", found[0])


def fingerprint(html):
    """Return what identifies a printed paper: the SHA-256 of its HTML."""
    return hashlib.sha256(html.encode()).hexdigest()


def fetcher():
    """Return what gets the pictures and fonts of a paper: those within it and our own, nothing else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnFetcher(URLFetcher):
        def fetch(self, url, headers=None):
            if url.startswith(OURS):
                own = OWN / Path(url.removeprefix(OURS)).name
                return URLFetcherResponse(url, own.read_bytes(), {"Content-Type": TYPES[own.suffix]})
            if url.startswith("data:"):
                return super().fetch(url, headers)
            raise FatalURLFetchingError(f"A paper may not fetch {url}")

    return OwnFetcher(allowed_protocols={"data"}, allow_redirects=False)


def pdf(html):
    """Return the bytes of the paper. WeasyPrint is loaded here: it takes a second, and few pages need it."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    document = HTML(string=html, url_fetcher=fetcher())
    try:
        return document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=fingerprint(html)[:32].encode())
    except FatalURLFetchingError as fault:  # no Exception: it would end the worker
        raise Unprintable(str(fault)) from fault


def qr(address):
    """Return the QR of an address, as a picture that stands in the paper itself."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", xmldecl=False, svgns=True, border=2)
    return out.getvalue().decode()
