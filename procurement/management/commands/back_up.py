import hashlib
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

LIST = "sha256sums"


class Command(BaseCommand):
    help = "Copy the database and the files into a new folder while Convoca runs (docs/operating.md)."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet")

    def handle(self, *, folder, **options):
        if folder.exists():
            raise CommandError(f"{folder} exists already; a copy never overwrites another one")
        folder.mkdir(parents=True)
        # The database first: a file is written before its row, so every row copied has its file.
        COPIES[connection.vendor](folder)
        if settings.MEDIA_ROOT.exists():
            shutil.copytree(settings.MEDIA_ROOT, folder / "files")
        kept = write_list(folder)
        self.stdout.write(f"{folder}: {kept} files, their digests in {LIST}")


def copy_sqlite(folder):
    """Copy the database as one instant of it, whatever is written meanwhile."""
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / "convoca.sqlite3")) as target:
        connection.connection.backup(target)


def copy_postgresql(folder):
    arguments, password = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    command = ["pg_dump", "--format=custom", f"--file={folder / 'convoca.dump'}", *arguments[1:]]
    if subprocess.run(command, env=os.environ | (password or {}), check=False).returncode:
        raise CommandError("pg_dump failed; the copy is not whole")


COPIES = {"sqlite": copy_sqlite, "postgresql": copy_postgresql}


def write_list(folder):
    """Write the digest of every file copied, as `sha256sum --check` reads it; return how many there are."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{digest(path)}  {path.relative_to(folder)}\n" for path in paths]
    (folder / LIST).write_text("".join(lines))
    return len(paths)


def digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
