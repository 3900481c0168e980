"""Checkpoints of a log as C2SP has them: a signed note of origin, size and root, and its cosignatures. Pure.

A note is a text of lines, an empty line, and signature lines (`— <name> <base64 of key id and signature>`).
c2sp.org/signed-note, /tlog-checkpoint and /tlog-cosignature say the rest; programs that know them read ours.
"""

import base64
import hashlib
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"  # kind of a log's own key
COSIGNATURE = b"\x04"  # kind of a witness's key
KEY_ID = 4
STAMP = 8
DASH = "\N{EM DASH} "


class BadNote(ValueError):
    """A text that is no signed note, or no checkpoint."""


class Checkpoint(NamedTuple):
    """What a checkpoint states: of which log, how many leaves, which root; further lines as they are."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()

    @property
    def body(self):
        """The text that is signed."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.more]
        return "".join(f"{line}\n" for line in lines)


class Signature(NamedTuple):
    """One signature line: the name of the key, its id, and what follows it."""

    name: str
    key_id: bytes
    data: bytes

    def __str__(self):
        return f"{DASH}{self.name} {base64.b64encode(self.key_id + self.data).decode()}\n"


# Keys


def public_of(seed):
    """Return the public half (32 bytes) of a signing key (32 bytes)."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def key_id(name, public, kind=ED25519):
    """Return the four bytes by which a signature line names its key."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:KEY_ID]


def verifier(name, public, kind=ED25519):
    """Return a public key as programs that verify notes take it: name, id and key, joined by `+`."""
    key = base64.b64encode(kind + public).decode()
    return f"{name}+{key_id(name, public, kind).hex()}+{key}"


def read_verifier(text):
    """Return (name, kind, public key) of what `verifier` returns; `BadNote` for anything else."""
    name, _plus, rest = text.strip().partition("+")
    identity, _plus, key = rest.partition("+")
    data = _decoded(key)
    if len(data) != 33 or key_id(name, data[1:], data[:1]).hex() != identity or not _is_name(name):
        raise BadNote("not a verifier key")
    return name, data[:1], data[1:]


def _is_name(name):
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)


def _decoded(text):
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise BadNote("not base64") from None


# Signing and reading


def sign(checkpoint, seed):
    """Return the note of a checkpoint, signed by its log, whose key has the name of the log."""
    return checkpoint.body + "\n" + str(signature_of(checkpoint, seed))


def signature_of(checkpoint, seed):
    signed = Ed25519PrivateKey.from_private_bytes(seed).sign(checkpoint.body.encode())
    return Signature(checkpoint.origin, key_id(checkpoint.origin, public_of(seed)), signed)


def read(note):
    """Return (checkpoint, signatures) of a note; `BadNote` where it is none."""
    body, gap, tail = note.rpartition("\n\n")
    lines = body.split("\n")
    if not gap or len(lines) < 3 or not lines[0] or not tail.endswith("\n"):
        raise BadNote("not a checkpoint")
    origin, size, root, *more = lines
    hashed = _decoded(root)
    if not size.isascii() or not size.isdecimal() or str(int(size)) != size or len(hashed) != 32:
        raise BadNote("not a checkpoint")
    return Checkpoint(origin, int(size), hashed, tuple(more)), [_line(each) for each in tail.splitlines()]


def _line(text):
    dash, _space, rest = text.partition(" ")
    name, _space, data = rest.rpartition(" ")
    decoded = _decoded(data)
    if dash != DASH.strip() or not _is_name(name) or len(decoded) <= KEY_ID:
        raise BadNote("not a signature line")
    return Signature(name, decoded[:KEY_ID], decoded[KEY_ID:])


def read_line(text):
    """Return one signature line; `BadNote` where it is none."""
    return _line(text.strip())


def is_by(signature, checkpoint, public):
    """Tell whether the log's own key (32 bytes) signed this checkpoint."""
    named = (checkpoint.origin, key_id(checkpoint.origin, public))
    return (signature.name, signature.key_id) == named and _holds(
        public, signature.data, checkpoint.body.encode()
    )


def _holds(public, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# Cosignatures


def _cosigned(checkpoint, seconds):
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.body}".encode()


def cosign(checkpoint, name, seed, seconds):
    """Return the signature line with which a witness says: at this second (Unix) I saw no other log."""
    public = public_of(seed)
    signed = Ed25519PrivateKey.from_private_bytes(seed).sign(_cosigned(checkpoint, seconds))
    return Signature(name, key_id(name, public, COSIGNATURE), seconds.to_bytes(STAMP) + signed)


def cosigned_at(signature, checkpoint, name, public):
    """Return when (Unix seconds) this witness cosigned the checkpoint, or None where it did not."""
    seconds = int.from_bytes(signature.data[:STAMP])
    named = (name, key_id(name, public, COSIGNATURE))
    if (signature.name, signature.key_id) != named or len(signature.data) != STAMP + 64:
        return None
    holds = _holds(public, signature.data[STAMP:], _cosigned(checkpoint, seconds))
    return seconds if holds else None
