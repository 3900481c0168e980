"""Pages that lie as files under their own address, and are answered from there before anything else is asked.

The first answer to each is made by its view, with every header that the middleware adds; as long as the file
stays the same, so does the answer. A proxy may serve the files by itself (docs/operating.md).
"""

import os
import re
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

KEPT = re.compile(r"/tenders/[0-9]+/opening/[12]/live/(?:[a-z]{2}/)?", re.ASCII)

# What an answer without anything new still says; the copy that is there has the rest (RFC 9110, 15.4.5).
WITH_NOTHING_NEW = (b"ETag", b"Cache-Control", b"Vary")


class Answer(NamedTuple):
    """What was answered while the file had this tag."""

    tag: bytes
    headers: list
    body: bytes


def file_of(address):
    """Return where the page of an address lies."""
    return Path(settings.LIVE_ROOT) / address.strip("/") / "index.html"


def tag_of(found):
    """Return the ETag of a file, from what `stat` says of it."""
    return f'"{found.st_mtime_ns:x}-{found.st_size:x}"'


def present_tag(address):
    """Return what changes when the page of an address does, or None where there is no file."""
    try:
        return tag_of(os.stat(file_of(address)))
    except FileNotFoundError:
        return None


class KeptPages:
    """The web server's application: kept pages from here, everything else from the one within."""

    def __init__(self, within):
        self.within = within
        self.answers = {}

    async def __call__(self, scope, receive, send):
        kept = scope["type"] == "http" and scope["method"] == "GET" and KEPT.fullmatch(scope["path"])
        tag = present_tag(scope["path"]) if kept else None
        if tag is None:
            return await self.within(scope, receive, send)
        known = self.answers.get(scope["path"])
        if known and known.tag == tag.encode():
            return await repeat(known, scope, send)
        return await self.within(scope, receive, self.listening(scope["path"], send))

    def listening(self, address, send):
        """Pass an answer on, and remember it if it is the whole page, the same for everybody."""
        heard = {}

        async def passing(message):
            if message["type"] == "http.response.start":
                heard.update(message)
            elif not message.get("more_body") and heard["status"] == 200:
                headers = dict(heard["headers"])
                if b"Set-Cookie" not in headers and (tag := headers.get(b"ETag")):
                    self.answers[address] = Answer(tag, heard["headers"], message.get("body", b""))
            await send(message)

        return passing


async def repeat(known, scope, send):
    """Send what was answered before, or only that it is still the same."""
    asked = next((value for name, value in scope["headers"] if name == b"if-none-match"), b"")
    same = known.tag in [each.strip().removeprefix(b"W/") for each in asked.split(b",")]
    headers = [row for row in known.headers if row[0] in WITH_NOTHING_NEW] if same else known.headers
    await send({"type": "http.response.start", "status": 304 if same else 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if same else known.body})
