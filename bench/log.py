"""Appends to the log, against a bare INSERT and COMMIT of the same bytes in the same run (decision 34)."""

from statistics import median

from django.db import connection, transaction

from bench import seconds
from procurement import clock
from procurement.log import INSTALLATION, record
from procurement.models import Event

EVENTS = 3000
TABLE = """
    CREATE TABLE bench_bare (
        id {serial} PRIMARY KEY, log varchar(200) NOT NULL, "index" bigint NOT NULL, body {json} NOT NULL,
        UNIQUE (log, "index")
    )
"""
TYPES = {
    "sqlite": {"serial": "integer", "json": "text"},
    "postgresql": {"serial": "bigserial", "json": "jsonb"},
}
INSERT = 'INSERT INTO bench_bare (log, "index", body) VALUES (%s, %s, %s)'


def append():
    """One step of a call, as far as the log goes: a transaction with one event in it."""
    with transaction.atomic():
        record(INSTALLATION, "bench", by=clock.ACTOR, at=clock.now(), before="announced", after="integrated")


def insert(number, body):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, [INSTALLATION.log_origin, number, body])


def measured():
    """Measure both in turn, event by event, so that whatever else the machine does falls on both alike."""
    append()
    body = Event.objects.of(INSTALLATION).first().leaf.decode()
    pairs = [(seconds(append), seconds(insert, number, body)) for number in range(EVENTS)]
    return [median(times) for times in zip(*pairs, strict=True)]


def run():
    with connection.cursor() as cursor:
        cursor.execute(TABLE.format(**TYPES[connection.vendor]))
    appended, bare = measured()
    return [
        {
            "name": "log-append",
            "value": round(bare / appended, 3),
            "unit": "of the rate of a bare INSERT and COMMIT",
            "limit": 0.5,
            "more_is_better": True,
            "size": f"{EVENTS} events on {connection.vendor}",
            "microseconds": round(appended * 1e6),
            "bare_microseconds": round(bare * 1e6),
        }
    ]
