from .account import AccessCode, PasswordReset, User
from .appointment import Appointment
from .board import Delegate, NeighbourhoodBoard
from .changes import Change, Proposal
from .conflict import ConflictDeclaration
from .document import Document
from .event import Checkpoint, Cosignature, Event, Log, LogWitness, PrivatePart
from .mail import Mail
from .meeting import Attendance, BidderMeeting, Invitation, MeetingQuestion
from .minutes import Erratum, Minutes, Remark, Witnessing
from .municipality import CalendarYear, DayOff, Municipality, Outage, Pulse, Town
from .notice import Notice
from .ordinance import Ordinance
from .override import Override
from .preparation import ApprovedModel, Assembly, CouncilAgreement, RegimeDecision, Study
from .printing import Printing, SignedPaper
from .promotion import (
    BarrierCheck,
    Communication,
    Contact,
    Prospect,
    PublicQuestion,
    Support,
    TimeRequest,
)
from .query import Circular, Query
from .reminder import Reminder
from .sale import Delivery, TermsSale
from .schedule import Schedule
from .tender import Tender, TenderGroupPermission, TenderUserPermission
from .terms import Terms

__all__ = [
    "AccessCode",
    "Appointment",
    "ApprovedModel",
    "Assembly",
    "Attendance",
    "BarrierCheck",
    "BidderMeeting",
    "CalendarYear",
    "Change",
    "Checkpoint",
    "Circular",
    "Communication",
    "ConflictDeclaration",
    "Contact",
    "Cosignature",
    "CouncilAgreement",
    "DayOff",
    "Delegate",
    "Delivery",
    "Document",
    "Erratum",
    "Event",
    "Invitation",
    "Log",
    "LogWitness",
    "Mail",
    "MeetingQuestion",
    "Minutes",
    "Municipality",
    "NeighbourhoodBoard",
    "Notice",
    "Ordinance",
    "Outage",
    "Override",
    "PasswordReset",
    "Printing",
    "SignedPaper",
    "PrivatePart",
    "Proposal",
    "Prospect",
    "PublicQuestion",
    "Pulse",
    "Query",
    "RegimeDecision",
    "Remark",
    "Reminder",
    "Schedule",
    "Study",
    "Support",
    "Tender",
    "TenderGroupPermission",
    "TenderUserPermission",
    "Terms",
    "TermsSale",
    "TimeRequest",
    "Town",
    "User",
    "Witnessing",
]
