"""Bodies read from the line: whole, in order, with little memory, and cut short."""

import asyncio
import tempfile

import pytest
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from procurement.streaming import StreamingHandler

PIECE = b"0123456789abcdef" * 4096  # 64 KiB
seen = {}


@csrf_exempt
def swallow(request, pk=0):
    """Read the body piece by piece, and tell how much there was."""
    total = 0
    try:
        while piece := request.read(65_536):
            total += len(piece)
    except OSError:
        seen["cut"] = True
    seen["total"] = total
    return HttpResponse(str(total))


@csrf_exempt
def whole(request, pk=0):
    seen["body"] = request.body
    return HttpResponse("")


@csrf_exempt
def exhaust(request, pk=0):
    """Throw away what is left, as Django does after a refused file."""
    seen["pieces"] = sum(1 for _piece in request)
    return HttpResponse("")


urlpatterns = [
    path("tenders/<int:pk>/bid/exhaust/", exhaust),
    path("tenders/<int:pk>/bid/swallow/", swallow),
    path("tenders/<int:pk>/bid/whole/", whole),
    path("elsewhere/", swallow),
]


def post(address, pieces, handler=StreamingHandler, cut=False):
    """Post a body in pieces to the handler, as the web server does."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.disconnect"} if cut else {"type": "http.request", "body": b""})
    sent = []

    async def run():
        queue = iter(messages)

        async def receive():
            message = next(queue, None)
            return message if message else await asyncio.Event().wait()

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": address, "query_string": b"", "headers": []}
        await asyncio.wait_for(handler()(scope, receive, send), 30)

    seen.clear()
    asyncio.run(run())
    return sent


@pytest.fixture(autouse=True)
def addresses():
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        yield


@pytest.fixture
def spooled(monkeypatch):
    """Count the temporary files that a body is put into."""
    made = []
    real = tempfile.SpooledTemporaryFile
    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", lambda *a, **k: made.append(1) or real(*a, **k))
    return made


def test_a_large_body_reaches_the_view_without_a_temporary_file(spooled):  # decision 15
    answer = post("/tenders/1/bid/swallow/", [PIECE] * 100)

    assert answer[0]["status"] == 200
    assert seen["total"] == 100 * len(PIECE)
    assert spooled == []


def test_elsewhere_and_without_us_there_is_one(spooled):  # the control
    post("/elsewhere/", [PIECE])
    post("/tenders/1/bid/swallow/", [PIECE], handler=ASGIHandler)

    assert len(spooled) == 2


def test_a_body_is_whole_and_in_order():
    post("/tenders/1/bid/whole/", [b"one ", b"", b"two ", b"three"])

    assert seen["body"] == b"one two three"


def test_what_is_left_is_thrown_away():
    post("/tenders/1/bid/exhaust/", [PIECE] * 3)

    assert seen["pieces"] == 3


def test_a_cut_line_is_an_error_of_reading():
    post("/tenders/1/bid/swallow/", [PIECE], cut=True)

    assert seen.get("cut") or "total" not in seen
