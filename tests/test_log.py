"""The log: canonical leaves, heads, private parts, and a database that refuses every way of rewriting."""

import ast
import hashlib
import json
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from procurement import chronicle, clock, log
from procurement.log import INSTALLATION
from procurement.merkle import root_of
from procurement.models import Event, Log, PrivatePart
from procurement.services import minutes

from .conftest import triggers_dropped
from .world import NOON

ROOT = Path(__file__).parent.parent
SQLITE = connection.vendor == "sqlite"
COLUMNS = 'id, log, "index", body, nodes'

BYPASSES = {
    "update": "UPDATE procurement_event SET body = '{}'",
    "delete": "DELETE FROM procurement_event",
    "upsert": f"""INSERT INTO procurement_event ({COLUMNS}) VALUES (%s, 'host/ocds-7', 0, '{{}}', '')
                  ON CONFLICT (id) DO UPDATE SET body = excluded.body""",
}
BYPASSES |= (
    {
        "replace by id": f"""INSERT OR REPLACE INTO procurement_event ({COLUMNS})
                             VALUES (%s, 'x', 9, '{{}}', '')""",
        "replace by index": f"""INSERT OR REPLACE INTO procurement_event ({COLUMNS})
                                VALUES (%s + 1, 'host/ocds-7', 0, '{{}}', '')""",
        "update or replace": """UPDATE OR REPLACE procurement_event SET body = '{}'""",
    }
    if SQLITE
    else {"truncate": "TRUNCATE procurement_event CASCADE"}
)
NO_NUL = st.characters(codec="utf-8", exclude_characters="\0")  # no form takes it, PostgreSQL neither
ONLY_SQLITE = pytest.mark.skipif(not SQLITE, reason="PostgreSQL has no REPLACE")


class Tender:
    log_origin = "host/ocds-7"


class Other:
    log_origin = "host/ocds-8"


@pytest.fixture
def event(db):
    return log.record(Tender, "announce", by=clock.ACTOR, at=NOON, private={"DNI": "1"}, before="á", after=1)


@pytest.fixture
def foreign_connection(db):
    """A connection such as the sqlite3 shell opens: REPLACE does not fire the delete trigger."""
    ours = connection.connection.execute("PRAGMA recursive_triggers").fetchone()[0]
    connection.connection.execute("PRAGMA recursive_triggers = OFF")
    yield
    connection.connection.execute(f"PRAGMA recursive_triggers = {ours}")


def rewrite(statement, event):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if not SQLITE else "PRAGMA defer_foreign_keys = ON")
        cursor.execute(statement, [event.pk] if "%s" in statement else None)


def leaves():
    return [bytes(event.leaf) for event in Event.objects.all()]


# The database says no, too


@pytest.mark.parametrize("bypass", BYPASSES)
def test_the_database_refuses_to_rewrite_the_log(event, bypass):  # decision 32
    with pytest.raises(DatabaseError, match="append-only"):
        rewrite(BYPASSES[bypass], event)

    assert leaves() == [event.leaf]


@pytest.mark.parametrize("bypass", BYPASSES)
def test_without_the_triggers_each_of_these_does_rewrite_it(event, bypass):
    with transaction.atomic():
        event.private_part.delete()
        connection.check_constraints()
        with triggers_dropped():
            rewrite(BYPASSES[bypass], event)

        written = Event.objects.values_list("body", flat=True)
        assert list(written) in ([], [{}])


@ONLY_SQLITE
@pytest.mark.parametrize("bypass", [name for name in BYPASSES if "replace" in name])
def test_a_connection_without_our_settings_is_refused_too(event, bypass, foreign_connection):
    with pytest.raises(DatabaseError, match="append-only"):
        rewrite(BYPASSES[bypass], event)

    assert leaves() == [event.leaf]


@ONLY_SQLITE
def test_on_our_connections_replace_fires_the_delete_trigger(event):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER event_no_replace")

    with pytest.raises(DatabaseError, match="append-only"):
        rewrite(BYPASSES["replace by id"], event)


@pytest.mark.parametrize("attempt", ["save", "delete", "update", "delete all"])
def test_the_models_cannot_rewrite_it_either(event, attempt):
    event.body = {}
    event.private_part.delete()
    act = {
        "save": event.save,
        "delete": event.delete,
        "update": lambda: Event.objects.update(body={}),
        "delete all": Event.objects.all().delete,
    }[attempt]

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        act()

    assert Event.objects.get().body["action"] == "announce"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_flush_between_tests_empties_the_log_and_leaves_it_protected(time):
    with transaction.atomic():
        event = log.record(Tender, "announce", by=clock.ACTOR, at=NOON)

    with pytest.raises(DatabaseError, match="append-only"):
        rewrite(BYPASSES["delete"], event)

    assert event.index == 0


# What a leaf is


@pytest.mark.django_db(transaction=True)
def test_an_event_is_written_in_a_transaction_or_not_at_all():
    with pytest.raises(transaction.TransactionManagementError):
        log.record(Tender, "announce", by=clock.ACTOR, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_an_event_goes_with_the_transaction_that_it_describes():
    with transaction.atomic():
        log.record(Tender, "announce", by=clock.ACTOR, at=NOON)
        transaction.set_rollback(True)

    assert not Event.objects.exists()
    assert not Log.objects.exists()


def test_a_leaf_is_canonical_json_whatever_the_database_does_to_it(event):
    stored = Event.objects.get().leaf
    plain = json.dumps(event.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert stored == event.leaf == plain.encode()


def test_a_leaf_says_which_log_which_index_when_who_and_what(event):  # decision 13
    assert set(event.body) == {"log", "index", "at", "actor", "action", "facts", "private"}
    assert (event.body["log"], event.body["index"]) == ("host/ocds-7", 0)
    assert (event.body["at"], event.body["actor"]) == ("2026-03-02T17:00:00.000000+00:00", "clock")


@pytest.mark.parametrize("fact", [Decimal("1.5"), NOON, object()])
def test_facts_that_have_no_canonical_form_are_refused(db, fact):
    with pytest.raises(Exception), transaction.atomic():  # noqa: B017, PT011 - each in its own way
        _ = log.record(Tender, "x", by=clock.ACTOR, at=NOON, fact=fact).leaf

    assert log.record(Tender, "x", by=clock.ACTOR, at=NOON, fact=["1.5", None, True]).leaf


def test_the_private_part_is_proved_by_the_leaf_and_not_told_by_it(event):
    part = Event.objects.get().private_part

    assert log.digest(part.salt, part.content) == event.body["private"]
    assert log.digest(part.salt, {"DNI": "2"}) != event.body["private"]
    assert event.body["private"] != hashlib.sha256(b'{"DNI":"1"}').hexdigest()  # a guess proves nothing


def test_a_private_part_can_be_erased_and_the_leaf_stays_whole(event):
    before = event.leaf
    PrivatePart.objects.all().delete()

    call_command("verify_log")
    assert Event.objects.get().leaf == before


def test_each_log_counts_its_own_events(event):  # decision 13
    second = log.record(Tender, "close", by=clock.ACTOR, at=NOON)
    other = log.record(Other, "close", by=clock.ACTOR, at=NOON)

    assert str(second) == "host/ocds-7 1: close"
    assert str(event.private_part) == "private part of host/ocds-7 0: announce"
    assert (other.log, other.index) == ("host/ocds-8", 0)


def test_a_tender_has_its_log_and_the_installation_another(world):  # decision 13
    tender = world.draft()

    assert tender.log_origin == f"convoca.example/{tender.ocid}"
    assert {event.log for event in Event.objects.all()} == {tender.log_origin, "convoca.example"}
    assert str(Log.objects.get(origin=tender.log_origin)).startswith(tender.log_origin)


def test_the_actor_is_text_and_outlives_the_account(world):
    event = log.record(INSTALLATION, "x", by=world.outsider, at=NOON)
    written = event.body["actor"]

    assert written == f"user:{world.outsider.pk}"
    assert not [field for field in Event._meta.get_fields() if field.many_to_one]


@pytest.mark.parametrize(("by", "said"), [("buyer", "buyer"), (clock.ACTOR, "clock"), ("9f3c", "9f3c")])
def test_somebody_who_may_not_be_named_has_a_word_for_it(db, by, said):  # decision 13
    assert log.record(Tender, "x", by=by, at=NOON).body["actor"] == said


# Heads


class Heads(TestCase):
    """The head, kept one leaf at a time, is the root computed from all leaves at once (RFC 6962)."""

    @given(st.lists(st.text(NO_NUL, max_size=8), max_size=40))
    def test_the_head_is_the_root_over_the_leaves(self, actions):
        for action in actions:
            log.record(Tender, action, by=clock.ACTOR, at=NOON)

        head = Log.objects.filter(origin=Tender.log_origin).first() or Log(origin=Tender.log_origin)
        assert (head.root, head.size) == (root_of(leaves()).hex(), len(actions))


def test_the_heads_of_a_lived_tender_are_the_roots_of_their_leaves(world):
    tender = world.draft()
    minutes.remark(tender, text="x", by=world.observer)

    for head in Log.objects.all():
        events = Event.objects.filter(log=head.origin)
        assert head.root == root_of([event.leaf for event in events]).hex()


def test_an_append_asks_the_database_the_same_for_any_length(event):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            log.record(Tender, "x", by=clock.ACTOR, at=NOON)
        return len(queries)

    short = asked()
    for _ in range(60):
        log.record(Tender, "x", by=clock.ACTOR, at=NOON)

    assert asked() == short <= 4


# verify_log


def test_verify_log_finds_nothing_wrong_with_a_lived_tender(world, capsys):
    tender = world.draft()

    call_command("verify_log")

    assert f"{tender.log_origin}: " in capsys.readouterr().out


def damage(kind, event):
    """Do what only the owner of the tables can."""
    head = Log.objects.get(origin=event.log)
    changes = {
        "leaf": lambda: Event.objects.filter(pk=event.pk).update(body=event.body | {"action": "x"}),
        "gap": lambda: Event.objects.filter(pk=event.pk).update(index=7),
        "strange": lambda: Event.objects.filter(pk=event.pk).update(body=event.body | {"log": "x"}),
        "head": lambda: Log.objects.filter(pk=head.pk).update(size=head.size + 1),
        "no head": lambda: Log.objects.all().delete(),
        "private": lambda: PrivatePart.objects.update(content={"DNI": "2"}),
    }
    with triggers_dropped():
        changes[kind]()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("leaf", "the root of its events"),
        ("gap", "its head counts"),
        ("strange", "says it is another one"),
        ("head", "its head counts"),
        ("no head", "no head"),
        ("private", "private part of event 0"),
    ],
)
def test_verify_log_names_what_does_not_fit(event, kind, said, capsys):
    with transaction.atomic():
        damage(kind, event)

    with pytest.raises(CommandError):
        call_command("verify_log")

    assert said in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["gap", "head", "no head"])
def test_the_state_of_health_sees_a_log_that_lost_count(client, event, kind):
    well = client.get("/healthz").status_code
    with transaction.atomic():
        if kind == "gap":
            event.private_part.delete()
            with triggers_dropped():
                Event.objects.all().delete()
        else:
            damage(kind, event)

    assert (well, client.get("/healthz").status_code) == (200, 503)


def test_a_head_that_cannot_be_read_is_not_well(client, event):
    Log.objects.update(edge=["not a hash"])

    assert client.get("/healthz").status_code == 503


# Pages


def test_the_public_log_can_be_hashed_again_by_anybody(client, world):
    address = "/log.json"
    whole = client.get(address)
    raw = whole.content.split(b"[\n", 1)[1].rsplit(b"\n]", 1)[0].split(b",\n")
    told = json.loads(whole.content)

    assert whole["Content-Type"] == "application/json"
    assert root_of(raw).hex() == told["root"] == Log.objects.get(origin="convoca.example").root
    assert told["size"] == len(raw) == len(told["leaves"])


def test_the_log_of_a_tender_is_seen_by_whoever_sees_the_tender(client, world):
    tender = world.draft()
    hidden = [client.get(f"/tenders/{tender.pk}/{name}").status_code for name in ("log/", "log.json")]
    client.force_login(world.observer)
    shown = [client.get(f"/tenders/{tender.pk}/{name}").status_code for name in ("log/", "log.json")]

    assert (hidden, shown) == ([404, 404], [200, 200])


def test_the_log_is_told_in_words_and_names_only_who_holds_an_office(client, world):
    log.record(INSTALLATION, "account.open", by=world.outsider, at=NOON)

    page = client.get("/log/")

    assert "Se creó una municipalidad." in page.text
    assert "Hilda Anfitriona" in page.text
    assert "Otto" not in page.text


def test_private_parts_are_on_no_page(client, world):
    tender = world.draft()
    client.force_login(world.mayor)

    for address in ("/log/", "/log.json", f"/tenders/{tender.pk}/log/", f"/tenders/{tender.pk}/log.json"):
        page = client.get(address).content
        for part in PrivatePart.objects.all():
            assert part.salt.encode() not in page


@pytest.mark.parametrize("number", [1, 45])
def test_the_page_of_the_log_costs_the_same_for_any_length(client, db, django_assert_num_queries, number):
    for _ in range(number):
        log.record(INSTALLATION, "x", by="user:1", at=NOON)

    with django_assert_num_queries(4):  # count, events, names, head
        page = client.get("/log/")

    assert len(page.context["entries"]) == number


def recorded():
    """Yield every action that the source writes into a log: by `record`, or by a transition."""
    for app in ("procurement", "guarantees", "bids", "contracts"):
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                match node:
                    case ast.Call(func=ast.Name(id="record"), args=[_, ast.Constant(value=str(action)), *_]):
                        yield action
    for model in apps.get_models():
        for rule in getattr(model, "get_all_state_transitions", lambda self: [])(model()):
            yield rule.name if model.__name__ == "Tender" else f"{model._meta.model_name}.{rule.name}"


def test_every_action_of_the_log_has_its_words():
    import_module(settings.ROOT_URLCONF)  # each part of the procedure brings its own words

    assert sorted(set(recorded()) - set(chronicle.WORDS)) == []
    assert {"announce", "bid.qualify", "calendar.confirm"} <= set(recorded())
