"""Making and replacing the key that signs the logs: from the machine itself, with an entry in the log."""

import os
import secrets

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procurement import clock, log_key, proofs, signed_note
from procurement.log import INSTALLATION, record
from procurement.models import Log, Tender
from procurement.roles import Role
from procurement.services import minutes, notices, papers
from procurement.workflow import Blocked, Refusal, lock

SHELL = "shell"  # whoever runs the machine, as the log says it
OVER = [Tender.State.DESERTED, Tender.State.CANCELLED, Tender.State.WITHDRAWN]
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
    for tender in Tender.objects.public().exclude(state__in=OVER) if known else []:
        tell(tender, public, known[-1][0], because)
    fresh = settings.LOG_KEY.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    log_key.write(seed, fresh)
    os.replace(fresh, settings.LOG_KEY)
    return public


def tell(tender, key, old, reason):
    """Leave minutes in a call that goes on, with the head that its log has now, and tell its people."""
    tender = lock(tender, by=clock.ACTOR)
    at = tender.judged_at
    size = Log.objects.get(origin=tender.log_origin).size
    head = {"size": size, "root": proofs.root_at(tender.log_origin, size).hex()}
    text = papers.render("minutes_log_key", tender=tender, key=key, old=old, reason=reason, **head)
    title = _("The key that signs the log was replaced")
    kept = {"office": "reception", "kind": "log-key", "title": title}
    minutes.write(tender, **kept, text=text, happened_at=at, by=SHELL, at=at)
    users = notices.people_of(tender, Role.COMMITTEE, Role.SECRETARY, Role.JVS, at=at)
    link = tender.get_absolute_url()
    notices.tell(users, tender=tender, subject=title, text=text, at=at, link=link)
