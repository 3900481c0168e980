"""Who may do what on a tender. Every permission in the product hangs on a tender.

The grant (django-guardian) says what a role may do on a tender; the appointment says who holds the role, by
which document, from when until when. Superusers get no shortcut: nothing here asks `user.has_perm`.
"""

from django.apps import apps as registry
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from . import clock


class Role(models.TextChoices):
    HOST = "host", _("Host of the installation")
    MAYOR = "mayor", _("Mayor")
    DELEGATE = "delegate", _("Delegate of the mayor for appointments")
    MANAGER = "manager", _("Municipal manager")
    LEGAL = "legal", _("Legal adviser")
    TREASURY = "treasury", _("Treasury (till)")
    DESK = "desk", _("Desk (reception of documents)")
    ATM = "atm", _("Technical area (ATM)")
    COMMITTEE = "committee", _("Committee")
    SECRETARY = "secretary", _("Secretary of the committee")
    JVS = "jvs", _("Observer of the JVS")
    ADVISER = "adviser", _("External adviser")


# Offices of the municipality hold on each of its tenders; the others are given tender by tender.
OFFICES = [Role.MAYOR, Role.DELEGATE, Role.MANAGER, Role.LEGAL, Role.TREASURY, Role.DESK, Role.ATM]

GRANTS = {
    Role.MAYOR: [
        "view_tender",
        "appoint_people",
        "cancel_tender",
        "withdraw_tender",
        "annul_act",
        "decide_appeal",
        "postpone_tender",
        "read_reserved",
        "sign_contract",
        "end_contract",
        "execute_guarantee",
        "authorise_fund",
    ],
    Role.DELEGATE: ["view_tender", "appoint_people"],
    Role.MANAGER: [
        "view_tender",
        "change_tender",
        "prepare_tender",
        "record_council_act",
        "approve_tender",
        "return_tender",
        "withdraw_tender",
        "cancel_tender",
        "decide_appeal",
        "read_reserved",
        "accept_contract_guarantee",
        "execute_guarantee",
        "prepare_contract",
        "keep_contract",
        "run_transfer",
        "authorise_fund",
    ],
    Role.LEGAL: [
        "view_tender",
        "prepare_tender",
        "draft_answer",
        "read_reserved",
        "verify_guarantee",
        "prepare_contract",
    ],
    Role.TREASURY: ["view_tender", "take_payment", "confirm_ruc", "keep_guarantees", "keep_fund"],
    Role.DESK: ["view_tender", "sell_terms", "deliver_terms", "receive_paper"],
    Role.ATM: ["view_tender", "prepare_tender", "run_transfer", "keep_contract"],
    Role.COMMITTEE: [
        "view_tender",
        "change_tender",
        "prepare_tender",
        "announce_tender",
        "postpone_tender",
        "promote_tender",
        "convene_meeting",
        "draft_answer",
        "publish_circular",
        "integrate_tender",
        "open_envelopes",
        "evaluate_bids",
        "declare_deserted",
        "award_tender",
        "answer_remark",
        "keep_custodians",
        "read_reserved",
        "accept_bid_guarantee",
    ],
    Role.SECRETARY: [
        "view_tender",
        "change_tender",
        "prepare_tender",
        "promote_tender",
        "keep_minutes",
        "keep_custodians",
        "read_reserved",
        "sell_terms",
        "deliver_terms",
        "register_query",
        "receive_paper",
        "return_envelopes",
        "consent_tender",
    ],
    Role.JVS: ["view_tender", "observe_tender"],
    Role.ADVISER: ["view_tender", "draft_answer"],
}
CODENAMES = {codename for granted in GRANTS.values() for codename in granted}
CODENAMES -= {"view_tender", "change_tender"}  # Django makes these by itself


def standing(at):
    """Select the appointments in force at that instant."""
    return Q(start__lte=at) & (Q(end__isnull=True) | Q(end__gt=at))


def in_force(user, at):
    """Select the appointments that the user holds at that instant."""
    return standing(at) & Q(user=user, user__is_active=True)


def appointments():
    return registry.get_model("procurement", "Appointment").objects


def held(user, at):
    """Return the appointments that the user holds at that instant."""
    return appointments().filter(in_force(user, at))


def seated(at):
    """Select those who act: neither an alternate who waits, nor a member in whose place an alternate sits."""
    stand_in = appointments().filter(standing(at), stands_in_for=models.OuterRef("pk"), user__is_active=True)
    return ~Q(position="alternate") & ~Q(models.Exists(stand_in))


def committee(tender, at):
    """Return the appointments of those who sit on the committee of this tender at that instant."""
    members = Q(tender=tender, group__name=Role.COMMITTEE.value, user__is_active=True)
    return appointments().filter(standing(at), members, seated(at)).select_related("user")


def through(mine):
    """Select the grants that these appointments carry: on their tender, or on all tenders of their office."""
    mine = mine.filter(group=models.OuterRef("group"))
    on_it = Q(tender=models.OuterRef("content_object"))
    by_office = Q(tender__isnull=True, municipality=models.OuterRef("content_object__municipality"))
    return Q(models.Exists(mine.filter(on_it | by_office)))


def reaching(user, codename, at):
    """Select the grants of `codename` that reach the user at that instant; who does not sit only looks on."""
    mine = held(user, at)
    if codename != "view_tender":
        mine = mine.filter(seated(at))
    return Q(permission__codename=codename) & through(mine)


def holds(user, codename, tender, at):
    """Whether a role of the user grants `codename` on this tender at that instant."""
    if user is clock.ACTOR or not user.is_authenticated:
        return False
    return tender.grants.filter(reaching(user, codename, at)).exists()


def require(user, codename, tender, at):
    """Stop here unless the user holds `codename` on this tender."""
    if not holds(user, codename, tender, at):
        raise PermissionDenied


def may(codename, *, clock_too=False):
    """A transition permission: whoever holds `codename` on the tender when the kernel judges."""

    def permission(subject, user):
        if user is clock.ACTOR:
            return clock_too
        return holds(user, codename, subject.tender, subject.judged_at)

    permission.codename, permission.clock_too = codename, clock_too
    return permission


def the_clock(subject, user):
    """A transition permission: nobody; it happens when its time comes."""
    return user is clock.ACTOR


def holds_office(user, role, municipality, at):
    """Whether the user holds this office of the municipality (None: of the installation) at that instant."""
    return held(user, at).filter(group__name=role.value, municipality=municipality, tender=None).exists()


def require_office(user, role, municipality, at):
    """Stop here unless the user holds this office; what hangs on no tender yet hangs on an office."""
    if not holds_office(user, role, municipality, at):
        raise PermissionDenied


def roles_on(tender, user, at):
    """Return the roles that the user holds on this tender at that instant, as `Role`s."""
    if not user.is_authenticated:
        return []
    mine = held(user, at).filter(Q(tender=tender) | Q(tender=None, municipality=F("municipality")))
    mine = mine.filter(municipality=tender.municipality_id)
    return [Role(name) for name in mine.values_list("group__name", flat=True).distinct()]


def groups():
    """Return {role name: pk of its group}, made where missing."""
    Group.objects.bulk_create([Group(name=role.value) for role in Role], ignore_conflicts=True)
    return dict(Group.objects.filter(name__in=Role.values).values_list("name", "pk"))


def apply_grants(tenders):
    """Make the grants on these tenders equal to GRANTS, in few questions; doing it twice changes nothing."""
    grants, by_role = registry.get_model("procurement", "TenderGroupPermission").objects, groups()
    on_a_tender = {"content_type__app_label": "procurement", "content_type__model": "tender"}
    permissions = dict(Permission.objects.filter(**on_a_tender).values_list("codename", "pk"))
    wanted = {
        (tender, by_role[role.value], permissions[codename])
        for tender in tenders.values_list("pk", flat=True)
        for role, codenames in GRANTS.items()
        for codename in codenames
    }
    names = ("content_object_id", "group_id", "permission_id")
    there = {row[:3]: row[3] for row in grants.filter(content_object__in=tenders).values_list(*names, "pk")}
    grants.filter(pk__in=[pk for row, pk in there.items() if row not in wanted]).delete()
    missing = wanted - there.keys()
    grants.bulk_create([grants.model(**dict(zip(names, row, strict=True))) for row in sorted(missing)])


def apply_grants_after_migrate(apps=registry, **kwargs):
    """Carry a change of GRANTS to the tenders that exist already."""
    if "procurement" in apps.app_configs:  # absent when migrated back to nothing
        apply_grants(registry.get_model("procurement", "Tender").objects.all())
