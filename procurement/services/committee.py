"""Declarations of interests of those who decide, advise or observe on one tender (decisions 2 and 20b)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement import roles
from procurement.log import actor_id, record
from procurement.models import ConflictDeclaration
from procurement.roles import Role
from procurement.services import notices
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, lock

DECLARE = (Role.COMMITTEE, Role.SECRETARY, Role.ADVISER, Role.JVS)
BIDDERS_KNOWN = ("evaluating", "awarded", "consented")  # their names come out of envelope 1
OVER = ("deserted", "cancelled", "withdrawn")

WITH_WHOM_MISSING = Refusal(
    "conflict.declaration.with-whom-missing",
    _("Say what kind of tie it is and with whom; for a relative, the degree. It is not published."),
    _("terms 33.1; decision 2"),
)
TENDER_IS_OVER = Refusal(
    "conflict.declaration.tender-over",
    _("This tender has ended: there is nothing left to decide."),
    _("decision 20b"),
)


def appointment_to_declare(tender, user, at):
    """Return through which appointment this person declares, or None where they need not."""
    mine = roles.held(user, at).filter(tender=tender, group__name__in=[role.value for role in DECLARE])
    return mine.order_by("pk").first()


@transaction.atomic
def declare(tender, *, by, has_conflict, tie="", kinship="", with_whom="", detail=""):
    """Declare one's ties, or that there are none; the latest declaration counts.

    Who has a tie does not decide from here on: an alternate is to be called in. That there is one is public;
    with whom and which, is not.
    """
    tender = lock(tender, by=by)
    at = tender.judged_at
    appointment = appointment_to_declare(tender, by, at)
    if not appointment:
        raise PermissionDenied
    if tender.state in OVER:
        raise Blocked(TENDER_IS_OVER)
    told = {"tie": tie, "kinship": kinship, "with_whom": with_whom, "detail": detail}
    if not has_conflict:
        told = dict.fromkeys(told, "")
    elif not with_whom or not tie or (tie == "family" and not kinship):
        raise Blocked(WITH_WHOM_MISSING)
    known = tender.state in BIDDERS_KNOWN
    declaration = ConflictDeclaration.objects.create(
        tender=tender,
        appointment=appointment,
        has_conflict=has_conflict,
        declared_at=at,
        bidders_known=known,
        **told,
    )
    facts = {
        "member": actor_id(by),
        "role": appointment.group.name,
        "has_conflict": has_conflict,
        "bidders_known": known,
    }
    record(tender, "conflict.declare", by=by, at=at, private=told, **facts)
    if has_conflict:
        ask_for_alternate(tender, appointment, by=by, at=at)
    return declaration


def ask_for_alternate(tender, appointment, *, by, at):
    """Tell those who can call in an alternate that somebody steps aside."""
    who = notices.people_of(tender, Role.MAYOR, Role.SECRETARY, Role.COMMITTEE, at=at)
    notices.tell(
        [user for user in who if user != by],
        tender=tender,
        subject=said(_("%(person)s declared a tie and steps aside"), person=by),
        text=said(
            _("%(person)s (%(role)s) declared a tie and may not take part. Call in an alternate."),
            person=by,
            role=appointment.role.label,
        ),
        at=at,
        link=reverse("tender-people", args=[tender.pk]),
    )
