"""Making and replacing the key that signs the logs: from the machine itself, with an entry in the log."""

import os
import secrets

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procurement import clock, log_key, signed_note
from procurement.log import INSTALLATION, record
from procurement.workflow import Blocked, Refusal

SHELL = "shell"  # whoever runs the machine, as the log says it
EXISTS = Refusal(
    "log.key.exists",
    _("There is a log key already. It is replaced only with a reason, which everybody reads."),
    _("decision 13"),
)


@transaction.atomic
def make(*, because=""):
    """Make the log key, or another in its place because of something; return its public half (base64).

    Whoever stole the old one can sign with it, but cannot rewrite what receipts, minutes and witnesses hold.
    """
    known = log_key.published()
    if known and not because.strip():
        raise Blocked(EXISTS)
    seed = secrets.token_bytes(32)
    public = log_key.b64_of(signed_note.public_of(seed))
    facts = {"key": public, "host": settings.LOG_HOST}
    if known:
        facts |= {"old": known[-1][0], "reason": because}
    action = log_key.REPLACE if known else log_key.BEGIN
    record(INSTALLATION, action, by=SHELL, at=clock.now(), **facts)
    fresh = settings.LOG_KEY.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    log_key.write(seed, fresh)
    os.replace(fresh, settings.LOG_KEY)
    return public
