"""The entry of the web server."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings")
django.setup(set_prefix=False)

from procurement.kept_pages import KeptPages  # noqa: E402 - once the settings are there
from procurement.streaming import StreamingHandler  # noqa: E402

application = KeptPages(StreamingHandler())
