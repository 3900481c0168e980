"""Loads the demonstration into the present database: each town whole or not at all, once."""

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError

from contracts.replay import demonstration
from contracts.replay.fault import BadScenario
from procurement import clock


class Command(BaseCommand):
    help = "Load the towns of the demonstration that are not there yet, each stopped today."

    def handle(self, **options):
        password, towns = demonstration.plan()
        missing = [town for town in towns if not town.is_loaded]
        hashed = make_password(password) if missing else ""  # one for all: hashing takes its time
        failed = [town.name for town in missing if not self.load(town, hashed)]
        if failed:
            raise CommandError(f"not loaded: {', '.join(failed)}")

    def load(self, town, password):
        """Load one town; return whether it is there."""
        try:
            demonstration.load(town, at=clock.now(), password=password)
        except BadScenario as fault:
            self.stderr.write(f"{town.name}: {fault}")
            return False
        states = [tender.get_state_display() for tender in town.tenders()]
        self.stdout.write(f"{town.name}: {', '.join(map(str, states))}")
        return True
