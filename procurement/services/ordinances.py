"""The four ordinances of a municipality: planned, agreed by the council, published (rules 25-31)."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement import clock, ordinances, roles
from procurement.log import INSTALLATION, record
from procurement.models import Municipality, Ordinance, User
from procurement.roles import Role
from procurement.services import documents, notices
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal

from .facts import ALREADY_RECORDED, as_facts, day_of, mark_superseded, not_in_the_future

NUMBER_TAKEN = Refusal(
    "ordinance.number.taken",
    _("There is an ordinance with this number already. Check the number and its year."),
    _("rule 25"),
)
NOT_AGREED = Refusal(
    "ordinance.publication.not-agreed",
    _("The council has not approved this ordinance yet: first record its number and session."),
    _("rule 25"),
)
BEFORE_THE_SESSION = Refusal(
    "ordinance.publication.before-session",
    _("It was approved on %(session)s: it cannot have been published before."),
    _("LOM art. 44"),
)
IN_FORCE_BEFORE_PUBLICATION = Refusal(
    "ordinance.in-force.before-publication",
    _("An ordinance has no effect before it is published. Write the day of publication or a later one."),
    _("rule 25; LOM art. 44"),
)
UNANSWERED = Refusal(
    "ordinance.charges.unanswered",
    _("The ordinance on charges must answer, with its article: %(questions)s"),
    _("rule 30"),
)
NO_PRICES = Refusal(
    "ordinance.charges.prices-missing",
    _("The ordinance on charges fixes the maximum price of each collateral service: write at least one."),
    _("rule 29"),
)


def begin(municipality, *, by, day=None):
    """Lock the municipality for an act of its council, which the manager enters (decision 2)."""
    at = clock.now()
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    roles.require_office(by, Role.MANAGER, municipality, at)
    not_in_the_future(day, at)
    return at


def keep(upload, *, kind, title, municipality, by, at):
    if not upload:
        return None
    title = notices.spanish(title)[:200]
    return documents.store(
        upload, kind=kind, title=title, municipality=municipality, by=by, at=at, public_at=at
    )


@transaction.atomic
def plan(municipality, *, kind, planned_on, by):
    """Say for when an ordinance is planned; again while the council has not approved it, to move the day."""
    at = begin(municipality, by=by)
    waiting = municipality.ordinances.standing().filter(kind=kind, number="")
    ordinance = waiting.first() or Ordinance(municipality=municipality, kind=kind)
    ordinance.planned_on, ordinance.entered_at, ordinance.entered_by = planned_on, at, by
    ordinance.save()
    facts = {"ordinance": ordinance.pk, "kind": kind, "planned_on": planned_on}
    record(INSTALLATION, "ordinance.plan", by=by, at=at, municipality=municipality.pk, **as_facts(facts))
    return ordinance


@transaction.atomic
def agree(municipality, *, kind, number, session_on, file, by, **settled):
    """Enter an ordinance that the council approved, with its text (rule 25).

    `settled` are its votes, workshops, contents, answers, prices and gist. It has no effect yet.
    """
    at = begin(municipality, by=by, day=session_on)
    standing = municipality.ordinances.standing()
    if standing.filter(number=number).exists():
        raise Blocked(NUMBER_TAKEN)
    if kind == Ordinance.Kind.CHARGES:
        judge_charges(settled.get("answers", {}), settled.get("prices", {}))
    ordinance = standing.filter(kind=kind, number="").first() or Ordinance(
        municipality=municipality, kind=kind
    )
    title = said(_("Ordinance %(number)s"), number=number)
    document = keep(file, kind="ordinance", title=title, municipality=municipality, by=by, at=at)
    told = {"number": number, "session_on": session_on} | settled
    for name, value in told.items():
        setattr(ordinance, name, value)
    ordinance.document, ordinance.entered_at, ordinance.entered_by = document, at, by
    ordinance.save()
    facts = {"ordinance": ordinance.pk, "kind": kind, "municipality": municipality.pk}
    record(
        INSTALLATION,
        "ordinance.agree",
        by=by,
        at=at,
        sha256=document.sha256,
        **facts,
        **as_facts(told),
    )
    tell(ordinance, _("The council approved it; it has no effect until it is published."), by=by, at=at)
    return ordinance


def judge_charges(answers, prices):
    """Refuse an ordinance on charges with an open question, or without prices (rules 29-30)."""
    if open_questions := ordinances.unanswered(answers):
        questions = " · ".join(str(question.text) for question in open_questions)
        raise Blocked(UNANSWERED.about(questions=questions))
    if not prices:
        raise Blocked(NO_PRICES)


@transaction.atomic
def publish(ordinance, *, published_on, medium, in_force_on, by, file=None):
    """Enter where and when an ordinance was published: from then on it may take effect (LOM art. 44)."""
    municipality = ordinance.municipality
    at = begin(municipality, by=by, day=published_on)
    ordinance = Ordinance.objects.select_for_update().get(pk=ordinance.pk)
    if not ordinance.number:
        raise Blocked(NOT_AGREED)
    if ordinance.published_on:
        raise Blocked(ALREADY_RECORDED)
    if published_on < ordinance.session_on:
        raise Blocked(BEFORE_THE_SESSION.about(session=ordinance.session_on))
    if in_force_on < published_on:
        raise Blocked(IN_FORCE_BEFORE_PUBLICATION)
    title = said(_("Publication of ordinance %(number)s"), number=ordinance.number)
    ordinance.proof = keep(file, kind="publication", title=title, municipality=municipality, by=by, at=at)
    told = {"published_on": published_on, "medium": medium, "in_force_on": in_force_on}
    for name, value in told.items():
        setattr(ordinance, name, value)
    ordinance.save()
    facts = as_facts(told) | {"ordinance": ordinance.pk, "kind": ordinance.kind}
    record(INSTALLATION, "ordinance.publish", by=by, at=at, municipality=municipality.pk, **facts)
    tell(ordinance, said(_("In force from %(day)s."), day=ordinance.effect_on), by=by, at=at)
    return ordinance


@transaction.atomic
def supersede(ordinance, *, reason, by):
    """Say that an ordinance was entered wrongly; it stays on its page, crossed out."""
    at = begin(ordinance.municipality, by=by)
    ordinance = Ordinance.objects.select_for_update().get(pk=ordinance.pk)
    mark_superseded(ordinance, reason=reason, by=by, at=at)
    facts = {"ordinance": ordinance.pk, "municipality": ordinance.municipality_id, "reason": reason}
    record(INSTALLATION, "ordinance.supersede", by=by, at=at, **facts)
    return ordinance


def tell(ordinance, text, *, by, at):
    link = reverse("ordinances", args=[ordinance.municipality_id])
    tell_officials(ordinance.municipality, ordinance, text, by=by, at=at, link=link)


def tell_officials(municipality, subject, text, *, by, at, link):
    """Tell those in office whom it concerns, without whoever acts."""
    names = [role.value for role in (Role.MAYOR, Role.MANAGER, Role.LEGAL, Role.ATM)]
    offices = municipality.appointments.filter(roles.standing(at), tender=None, group__name__in=names)
    users = User.objects.filter(pk__in=offices.values("user"), is_active=True).exclude(pk=by.pk)
    notices.tell(users, tender=None, subject=subject, text=text, at=at, link=link)


def in_force(municipality, kind, at):
    """Return the ordinance of that kind that holds at that instant, or None."""
    return municipality.ordinances.in_force(kind, day_of(at))
