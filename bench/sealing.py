"""Seals and opens an envelope, beside `age` on the same bytes (decision 34)."""

import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from bench import seconds
from bids import sealing
from bids.sealing import codec

MEGABYTES = 64
ROUNDS = 7
TENDER = "ocds-000000-130106-2026-001"
CUSTODIANS = 7
GROUPS = [{"id": "committee", "k": 2, "of": [1, 2, 3]}, {"id": "jvs", "k": 2, "of": [4, 5, 6, 7]}]


def make_kit():
    """The key sheet of envelope 1 of a call with seven custodians."""
    sheets = [sealing.custodian_keys(secrets.token_bytes(32), TENDER, 1) for _ in range(CUSTODIANS)]
    custodians = [
        {"name": f"Custodio {number}", "recipient": keys.recipients[1], "verify": keys.verify}
        for number, keys in enumerate(sheets, start=1)
    ]
    readers = [{"name": "Presidenta", "recipient": sheets[0].reading_recipient}]
    return sealing.make_kit(TENDER, 1, 1, custodians, GROUPS, readers)


def seal(folder, kit):
    """Seal the file as a bidder's browser sends it, into the folder; return what was sealed."""
    who = {
        "bidder": sealing.bidder_pseudonym(sealing.new_salt(), ["20123456789"]),
        "key": sealing.new_bidder_key(),
    }
    with (folder / "plain").open("rb") as source, (folder / "sealed").open("wb") as sink:
        return sealing.seal(kit, "public", [("expediente.pdf", source)], sink=sink, **who)


def unseal(folder, sealed):
    with (folder / "sealed").open("rb") as source, (folder / "opened").open("wb") as target:
        sealing.open_envelope(sealed.manifest, sealed.identity, source, target)


def age(*arguments):
    subprocess.run(["age", *map(str, arguments)], check=True)


def in_turn(ours, theirs):
    """The median of several measures of each, taken in turn."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(ROUNDS)]
    return [median(times) for times in zip(*pairs, strict=True)]


def row(name, times, command, limit):
    ours, theirs = times
    return {
        "name": name,
        "value": round(ours / theirs, 2),
        "unit": f"times {command} on the same bytes",
        "limit": limit,
        "size": f"{MEGABYTES} MB, {CUSTODIANS} custodians",
        "seconds": round(ours, 3),
        "age_seconds": round(theirs, 3),
    }


def measured(folder):
    plain, aged, opened = folder / "plain", folder / "aged", folder / "age-opened"
    plain.write_bytes(os.urandom(MEGABYTES << 20))
    kit = make_kit()
    public = codec.recipient_for(seal(folder, kit).identity)
    sealing_times = in_turn(lambda: seal(folder, kit), lambda: age("-e", "-r", public, "-o", aged, plain))

    sealed, key = seal(folder, kit), folder / "key"
    key.write_text(sealed.identity)
    age("-e", "-r", codec.recipient_for(sealed.identity), "-o", aged, plain)
    opening_times = in_turn(lambda: unseal(folder, sealed), lambda: age("-d", "-i", key, "-o", opened, aged))
    return [row("seal", sealing_times, "age -e", 2), row("open", opening_times, "age -d", 3)]


def run():
    """Nothing where the program `age` is not installed (apt-get install age)."""
    if not shutil.which("age"):
        return []
    with tempfile.TemporaryDirectory(prefix="convoca-bench-") as folder:
        return measured(Path(folder))
