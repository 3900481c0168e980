"""What the log says of envelopes, and the list to open, derived from it alone (docs/sobre-1.md §7)."""

from calendar import timegm
from datetime import datetime
from typing import NamedTuple

from . import codec
from .codec import VERSION, WHERE, SealingError, defects, sign
from .envelope import MANIFEST, SIGNED, is_presented, presentation

WITHDRAW = "sobre/1 withdraw"
SIG = codec.b64_of(64)
ENTRY = {name: MANIFEST[name] for name in SIGNED} | {"manifest": codec.is_hex, "sig": SIG}
WITHDRAWAL = {"v": WHERE["v"], "manifest": codec.is_hex, "sig": SIG}
CLOSE = {"v": WHERE["v"], "round": WHERE["round"], "deadline": codec.integer(0, 1 << 40)}


class Presented(NamedTuple):
    """An envelope to open: whose, which part, which manifest (hex)."""

    bidder: str
    part: str
    manifest: str


class Ignored(NamedTuple):
    """An entry of the log that does not count, by its index, and why."""

    leaf: int
    code: str


class OpeningList(NamedTuple):
    to_open: list[Presented]
    ignored: list[Ignored]


def manifest_entry(manifest, sig):
    """Return the facts of the `manifest` entry that presents a sealed part."""
    return presentation(manifest) | {"sig": sig}


def withdrawal_entry(manifest_id, key):
    """Return the facts of the `withdraw` entry, signed with the bidder's key (32 bytes)."""
    return {"v": VERSION, "manifest": manifest_id, "sig": sign(key, WITHDRAW, {"manifest": manifest_id})}


def close_entry(round, deadline):
    """Return the facts of the `close` entry; `deadline` is an aware datetime."""
    return {"v": VERSION, "round": round, "deadline": timegm(deadline.utctimetuple())}


def release_entry(manifest, released):
    """Return the facts of a `check` or `release` entry: whole for a public part, else its digest."""
    if manifest["part"] == "public":
        return released
    kept = {name: released[name] for name in ("v", "manifest", "i", "mode")}
    return kept | {"digest": codec.fingerprint(released)}


def verify_withdrawal(manifest_id, bidder_key, sig):
    """Refuse with `bid.withdrawal.signature-invalid` what the bidder's key has not signed."""
    if not codec.is_signed(bidder_key, WITHDRAW, {"manifest": manifest_id}, sig):
        raise SealingError("bid.withdrawal.signature-invalid")


class _Register:
    """The envelopes of one round as the log grows: the last of each (bidder, stage, part), the withdrawn."""

    def __init__(self, round, deadline):
        self.round = round
        self.deadline = deadline
        self.keys = {}  # bidder's key by bidder, pinned by the first entry that counts
        self.last = {}  # facts by (bidder, stage, part)
        self.counted = set()  # every manifest that counted, replaced ones too
        self.withdrawn = set()
        self.closed = False

    def present(self, facts, at):
        """Take one `manifest` entry; return why it does not count, or None."""
        if defects(facts, ENTRY):
            return "envelope.shape.invalid"
        if facts["round"] != self.round:
            return None
        if self.closed:
            return "bid.submission.reception-closed"
        if at >= self.deadline:
            return "bid.submission.late"
        presented = {name: value for name, value in facts.items() if name != "sig"}
        if not is_presented(presented, facts["sig"]):
            return "envelope.signature.invalid"
        return self._follow(facts)

    def _follow(self, facts):
        bidder, place = facts["bidder"], (facts["bidder"], facts["stage"], facts["part"])
        last = self.last.get(place, {"seq": 0, "manifest": None})
        if self.keys.get(bidder, facts["bidder_key"]) != facts["bidder_key"]:
            return "envelope.key.not-the-bidders"
        if (facts["seq"], facts["replaces"]) != (last["seq"] + 1, last["manifest"]):
            return "envelope.order.invalid"
        self.keys[bidder] = facts["bidder_key"]
        self.last[place] = facts
        self.counted.add(facts["manifest"])
        return None

    def withdraw(self, facts, at):
        """Take one `withdraw` entry; return why it does not count, or None."""
        if defects(facts, WITHDRAWAL):
            return "envelope.shape.invalid"
        if facts["manifest"] not in self.counted:
            return None
        if self.closed:
            return "bid.submission.reception-closed"
        named = next((row for row in self.last.values() if row["manifest"] == facts["manifest"]), None)
        if named is None:
            return "bid.withdrawal.not-the-last"
        if at >= self.deadline:
            return "bid.withdrawal.after-deadline"
        named_only = {"manifest": facts["manifest"]}
        if not codec.is_signed(named["bidder_key"], WITHDRAW, named_only, facts["sig"]):
            return "bid.withdrawal.signature-invalid"
        self.withdrawn.add(facts["manifest"])
        return None

    def standing(self, stage):
        return sorted(
            Presented(bidder, part, row["manifest"])
            for (bidder, of, part), row in self.last.items()
            if of == stage and row["manifest"] not in self.withdrawn
        )


def _closed(leaves, round):
    """Return the position of the first `close` of the round, and the deadline that it states."""
    for position, leaf in enumerate(leaves):
        stated = {name: leaf["facts"].get(name) for name in CLOSE}
        if leaf["action"] == "close" and not defects(stated, CLOSE) and stated["round"] == round:
            return position, stated["deadline"]
    raise SealingError("opening.closing.not-done")


def opening_list(leaves, stage, round=1):
    """Return the envelopes of a stage to be opened, from the leaves of the tender's log in order.

    Whatever does not count is listed with its index and reason. That the leaves are those of the closing
    checkpoint is for the log to prove. Refuses with `opening.closing.not-done` while there is no `close`.
    """
    leaves = list(leaves)
    end, deadline = _closed(leaves, round)
    register = _Register(round, deadline)
    take = {"manifest": register.present, "withdraw": register.withdraw}
    ignored = []
    for position, leaf in enumerate(leaves):
        register.closed = position >= end
        at = timegm(datetime.fromisoformat(leaf["at"]).utctimetuple())
        if leaf["action"] in take and (code := take[leaf["action"]](leaf["facts"], at)):
            ignored.append(Ignored(leaf["index"], code))
    return OpeningList(register.standing(stage), ignored)
