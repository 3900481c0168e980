"""Who decides on the committee: who sits, who is tied to a bidder, who may stand in, how many must be there.

Reads only (domain.md §4.6; decisions 2 and 20b). An alternate is called in by services.people.call_in.
"""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from procurement import roles
from procurement.models import Appointment, ConflictDeclaration
from procurement.parameters import Undecided
from procurement.regimes import NotCovered
from procurement.roles import Role
from procurement.workflow import Refusal

QUORUM_NOT_MET = Refusal(
    "committee.quorum.not-met",
    _(
        "%(present_count)s of the %(quorum)s members needed are here. The act cannot go on. Call in the "
        "alternates, or set another hour."
    ),
    _("terms 4.2"),
)


def declaration(appointment):
    """Return what this person declared last on this tender, in whichever seat; None where they have not."""
    said = ConflictDeclaration.objects.filter(tender=appointment.tender_id)
    return said.filter(appointment__user=appointment.user_id).order_by("-declared_at", "-pk").first()


def tied(appointment):
    """Whether the person declared a tie, and has not taken it back since."""
    said = declaration(appointment)
    return said is not None and said.has_conflict


def seats(tender, at):
    """Return every seat of the committee, taken at that instant by a member or by who stands in."""
    return roles.committee(tender, at).order_by("start", "pk")


def undeclared(tender, at, *, bidders_known=False):
    """Return the seats whose holder has not declared, or not again since the bidders are known."""
    told = ConflictDeclaration.objects.filter(tender=tender, appointment__user=OuterRef("user"))
    if bidders_known:
        told = told.filter(bidders_known=True)
    return list(seats(tender, at).filter(~Exists(told)))


def conflicted(tender, at):
    """Return the seats whose holder declared a tie: they do not decide; an alternate is to be called in."""
    return [seat for seat in seats(tender, at) if tied(seat)]


def sitting(tender, at):
    """Return who may decide at that instant: every seat, without those whose holder declared a tie."""
    return [seat for seat in seats(tender, at) if not tied(seat)]


def sits(tender, user, at):
    """Return the seat through which this person decides, or None."""
    return next((seat for seat in sitting(tender, at) if seat.user_id == user.pk), None)


def chair(tender, at):
    """Return the seat of who presides: the chair, or who stands in for them; None where nobody does."""
    return next((seat for seat in sitting(tender, at) if seat.position == Appointment.Position.CHAIR), None)


def alternates(tender, at):
    """Return the alternates who wait and have declared no tie."""
    waiting = Q(group__name=Role.COMMITTEE.value, position=Appointment.Position.ALTERNATE)
    found = tender.appointments.filter(roles.standing(at), waiting, user__is_active=True)
    found = found.exclude(user__in=seats(tender, at).values("user")).select_related("user")
    return [each for each in found if not tied(each)]


def quorum(tender):
    """Return how many members must be present, as the terms state it; None where they do not."""
    try:
        return tender.settled("committee.quorum")
    except (NotCovered, Undecided):
        return None


def shortfall(tender, present, at):
    """Return how many of those who may decide are present, and how many must be; None where they suffice.

    `present` are users. Where neither the regime nor the terms give a number, none is invented: every seat
    must be there.
    """
    here = {user.pk for user in present}
    deciding = sum(seat.user_id in here for seat in sitting(tender, at))
    needed = quorum(tender) or len(seats(tender, at))
    return None if deciding >= needed else {"present_count": deciding, "quorum": needed}
