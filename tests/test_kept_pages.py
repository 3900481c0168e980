"""Pages answered from their file: the view is asked once for each content, and nobody is let past it."""

import asyncio
import os

import pytest
from django.conf import settings

from procurement import kept_pages
from procurement.kept_pages import KeptPages

ADDRESS = "/tenders/7/opening/1/live/"
SAID = [(b"ETag", b""), (b"Content-Security-Policy", b"default-src 'none'"), (b"Content-Length", b"4")]


class Within:
    """What Django would answer: the page with every header of the middleware."""

    def __init__(self, *more, status=200):
        self.more, self.status, self.asked = more, status, 0

    async def __call__(self, scope, receive, send):
        self.asked += 1
        tag = (kept_pages.present_tag(scope["path"]) or "none").encode()
        headers = [(name, tag if name == b"ETag" else value) for name, value in SAID]
        await send({"type": "http.response.start", "status": self.status, "headers": [*headers, *self.more]})
        await send({"type": "http.response.body", "body": f"{self.asked:04}".encode()})


def ask(app, address=ADDRESS, tag=None, method="GET"):
    """Return (status, headers, body) of one question."""
    sent = []

    async def send(message):
        sent.append(message)

    headers = [(b"if-none-match", tag)] if tag else []
    scope = {"type": "http", "method": method, "path": address, "headers": headers}
    asyncio.run(app(scope, None, send))
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


@pytest.fixture
def file():
    path = kept_pages.file_of(ADDRESS)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"page")
    return path


def test_the_same_page_is_answered_without_asking_again(file):  # D7
    within = Within()
    app = KeptPages(within)

    first, again = ask(app), ask(app)
    tag = first[1][b"ETag"]
    status, headers, body = ask(app, tag=b"W/" + tag)

    assert within.asked == 1
    assert first == again == (200, first[1], b"0001")
    assert b"Content-Security-Policy" in again[1]
    assert (status, headers, body) == (304, {b"ETag": tag}, b"")


def test_another_content_is_asked_for_anew(file):  # D7
    within = Within()
    app = KeptPages(within)
    first = ask(app)

    file.write_bytes(b"another page")
    second = ask(app, tag=first[1][b"ETag"])

    assert (second[0], second[2], within.asked) == (200, b"0002", 2)


def test_a_page_that_is_gone_is_asked_for(file):  # D7
    within = Within()
    app = KeptPages(within)
    ask(app)

    os.remove(file)

    assert ask(app)[2] == b"0002"


@pytest.mark.parametrize(
    ("within", "method"),
    [
        (Within((b"Set-Cookie", b"session=1")), "GET"),  # what is for one person is not for another
        (Within(status=404), "GET"),
        (Within(), "POST"),
    ],
)
def test_what_is_not_the_page_for_everybody_is_not_repeated(file, within, method):  # D7
    app = KeptPages(within)

    ask(app, method=method)
    ask(app, method=method)

    assert within.asked == 2


@pytest.mark.parametrize(
    "address",
    [
        "/tenders/7/opening/1/",
        "/tenders/7/opening/1/live/../../../../",
        "/tenders/7/opening/1/live/../x/",
        "/",
    ],
)
def test_no_other_file_can_be_asked_for(file, address):  # D7
    target = kept_pages.file_of(address)
    if target.parent.is_relative_to(settings.LIVE_ROOT):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"hidden")
    within = Within()
    app = KeptPages(within)

    ask(app, address)
    ask(app, address)

    assert within.asked == 2
