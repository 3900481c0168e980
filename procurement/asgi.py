"""The entry of the web server."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings")
django.setup(set_prefix=False)

from procurement.streaming import StreamingHandler  # noqa: E402 - once the settings are there

application = StreamingHandler()
