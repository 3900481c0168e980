"""Pieces of work for tests of the worker: they leave a mark, stop where told, or fail."""

import time
from pathlib import Path

from procurement import background, clock
from procurement.log import INSTALLATION, record


def stop_at(folder, point):
    """Say that this point is reached, and wait there as long as the test wants it."""
    (Path(folder) / f"at-{point}").touch()
    while (Path(folder) / f"stop-{point}").exists():
        time.sleep(0.02)


@background.task()
def leave_a_mark(folder):
    """Write one event, stopping before, in the middle and after."""
    background.report_progress(1, 2)
    stop_at(folder, "before")
    with background.once():
        record(INSTALLATION, "test.mark", by=clock.ACTOR, at=clock.now())
        stop_at(folder, "within")
    stop_at(folder, "after")


@background.task()
def fail(how):
    """Write something and fail; what was written must not stay."""
    with background.once():
        record(INSTALLATION, "test.mark", by=clock.ACTOR, at=clock.now())
        raise {"usual": RuntimeError, "rare": BaseException}[how](how)


@background.task()
def write_nothing():
    """Go well without writing."""
