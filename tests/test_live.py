"""The page that the hall follows: the same for all, drawn once for each event, nothing in it too early."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bids import jobs, live, snapshots
from bids.services import opening
from bids.snapshots import Snapshot
from procurement import clock, log
from procurement.services import checkpoints

from . import bidding, deciding


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Let what happens within be a transaction of its own, and what follows from it happen."""

    def begin():
        connection.run_on_commit.clear()
        return django_capture_on_commit_callbacks(execute=True)

    return begin


def address(tender, stage=1, end=""):
    return f"/tenders/{tender.pk}/opening/{stage}/live/{end}"


@pytest.fixture
def act(world):
    """An act of opening of envelope 1 that has just begun."""
    return deciding.begin(world, world.at("closed"))


def text_of(client, tender, stage=1, end=""):
    return client.get(address(tender, stage, end)).content.decode()


def test_who_follows_costs_no_question_to_the_database(client, act):  # D7
    first = client.get(address(act.tender))

    with CaptureQueriesContext(connection) as questions:
        again = client.get(address(act.tender))
        unchanged = client.get(address(act.tender), headers={"if-none-match": first["ETag"]})

    assert (first.status_code, again.status_code, unchanged.status_code) == (200, 200, 304)
    assert not questions.captured_queries
    assert (again.content, unchanged.content) == (first.content, b"")
    assert unchanged["ETag"] == again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in again["Content-Security-Policy"]


def test_each_event_draws_it_once_and_nobody_waits_for_the_rest(  # D7
    client, act, world, monkeypatch, committed
):
    before = client.get(address(act.tender))
    drawn = []
    monkeypatch.setattr(snapshots, "draw", lambda each, draw=snapshots.draw: drawn.append(each) or draw(each))

    with committed():  # one transaction with some events in it
        deciding.check(world, act, *deciding.custodians(act.tender)[:1])
    after = client.get(address(act.tender), headers={"if-none-match": before["ETag"]})

    assert drawn == [Snapshot(act.tender_id, 1, "es")]
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]


def test_what_was_rolled_back_is_drawn_nowhere(  # D7
    client, act, world, committed
):
    before = client.get(address(act.tender))

    with committed() as told, transaction.atomic():
        opening.suspend(act, reason="Se fue la luz", by=world.chair)
        transaction.set_rollback(True)

    assert not told
    assert client.get(address(act.tender), headers={"if-none-match": before["ETag"]}).status_code == 304


def test_a_call_that_nobody_follows_is_not_drawn(act, world, committed):  # D7
    with committed():
        opening.suspend(act, reason="Se fue la luz", by=world.chair)

    assert not snapshots.kept()


def test_a_fault_in_drawing_undoes_nothing(  # D7
    client, act, world, monkeypatch, committed
):
    client.get(address(act.tender))
    monkeypatch.setattr(live, "facts", lambda *_: 1 / 0)

    with committed():
        opening.suspend(act, reason="Se fue la luz", by=world.chair)

    assert deciding.fresh(act).state == "suspended"


def test_the_clock_draws_what_a_killed_process_left(client, act, world):  # D7
    client.get(address(act.tender))
    opening.suspend(act, reason="Se fue la luz", by=world.chair)  # its commit is never heard of here
    stale = text_of(client, act.tender)

    [job] = [each for each in jobs.JOBS if each.name == "live"]
    for snapshot in job.due(clock.now()):
        job.act(snapshot)

    assert "Se fue la luz" not in stale
    assert "Se fue la luz" in text_of(client, act.tender)


def test_the_clock_looks_at_a_page_once_until_its_log_grows(client, act, monkeypatch):  # D7
    client.get(address(act.tender))
    first = snapshots.behind(clock.now())
    monkeypatch.setattr(snapshots, "drawn", lambda *_: 1 / 0)

    again = snapshots.behind(clock.now())

    assert first == again == []


def test_what_did_not_change_keeps_its_tag(client, act):  # D7
    first = client.get(address(act.tender))["ETag"]

    snapshots.draw(Snapshot(act.tender_id, 1, "es"))

    assert client.get(address(act.tender))["ETag"] == first


def test_before_the_close_nothing_tells_that_there_are_bids(client, world, committed):  # decision 16
    tender = world.at("integrated")
    before = client.get(address(tender))

    with committed():
        bidding.present_all(world, tender)
    after = client.get(address(tender), headers={"if-none-match": before["ETag"]})

    assert tender.bids.presented().count() == 2
    assert after.status_code == 304  # nor does the tag
    tender.parameters |= {"receipts_public": "presentation"}
    assert live.facts(tender, 1, clock.now())["count"] == 2  # where the terms say so


def test_a_name_comes_out_with_its_envelope_and_not_before(client, act, world):  # decision 16
    names = [str(bid) for bid in act.tender.bids.presented()]

    deciding.check(world, act)
    shut = live.facts(act.tender, 1, clock.now())
    deciding.release(world, act)
    opened = live.facts(act.tender, 1, clock.now())
    shown = text_of(client, act.tender)

    assert [row["name"] for row in shut["rows"]] == ["", ""]
    assert [row["drawn"] for row in shut["rows"]] == ["half", "half"]
    assert [row["name"] for row in opened["rows"]] == names
    assert all(name in shown for name in names)
    assert not any(person.dni in shown for person in [*world.committee, world.ana, world.beto])


def test_the_phase_follows_the_act(world):  # terms 17.3
    tender = world.at("closed")

    def phase():
        return live.facts(deciding.fresh(tender), 1, clock.now())["phase"]

    seen = [phase()]
    act = deciding.convene(world, tender)
    seen.append(phase())
    world.move(act.planned_at)
    act = opening.begin(act, present=deciding.members(world), by=world.chair)
    seen.append(phase())
    act = opening.suspend(act, reason="Se fue la luz", by=world.chair)
    seen.append(phase())
    act = opening.resume(act, present=deciding.members(world), by=world.chair)
    deciding.check(world, act)
    seen.append(phase())
    deciding.release(world, act)
    seen.append(phase())
    opening.conclude(act, by=world.chair)
    seen.append(phase())

    assert seen == ["closed", "convened", "checking", "suspended", "releasing", "opened", "concluded"]


def test_while_a_file_is_lost_the_page_says_whose_fault_it_is(act, world):  # terms 17.5
    sealed = Path(world.bids[0].envelopes.get(stage=1, part="public").ciphertext.path)
    sealed.write_bytes(b"x")
    deciding.check(world, act)
    deciding.release(world, act)

    shown = live.facts(act.tender, 1, clock.now())
    lines = [line.text for line in shown["lines"]]

    assert (shown["phase"], shown["opened"]) == ("waiting", 1)
    assert [row["lost"] for row in shown["rows"]] == [True, False]
    assert sum("la falla es del servidor" in line for line in lines) == 1


def test_the_minutes_grow_line_by_line(act, world):  # terms 17.3
    deciding.check(world, act)
    act = opening.suspend(act, reason="Se fue la luz", by=world.chair)

    lines = [line.text for line in live.Chronicle(act).lines()]

    assert len(lines) == 2 + len(deciding.custodians(act.tender)) + 1  # convened, begun; one each; suspended
    assert "Se fue la luz" in lines[-1]
    assert all(name in lines[1] for name in map(str, deciding.members(world)))


def test_the_second_envelope_of_who_is_out_is_shown_shut(client, world):  # rule 59
    tender = deciding.evaluate(world, world.at("closed"))
    result = deciding.decide_first(world, tender, failed=(0,))
    act = deciding.begin(world, tender, stage=2, planned_at=result.appeal_until + timedelta(days=1))
    deciding.check(world, act)
    deciding.release(world, act)

    shown = live.facts(deciding.fresh(tender), 2, clock.now())

    assert [bid.state for bid in shown["shut"]] == ["not-admitted"]
    assert [row["envelope"].status for row in shown["rows"]] == ["open"]
    assert str(shown["rows"][0]["figure"]) in text_of(client, tender, 2)


def test_nothing_is_promised_of_paper(client, world):  # decision 11
    tender = world.at("integrated")
    sealed = text_of(client, tender)
    tender.parameters |= {"envelopes.form": "paper"}
    tender.save()

    paper = snapshots.drawn(tender, 1, "es").decode()

    assert "Nadie puede leerlos" in sealed
    assert "Nadie puede leerlos" not in paper


def test_the_words_read_aloud_are_those_of_the_log_at_its_close(client, act):  # terms 17.1
    words = checkpoints.closing_words(act.tender)

    shown = text_of(client, act.tender)

    assert len(words) == 12
    assert all(f"<li>{word}</li>" in shown for word in words)


def test_it_is_there_in_both_languages_and_in_no_other(client, act):  # D7
    assert 'lang="es"' in text_of(client, act.tender)
    assert 'lang="en"' in text_of(client, act.tender, end="en/")
    assert client.get(address(act.tender, end="xx/")).status_code == 404
    assert client.get(address(act.tender, stage=3)).status_code == 404


def test_a_draft_is_shown_to_those_inside_and_kept_for_nobody(client, world):  # D7
    tender = world.at("approved")
    client.force_login(world.chair)
    inside = client.get(address(tender))
    client.logout()

    assert (inside.status_code, inside.has_header("ETag")) == (200, False)
    assert client.get(address(tender)).status_code == 404
    assert not snapshots.kept()


def test_it_works_without_a_program(client, act):  # D7
    shown = text_of(client, act.tender)

    assert '<noscript><meta http-equiv="refresh"' in shown
    assert not any(inline in shown for inline in ("style=", "onload", "<script>"))


def test_a_log_tells_its_followers_once_for_a_transaction(  # D7
    db, monkeypatch, committed
):
    told = []
    monkeypatch.setattr(log, "FOLLOWERS", [told.append])
    facts = {"by": clock.ACTOR, "at": clock.now()}

    with committed():
        log.record(log.INSTALLATION, "one", **facts)
        log.record(log.INSTALLATION, "two", **facts)
    with committed():
        log.record(log.INSTALLATION, "three", **facts)

    assert told == [log.INSTALLATION.log_origin] * 2
