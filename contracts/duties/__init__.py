"""What is due on a day after the award, whoever owes it: one list over all parts of the contract.

A part appends to `SOURCES` a function `source(tenders, at)` that yields `Due`s. It gets every tender at once,
and asks the database the same number of times however many there are. Nothing here is stored: a duty that is
done, or moved, is gone or moved at the next reading (rule 158).
"""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext

from procurement import business_days, roles
from procurement.models import DayOff, Tender
from procurement.roles import Role
from procurement.schedule import local_day

SOON = 30  # days


class Due(NamedTuple):
    """One thing that is due: `day` is the last day on which it is in time, a day of Lima.

    `key` names it for good within its tender. It concerns those who hold one of `roles` on the tender, and
    the `accounts` named; others see it where it is `public`. `rule` is where it comes from.
    """

    tender: Tender
    key: str
    day: date
    title: str
    url: str
    rule: str
    roles: tuple[Role, ...] = ()
    accounts: tuple[int, ...] = ()
    note: str = ""
    public: bool = True

    def concerns(self, user, held):
        """Whether it concerns somebody who holds these roles on its tender."""
        return user.pk in self.accounts or any(role in self.roles for role in held)

    @property
    def who(self):
        """Whom it concerns, in words."""
        named = [str(role.label) for role in self.roles]
        return ", ".join(named + ([gettext("the operator")] if self.accounts else []))

    def look(self, today):
        """How its tag looks on a day: late, near or still far."""
        left = (self.day - today).days
        return "overdue" if left < 0 else "wait" if left <= SOON else "pending"


SOURCES = []


def of(tenders, at):
    """Return what is due on these tenders, the first day first."""
    related = ("municipality", "town", "regime_decision")
    fresh = Tender.objects.filter(pk__in=[tender.pk for tender in tenders]).select_related(*related)
    known = {tender.pk: tender for tender in fresh}
    found = [due for source in SOURCES for due in source(known, at)]
    return sorted(found, key=lambda due: (due.day, due.tender.pk, due.key))


def roles_held(user, tenders, at):
    """Return {pk of a tender: the roles that the user holds there}, with one question for all."""
    by_office, on_it = {}, {}
    for appointment in roles.held(user, at).select_related("group"):
        kept = on_it if appointment.tender_id else by_office
        kept.setdefault(appointment.tender_id or appointment.municipality_id, []).append(appointment.role)
    return {
        tender.pk: by_office.get(tender.municipality_id, []) + on_it.get(tender.pk, []) for tender in tenders
    }


def shown_to(found, user, held):
    """Leave out what is neither public nor of this user; `held` are {pk of a tender: roles held there}."""
    return [due for due in found if due.public or due.concerns(user, held.get(due.tender.pk, ()))]


def calendars(tenders):
    """Return {municipality: its calendar}, with one question for all."""
    towns = {tender.municipality_id for tender in tenders.values()}
    rows = list(DayOff.objects.filter(Q(municipality__in=towns) | Q(municipality=None)))
    off = defaultdict(list)
    for row in rows:
        day = business_days.DayOff(row.date, row.name, business_days.Kind(row.kind), row.source)
        for town in [row.municipality_id] if row.municipality_id else towns:
            off[town].append(day)
    return {town: business_days.Calendar(off[town]) for town in towns}


def by_month(found):
    """Return [(first day of a month, what is due in it)]."""
    months = {}
    for due in found:
        months.setdefault(due.day.replace(day=1), []).append(due)
    return list(months.items())


def next_of(found, at):
    """Return what is due first from now on; what is late comes before."""
    late = [due for due in found if due.day < local_day(at)]
    return (late or found or [None])[0]
