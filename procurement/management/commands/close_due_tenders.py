from django.core.management.base import BaseCommand, CommandError

from procurement import clockwork


class Command(BaseCommand):
    help = "Close the tenders whose deadline for bids is reached. Safe to run at any time."

    def handle(self, **options):
        close = next(job for job in clockwork.JOBS if job.name == "close")
        outcomes = list(clockwork.run(close))
        for outcome in outcomes:
            stream = self.stderr if outcome.went == "failed" else self.stdout
            stream.write(str(outcome))
        if failed := sum(outcome.went == "failed" for outcome in outcomes):
            raise CommandError(f"{failed} not closed")
