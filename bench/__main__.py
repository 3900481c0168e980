"""Runs the benchmarks against a database of their own: python -m bench [NAME...]."""

import contextlib
import json
import operator
import os
import pkgutil
import sys
import tempfile
import traceback
from importlib import import_module

import django
from django.conf import settings
from django.db import connection

import bench


def every():
    """The names of all benchmarks."""
    return sorted({module.name for module in pkgutil.iter_modules(bench.__path__)} - {"__main__"})


def judged(row):
    """The row, with whether its figure keeps its limit; one without a limit always does."""
    better = operator.ge if row.get("more_is_better") else operator.le
    return row | {"ok": "limit" not in row or better(row["value"], row["limit"])}


def measure(name):
    """The rows of one benchmark; a fault is a row too, so that the others are still measured."""
    try:
        yield from map(judged, import_module(f"bench.{name}").run())
    except Exception as fault:
        traceback.print_exc()
        yield {"name": name, "error": repr(fault), "ok": False}


def main(names):
    """Print the rows of these benchmarks, or of all; what a benchmark prints goes to standard error."""
    django.setup()
    settings.DEBUG = False  # which would keep every statement
    with contextlib.redirect_stdout(sys.stderr):
        database = connection.creation.create_test_db(verbosity=0)
        try:
            rows = [row for name in names or every() for row in measure(name)]
        finally:
            connection.creation.destroy_test_db(database, verbosity=0)
    print(json.dumps(rows, indent=2, ensure_ascii=False, default=str))
    return int(not all(row["ok"] for row in rows))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings")
    with tempfile.TemporaryDirectory(prefix="convoca-bench-") as folder:
        os.environ["DATA_DIR"] = folder
        sys.exit(main(sys.argv[1:]))
