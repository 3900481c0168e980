"""The benchmarks run, say what they measured at which size, and fail where a figure is outside its limit."""

import shutil

import pytest

from bench import __main__ as runner
from bench import (
    fund,
    imports,
    live,
    log,
    messages,
    opening,
    pages,
    printing,
    program,
    proofs,
    ranking,
    sealing,
    sheets,
)
from procurement.log import INSTALLATION
from procurement.merkle import root_of
from procurement.models import Event, Log
from procurement.services import mailing


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Measure so little that a test can wait for it."""
    monkeypatch.setattr(log, "EVENTS", 20)
    monkeypatch.setattr(live, "SECONDS", 0.2)
    monkeypatch.setattr(opening, "ENVELOPES", 2)
    monkeypatch.setattr(proofs, "SIZES", [10, 100])
    monkeypatch.setattr(proofs, "PROMISED", 100)
    monkeypatch.setattr(proofs, "ROUNDS", 5)
    monkeypatch.setattr(sealing, "MEGABYTES", 1)
    monkeypatch.setattr(sealing, "ROUNDS", 1)
    monkeypatch.setattr(program, "MEGABYTES", 1)
    monkeypatch.setattr(program, "MEMORY", (1, 2))
    monkeypatch.setattr(program, "ROUNDS", 1)
    monkeypatch.setattr(ranking, "SIZE", 50)
    monkeypatch.setattr(ranking, "ROUNDS", 1)
    monkeypatch.setattr(fund, "TOWNS", 2)
    monkeypatch.setattr(fund, "ROUNDS", 1)
    monkeypatch.setattr(imports, "USERS", 20)
    monkeypatch.setattr(messages, "NOTICES", 20)
    monkeypatch.setattr(mailing, "BATCH", 5)
    monkeypatch.setattr(printing, "PARAGRAPHS", 2)
    monkeypatch.setattr(printing, "ROUNDS", 1)
    monkeypatch.setattr(sheets, "ROWS", 5)
    monkeypatch.setattr(sheets, "BIDS", 5)
    monkeypatch.setattr(sheets, "ROUNDS", 1)
    monkeypatch.setattr(pages, "MANY", 2)
    monkeypatch.setattr(pages, "ROUNDS", 1)


def measured(name):
    return list(runner.measure(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", runner.every())
def test_each_row_says_what_was_measured_and_at_which_size(db, name):
    rows = measured(name)
    assert all(row.keys() >= {"name", "value", "unit", "size", "ok"} for row in rows), rows


def test_what_is_promised_of_the_log_and_of_sealing_has_its_limit(db):  # decision 34
    (appended,) = measured("log")
    assert (appended["limit"], appended["more_is_better"]) == (0.5, True)
    if shutil.which("age"):
        assert [row["limit"] for row in measured("sealing")] == [2, 3]


def test_what_the_benchmark_appends_is_a_log_like_any_other(db):
    measured("log")
    leaves = [event.leaf for event in Event.objects.of(INSTALLATION)]
    head = Log.objects.get(origin=INSTALLATION.log_origin)
    assert len(leaves) == 21
    assert (head.size, head.root) == (21, root_of(leaves).hex())


def test_sealing_is_left_out_where_age_is_not_installed(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert sealing.run() == []


@pytest.mark.parametrize(
    ("value", "more_is_better", "ok"),
    [(0.5, True, True), (0.49, True, False), (2, False, True), (2.1, False, False)],
)
def test_a_figure_is_judged_at_its_limit(value, more_is_better, ok):
    limit = 0.5 if more_is_better else 2
    assert runner.judged({"value": value, "limit": limit, "more_is_better": more_is_better})["ok"] is ok
    assert runner.judged({"value": value})["ok"] is True


def test_a_benchmark_that_fails_is_told_and_the_others_go_on(monkeypatch, capsys):
    monkeypatch.setattr(ranking, "SCALES", None)
    (row,) = measured("ranking")
    assert row["ok"] is False
    assert "AttributeError" in row["error"]
