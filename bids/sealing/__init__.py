"""Sealed envelopes, `sobre/1` (docs/sobre-1.md): custodians' sheets, kits, sealing, release, opening, blame.

Pure: no database, no clock. Every refusal is a `SealingError` with a stable code.
"""

from .archive import max_content, tidy_name, unzip
from .codec import SealingError, fingerprint, verify_key
from .custody import CustodianKeys, custodian_keys, new_seed, seed_to_words, words_to_seed
from .envelope import (
    Sealed,
    Sealer,
    bidder_pseudonym,
    key_file,
    new_bidder_key,
    new_salt,
    read_key_file,
    seal,
    seal_bytes,
    verify_manifest,
)
from .kit import check_kit, kit_hash, kit_words, make_kit, reader_of, seat_of
from .opening import Outcome, Verdict, judge, open_envelope, recombine, release, verify_release
from .register import (
    OpeningList,
    Presented,
    close_entry,
    manifest_entry,
    opening_list,
    release_entry,
    verify_withdrawal,
    withdrawal_entry,
)

__all__ = [
    "CustodianKeys",
    "OpeningList",
    "Outcome",
    "Presented",
    "Sealed",
    "Sealer",
    "SealingError",
    "Verdict",
    "bidder_pseudonym",
    "check_kit",
    "close_entry",
    "custodian_keys",
    "fingerprint",
    "judge",
    "key_file",
    "kit_hash",
    "kit_words",
    "make_kit",
    "manifest_entry",
    "max_content",
    "new_bidder_key",
    "new_salt",
    "new_seed",
    "open_envelope",
    "opening_list",
    "read_key_file",
    "reader_of",
    "recombine",
    "release",
    "release_entry",
    "seal",
    "seal_bytes",
    "seat_of",
    "seed_to_words",
    "tidy_name",
    "tidy_name",
    "unzip",
    "verify_key",
    "verify_manifest",
    "verify_release",
    "verify_withdrawal",
    "withdrawal_entry",
    "words_to_seed",
]
