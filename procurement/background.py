"""Work that no page waits for: asked for in the transaction that it follows from, done by `manage.py work`.

A piece of work is a function at the top of a module, marked `@task()`; `function.enqueue(...)` writes its row
in the transaction at hand, so that it exists if and only if its cause does. The function may read and reckon
as long as it needs to, and writes only inside `once()`. A worker may be killed at any instant: its row is
picked up again, and what is written is written once. No rule waits for any of this (decision 12).
"""

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from threading import Event, Thread

from django.db import Error, connection, transaction
from django.db.models import Min, Q
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult, get_date_max

from procurement import clock

__all__ = ["once", "progress_of", "report_progress", "run_waiting", "task"]

BEAT = timedelta(seconds=5)  # how often a worker says that it is still at its row
SILENCE = timedelta(seconds=30)  # after so long without a word it is taken for dead
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120)]  # before the second attempt, the third…
KEPT = timedelta(days=7)  # how long the row of a finished piece of work stays

NAMES = {}  # what each piece of work is called on the host's page, by its path; each part adds its own

logger = logging.getLogger(__name__)
_mine = ContextVar("mine", default=None)  # the row that this process is working at


class Lost(Exception):
    """This worker was taken for dead, and its row was picked up: nothing that it did counts."""


class WorkerDied(Exception):
    """Whoever worked at a row was not heard of any more, at every attempt."""


def held(row):
    """Fetch a row under its lock; None if it is done, or another worker has it."""
    found = DBTaskResult.objects.select_for_update().filter(pk=row.pk, status=TaskResultStatus.RUNNING)
    return next((each for each in found if each.worker_ids == row.worker_ids), None)


@contextmanager
def once():
    """The one transaction in which a piece of work writes; it marks the row done too, so both or neither.

    Outside a worker it is a transaction like any other.
    """
    with transaction.atomic():
        yield
        if row := _mine.get():
            if not (mine := held(row)):
                raise Lost
            mine.set_successful(None)


def report_progress(done, total):
    """Say how far the work at hand is, for whoever looks on; never inside `once()`."""
    if row := _mine.get():
        DBTaskResult.objects.filter(pk=row.pk).update(return_value={"done": done, "total": total})


def progress_of(result_id):
    """Return (state, done, total) of what `enqueue` gave this id; None once it is forgotten."""
    row = DBTaskResult.objects.filter(pk=result_id).only("status", "return_value").first()
    if row is None:
        return None
    counted = row.return_value or {}
    return row.status, counted.get("done", 0), counted.get("total", 0)


def waiting():
    """The rows that may be worked at now, those that were never tried last."""
    due = Q(run_after__lte=clock.now()) | Q(run_after=get_date_max())
    return DBTaskResult.objects.filter(due, status=TaskResultStatus.READY)


def claim(worker):
    """Take the first row that waits, so that no other worker does; None where nothing waits."""
    if not waiting().exists():  # without this look, a transaction a second would be begun for nothing
        return None
    with transaction.atomic():
        if row := waiting().get_locked():
            row.claim(worker)
    return row


def give_back(row, fault, *, after):
    """Note why an attempt failed, and let the row be tried again, unless this was the last attempt."""
    row.set_failed(fault)
    if len(row.worker_ids) <= len(PAUSES):
        row.status, row.finished_at, row.run_after = TaskResultStatus.READY, None, clock.now() + after
        row.save(update_fields=["status", "finished_at", "run_after"])
    return "failed" if row.status == TaskResultStatus.FAILED else "put off"


@transaction.atomic
def pick_up():
    """Give back every row whose worker has said nothing for too long; return how many there were."""
    silent = DBTaskResult.objects.filter(
        status=TaskResultStatus.RUNNING, started_at__lt=clock.now() - SILENCE
    )
    rows = list(silent.select_for_update(skip_locked=True))
    for row in rows:
        give_back(row, WorkerDied(f"attempt {len(row.worker_ids)}"), after=timedelta(0))
    return len(rows)


def beat(row, over):
    """Say again and again that the worker of a row lives; a database that is busy hears it the next time."""
    mine = DBTaskResult.objects.filter(pk=row.pk, worker_ids=row.worker_ids, status=TaskResultStatus.RUNNING)
    while not over.wait(BEAT.total_seconds()):
        try:
            mine.update(started_at=clock.now())
        except Error:
            connection.close()
    connection.close()


@contextmanager
def beating(row):
    over = Event()
    heart = Thread(target=beat, args=[row, over], daemon=True)
    heart.start()
    try:
        yield
    finally:
        over.set()
        heart.join()


def put_off(row, fault):
    """Deal with an attempt that failed: again after a pause that grows, or never."""
    logger.error("%s failed", row.task_path, exc_info=fault)
    with transaction.atomic():
        mine = held(row)
        if mine is None:
            return "lost"
        return give_back(mine, fault, after=PAUSES[min(len(mine.worker_ids), len(PAUSES)) - 1])


def run(row):
    """Work at one row that this process has claimed; return how it ended: done, put off, failed or lost."""
    token = _mine.set(row)
    try:
        with beating(row):
            row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        with transaction.atomic():
            if mine := held(row):  # it wrote nothing
                mine.set_successful(None)
    except Lost:
        return "lost"
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as fault:  # some libraries raise what is no Exception
        return put_off(row, fault)
    finally:
        _mine.reset(token)
    return "done"


def run_waiting(worker):
    """Work at everything that waits, one after the other; yield (what, how it ended)."""
    pick_up()
    while row := claim(worker):
        yield row.task_path, run(row)


def forget_finished():
    """Throw away the rows of work that went well, after a week; what failed stays until somebody looks."""
    old = DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=clock.now() - KEPT)
    old.delete()


def named(row):
    """Return what a piece of work is called."""
    return str(NAMES.get(row.task_path, row.task_path))


def troubled():
    """The rows that the host has to know about: given up, or failed at least once and waiting again."""
    failed = DBTaskResult.objects.exclude(exception_class_path="")
    return failed.exclude(status=TaskResultStatus.SUCCESSFUL).order_by("-enqueued_at")


def waits_since():
    """Return since when the oldest row that nobody took has waited; None where nothing waits."""
    runs_after = waiting().exclude(run_after=get_date_max()).aggregate(first=Min("run_after"))["first"]
    asked_at = waiting().filter(run_after=get_date_max()).aggregate(first=Min("enqueued_at"))["first"]
    return min((each for each in (runs_after, asked_at) if each), default=None)


def is_busy():
    """Whether a worker is at a row now: what waits waits for its turn."""
    recent = clock.now() - SILENCE
    return DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__gte=recent).exists()


def renew(pk):
    """Let what was given up be tried again from the first attempt; return it, or None if it was not."""
    row = DBTaskResult.objects.select_for_update().filter(pk=pk, status=TaskResultStatus.FAILED).first()
    if row:
        row.status, row.worker_ids, row.finished_at = TaskResultStatus.READY, [], None
        row.run_after = clock.now()
        row.save(update_fields=["status", "worker_ids", "finished_at", "run_after"])
    return row
