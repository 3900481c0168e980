from django.core.management.base import BaseCommand, CommandError

from procurement.services import installation
from procurement.services.accounts import CODE_DAYS
from procurement.workflow import Blocked


class Command(BaseCommand):
    help = "Make the first host and print the code with which that person chooses a password."

    def add_arguments(self, parser):
        parser.add_argument("--dni", required=True, help="identity document of the host")
        parser.add_argument("--name", required=True, help="given name and surnames")
        parser.add_argument("--because", default="", help="why, where there is a host already (public)")

    def handle(self, *, dni, name, because, **options):
        try:
            code = installation.found(dni=dni, name=name, because=because)
        except Blocked as blocked:
            raise CommandError("; ".join(str(refusal) for refusal in blocked.refusals)) from blocked
        self.stdout.write(f"Code: {code}")
        self.stdout.write(f"Good for {CODE_DAYS} days, at /access/, with the identity document {dni}.")
