"""age files with exactly one X25519 stanza, written as their bytes arrive (docs/sobre-1.md §2).

pyrage opens them; it cannot write them: it adds a random second stanza, pulls where an upload pushes, and
hides the one-time secret that the dealer proof needs.
"""

import base64
import hashlib
import hmac
import io
import re
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .codec import public_half

CHUNK = 65_536
TAG = 16
NONCE = 16
HEADER = re.compile(
    rb"age-encryption\.org/v1\n-> X25519 [A-Za-z0-9+/]{43}\n([A-Za-z0-9+/]{43})\n--- [A-Za-z0-9+/]{43}\n"
)
HEADER_SIZE = 168


class Draw(NamedTuple):
    """The random bytes of one age file."""

    file_key: bytes
    ephemeral: bytes
    nonce: bytes


def draw(rng):
    """Return fresh random bytes for one file, from `rng(size)`."""
    return Draw(file_key=rng(16), ephemeral=rng(32), nonce=rng(NONCE))


def derive(secret, salt, info):
    """Return 32 bytes by HKDF-SHA256."""
    return HKDF(SHA256(), 32, salt, info).derive(secret)


def size_of(plain):
    """Return how many bytes the file of `plain` bytes has."""
    return HEADER_SIZE + NONCE + plain + TAG * max(1, -(-plain // CHUNK))


def _unpadded(data):
    return base64.b64encode(data).rstrip(b"=")


def _wrap_key(ephemeral, public):
    """Return the key under which the file key travels; ValueError for a public key that fixes the secret."""
    shared = X25519PrivateKey.from_private_bytes(ephemeral).exchange(
        X25519PublicKey.from_public_bytes(public)
    )
    return derive(shared, public_half(ephemeral) + public, b"age-encryption.org/v1/X25519")


def _header(public, drawn):
    body = ChaCha20Poly1305(_wrap_key(drawn.ephemeral, public)).encrypt(bytes(12), drawn.file_key, None)
    stanza = b"-> X25519 " + _unpadded(public_half(drawn.ephemeral)) + b"\n" + _unpadded(body)
    head = b"age-encryption.org/v1\n" + stanza + b"\n---"
    mac = hmac.digest(derive(drawn.file_key, b"", b"header"), head, hashlib.sha256)
    return head + b" " + _unpadded(mac) + b"\n"


class Writer:
    """Encrypts to one public key (32 bytes) whatever is written, into `sink`; one chunk stays in memory."""

    def __init__(self, sink, public, drawn):
        self.sink = sink
        self.aead = ChaCha20Poly1305(derive(drawn.file_key, drawn.nonce, b"payload"))
        self.pending = bytearray()
        self.counter = 0
        sink.write(_header(public, drawn) + drawn.nonce)

    def write(self, data):
        self.pending += data
        while len(self.pending) > CHUNK:  # a full chunk waits: it may be the last, which is marked
            self._emit(self.pending[:CHUNK], last=False)
            del self.pending[:CHUNK]

    def close(self):
        self._emit(self.pending, last=True)

    def _emit(self, chunk, *, last):
        nonce = self.counter.to_bytes(11) + bytes([last])
        self.sink.write(self.aead.encrypt(nonce, bytes(chunk), None))
        self.counter += 1


def encrypt(plaintext, public, drawn):
    """Return a small plaintext as an age file."""
    sink = io.BytesIO()
    writer = Writer(sink, public, drawn)
    writer.write(plaintext)
    writer.close()
    return sink.getvalue()


def has_one_stanza(data):
    return HEADER.fullmatch(data[:HEADER_SIZE]) is not None


def is_encryption_of(data, plaintext, public, ephemeral):
    """Tell whether `data` is, byte for byte, `plaintext` encrypted to `public` with this `ephemeral`."""
    stanza = HEADER.match(data)
    if stanza is None:
        return False
    body = base64.b64decode(stanza[1] + b"=")
    try:
        file_key = ChaCha20Poly1305(_wrap_key(ephemeral, public)).decrypt(bytes(12), body, None)
    except (InvalidTag, ValueError):
        return False
    nonce = data[HEADER_SIZE : HEADER_SIZE + NONCE]
    return len(nonce) == NONCE and encrypt(plaintext, public, Draw(file_key, ephemeral, nonce)) == data
