"""What happened, who did it, when: one log per tender and one for the installation, written once, never
changed.
"""

import hashlib
import json
import logging
import secrets
from typing import NamedTuple

import rfc8785
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from . import merkle
from .clock import ACTOR

logger = logging.getLogger(__name__)


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


# Every step of every call waits for these statements, so they are written by hand: the object mapper takes
# three times as long (bench/log.py). PostgreSQL can do the last two in one, SQLite cannot.
HEAD = "SELECT size, edge FROM procurement_log WHERE origin = %s"
APPEND = 'INSERT INTO procurement_event (log, "index", body, nodes) VALUES (%s, %s, %s, %s) RETURNING id'
GROW = "UPDATE procurement_log SET size = %s, edge = %s WHERE origin = %s"
AT_ONCE = f"WITH event AS ({APPEND}), head AS ({GROW}) SELECT id FROM event"


def head_of(origin, cursor):
    """Fetch (size, edge) of a log under its lock: the only serial point of whatever is recorded."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    cursor.execute(HEAD + lock, [origin])
    if found := cursor.fetchone():
        return found[0], [bytes.fromhex(node) for node in json.loads(found[1])]
    apps.get_model("procurement", "Log").objects.get_or_create(origin=origin)
    return head_of(origin, cursor)


def append(body, cursor):
    """Write one leaf at the end of its log, and its hash into the tree; return the id of the event.

    `body` lacks its index, which is given here.
    """
    size, edge = head_of(body["log"], cursor)
    body["index"] = size
    leaf = rfc8785.dumps(body)
    nodes = merkle.completed(edge, size, merkle.leaf_hash(leaf))
    edge = merkle.grown(edge, nodes)
    event = [body["log"], size, leaf.decode(), b"".join(nodes)]
    head = [size + 1, json.dumps([node.hex() for node in edge]), body["log"]]
    if connection.vendor == "postgresql":
        cursor.execute(AT_ONCE, event + head)
        return cursor.fetchone()[0]
    cursor.execute(GROW, head)
    cursor.execute(APPEND, event)
    return cursor.fetchone()[0]


def written(pk, body):
    """Return the event as if it were fetched."""
    values = {"id": pk, "log": body["log"], "index": body["index"], "body": body}
    return apps.get_model("procurement", "Event").from_db(connection.alias, values, values.values())


FOLLOWERS = []  # each part adds a function(origin), called after a commit that let this log grow


class Grown(NamedTuple):
    """Tells the followers that a log has grown, once for each transaction."""

    origin: str

    def __call__(self):
        for follow in FOLLOWERS:
            try:
                follow(self.origin)
            except Exception:
                logger.exception("%s is not followed", self.origin)


def tell_followers(origin):
    """Let them know once the transaction is committed; what fails there undoes nothing."""
    grown = Grown(origin)
    if all(call != grown for _savepoints, call, *_robust in connection.run_on_commit):
        transaction.on_commit(grown)


def record(subject, action, *, by, at, private=None, **facts):
    """Append one event in the transaction that it describes; return it.

    `subject` has a `log_origin`. `facts` are public for ever. `private` stands beside the log, where it can
    be shown to those concerned. `by` is a user, the clock, or the words that stand for somebody who may not
    be named (`buyer`, or a bidder's pseudonym: decision 13).
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An event is written with what it describes.")
    salt = None if private is None else secrets.token_hex(32)
    body = {
        "log": subject.log_origin,
        "at": instant(at),
        "actor": actor_id(by),
        "action": action,
        "facts": facts,
        "private": None if private is None else digest(salt, private),
    }
    with connection.cursor() as cursor:
        pk = append(body, cursor)
    tell_followers(body["log"])
    event = written(pk, body)
    if private is not None:
        apps.get_model("procurement", "PrivatePart").objects.create(event=event, salt=salt, content=private)
    return event
