from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from procurement import log_key
from procurement.services import log_keys
from procurement.workflow import Blocked


class Command(BaseCommand):
    help = "Make the key that signs the logs, outside the database, and announce its public half in the log."

    def add_arguments(self, parser):
        parser.add_argument("--because", default="", help="why it is replaced, where there is one (public)")
        parser.add_argument("--if-missing", action="store_true", help="do nothing where there is one in use")

    def handle(self, *, because, if_missing, **options):
        if if_missing and log_key.present():
            return
        try:
            public = log_keys.make(because=because)
        except Blocked as blocked:
            raise CommandError("; ".join(str(refusal) for refusal in blocked.refusals)) from blocked
        self.stdout.write(f"Public half: {public}")
        self.stdout.write(
            f"Kept in {settings.LOG_KEY}. Keep a copy of it apart from the copies of the database."
        )
