"""What it takes to write a register and the comparison of the offers, beside openpyxl alone."""

import gc
import random
import tracemalloc
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from statistics import median

from django.db import transaction
from openpyxl import Workbook, load_workbook

from bench import seconds
from bids.comparison.workbook import comparison
from bids.scoring import Offer
from procurement import clock
from procurement.models import TermsSale
from procurement.registers import BUYERS, workbook
from tests import comparing
from tests.world import NOON, World

ROWS = 2000
BIDS = 1000
ROUNDS = 9
REGISTER_LIMIT, COMPARISON_LIMIT = 1.5, 2
MEGABYTES = 100


def announced(stack):
    """Return a call to write about."""
    world = World(lambda instant: stack.enter_context(clock.stopped_at(instant)))
    return world.at("announced")


def buyers(tender):
    """Return as many purchases as a large call would have, not saved."""
    return [
        TermsSale(
            tender=tender,
            state="delivered",
            receipt=number,
            paid_at=NOON + timedelta(minutes=number),
            delivered_at=NOON + timedelta(minutes=number + 5),
            first_name="María Elena",
            last_name=f"Huamán Quispe {number}",
            dni=f"{40_000_000 + number}",
            organization=f"Aguas del Valle {number} SAC",
            ruc=f"20{number:09}",
            method="deposit",
            voucher=f"OP-{number}",
            price=Decimal("50.00"),
        )
        for number in range(1, ROWS + 1)
    ]


def offers(scale):
    """Return offers that nearly tie, half of them local."""
    chance = random.Random(2006)
    return [
        Offer(str(number), Decimal(chance.randrange(500, 10_001)).scaleb(-2), number % 2 == 0)
        for number in range(BIDS)
    ]


def cells_of(content):
    """Return what stands in a workbook: for each sheet its rows of values and formulas."""
    book = load_workbook(BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def bare(sheets):
    """Write these cells with openpyxl in the way that it writes fastest, and nothing else."""
    book = Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def measured(name, limit, size, write):
    """Return a row: the median of several ratios, each of two measures taken one after the other."""
    content = write()
    sheets = cells_of(content)
    gc.collect()
    gc.freeze()  # the world of the tests lies in memory too: looking through it again and again is no writing
    pairs = [(seconds(write), seconds(bare, sheets)) for _ in range(ROUNDS)]
    gc.unfreeze()
    return {
        "name": name,
        "value": round(median(ours / alone for ours, alone in pairs), 2),
        "unit": "times bare openpyxl, the same cells",
        "limit": limit,
        "size": size,
        "cells": sum(value is not None for rows in sheets.values() for row in rows for value in row),
        "bytes": len(content),
        "seconds": round(median(ours for ours, _alone in pairs), 2),
        "bare_seconds": round(median(alone for _ours, alone in pairs), 2),
    }


def memory(name, size, write):
    """Return a row: the most that Python holds at once while it writes, beyond what it held before."""
    gc.collect()
    tracemalloc.start()
    write()
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    megabytes = round(most / 2**20, 1)
    return {"name": name, "value": megabytes, "unit": "MB at most", "limit": MEGABYTES, "size": size}


def run():
    with ExitStack() as stack, transaction.atomic():
        tender = announced(stack)
        sold, scale = buyers(tender), comparing.F2
        account = comparing.account_with(tender, scale, offers(scale), random.Random(1))
        bids = f"{BIDS} bids"
        rows = [
            measured(
                "register", REGISTER_LIMIT, f"{ROWS} rows", lambda: workbook("Registro", tender, BUYERS, sold)
            ),
            measured("comparison", COMPARISON_LIMIT, bids, lambda: comparison(account)),
            memory("comparison-memory", bids, lambda: comparison(account)),
        ]
        transaction.set_rollback(True)
    return rows
