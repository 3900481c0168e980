"""An observer makes words, makes their key known, signs the log; what does not follow is not signed."""

import base64

import pytest
from django.core.management import call_command
from django.db import transaction

from procurement import merkle, signed_note
from procurement.models import Checkpoint, Cosignature, Event, Log, LogWitness
from procurement.services import minutes
from tests.conftest import triggers_dropped
from tests.world import World


@pytest.fixture
def tender(transactional_db, settings, tmp_path):
    """A call with an observer; the clock is the real one, for both sides sign with theirs."""
    settings.LOG_KEY = tmp_path / "log.key"
    call_command("make_log_key", verbosity=0)
    world = World(lambda instant: None)
    tender = world.draft()
    tender.world = world
    return tender


@pytest.fixture
def observer(tender, open_page, login):
    page = open_page("phone")
    login(page, tender.world.observer)
    page.goto(f"/tenders/{tender.pk}/log/witness/")
    return page


def enrol(page):
    """Make words, copy them as from paper, make the key known; return the words."""
    page.get_by_role("button", name="Hacer palabras nuevas").click()
    words = page.locator("#sheet li").all_inner_texts()
    page.locator("#new-words").fill(" ".join(word[:4].upper() for word in words))
    page.get_by_role("button", name="Dar a conocer mi clave").click()
    page.get_by_text("Ahora puede firmar lo que").wait_for()
    return words


def sign(page, words):
    page.locator("#words").fill(" ".join(words))
    page.get_by_role("button", name="Firmar", exact=True).click()


def test_an_observer_cosigns_the_log_and_no_word_leaves_the_page(observer, tender):
    sent = []
    observer.on("request", lambda request: sent.append(request.post_data or ""))

    words = enrol(observer)
    sign(observer, words)
    observer.get_by_text("Todos ven su firma").wait_for()

    cosigned, witness = Cosignature.objects.get(), LogWitness.objects.get()
    stated, [_own, line] = signed_note.read(cosigned.checkpoint.note + cosigned.line)
    public = base64.b64decode(witness.public)
    assert len(words) == 24
    assert signed_note.cosigned_at(line, stated, witness.name, public) is not None
    assert not [text for text in sent if any(word in text for word in words if len(word) > 6)]
    assert observer.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_wrong_words_are_told_by_their_place(observer, tender):
    words = enrol(observer)

    sign(observer, ["xxxx", *words[1:]])
    alert = observer.locator("#sign [role=alert]")
    alert.wait_for()
    assert "palabra número 1" in alert.inner_text()

    sign(observer, words[:23])
    observer.get_by_text("Tienen que ser 24 palabras").wait_for()
    assert not Cosignature.objects.exists()


def test_a_log_that_does_not_follow_from_the_last_is_not_signed(observer, tender):
    """The server rewrites its log, checkpoints and all: the device of the witness remembers."""
    words = enrol(observer)
    sign(observer, words)
    observer.get_by_text("Todos ven su firma").wait_for()
    edge = []
    with transaction.atomic(), triggers_dropped():
        for event in Event.objects.of(tender).order_by("index"):
            if event.index == 0:
                event.body["facts"]["note"] = "otro"
            nodes = merkle.completed(edge, event.index, merkle.leaf_hash(event.leaf))
            edge = merkle.grown(edge, nodes)
            Event.objects.filter(pk=event.pk).update(body=event.body, nodes=b"".join(nodes))
        Log.objects.filter(origin=tender.log_origin).update(edge=[node.hex() for node in edge])
        Cosignature.objects.all().delete()
        Checkpoint.objects.filter(log=tender.log_origin).delete()
    minutes.remark(tender, text="Sigo viendo.", by=tender.world.observer)

    sign(observer, words)

    observer.get_by_text("no sigue al que usted firmó antes").wait_for()
    assert not Cosignature.objects.exists()
