"""A state that the services have brought about once is put back as rows in later tests, not walked again.

Walking to the award takes seconds, putting its rows back takes milliseconds. What is put back is exactly what
the services wrote: every row, the files, the clock and the people of the `World`. It happens only where the
database is exactly as it was when the walk began; everywhere else the steps are walked.
"""

import copy
from pathlib import Path
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction

from procurement import clock

KEPT = {}  # (what it stands on, what was reached) -> Snapshot
BEFORE_ALL = {"auth_group", "auth_permission", "django_content_type"}  # written by migrate, not by a test


class Snapshot(NamedTuple):
    """All rows by table and primary key, the files by path, and what the World knew at that instant."""

    rows: dict
    files: dict
    people: dict
    at: object


def models():
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def rows_of(model):
    """Return {primary key: row} of one table, as the database gives it."""
    names = [field.column for field in model._meta.local_concrete_fields]
    quoted = ", ".join(map(connection.ops.quote_name, names))
    key = names.index(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quoted} FROM {connection.ops.quote_name(model._meta.db_table)}")
        return {row[key]: row for row in cursor.fetchall()}


def all_rows():
    return {model._meta.db_table: rows_of(model) for model in models()}


def ground(rows):
    """Return what identifies the empty database: a flush numbers groups and permissions anew."""
    return hash(tuple(tuple(rows[table].items()) for table in sorted(BEFORE_ALL)))


def all_files():
    root = Path(settings.MEDIA_ROOT)
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def people_of(world):
    return copy.deepcopy(
        {name: value for name, value in vars(world).items() if name not in ("move", "founded")}
    )


def take(world):
    """Return the present state of everything."""
    return Snapshot(all_rows(), all_files(), people_of(world), clock.now())


def put_back(world, snapshot, present):
    """Bring everything from the rows that are `present` to a snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model in models():
            table = model._meta.db_table
            write(cursor, model, snapshot.rows[table], present[table])
        for statement in connection.ops.sequence_reset_sql(no_style(), models()):
            cursor.execute(statement)
    for path, content in snapshot.files.items():
        place = Path(settings.MEDIA_ROOT) / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    vars(world).update(copy.deepcopy(snapshot.people))
    world.move(snapshot.at)


def write(cursor, model, wanted, present):
    """Insert, change and delete rows of one table until it is as wanted."""
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), [field.column for field in model._meta.local_concrete_fields]
    places = ", ".join(["%s"] * len(names))
    columns, pk = ", ".join(map(quote, names)), quote(model._meta.pk.column)
    new = [row for key, row in wanted.items() if key not in present]
    changed = [(*row, key) for key, row in wanted.items() if key in present and present[key] != row]
    if new:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", new)
    if changed:
        sets = ", ".join(f"{quote(name)} = %s" for name in names)
        cursor.executemany(f"UPDATE {table} SET {sets} WHERE {pk} = %s", changed)
    gone = [(key,) for key in present if key not in wanted]
    if gone:
        cursor.executemany(f"DELETE FROM {table} WHERE {pk} = %s", gone)


def once(world, reached, walk):
    """Bring the empty database to what `walk` leads to; return the snapshot, or None if it was not empty."""
    return along(world, [(reached, walk)], upon=None)


def along(world, path, *, upon):
    """Bring the world along `path`: pairs of what is reached, and the step that leads there.

    `upon` is the snapshot that the path begins from; None is the empty database. Return the last snapshot, or
    None where the path began from anything else: then the steps are walked and nothing is put back.
    """
    present = all_rows()
    expected = upon.rows if upon else {table: {} for table in present}
    if any(present[table] != rows for table, rows in expected.items() if not skipped(table)):
        for _reached, step in path:
            step()
        return None
    keys = [(ground(present), reached) for reached, _step in path]
    walked = next((i for i in range(len(keys), 0, -1) if keys[i - 1] in KEPT), 0)
    if walked:
        put_back(world, KEPT[keys[walked - 1]], present)
    for key, (_reached, step) in zip(keys[walked:], path[walked:], strict=True):
        step()
        KEPT[key] = take(world)
    return KEPT[keys[-1]]


def skipped(table):
    """Grants of no tender and sessions do not matter to where a walk begins."""
    return table in BEFORE_ALL or table == "django_session"
