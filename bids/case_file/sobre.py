"""How sealed envelopes and their log are computed: age files, shares, signatures, roots (sobre-1.md).

Beside verify.py in every case file; the standard library and `cryptography`, nothing else.
"""

import hashlib
import hmac
import json
import re
from base64 import b64decode
from functools import reduce

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PIECE = 65_552  # bytes of an encrypted chunk, its tag included
HEADER = re.compile(rb"(age-encryption\.org/v1\n-> X25519 (.{43})\n(.{43})\n---) (.{43})\n")


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value):
    """Return JSON as it is hashed and signed (RFC 8785)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def roots_of(lines):
    """Return the root of a log at each of its sizes, from none of its lines to all of them (RFC 6962)."""
    edge, roots = [], [sha()]
    for size, line in enumerate(lines):
        edge.append(sha(b"\0", line))
        while size % 2:
            edge[-2:], size = [sha(b"\1", *edge[-2:])], size // 2
        roots.append(reduce(lambda right, left: sha(b"\1", left, right), reversed(edge)))
    return roots


def is_signed(public, message, signature):
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(b64decode(public)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def signed(public, label, facts):
    """Tell whether facts with their `sig` are signed under a label (section 1)."""
    body = canonical({name: value for name, value in facts.items() if name != "sig"})
    return is_signed(public, label.encode() + b"\n" + body, b64decode(facts["sig"]))


def age_key(text):
    """Return the 32 bytes in age1… or AGE-SECRET-KEY-1…, whose checksum is a matter of typing."""
    digits = map("qpzry9x8gf2tvdw0s3jn54khce6mua7l".index, text.lower().rpartition("1")[2][:52])
    return (reduce(lambda number, digit: number << 5 | digit, digits) >> 4).to_bytes(32)


def public_half(secret):
    return x25519.X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def hkdf(secret, salt, info):
    return HKDF(SHA256(), 32, salt, info).derive(secret)


def opened(data, secret, recipient=None):
    """Return what an age file of one stanza holds (section 2), or None where this key does not open it.

    With a `recipient`, `secret` is the one-time secret of whoever made the file for it.
    """
    found, mine = HEADER.match(data), public_half(secret)
    try:
        theirs, wrapped, mac = (b64decode(found[place] + b"=") for place in (2, 3, 4))
        other = x25519.X25519PublicKey.from_public_bytes(recipient or theirs)
        shared = x25519.X25519PrivateKey.from_private_bytes(secret).exchange(other)
        salt = mine + recipient if recipient else theirs + mine
        wrap = ChaCha20Poly1305(hkdf(shared, salt, b"age-encryption.org/v1/X25519"))
        file_key, payload = wrap.decrypt(bytes(12), wrapped, None), data[found.end() + 16 :]
        cipher = ChaCha20Poly1305(hkdf(file_key, data[found.end() : found.end() + 16], b"payload"))
        starts, whole = range(0, max(1, len(payload)), PIECE), []
        for number, at in enumerate(starts):
            counter = number.to_bytes(11) + bytes([at == starts[-1]])
            whole.append(cipher.decrypt(counter, payload[at : at + PIECE], None))
    except (InvalidTag, ValueError, TypeError):
        return None
    right = mac == hmac.digest(hkdf(file_key, b"", b"header"), found[1], "sha256")
    return b"".join(whole) if right else None


def times(a, b):
    """Multiply in GF(2^8), polynomial 0x11b."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a, b = a << 1 ^ (0x11B if a & 0x80 else 0), b >> 1
    return product


def xor(*strings):
    return bytes(reduce(int.__xor__, column) for column in zip(*strings, strict=True))


def interpolate(shares, at=0):
    """Return the 32 bytes at `at` of the polynomial through these shares (y bytes, then x)."""
    xs, terms = [share[-1] for share in shares], []
    for x, share in zip(xs, shares, strict=True):
        ratios = (times(at ^ other, reduce(times, [x ^ other] * 254)) for other in xs if other != x)
        weight = reduce(times, ratios, 1)
        terms.append(bytes(times(weight, y) for y in share[:-1]))
    return xor(*terms)


def context_of(facts, envelope):
    """Return the 32 bytes that tie a share to envelope, bidder, kit and part (section 6)."""
    bound = bytes.fromhex(facts["kit"] + facts["bidder"]) + b64decode(facts["bidder_key"]) + envelope
    return sha(b"sobre/1 ctx\0", bound, facts["part"].encode())


def commitment(context, i, share):
    return sha(b"sobre/1 share\0", context, bytes([i]), share).hex()


def rebuilt(groups, shares):
    """Return the key that the first k shares of each group make (section 9), or None while some lack."""
    some = [[shares[i] for i in group["of"] if i in shares][: group["k"]] for group in groups]
    return xor(*map(interpolate, some)) if enough(groups, shares) else None


def enough(groups, seats):
    """Tell whether these custodians are as many of each group as it takes to open."""
    return all(len([i for i in group["of"] if i in seats]) >= group["k"] for group in groups)


def agree(groups, shares):
    """Tell whether the shares of each group lie on one polynomial of its degree."""
    for group in groups:
        own = [shares[i] for i in group["of"]]
        if any(interpolate(own[: group["k"]], each[-1]) != each[:-1] for each in own):
            return False
    return True
