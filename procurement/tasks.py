"""What waits for a person: the steps of their tenders, and whatever else each part of the procedure adds.

A part appends to `SOURCES` a function `source(tenders, user, at)` that yields (tender, Task). It gets every
tender of a page at once, and asks the database the same number of times however many there are.
"""

from datetime import datetime
from typing import NamedTuple

from . import roles
from .models import Tender, TenderGroupPermission
from .workflow import here

# The steps that lead on, each with the milestone of the schedule that it is due at. Postponing, returning and
# giving up are possible too, and stand on the page of the tender.
ONWARD = {
    "approve": None,
    "announce": "announcement",
    "integrate": "integration",
    "begin_evaluation": "opening_1",
    "award": "award",
    "consent": None,
}


class Task(NamedTuple):
    """One thing that waits for this person; `state` is the look of its tag, `until` an instant or None."""

    title: str
    url: str
    until: datetime | None = None
    who: str = ""
    state: str = "ready"
    refusals: list = []


def granted(tenders, user, at):
    """Return the pairs (tender, codename) that the user holds now, in one question."""
    mine = roles.held(user, at).filter(roles.seated(at))
    found = TenderGroupPermission.objects.filter(roles.through(mine), content_object__in=tenders)
    return set(found.values_list("content_object", "permission__codename"))


def next_steps(tenders, user, at):
    """The transitions that lead on from where each tender stands. What blocks one, its own page says."""
    mine = granted(tenders, user, at)
    for tender in tenders:
        schedule = getattr(tender, "schedule", None)
        for step in here(tender):
            codename = getattr(step.permission, "codename", None)
            if step.name in ONWARD and (tender.pk, codename) in mine:
                until = getattr(schedule, ONWARD[step.name] or "", None)
                late = until is not None and until < at
                state = "overdue" if late else "ready"
                yield tender, Task(step.custom["label"], tender.get_absolute_url(), until, state=state)


SOURCES = [next_steps]


def of(tenders, user, at):
    """Return {pk of a tender: its tasks for this user}, the nearest date first, those without a date last."""
    found = {tender.pk: [] for tender in tenders}
    for source in SOURCES:
        for tender, task in source(tenders, user, at):
            found[tender.pk].append(task)
    for tasks in found.values():
        tasks.sort(key=lambda task: (task.until is None, task.until or at))
    return found


def worked_on_by(user, at):
    """Return the tenders on which the user holds a role now, with what their rows show."""
    return Tender.objects.worked_on_by(user, at).select_related("municipality", "town", "schedule")
