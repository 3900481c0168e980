"""Queues ten thousand notices in one transaction, and sends e-mails to a server on this machine.

Beside it, the memory of the first batch and of all those that follow: a longer queue takes no more.
"""

import socketserver
import threading
import tracemalloc
from contextlib import contextmanager

from django.db import transaction
from django.test import override_settings

from bench import seconds
from procurement import clock
from procurement.models import Mail, User
from procurement.services import mailing, notices

NOTICES = 10_000
SECONDS = 5
BATCHES = 5
TIMES_FIRST = 1.2
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Sink(socketserver.StreamRequestHandler):
    """A mail server that says yes to everything and keeps nothing."""

    def handle(self):
        self.say("220 sink")
        while word := self.rfile.readline()[:4].upper().strip():
            if word == b"DATA":
                self.say("354 go on")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
            self.say("221 bye" if word == b"QUIT" else "250 yes")

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


@contextmanager
def a_sink():
    """Let e-mails go to a server of our own while this lasts."""
    with Server(("127.0.0.1", 0), Sink) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        where = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": server.server_address[1], "EMAIL_BACKEND": SMTP}
        with override_settings(SENDS_MAIL=True, **where):
            yield
        server.shutdown()


def tell_all(users):
    with transaction.atomic():
        text = "Primera reunión, abierta a todos, en el local comunal. Puede venir con sus socios."
        notices.tell(users, tender=None, subject="Primera reunión", text=text, at=clock.now(), link="/")


def peak_of_a_batch():
    """Return the most memory, in bytes, that one batch holds at once."""
    tracemalloc.start()
    mailing.send()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def run():
    users = [User(dni=f"9{number:07}", email=f"v{number}@example.pe") for number in range(NOTICES)]
    users = User.objects.bulk_create(users)
    with a_sink():
        queued = seconds(tell_all, users)
        size = Mail.objects.count()
        warm = seconds(mailing.send)
        peaks = [peak_of_a_batch() for _ in range(BATCHES)]
        sent = Mail.objects.filter(sent_at__isnull=False).count()
    return [
        {
            "name": "queue-notices",
            "value": round(queued, 2),
            "unit": "seconds",
            "limit": SECONDS,
            "size": f"{size} notices, each with its e-mail, in one transaction",
        },
        {
            "name": "send-memory",
            "value": round(max(peaks) / peaks[0], 2),
            "unit": "of the memory of the first batch",
            "limit": TIMES_FIRST,
            "size": f"{sent} e-mails in batches of {mailing.BATCH}",
            "kilobytes": max(peaks) // 1024,
            "emails_per_second": round(mailing.BATCH / warm),
        },
    ]
