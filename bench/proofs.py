"""Proofs of the log, by the size of the log: how long one takes, and how many hashes it has."""

from random import Random
from statistics import median

from django.db import connection, transaction

from bench import seconds
from procurement import merkle, proofs

ORIGIN = "bench.example/proofs"
SIZES = [1_000, 10_000, 100_000, 1_000_000]
PROMISED = 100_000  # the size at which a time is promised
BATCH = 10_000
ROUNDS = 200
INSERT = 'INSERT INTO procurement_event (log, "index", body, nodes) VALUES (%s, %s, %s, %s)'


def grow(edge, start, end):
    """Append events from `start` to `end`, in bulk; return the right edge."""
    for first in range(start, end, BATCH):
        rows = []
        for index in range(first, min(first + BATCH, end)):
            body = f'{{"action":"bench","index":{index}}}'
            nodes = merkle.completed(edge, index, merkle.leaf_hash(body.encode()))
            edge = merkle.grown(edge, nodes)
            rows.append((ORIGIN, index, body, b"".join(nodes)))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(INSERT, rows)
    return edge


def measured(size):
    """Return the median time of one of each proof, and the most hashes that one had."""
    draw, times, most = Random(size), [], 0
    for _round in range(ROUNDS):
        index, old = draw.randrange(size), draw.randrange(1, size)
        times.append(
            seconds(proofs.inclusion, ORIGIN, index, size) + seconds(proofs.consistency, ORIGIN, old, size)
        )
        most = max(most, len(merkle.inclusion(index, size)), len(merkle.consistency(old, size)))
    return median(times), most


def row(size):
    time, most = measured(size)
    found = {"name": "log-proof", "value": round(time * 1000, 3), "size": f"{size} events"}
    found |= {"unit": "ms for a proof of inclusion and one of consistency", "hashes": most}
    return found | ({"limit": 10} if size == PROMISED else {})


def run():
    edge, rows, start = [], [], 0
    for size in SIZES:
        edge, start = grow(edge, start, size), size
        rows.append(row(size))
    longest = rows[-1]["hashes"]
    return [
        *rows,
        {
            "name": "log-proof-length",
            "value": longest,
            "unit": "hashes in the longest proof",
            "limit": SIZES[-1].bit_length() + 1,
            "size": f"{SIZES[-1]} events, {ROUNDS} proofs of each kind",
        },
    ]
