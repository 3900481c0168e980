"""Reminding people of the dates of a call: 7, 3 and 1 days and 3 hours before each, once.

Whom a date concerns, `CONCERNED` says, and a later part of the procedure adds its own. What is due after the
award has its own warnings (contracts/services/duties.py). No rule waits for a reminder.
"""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from procurement import clock, hours
from procurement.guards.problems import lazily_shown
from procurement.models import Reminder, Tender
from procurement.roles import Role
from procurement.services import notices
from procurement.workflow import lock

LEADS = (3, 24, 72, 168)  # hours ahead
State = Tender.State
CALLED = {State.ANNOUNCED, State.INTEGRATED}
AWAITED = {  # in which states a milestone still lies ahead
    "announcement": {State.APPROVED},
    "sale_until": CALLED,
    "meeting_1": {State.ANNOUNCED},
    "meeting_2": {State.ANNOUNCED},
    "meeting_3": CALLED,
    "query_deadline": {State.ANNOUNCED},
    "integration": {State.ANNOUNCED},
    "submission_deadline": CALLED,
    "opening_1": {*CALLED, State.CLOSED},
    "opening_2": {State.CLOSED, State.EVALUATING},
    "award": {State.EVALUATING},
}
ENDING = {"sale_until", "query_deadline", "submission_deadline"}  # until then something may be done
LIVE = {state for states in AWAITED.values() for state in states}
PAGES = {
    "announcement": "tender",
    "sale_until": "sale-list",
    "meeting_1": "meeting-list",
    "meeting_2": "meeting-list",
    "meeting_3": "meeting-list",
    "query_deadline": "query-list",
    "integration": "query-list",
    "submission_deadline": "my-bid",
}


def buyers(tender, at):
    """Return the accounts that bought the terms."""
    bought = tender.terms_sales.bought().filter(buyer__is_active=True)
    return [sale.buyer for sale in bought.select_related("buyer")]


def holders(*some):
    """Return the question who holds one of these roles on a tender."""
    return lambda tender, at: notices.people_of(tender, *some, at=at)


THOSE_WHO_MEET = [holders(Role.COMMITTEE, Role.SECRETARY, Role.JVS), buyers]
CONCERNED = {
    "announcement": [holders(Role.COMMITTEE, Role.SECRETARY)],
    "sale_until": [holders(Role.DESK, Role.TREASURY, Role.SECRETARY)],
    "meeting_1": [*THOSE_WHO_MEET],
    "meeting_2": [*THOSE_WHO_MEET],
    "meeting_3": [*THOSE_WHO_MEET],
    "query_deadline": [buyers],
    "integration": [holders(Role.COMMITTEE, Role.SECRETARY, Role.LEGAL)],
    "submission_deadline": [buyers],
    "opening_1": [holders(Role.COMMITTEE, Role.SECRETARY, Role.JVS)],
    "opening_2": [holders(Role.COMMITTEE, Role.SECRETARY, Role.JVS)],
    "award": [holders(Role.COMMITTEE, Role.SECRETARY)],
}


def lead(moment, at):
    """Return of how many hours ahead a reminder is due; None while it is too early, or too late."""
    left = moment - at
    if left <= timedelta(0):
        return None
    return next((hours for hours in LEADS if left <= timedelta(hours=hours)), None)


def is_said(given, moment, ahead):
    """Whether people were reminded already of this instant, so many hours ahead or fewer."""
    return given is not None and given.moment == moment and given.hours <= ahead


def pending(tenders, at):
    """Return {tender: [(milestone, hours ahead)]} of what is to be said now."""
    given = {(row.tender_id, row.milestone): row for row in Reminder.objects.filter(tender__in=tenders)}
    found = defaultdict(list)
    for tender, dates in hours.of(tenders).items():
        for date in dates:
            ahead = lead(date.moment, at)
            awaited = ahead is not None and tender.state in AWAITED.get(date.name, ())
            if awaited and not is_said(given.get((tender.pk, date.name)), date.moment, ahead):
                found[tender].append((date, ahead))
    return found


def due(at):
    """Return the tenders of which somebody is to be reminded now."""
    return list(pending(Tender.objects.filter(state__in=LIVE), at))


@transaction.atomic
def remind(tender):
    """Tell those concerned, once, of each date that comes near; who comes late tells what holds now only."""
    tender = lock(tender, by=clock.ACTOR)
    at = tender.judged_at
    for date, ahead in pending([tender], at).get(tender, ()):
        kept = {"moment": date.moment, "hours": ahead}
        Reminder.objects.update_or_create(tender=tender, milestone=date.name, defaults=kept)
        people = [user for asked in CONCERNED[date.name] for user in asked(tender, at)]
        notices.tell(people, tender=tender, at=at, link=page_of(tender, date.name), **words(date, at))


def page_of(tender, name):
    return reverse(PAGES.get(name, "tender-schedule"), args=[tender.pk])


def left_of(span):
    """Say how long there is left, in days, or in hours where it is less than one; begun ones count."""
    days, full = -(-span // timedelta(days=1)), -(-span // timedelta(hours=1))
    if full > 24:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    return ngettext("%(count)d hour", "%(count)d hours", full) % {"count": full}


def words(date, at):
    """Return subject and text of a reminder."""
    text = _("%(moment)s (Lima time): %(step)s.")
    if date.name in ENDING:
        text = _("%(moment)s (Lima time): %(step)s. At the exact hour it is too late.")
    elif date.place:
        text = _("%(moment)s (Lima time), in %(place)s: %(step)s.")
    facts = {"step": date.label, "place": date.place, "moment": lazily_shown(date.moment)}
    facts["left"] = lazily_left(date.moment - at)
    subject = _("%(left)s left: %(step)s")
    return {"subject": notices.said(subject, **facts), "text": notices.said(text, **facts)}


lazily_left = lazy(left_of, str)
