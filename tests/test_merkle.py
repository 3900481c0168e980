"""The hash tree over a log: equal to the definition of RFC 6962, however it is built up."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from procurement import merkle

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
