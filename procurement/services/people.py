"""Accounts and appointments: the host invites the first mayor, the mayor appoints everybody else (decisions
1-5).
"""

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement import clock, roles
from procurement.log import INSTALLATION, actor_id, instant, record
from procurement.models import AccessCode, Appointment, Municipality, Tender, User
from procurement.roles import OFFICES, Role
from procurement.workflow import Blocked, Refusal, lock

CODE_DAYS = 30  # a printed code waits for a person who comes to town once a month
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without the signs that look alike on paper

END_HAS_PASSED = Refusal(
    "appointment.end.passed", _("An appointment must end in the future."), _("appointment resolution")
)
NEEDS_TENDER = Refusal(
    "appointment.tender.missing", _("This role is given for one call: choose the call."), _("decision 2")
)
NEEDS_POSITION = Refusal(
    "appointment.position.missing",
    _("Say whether the person chairs the committee, is a member or an alternate."),
    _("domain 4.11"),
)
WRONG_CODE = Refusal(
    "account.code.wrong",
    _("This document and code do not match, or the code was used or has expired. Ask for a new one."),
    _("decision 3"),
)
SECOND_PERSON = Refusal(
    "access.second-person.same-user",
    _("Two officials must act here, and you are the first. Somebody else must confirm."),
    _("decision 3"),
)


@transaction.atomic
def create_municipality(*, by, **facts):
    """Create a municipality, as the host; a public event of the installation."""
    at = clock.now()
    roles.require_office(by, Role.HOST, None, at)
    municipality = Municipality.objects.create(**facts)
    record(
        INSTALLATION,
        "municipality.create",
        by=by,
        at=at,
        municipality=municipality.pk,
        name=municipality.name,
    )
    return municipality


def enroll(*, dni, first_name, last_name, email="", phone=""):
    """Return the account of this identity document, made now where there is none; it cannot sign in without a
    code.
    """
    user = User.objects.filter(dni=dni).first()
    if user:
        return user
    user = User(dni=dni, first_name=first_name, last_name=last_name, email=email, phone=phone)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    return user


def new_code():
    """Return a code to print: four groups of four signs, about 79 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def issue(user, purpose, *, by, at, confirmed_by=None):
    """Write a code for this person and return it, once: only its hash stays."""
    code = new_code()
    AccessCode.objects.create(
        user=user,
        purpose=purpose,
        code_hash=make_password(code),
        issued_by=by,
        confirmed_by=confirmed_by,
        issued_at=at,
        expires_at=at + timedelta(days=CODE_DAYS),
    )
    record(INSTALLATION, "account.code", by=by, at=at, account=actor_id(user), purpose=str(purpose))
    return code


@transaction.atomic
def use_code(*, dni, code, password):
    """Let a person with a printed code choose their password; the code serves once."""
    at = clock.now()
    open_codes = AccessCode.objects.select_for_update().filter(
        user__dni=dni, user__is_active=True, used_at=None, expires_at__gt=at
    )
    found = next((kept for kept in open_codes if check_password(code.strip().upper(), kept.code_hash)), None)
    if not found:
        raise Blocked(WRONG_CODE)
    found.used_at = at
    found.save(update_fields=["used_at"])
    found.user.set_password(password)
    found.user.save(update_fields=["password"])
    record(INSTALLATION, "account.open", by=found.user, at=at, purpose=found.purpose)
    return found.user


@transaction.atomic
def reset(user, *, by, confirmed_by):
    """Give a new code to somebody who lost the password: two officials of one municipality (decision 3)."""
    at = clock.now()
    if by == confirmed_by or user in (by, confirmed_by):
        raise Blocked(SECOND_PERSON)
    for official in (by, confirmed_by):
        if not roles.held(official, at).filter(group__name__in=[role.value for role in OFFICES]).exists():
            raise PermissionDenied
    return issue(user, AccessCode.Purpose.RESET, by=by, at=at, confirmed_by=confirmed_by)


@transaction.atomic
def deactivate(user, *, by):
    """Close an account, as the host; what the person did stays in the logs."""
    at = clock.now()
    roles.require_office(by, Role.HOST, None, at)
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(INSTALLATION, "account.deactivate", by=by, at=at, account=actor_id(user))
    return user


def enter(user, role, *, document, start, municipality=None, tender=None, end=None, position="", file=None):
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
    )


@transaction.atomic
def invite_mayor(municipality, user, *, document, by, end=None):
    """Appoint a municipality's first mayor, as the host; the only appointment that a host makes."""
    at = clock.now()
    roles.require_office(by, Role.HOST, None, at)
    municipality = Municipality.objects.select_for_update().get(pk=municipality.pk)
    in_office = Q(start__lte=at) & (Q(end=None) | Q(end__gt=at))
    if municipality.appointments.filter(in_office, group__name=Role.MAYOR.value).exists():
        raise PermissionDenied
    appointment = enter(user, Role.MAYOR, municipality=municipality, document=document, start=at, end=end)
    announce_appointment(appointment, by=by, at=at)
    return appointment, issue(user, AccessCode.Purpose.INVITE, by=by, at=at)


def announce_appointment(appointment, *, by, at):
    """Record an appointment: the role and the document are public, the name stands beside the log."""
    facts = {
        "role": appointment.group.name,
        "member": actor_id(appointment.user),
        "position": appointment.position,
        "document": appointment.document,
        "start": instant(appointment.start),
        "end": appointment.end and instant(appointment.end),
    }
    private = {"name": appointment.user.get_full_name()}
    record(appointment.tender or INSTALLATION, "appoint", by=by, at=at, private=private, **facts)


@transaction.atomic
def appoint_official(municipality, role, user, *, document, by, start=None, end=None, file=None):
    """Give an office of the municipality (manager, treasury, desk, …), as its mayor."""
    at = clock.now()
    roles.require_office(by, Role.MAYOR, municipality, at)
    if role not in OFFICES:
        raise Blocked(NEEDS_TENDER)
    if end and end <= at:
        raise Blocked(END_HAS_PASSED)
    appointment = enter(
        user, role, municipality=municipality, document=document, start=start or at, end=end, file=file
    )
    announce_appointment(appointment, by=by, at=at)
    return appointment


@transaction.atomic
def appoint(tender, role, user, *, document, by, start=None, end=None, position="", file=None):
    """Give a role on one tender: committee, secretary, JVS, adviser (decision 2)."""
    tender = lock(tender, by=by)
    at = tender.judged_at
    roles.require(by, "appoint_people", tender, at)
    if end and end <= at:
        raise Blocked(END_HAS_PASSED)
    if role == Role.COMMITTEE and not position:
        raise Blocked(NEEDS_POSITION)
    appointment = enter(
        user, role, tender=tender, document=document, start=start or at, end=end, position=position, file=file
    )
    announce_appointment(appointment, by=by, at=at)
    return appointment


@transaction.atomic
def end_appointment(appointment, *, document, by):
    """End an appointment now; what was done under it stays."""
    if appointment.tender:
        tender = lock(appointment.tender, by=by)
        at = tender.judged_at
        roles.require(by, "appoint_people", tender, at)
    else:
        at = clock.now()
        roles.require_office(by, Role.MAYOR, appointment.municipality, at)
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    appointment.end = at
    appointment.save(update_fields=["end"])
    facts = {"role": appointment.group.name, "member": actor_id(appointment.user), "document": document}
    record(appointment.tender or INSTALLATION, "appointment.end", by=by, at=at, **facts)
    return appointment
