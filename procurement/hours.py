"""When and where each date of a call is: the schedule's hour, unless the act itself was put off to another.

A part of the procedure appends to `SOURCES` a function `source(tenders)` that yields (pk of a tender,
milestone, Held). It gets every tender at once.
"""

from datetime import datetime
from typing import NamedTuple

from procurement.models import BidderMeeting, Schedule


class Held(NamedTuple):
    """Where an act is held, and when, if that is not the schedule's hour."""

    place: str = ""
    moment: datetime | None = None


class Milestone(NamedTuple):
    """One date of a call as it holds now."""

    name: str
    label: str
    moment: datetime
    place: str


def meetings(tenders):
    """The place of each meeting that people were called to; its hour is the schedule's."""
    convened = BidderMeeting.objects.filter(tender__in=tenders).exclude(place="").order_by("round")
    for meeting in convened:
        yield meeting.tender_id, meeting.milestone, Held(meeting.place)


SOURCES = [meetings]


def of(tenders):
    """Return {tender: its milestones}, of those tenders that have dates."""
    schedules = list(Schedule.objects.filter(tender__in=tenders).select_related("tender__town"))
    held = {
        (pk, name): each
        for source in SOURCES
        for pk, name, each in source([schedule.tender_id for schedule in schedules])
    }
    return {schedule.tender: list(stands(schedule, held)) for schedule in schedules}


def stands(schedule, held):
    for name, label, moment in schedule.milestones():
        act = held.get((schedule.tender_id, name), Held())
        yield Milestone(name, label, act.moment or moment, act.place)
