"""The case file (expediente) of a call: everything public in one ZIP, and the program that checks it.

Kits, checks, releases, findings and rankings are lines of its log.jsonl; beside it lies what the log names by
digest: manifests, ciphertexts of opened public parts and what lay in them, minutes, terms.
"""

import json
import zipfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from mnemonic import Mnemonic

from bids.models import BidFile, Envelope
from bids.programs import CHECKING
from procurement import log_key
from procurement.models import Event
from procurement.services import checkpoints, papers
from procurement.workflow import Blocked, Refusal

STAMP = (2000, 1, 1, 0, 0, 0)  # the same records make the same bytes
FORMAT = {"sobre-1.md": "docs/sobre-1.md"}
NOT_AWARDED = Refusal(
    "case-file.tender.not-awarded",
    _("The case file is made once the award is announced; until then the log says what is public."),
    _("decision 13"),
)


def is_public(tender):
    """Whether the call has come so far that its envelopes and its ranking are public."""
    return tender.awards.exists()


def write(tender, target, *, at):
    """Write the case file into a file that seeks; refused before the award, or without a log key."""
    if not is_public(tender):
        raise Blocked(NOT_AWARDED)
    size = checkpoints.size_of(tender)
    leaves = [event.leaf for event in Event.objects.of(tender).filter(index__lt=size).order_by("index")]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in (CHECKING | FORMAT).items():
            put(archive, name, (Path(settings.BASE_DIR) / path).read_bytes())
        put(archive, "LEEME.txt", papers.render("case_file", tender=tender, size=size).encode())
        put(archive, "log.jsonl", b"".join(leaf + b"\n" for leaf in leaves))
        put(archive, "case.json", json.dumps(about(tender), ensure_ascii=False, indent=1).encode())
        put(archive, "regime.toml", tender.regime_text.encode())
        put_heads(archive, tender, size, at)
        put_papers(archive, tender, size)
        put_envelopes(archive, tender)


def put(archive, name, data):
    archive.writestr(zipfile.ZipInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)


def put_file(archive, name, field):
    """Copy a stored file, chunk by chunk, as it is: what is encrypted does not shrink."""
    with field.open("rb") as source, archive.open(zipfile.ZipInfo(name, STAMP), "w") as sink:
        for chunk in source.chunks():
            sink.write(chunk)


def about(tender):
    """Return what the checking program has to know beside the log: keys, names, the list of words."""
    opened = tender.envelopes.filter(part="public").exclude(identity="")
    presented = tender.envelopes.exclude(log_index=None).exclude(manifest=None)
    return {
        "v": "convoca/case/1",
        "log": tender.log_origin,
        "ocid": tender.ocid,
        "call": tender.number,
        "municipality": tender.municipality.full_name,
        "keys": [key for key, _at in log_key.published()],
        "means": dict(presented.values_list("manifest_sha256", "means")),  # how each was sealed
        "identities": dict(opened.values_list("manifest_sha256", "identity")),
        "words": Mnemonic("spanish").wordlist,
    }


def put_heads(archive, tender, size, at):
    """Add every signed head: of the whole, of each close, and those that were signed in between."""
    closes = Event.objects.of(tender).filter(body__action="close", index__lt=size)
    for wanted in [size, *(index + 1 for index in closes.values_list("index", flat=True))]:
        checkpoints.issue(tender, wanted, at=at)
    for found in checkpoints.issued(tender).filter(size__lte=size).prefetch_related("cosignatures"):
        put(archive, f"checkpoints/{found.size:06}.txt", checkpoints.note_of(found).encode())
        if found.token:
            put(archive, f"tokens/{found.size:06}.tsr", bytes(found.token))
            put(archive, f"tokens/{found.size:06}.txt", found.stated.body.encode())


def put_papers(archive, tender, size):
    """Add the texts whose digests the log has, each under the number of its event."""
    minutes = {each.log_index: each.text for each in tender.minutes.all()}
    terms = dict(tender.terms.values_list("number", "text"))
    told = Event.objects.of(tender).filter(body__action__in=["minutes", "terms.publish"], index__lt=size)
    for event in told.order_by("index"):
        text = minutes.get(event.index) or terms.get(event.body["facts"]["number"], "")
        put(archive, f"papers/{event.index:06}.txt", text.encode())


def put_envelopes(archive, tender):
    """Add every manifest, and of the public parts that were opened ciphertext and content."""
    presented = tender.envelopes.exclude(log_index=None).exclude(manifest=None).order_by("log_index")
    for envelope in presented:
        name = envelope.manifest_sha256
        put(archive, f"manifests/{name}.json", json.dumps(envelope.manifest, sort_keys=True).encode())
        if envelope.part == "public" and was_released(envelope):
            put_file(archive, f"ciphertexts/{name}.age", envelope.ciphertext)
    files = BidFile.objects.filter(tender=tender, envelope__part="public", reserved=False)
    for file in files.select_related("envelope").order_by("pk"):
        put_file(archive, f"plaintext/{file.envelope.manifest_sha256}/{file.name}", file.file)


def was_released(envelope):
    """Whether the key of an envelope is known to all: only then its ciphertext is handed out."""
    shared = envelope.releases.filter(mode="release").exists()
    return bool(envelope.ciphertext) and (shared or envelope.status == Envelope.Status.OPEN)
