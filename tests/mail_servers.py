"""Mail servers to converse with: a good one, and those that refuse, put off, hang, or die in mid-sentence."""

import asyncio
import socket
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


class Server:
    """Keeps what it takes; each trouble is asked once per message, and `None` lets it pass."""

    def __init__(self, *troubles):
        self.troubles, self.taken = list(troubles), []

    async def trouble(self, at, server):
        if self.troubles and self.troubles[0] and self.troubles[0][0] == at:
            return await self.troubles.pop(0)[1](server)
        if at == "end" and self.troubles and self.troubles[0] is None:
            self.troubles.pop(0)
        return None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if answer := await self.trouble("to", server):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if answer := await self.trouble("before", server):
            return answer
        self.taken.append((tuple(envelope.rcpt_tos), envelope.original_content))
        return await self.trouble("end", server) or "250 OK"

    @property
    def messages(self):
        return [message_from_bytes(content, policy=policy.default) for _to, content in self.taken]

    @property
    def ids(self):
        return [message["Message-ID"] for message in self.messages]


def says(answer):
    async def speak(_server):
        return answer

    return speak


async def hang(_server):
    await asyncio.sleep(30)


async def die(server):
    server.transport.abort()
    await asyncio.sleep(30)


async def die_afterwards(server):
    asyncio.get_running_loop().call_later(0.05, server.transport.abort)


REFUSES_ADDRESS = ("to", says("550 no such box"))
PUTS_ADDRESS_OFF = ("to", says("451 come back later"))
REFUSES = ("before", says("554 not wanted"))
PUTS_OFF = ("before", says("451 come back later"))
HANGS = ("before", hang)
DIES_BEFORE_TAKING = ("before", die)
HANGS_BEFORE_ITS_250 = ("end", hang)
DIES_BEFORE_ITS_250 = ("end", die)
DIES_AFTER_ITS_250 = ("end", die_afterwards)


def serve(server):
    """Start it on a free port; return what stops it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    return controller
