"""The bytes of `sobre/1`: canonical JSON, hashes, signatures, base64, bech32, shapes (docs/sobre-1.md §1)."""

import base64
import hashlib
import re
import unicodedata

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

VERSION = "sobre/1"
STAGES = (1, 2)  # envelope 1 technical, envelope 2 economic
PARTS = ("public", "reserved")

BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
GROUPS = 52  # five-bit characters that hold 32 bytes


class SealingError(Exception):
    """What was refused or found, by its stable `code`; `facts` say where or who, and never hold a secret."""

    def __init__(self, code, **facts):
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


def digest(label, *parts):
    """Return the labelled SHA-256, H of §1."""
    return hashlib.sha256(b"\0".join((label.encode(), b"".join(parts)))).digest()


def fingerprint(document):
    """Return the hex SHA-256 by which a kit, manifest or release is named: `id` of §1."""
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def b64(data):
    return base64.b64encode(data).decode()


def unb64(text):
    """Return the bytes; ValueError where the text is not the one spelling of them."""
    data = base64.b64decode(text, validate=True)
    if b64(data) != text:
        raise ValueError("not canonical base64")
    return data


# Signatures


def verify_key(key):
    """Return the public half (b64) of a signing key (32 bytes)."""
    return b64(Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw())


def _signed(label, document):
    return label.encode() + b"\n" + rfc8785.dumps(document)


def sign(key, label, document):
    return b64(Ed25519PrivateKey.from_private_bytes(key).sign(_signed(label, document)))


def is_signed(public, label, document, signature):
    """Tell whether `signature` (b64) is by the holder of `public` (b64); False for whatever is malformed."""
    try:
        signer = Ed25519PublicKey.from_public_bytes(unb64(public))
        signer.verify(unb64(signature), _signed(label, document))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


# age keys


def _polymod(values):
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(GENERATORS):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum


def _bech32(prefix, data):
    """Return 32 bytes as bech32 (BIP 173)."""
    number = int.from_bytes(data) << 4  # 256 bits fill 51 characters and one of the 52nd
    groups = [number >> 5 * place & 31 for place in reversed(range(GROUPS))]
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    rest = _polymod([*spread, *groups, 0, 0, 0, 0, 0, 0]) ^ 1
    groups += [rest >> 5 * place & 31 for place in reversed(range(6))]
    return f"{prefix}1" + "".join(BECH32[group] for group in groups)


def _unbech32(prefix, text):
    """Return the 32 bytes; ValueError where the text is not their one spelling."""
    if len(text) != len(prefix) + 1 + GROUPS + 6:
        raise ValueError("not bech32 of 32 bytes")
    number = 0
    for character in text[len(prefix) + 1 : -6]:
        number = number << 5 | BECH32.index(character)
    data = (number >> 4).to_bytes(32)
    if _bech32(prefix, data) != text:
        raise ValueError("not bech32 of 32 bytes")
    return data


def identity(secret):
    """Return an X25519 private key (32 bytes) as age writes it."""
    return _bech32("age-secret-key-", secret).upper()


def secret_of(text):
    """Return the 32 bytes of an age identity, read forgivingly where people paste it."""
    try:
        return _unbech32("age-secret-key-", text.strip().lower())
    except ValueError:
        raise SealingError("envelope.key.invalid") from None


def recipient(public):
    """Return an X25519 public key (32 bytes) as age writes it."""
    return _bech32("age", public)


def public_of(text):
    """Return the 32 bytes of an age recipient; ValueError where it is none."""
    return _unbech32("age", text)


def public_half(secret):
    """Return the X25519 public key (32 bytes) of a private key (32 bytes)."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def recipient_for(text):
    """Return the recipient of an age identity."""
    return recipient(public_half(secret_of(text)))


# Shapes: a dict has exactly these fields, a list has items of one shape, the rest are questions


def _decodes(decode, value):
    try:
        return isinstance(value, str) and decode(value)
    except ValueError:
        return False


def equals(constant):
    return lambda value: type(value) is type(constant) and value == constant


def one_of(*constants):
    return lambda value: any(equals(constant)(value) for constant in constants)


def integer(low, high):
    return lambda value: type(value) is int and low <= value <= high


def text(pattern):
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def b64_of(size):
    return lambda value: len(_decodes(unb64, value) or b"") == size


def is_hex(value):
    return text("[0-9a-f]{64}")(value)


def is_recipient(value):
    return bool(_decodes(public_of, value))


def is_identity(value):
    return text("AGE-SECRET-KEY-1[0-9A-Z]{58}")(value)


def is_name(value):
    """Tell whether this is how a person or body is called: 1 to 100 printable characters, NFC."""
    return isinstance(value, str) and 1 <= len(value) <= 100 and value.isprintable() and is_nfc(value)


def is_nfc(value):
    return unicodedata.is_normalized("NFC", value)


def optional(question):
    return lambda value: value is None or question(value)


WHERE = {
    "v": equals(VERSION),
    "tender": text(r"[A-Za-z0-9._:-]{1,100}"),
    "round": integer(1, 99),
    "stage": one_of(*STAGES),
}


def defects(value, shape, at="fields"):
    """Return the places where a JSON value has not this shape; none means that it has."""
    match shape:
        case dict() if not isinstance(value, dict) or value.keys() != shape.keys():
            return [at]
        case dict():
            return [found for name, inner in shape.items() for found in defects(value[name], inner, name)]
        case [inner]:
            items = value if isinstance(value, list) else None
            return [at] if items is None else [found for item in items for found in defects(item, inner, at)]
        case question:
            return [] if question(value) else [at]


def require_shape(value, shape, code):
    """Refuse with `code` a value that has not this shape, naming the first field that is wrong."""
    if found := defects(value, shape):
        raise SealingError(code, defect=found[0])
