"""The kit: the public key sheet of one stage, printed in the notice as twelve words (docs/sobre-1.md §4)."""

from .codec import (
    VERSION,
    WHERE,
    SealingError,
    b64_of,
    equals,
    fingerprint,
    integer,
    is_name,
    is_recipient,
    require_shape,
    text,
)
from .custody import to_words

SEATS = integer(1, 255)
SHAPE = WHERE | {
    "groups": [{"id": text("[a-z0-9-]{1,30}"), "k": SEATS, "of": [SEATS]}],
    "custodians": [{"i": SEATS, "name": is_name, "recipient": is_recipient, "verify": b64_of(32)}],
    "readers": [{"i": SEATS, "name": is_name, "recipient": is_recipient}],
    "time_lock": equals(None),
}


def _numbered(rows):
    return [{"i": i, **row} for i, row in enumerate(rows, start=1)]


def make_kit(tender, round, stage, custodians, groups, readers=()):
    """Return the kit of one stage.

    `custodians`: dicts of name, recipient (of this stage), verify; numbered from 1 in the order given.
    `groups`: dicts of id, k, of (custodians' numbers); all groups must open.
    `readers`: dicts of name, recipient (reading); none where nothing is sealed for the committee alone.
    Refuses with `kit.shape.invalid`.
    """
    kit = {
        "v": VERSION,
        "tender": tender,
        "round": round,
        "stage": stage,
        "groups": [dict(group) for group in groups],
        "custodians": _numbered(custodians),
        "readers": _numbered(readers),
        "time_lock": None,
    }
    check_kit(kit)
    return kit


def _is_row_of_seats(rows):
    return [row["i"] for row in rows] == list(range(1, len(rows) + 1))


def _repeats(rows, name):
    return len({row[name] for row in rows}) < len(rows)


def _are_whole(groups, seats):
    """Tell whether each custodian is in exactly one group, each reaches its k, and nobody opens alone."""
    placed = [i for group in groups for i in group["of"]]
    return (
        sorted(placed) == seats
        and not _repeats(groups, "id")
        and sum(group["k"] for group in groups) > 1
        and all(group["k"] <= len(group["of"]) and group["of"] == sorted(group["of"]) for group in groups)
    )


def check_kit(kit):
    """Refuse with `kit.shape.invalid` (defect) what is not a kit whose envelopes can be opened."""
    require_shape(kit, SHAPE, "kit.shape.invalid")
    custodians = kit["custodians"]
    faults = {
        "custodians": not custodians
        or not _is_row_of_seats(custodians)
        or _repeats(custodians, "recipient")
        or _repeats(custodians, "verify"),
        "groups": not _are_whole(kit["groups"], [row["i"] for row in custodians]),
        "readers": not _is_row_of_seats(kit["readers"]),
    }
    for defect, is_wrong in faults.items():
        if is_wrong:
            raise SealingError("kit.shape.invalid", defect=defect)


def kit_hash(kit):
    return fingerprint(kit)


def kit_words(kit):
    """Return the twelve words that the notice prints and the bidder compares."""
    return to_words(bytes.fromhex(kit_hash(kit))[:16])


def seat_of(kit, keys):
    """Return the number of the custodian whose sheet this is; refuses with `custody.sheet.not-in-kit`."""
    for row in kit["custodians"]:
        if row["verify"] == keys.verify and row["recipient"] == keys.recipients[kit["stage"]]:
            return row["i"]
    raise SealingError("custody.sheet.not-in-kit")


def reader_of(kit, keys):
    """Return the number of the reader whose sheet this is; refuses with `custody.sheet.not-in-kit`."""
    for row in kit["readers"]:
        if row["recipient"] == keys.reading_recipient:
            return row["i"]
    raise SealingError("custody.sheet.not-in-kit")
