"""The clock of a rehearsal: it goes on like any other, and whoever rehearses puts it forward."""

from datetime import timedelta

from django.conf import settings

from procurement import clock

AHEAD = settings.DATA_DIR / "ahead"  # seconds, kept from one start to the next
A_SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
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


def stops(tender, at):
    """Return (label, before, after) of each date that lies ahead: an hour before it, and just after it."""
    schedule = getattr(tender, "schedule", None)
    ahead = (
        [(label, moment) for _name, label, moment in schedule.milestones() if moment > at] if schedule else []
    )
    return sorted(ahead, key=lambda each: each[1])
