"""The pack itself: plain files, read without Convoca; the same facts give the same bytes.

Its texts are Spanish, whatever the language of the page. The public part names nobody; what does lies in a
second file, for those who may read what is reserved (decision 6).
"""

import hashlib
import io
import json
import zipfile

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from contracts import duties
from contracts.handover import Section, Table, data
from contracts.handover.decided import decided, file_of
from contracts.handover.in_force import in_force
from contracts.handover.leaving import leaving
from contracts.handover.reserved import reserved
from procurement import chronicle
from procurement.log import instant
from procurement.models import Event, Log
from procurement.services.notices import LANGUAGE

DATED = (1980, 1, 1, 0, 0, 0)  # of every file inside, so that the hour of packing leaves no trace
SUMS = "sha256sums.txt"
STYLE = settings.BASE_DIR / "procurement" / "static" / "procurement" / "convoca.css"


def sections(tender, at):
    """Return the public answers to the questions of an incoming mayor."""
    return [decided(tender), in_force(tender), due(tender, at), leaving(tender)]


def due(tender, at):
    """What is due, as the calendar of the call shows it to everybody."""
    columns = (("until", _("Until")), ("what", _("What")), ("who", _("Who")), ("rule", _("Where it stands")))
    rows = [
        {"until": each.day, "what": each.title, "who": each.who, "rule": each.rule}
        for each in duties.of([tender], at)
        if each.public
    ]
    lead = _("The dates that wait for you. What is done leaves the list.")
    tables = [Table("duties", _("Dates"), columns, rows)] if rows else []
    return Section("due", _("What is due"), lead, tables)


def about(tender, at):
    """What the pack is about: the call, the instant, and the head of its log."""
    head = Log.objects.get(origin=tender.log_origin)
    return {
        "call": tender.number,
        "ocid": tender.ocid,
        "title": tender.title,
        "municipality": str(tender.municipality),
        "town": str(tender.town),
        "state": tender.state,
        "made_at": instant(at),
        "log": {"origin": head.origin, "size": head.size, "root": head.root},
    }


def public_files(tender, at):
    """Return {name: bytes} of everything that anybody may read."""
    with translation.override(LANGUAGE):
        told = sections(tender, at)
        facts = {"tender": tender, "at": at, "sections": told, "in_pack": True}
        files = {
            "estilo.css": STYLE.read_bytes(),
            "LEAME.html": render_to_string("documents/handover.html", facts).encode(),
            "datos.json": as_json(about(tender, at) | data(told)),
            "registro.jsonl": log_of(tender),
        }
        for row in tender.minutes.prefetch_related("errata"):
            files[file_of(row)] = text_of(row).encode()
    return with_sums(files)


def reserved_files(tender, at):
    """Return {name: bytes} of what only those may read who may read what is reserved."""
    with translation.override(LANGUAGE):
        told = [reserved(tender, at)]
        facts = {"tender": tender, "at": at, "sections": told, "is_reserved": True}
        files = {
            "estilo.css": STYLE.read_bytes(),
            "RESERVADO.html": render_to_string("documents/handover.html", facts).encode(),
            "reservado.json": as_json(about(tender, at) | data(told)),
        }
    return with_sums(files)


def as_json(facts):
    return (json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def log_of(tender):
    """Return the log, one canonical leaf a line, as far as everybody may read it now."""
    events = Event.objects.of(tender).order_by("index")[: chronicle.kept_back(tender)]
    return b"".join(event.leaf + b"\n" for event in events)


def text_of(minutes):
    """Return the text of minutes with every fe de erratas below it."""
    mended = [
        _("Fe de erratas, %(place)s. It says: “%(old)s”. It should say: “%(new)s”. %(why)s")
        % {"place": row.place, "old": row.old, "new": row.new, "why": row.why}
        for row in minutes.errata.all()
    ]
    return "\n\n".join([minutes.text, *mended]) + "\n"


def digests(files):
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}


def with_sums(files):
    """Add the list of digests, as `sha256sum --check` reads it."""
    listed = "".join(f"{digest}  {name}\n" for name, digest in digests(files).items())
    return files | {SUMS: listed.encode()}


def zipped(files):
    """Return these files as one ZIP: in the order of their names, dated alike, not compressed."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, DATED)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return held.getvalue()
