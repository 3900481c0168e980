"""A copy taken while Convoca runs is whole: it is put back, and its logs fit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from procurement.models import Document, Event

from .world import paper

ROOT = Path(__file__).parent.parent


@pytest.fixture
def copy(world, tmp_path):
    """A copy of an installation with an approved call."""
    world.at("approved")
    call_command("back_up", tmp_path / "copy")
    return tmp_path / "copy"


def restored(copy, tmp_path):
    """Put the copy back as docs/operating.md says; return the environment of the new installation."""
    place = tmp_path / "restored"
    place.mkdir()
    (copy / "files").rename(place / "files")
    if connection.vendor == "sqlite":
        (copy / "convoca.sqlite3").rename(place / "convoca.sqlite3")
        return {"DATA_DIR": str(place), "DATABASE_URL": ""}
    named = connection.settings_dict | {"NAME": "restored"}
    address = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**named)
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS restored")
        cursor.execute("CREATE DATABASE restored")
    subprocess.run(["pg_restore", "--no-owner", f"--dbname={address}", copy / "convoca.dump"], check=True)
    return {"DATA_DIR": str(place), "DATABASE_URL": address}


def manage(environment, *arguments):
    command = [sys.executable, ROOT / "manage.py", *arguments]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_copy_that_is_put_back_has_every_event_and_file(copy, tmp_path):
    subprocess.run(["sha256sum", "--check", "--quiet", "sha256sums"], cwd=copy, check=True)

    environment = restored(copy, tmp_path)

    told = manage(environment, "verify_log")
    for log, size in sizes():
        assert f"{log}: {size} events" in told
    for document in Document.objects.all():
        assert (Path(environment["DATA_DIR"]) / "files" / document.file.name).exists()


def sizes():
    logs = set(Event.objects.values_list("log", flat=True))
    return [(log, Event.objects.filter(log=log).count()) for log in logs]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_file_of_the_copy_that_was_changed_is_noticed(copy):
    kept = next(path for path in (copy / "files").rglob("*") if path.is_file())
    kept.write_bytes(paper("otra.pdf").read())

    done = subprocess.run(["sha256sum", "--check", "--quiet", "sha256sums"], cwd=copy, check=False)
    assert done.returncode == 1


def test_a_copy_never_overwrites_another_one(db, tmp_path):
    with pytest.raises(CommandError, match="exists already"):
        call_command("back_up", tmp_path)
