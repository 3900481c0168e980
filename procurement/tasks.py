"""What waits for a person: the steps of their tenders, and whatever else each part of the procedure adds.

A part appends to `SOURCES` a function `source(tenders, user, at)` that yields (tender, Task). It gets every
tender of a page at once, and asks the database the same number of times however many there are.
"""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import roles
from .models import LogWitness, Minutes, Remark, Tender, TenderGroupPermission
from .roles import Role
from .workflow import here

ON_EACH = [Role.COMMITTEE, Role.SECRETARY, Role.JVS]  # whom each tender needs before it is announced

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


PAGES = {"approve": "tender-approve", "announce": "tender-announce", "integrate": "tender-integrate"}
PAGES |= {"begin_evaluation": "tender", "award": "award", "consent": "award"}


class Task(NamedTuple):
    """One thing that waits for this person; `state` is the look of its tag, `until` an instant or None.

    A reminder says that a day comes near, whoever acts on it.
    """

    title: str
    url: str
    until: datetime | None = None
    who: str = ""
    state: str = "ready"
    refusals: list = []
    note: str = ""
    is_reminder: bool = False


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
                url = reverse(PAGES[step.name], args=[tender.pk])
                yield tender, Task(step.custom["label"], url, until, state=state)


def with_codename(codename, tenders, user, at):
    """Return those of the tenders on which the user holds `codename` now."""
    mine = granted(tenders, user, at)
    return [tender for tender in tenders if (tender.pk, codename) in mine]


def seats_to_fill(tenders, user, at):
    """Committee, secretary and observers, for whoever appoints, while the call is prepared."""
    prepared = [tender for tender in tenders if tender.state in (Tender.State.DRAFT, Tender.State.APPROVED)]
    prepared = with_codename("appoint_people", prepared, user, at)
    held = roles.appointments().filter(roles.standing(at), tender__in=prepared, user__is_active=True)
    filled = set(held.values_list("tender", "group__name"))
    for tender in prepared:
        empty = [role.label for role in ON_EACH if (tender.pk, role.value) not in filled]
        if empty:
            note = _("Still missing: %(roles)s.") % {"roles": ", ".join(str(label) for label in empty)}
            url = reverse("tender-people", args=[tender.pk])
            yield tender, Task(_("Appoint the people of the tender"), url, note=note)


def counted(found):
    """Return {pk of a tender: how many of these belong to it}."""
    return dict(found.order_by().values_list("tender").annotate(Count("pk")))


def remarks_to_answer(tenders, user, at):
    """What the observers said and nobody has answered, for the committee."""
    mine = with_codename("answer_remark", tenders, user, at)
    waiting = counted(Remark.objects.filter(tender__in=mine, answer=""))
    for tender in mine:
        if number := waiting.get(tender.pk):
            note = ngettext("%(number)s waits.", "%(number)s wait.", number) % {"number": number}
            url = reverse("remarks", args=[tender.pk])
            yield tender, Task(_("Answer the remarks of the JVS"), url, note=note)


def minutes_to_sign(tenders, user, at):
    """Minutes under which an observer has not put "I witnessed"."""
    mine = with_codename("observe_tender", tenders, user, at)
    waiting = counted(Minutes.objects.filter(tender__in=mine).exclude(witnessings__by=user))
    for tender in mine:
        if number := waiting.get(tender.pk):
            note = ngettext("%(number)s waits.", "%(number)s wait.", number) % {"number": number}
            url = reverse("minutes-list", args=[tender.pk])
            yield tender, Task(_("Read the minutes, and sign those of acts that you saw"), url, note=note)


def closes_to_cosign(tenders, user, at):
    """Logs whose close an observer has not cosigned yet, while the bids are opened."""
    closed = [each for each in tenders if each.state in (Tender.State.CLOSED, Tender.State.EVALUATING)]
    mine = with_codename("observe_tender", closed, user, at)
    signed = LogWitness.objects.filter(
        tender__in=mine, user=user, cosignatures__at__gte=F("tender__closed_at")
    )
    done = set(signed.values_list("tender", flat=True))
    for tender in mine:
        if tender.pk not in done:
            note = _("With your key: from then on nobody can show another one.")
            url = reverse("log-witness", args=[tender.pk])
            yield tender, Task(_("Sign the log of the close as its witness"), url, note=note)


SOURCES = [next_steps, seats_to_fill, remarks_to_answer, minutes_to_sign, closes_to_cosign]


def of(tenders, user, at):
    """Return {pk of a tender: its tasks for this user}, the nearest date first, those without a date last.

    What a step asks already is not reminded of besides.
    """
    found = {tender.pk: [] for tender in tenders}
    for source in SOURCES:
        for tender, task in source(tenders, user, at):
            found[tender.pk].append(task)
    found = {key: without_echoes(tasks) for key, tasks in found.items()}
    for tasks in found.values():
        tasks.sort(key=lambda task: (task.until is None, task.until or at))
    return found


def without_echoes(tasks):
    """Leave out the reminders of a page and a day that a step names itself."""
    asked = {(task.url, task.until) for task in tasks if not task.is_reminder}
    return [task for task in tasks if not task.is_reminder or (task.url, task.until) not in asked]


def worked_on_by(user, at):
    """Return the tenders on which the user holds a role now, with what their rows show."""
    return Tender.objects.worked_on_by(user, at).select_related("municipality", "town", "schedule")
