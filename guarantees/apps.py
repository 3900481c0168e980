from django.apps import AppConfig


class GuaranteesConfig(AppConfig):
    name = "guarantees"

    def ready(self):
        """Let the pages, the list of work and the clock know what this app adds."""
        from . import jobs, words  # noqa: F401
