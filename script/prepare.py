"""Prepares what a server needs: tables, static files, and what is missing of the demonstration."""

import os
import sys

import django
from django.conf import settings
from django.core.management import CommandError, call_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("make_log_key", if_missing=True, because="El archivo de la clave anterior no estaba.")
    if settings.DEMONSTRATION:
        try:
            call_command("demo")
        except CommandError as fault:  # the towns that are whole can be shown
            print(fault, file=sys.stderr)
