"""Request bodies that never touch the disk: the web server hands them to the view as they arrive.

Django keeps a body of more than `FILE_UPLOAD_MAX_MEMORY_SIZE` in a temporary file before the view begins.
What a bidder sends to be sealed may not rest on the disk (decision 15), so that these addresses are read from
the line.
"""

import asyncio
import re

from django.core.handlers.asgi import ASGIHandler

STREAMED = re.compile(r"/tenders/\d+/bid/")


class Body:
    """The body of one request: `read` waits in the view's thread for the next piece from the line.

    Called, it is what Django listens to meanwhile: the disconnection, and nothing else.
    """

    def __init__(self, receive):
        self.receive = receive
        self.loop = asyncio.get_running_loop()
        self.ended = asyncio.Event()
        self.gone = False
        self.rest = b""

    async def __call__(self):
        await self.ended.wait()
        return {"type": "http.disconnect"} if self.gone else await self.receive()

    async def _next(self):
        message = await self.receive()
        self.gone = message["type"] == "http.disconnect"
        if self.gone or not message.get("more_body", False):
            self.ended.set()
        if self.gone:
            raise ConnectionAbortedError("The line was cut before the end.")
        return message.get("body", b"")

    def _pull(self):
        return asyncio.run_coroutine_threadsafe(self._next(), self.loop).result()

    def read(self, size=-1):
        """Return `size` bytes, fewer only at the end; everything where no size is given."""
        found = bytearray(self.rest)
        while not self.ended.is_set() and (size < 0 or len(found) < size):
            found += self._pull()
        end = len(found) if size < 0 else size
        self.rest = bytes(found[end:])
        return bytes(found[:end])

    def readline(self, size=65_536):
        """Return the next piece: Django reads what is left of a form line by line, to throw it away."""
        return self.read(size)

    def close(self):
        self.rest = b""


class StreamingHandler(ASGIHandler):
    """Django's handler, but for the addresses whose bodies are read from the line."""

    async def handle(self, scope, receive, send):
        streamed = scope["method"] == "POST" and STREAMED.match(scope["path"])
        await super().handle(scope, Body(receive) if streamed else receive, send)

    async def read_body(self, receive):
        return receive if isinstance(receive, Body) else await super().read_body(receive)
