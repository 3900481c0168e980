"""Work in the background: in the transaction of its cause, tried again, picked up after a kill, done once."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from procurement import background, clock
from procurement.models import Event

from . import work_at_hand

ROOT = Path(__file__).parent.parent
PATIENCE = 60  # seconds for a process to start on a busy machine


def marks():
    return Event.objects.filter(body__action="test.mark").count()


def work():
    return [went for _what, went in background.run_waiting("worker")]


def the_row():
    return DBTaskResult.objects.get()


@pytest.fixture
def asked(db, set_clock, tmp_path):
    """One piece of work that waits."""
    return work_at_hand.leave_a_mark.enqueue(str(tmp_path))


def test_work_is_done_once_and_its_row_says_so(asked):
    assert (work(), work(), marks()) == (["done"], [], 1)
    assert the_row().status == "SUCCESSFUL"


def test_work_is_asked_for_in_the_transaction_of_its_cause(db, tmp_path):
    with transaction.atomic():
        work_at_hand.leave_a_mark.enqueue(str(tmp_path))
        transaction.set_rollback(True)

    assert work() == []


def test_work_that_writes_nothing_is_done_too(db):
    work_at_hand.write_nothing.enqueue()
    assert (work(), the_row().status) == (["done"], "SUCCESSFUL")


def test_whoever_looks_on_sees_how_far_it_is(asked, monkeypatch):
    seen = []
    monkeypatch.setattr(work_at_hand, "stop_at", lambda *_: seen.append(background.progress_of(asked.id)))

    work()

    assert seen[0] == ("RUNNING", 1, 2)
    assert background.progress_of(asked.id) == ("SUCCESSFUL", 0, 0)


@pytest.mark.parametrize("how", ["usual", "rare"])
def test_what_fails_leaves_nothing_and_is_tried_again_after_pauses_that_grow(db, set_clock, how):
    work_at_hand.fail.enqueue(how)
    ended, at = [], clock.now()

    for pause in [timedelta(0), *background.PAUSES]:
        set_clock(at + pause - timedelta(seconds=1))
        ended += work() if pause else []
        at += pause
        set_clock(at)
        ended += work()

    assert ended == ["put off"] * 4 + ["failed"]
    assert sorted(background.PAUSES) == background.PAUSES
    assert (the_row().status, marks()) == ("FAILED", 0)
    set_clock(at + timedelta(days=30))
    assert work() == []


def test_a_fault_is_told_where_the_worker_runs_once(db, capsys):
    work_at_hand.fail.enqueue("usual")
    with pytest.raises(CommandError, match="1 failed"):
        call_command("work", once=True)
    assert "tests.work_at_hand.fail put off" in capsys.readouterr().err


def test_work_whose_function_is_gone_fails_like_any_other(asked):
    DBTaskResult.objects.update(task_path="tests.work_at_hand.gone")
    assert (work(), the_row().exception_class_path) == (["put off"], "builtins.ImportError")


def test_a_silent_worker_is_taken_for_dead_and_a_slow_one_is_not(asked, set_clock):
    row = background.claim("dead")
    DBTaskResult.objects.filter(pk=row.pk).update(started_at=clock.now())

    set_clock(clock.now() + background.SILENCE)
    early = work()
    set_clock(clock.now() + timedelta(microseconds=1))

    assert (early, work(), marks()) == ([], ["done"], 1)
    assert [name for name in the_row().worker_ids if name == "dead"] == ["dead"]


def test_a_worker_that_was_taken_for_dead_writes_nothing(asked, set_clock, monkeypatch):
    """It stops for long in the middle; another does its work; then it wakes up."""
    others = []

    def sleep_long(_folder, point):
        if point == "before" and not others:
            DBTaskResult.objects.update(started_at=clock.now() - timedelta(hours=1))
            others.append("asleep")
            others.extend(work())

    monkeypatch.setattr(work_at_hand, "stop_at", sleep_long)

    assert (work(), others, marks()) == (["lost"], ["asleep", "done"], 1)
    assert the_row().status == "SUCCESSFUL"


def test_work_that_kills_each_worker_is_given_up(asked, set_clock):
    for attempt in range(len(background.PAUSES) + 1):
        assert background.claim(f"worker {attempt}")
        DBTaskResult.objects.update(started_at=clock.now() - timedelta(hours=1))
        background.pick_up()

    row = the_row()
    assert (row.status, row.exception_class_path) == ("FAILED", "procurement.background.WorkerDied")


def test_a_worker_that_lives_says_so_until_its_work_is_over(asked, set_clock, monkeypatch):
    monkeypatch.setattr(background.connection, "close", lambda: None)  # a heart has one of its own
    row, answers = background.claim("worker"), [False, True]

    class Over:
        def wait(self, _seconds):
            return answers.pop(0)

    background.beat(row, Over())
    assert (the_row().started_at, answers) == (clock.now(), [])


def test_rows_of_work_that_went_well_go_after_a_week(asked, set_clock):
    work()
    DBTaskResult.objects.update(finished_at=clock.now())
    set_clock(clock.now() + background.KEPT)
    background.forget_finished()
    kept = DBTaskResult.objects.count()
    set_clock(clock.now() + timedelta(seconds=1))
    background.forget_finished()

    assert (kept, DBTaskResult.objects.count()) == (1, 0)


# The page of the host


@pytest.fixture
def given_up(asked):
    DBTaskResult.objects.update(status="FAILED", worker_ids=["x"] * 5, exception_class_path="a.Fault")
    return asked


def test_the_host_reads_what_failed_and_lets_it_be_tried_again(world, client, given_up):
    client.force_login(world.host)

    page = client.get("/host/work/")
    client.post(f"/host/work/{given_up.id}/again/")

    assert "a.Fault" in page.text
    assert (work(), the_row().status) == (["done"], "SUCCESSFUL")
    assert Event.objects.get(body__action="work.again").body["actor"] == f"user:{world.host.pk}"
    assert "a.Fault" not in client.get("/host/work/").text


def test_what_is_not_given_up_is_not_tried_again_by_hand(world, client, asked):
    client.force_login(world.host)

    page = client.post(f"/host/work/{asked.id}/again/", follow=True)

    assert [message.extra_tags for message in page.context["messages"]] == ["work.again.not-given-up"]


def test_the_host_sees_that_nobody_works(world, client, asked):
    client.force_login(world.host)
    DBTaskResult.objects.update(enqueued_at=clock.now() - timedelta(minutes=3))
    at_the_limit = client.get("/host/work/").context["stopped"]
    DBTaskResult.objects.update(enqueued_at=clock.now() - timedelta(minutes=3, seconds=1))

    late = client.get("/host/work/").context["stopped"]
    work_at_hand.write_nothing.enqueue()
    claimed = DBTaskResult.objects.exclude(pk=asked.id)
    claimed.update(status="RUNNING", started_at=clock.now())
    busy = client.get("/host/work/").context["stopped"]

    assert (at_the_limit, late, busy) == (False, True, False)


# Many workers at once, each in a thread with a connection of its own


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_takes_each_piece(tmp_path):
    for _ in range(5):
        work_at_hand.leave_a_mark.enqueue(str(tmp_path))

    def run(number):
        try:
            return [went for _what, went in background.run_waiting(f"worker {number}")]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        ended = [went for each in pool.map(run, range(6)) for went in each]

    assert (ended, marks()) == (["done"] * 5, 5)
    assert [len(row.worker_ids) for row in DBTaskResult.objects.all()] == [1] * 5


# A worker that is really killed


class Installation:
    """The test's own database as another process finds it."""

    def __init__(self, folder):
        self.folder, self.environment = folder, os.environ | {"DATA_DIR": str(folder)}
        at = connection.settings_dict
        if connection.vendor == "sqlite":
            self.environment["DATABASE_URL"] = ""
            (folder / "convoca.sqlite3").symlink_to(at["NAME"])
        else:
            self.environment["DATABASE_URL"] = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
                **at
            )

    def worker(self, *arguments):
        command = [sys.executable, ROOT / "manage.py", "work", *arguments]
        return subprocess.Popen(command, env=self.environment, cwd=ROOT, stdout=subprocess.DEVNULL)

    def kill_at(self, point):
        """Start a worker and kill it with signal 9 once it has reached that point."""
        worker = self.worker()
        try:
            self.wait_for(lambda: (self.folder / f"at-{point}").exists(), worker)
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()

    @staticmethod
    def wait_for(happens, worker):
        limit = time.monotonic() + PATIENCE
        while not happens() and worker.poll() is None and time.monotonic() < limit:
            time.sleep(0.05)
        assert happens()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("point", "written", "status"),
    [("before", 0, "RUNNING"), ("within", 0, "RUNNING"), ("after", 1, "SUCCESSFUL")],
)
def test_a_killed_worker_leaves_a_row_that_is_picked_up_and_counts_once(tmp_path, point, written, status):
    installation = Installation(tmp_path)
    (tmp_path / f"stop-{point}").touch()
    work_at_hand.leave_a_mark.enqueue(str(tmp_path))

    installation.kill_at(point)
    left = marks(), the_row().status
    (tmp_path / f"stop-{point}").unlink()
    at_once = installation.worker("--once").wait(), marks()  # too early to take it for dead
    DBTaskResult.objects.update(started_at=clock.now() - background.SILENCE - timedelta(seconds=1))
    later = installation.worker("--once").wait(), marks()

    assert (left, at_once, later) == ((written, status), (0, written), (0, 1))
    assert the_row().status == "SUCCESSFUL"
