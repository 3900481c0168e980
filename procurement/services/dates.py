"""The dates of a call and the days on which nobody works (rules 37, 43-50; domain.md §6)."""

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procurement import clock, planning, roles
from procurement import schedule as dates
from procurement.guards import call as guards
from procurement.guards.problems import refusal, show
from procurement.log import INSTALLATION, record
from procurement.models import CalendarYear, DayOff, Schedule
from procurement.roles import Role
from procurement.services.terms import CHANGED_MEANWHILE, begin, drop_proposals
from procurement.workflow import Blocked, Refusal, check

DAY_TAKEN = Refusal(
    "calendar.day.already-entered", _("That day is in the table already. Take it out first."), _("domain 6.3")
)


@transaction.atomic
def set_schedule(tender, *, version, dated, skipped, by):
    """Set the dates of a call that is not public; an impossible order is refused with every reason (rule 50).

    `dated` names each milestone's instant (None: left out), `skipped` the reason of each meeting left out.
    """
    tender = begin(tender, by=by)
    at = tender.judged_at
    check(tender, guards.regime_is_chosen)
    stands = getattr(tender, "schedule", None) or Schedule(tender=tender)
    if stands.pk and version != stands.version:
        raise Blocked(*stale_dates(stands, dated))
    if problems := [each for each in problems_of_dates(tender, dated, skipped, at) if not each.warning]:
        raise Blocked(*map(refusal, problems))
    for name, moment in dated.items():
        setattr(stands, name, moment)
    stands.skipped = skipped
    stands.save()
    private = {name: moment and moment.isoformat() for name, moment in dated.items()} | {"skipped": skipped}
    record(tender, "schedule.set", by=by, at=at, private=private)
    drop_proposals(tender)
    return stands


def stale_dates(stands, dated):
    """Return the refusals that show both dates where somebody saved meanwhile."""
    changed = [(name, moment) for name, moment in dated.items() if getattr(stands, name) != moment]
    return [
        CHANGED_MEANWHILE.about(
            label=gettext(dates.LABELS[name]),
            theirs=show(getattr(stands, name) or "—"),
            yours=show(moment or "—"),
        )
        for name, moment in changed
    ]


def problems_of_dates(tender, dated, skipped, at):
    """Return what is wrong with proposed dates, blocks and warnings."""
    proposed = dates.Schedule(**dated, skipped=skipped)
    return [*guards.problems_of(tender, proposed), *dates.behind(proposed, at)]


def propose_dates(tender, *, announcement, query_deadline, submission_deadline):
    """Return a schedule around the three dates that the committee decides; it is judged like any other."""
    return planning.propose(
        announcement,
        query_deadline,
        submission_deadline,
        guards.rules_of(tender),
        tender.municipality.calendar(),
    )


# The days off


def require_calendar(municipality, *, by, at):
    """Stop here unless the user keeps this calendar: the manager the town's, the host that of Peru."""
    role = Role.MANAGER if municipality else Role.HOST
    roles.require_office(by, role, municipality, at)


@transaction.atomic
def add_day_off(municipality, *, date, name, kind, source, by):
    """Enter a day that departs from the working week, with the norm that says so; None: for all of Peru."""
    at = clock.now()
    require_calendar(municipality, by=by, at=at)
    if DayOff.objects.filter(municipality=municipality, date=date).exists():
        raise Blocked(DAY_TAKEN)
    facts = {"date": str(date), "name": name, "kind": str(kind), "source": source}
    record(municipality or INSTALLATION, "day-off.add", by=by, at=at, **where(municipality), **facts)
    return DayOff.objects.create(municipality=municipality, date=date, name=name, kind=kind, source=source)


@transaction.atomic
def remove_day_off(day, *, by):
    """Take out a day that was entered wrongly; what was there stands in the log."""
    at = clock.now()
    require_calendar(day.municipality, by=by, at=at)
    facts = {"date": str(day.date), "name": day.name, "kind": day.kind, "source": day.source}
    record(
        day.municipality or INSTALLATION, "day-off.remove", by=by, at=at, **where(day.municipality), **facts
    )
    day.delete()


@transaction.atomic
def confirm_year(municipality, *, year, by):
    """Say that the days off of a year are all entered, or that there are none; twice is once."""
    at = clock.now()
    require_calendar(municipality, by=by, at=at)
    found = CalendarYear.objects.filter(municipality=municipality, year=year).first()
    if found:
        return found
    record(municipality, "calendar.confirm", by=by, at=at, **where(municipality), year=year)
    return CalendarYear.objects.create(municipality=municipality, year=year, by=by, at=at)


def where(municipality):
    return {"municipality": municipality.pk} if municipality else {}
