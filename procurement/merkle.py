"""The hash tree over a log (RFC 6962): pure, and small enough to keep its right edge in one row.

The right edge ("compact range") of a tree of n leaves is the list of the roots of its complete subtrees,
largest first. Appending touches O(log n) of it, and the root of the whole tree follows from it alone.
"""

import hashlib


def leaf_hash(leaf):
    """Return the hash of one leaf (bytes), as RFC 6962 section 2.1 says."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left, right):
    """Return the hash of two neighbouring subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def appended(edge, size, hashed):
    """Return the right edge of a tree of `size` leaves after one more leaf hash."""
    edge = [*edge, hashed]
    while size % 2:
        edge[-2:] = [node_hash(*edge[-2:])]
        size //= 2
    return edge


def root(edge):
    """Return the root that a right edge stands for; the empty tree has the hash of nothing."""
    if not edge:
        return hashlib.sha256(b"").digest()
    total = edge[-1]
    for subtree in reversed(edge[:-1]):
        total = node_hash(subtree, total)
    return total


def edge_of(leaves):
    """Return the right edge of the tree over these leaves (bytes)."""
    edge = []
    for size, leaf in enumerate(leaves):
        edge = appended(edge, size, leaf_hash(leaf))
    return edge


def root_of(leaves):
    """Return the root over these leaves (bytes), computed from nothing else."""
    return root(edge_of(leaves))
