"""The list to open, derived from the log alone: replacements, withdrawals, the hour, and entries that lie."""

import copy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bids import sealing
from bids.sealing import envelope

from .sealing_case import RIVAL, TENDER, WHO, refused

DEADLINE = datetime(2026, 9, 21, 15, 0, tzinfo=UTC)
KEY, THIEF = WHO["key"], b"t" * 32


class Log:
    """The leaves of a tender's log, as they are appended; by default a minute before the deadline."""

    def __init__(self):
        self.leaves = []
        self.manifests = {}

    def append(self, action, facts, at=DEADLINE - timedelta(minutes=1)):
        stamp = at.isoformat(timespec="microseconds")
        self.leaves.append({"index": len(self.leaves), "at": stamp, "action": action, "facts": facts})

    def present(self, name, key=KEY, at=DEADLINE - timedelta(minutes=1), **changes):
        manifest = {
            "v": "sobre/1",
            "tender": TENDER,
            "round": 1,
            "stage": 1,
            "kit": "0" * 64,
            "bidder": WHO["bidder"],
            "bidder_key": sealing.verify_key(key),
            "part": "public",
            "seq": 1,
            "replaces": None,
            "content": name,  # stands for the rest, which the log does not keep
        } | changes
        self.manifests[name] = sealing.fingerprint(manifest)
        self.append("manifest", sealing.manifest_entry(manifest, envelope.sign_manifest(key, manifest)), at)
        return self

    def replace(self, name, old, **changes):
        return self.present(name, seq=changes.pop("seq", 2), replaces=self.manifests[old], **changes)

    def withdraw(self, name, key=KEY, at=DEADLINE - timedelta(seconds=1)):
        self.append("withdraw", sealing.withdrawal_entry(self.manifests[name], key), at)
        return self

    def close(self, round=1):
        facts = sealing.close_entry(round, DEADLINE) | {"before": "integrated", "after": "closed"}
        self.append("close", facts, DEADLINE + timedelta(minutes=1))
        return self

    def list(self, stage=1, round=1):
        found = sealing.opening_list(self.leaves, stage, round)
        names = {digest: name for name, digest in self.manifests.items()}
        return [names[row.manifest] for row in found.to_open], [row.code for row in found.ignored]


def test_the_list_is_keyed_by_bidder_and_part_and_stage():  # decision 14
    log = Log().present("p").present("r", part="reserved").present("e2", stage=2)
    log.present("rival", RIVAL["key"], bidder=RIVAL["bidder"]).close()

    assert sorted(log.list(1)[0]) == ["p", "r", "rival"]
    assert log.list(2) == (["e2"], [])


def test_without_a_close_there_is_no_list():
    assert refused(Log().present("p").list)[0] == "opening.closing.not-done"
    assert refused(Log().present("p").close().list, round=2)[0] == "opening.closing.not-done"


def test_the_last_replacement_by_the_same_key_counts():
    log = Log().present("a").replace("b", "a").replace("c", "b", seq=3).close()

    assert log.list() == (["c"], [])


@pytest.mark.parametrize(
    ("code", "forge"),
    [
        ("envelope.key.not-the-bidders", lambda log: log.replace("x", "a", key=THIEF)),
        ("envelope.key.not-the-bidders", lambda log: log.present("x", THIEF, stage=2)),
        ("envelope.key.not-the-bidders", lambda log: log.present("x", THIEF, part="reserved")),
        (
            "envelope.signature.invalid",
            lambda log: log.replace("x", "a", key=THIEF, bidder_key=sealing.verify_key(KEY)),
        ),
        ("envelope.order.invalid", lambda log: log.present("x")),
        ("envelope.order.invalid", lambda log: log.replace("x", "a", seq=3)),
        ("envelope.order.invalid", lambda log: log.present("x", seq=2, replaces="0" * 64)),
        ("envelope.shape.invalid", lambda log: log.present("x", part="other")),
        ("bid.submission.late", lambda log: log.replace("x", "a", at=DEADLINE)),
        ("bid.withdrawal.signature-invalid", lambda log: log.withdraw("a", THIEF)),
        ("bid.withdrawal.after-deadline", lambda log: log.withdraw("a", at=DEADLINE)),
    ],
)
def test_what_the_bidders_key_did_not_do_in_time_changes_nothing(code, forge):
    log = forge(Log().present("a")).close()

    assert log.list() == (["a"], [code])
    assert log.list(2)[0] == []


def test_the_deadline_is_one_instant():  # decision 12
    last = DEADLINE - timedelta(microseconds=1)

    assert Log().present("a", at=last).close().list() == (["a"], [])
    assert Log().present("a", at=DEADLINE).close().list() == ([], ["bid.submission.late"])


def test_what_stands_after_the_close_is_late_whatever_its_hour():
    log = (
        Log().present("a").close().present("late", RIVAL["key"], bidder=RIVAL["bidder"]).withdraw("a").close()
    )

    assert log.list() == (["a"], ["bid.submission.reception-closed"] * 2)


def test_a_withdrawal_by_the_bidder_counts_and_it_may_present_again():
    log = Log().present("a").withdraw("a")
    again = copy.deepcopy(log).replace("b", "a")

    assert log.close().list() == ([], [])
    assert again.close().list() == (["b"], [])


def test_an_old_withdrawal_played_again_does_not_touch_the_replacement():
    log = Log().present("a").withdraw("a").replace("b", "a").withdraw("a").close()

    assert log.list() == (["b"], ["bid.withdrawal.not-the-last"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("manifest", "f" * 64),
        ("part", "reserved"),
        ("stage", 2),
        ("bidder", RIVAL["bidder"]),
        ("kit", "1" * 64),
    ],
)
def test_an_edited_entry_is_not_signed(field, value):
    log = Log().present("a").close()
    assert log.list()[0] == ["a"]

    log.leaves[0]["facts"][field] = value

    assert log.list() == ([], ["envelope.signature.invalid"])


def test_rounds_do_not_mix():  # decision 19
    """In the second the bidder has another key, and the first is closed whatever it says."""
    log = Log().present("a").present("x", stage=2).withdraw("x").close()
    log.present("b", round=2, key=THIEF).present("c", round=2, key=THIEF, stage=2).withdraw("c", THIEF)
    log.close(round=2)

    assert log.list() == (["a"], [])
    assert log.list(round=2) == (["b"], [])
    assert log.list(2) == log.list(2, round=2) == ([], [])


@settings(max_examples=100)
@given(
    st.sampled_from(["manifest", "withdraw", "close"]),
    st.dictionaries(st.sampled_from(["v", "sig", "round"]), st.none() | st.integers() | st.text()),
)
def test_no_entry_breaks_the_list(action, facts):
    log = Log().present("a")
    log.append(action, facts)

    assert log.close().list()[0] == ["a"]


def test_withdrawals_are_checked_before_they_are_logged():
    key = sealing.verify_key(KEY)
    good = sealing.withdrawal_entry("0" * 64, KEY)

    sealing.verify_withdrawal("0" * 64, key, good["sig"])
    for manifest, sig in (
        ("1" * 64, good["sig"]),
        ("0" * 64, sealing.withdrawal_entry("0" * 64, THIEF)["sig"]),
    ):
        assert refused(sealing.verify_withdrawal, manifest, key, sig)[0] == "bid.withdrawal.signature-invalid"
