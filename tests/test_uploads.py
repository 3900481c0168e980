"""Uploads into envelopes: memory stays flat, a cut line leaves nothing, what is too large is refused."""

import asyncio
import os
import tempfile
import threading
import tracemalloc

import pytest
from django.test import Client

from bids import uploads
from bids.services import submission
from procurement import clock
from procurement.streaming import StreamingHandler
from procurement.workflow import Blocked

from . import bidding
from .world import World

BOUNDARY = "frontera"
MEBIBYTE = 1 << 20


@pytest.fixture
def world(transactional_db, set_clock):
    """The world with its rows written: the server's threads have connections of their own."""
    return World(set_clock)


@pytest.fixture
def bid(world):
    return bidding.buyers(world, world.at("integrated"))[0]


def field(name, value, file=""):
    named = f'; filename="{file}"' if file else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"


def pieces(token, size):
    """Yield the body of a sealing form whose finance paper has `size` bytes, a piece at a time."""
    typed = {"csrfmiddlewaretoken": token} | bidding.answers(without="on")
    yield b"".join(field(name, value) for name, value in typed.items())
    yield field("paper-finance", b"", "estados.pdf")[:-2]
    for _piece in range(size // 65_536):
        yield os.urandom(65_536)
    yield b"\r\n" + f"--{BOUNDARY}--\r\n".encode()


def signed_in(user):
    client = Client()
    client.force_login(user)
    token = "a" * 32
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}", token


def post(bid, size, cut_after=None):
    """Post the form through the server's own entry; return the status, or None where the line was cut."""
    cookies, token = signed_in(bid.bidder.account)
    length = sum(len(piece) for piece in pieces(token, size))
    sent = []

    async def run():
        body = enumerate(pieces(token, size))

        async def receive():
            number, piece = next(body, (None, None))
            if piece is None:
                return await asyncio.Event().wait()
            if cut_after is not None and number > cut_after:
                return {"type": "http.disconnect"}
            last = piece.endswith(b"--\r\n")
            return {"type": "http.request", "body": piece, "more_body": not last}

        async def send(message):
            sent.append(message)

        headers = {
            "host": "localhost",
            "cookie": cookies,
            "content-type": f"multipart/form-data; boundary={BOUNDARY}",
            "content-length": str(length),
        }
        scope = {
            "type": "http",
            "method": "POST",
            "path": f"/tenders/{bid.tender_id}/bid/seal/",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        await asyncio.wait_for(StreamingHandler()(scope, receive, send), 120)

    asyncio.run(run())
    return sent[0]["status"] if sent else None


@pytest.fixture
def temporary(monkeypatch):
    """Count the temporary files that anything asks for."""
    made = []
    for name in ("NamedTemporaryFile", "SpooledTemporaryFile", "TemporaryFile", "mkstemp"):
        real = getattr(tempfile, name)
        monkeypatch.setattr(tempfile, name, lambda *a, _real=real, **k: made.append(1) or _real(*a, **k))
    return made


def test_thirty_megabytes_pass_through_a_few_of_memory(bid, temporary):  # decision 15
    post(bid, MEBIBYTE)  # whatever is loaded once is loaded now
    tracemalloc.start()
    status = post(bid, 30 * MEBIBYTE)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert status == 200
    assert bid.envelopes.sealed().get(part="reserved").ciphertext.size > 30 * MEBIBYTE
    assert peak < 8 * MEBIBYTE
    assert temporary == []


def test_a_cut_line_leaves_nothing(bid, settings):  # decision 15
    post(bid, 4 * MEBIBYTE, cut_after=20)

    assert not bid.envelopes.exists()
    assert not list(settings.MEDIA_ROOT.glob("sealed/*"))


def test_what_is_too_large_is_refused_before_it_is_read():  # decision 15
    with pytest.raises(Blocked) as blocked:
        uploads.refuse_early(uploads.LARGEST + 1)

    assert blocked.value.codes == ["bid.upload.too-large"]
    uploads.refuse_early(uploads.LARGEST // 100)


def test_a_full_disk_is_said_early(monkeypatch):  # decision 15
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda path: type("Disk", (), {"free": 10})())

    with pytest.raises(Blocked) as blocked:
        uploads.refuse_early(100)

    assert blocked.value.codes == ["bid.upload.no-space"]


def test_of_two_presentations_at_once_one_wins(bid):  # decision 12
    bidding.seal(bid)
    start, answers = threading.Barrier(2), []
    at = clock.now()

    def present():
        from django.db import connection

        start.wait()
        try:
            answers.append(submission.present(bid, stamp=at, by=bid.bidder.account).seq)
        except Blocked as blocked:
            answers.append(blocked.codes[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=present) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, answers)) == ["1", "bid.submission.envelope-missing"]
    assert bid.envelopes.presented().count() == 3
