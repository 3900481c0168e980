from django.apps import AppConfig


class BidsConfig(AppConfig):
    name = "bids"

    def ready(self):
        """Let the pages, the list of work and the clock know what this app adds."""
        from . import bond_steps, hours, jobs, means, printed, programs, snapshots, steps, words  # noqa: F401
