from .account import AccessCode, User
from .appointment import Appointment
from .document import Document
from .event import Event, Log, PrivatePart
from .minutes import Erratum, Minutes, Remark, Witnessing
from .municipality import DayOff, Municipality, Outage, Town
from .notice import Notice
from .override import Override
from .schedule import Schedule
from .tender import Tender, TenderGroupPermission, TenderUserPermission

__all__ = [
    "AccessCode",
    "Appointment",
    "DayOff",
    "Document",
    "Erratum",
    "Event",
    "Log",
    "Minutes",
    "Municipality",
    "Notice",
    "Outage",
    "Override",
    "PrivatePart",
    "Remark",
    "Schedule",
    "Tender",
    "TenderGroupPermission",
    "TenderUserPermission",
    "Town",
    "User",
    "Witnessing",
]
