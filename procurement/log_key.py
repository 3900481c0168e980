"""The key with which an installation signs the heads of its logs: a file of its own, never in the database.

The file has one line, as C2SP writes signing keys: `PRIVATE+KEY+<host>+<id>+<base64>`. Every key that was
ever in use stands in the log of the installation, by its public half.
"""

import base64
import os

from django.conf import settings

from procurement import signed_note
from procurement.log import INSTALLATION
from procurement.models import Event

PREFIX = "PRIVATE+KEY+"
BEGIN, REPLACE = "log-key.begin", "log-key.replace"


def text_of(seed):
    """Return a signing key (32 bytes) as its file has it."""
    host, public = settings.LOG_HOST, signed_note.public_of(seed)
    key = base64.b64encode(signed_note.ED25519 + seed).decode()
    return f"{PREFIX}{host}+{signed_note.key_id(host, public).hex()}+{key}\n"


def seed_in(text):
    """Return the signing key (32 bytes) in the text of such a file; ValueError where it holds none."""
    key = text.strip().removeprefix(PREFIX).split("+", 2)[-1]  # base64 has `+` too
    data = base64.b64decode(key, validate=True)
    if len(data) != 33 or text_of(data[1:]).strip() != text.strip():
        raise ValueError("not a signing key of this host")
    return data[1:]


def write(seed, path):
    """Write the file of a key where nobody but its owner reads it; one that is there is not overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text_of(seed))
        file.flush()
        os.fsync(file.fileno())


def published():
    """Return every key that was announced in the log of the installation, the present one last: (b64, at)."""
    found = Event.objects.of(INSTALLATION).filter(body__action__in=[BEGIN, REPLACE]).order_by("index")
    return [(event.body["facts"]["key"], event.body["at"]) for event in found]


def b64_of(public):
    return base64.b64encode(public).decode()


def present():
    """Return the signing key (32 bytes) in use, or None: there is no file, or the log does not know it."""
    try:
        seed = seed_in(settings.LOG_KEY.read_text())
    except (FileNotFoundError, ValueError):
        return None
    known = published()
    return seed if known and known[-1][0] == b64_of(signed_note.public_of(seed)) else None
