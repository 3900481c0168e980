from django.apps import AppConfig


class GuaranteesConfig(AppConfig):
    name = "guarantees"

    def ready(self):
        """Let the pages, the list of work and the clock know what this app adds."""
        from . import barriers, jobs, printed, steps, words  # noqa: F401
