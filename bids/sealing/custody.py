"""The custodian's sheet: a seed, its 24 words, and the keys of one tender and round (docs/sobre-1.md §3)."""

import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from functools import cache

from mnemonic import Mnemonic

from .age import derive
from .codec import STAGES, SealingError, identity, public_half, recipient, verify_key

WORDS = 24
LETTERS = 4  # that decide which word of the list is meant


@dataclass(frozen=True)
class CustodianKeys:
    """What a sheet yields for one tender and round. Its secrets are used and forgotten, never stored."""

    recipients: dict[int, str]  # by stage, public: what shares are encrypted to
    verify: str  # public: checks the signature of what the custodian hands over
    reading_recipient: str  # public: what is released of reserved parts
    identities: dict[int, str] = field(repr=False)  # by stage
    sign: bytes = field(repr=False)
    reading_identity: str = field(repr=False)


@cache
def _list():
    return Mnemonic("spanish")


@cache
def _by_beginning():
    return {_fold(word)[:LETTERS]: word for word in _list().wordlist}


def _fold(text):
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return bare.lower()


def to_words(data):
    """Return bytes as BIP 39 words in Spanish, as people write them (NFC)."""
    return unicodedata.normalize("NFC", _list().to_mnemonic(data)).split()


def new_seed():
    """Return the secret of a new sheet, 32 bytes."""
    return secrets.token_bytes(32)


def seed_to_words(seed):
    """Return the 24 words that are printed on the sheet."""
    return to_words(seed)


def words_to_seed(text):
    """Return the seed that somebody typed: case, accents, gaps and what follows four letters do not matter.

    Refuses with `custody.words.unknown-word` (position, from 1), `.count` or `.checksum`.
    """
    typed = re.findall(r"[^\W\d_]+", _fold(text))
    known = [_by_beginning().get(word[:LETTERS]) for word in typed]
    if None in known:
        raise SealingError("custody.words.unknown-word", position=known.index(None) + 1)
    if len(known) != WORDS:
        raise SealingError("custody.words.count", count=len(known), expected=WORDS)
    try:
        return bytes(_list().to_entropy(known))
    except ValueError:
        raise SealingError("custody.words.checksum") from None


def custodian_keys(seed, ocid, round):
    """Return the keys of a sheet for one tender and round: another tender, round or stage has others."""

    def key(info):
        return derive(seed, f"{ocid}|{round}".encode(), f"sobre/1 {info}".encode())

    opening = {stage: key(f"x25519 stage {stage}") for stage in STAGES}
    sign, reading = key("ed25519"), key("reading")
    return CustodianKeys(
        recipients={stage: recipient(public_half(secret)) for stage, secret in opening.items()},
        verify=verify_key(sign),
        reading_recipient=recipient(public_half(reading)),
        identities={stage: identity(secret) for stage, secret in opening.items()},
        sign=sign,
        reading_identity=identity(reading),
    )
