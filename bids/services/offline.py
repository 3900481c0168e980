"""An act without internet (decision 7): what is taken along at the close, and what was signed there.

The bundle holds what the program needs to check, hand over, put together and open; no key is in it. What
comes back are the signed words of the custodians: whoever carries the file can change nothing in them.
"""

import json
import zipfile
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids import sealing
from bids.models import Release
from bids.refusals import explained
from bids.services import case_file, ciphertexts, envelopes
from procurement import roles
from procurement.log import record
from procurement.models import Event
from procurement.services import papers
from procurement.workflow import Blocked, Refusal

LARGEST = 4 << 20  # bytes of a file of releases
MOST = 5_000
PROGRAMS = {"sobre.html": "bids/static/bids/sobre.html", "sobre.mjs": "bids/static/bids/sobre.mjs"}
FORMAT = {"sobre-1.md": "docs/sobre-1.md"}
RULE = _("decision 7; docs/sobre-1.md §8")

NOT_CLOSED = Refusal(
    "opening.closing.not-done",
    _("Reception is closed first, and its minutes are signed. Then the envelopes are opened."),
    _("terms 17.1"),
)
UNREADABLE = Refusal(
    "custodian.releases.unreadable",
    _("This is no file of what custodians signed: a list as the program writes it. Nothing was taken."),
    RULE,
)
NOT_LISTED = Refusal(
    "custodian.release.foreign-envelope",
    _("What was handed over is about another envelope, or another stage. Nothing was taken."),
    RULE,
)
NOTHING_NEW = Refusal(
    "custodian.releases.nothing-new",
    _("All of this is here already."),
    RULE,
)


# To take along


def write(tender, stage, target):
    """Write the bundle of an act into a file that seeks: keys, log, manifests, sealed files, the program."""
    if tender.closed_at is None:
        raise Blocked(NOT_CLOSED)
    kit = tender.kits.get(round=tender.round, stage=stage)
    leaves = (event.leaf + b"\n" for event in Event.objects.of(tender).order_by("index"))
    found = tender.envelopes.presented().filter(stage=stage, bid__round=tender.round, manifest__isnull=False)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, path in (PROGRAMS | FORMAT).items():
            case_file.put(archive, name, (Path(settings.BASE_DIR) / path).read_bytes())
        text = papers.render("act_bundle", tender=tender, stage=stage, kit=kit)
        case_file.put(archive, "LEEME.txt", text.encode())
        case_file.put(archive, "kit.json", json.dumps(kit.body, ensure_ascii=False).encode())
        case_file.put(archive, "log.jsonl", b"".join(leaves))
        case_file.put(archive, "acto.json", act_file(tender, stage, found))
        for envelope in found.order_by("manifest_sha256"):
            name = envelope.manifest_sha256
            case_file.put(archive, f"manifests/{name}.json", json.dumps(envelope.manifest).encode())
            if ciphertexts.is_whole(envelope):
                case_file.put_file(archive, f"ciphertexts/{name}.age", envelope.ciphertext)


def act_file(tender, stage, envelopes):
    """Return what a custodian gives to the program for no network: the log, the manifests of the stage."""
    head = {"v": "convoca/act/1", "number": tender.number, "round": tender.round, "stage": stage}
    leaves = [event.body for event in Event.objects.of(tender).order_by("index")]
    manifests = [envelope.manifest for envelope in envelopes]
    return json.dumps(head | {"leaves": leaves, "manifests": manifests}, ensure_ascii=False).encode()


# To bring back


def read(file):
    """Return the signed words in a file: one object, a list of them, or one a line."""
    text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise Blocked(UNREADABLE)
    try:
        found = list(islice(parsed(text.decode()), MOST))
        known = all(row["mode"] in Release.Mode.values for row in found)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Blocked(UNREADABLE) from None
    if not found or not known:
        raise Blocked(UNREADABLE)
    return sorted(found, key=lambda row: row["mode"] != Release.Mode.CHECK)  # all checks first


def parsed(text):
    try:
        found = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return found if isinstance(found, list) else [found]


@transaction.atomic
def bring(act, *, file, by):
    """Take what custodians signed elsewhere, as if they had typed here; what suffices is opened.

    By the committee, or by a custodian for themselves. All or nothing: one wrong word, and none is taken.
    """
    act = envelopes.held(act, by=by)
    rows, listed = read(file), {each.manifest_sha256: each for each in envelopes.to_open(act)}
    seats = {each.index: each for each in act.tender.custodians.filter(round=act.round)}
    require_bearer(act, rows, seats, by)
    taken = [each for each in (take(act, row, listed, seats, by=by) for row in rows) if each]
    if not taken:
        raise Blocked(NOTHING_NEW)
    for envelope in listed.values():
        if envelope.status == "presented" and envelope.part == "public":
            envelopes.open_with_releases(act, envelope, by=by)
    return act


def require_bearer(act, rows, seats, by):
    """Stop here unless it is the committee, or a custodian whose own words these are."""
    if roles.holds(by, "open_envelopes", act.tender, act.judged_at):
        return
    own = {index for index, custodian in seats.items() if custodian.user_id == by.pk}
    if {row.get("i") for row in rows} - own:
        raise PermissionDenied


def take(act, row, listed, seats, *, by):
    """Take one signed word; return it, or None where it is here already."""
    envelope = listed.get(row.get("manifest"))
    if envelope is None:
        raise Blocked(NOT_LISTED)
    with explained():
        custodian = seats[sealing.verify_release(envelopes.kit_of(act), envelope.manifest, row)]
    known = {"act": act, "envelope": envelope, "custodian": custodian, "mode": row["mode"]}
    if Release.objects.filter(**known).exists():
        return None
    if row["mode"] == Release.Mode.RELEASE:
        require_checks(act, custodian, listed)
    record(act.tender, row["mode"], by=by, at=act.judged_at, **sealing.release_entry(envelope.manifest, row))
    return Release.objects.create(tender=act.tender, body=row, at=act.judged_at, **known)


def require_checks(act, custodian, listed):
    """Nothing is handed over before so many of each group have checked everything (docs/sobre-1.md §8)."""
    waiting = [each for each in listed.values() if each.status == "presented"]
    if {each.pk for each in waiting} - envelopes.signed(act, custodian, "check"):
        raise Blocked(envelopes.CHECK_INCOMPLETE.about(custodian=custodian.name))
    if reasons := envelopes.missing_checks(act, waiting):
        raise Blocked(*reasons)
