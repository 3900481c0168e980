"""The hash tree over a log: equal to the definition of RFC 6962, however it is built up."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement import merkle

from . import rfc9162

LEAVES = st.lists(st.binary(max_size=20), max_size=70)


def sha256(data):
    return hashlib.sha256(data).digest()


def defined(leaves):
    """RFC 6962, section 2.1, word for word: MTH of an ordered list."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0])
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:]))


@given(LEAVES)
def test_the_root_is_the_one_of_the_definition(leaves):
    assert merkle.root_of(leaves) == defined(leaves)


@given(LEAVES)
def test_the_edge_has_one_root_per_complete_subtree(leaves):
    edge = []
    for size, leaf in enumerate(leaves):
        edge = merkle.appended(edge, size, merkle.leaf_hash(leaf))
        assert len(edge) == (size + 1).bit_count()
        assert merkle.root(edge) == defined(leaves[: size + 1])


@given(LEAVES.filter(bool), st.data())
def test_any_changed_leaf_changes_the_root(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:place], leaves[place] + b"!", *leaves[place + 1 :]]

    assert merkle.root_of(changed) != merkle.root_of(leaves)


@given(LEAVES, st.binary(max_size=20))
def test_appending_never_alters_what_was_handed_in(leaves, leaf):
    edge = []
    for size, each in enumerate(leaves):
        edge = merkle.appended(edge, size, merkle.leaf_hash(each))
    kept = list(edge)

    merkle.appended(edge, len(leaves), merkle.leaf_hash(leaf))

    assert edge == kept


def test_a_leaf_cannot_pass_for_a_node():
    left, right = merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")

    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


def test_the_vectors_of_certificate_transparency():
    """The published test vectors of RFC 6962 implementations: the roots after none, one and eight leaves."""
    leaves = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        bytes(range(0x50, 0x58)),
        bytes(range(0x60, 0x70)),
    ]

    assert merkle.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert (
        merkle.root_of(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert merkle.root_of(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


# Proofs, judged by a verifier that shares no code with what makes them

SIZES = range(1, 130)


def tree(size):
    """Return the leaf hashes of a tree, its nodes, and its root at every size up to this one."""
    hashes = [merkle.leaf_hash(b"%d" % number) for number in range(size)]
    edge, nodes, roots = [], {}, [merkle.root([])]
    for index, hashed in enumerate(hashes):
        made = merkle.completed(edge, index, hashed)
        nodes |= {(level, index >> level): node for level, node in enumerate(made)}
        edge = merkle.grown(edge, made)
        roots.append(merkle.root(edge))
    return hashes, nodes, roots


HASHES, NODES, ROOTS = tree(max(SIZES))


def included(index, size):
    return merkle.roots(merkle.inclusion(index, size), NODES)


def extended(old, size):
    return merkle.roots(merkle.consistency(old, size), NODES)


def test_every_leaf_of_every_tree_below_130_is_proved():
    for size in SIZES:
        for index in range(size):
            path = included(index, size)
            assert rfc9162.includes(HASHES[index], index, size, path, ROOTS[size])
            assert len(path) <= size.bit_length()


def test_every_tree_below_130_is_proved_to_begin_with_every_smaller_one():
    for size in SIZES:
        for old in range(1, size + 1):
            path = extended(old, size)
            assert rfc9162.extends(old, ROOTS[old], size, ROOTS[size], path)
            assert len(path) <= size.bit_length() + 1


def test_a_proof_proves_nothing_else():
    path = included(5, 23)

    assert not rfc9162.includes(HASHES[6], 5, 23, path, ROOTS[23])
    assert not rfc9162.includes(HASHES[5], 6, 23, path, ROOTS[23])
    assert not rfc9162.includes(HASHES[5], 5, 23, path, ROOTS[22])
    assert not rfc9162.includes(HASHES[5], 5, 23, path[:-1], ROOTS[23])
    assert not rfc9162.extends(7, ROOTS[8], 23, ROOTS[23], extended(7, 23))
    assert not rfc9162.extends(7, ROOTS[7], 23, ROOTS[22], extended(7, 23))


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_what_is_not_in_the_tree_has_no_proof(index, size):
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion(index, size)


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3)])
def test_no_tree_begins_with_a_larger_one_nor_is_the_empty_one_proved(old, size):
    with pytest.raises(ValueError, match="no such tree"):
        merkle.consistency(old, size)


def test_the_proofs_of_the_worked_example():
    """RFC 6962, section 2.1.3: the proofs in the tree of seven leaves."""
    c, d, g, k, tail = (2, 3), (3, 4), (0, 2), (0, 4), (4, 7)

    assert merkle.inclusion(0, 7) == [(1, 2), (2, 4), tail]
    assert merkle.inclusion(3, 7) == [c, g, tail]
    assert merkle.inclusion(4, 7) == [(5, 6), (6, 7), k]
    assert merkle.inclusion(6, 7) == [(4, 6), k]
    assert merkle.consistency(3, 7) == [c, d, g, tail]
    assert merkle.consistency(4, 7) == [tail]
    assert merkle.consistency(6, 7) == [(4, 6), (6, 7), k]
