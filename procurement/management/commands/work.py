import itertools
import time

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, close_old_connections, connection
from django.utils.crypto import get_random_string

from procurement import background, clockwork
from procurement.services import outages

TICK = 30  # looks for work between two passes of the clock


class Command(BaseCommand):
    help = "Work in the background, again and again: what the clock does, and what was asked for and waits."

    def add_arguments(self, parser):
        parser.add_argument("--interval", type=float, default=1, help="seconds between two looks (1)")
        parser.add_argument("--once", action="store_true", help="one pass, and exit 1 if anything failed")

    def handle(self, *, interval, once, **options):
        self.worker = get_random_string(16)
        if once:
            if failed := self.tick() + self.work():
                raise CommandError(f"{failed} failed")
            return
        for turn in itertools.count():
            self.go_round(with_clock=turn % TICK == 0)
            time.sleep(interval)

    def go_round(self, *, with_clock):
        """Make one round; a database that is away or busy is found again at the next one."""
        try:
            close_old_connections()
            if with_clock:
                self.tick()
            self.work()
        except Error as fault:
            self.stderr.write(f"left: {fault!r}")
            connection.close()

    def tick(self):
        """Let the clock do what is due; return how many acts failed: they are tried at the next pass."""
        outages.beat(well=outages.is_well())  # before the close, which a silence holds
        background.forget_finished()
        outcomes = list(clockwork.run())
        for outcome in outcomes:
            self.tell(str(outcome), outcome.went)
        return sum(outcome.went == "failed" for outcome in outcomes)

    def work(self):
        """Work at what waits; return how many pieces failed."""
        failed = 0
        for what, went in background.run_waiting(self.worker):
            self.tell(f"{what} {went}", went)
            failed += went in ("failed", "put off")
        return failed

    def tell(self, line, went):
        stream = self.stderr if went in ("failed", "put off") else self.stdout
        stream.write(line)
        stream.flush()
