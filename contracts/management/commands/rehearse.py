"""Serves one rehearsal on the socket in its folder; the page of a draft call starts it, nobody by hand."""

import fcntl
import select
import shutil
import sys
import threading
import time as watch
import traceback

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection
from django.urls import set_script_prefix

from contracts.rehearsal import founding, time
from procurement import background, clockwork
from procurement.models import Tender

SECONDS = 1  # between two looks at what waits
IDLE = 3 * 3600  # seconds without a request after which it stops; the page of its call starts it again


class Command(BaseCommand):
    help = "Serve a rehearsal until whoever started it ends, or its folder is thrown away (ADR 0007)."

    def handle(self, **options):
        if not settings.REHEARSAL:
            raise CommandError("A rehearsal is started on the page of its call.")
        with (settings.DATA_DIR / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # it runs already, started by another process
            self.make_ready()
            self.serve()

    def make_ready(self):
        told = settings.DATA_DIR / "trouble.txt"
        told.unlink(missing_ok=True)
        try:
            make_tables(settings.DATABASES["default"]["NAME"], settings.DATA_DIR.parent / "empty.sqlite3")
            founding.found_once()
        except Exception:
            told.write_text(traceback.format_exc(), encoding="utf-8")
            raise
        time.restore()

    def serve(self):
        application = "procurement.asgi:application"
        place = {"uds": str(settings.DATA_DIR / "socket"), "root_path": settings.REHEARSAL}
        server = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_level="warning", **place))
        worker = threading.Thread(target=work, args=[server, Visits(server)], daemon=True)
        worker.start()
        server.run()


def make_tables(database, empty):
    """Make the tables of a new rehearsal: those of an earlier one, empty, save most of a minute."""
    if empty.exists() and not database.exists():
        shutil.copyfile(empty, database)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not Tender.objects.exists():
        connection.close()  # what the journal still holds goes into the file
        shutil.copyfile(database, empty)


class Visits:
    """How many requests a server has answered, and when that changed."""

    def __init__(self, server):
        self.server, self.count, self.changed = server, 0, watch.monotonic()

    def are_over(self):
        """Whether nobody has asked for anything in a long time."""
        count = self.server.server_state.total_requests
        if count != self.count:
            self.count, self.changed = count, watch.monotonic()
        return watch.monotonic() - self.changed > IDLE


def is_wanted():
    """Whether its folder is there, and whoever started it: they hold the other end of standard input."""
    told, _write, _error = select.select([sys.stdin], [], [], SECONDS)
    return not told and founding.COPY.exists()


def work(server, visits):
    """Do what waits and what the clock does, until the rehearsal is over."""
    set_script_prefix(f"{settings.REHEARSAL}/")  # papers are drawn here, with the addresses of their pages
    try:
        while is_wanted() and not visits.are_over():
            go_round()
    finally:
        server.should_exit = True  # one whose clock stands still is none


def go_round():
    """Do what is due now; a database that is busy is found again at the next look."""
    try:
        list(clockwork.run())
        list(background.run_waiting("rehearsal"))
    except Error:
        connection.close()
