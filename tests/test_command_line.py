"""The program at a command line: a bidder seals, a custodian hands over, anybody opens; without a server."""

import io
import json
import subprocess

import pytest

from bids import sealing
from bids.sealing import codec
from bids.sealing.custody import seed_to_words

from .program import COMMAND_LINE, NODE
from .sealing_case import SHEETS, TENDER, WHO, kit_of
from .sealing_case import opened as opened_here

KITS = [kit_of(1), kit_of(2)]
CALL = {
    "v": "convoca/1",
    "tender": TENDER,
    "kits": KITS,
    "bidder": WHO["bidder"],
    "name": "Servicios Ana SAC",
    "key": "",
    "last": [],
    "fields": [
        {"name": "experience", "kind": "textarea"},
        {"name": "working_capital", "kind": "numberinput"},
        {"name": "local", "kind": "checkboxinput"},
        {"name": "bid_bond", "kind": "textinput"},
        {"name": "phone", "kind": "textinput"},
    ],
    "reserved": ["phone"],
    "team": {"fields": [{"name": "name", "kind": "textinput"}, {"name": "years", "kind": "numberinput"}]},
    "offer": {"least": "5.00", "most": "100.00", "zero": False},
    "guarantee": "bid_guarantee",
    "files": {"form": "propuesta.json", "reserved": "reservado.json", "offer": "oferta.json"},
}
TYPED = {
    "experience": "Seis años",
    "working_capital": "25000,5",
    "local": "on",
    "bid_bond": "D 1",
    "phone": "999",
}
DRAFT = {"v": "borrador/1", "tender": TENDER, "fields": TYPED | {"team-0-name": "Ana", "team-0-years": "6"}}


@pytest.fixture
def run(tmp_path):
    """Run the program in a folder with the file of the call and a draft."""
    (tmp_path / "call.json").write_text(json.dumps(CALL))
    (tmp_path / "draft.json").write_text(json.dumps(DRAFT))
    (tmp_path / "estados.pdf").write_bytes(b"%PDF-1.7 estados")

    def run_it(*arguments, typed="", code=0):
        command = [NODE, COMMAND_LINE, *map(str, arguments)]
        done = subprocess.run(command, cwd=tmp_path, input=typed, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    run_it.folder = tmp_path
    return run_it


def seal(run, *more, percentage="10.20", **how):
    paper = ("--paper", "finance=estados.pdf")
    return run("seal", "call.json", "draft.json", "mine", "--percentage", percentage, *paper, *more, **how)


def parts_in(path):
    """Return the parts that a carrier holds, by place: (manifest, signature, ciphertext)."""
    head, rest = path.read_bytes().split(b"\n", 1)
    found = {}
    for part in json.loads(head)["parts"]:
        size = part["manifest"]["ciphertext"]["size"]
        found[part["manifest"]["stage"], part["manifest"]["part"]] = (
            part["manifest"],
            part["sig"],
            rest[:size],
        )
        rest = rest[size:]
    assert not rest
    return found


def test_the_words_are_those_of_the_notice(run):
    assert run("words", "call.json").splitlines() == [
        f"{kit['stage']}: {' '.join(sealing.kit_words(kit))}" for kit in KITS
    ]


def test_a_bidder_seals_without_network_and_the_server_opens_it(run):
    seal(run)

    parts = parts_in(run.folder / "mine.convoca")
    key_file = sealing.read_key_file((run.folder / "mine.clave.json").read_bytes())
    keys = {row["manifest"]: row["identity"] for row in key_file["envelopes"]}
    found = {}
    for place, (manifest, sig, ciphertext) in parts.items():
        name = sealing.verify_manifest(KITS[place[0] - 1], manifest, sig)
        found[place] = opened_here(manifest, keys[name], ciphertext)
    assert found[1, "reserved"]["estados.pdf"] == b"%PDF-1.7 estados"
    assert json.loads(found[1, "reserved"]["reservado.json"]) == {"phone": "999"}
    form = json.loads(found[1, "public"]["propuesta.json"])
    assert form == {
        "experience": "Seis años",
        "working_capital": "25000.50",
        "local": True,
        "bid_bond": "D 1",
        "name": "Servicios Ana SAC",
        "team": [{"name": "Ana", "years": 6}],
        "papers": {"finance": ["estados.pdf"]},
    }
    assert json.loads(found[2, "public"]["oferta.json"])["words"] == "diez con 20/100 por ciento"


def test_an_offer_outside_the_limits_is_refused(run):
    assert "bid.offer.outside-limits" in seal(run, percentage="4.99", code=1)
    assert not (run.folder / "mine.convoca").exists()


def test_a_custodian_hands_over_and_anybody_opens(run):
    seal(run)
    run("unpack", "mine.convoca", ".")
    (run.folder / "kit.json").write_text(json.dumps(KITS[1]))
    words = {i: " ".join(seed_to_words(bytes([i]) * 32)) for i in (1, 2, 4, 6)}

    checks = [json.loads(run("check", "kit.json", "2.public.manifest.json", typed=words[i])) for i in words]
    handed = [json.loads(run("release", "kit.json", "2.public.manifest.json", typed=words[i])) for i in words]
    (run.folder / "handed.json").write_text(json.dumps(handed))
    joined = json.loads(run("join", "kit.json", "2.public.manifest.json", "handed.json"))
    run("open", "2.public.manifest.json", "2.public.age", joined["identity"], "opened.zip")

    assert [each["ok"] for each in checks] == [True] * 4
    members = sealing.unzip(io.BytesIO((run.folder / "opened.zip").read_bytes()))
    assert [each.name for each in members] == ["oferta.json"]


def test_a_withdrawal_and_the_keys_of_a_sheet(run):
    seal(run)
    manifest = parts_in(run.folder / "mine.convoca")[2, "public"][0]
    name = sealing.fingerprint(manifest)
    words = " ".join(seed_to_words(bytes([3]) * 32))

    [entry] = json.loads(run("withdraw", "mine.clave.json", name))
    keys = json.loads(run("keys", TENDER, 1, typed=words))

    sealing.verify_withdrawal(name, manifest["bidder_key"], entry["sig"])
    assert keys["verify"] == SHEETS[2].verify
    assert codec.is_recipient(keys["readingRecipient"])
    assert len(run("sheet").split()) == 24
    assert "custody.words.count" in run("keys", TENDER, 1, typed="ábaco", code=1)
