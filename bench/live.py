"""Watchers of an act of opening: each asks for its page every two seconds, and mostly hears of nothing new.

Through the web server, over the line; beside it the same server with an application that does nothing but
answer the same bytes. The rest of the machine, and whoever asks here, falls on both alike.
"""

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from django.conf import settings

from procurement import kept_pages

ADDRESS = "/tenders/1/opening/1/live/"
EVERY = 2  # seconds between two questions of one watcher
SECONDS = 3
LINES = 16  # questions at the same time
PAGE = b"<!doctype html>" + b"Se abre el sobre 1: van 2 de 4. " * 250
BARE = """
import sys
BODY = sys.stdin.buffer.read()
async def application(scope, receive, send):
    same = any(name == b"if-none-match" for name, value in scope["headers"])
    length = [] if same else [(b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 304 if same else 200, "headers": length})
    await send({"type": "http.response.body", "body": b"" if same else BODY})
"""


def free_port():
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


@contextmanager
def serving(application, folder=None, page=b""):
    """Let a web server of its own answer on a port while this lasts."""
    port = free_port()
    words = [sys.executable, "-m", "uvicorn", application, "--port", str(port)]
    words += ["--lifespan", "off", "--log-level", "warning"] + (["--app-dir", folder] if folder else [])
    given = os.environ | {"DATA_DIR": str(Path(settings.LIVE_ROOT).parent), "HTTPS": "0"}
    with subprocess.Popen(words, env=given, stdin=subprocess.PIPE) as server:
        server.stdin.write(page)
        server.stdin.close()
        try:
            wait_for(port)
            yield port
        finally:
            server.terminate()


def wait_for(port):
    for _attempt in range(300):
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.1)
    raise TimeoutError("the server does not answer")


async def ask(reader, writer, tag):
    """Ask once; return (status, ETag)."""
    same = f"If-None-Match: {tag}\r\n" if tag else ""
    writer.write(f"GET {ADDRESS} HTTP/1.1\r\nHost: localhost\r\n{same}\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    told = {name.lower(): value.strip() for name, _colon, value in (row.partition(":") for row in head[1:])}
    await reader.readexactly(int(told.get("content-length", 0)))
    return head[0].split()[1], told.get("etag", "")


async def watch(port, tag, until):
    """Ask again and again on one line; return how often there was an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = 0
    while monotonic() < until:
        status, _tag = await ask(reader, writer, tag)
        assert status == ("304" if tag else "200"), status
        answers += 1
    writer.close()
    return answers


async def rate(port, tag):
    """Return how many questions a second are answered."""
    until = monotonic() + SECONDS
    return sum(await asyncio.gather(*[watch(port, tag, until) for _line in range(LINES)])) / SECONDS


async def first(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    _status, tag = await ask(reader, writer, "")
    writer.close()
    return tag


def measured(name, ours, bare, limit):
    return {
        "name": name,
        "value": round(ours / bare, 3),
        "unit": "of the rate of a server that does nothing else",
        "limit": limit,
        "more_is_better": True,
        "size": f"{len(PAGE)} bytes, {LINES} lines, {SECONDS} s",
        "watchers": round(ours * EVERY),
        "bare_watchers": round(bare * EVERY),
    }


def run():
    file = kept_pages.file_of(ADDRESS)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(PAGE)
    bare_folder = file.parent
    (bare_folder / "nothing_else.py").write_text(BARE)
    with (
        serving("procurement.asgi:application") as ours,
        serving("nothing_else:application", str(bare_folder), PAGE) as bare,
    ):
        tag = asyncio.run(first(ours))
        unchanged = [asyncio.run(rate(port, tag)) for port in (ours, bare)]
        whole = [asyncio.run(rate(port, "")) for port in (ours, bare)]
    return [measured("live-unchanged", *unchanged, 0.5), measured("live-whole", *whole, 0.5)]
