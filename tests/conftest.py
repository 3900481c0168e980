import os
import re
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module

import hypothesis
import pytest
from django.core.management import call_command
from django.db import connection

from procurement import clock, log_key, signed_note
from procurement.models import Municipality
from procurement.roles import Role
from procurement.services import people

from .world import NOON, World, account

# How long a busy machine takes says nothing about a property. A run that is judged tries the same twice;
# EXPLORE=1 tries what nobody tried before.
hypothesis.settings.register_profile(
    "convoca",
    deadline=None,
    derandomize="EXPLORE" not in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("convoca")

append_only = import_module("procurement.migrations.0002_append_only")


# Walked by the whole suite: the pages, and what stands on a whole call up to its award and beyond.
SLOW = re.compile(
    r"test_(\w+_pages|case_file|thief|machine|demo|integration|mail|uploads|receiving\w*"
    r"|live|outages|lost_sheets|ciphertexts|commitments|offline|put_back|deadline|handing_over"
    r"|bid_bonds|contract_\w+|duties|fund_\w+|guarantees|guarantee_traps|handover|rehearsal|transfer\w*)"
)

# The same on every database: counts of questions, pages, whole scenarios, people at random.
PAGES = re.compile(
    r"test_(\w+_pages|authorization|case_file|thief|constant_queries|scenarios|(\w+_)?machine)"
)


def pytest_collection_modifyitems(items):
    """Keep the inner loop short: it is about the rules of the call, and whatever is pure."""
    for item in items:
        if SLOW.fullmatch(item.path.stem):
            item.add_marker("slow")
        if PAGES.fullmatch(item.path.stem):
            item.add_marker("pages")


def execute(statements):
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)


@contextmanager
def triggers_dropped():
    """Let the log be rewritten, for a flush or for a positive control."""
    execute(append_only.UNPROTECT)
    yield
    execute(append_only.PROTECT)


@pytest.fixture(scope="session", autouse=True)
def flush_may_empty_the_log(pytestconfig, django_db_setup, django_db_blocker):
    """Tests with `transaction=True` end with a flush, which the log's own triggers would refuse."""
    with django_db_blocker.unblock():
        made = "procurement_event" in connection.introspection.table_names()  # where any test wants them
        if made and pytestconfig.option.nomigrations:  # tables made from the models lack the triggers
            execute(append_only.PROTECT)
        operations = type(connection.ops)  # with a browser this thread gets another connection
    flush = operations.execute_sql_flush

    def flush_without_triggers(ops, statements):
        with triggers_dropped():
            flush(ops, statements)

    operations.execute_sql_flush = flush_without_triggers
    yield
    operations.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def files_of_their_own(settings, tmp_path):
    """Uploaded files go where the test ends."""
    settings.MEDIA_ROOT, settings.LIVE_ROOT = tmp_path / "files", tmp_path / "live"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": str(tmp_path),  # limits on attempts begin anew with each test
        }
    }


@pytest.fixture
def set_clock(monkeypatch):
    """Set the one clock; return the function that moves it."""

    def move(instant):
        monkeypatch.setattr(clock, "now", lambda: instant)

    move(NOON)
    return move


@pytest.fixture
def world(db, set_clock):
    """Laredo, its people, and a way to bring a tender to any state."""
    return World(set_clock)


@pytest.fixture
def other_town(world):
    """Another municipality with its own mayor."""
    town = people.create_municipality(
        by=world.host,
        name="Tumán",
        kind=Municipality.Kind.DISTRICT,
        department="Lambayeque",
        province="Chiclayo",
        ubigeo="140120",
    )
    town.mayor = account(60, "Tomasa", "Vecina")
    people.invite_mayor(town, town.mayor, document="credencial JNE 2", by=world.host)
    return town


@pytest.fixture
def delegate(world):
    """Somebody to whom the mayor has delegated the right to appoint for thirty days."""
    user, end = account(51, "Elena", "Delegada"), clock.now() + timedelta(days=30)
    dated = {"document": "RA 020-2026", "by": world.mayor, "end": end}
    return people.appoint_official(world.municipality, Role.DELEGATE, user, **dated)


@pytest.fixture
def log_key_made(settings, tmp_path, db):
    """The installation has its log key; return the public half (32 bytes)."""
    settings.LOG_KEY = tmp_path / "log.key"
    call_command("make_log_key", verbosity=0)
    return signed_note.public_of(log_key.present())
