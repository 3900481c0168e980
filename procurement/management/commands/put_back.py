from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import make_aware

from procurement.schedule import LIMA
from procurement.services import put_back
from procurement.workflow import Blocked


def lima(text):
    """Read an hour of Lima as people write it: 2026-04-24 02:00."""
    return make_aware(datetime.fromisoformat(text), LIMA)


class Command(BaseCommand):
    help = (
        "State in public that a copy was put back, and what is gone. Run it once, before the service is back."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "copied_at", type=lima, help="when the copy was taken, in Lima: '2026-04-24 02:00'"
        )
        parser.add_argument("lost_at", type=lima, help="when the data were lost, in Lima")
        parser.add_argument("--because", required=True, help="what happened: everybody reads it")

    def handle(self, *, copied_at, lost_at, because, **options):
        try:
            touched = put_back.state(copied_at=copied_at, lost_at=lost_at, reason=because)
        except Blocked as blocked:
            raise CommandError("\n".join(map(str, blocked.refusals))) from None
        for tender in touched:
            self.stdout.write(f"{tender.number} {tender.town}: minutes written, everybody told")
