"""What the host does for the whole installation: other hosts, the ledger of outages (decisions 1, 12)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procurement import background, clock, roles
from procurement.log import INSTALLATION, actor_id, instant, record
from procurement.models import AccessCode, Appointment, Outage, Tender
from procurement.roles import Role
from procurement.services import accounts, documents, notices, outages, people
from procurement.workflow import Blocked, Refusal, lock

FOUNDER = "shell"  # how the log names whoever runs the machine before there is a host

FOUNDED = Refusal(
    "installation.host.exists",
    _("This installation has a host already, who invites others. If that one cannot, say why (--because)."),
    _("decision 1"),
)
NOT_YET = Refusal(
    "outage.times.ahead", _("An outage is written down once it has begun, not before."), _("decision 12")
)
ENDS_BEFORE_IT_STARTS = Refusal(
    "outage.times.order", _("An outage must end after it starts."), _("decision 12")
)
OVER = Refusal(
    "outage.end.already-written", _("The end of this outage is written already."), _("nothing is erased")
)
NOT_GIVEN_UP = Refusal(
    "work.again.not-given-up",
    _("This work is done, or it will be tried again by itself."),
    _("decision 1"),
)


def hosts(at):
    """Return the appointments of those who run the machine at that instant."""
    host = {"group__name": Role.HOST.value, "municipality": None, "user__is_active": True}
    return Appointment.objects.filter(roles.standing(at), **host).select_related("user")


@transaction.atomic
def found(*, dni, name, because=""):
    """Make the first host, from the shell: an installation must start somewhere. Return the code to print.

    Once a host has chosen a password it takes a reason, which everybody can read.
    """
    at = clock.now()
    roles.apply_grants(Tender.objects.none())
    if not because and any(host.user.has_usable_password() for host in hosts(at)):
        raise Blocked(FOUNDED)
    first_name, _space, last_name = name.strip().partition(" ")
    user = accounts.enroll(dni=dni, first_name=first_name, last_name=last_name)
    record(INSTALLATION, "host.found", by=FOUNDER, at=at, host=actor_id(user), because=because)
    if not hosts(at).filter(user=user).exists():
        host = people.enter(user, Role.HOST, document="found_installation", start=at)
        people.announce_appointment(host, by=FOUNDER, at=at)
    purpose = AccessCode.Purpose.RESET if user.has_usable_password() else AccessCode.Purpose.INVITE
    return accounts.issue(user, purpose, by=user, at=at)


@transaction.atomic
def welcome_mayor(municipality, *, by, document, end=None, upload=None, **person):
    """Invite a mayor whom the host knows by the identity document; return the appointment and the code."""
    municipality = lock(municipality, by=by)
    at = municipality.judged_at
    roles.require_office(by, Role.HOST, None, at)
    kept = {"kind": "appointment", "title": document, "municipality": municipality}
    file = upload and documents.store(upload, by=by, at=at, **kept)
    user = accounts.enroll(**person)
    return people.invite_mayor(municipality, user, document=document, by=by, end=end, file=file, at=at)


@transaction.atomic
def welcome_host(*, by, document, end=None, **person):
    """Appoint another host, as a host; return the appointment and the code to print, if one is needed."""
    at = clock.now()
    roles.require_office(by, Role.HOST, None, at)
    people.check_dates(at, end, at)
    user = accounts.enroll(**person)
    people.check_not_held(user, Role.HOST, start=at, end=end)
    host = people.enter(user, Role.HOST, document=document, start=at, end=end)
    people.announce_appointment(host, by=by, at=at)
    needs_code = not user.has_usable_password()
    return host, accounts.issue(user, AccessCode.Purpose.INVITE, by=by, at=at) if needs_code else None


@transaction.atomic
def report_outage(*, start, note, by, end=None):
    """Write down that the service could not be reached; the committees that receive bids are told."""
    at = clock.now()
    roles.require_office(by, Role.HOST, None, at)
    if start > at or (end and end > at):
        raise Blocked(NOT_YET)
    if end and end <= start:
        raise Blocked(ENDS_BEFORE_IT_STARTS)
    outage = Outage.objects.create(start=start, end=end, note=note)
    facts = {"outage": outage.pk, "start": instant(start), "end": end and instant(end), "note": note}
    record(INSTALLATION, "outage.report", by=by, at=at, **facts)
    warn_committees(at)
    outages.propose_everywhere(at)
    return outage


@transaction.atomic
def end_outage(outage, *, end, by):
    """Write down when the service could be reached again."""
    at = clock.now()
    roles.require_office(by, Role.HOST, None, at)
    outage = Outage.objects.select_for_update().get(pk=outage.pk)
    if outage.end:
        raise Blocked(OVER)
    if end > at:
        raise Blocked(NOT_YET)
    if end <= outage.start:
        raise Blocked(ENDS_BEFORE_IT_STARTS)
    outage.end = end
    outage.save(update_fields=["end"])
    record(INSTALLATION, "outage.end", by=by, at=at, outage=outage.pk, end=instant(end))
    outages.propose_everywhere(at)
    return outage


@transaction.atomic
def try_again(pk, *, by):
    """Let a piece of work in the background that was given up be tried again, as a host."""
    at = clock.now()
    roles.require_office(by, Role.HOST, None, at)
    if not (row := background.renew(pk)):
        raise Blocked(NOT_GIVEN_UP)
    record(INSTALLATION, "work.again", by=by, at=at, work=row.task_path)
    return row


def warn_committees(at):
    """Tell those who may postpone, where no extension is proposed to them besides (decision 12)."""
    receiving = Tender.objects.filter(state__in=[Tender.State.ANNOUNCED, Tender.State.INTEGRATED])
    for tender in receiving.exclude(pk__in=[each.pk for each in outages.touched()]):
        notices.tell(
            notices.people_of(tender, Role.COMMITTEE, Role.SECRETARY, at=at),
            tender=tender,
            subject=_("The service could not be reached for a time"),
            text=_(
                "Look at the ledger of outages: where it covers the last hours, the deadline may be moved."
            ),
            at=at,
            link=tender.get_absolute_url(),
        )
