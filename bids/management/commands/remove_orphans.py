from django.core.management.base import BaseCommand

from bids import jobs
from procurement import clockwork


class Command(BaseCommand):
    help = (
        "Remove sealed files that no envelope names and that are a day old, as the background does by itself."
    )

    def handle(self, **options):
        job = next(job for job in jobs.JOBS if job.name == "orphans")
        for outcome in clockwork.run(job):
            self.stdout.write(str(outcome))
