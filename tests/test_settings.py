"""What keeps an installation safe: one file, right for development, hardened where it is production."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks

ROOT = Path(__file__).parent.parent
SHOWN = [
    "CACHES",
    "DATABASES",
    "DEBUG",
    "HASHERS",
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_HSTS_SECONDS",
    "DATA_DIR",
    "TASKS",
]
PROGRAM = f"""
import json
from procurement import settings
shown = {{name: getattr(settings, name, None) for name in {SHOWN!r}}}
shown["HASHERS"] = settings.PASSWORD_HASHERS
print(json.dumps(shown, default=str))
"""


def read(tmp_path, **environment):
    """Return the settings as another process reads them in this environment."""
    run = [sys.executable, "-c", PROGRAM]
    surroundings = {"DATA_DIR": str(tmp_path / "data"), "PATH": ""} | environment
    done = subprocess.run(run, cwd=ROOT, env=surroundings, capture_output=True, check=True, text=True)
    return json.loads(done.stdout)


def test_one_small_machine_is_enough(tmp_path):  # rule 153
    found = read(tmp_path)

    assert found["DATABASES"]["default"]["ENGINE"].endswith("sqlite3")
    assert "db" in found["CACHES"]["default"]["BACKEND"]
    assert "_db" in found["TASKS"]["default"]["BACKEND"]


def test_a_url_names_a_postgresql_server(tmp_path):
    found = read(tmp_path, DATABASE_URL="postgresql://ana:secret@db.example:5433/convoca")

    database = found["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 5433, "convoca")
    assert (database["USER"], database["PASSWORD"]) == ("ana", "secret")


def test_without_a_url_there_is_a_file_that_loses_nothing(tmp_path):
    database = read(tmp_path)["DATABASES"]["default"]

    assert database["NAME"] == str(tmp_path / "data" / "convoca.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "recursive_triggers=ON"):
        assert pragma in database["OPTIONS"]["init_command"]


def test_passwords_are_hashed_with_argon2(tmp_path):
    assert read(tmp_path)["HASHERS"][0].endswith("Argon2PasswordHasher")


def test_production_speaks_https_only(tmp_path):
    found = read(tmp_path, DEBUG="0", SECRET_KEY="x" * 60)

    assert not found["DEBUG"]
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_HSTS_SECONDS"] >= 31536000


def test_there_is_no_back_office_and_nobody_signs_up(client, db):  # decision 1
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert client.get("/admin/").status_code == 404
    assert client.get("/accounts/signup/").status_code == 404


def test_a_page_may_load_nothing_from_elsewhere_and_run_nothing_inline(client, db):
    policy = client.get("/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("header", "value"),
    [("X-Frame-Options", "DENY"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin")],
)
def test_every_page_carries_its_headers(client, db, header, value):
    assert client.get("/").headers[header] == value


def test_only_one_django_fsm_is_installed():
    """django-fsm 5 is AGPL and has the same import name (docs/adr/0001)."""
    from importlib.metadata import PackageNotFoundError, version

    assert version("django-fsm-2").startswith("4.")
    with pytest.raises(PackageNotFoundError):
        version("django-fsm")


def test_the_checks_of_django_find_nothing(db):
    assert [str(found) for found in run_checks()] == []
