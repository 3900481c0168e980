"""Until which day a guarantee may still be claimed, and when its renewal is due. Pure dates of Lima."""

from datetime import date, datetime, time, timedelta

from guarantees.catalogue import Instrument
from procurement.business_days import Calendar, DayType, add_years
from procurement.schedule import LIMA

PRESCRIBES_AFTER = 3  # years; the action of a bill or note (Ley 27287 art. 96.1)


def claim_until(
    instrument: Instrument, expiry: date | None, calendar: Calendar, protest_waived: bool = False
) -> date | None:
    """Return the last day on which it may be demanded; None where it has no end.

    A surety falls fifteen calendar days after its expiry (CC 1898); where that is a day off, on the next
    business day (CC 183.5). A note reaches the notary in the first eight days of its protest, whatever day
    that is, unless it waives the protest. What has no window ends with its last day.
    """
    if expiry is None:
        return None
    if instrument.family == "title":
        days = timedelta(days=instrument.claim_days)
        return add_years(expiry, PRESCRIBES_AFTER) if protest_waived else expiry + days
    if instrument.claim_days:
        return calendar.deadline(expiry, instrument.claim_days, DayType.CALENDAR)
    return expiry


def protest_until(instrument: Instrument, expiry: date | None) -> date | None:
    """Return the last day of the protest of a note (Ley 27287 art. 72); None where there is none."""
    if expiry is None or not instrument.protest_days:
        return None
    return expiry + timedelta(days=instrument.protest_days)


def renewal_from(expiry: date | None, lead_days: int) -> date | None:
    """Return the day from which its renewal is asked for."""
    return None if expiry is None else expiry - timedelta(days=lead_days)


def end_of(day: date) -> datetime:
    """Return the last second of a day in Lima."""
    return datetime.combine(day, time(23, 59, 59), LIMA)
