"""The clock of a rehearsal: it goes on like any other, and whoever rehearses puts it forward."""

from datetime import timedelta

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from procurement import clock

AHEAD = settings.DATA_DIR / "ahead"  # seconds, kept from one start to the next
A_SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
FRIDAY = 4
OPENINGS = {1: _("opening of envelope 1"), 2: _("opening of envelope 2")}
JUST_AFTER = timedelta(seconds=61)  # what closes at a deadline closes a minute later (decision 12)


def restore():
    """Let the clock go on from where the rehearsal left it."""
    if AHEAD.exists():
        clock.put_ahead(A_SECOND * int(AHEAD.read_text()))


def put_forward(by):
    """Put the clock forward, never back: what was recorded stays in order."""
    seconds = int(AHEAD.read_text()) if AHEAD.exists() else 0
    seconds += max(by // A_SECOND, 0)
    AHEAD.write_text(str(seconds))
    clock.put_ahead(A_SECOND * seconds)


def noon_of(at):
    """Return noon, as the town reads its clocks, of the first working day of the week from `at` on."""
    day = localtime(at)
    while day.weekday() > FRIDAY:
        day += DAY
    return day.replace(hour=12, minute=0, second=0, microsecond=0)


def stops(tender, at):
    """Return (label, moment) of each date that lies ahead, the next one first."""
    held = [(OPENINGS[act.stage], act.planned_at) for act in tender.opening_acts.filter(annulled_at=None)]
    told = tender.first_results.filter(superseded_at=None)
    held += [(_("time to appeal the result of envelope 1 ends"), each.appeal_until) for each in told]
    for award in tender.awards.filter(ended_at=None):
        held.append((_("time to appeal the award ends"), award.appeal_until))
    dated = planned(tender) + held
    ahead = {moment: label for label, moment in reversed(dated) if moment > at}  # one of each moment
    return [(ahead[moment], moment) for moment in sorted(ahead)]


def planned(tender):
    """Return (label, moment) of the dates of the call; an act that is convened elsewhen is held then."""
    schedule = getattr(tender, "schedule", None)
    gone = {f"opening_{act.stage}" for act in tender.opening_acts.filter(annulled_at=None)}
    if tender.first_results.filter(superseded_at=None).exists():
        gone |= {"opening_2", "award"}  # they follow the term to appeal, whatever was planned
    dated = schedule.milestones() if schedule else []
    return [(label, moment) for name, label, moment in dated if name not in gone]
