"""Who holds which role: the host invites the first mayor, who appoints everybody else (decisions 1-2)."""

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement import clock, roles
from procurement.committee import tied
from procurement.log import INSTALLATION, actor_id, instant, record
from procurement.models import AccessCode, Appointment, Municipality, Tender
from procurement.roles import OFFICES, Role
from procurement.services import documents, minutes, notices
from procurement.services.accounts import enroll, issue
from procurement.workflow import Blocked, Refusal, lock

RESERVED_TO_THE_MAYOR = (Role.MAYOR, Role.DELEGATE)  # a delegate makes neither mayors nor delegates

END_HAS_PASSED = Refusal(
    "appointment.end.passed", _("An appointment must end in the future."), _("appointment resolution")
)
END_BEFORE_START = Refusal(
    "appointment.end.before-start", _("An appointment must end after it starts."), _("appointment resolution")
)
NEEDS_TENDER = Refusal(
    "appointment.tender.missing", _("This role is given for one call: choose the call."), _("decision 2")
)
NEEDS_OFFICE = Refusal(
    "appointment.role.office",
    _("This is an office of the whole municipality: give it on the page of its people."),
    _("decision 2"),
)
NEEDS_POSITION = Refusal(
    "appointment.position.missing",
    _("Say whether the person chairs the committee, is a member or an alternate."),
    _("domain 4.11"),
)
CHAIR_TAKEN = Refusal(
    "appointment.chair.taken",
    _("The committee has a chair already: %(person)s. End that appointment first."),
    _("domain 4.11"),
)
MAYOR_IN_OFFICE = Refusal(
    "appointment.mayor.in-office",
    _("There is a mayor in office for that time. A town has one mayor: end that appointment first."),
    _("decision 1"),
)
ALREADY_HELD = Refusal(
    "appointment.role.already-held",
    _("This person holds this role already. End that appointment first, or let the new one start then."),
    _("appointment resolution"),
)
ALREADY_ENDED = Refusal(
    "appointment.already-ended", _("This appointment has ended already."), _("nothing is erased")
)
ALTERNATE_IS_TIED = Refusal(
    "conflict.member.declared",
    _("%(person)s declared a tie with a bidder and may not take part. Call in another alternate."),
    _("decision 20b; terms 33.3"),
)
NOT_AN_ALTERNATE = Refusal(
    "committee.alternate.not-waiting",
    _("Choose an alternate of this committee who does not sit yet, and a member whose place is not taken."),
    _("domain 4.11"),
)
ALREADY_OPEN = Refusal(
    "account.code.already-open",
    _("This person has chosen a password already. If it is lost, two officials reset it."),
    _("decision 3"),
)
INVITED_ELSEWHERE = Refusal(
    "account.code.elsewhere",
    _("Another municipality has invited this person. The code that it printed opens the account here too."),
    _("decision 3"),
)


def enter(
    user,
    role,
    *,
    document,
    start,
    municipality=None,
    tender=None,
    end=None,
    position="",
    file=None,
    stands_in_for=None,
    at=None,
):
    """Write the appointment; whether it may be written is the caller's question."""
    if tender:
        roles.apply_grants(Tender.objects.filter(pk=tender.pk))
    return Appointment.objects.create(
        group=Group.objects.get(name=Role(role).value),
        user=user,
        municipality=tender.municipality if tender else municipality,
        tender=tender,
        document=document,
        start=start,
        end=end,
        position=position,
        file=file,
        stands_in_for=stands_in_for,
        entered_at=at or start,
    )


def announce_appointment(appointment, *, by, at):
    """Record an appointment and tell the person; the name stands beside the log, the rest in it."""
    facts = {
        "role": appointment.group.name,
        "member": actor_id(appointment.user),
        "position": appointment.position,
        "document": appointment.document,
        "start": instant(appointment.start),
        "end": appointment.end and instant(appointment.end),
    }
    private = {"name": appointment.user.get_full_name()}
    tender = appointment.tender
    if not tender and appointment.municipality:
        facts["municipality"] = appointment.municipality.name
    record(tender or INSTALLATION, "appoint", by=by, at=at, private=private, **facts)
    about = {"role": appointment.role.label, "document": appointment.document}
    notices.tell(
        [appointment.user],
        tender=tender,
        subject=notices.said(_("You have been appointed: %(role)s"), **about),
        text=notices.said(
            _("You act as %(role)s by %(document)s. Your work list shows what comes next."), **about
        ),
        at=at,
        link=tender.get_absolute_url() if tender else "",
    )


@transaction.atomic
def create_municipality(*, by, **facts):
    """Create a municipality, as the host; a public event of the installation."""
    at = clock.now()
    roles.require_office(by, Role.HOST, None, at)
    municipality = Municipality.objects.create(**facts)
    named = {"municipality": municipality.pk, "name": municipality.name}
    record(INSTALLATION, "municipality.create", by=by, at=at, **named)
    return municipality


def mayors(municipality, *, start, end=None):
    """Return the appointments of mayors of this municipality that touch the time from `start` to `end`."""
    found = municipality.appointments.filter(group__name=Role.MAYOR.value, user__is_active=True)
    return overlapping(found, start, end)


def overlapping(appointments, start, end):
    """Keep the appointments that touch the time from `start` to `end` (None: without end)."""
    found = appointments.filter(Q(end=None) | Q(end__gt=start))
    return found.filter(start__lt=end) if end else found


def check_dates(start, end, at):
    if end and end <= at:
        raise Blocked(END_HAS_PASSED)
    if end and end <= start:
        raise Blocked(END_BEFORE_START)


def check_not_held(user, role, *, start, end, municipality=None, tender=None):
    """Refuse a second appointment to the same role for the same time."""
    same = Appointment.objects.filter(user=user, group__name=role.value, tender=tender, stands_in_for=None)
    same = same if tender else same.filter(municipality=municipality)
    if overlapping(same, start, end).exists():
        raise Blocked(ALREADY_HELD)


@transaction.atomic
def invite_mayor(municipality, user, *, document, by, end=None, file=None, at=None):
    """Appoint a municipality's first mayor, as the host, and return the appointment and the code to print.

    The only appointment that a host makes: later mayors are appointed by the one before, or, where there is
    none in office any more, invited like the first.
    """
    municipality = lock(municipality, by=by, at=at)
    at = municipality.judged_at
    roles.require_office(by, Role.HOST, None, at)
    check_dates(at, end, at)
    if mayors(municipality, start=at, end=end).exists():
        raise Blocked(MAYOR_IN_OFFICE)
    appointment = enter(
        user, Role.MAYOR, municipality=municipality, document=document, start=at, end=end, file=file, at=at
    )
    announce_appointment(appointment, by=by, at=at)
    code = None if user.has_usable_password() else issue(user, AccessCode.Purpose.INVITE, by=by, at=at)
    return appointment, code


def may_appoint(user, municipality, at):
    """Whether the user appoints the officials of a municipality: its mayor, or the mayor's delegate."""
    return any(roles.holds_office(user, role, municipality, at) for role in RESERVED_TO_THE_MAYOR)


def require_appointer(user, role, municipality, at):
    """Stop here unless the user may give this office: the mayor any, a delegate all but these two."""
    if role in RESERVED_TO_THE_MAYOR:
        roles.require_office(user, Role.MAYOR, municipality, at)
    elif not may_appoint(user, municipality, at):
        raise PermissionDenied


@transaction.atomic
def appoint_official(municipality, role, user, *, document, by, start=None, end=None, file=None, at=None):
    """Give an office of the municipality (manager, treasury, desk, …), as its mayor or by delegation."""
    municipality = lock(municipality, by=by, at=at)
    at = municipality.judged_at
    role, start = Role(role), start or at
    require_appointer(by, role, municipality, at)
    if role not in OFFICES:
        raise Blocked(NEEDS_TENDER)
    check_dates(start, end, at)
    if role == Role.MAYOR and mayors(municipality, start=start, end=end).exists():
        raise Blocked(MAYOR_IN_OFFICE)
    check_not_held(user, role, start=start, end=end, municipality=municipality)
    appointment = enter(
        user, role, municipality=municipality, document=document, start=start, end=end, file=file, at=at
    )
    announce_appointment(appointment, by=by, at=at)
    return appointment


def check_seat(tender, position, *, start, end):
    """Refuse a committee member without position, and a second chair for the same time."""
    if not position:
        raise Blocked(NEEDS_POSITION)
    if position != Appointment.Position.CHAIR:
        return
    chairs = tender.appointments.filter(position=position, stands_in_for=None, user__is_active=True)
    if chair := overlapping(chairs, start, end).first():
        raise Blocked(CHAIR_TAKEN.about(person=str(chair.user)))


@transaction.atomic
def appoint(tender, role, user, *, document, by, start=None, end=None, position="", file=None, at=None):
    """Give a role on one tender: committee, secretary, JVS, adviser (decision 2)."""
    tender = lock(tender, by=by, at=at)
    at = tender.judged_at
    role, start = Role(role), start or at
    roles.require(by, "appoint_people", tender, at)
    if role in (*OFFICES, Role.HOST):
        raise Blocked(NEEDS_OFFICE)
    check_dates(start, end, at)
    if role == Role.COMMITTEE:
        check_seat(tender, position, start=start, end=end)
    check_not_held(user, role, start=start, end=end, tender=tender)
    appointment = enter(
        user,
        role,
        tender=tender,
        document=document,
        start=start,
        end=end,
        position=position,
        file=file,
        at=at,
    )
    announce_appointment(appointment, by=by, at=at)
    return appointment


@transaction.atomic
def bring_in(where, role, *, upload=None, by, document, start=None, end=None, position="", **person):
    """Appoint somebody whom the mayor knows by the identity document, on a tender or in the municipality.

    Return the appointment and the code to print, or None where the account is open already.
    """
    where = lock(where, by=by)
    at, on_a_tender = where.judged_at, isinstance(where, Tender)
    municipality = where.municipality if on_a_tender else where
    if not may_appoint(by, municipality, at):
        raise PermissionDenied
    user = enroll(**person)
    place = {"municipality": municipality, "tender": where if on_a_tender else None}
    file = upload and documents.store(upload, kind="appointment", title=document, by=by, at=at, **place)
    dated = {"document": document, "start": start, "end": end, "file": file, "by": by, "at": at}
    if on_a_tender:
        appointment = appoint(where, role, user, position=position, **dated)
    else:
        appointment = appoint_official(where, role, user, **dated)
    needs_code = not why_no_code(user, municipality, at)
    return appointment, issue(user, AccessCode.Purpose.INVITE, by=by, at=at) if needs_code else None


def why_no_code(user, municipality, at):
    """Return what speaks against printing a first code for this person here; an empty list means nothing."""
    if user.has_usable_password():
        return [ALREADY_OPEN]
    elsewhere = user.appointments.exclude(municipality=municipality)
    return [INVITED_ELSEWHERE] if overlapping(elsewhere, at, None).exists() else []


@transaction.atomic
def invite(appointment, *, by):
    """Return a code to print for somebody who was appointed and has not chosen a password yet."""
    at = clock.now()
    user, municipality = appointment.user, appointment.municipality
    if not may_appoint(by, municipality, at):
        raise PermissionDenied
    if against := why_no_code(user, municipality, at):
        raise Blocked(*against)
    return issue(user, AccessCode.Purpose.INVITE, by=by, at=at)


@transaction.atomic
def end_appointment(appointment, *, document, by):
    """End an appointment now; what was done under it stays."""
    if appointment.tender:
        tender = lock(appointment.tender, by=by)
        at = tender.judged_at
        roles.require(by, "appoint_people", tender, at)
    else:
        at = clock.now()
        require_appointer(by, appointment.role, appointment.municipality, at)
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if appointment.end and appointment.end <= at:
        raise Blocked(ALREADY_ENDED)
    appointment.end = max(at, appointment.start)  # one that never started is over before it begins
    appointment.end_document = document
    appointment.save(update_fields=["end", "end_document"])
    facts = {"role": appointment.group.name, "member": actor_id(appointment.user), "document": document}
    record(appointment.tender or INSTALLATION, "appointment.end", by=by, at=at, **facts)
    about = {"role": appointment.role.label, "document": document}
    notices.tell(
        [appointment.user],
        tender=appointment.tender,
        subject=notices.said(_("Your appointment has ended: %(role)s"), **about),
        text=notices.said(_("You no longer act as %(role)s, by %(document)s."), **about),
        at=at,
    )
    return appointment


@transaction.atomic
def call_in(alternate, member, *, reason, by, end=None):
    """Let an alternate sit in a member's place, as the secretary or whoever appoints; ending that undoes it.

    The alternate takes the position of the member, who meanwhile only looks on.
    """
    tender = lock(alternate.tender, by=by)
    at = tender.judged_at
    if not roles.holds(by, "keep_minutes", tender, at):
        roles.require(by, "appoint_people", tender, at)
    waiting = tender.appointments.filter(roles.standing(at), group__name=Role.COMMITTEE.value)
    alternate = waiting.filter(position=Appointment.Position.ALTERNATE, pk=alternate.pk).first()
    member = roles.committee(tender, at).filter(pk=member.pk).first()
    if not (alternate and member) or roles.committee(tender, at).filter(user=alternate.user).exists():
        raise Blocked(NOT_AN_ALTERNATE)
    if tied(alternate):
        raise Blocked(ALTERNATE_IS_TIED.about(person=alternate.user))
    seat = enter(
        alternate.user,
        Role.COMMITTEE,
        tender=tender,
        document=alternate.document,
        start=at,
        end=end,
        position=member.position,
        stands_in_for=member,
        at=at,
    )
    facts = {"alternate": actor_id(alternate.user), "member": actor_id(member.user)}
    record(tender, "committee.call-in", by=by, at=at, private={"reason": reason}, **facts)
    leave_minutes_of_seat(seat, reason=reason, by=by, at=at)
    return seat


def leave_minutes_of_seat(seat, *, reason, by, at):
    """Write that an alternate sits for a member, and tell both (text A05)."""
    tender, title = seat.tender, _("An alternate takes a seat on the committee")
    names = {"alternate": str(seat.user), "member": str(seat.stands_in_for.user), "reason": reason}
    written = _("%(alternate)s, alternate, sits from now on in the place of %(member)s. Reason: %(reason)s.")
    told = _("%(alternate)s sits from now on in the place of %(member)s.")
    act = {"office": "committee", "kind": "call-in", "title": title, "happened_at": at}
    minutes.write(tender, text=notices.said(written, **names), by=by, at=at, **act)
    notices.tell(
        [seat.user, seat.stands_in_for.user],
        tender=tender,
        subject=title,
        text=notices.said(told, **names),
        at=at,
        link=tender.get_absolute_url(),
    )
