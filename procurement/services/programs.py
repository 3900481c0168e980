"""The programs that seal, open and check, by their fingerprints (sealed/design.md §6, §8): a signed entry of
the log and a line of the notice at the announcement. One that changes later is said in public at once.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procurement import clock
from procurement.log import record
from procurement.models import Event, Tender
from procurement.roles import Role
from procurement.services import minutes, notices, papers, sale
from procurement.workflow import lock

FILES = {"seal": {}, "check": {}}  # name -> path below the root of the product; the part that has them adds
GROUP = 8  # letters of a fingerprint that are read together
ACTION = "programs"
UNDER_WAY = [
    Tender.State.ANNOUNCED,
    Tender.State.INTEGRATED,
    Tender.State.CLOSED,
    Tender.State.EVALUATING,
    Tender.State.AWARDED,
]


def fingerprints():
    """Return the SHA-256 (hex) of each program as it is on our disk now."""
    root, files = Path(settings.BASE_DIR), FILES["seal"] | FILES["check"]
    return {name: hashlib.sha256((root / path).read_bytes()).hexdigest() for name, path in files.items()}


def in_groups(digest):
    """Return a fingerprint in groups, as two people read it to each other."""
    return " ".join(digest[place : place + GROUP] for place in range(0, len(digest), GROUP))


def to_print(found):
    """Return fingerprints as the notice prints them, by what the programs are for."""
    return {use: [(name, in_groups(found[name])) for name in files] for use, files in FILES.items()}


def said(tender):
    """Return every statement about the programs of a call, in order: the bodies of its log's entries."""
    return [event.body for event in Event.objects.of(tender).filter(body__action=ACTION).order_by("index")]


def state(tender, *, by, at):
    """Write into the log what the programs are now, and which other body's host offers the one file."""
    found = fingerprints()
    record(tender, "programs", by=by, at=at, sha256=found, origin=settings.SEALING_ORIGIN)
    return found


def have_changed(at):
    """Return the calls under way whose last statement is not what our disk has."""
    now = fingerprints()
    return [tender for tender in Tender.objects.filter(state__in=UNDER_WAY) if last_of(tender) != now]


def last_of(tender):
    stated = said(tender)
    return stated[-1]["facts"]["sha256"] if stated else {}


def say_change(tender):
    """Say that programs of a call changed after it was announced: log, minutes, its people, every buyer."""
    with transaction.atomic():
        tender = lock(tender, by=clock.ACTOR)
        at, before, now = tender.judged_at, last_of(tender), fingerprints()
        if before == now:
            return
        state(tender, by=clock.ACTOR, at=at)
        changed = [
            (name, in_groups(before.get(name, "")), in_groups(digest))
            for name, digest in now.items()
            if before.get(name) != digest
        ]
        text = papers.render("minutes_programs", tender=tender, changed=changed)
        kept = {"office": "reception", "kind": ACTION, "title": _("A program changed after the announcement")}
        minutes.write(tender, **kept, text=text, happened_at=at, by=clock.ACTOR, at=at)
        tell(tender, at)


def tell(tender, at):
    title = _("A program of this call changed")
    text = _(
        "The program that seals or checks is not the one whose fingerprint the notice printed. Ask why "
        "before you use it, and compare with the minutes. What was sealed before stays as it is."
    )
    link = f"/tenders/{tender.pk}/sealed/"
    users = notices.people_of(tender, Role.COMMITTEE, Role.SECRETARY, Role.JVS, at=at)
    notices.tell(users, tender=tender, subject=title, text=text, at=at, link=link)
    sale.hand_to_all(tender, title=title, text=text, link=link, at=at)
