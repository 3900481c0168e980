"""The page of an act of opening as a file: drawn once for each event, read by ten thousand (design §7).

A file is there once somebody has looked. From then on each commit that lets the log of its call grow draws it
anew and puts it in the place of the one before, if it says anything else. So whoever follows costs one look
at a file, and a proxy can serve it alone. What a killed process left undrawn, the clock draws.
"""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from bids import live
from bids.criteria import has_two_envelopes
from procurement import clock, kept_pages
from procurement.log import FOLLOWERS
from procurement.models import Log, Tender

LANGUAGES = [code for code, _name in settings.LANGUAGES]


class Snapshot(NamedTuple):
    """Which page: of a tender (its pk), a stage, in a language."""

    tender: int
    stage: int
    language: str

    @property
    def address(self):
        if self.language == settings.LANGUAGE_CODE:
            return reverse("opening-live", args=[self.tender, self.stage])
        return reverse("opening-live-in", args=[self.tender, self.stage, self.language])

    @property
    def path(self):
        return kept_pages.file_of(self.address)

    @property
    def tag(self):
        return kept_pages.present_tag(self.address)

    def read(self):
        """Return (page, its tag), which belong together, or None."""
        try:
            with self.path.open("rb") as file:
                return file.read(), kept_pages.tag_of(os.fstat(file.fileno()))
        except FileNotFoundError:
            return None


def stages(tender):
    return (1, 2) if has_two_envelopes(tender) else (1,)


def drawn(tender, stage, language):
    """Return the page (bytes) as it is now."""
    with translation.override(language):
        shown = live.facts(tender, stage, clock.now())
        return render_to_string("bids/opening_live.html", shown | {"language": language}).encode()


def fetched(pk):
    return Tender.objects.public().select_related("municipality", "town", "schedule").filter(pk=pk).first()


def size_of(tender):
    return Log.objects.filter(origin=tender.log_origin).values_list("size", flat=True).first()


def draw(snapshot):
    """Draw a page that is public and keep it; return it, or None where the public has no such page.

    Once more if the log grew meanwhile: whoever draws last has seen the last event.
    """
    while tender := fetched(snapshot.tender):
        size = size_of(tender)
        page = drawn(tender, snapshot.stage, snapshot.language)
        put(snapshot.path, page)
        if size_of(tender) == size:
            return page
    snapshot.path.unlink(missing_ok=True)
    return None


def put(path, page):
    """Put a file in its place at once, or leave the one that says the same."""
    if path.exists() and path.read_bytes() == page:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as new:
        new.write(page)
    os.chmod(new.name, 0o644)  # a proxy of another user reads it
    os.replace(new.name, path)


def kept():
    """Return every page that somebody has looked at."""
    root = Path(settings.LIVE_ROOT)
    found = [each.relative_to(root).parts for each in root.glob("tenders/*/opening/*/live/**/index.html")]
    return [
        Snapshot(int(pk), int(stage), *language or [settings.LANGUAGE_CODE])
        for _tenders, pk, _opening, stage, _live, *language, _file in found
    ]


RIGHT = {}  # (size of the log, tag of the file) of each page as this process last found it right


def behind(at):
    """Return the pages that say something else than what they would say now: the clock draws them.

    A page is looked at again only if its log has grown, or its file is another one.
    """
    found = []
    for each in kept():
        tender = fetched(each.tender)
        stands = (size_of(tender) if tender else None, each.tag)
        if RIGHT.get(each) == stands:
            continue
        if is_right(each):
            RIGHT[each] = stands
        else:
            found.append(each)
    return found


def is_right(snapshot):
    tender, found = fetched(snapshot.tender), snapshot.read()
    return bool(tender and found) and drawn(tender, snapshot.stage, snapshot.language) == found[0]


def follow(origin):
    """Draw anew what is kept of the call whose log grew; while nobody looks, it costs no question."""
    rows = kept()
    if not rows:
        return
    followed = Tender.objects.filter(pk__in={row.tender for row in rows})
    grown = {tender.pk for tender in followed if tender.log_origin == origin}
    for row in rows:
        if row.tender in grown:
            draw(row)


FOLLOWERS.append(follow)
