"""The case file and the program that checks it: what is tampered with is found, and who did it."""

import importlib.util
import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bids import sealing
from bids.sealing import codec
from bids.services import appeals, envelopes, opening
from procurement import clock, merkle, signed_note

from . import bidding, deciding, forging, tampering, test_appeals
from .tampering import (
    BY_THE_SERVER,
    FROM_OUTSIDE,
    deal_another_key,
    deal_falsely,
    deal_off_the_line,
    enter_a_commitment,
    flip_a_bit,
    forget_carla,
    nothing,
    seal_no_zip,
    seal_rubbish,
)
from .world import World

ROOT = Path(__file__).parent.parent
SERVER = "servidor"
HONEST, CHEATED = [], []


@pytest.fixture
def key(log_key_made):
    return log_key_made


@pytest.fixture
def case(key, set_clock):
    """An honest case, made once by real services; a copy of it to be changed."""
    if not HONEST:
        HONEST.append(forging.case_of(World(set_clock)))
    return HONEST[0].copy()


@pytest.fixture(scope="module")
def verify():
    """The program, as it stands beside its modules."""
    folders = [str(ROOT / "bids/case_file"), str(ROOT / "bids")]
    sys.path[:0] = folders
    spec = importlib.util.spec_from_file_location("verify", ROOT / "bids/case_file/verify.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = [each for each in sys.path if each not in folders]
    for name in ("scoring", "sobre"):
        sys.modules.pop(name, None)


@pytest.fixture
def faults(verify, tmp_path, capsys):
    """Return a function: the faults that the program finds in a case, as (who, code)."""

    def found(case, *options):
        ended = verify.main([str(case.write(tmp_path / "case")), *map(str, options)])
        *lines, last = capsys.readouterr().out.splitlines()
        assert ended == (1 if lines else 0)
        assert last == (f"{len(lines)} fallas." if lines else "Todo encaja.")
        return {tuple(line.split("\t")[:2]) for line in lines}

    return found


def bidder(case, name):
    return f"postor {case.bids[name]['pseudonym'][:16]}"


# Honest cases


def test_anybody_checks_a_case_with_a_python_and_nothing_of_ours(case, tmp_path):
    folder = case.write(tmp_path / "case")

    done = subprocess.run(
        [sys.executable, folder / "verify.py"], capture_output=True, text=True, check=False, cwd="/"
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "Todo encaja.\n", "")


def test_the_zip_is_checked_as_it_is(case, verify, tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "case.zip", "w") as archive:
        for name in reversed(case.files):
            archive.writestr(name, case.files[name])

    assert verify.main([str(tmp_path / "case.zip")]) == 0


def test_the_programs_import_nothing_but_the_library_and_cryptography():
    allowed = set(sys.stdlib_module_names) | {"cryptography", "scoring", "sobre"}
    for name in ("bids/case_file/verify.py", "bids/case_file/sobre.py", "bids/scoring.py"):
        lines = (ROOT / name).read_text().splitlines()
        modules = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
        assert modules <= allowed
    assert len((ROOT / "bids/case_file/verify.py").read_text().splitlines()) <= 300


def test_every_code_of_the_program_is_provoked_here():
    codes = set(re.findall(r'"([a-z-]+\.[a-z-]+\.[a-z-]+)"', (ROOT / "bids/case_file/verify.py").read_text()))

    assert len(codes) > 30
    here = Path(__file__).read_text() + Path(tampering.__file__).read_text()
    assert [code for code in sorted(codes) if f'"{code}"' not in here] == []


def test_an_honest_case_in_another_order_blames_nobody(world, key, faults):
    """Other custodians, all of them, in their order; two bidders who neither replace nor withdraw."""
    tender, bids = world.at("awarded"), {}

    assert faults(forging.Case(forging.files_of(tender), None, None, bids, {})) == set()


def test_receipts_words_and_key_from_elsewhere_fit(case, faults, verify, tmp_path):
    for name, receipt in case.receipts.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(receipt))
    close = case.at("close") + 1
    lines = case.files["log.jsonl"].splitlines()
    words = sealing.custody.to_words(merkle.root_of(lines[:close])[:16])
    public = forging.b64(signed_note.public_of(case.seed))

    options = ["--words", " ".join(words), "--key", public]
    for name in case.receipts:
        options += ["--receipt", tmp_path / f"{name}.json"]

    assert faults(case, *options) == set()


def test_a_witness_who_cosigned_is_in_it_and_another_key_is_not_theirs(case, faults):
    name = next(
        name for name, data in case.files.items() if name.startswith("checkpoints/") and b"jvs-" in data
    )
    honest = faults(case)
    stated, _lines = signed_note.read(case.files[name].decode())
    other = signed_note.cosign(stated, "jvs-laredo", b"x" * 32, 1)
    case.files[name] = (signed_note.sign(stated, case.seed) + str(other)).encode()

    assert honest == set()
    assert faults(case) == {(SERVER, "log.cosignature.invalid")}


# Tampered with


@pytest.mark.parametrize("tamper", FROM_OUTSIDE)
def test_whoever_has_the_files_alone_is_found_out(case, faults, tamper):
    tamper(case)

    found = faults(case)

    assert (SERVER, FROM_OUTSIDE[tamper]) in found
    assert {who for who, _code in found} == {SERVER}


def test_to_sign_the_same_again_is_no_fault(case, faults):
    nothing(case)

    assert faults(case) == set()


def test_what_counts_from_an_earlier_hour_openly_is_no_fault(case, faults):  # decision 12
    enter_a_commitment(case)

    assert faults(case) == set()


@pytest.mark.parametrize("tamper", BY_THE_SERVER, ids=lambda tamper: tamper.__name__)
def test_a_server_that_signs_its_log_anew_is_found_out(case, faults, tamper):
    tamper(case)

    found = faults(case)

    assert (SERVER, BY_THE_SERVER[tamper]) in found
    assert {who for who, _code in found} == {SERVER}


def test_a_bidder_whom_the_server_forgets_proves_it_with_the_receipt(case, faults, tmp_path):
    (tmp_path / "receipt.json").write_text(json.dumps(case.receipts["carla"]))
    lines = case.files["log.jsonl"].splitlines()
    words = sealing.custody.to_words(merkle.root_of(lines[: case.at("close") + 1])[:16])
    forget_carla(case)

    without = faults(case)
    with_receipt = faults(case, "--receipt", tmp_path / "receipt.json")
    with_words = faults(case, "--words", " ".join(words))

    assert without == set()  # whoever holds nothing from elsewhere sees nothing
    assert (SERVER, "receipt.entry.changed") in with_receipt
    assert with_words == {(SERVER, "log.words.differ")}


def test_a_log_signed_with_a_key_that_is_not_the_printed_one_is_found_out(case, faults):
    printed = forging.b64(signed_note.public_of(b"p" * 32))

    assert (SERVER, "log.checkpoint.signature-invalid") in faults(case, "--key", printed)


# Custodians


def test_a_custodian_who_hands_over_early_is_named(case, faults):
    leaves = case.leaves
    row = leaves.pop(case.at("release", manifest=case.standing("beto", 2)["manifest"]))
    seat = row["facts"]["i"]
    place = case.at("openingact.convene", stage=2)
    leaves.insert(place, row | {"at": leaves[place]["at"]})
    case.rewrite(leaves)

    assert faults(case) == {(f"custodio {seat}", "custodian.release.early")}


def test_a_server_that_takes_shares_before_the_checks_is_named(case, faults):  # sobre/1 §8
    leaves = case.leaves
    name = case.standing("beto", 2)["manifest"]
    checks = [each for each in leaves if each["action"] == "check" and each["facts"]["manifest"] == name]
    case.rewrite([each for each in leaves if each not in checks[1:]])

    assert len(checks) > 1
    assert faults(case) == {(SERVER, "custodian.release.unchecked")}


def test_a_custodian_who_hands_over_a_false_share_is_named(case, faults):
    leaves = case.leaves
    facts = leaves[case.at("release", manifest=case.standing("beto", 2)["manifest"])]["facts"]
    seat = facts["i"]
    false = codec.b64(bytes([9]) * 32 + bytes([seat]))
    facts |= case.signed_release(seat, facts | {"share": false})
    case.rewrite(leaves)
    name = case.standing("beto", 2)["manifest"]

    assert (
        name in json.loads(case.files["case.json"])["identities"]
    )  # the key that the server found with others
    assert faults(case) == {(f"custodio {seat}", "share.custodian.false")}


def test_a_custodian_who_complains_falsely_is_named(case, faults):
    leaves = case.leaves
    place = case.at("release", manifest=case.standing("ana", 1)["manifest"])
    facts = leaves[place]["facts"]
    seat = facts["i"]
    kept = {name: facts[name] for name in ("v", "manifest", "i", "mode")}
    leaves[place]["facts"] = case.signed_release(seat, kept | {"complaint": "share.context.foreign"})
    case.rewrite(leaves)

    assert (f"custodio {seat}", "share.custodian.false") in faults(case)


# Bidders


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (deal_falsely, "share.bidder.false"),
        (seal_rubbish, "envelope.ciphertext.unreadable"),
        (seal_no_zip, "envelope.zip.invalid"),
        (deal_another_key, "envelope.key.not-rebuilt"),
        (deal_off_the_line, "deal.bidder.false"),
    ],
)
def test_a_bidder_who_seals_falsely_is_named_and_nobody_else(key, set_clock, faults, spoil, code):
    case = forging.case_of(World(set_clock), spoil)

    assert faults(case) == {(bidder(case, "beto"), code)}


def test_of_a_bit_that_the_server_flipped_no_bidder_is_blamed(case, faults):
    """Where the hash does not fit, nothing is said of what does not decrypt."""
    flip_a_bit(case)

    assert faults(case) == {(SERVER, "envelope.ciphertext.changed")}


def test_what_is_not_a_case_is_said_so(verify, tmp_path, capsys):
    (tmp_path / "x").write_text("x")

    assert verify.main([str(tmp_path / "x")]) == 2
    assert verify.main([str(tmp_path)]) == 2
    assert "no es un expediente" in capsys.readouterr().err


# The command


def test_there_is_no_case_file_before_the_award(world, key, tmp_path):
    tender = world.at("evaluating")

    with pytest.raises(CommandError):
        call_command("case_file", str(tender.pk), output=tmp_path / "case.zip")
    with pytest.raises(CommandError):
        call_command("case_file", "ocds-no", output=tmp_path / "case.zip")
    assert not (tmp_path / "case.zip").exists()


def test_the_command_writes_it_by_number_or_ocid(world, key, tmp_path):
    tender = world.at("awarded")

    call_command("case_file", str(tender.pk), output=tmp_path / "a.zip", verbosity=0)
    call_command("case_file", tender.ocid, output=tmp_path / "b.zip", verbosity=0)

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_what_is_reserved_is_not_in_it(case):
    everything = b"\n".join(case.files.values())
    names = {
        name.split("/")[1].removesuffix(".age") for name in case.files if name.startswith("ciphertexts/")
    }

    assert b"reservado.json" not in everything
    assert b"constancia.pdf" not in everything
    assert b"%PDF" not in everything
    opened = {case.standing(name, stage)["manifest"] for name in ("ana", "beto") for stage in (1, 2)}
    assert names == opened


def test_everybody_downloads_it_from_the_award_on(world, key, client):
    tender = world.at("evaluating")
    address = f"/tenders/{tender.pk}/case-file.zip"
    before = client.get(address).status_code
    tender = deciding.give_award(world, tender)

    answer = client.get(address)

    assert before == 404
    assert answer["Content-Disposition"] == f'attachment; filename="expediente-{tender.number}.zip"'
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert {"LEEME.txt", "verify.py", "log.jsonl"} <= set(archive.namelist())
        assert tender.number in archive.read("LEEME.txt").decode()


def test_without_a_key_the_case_file_says_what_is_missing(world, client):
    tender = world.at("awarded")

    answer = client.get(f"/tenders/{tender.pk}/case-file.zip")

    assert answer.status_code == 503
    assert answer.content.startswith(b"log.key.missing: ")


# Honest calls that went another way


def annulled(world):
    """The mayor annuls the opening, and it is done again."""
    tender = world.at("evaluating")
    tender = opening.annul(tender, by=world.mayor, act="RA 033-2026", reason="No se llamó lista")
    act = deciding.begin(world, tender, planned_at=tender.schedule.opening_1 + timedelta(days=3))
    deciding.open_all(world, act)
    return deciding.fresh(tender)


def own_keys(world):
    """Nobody of the custodians comes: Ana opens with her own key file, Beto's envelope is given up."""
    tender = world.at("closed")
    act = deciding.begin(world, tender)
    mine, other = world.bids
    key_file, envelope = world.key_files[mine.pk], mine.envelopes.get(stage=1, part="public")
    envelopes.open_with_key(envelope, key_file=key_file, by=world.ana)
    shut = other.envelopes.get(stage=1, part="public")
    envelopes.give_up(shut, reason="Faltaron custodios y no trajo su llave", by=world.chair)
    opening.conclude(act, by=world.chair)
    return deciding.fresh(tender)


def as_always(world):
    return world.at("evaluating")


def reopened(world):
    """An appeal against the award is upheld: the winner is judged again, and is out."""
    tender = world.at("awarded")
    appeal = test_appeals.to_decision(world, test_appeals.file(world, tender))
    winner = test_appeals.bid_of(tender, 0)
    appeals.uphold(appeal, remake="first", reopened=[winner], by=world.mayor, **test_appeals.DECISION)
    deciding.judge(world, winner, "finance")
    deciding.first_result.publish(tender, by=world.chair)
    deciding.ranking.rank(tender, by=world.chair)
    deciding.sign(world, tender)
    return deciding.award.award(tender, by=world.chair)


@pytest.mark.parametrize(
    ("course", "failed"),
    [(annulled, ()), (own_keys, ()), (as_always, (1,)), (reopened, None)],
    ids=["annulled", "own-keys", "one-is-out", "reopened"],
)
def test_an_honest_call_that_went_otherwise_blames_nobody(world, key, faults, course, failed):
    tender = course(world)
    if failed is not None:
        tender = awarded(world, tender, failed)

    assert faults(forging.Case(forging.files_of(tender), None, None, {}, {})) == set()


def awarded(world, tender, failed):
    """Go on from the opened envelope 1 to the award."""
    deciding.declare_again(world, tender)
    for place, bid in enumerate(tender.bids.presented().filter(state="opened")):
        deciding.judge(world, bid, *(["finance"] if place in failed else []), local=True)
    deciding.first_result.publish(tender, by=world.chair)
    deciding.open_second(world, tender)
    deciding.ranking.rank(tender, by=world.chair)
    deciding.sign(world, tender)
    return deciding.award.award(tender, by=world.chair)


def test_an_honest_draw_blames_nobody(world, key, faults, monkeypatch):  # decision 20
    monkeypatch.setattr(bidding, "OFFERS", ("9.50", "9.50"))
    tender = world.at("evaluating")
    deciding.decide_first(world, tender, local=(0, 1))
    deciding.open_second(world, tender)
    deciding.ranking.rank(tender, by=world.chair)
    told = {"method": "Dos bolillas", "place": "Auditorio", "witness_1": "Ana Soto", "witness_2": "Luis Rey"}
    deciding.ranking.draw(tender, drawn=[2, 1], happened_at=clock.now(), by=world.chair, **told)
    deciding.sign(world, tender)
    tender = deciding.award.award(tender, by=world.chair)

    assert faults(forging.Case(forging.files_of(tender), None, None, {}, {})) == set()
