import time

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from procurement import clockwork


class Command(BaseCommand):
    help = "Do what the clock does, again and again: close what is due, and whatever else waits for its time."

    def add_arguments(self, parser):
        parser.add_argument("--interval", type=int, default=30, help="seconds between two passes (30)")
        parser.add_argument("--once", action="store_true", help="one pass, and exit 1 if anything failed")

    def handle(self, *, interval, once, **options):
        while not once:
            self.watch()
            close_old_connections()  # so that a database that was away is found again
            time.sleep(interval)
        if failed := self.watch():
            raise CommandError(f"{failed} failed")

    def watch(self):
        """Make one pass; return how many acts failed. What fails now is tried again at the next pass."""
        outcomes = list(clockwork.run())
        for outcome in outcomes:
            stream = self.stderr if outcome.went == "failed" else self.stdout
            stream.write(str(outcome))
        return sum(outcome.went == "failed" for outcome in outcomes)
