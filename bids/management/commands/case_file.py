from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from bids.services import case_file
from procurement import clock
from procurement.models import Tender
from procurement.workflow import Blocked


class Command(BaseCommand):
    help = "Write the public case file of a call, with the program that checks it anywhere (docs/verify.md)."

    def add_arguments(self, parser):
        parser.add_argument("tender", help="its number in the database, or its ocid")
        parser.add_argument("-o", "--output", type=Path, required=True, help="the ZIP to write")

    def handle(self, *, tender, output, **options):
        named = Q(pk=tender) if tender.isdecimal() else Q(ocid=tender)
        found = Tender.objects.filter(named).first()
        if found is None:
            raise CommandError(f"There is no call {tender}.")
        try:
            with output.open("w+b") as file:
                case_file.write(found, file, at=clock.now())
        except Blocked as blocked:
            output.unlink()
            raise CommandError("; ".join(str(refusal) for refusal in blocked.refusals)) from blocked
        self.stdout.write(f"{output}: {output.stat().st_size} bytes")
