"""The pulse of the service, the silences that it notices by itself, and the extension that follows from one
(decision 12; terms 35.3).
"""

from datetime import timedelta
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procurement import clock, planning
from procurement.guards import call as guards
from procurement.guards.problems import lazily_shown
from procurement.log import INSTALLATION, instant, record
from procurement.models import Outage, Pulse, Tender
from procurement.roles import Role
from procurement.schedule import local_day
from procurement.services import changes, notices
from procurement.services.notices import said, spanish

SILENCE = timedelta(minutes=2)  # four beats of the background: less is a restart
PATIENCE = 10  # seconds that the service may take to say that it is well
ROUND = timedelta(minutes=5)  # a new deadline is a time that people remember
MOST_DAYS = 14
NO_SIGN = _("The service gave no sign of life: noticed by itself.")


def is_well():
    """Whether the service answers on the address that is watched; without one, that this runs is the sign."""
    if not settings.WATCHED:
        return True
    try:
        with urlopen(settings.WATCHED, timeout=PATIENCE) as answer:  # noqa: S310 - the host's own setting
            return answer.status == 200
    except (URLError, TimeoutError, OSError):
        return False


@transaction.atomic
def beat(*, well):
    """Note a sign of life, and what was silent before it; or that there is none (`well` is false)."""
    at = clock.now()
    pulse, _made = Pulse.objects.select_for_update().get_or_create(pk=1, defaults={"at": at})
    going_on = Outage.objects.filter(noticed=True, end=None).first()
    if at - pulse.at > SILENCE and going_on is None:
        going_on = notice(pulse.at, at)
    if well:
        if going_on:
            end(going_on, at)
        pulse.at = at  # also where the clock was set back: from then on it counts anew
        pulse.save()


def notice(start, at):
    """Write a silence into the ledger, as the clock."""
    outage = Outage.objects.create(start=start, note=spanish(NO_SIGN), noticed=True)
    facts = {"outage": outage.pk, "start": instant(start), "end": None, "note": outage.note}
    record(INSTALLATION, "outage.report", by=clock.ACTOR, at=at, **facts)
    return outage


def end(outage, at):
    """Write that the service is back, and propose what follows from it."""
    outage.end = at
    outage.save(update_fields=["end"])
    record(INSTALLATION, "outage.end", by=clock.ACTOR, at=at, outage=outage.pk, end=instant(at))
    propose_everywhere(at)


# What follows from it


def touched():
    """Return the calls in whose last hours before the deadline the service failed for as long as counts."""
    receiving = Tender.objects.filter(state__in=[Tender.State.ANNOUNCED, Tender.State.INTEGRATED])
    return [tender for tender in receiving if guards.outage_holds_the_close(tender)]


def propose_everywhere(at):
    for tender in touched():
        propose(tender, at)


def propose(tender, at):
    """Tell those who may postpone that the terms move the deadline for everybody, and to when."""
    to = extended(tender, at)
    text = said(
        _(
            "The service failed in the last hours before the deadline. The terms then move it for everybody: "
            "to %(to)s. Postpone it with an act, or say why it stays; until then the reception stays open."
        ),
        to=lazily_shown(to),
    )
    users = notices.people_of(tender, Role.COMMITTEE, Role.SECRETARY, at=at)
    subject = _("The deadline is to be moved: the service failed")
    link = f"{tender.get_absolute_url()}postpone/"
    notices.tell(users, tender=tender, subject=subject, text=text, at=at, link=link)


def lasted(tender, at):
    """Return how long the failures lasted that reach into the last hours before the deadline."""
    deadline = tender.schedule.submission_deadline
    found = guards.outages_before(deadline, tender.stated["outage.window_hours"])
    answered = guards.last_postponement(tender)
    starts = [max(each.start, answered) if answered else each.start for each in found]
    ends = [each.end or at for each in found]
    return guards.joined(zip(starts, ends, strict=True))


def extended(tender, at):
    """Return the deadline that the terms give after a failure, or None where they give none.

    As much later as it lasted, and no less than they say; on the same day if the other dates leave room, else
    on the first working day that does.
    """
    if not guards.outage_holds_the_close(tender):
        return None
    deadline = tender.schedule.submission_deadline
    least = timedelta(hours=tender.stated.get("outage.minimum_extension_hours", 1))
    length = max(lasted(tender, at), least)
    earliest = deadline + -(-length // ROUND) * ROUND
    days = (deadline + timedelta(days=day) for day in range(1, MOST_DAYS))
    wanted = [earliest, *(day for day in days if day > earliest)]
    return next((to for to in wanted if to > at and fits(tender, to, at)), earliest)


def reason():
    """Return the reason of such a postponement, as the minutes will say it."""
    return spanish(_("The service failed in the last hours before the deadline (ledger of outages)."))


def fits(tender, to, at):
    """Whether the call can be postponed to this deadline, on a working day, all the other dates following."""
    before = tender.schedule.dates()
    calendar, rules = tender.municipality.calendar(), guards.rules_of(tender)
    if not calendar.is_business(local_day(to)):
        return False
    after = planning.shift(before, "submission_deadline", to, rules, calendar, at=at)
    return not changes.judge_dates(tender, before, after, at)
