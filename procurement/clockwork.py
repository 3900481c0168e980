"""What the clock does by itself, tender by tender; a part of the procedure appends its own job to `JOBS`."""

from collections.abc import Callable
from typing import NamedTuple

from . import clock
from .models import Tender
from .services import checkpoints, mailing, programs, reminders, tenders, timestamps
from .workflow import Blocked


class Job(NamedTuple):
    """One thing that happens when its time comes.

    `due(at)` gives the subjects that wait for it at that instant; `act(subject)` is the service, which acts
    as `clock.ACTOR` and judges by the instant of its own transaction.
    """

    name: str
    due: Callable
    act: Callable


JOBS = [
    Job(
        "close",
        due=lambda at: Tender.objects.due(at),
        act=lambda tender: tenders.close(tender, by=clock.ACTOR),
    ),
    Job("head", due=checkpoints.unsigned_closes, act=checkpoints.sign_close),
    Job("timestamp", due=timestamps.due, act=timestamps.stamp_close),
    Job("programs", due=programs.have_changed, act=programs.say_change),
    Job("reminders", due=reminders.due, act=reminders.remind),
    Job("mail", due=mailing.waiting, act=mailing.send),
]


class Outcome(NamedTuple):
    """How one act of the clock ended: `went` is done, left (not yet, or somebody was quicker) or failed."""

    job: str
    subject: object
    went: str
    detail: str = ""

    def __str__(self):
        return f"{self.job} {self.went}: {self.subject}" + (f" ({self.detail})" if self.detail else "")


def attempt(job, subject):
    """Act on one subject, so that its fault does not stop the others."""
    try:
        job.act(subject)
    except Blocked as blocked:
        return Outcome(job.name, subject, "left", ", ".join(blocked.codes))
    except Exception as fault:
        return Outcome(job.name, subject, "failed", repr(fault))
    return Outcome(job.name, subject, "done")


def run(*jobs):
    """Do once whatever these jobs (without any: all of them) find due now; yield how each act ended."""
    for job in jobs or JOBS:
        for subject in job.due(clock.now()):
            yield attempt(job, subject)
