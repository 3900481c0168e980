from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"

    def ready(self):
        """Let the pages, the list of work and the clock know what this app adds."""
        from . import feeds, fund_steps, jobs, printed, reminders, steps, transfer_work, whereabouts, words  # noqa: F401
        from .duties import sources  # noqa: F401
