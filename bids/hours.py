"""The acts of opening, which may be put off: their hour in calendars and reminders, and whom it concerns."""

from django.db.models import F

from bids.models import OpeningAct
from bids.services.opening import concerned
from procurement import hours
from procurement.services.reminders import CONCERNED


def openings(tenders):
    """The hour and the place of each act of opening that was convened and that nobody annulled."""
    acts = OpeningAct.objects.filter(tender__in=tenders, annulled_at=None, round=F("tender__round"))
    for act in acts:
        yield act.tender_id, f"opening_{act.stage}", hours.Held(act.place, act.planned_at)


hours.SOURCES.append(openings)
CONCERNED["opening_1"] = CONCERNED["opening_2"] = [concerned]
