"""Takes over the register of users of a large town, from the uploaded file to the rows in the database.

Beside it, openpyxl reading the same file in the same run and doing nothing with it.
"""

import tempfile
from contextlib import ExitStack
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import override_settings
from openpyxl import load_workbook

from bench import seconds
from contracts import sheets
from contracts.services import workbooks
from procurement import clock
from tests import transferring
from tests.world import World

USERS = 50_000
SECONDS = 30
CATEGORIES = ["domestic"] * 8 + ["commercial", "social"]


def register(users):
    """The users of a town, every field filled in."""
    for number in range(1, users + 1):
        yield {
            "code": f"U-{number:06}",
            "holder": f"Vecino Número {number}",
            "document": f"{10_000_000 + number}",
            "address": f"Jirón Unión {number}, manzana {number % 90}",
            "sector": f"Sector {number % 20}",
            "service": "both",
            "category": CATEGORIES[number % len(CATEGORIES)],
            "connection": "active",
            "meter": f"M{number:07}",
            "note": "",
        }


def read_bare(content):
    """Read every cell and keep nothing."""
    book = load_workbook(BytesIO(content), read_only=True)
    return sum(len(row) for row in book.worksheets[0].iter_rows(values_only=True))


def uploaded(stack, content):
    """Bring a transfer to where its register of users is uploaded; return the workbook that waits."""
    world = World(lambda instant: stack.enter_context(clock.stopped_at(instant)))
    tender = world.at("transferring")
    file = SimpleUploadedFile("padron.xlsx", content, transferring.XLSX)
    return workbooks.upload(transferring.item(tender, "users"), file=file, by=world.atm)


def run():
    content = sheets.export(sheets.USERS, register(USERS))
    with ExitStack() as stack:
        files = stack.enter_context(tempfile.TemporaryDirectory())
        stack.enter_context(override_settings(MEDIA_ROOT=files))
        stack.enter_context(transaction.atomic())
        workbook = uploaded(stack, content)
        bare = seconds(read_bare, content)
        taken = seconds(workbooks.read_workbook.call, workbook.pk)
        workbook = type(workbook).objects.get(pk=workbook.pk)
        assert workbook.is_imported, workbook.faults
        rows = workbook.rows.count()
        transaction.set_rollback(True)
    return [
        {
            "name": "import-users",
            "value": round(taken, 1),
            "unit": "seconds",
            "limit": SECONDS,
            "size": f"{rows} users, {len(content) // 1024} kB",
            "bare_seconds": round(bare, 1),
            "times_bare": round(taken / bare, 2),
        }
    ]
