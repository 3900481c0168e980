"""Sealed files on the disk: lost and delivered again, kept in copies, swept when nobody names them."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse

from bids.models import Envelope
from bids.services import ciphertexts, envelopes, opening, submission
from procurement import clock, clockwork
from procurement.models import Event, Minutes, Notice

from . import bidding, deciding
from .refusing import refused


@pytest.fixture
def tender(world):
    return world.at("closed")


@pytest.fixture
def envelope(world, tender):
    found = world.bids[0].envelopes.get(stage=1, part="public")
    found.tender = found.bid.tender = tender
    return found


def lose(envelope):
    """Flip the last bit of what the server holds; return what was sealed."""
    path = Path(envelope.ciphertext.path)
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    return sealed


def deliver(envelope, data, by):
    return ciphertexts.deliver(envelope, file=ContentFile(data, "sobre.age"), by=by)


def actions(tender):
    return [event.body["action"] for event in Event.objects.of(tender).order_by("index")]


def the_clock():
    jobs = [job for job in clockwork.JOBS if job.name in ("ciphertexts", "orphans")]
    return [outcome.went for outcome in clockwork.run(*jobs)]


def test_after_the_close_the_clock_looks_at_every_file_once(tender, envelope):  # design §7
    first, again = the_clock(), the_clock()

    [look] = [each.body for each in Event.objects.of(tender) if each.body["action"] == "ciphertext.check"]
    assert (first, again) == (["done"], [])
    assert look["facts"] == {"round": 1, "whole": 6, "lost": []}
    assert deciding.fresh(envelope).fault == ""


@pytest.mark.parametrize("how", ["flipped", "gone", "cut"])
def test_what_the_server_lost_is_told_and_the_same_bytes_are_taken_again(  # design §7
    world, tender, envelope, how, django_capture_on_commit_callbacks
):
    sealed = lose(envelope)
    path = Path(envelope.ciphertext.path)
    if how == "gone":
        path.unlink()
    if how == "cut":
        path.write_bytes(sealed[:1000])
    the_clock()
    marked = deciding.fresh(envelope).fault
    told = Notice.objects.filter(user=world.ana, link=ciphertexts.again_page(envelope))

    others = refused(deliver, envelope, sealed[:-1] + b"x", world.ana)
    with django_capture_on_commit_callbacks(execute=True):
        deliver(envelope, sealed, world.ana)

    assert marked == "envelope.ciphertext.changed"
    assert told.exists()
    assert others == ["bid.upload.hash-mismatch"]
    assert ciphertexts.is_whole(deciding.fresh(envelope))
    assert [each for each in actions(tender) if each.startswith("ciphertext.")] == [
        "ciphertext.check",
        "ciphertext.lost",
        "ciphertext.again",
    ]
    left = Minutes.objects.filter(tender=tender, kind__startswith="ciphertext")
    assert [each.kind for each in left] == ["ciphertext-lost", "ciphertext-again"]
    assert len(os.listdir(path.parent)) == 6  # neither what was refused nor the old file is left


def test_lost_and_found_in_the_middle_of_the_act_it_opens(world, tender, envelope):  # design §7
    act = deciding.begin(world, tender)
    sealed = lose(envelope)
    deciding.check(world, act)
    deciding.release(world, act)
    shut = deciding.fresh(envelope).status
    given_up = refused(envelopes.give_up, envelope, reason="No abre", by=world.chair)
    by_key = refused(
        envelopes.open_with_key, envelope, key_file=world.key_files[envelope.bid_id], by=world.ana
    )

    opened = envelopes.open_again(deliver(envelope, sealed, world.ana))

    assert shut == "presented"
    assert given_up == by_key == ["envelope.ciphertext.changed"]
    assert opened.status == "open"
    assert deciding.fresh(envelope.bid).state == "opened"


def test_what_is_here_whole_is_not_delivered_again(world, envelope):  # design §7
    sealed = Path(envelope.ciphertext.path).read_bytes()

    assert refused(deliver, envelope, sealed, world.ana) == ["envelope.delivery.not-lost"]
    assert len(os.listdir(Path(envelope.ciphertext.path).parent)) == 6


def test_who_may_bring_it_and_who_may_not(world, tender, envelope, client):  # design §7
    sealed = lose(envelope)
    the_clock()
    page = reverse("envelope-again", args=[tender.pk, envelope.pk])

    for person in (world.beto, world.outsider, world.treasurer):
        with pytest.raises(PermissionDenied):
            deliver(envelope, sealed, person)
        client.force_login(person)
        assert client.get(page).status_code == 403
    client.force_login(world.observer)  # the JVS kept a copy
    sent = client.post(page, {"file": ContentFile(sealed, "copia.age")})

    assert sent.status_code == 302
    assert ciphertexts.is_whole(deciding.fresh(envelope))


def test_copies_of_the_sealed_files_are_for_the_hall_after_the_close(world, client):  # design §8
    tender = world.at("integrated")
    bidding.present_all(world, tender)
    envelope = world.bids[0].envelopes.get(stage=1, part="public")
    page = reverse("envelope-sealed", args=[tender.pk, envelope.pk])

    held = []

    def asked(*people):
        answers = []
        for person in people:
            client.force_login(person)
            answer = client.get(page)
            held.append(b"".join(answer) if answer.status_code == 200 else b"")
            answers.append(answer.status_code)
        return answers

    before = asked(world.ana, world.beto, world.observer, world.chair)
    world.move(tender.schedule.submission_deadline + timedelta(seconds=60))
    list(clockwork.run())

    assert before == [200, 403, 403, 403]
    assert asked(world.ana, world.beto, world.observer, world.chair) == [200, 403, 200, 200]
    assert held[-1] == held[-2] == Path(envelope.ciphertext.path).read_bytes()


def aged(path, days):
    moment = (clock.now() - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))


def test_what_nobody_names_is_swept_and_nothing_else(world, tender, envelope):  # design §7
    folder = Path(envelope.ciphertext.path).parent
    named = sorted(os.listdir(folder))
    for name in ("old.age", "new.age"):
        (folder / name).write_bytes(b"left by a crash")
    for name in [*named, "old.age"]:
        aged(folder / name, 2)
    aged(folder / "new.age", 0)

    assert the_clock().count("done") == 2  # the look, and the old file

    assert sorted(os.listdir(folder)) == sorted([*named, "new.age"])


def test_a_sealing_that_was_cut_leaves_nothing_for_ever(world):  # design §7
    tender = world.at("integrated")
    bid, _other = bidding.buyers(world, tender)
    sealing = submission.Sealing(bid, by=world.ana)
    sealing.put(1, "public", "carta.pdf", b"%PDF")
    sealing.sinks[0].file.close()  # killed here
    [left] = Path(sealing.sinks[0].path).parent.iterdir()
    aged(left, 2)

    the_clock()

    assert not left.exists()
    assert not Envelope.objects.exists()


def test_the_minutes_name_who_failed(world, tender, envelope):  # design §7
    act = deciding.begin(world, tender)
    sealed = lose(envelope)
    deciding.check(world, act)
    deciding.release(world, act)
    envelopes.open_again(deliver(envelope, sealed, world.ana))
    opening.conclude(act, by=world.chair)

    text = Minutes.objects.get(tender=tender, kind="opening-1").text
    assert f"{envelope.manifest_sha256}: el servidor (envelope.ciphertext.changed)" in text


def test_the_host_may_sweep_at_once(envelope, capsys):  # design §7
    left = Path(envelope.ciphertext.path).with_name("old.age")
    left.write_bytes(b"left by a crash")
    aged(left, days=2)

    call_command("remove_orphans")

    assert (left.exists(), Path(envelope.ciphertext.path).exists()) == (False, True)
    assert "old.age" in capsys.readouterr().out
