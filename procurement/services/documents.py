"""Taking in a file: known by its digest, judged by its bytes, never by its name."""

import hashlib
from pathlib import PurePath

import puremagic
from django.utils.translation import gettext_lazy as _

from procurement.log import INSTALLATION, record
from procurement.models import Document
from procurement.workflow import Blocked, Refusal

LIMIT = 20 * 1024 * 1024  # bytes: a scanned agreement on a phone's line
ALLOWED = {
    "application/pdf",
    "image/jpeg",
    "image/png",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
}
TOO_LARGE = Refusal(
    "document.file.too-large", _("The file is larger than 20 MB. Scan it in grey, or split it."), "D1"
)
EMPTY = Refusal("document.file.empty", _("The file is empty. Choose it again."), "D1")
WRONG_TYPE = Refusal(
    "document.file.type-not-allowed", _("Only PDF, JPEG, PNG, DOCX, XLSX and ODT files are accepted."), "D1"
)


def media_type(upload):
    """Return what the bytes are, whatever the name says."""
    head = upload.read(64 * 1024)
    upload.seek(0)
    try:
        return puremagic.from_string(head, mime=True, filename=upload.name)
    except puremagic.PureError:
        return ""


def sha256(upload):
    total = hashlib.sha256()
    for chunk in upload.chunks():
        total.update(chunk)
    upload.seek(0)
    return total.hexdigest()


def judge(upload):
    """Return the media type of a file that may be taken in; raise `Blocked` for any other."""
    if upload.size > LIMIT:
        raise Blocked(TOO_LARGE)
    if not upload.size:
        raise Blocked(EMPTY)
    found = media_type(upload)
    if found not in ALLOWED:
        raise Blocked(WRONG_TYPE)
    return found


def store(upload, **about):
    """Keep one file that somebody hands in; the caller holds the transaction and has asked for permission."""
    return keep(upload, media_type=judge(upload), **about)


def keep(
    upload,
    *,
    media_type,
    kind,
    title,
    municipality,
    by,
    at,
    tender=None,
    public_at=None,
    reserved=False,
    actor=None,
):
    """Keep one file that was judged, or that the product made itself, and record its digest.

    `actor` is how the log names whoever it does not name by the account.
    """
    document = Document(
        tender=tender,
        municipality=municipality,
        kind=kind,
        title=title,
        name=PurePath(upload.name).name[:255],
        sha256=sha256(upload),
        size=upload.size,
        media_type=media_type,
        uploaded_by=by,
        uploaded_at=at,
        public_at=public_at,
        reserved=reserved,
    )
    document.file.save(document.name, upload, save=False)
    document.save()
    facts = {"kind": kind, "sha256": document.sha256, "size": document.size}
    private = {"title": title, "name": document.name}
    subject, who = tender or INSTALLATION, actor or by
    record(subject, "document.store", by=who, at=at, private=private, document=document.pk, **facts)
    return document
