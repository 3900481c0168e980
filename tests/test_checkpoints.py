"""Signed heads and proofs by URL: what anybody can check with programs that are not ours (decision 13)."""

import base64
import hashlib
import json
import stat
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bids import sealing
from procurement import clock, clockwork, log_key, merkle, proofs, signed_note
from procurement.log import INSTALLATION, record
from procurement.models import Checkpoint, Event, Tender
from procurement.services import checkpoints, tenders

from . import bidding, rfc9162
from .world import DEADLINE

PUBLIC = bytes(range(32))


@pytest.fixture
def key(log_key_made):
    return log_key_made


class Subject:
    log_origin = "host/ocds-9"


def grow(number, subject=Subject):
    with transaction.atomic():
        for each in range(number):
            record(subject, "step", by=clock.ACTOR, at=clock.now(), number=each)


def leaf_hashes(subject=Subject):
    return [merkle.leaf_hash(event.leaf) for event in Event.objects.of(subject).order_by("index")]


def unpacked(path):
    return [base64.b64decode(each) for each in path]


# The key


def test_the_key_is_a_file_that_only_its_owner_reads_and_the_log_knows_its_public_half(key, set_clock):
    line = settings.LOG_KEY.read_text()

    assert stat.S_IMODE(settings.LOG_KEY.stat().st_mode) == 0o600
    assert line.startswith(f"PRIVATE+KEY+{settings.LOG_HOST}+")
    assert [known for known, _at in log_key.published()] == [base64.b64encode(key).decode()]
    seed = log_key.seed_in(line)
    everything = "".join(event.leaf.decode() for event in Event.objects.all())
    assert base64.b64encode(seed).decode() not in everything


def test_every_key_is_read_from_its_file():
    for number in range(64):
        seed = hashlib.sha256(bytes([number])).digest()
        assert log_key.seed_in(log_key.text_of(seed)) == seed
    with pytest.raises(ValueError, match="not a signing key"):
        log_key.seed_in(log_key.text_of(seed).replace(settings.LOG_HOST, "other.example"))


def test_a_key_is_replaced_only_with_a_reason_and_the_log_keeps_both(key, set_clock):
    with pytest.raises(CommandError):
        call_command("make_log_key")
    before = signed_note.read(checkpoints.issue(INSTALLATION, 1, at=clock.now()).note)

    call_command("make_log_key", because="Robaron la computadora", verbosity=0)

    later = signed_note.public_of(log_key.present())
    facts = Event.objects.of(INSTALLATION).last().body["facts"]
    assert facts["reason"] == "Robaron la computadora"
    assert (facts["old"], facts["key"]) == tuple(known for known, _at in log_key.published())
    now = signed_note.read(checkpoints.issue(INSTALLATION, 2, at=clock.now()).note)
    assert signed_note.is_by(before[1][0], before[0], key)
    assert signed_note.is_by(now[1][0], now[0], later)
    assert not signed_note.is_by(now[1][0], now[0], key)


def test_a_stolen_key_is_said_in_every_call_that_goes_on(world, key):  # sealed/design.md §7
    announced = world.at("announced")
    draft = tenders.create(world.municipality, town=world.town, title="Otra", by=world.manager)
    size = checkpoints.size_of(announced)
    root = proofs.root_at(announced.log_origin, size).hex()

    call_command("make_log_key", because="Robaron la computadora", verbosity=0)

    said = announced.minutes.get(kind="log-key").text
    later = log_key.b64_of(signed_note.public_of(log_key.present()))
    for told in ("Robaron la computadora", base64.b64encode(key).decode(), later, root):
        assert told in said
    assert world.observer.notices.filter(tender=announced, text=said).exists()
    assert not draft.minutes.filter(kind="log-key").exists()


def test_nothing_is_signed_with_a_key_that_the_log_does_not_know(key, set_clock, client):
    settings.LOG_KEY.unlink()
    log_key.write(bytes(32), settings.LOG_KEY)

    answer = client.get("/log/checkpoint")

    assert answer.status_code == 503
    assert answer.content.startswith(b"log.key.missing: ")
    assert not Checkpoint.objects.exists()


# Notes


STATED = signed_note.Checkpoint("host/ocds-9", 23, b"r" * 32)


def test_a_note_is_as_c2sp_writes_it():
    """The parts of a note, put together by hand from c2sp.org/signed-note and /tlog-checkpoint."""
    seed = bytes(range(32))
    note = signed_note.sign(STATED, seed)

    text, line = note.split("\n\n")
    assert text == "host/ocds-9\n23\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI="
    dash, name, data = line.split(" ")
    assert (dash, name) == ("\u2014", "host/ocds-9")
    raw = base64.b64decode(data)
    assert raw[:4] == hashlib.sha256(b"host/ocds-9\n\x01" + signed_note.public_of(seed)).digest()[:4]
    assert len(raw) == 68
    assert signed_note.read(note) == (STATED, [signed_note.signature_of(STATED, seed)])


def test_the_published_example_of_a_verifier_key_is_read():
    """From the documentation of the note format (golang.org/x/mod/sumdb/note)."""
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

    name, kind, public = signed_note.read_verifier(text)

    assert (name, kind) == ("PeterNeumann", signed_note.ED25519)
    assert signed_note.verifier(name, public) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "host\n1\n\n\u2014 host AAAAAA==\n",
        "host\n01\n" + base64.b64encode(bytes(32)).decode() + "\n\n\u2014 host AAAAAAA=\n",
        "host\n1\n" + base64.b64encode(bytes(31)).decode() + "\n\n\u2014 host AAAAAAA=\n",
        "host\n1\n" + base64.b64encode(bytes(32)).decode() + "\n\n- host AAAAAAA=\n",
        "host\n1\n" + base64.b64encode(bytes(32)).decode() + "\n",
    ],
)
def test_what_is_no_note_is_refused(text):
    with pytest.raises(signed_note.BadNote):
        signed_note.read(text)


def test_a_signature_is_of_one_text_by_one_key_under_one_name():
    seed = b"k" * 32
    signature, public = signed_note.signature_of(STATED, seed), signed_note.public_of(seed)

    assert signed_note.is_by(signature, STATED, public)
    assert not signed_note.is_by(signature, STATED._replace(size=24), public)
    assert not signed_note.is_by(signature, STATED, signed_note.public_of(b"o" * 32))
    assert not signed_note.is_by(signature._replace(name="other"), STATED, public)


# Proofs by URL


def test_every_event_is_proved_by_url_and_every_head_begins_with_the_earlier(client, world, key):
    tender = world.at("announced")
    at = f"/tenders/{tender.pk}/log"
    hashes = leaf_hashes(tender)
    size = len(hashes)
    stated, [signature] = signed_note.read(client.get(f"{at}/checkpoint").content.decode())
    assert signed_note.is_by(signature, stated, key)
    assert (stated.origin, stated.size, stated.root) == (
        tender.log_origin,
        size,
        merkle.root_of([event.leaf for event in Event.objects.of(tender).order_by("index")]),
    )

    for index in range(0, size, 7):
        told = client.get(f"{at}/proof/{index}.json").json()
        leaf = told["leaf"].encode()
        assert merkle.leaf_hash(leaf) == hashes[index]
        assert signed_note.read(told["checkpoint"])[0] == stated
        assert rfc9162.includes(hashes[index], index, size, unpacked(told["proof"]), stated.root)

    for old in range(1, size + 1, 5):
        told = client.get(f"{at}/consistency.json?from={old}").json()
        first = proofs.root_at(tender.log_origin, old)
        assert rfc9162.extends(old, first, size, stated.root, unpacked(told["proof"]))


def test_a_checkpoint_embeds_the_head_of_the_installation(world, key):  # decision 13
    tender = world.at("announced")

    stated = checkpoints.issue(tender, checkpoints.size_of(tender), at=clock.now()).stated

    origin, size, root = stated.more[0].split(" ")
    assert origin == INSTALLATION.log_origin
    assert base64.b64decode(root) == proofs.root_at(INSTALLATION.log_origin, int(size))
    assert int(size) == Event.objects.of(INSTALLATION).count()


def test_the_installation_has_its_own_checkpoints_and_says_its_keys(client, world, key):
    note = client.get("/log/checkpoint").content.decode()
    stated, [signature] = signed_note.read(note)
    again = client.get(f"/log/checkpoint/{stated.size}").content.decode()

    assert signed_note.is_by(signature, stated, key)
    assert again == note
    assert client.get("/log/proof/0.json").json()["checkpoint"] == note
    assert client.get(f"/log/consistency.json?from=1&to={stated.size}").status_code == 200
    told = client.get("/log/keys.json").json()
    assert [row["key"] for row in told["keys"]] == [base64.b64encode(key).decode()]
    assert client.get("/log/keys.json")["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "address",
    [
        "proof/0.json?size=0",
        "proof/0.json?size=3",  # never signed
        "proof/0.json?size=x",
        "proof/999999.json",
        "consistency.json?from=0",
        "consistency.json?from=9&to=3",
        "consistency.json?to=999999",
        "checkpoint/3",
        "checkpoint/99999999999999999999999",
    ],
)
def test_what_is_not_there_is_not_proved(client, world, key, address):
    assert client.get(f"/log/{address}").status_code == 404


def test_a_size_is_signed_once(key, set_clock):
    grow(5)
    first = checkpoints.issue(Subject, 5, at=clock.now())
    grow(1, INSTALLATION)
    again = checkpoints.issue(Subject, 5, at=clock.now())

    assert again.note == first.note
    assert checkpoints.issue(Subject, 4, at=clock.now()).size == 4
    assert Checkpoint.objects.filter(log="host/ocds-9").count() == 2


def test_a_proof_asks_the_same_number_of_questions_however_long_the_log_is(key, set_clock):
    grow(40)
    with CaptureQueriesContext(connection) as few:
        proofs.inclusion("host/ocds-9", 3, 40)
    grow(300)
    with CaptureQueriesContext(connection) as many:
        proofs.inclusion("host/ocds-9", 3, 340)

    assert len(few) == len(many) == 1


# What is kept back until the close


def test_until_the_close_no_proof_counts_the_bids(client, world, key):  # decision 16
    tender = world.at("integrated")
    at = f"/tenders/{tender.pk}/log"
    shown = checkpoints.shown_size(tender)
    bidding.present_all(world, tender)
    size = checkpoints.size_of(tender)
    checkpoints.issue(tender, size, at=clock.now())  # as for a receipt

    stated = signed_note.read(client.get(f"{at}/checkpoint").content.decode())[0]

    assert stated.size == shown < size
    assert stated.root == proofs.root_at(tender.log_origin, shown)
    assert client.get(f"{at}/proof/{shown - 1}.json").status_code == 200
    refused = [f"{at}/proof/{shown}.json", f"{at}/proof/0.json?size={size}", f"{at}/checkpoint/{size}"]
    refused += [f"{at}/consistency.json?from=1&to={size}"]
    assert {client.get(each).status_code for each in refused} == {404}

    world.move(DEADLINE + timedelta(seconds=60))
    tenders.close(tender, by=clock.ACTOR)
    assert {client.get(each).status_code for each in refused} == {200}


def test_where_the_terms_say_so_each_presentation_is_proved_at_once(client, world, key):  # decision 16
    tender = world.at("integrated")
    tender.parameters |= {"receipts_public": "presentation"}
    Tender.objects.filter(pk=tender.pk).update(parameters=tender.parameters)
    bidding.present_all(world, tender)

    stated = signed_note.read(client.get(f"/tenders/{tender.pk}/log/checkpoint").content.decode())[0]

    assert stated.size == checkpoints.size_of(tender)


# The close, in words


def test_the_close_has_twelve_words(world, key):
    tender = world.at("closed")

    words = checkpoints.closing_words(tender)

    size = checkpoints.closing_size(tender)
    assert len(words) == 12
    assert Event.objects.of(tender).get(index=size - 1).body["action"] == "close"
    assert words == sealing.custody.to_words(proofs.root_at(tender.log_origin, size)[:16])


def test_the_clock_signs_the_head_of_the_close(world, key):
    tender = world.at("closed")
    job = next(job for job in clockwork.JOBS if job.name == "head")

    assert [outcome.went for outcome in clockwork.run(job)] == ["done"]
    assert [outcome.went for outcome in clockwork.run(job)] == []
    assert checkpoints.issued(tender).get().size == checkpoints.closing_size(tender)


def test_without_a_key_the_clock_signs_nothing(world):
    world.at("closed")

    assert checkpoints.unsigned_closes(clock.now()) == []


def test_before_the_close_there_are_none(world):
    assert checkpoints.closing_words(world.at("integrated")) is None


# The command that computes everything again


def test_hashes_that_do_not_fit_are_found(key, set_clock, capsys):
    grow(4)
    call_command("verify_log")
    from .conftest import triggers_dropped

    with transaction.atomic(), triggers_dropped():
        Event.objects.filter(log="host/ocds-9", index=3).update(nodes=bytes(96))
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_log")
    assert "event 3 do not fit" in capsys.readouterr().err


def test_a_leaf_is_told_word_for_word(client, world, key):
    tender = world.at("announced")

    told = client.get(f"/tenders/{tender.pk}/log/proof/0.json").json()

    assert json.loads(told["leaf"])["index"] == 0
    assert told["index"] == 0


def test_the_notice_prints_the_key_with_which_the_log_is_signed(world, key):
    tender = world.at("announced")

    notice = tender.minutes.get(kind="announcement").text

    assert base64.b64encode(key).decode() in notice


def test_without_a_key_the_notice_says_nothing_of_one(world):
    assert "clave pública" not in world.at("announced").minutes.get(kind="announcement").text
