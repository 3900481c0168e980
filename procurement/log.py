"""What happened, who did it, when: one log per tender and one for the installation, written once, never
changed.
"""

import hashlib
import secrets

import rfc8785
from django.apps import apps
from django.conf import settings
from django.db import transaction

from .clock import ACTOR


class Installation:
    """What belongs to no tender: accounts, municipalities, offices, ordinances, outages (decision 13)."""

    @property
    def log_origin(self):
        return settings.LOG_HOST


INSTALLATION = Installation()


def actor_id(by):
    """Return the text id of who acts; a foreign key would let the log block or follow live data."""
    return by if isinstance(by, str) else str(ACTOR) if by is ACTOR else f"user:{by.pk}"


def instant(at):
    """Return the one way in which the log writes an instant: UTC, to the microsecond."""
    return at.isoformat(timespec="microseconds")


def digest(salt, private):
    """Return the SHA-256 that proves a private part to whoever is shown it, and tells others nothing."""
    return hashlib.sha256(bytes.fromhex(salt) + rfc8785.dumps(private)).hexdigest()


def extend(origin):
    """Fetch the head of a log under its lock: the only serial point of whatever is recorded."""
    logs = apps.get_model("procurement", "Log").objects
    logs.get_or_create(origin=origin)
    return logs.select_for_update().get(origin=origin)


def record(subject, action, *, by, at, private=None, **facts):
    """Append one event in the transaction that it describes; return it.

    `subject` has a `log_origin`. `facts` are public for ever. `private` stands beside the log, where it can
    be shown to those concerned. `by` is a user, the clock, or the words that stand for somebody who may not
    be named (`buyer`, or a bidder's pseudonym: decision 13).
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An event is written with what it describes.")
    head = extend(subject.log_origin)
    salt = None if private is None else secrets.token_hex(32)
    body = {
        "log": head.origin,
        "index": head.size,
        "at": instant(at),
        "actor": actor_id(by),
        "action": action,
        "facts": facts,
        "private": None if private is None else digest(salt, private),
    }
    event = apps.get_model("procurement", "Event").objects.create(log=head.origin, index=head.size, body=body)
    if private is not None:
        apps.get_model("procurement", "PrivatePart").objects.create(event=event, salt=salt, content=private)
    head.append(event.leaf)
    return event
