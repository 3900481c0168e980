"""The hash tree over a log (RFC 6962), its proofs, and the small right edge from which it grows. Pure.

The right edge ("compact range") of a tree of n leaves is the list of the roots of its complete subtrees,
largest first. Appending touches O(log n) of it, and the root of the whole tree follows from it alone.

A complete subtree never changes again. The node (level, i) is the root over the leaves from i << level to
(i + 1) << level; it is known as soon as its last leaf is there. A proof names O(log n) of them.
"""

import hashlib


def leaf_hash(leaf):
    """Return the hash of one leaf (bytes), as RFC 6962 section 2.1 says."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left, right):
    """Return the hash of two neighbouring subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


# Growing


def completed(edge, size, hashed):
    """Return the roots of the complete subtrees that one more leaf hash ends, from level 0 upwards."""
    nodes, left = [hashed], list(edge)
    while size % 2:
        nodes.append(node_hash(left.pop(), nodes[-1]))
        size //= 2
    return nodes


def grown(edge, nodes):
    """Return the right edge of a tree after the leaf that completed these nodes."""
    return [*edge[: len(edge) - len(nodes) + 1], nodes[-1]]


def appended(edge, size, hashed):
    """Return the right edge of a tree of `size` leaves after one more leaf hash."""
    return grown(edge, completed(edge, size, hashed))


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


# Proofs, as ranges of leaves: each hash of a proof is the root over one of them


def nodes_of(start, end):
    """Return the nodes (level, i) whose roots together make the root over the leaves start … end - 1.

    `start` is a multiple of the largest of them, as it is in every proof.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def _left(start, end):
    """Return where RFC 6962 divides a range: after the largest power of two that is less than it is long."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def inclusion(index, size):
    """Return the ranges whose roots prove that leaf `index` stands in a tree of `size` leaves."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = _left(start, end)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def root_through(leaf, index, size, path):
    """Return the root to which a leaf leads by its proof of inclusion; ValueError where the proof is none."""
    found = leaf_hash(leaf)
    for (start, _end), beside in zip(inclusion(index, size), path, strict=True):
        found = node_hash(found, beside) if start > index else node_hash(beside, found)
    return found


def consistency(old, size):
    """Return the ranges whose roots prove that the tree of `size` leaves begins with that of `old`."""
    if not 0 < old <= size:
        raise ValueError("no such tree")
    start, end, ranges = 0, size, []
    while old < end:
        middle = _left(start, end)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    # The old tree is the left half all along: whoever holds its root needs no other.
    return ([(start, end)] if start else []) + ranges[::-1]


def roots(ranges, node):
    """Return the root over each range; `node` gives the hash of (level, i)."""
    return [root([node[each] for each in nodes_of(*span)]) for span in ranges]
