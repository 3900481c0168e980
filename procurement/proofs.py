"""Roots and proofs of a log as it is stored: each reads O(log n) events (RFC 6962)."""

from procurement import merkle
from procurement.models import Event

HASH = 32


def nodes_for(origin, ranges):
    """Fetch the hashes of the nodes that make up these ranges, by (level, i), in one query."""
    wanted = {each for span in ranges for each in merkle.nodes_of(*span)}
    ends = {((i + 1) << level) - 1: None for level, i in wanted}  # the event that completed a node keeps it
    found = Event.objects.filter(log=origin, index__in=list(ends)).values_list("index", "nodes")
    kept = {index: bytes(nodes) for index, nodes in found}
    return {
        (level, i): kept[((i + 1) << level) - 1][level * HASH : (level + 1) * HASH] for level, i in wanted
    }


def hashes(origin, ranges):
    return merkle.roots(ranges, nodes_for(origin, ranges))


def root_at(origin, size):
    """Return the root (32 bytes) that a log had when it was of this size."""
    [root] = hashes(origin, [(0, size)])
    return root


def inclusion(origin, index, size):
    """Return the hashes that prove that event `index` stands in the log of this size."""
    return hashes(origin, merkle.inclusion(index, size))


def consistency(origin, old, size):
    """Return the hashes that prove that the log of this size begins with the log of size `old`."""
    return hashes(origin, merkle.consistency(old, size))
