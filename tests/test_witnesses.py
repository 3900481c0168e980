"""Witnesses of the log: a key of their own, cosigned heads, none that contradicts an earlier one (C2SP)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from procurement import clock, merkle, signed_note, tasks
from procurement.models import Checkpoint, Cosignature, Event, Log
from procurement.services import checkpoints, minutes, witnesses

from .conftest import triggers_dropped
from .refusing import refused
from .world import NOON

SEED, NAME = b"w" * 32, "jvs-laredo"


def verifier(seed=SEED, name=NAME, kind=signed_note.COSIGNATURE):
    return signed_note.verifier(name, signed_note.public_of(seed), kind)


@pytest.fixture
def tender(world, log_key_made):
    return world.at("announced")


@pytest.fixture
def witness(world, tender):
    return witnesses.enrol(tender, key=verifier(), by=world.observer)


def head(tender):
    return checkpoints.issue(tender, checkpoints.size_of(tender), at=clock.now())


def cosigned(checkpoint, *, seed=SEED, name=NAME, at=None):
    """Return the note as a witness program hands it back."""
    seconds = int((at or clock.now()).timestamp())
    return checkpoint.note + str(signed_note.cosign(checkpoint.stated, name, seed, seconds))


def test_a_cosigned_head_is_shown_with_its_signature_and_verifies(world, tender, witness, client):
    checkpoint = head(tender)

    witnesses.cosign(tender, note=cosigned(checkpoint).replace("\n", "\r\n"), by=world.observer)

    shown = client.get(f"/tenders/{tender.pk}/log/checkpoint/{checkpoint.size}").content.decode()
    stated, [_own, line] = signed_note.read(shown)
    public = signed_note.public_of(SEED)
    assert signed_note.cosigned_at(line, stated, NAME, public) == int(NOON.timestamp())
    assert signed_note.cosigned_at(line, stated._replace(size=1), NAME, public) is None
    assert signed_note.cosigned_at(line, stated, NAME, signed_note.public_of(b"x" * 32)) is None
    assert NAME in client.get(f"/tenders/{tender.pk}/log/").content.decode()


def test_the_key_of_a_witness_stands_in_the_log(world, tender, witness):
    facts = Event.objects.of(tender).order_by("index").last().body["facts"]

    assert (facts["name"], facts["key"]) == (NAME, witness.public)
    assert witnesses.of(tender, world.observer) == witness


def test_the_same_signature_twice_is_one(world, tender, witness):
    note = cosigned(head(tender))

    witnesses.cosign(tender, note=note, by=world.observer)
    witnesses.cosign(tender, note=note, by=world.observer)

    assert Cosignature.objects.count() == 1


def test_what_is_no_good_signature_is_refused(world, tender, witness):
    checkpoint = head(tender)
    other = signed_note.sign(checkpoint.stated._replace(root=bytes(32)), b"o" * 32)
    seconds = int(clock.now().timestamp())
    foreign = other + str(signed_note.cosign(signed_note.read(other)[0], NAME, SEED, seconds))

    def code(note):
        return refused(witnesses.cosign, tender, note=note, by=world.observer)

    assert code("nothing") == ["log.cosignature.unreadable"]
    assert code(checkpoint.note) == ["log.cosignature.invalid"]
    assert code(cosigned(checkpoint, seed=b"x" * 32)) == ["log.cosignature.invalid"]
    assert code(cosigned(checkpoint, name="other")) == ["log.cosignature.invalid"]
    assert code(foreign) == ["log.checkpoint.unknown"]
    assert code(cosigned(checkpoint, at=clock.now() + timedelta(minutes=11))) == ["log.witness.clock-wrong"]
    assert code(cosigned(checkpoint, at=clock.now() - timedelta(minutes=11))) == ["log.witness.clock-wrong"]
    assert witnesses.cosign(tender, note=cosigned(checkpoint), by=world.observer)


def test_a_head_that_does_not_follow_from_the_last_is_refused(world, tender, witness):
    """Somebody with the server's key rewrites the log after a witness has cosigned it."""
    earlier = head(tender)
    witnesses.cosign(tender, note=cosigned(earlier), by=world.observer)
    minutes.remark(tender, text="Vi todo.", by=world.observer)
    first = head(tender)
    witnesses.cosign(tender, note=cosigned(first), by=world.observer)  # the honest way on
    edge = []
    with transaction.atomic(), triggers_dropped():
        for event in Event.objects.of(tender).order_by("index"):
            event.body["facts"]["note"] = "otro"
            nodes = merkle.completed(edge, event.index, merkle.leaf_hash(event.leaf))
            edge = merkle.grown(edge, nodes)
            Event.objects.filter(pk=event.pk).update(body=event.body, nodes=b"".join(nodes))
        Log.objects.filter(origin=tender.log_origin).update(edge=[node.hex() for node in edge])
    minutes.remark(tender, text="Sigo viendo.", by=world.observer)
    rewritten = head(tender)

    codes = refused(witnesses.cosign, tender, note=cosigned(rewritten), by=world.observer)

    assert codes == ["log.witness.inconsistent"]


def test_an_older_head_than_the_last_is_refused(world, tender, witness):
    old = head(tender)
    minutes.remark(tender, text="Vi todo.", by=world.observer)
    witnesses.cosign(tender, note=cosigned(head(tender)), by=world.observer)

    assert refused(witnesses.cosign, tender, note=cosigned(old), by=world.observer) == [
        "log.witness.inconsistent"
    ]


def test_keys_that_are_none_and_names_that_are_taken(world, tender, witness):
    def code(key):
        return refused(witnesses.enrol, tender, key=key, by=world.observer)

    assert code("x") == ["log.witness.key-invalid"]
    assert code(verifier(kind=signed_note.ED25519)) == ["log.witness.key-invalid"]
    assert code(verifier(name=tender.log_origin)) == ["log.witness.key-invalid"]
    assert code(verifier(seed=b"n" * 32)) == ["log.witness.name-taken"]
    again = witnesses.enrol(tender, key=verifier(seed=b"n" * 32, name="jvs-2"), by=world.observer)
    assert witnesses.of(tender, world.observer) == again


@pytest.mark.parametrize("person", ["chair", "mayor", "outsider"])
def test_only_observers_are_witnesses(world, tender, witness, person):
    by = getattr(world, person)

    with pytest.raises(PermissionDenied):
        witnesses.enrol(tender, key=verifier(name="x"), by=by)
    with pytest.raises(PermissionDenied):
        witnesses.cosign(tender, note=cosigned(head(tender)), by=by)


def test_the_page_takes_what_a_witness_program_made(world, tender, client):
    client.force_login(world.observer)
    page = f"/tenders/{tender.pk}/log/witness/"

    bad = client.post(page, {"key": "x"})
    client.post(page, {"key": verifier()})
    checkpoint = head(tender)
    client.post(page, {"note": cosigned(checkpoint)})

    assert (bad.status_code, "log.witness.key-invalid" in bad.content.decode()) == (422, True)
    assert Cosignature.objects.get().checkpoint == checkpoint
    assert NAME in client.get(page).content.decode()
    assert Checkpoint.objects.filter(log=tender.log_origin).count() == 1


def test_after_the_close_an_observer_is_asked_to_cosign_until_they_did(world, log_key_made):
    tender = world.at("closed")
    page = f"/tenders/{tender.pk}/log/witness/"

    def asked(user):
        return page in [task.url for task in tasks.of([tender], user, clock.now())[tender.pk]]

    before = (asked(world.observer), asked(world.chair))
    witnesses.enrol(tender, key=verifier(), by=world.observer)
    witnesses.cosign(tender, note=cosigned(head(tender)), by=world.observer)

    assert before == (True, False)
    assert not asked(world.observer)
