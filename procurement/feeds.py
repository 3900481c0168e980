"""The dates of a call, and of a person, as a calendar that a telephone subscribes to (iCalendar, RFC 5545).

A part of the procedure appends to `SOURCES` a function `source(tenders, user, at)` that yields `Entry`s: for
a person those that concern them, for nobody (None) those that are public.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from icalendar import Calendar, Event

from procurement import hours, tasks
from procurement.models import Log, Tender, TermsSale
from procurement.schedule import LIMA, local_day
from procurement.services.notices import LANGUAGE


class Entry(NamedTuple):
    """One date of one call: `start` an instant, or a whole day of Lima.

    `key` names it for good within its call, however often it moves.
    """

    tender: Tender
    key: str
    start: date | datetime
    title: str
    url: str
    place: str = ""
    note: str = ""

    @property
    def day(self):
        return local_day(self.at)

    @property
    def at(self):
        """The instant by which it is sorted: a whole day comes before its hours."""
        return self.start if self.has_hour else datetime.combine(self.start, time.min, LIMA)

    @property
    def has_hour(self):
        return isinstance(self.start, datetime)

    def is_ahead(self, at):
        """Whether it is still to come at that instant; a whole day is, until it is over."""
        return not self.is_off and (self.start > at if self.has_hour else self.start >= local_day(at))

    @property
    def is_off(self):
        """Whether the call ended before it came to this."""
        ended = self.tender.ended_at
        return bool(ended) and self.has_hour and self.start > ended


def milestones(tenders, user, at):
    """The dates of the call itself, with the place of what people were called to."""
    for tender, dates in hours.of(tenders).items():
        url = reverse("tender-schedule", args=[tender.pk])
        for each in dates:
            yield Entry(tender, each.name, each.moment, capfirst(each.label), url, place=each.place)


SOURCES = [milestones]


def of(tenders, user, at):
    """Return every entry of these tenders, in the language of the people, the first date first."""
    with translation.override(LANGUAGE):
        found = [entry for source in SOURCES for entry in source(list(tenders), user, at)]
    return sorted(found, key=lambda entry: (entry.at, entry.tender.pk, entry.key))


def tenders_of(user, at):
    """Return the calls that a person works on or bought the terms of."""
    bought = TermsSale.objects.bought().of(user).values("tender")
    mine = Q(pk__in=bought) | Q(pk__in=tasks.worked_on_by(user, at).values("pk"))
    return list(Tender.objects.filter(mine).select_related("municipality", "town"))


def revisions(entries):
    """Return {origin of a log: its size}: a date moves only together with something in the log."""
    origins = {entry.tender.log_origin for entry in entries}
    return dict(Log.objects.filter(origin__in=origins).values_list("origin", "size"))


def event(entry, revision, at):
    """Return one entry as iCalendar writes it; the later `revision` wins."""
    made = Event()
    made.add("uid", f"{entry.key}.{entry.tender.ocid}@{settings.LOG_HOST}")
    made.add("sequence", revision)
    made.add("dtstamp", at)
    made.add("dtstart", entry.start.astimezone(LIMA) if entry.has_hour else entry.start)
    made.add("summary", f"{entry.title} · {entry.tender.number} {entry.tender.town}")
    if entry.place:
        made.add("location", entry.place)
    if entry.note:
        made.add("description", entry.note)
    made.add("url", f"{settings.ADDRESS}{entry.url}")
    made.add("status", "CANCELLED" if entry.is_off else "CONFIRMED")
    return made


def ics(name, entries, at):
    """Return the bytes of a calendar with these entries."""
    calendar = Calendar()
    calendar.add("prodid", "-//Convoca//ES")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", LIMA.key)
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    sizes = revisions(entries)
    for entry in entries:
        calendar.add_component(event(entry, sizes.get(entry.tender.log_origin, 0), at))
    calendar.add_missing_timezones()
    return calendar.to_ical()
