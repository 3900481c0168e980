"""Accounts: who gets one, the printed codes that open it, lost passwords, closing (decisions 1-3)."""

import secrets
import unicodedata
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procurement import clock, roles
from procurement.log import INSTALLATION, actor_id, record
from procurement.models import AccessCode, PasswordReset, User
from procurement.roles import OFFICES, Role
from procurement.services import notices
from procurement.workflow import Blocked, Refusal

CODE_DAYS = 30  # a printed code waits for a person who comes to town once a month
RESET_DAYS = 7  # a second official who has not come in a week has not seen the person
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without the signs that look alike on paper

WRONG_CODE = Refusal(
    "account.code.wrong",
    _("This document and code do not match, or the code was used or has expired. Ask for a new one."),
    _("decision 3"),
)
OTHER_NAME = Refusal(
    "account.name.differs",
    _("This identity document belongs to somebody with another name. Check its number, digit by digit."),
    _("decision 3"),
)
UNKNOWN = Refusal(
    "account.document.unknown",
    _("Nobody has an account with this identity document. Check its number, digit by digit."),
    _("decision 3"),
)
SECOND_PERSON = Refusal(
    "access.second-person.same-user",
    _("Two officials must act here, and you are the first. Somebody else must confirm."),
    _("decision 3"),
)
NOT_THEIR_OFFICIALS = Refusal(
    "access.reset.not-your-people",
    _("Only officials of a municipality in which this person acts may reset the password."),
    _("decision 3"),
)
RESET_IS_OVER = Refusal(
    "access.reset.over",
    _("This reset was confirmed already, or nobody confirmed it in time. Propose it again."),
    _("decision 3"),
)
NOTHING_TO_CHANGE = Refusal(
    "account.state.unchanged", _("The account is in that state already."), _("nothing is erased")
)


def words(name):
    """Return the words of a name, without accents or capitals: what a typist may write differently."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return set("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def enroll(*, dni, first_name, last_name, email="", phone=""):
    """Return the account of this identity document, made now where there is none; a code opens it.

    A name that is not the one of the account stops here: a wrong digit must not give a stranger an office.
    """
    user = User.objects.filter(dni=dni).first()
    if user:
        kept, typed = words(user.get_full_name()), words(f"{first_name} {last_name}")
        if not (kept <= typed or typed <= kept):
            raise Blocked(OTHER_NAME)
        return user
    user = User(dni=dni, first_name=first_name, last_name=last_name, email=email, phone=phone)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    return user


def find(dni):
    """Return the account of this identity document, or refuse."""
    user = User.objects.filter(dni=dni).first()
    if not user:
        raise Blocked(UNKNOWN)
    return user


def new_code():
    """Return a code to print: four groups of four signs, about 79 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))


def issue(user, purpose, *, by, at):
    """Write a code for this person and return it, once: only its hash stays. Earlier codes serve no more."""
    code = new_code()
    user.access_codes.filter(used_at=None, expires_at__gt=at).update(expires_at=at)
    AccessCode.objects.create(
        user=user,
        purpose=purpose,
        code_hash=make_password(code),
        issued_by=by,
        issued_at=at,
        expires_at=at + timedelta(days=CODE_DAYS),
    )
    tell_of_account("account.code", user, by=by, at=at, purpose=str(purpose))
    return code


def tell_of_account(action, user, *, by, at, **facts):
    """Record what happens to an account; one that never held an office is not named, nor who attended it.

    Who buys the terms is a secret (decision 10): the log must not say at which till an account was made.
    """
    if user.appointments.exists():
        return record(INSTALLATION, action, by=by, at=at, account=actor_id(user), **facts)
    private = {"account": actor_id(user), "by": actor_id(by)}
    return record(INSTALLATION, action, by="person", at=at, private=private, **facts)


@transaction.atomic
def use_code(*, dni, code, password):
    """Let a person with a printed code choose their password; the code serves once.

    A reset takes the second factor away too: whoever lost the password has often lost the telephone with it.
    """
    at = clock.now()
    open_codes = AccessCode.objects.select_for_update().filter(
        user__dni=dni, user__is_active=True, used_at=None, expires_at__gt=at
    )
    written = code.strip().upper()
    found = next((kept for kept in open_codes if check_password(written, kept.code_hash)), None)
    if not found:
        raise Blocked(WRONG_CODE)
    found.used_at = at
    found.save(update_fields=["used_at"])
    found.user.set_password(password)
    found.user.save(update_fields=["password"])
    if found.purpose == AccessCode.Purpose.RESET:
        Authenticator.objects.filter(user=found.user).delete()
    tell_of_account("account.open", found.user, by=found.user, at=at, purpose=found.purpose)
    return found.user


def holds_an_office(user, municipality, at):
    """Whether the user is an official of this municipality."""
    names = [role.value for role in OFFICES]
    offices = roles.held(user, at).filter(group__name__in=names, tender=None)
    return offices.filter(municipality=municipality).exists()


def acts_in(user, municipality, at):
    """Whether a person belongs to this municipality's people; somebody without any role belongs to each.

    Two officials of one town must not get at the account of another town's mayor, or of the host.
    """
    mine = roles.held(user, at)
    if mine.filter(group__name=Role.HOST.value).exists():
        return False
    return mine.filter(municipality=municipality).exists() or not mine.exists()


@transaction.atomic
def propose_reset(user, *, municipality, reason, by):
    """Propose a new code for somebody who lost the password, as an official who has the person in front."""
    at = clock.now()
    if not holds_an_office(by, municipality, at):
        raise PermissionDenied
    if not acts_in(user, municipality, at):
        raise Blocked(NOT_THEIR_OFFICIALS)
    if by == user:
        raise Blocked(SECOND_PERSON)
    proposal = PasswordReset.objects.create(
        user=user, municipality=municipality, reason=reason, proposed_by=by, proposed_at=at
    )
    tell_of_account("account.reset.propose", user, by=by, at=at)
    return proposal


@transaction.atomic
def confirm_reset(proposal, *, by):
    """Confirm, as a second official of the same municipality; return the code to print (decision 3)."""
    at = clock.now()
    proposal = PasswordReset.objects.select_for_update().get(pk=proposal.pk)
    if not holds_an_office(by, proposal.municipality, at):
        raise PermissionDenied
    if by in (proposal.proposed_by, proposal.user):
        raise Blocked(SECOND_PERSON)
    if proposal.confirmed_at or proposal.proposed_at + timedelta(days=RESET_DAYS) <= at:
        raise Blocked(RESET_IS_OVER)
    proposal.confirmed_by, proposal.confirmed_at = by, at
    proposal.save(update_fields=["confirmed_by", "confirmed_at"])
    tell_of_account(
        "account.reset.confirm", proposal.user, by=by, at=at, proposed_by=actor_id(proposal.proposed_by)
    )
    return issue(proposal.user, AccessCode.Purpose.RESET, by=by, at=at)


def resets_for(user, at):
    """Return the proposals that wait for a second official such as this one, in the towns where it is one."""
    names = [role.value for role in OFFICES]
    offices = roles.held(user, at).filter(group__name__in=names, tender=None)
    since = at - timedelta(days=RESET_DAYS)
    waiting = PasswordReset.objects.filter(confirmed_at=None, proposed_at__gt=since)
    waiting = waiting.filter(municipality__in=offices.values("municipality"))
    return waiting.select_related("user", "municipality", "proposed_by")


@transaction.atomic
def deactivate(user, *, reason, by):
    """Close an account, as the host; what the person did stays in the logs."""
    return set_active(user, False, action="account.deactivate", reason=reason, by=by)


@transaction.atomic
def reactivate(user, *, reason, by):
    """Open a closed account again, as the host: undoing is a later event."""
    return set_active(user, True, action="account.reactivate", reason=reason, by=by)


def set_active(user, active, *, action, reason, by):
    at = clock.now()
    roles.require_office(by, Role.HOST, None, at)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active == active:
        raise Blocked(NOTHING_TO_CHANGE)
    user.is_active = active
    user.save(update_fields=["is_active"])
    record(INSTALLATION, action, by=by, at=at, private={"reason": reason}, account=actor_id(user))
    warn_the_mayors(user, active, at=at)
    return user


def warn_the_mayors(user, active, *, at):
    """Tell the mayors of the towns in which the person acts: a committee may have lost its quorum."""
    towns = user.appointments.filter(roles.standing(at)).exclude(municipality=None).values("municipality")
    mayor = {"group__name": Role.MAYOR.value, "municipality__in": towns, "tender": None}
    mayors = roles.appointments().filter(roles.standing(at), **mayor).select_related("user")
    text = (
        _("The host has opened the account of %(person)s again.")
        if active
        else _("The host has closed the account of %(person)s: this person can do nothing here any more.")
    )
    subject = _("An account of your people has changed")
    notices.tell(
        [each.user for each in mayors],
        tender=None,
        subject=subject,
        text=notices.said(text, person=str(user)),
        at=at,
    )
