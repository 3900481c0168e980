"""What facts of the preparation have in common: a day, a paper, minutes, and how they stop counting."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from procurement import roles
from procurement.log import record
from procurement.models import CouncilAgreement
from procurement.roles import Role
from procurement.services import documents, minutes, notices, papers
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, lock

IN_THE_FUTURE = Refusal(
    "preparation.fact.in-future",
    _("That day has not come yet. Write the day on which it really took place."),
    _("decision 2"),
)
FROZEN = Refusal(
    "tender.change.published-text-frozen",
    _("The call is public and rests on this. It no longer changes; return to the preparation if it must."),
    _("product.md, principle 4"),
)
ALREADY_RECORDED = Refusal(
    "preparation.fact.already-recorded",
    _("This is recorded already. If it was wrong, say so on its page first; nothing is overwritten."),
    _("rule 22"),
)
ALREADY_SUPERSEDED = Refusal(
    "preparation.fact.already-superseded", _("This no longer counts already."), _("rule 22")
)
TITLES = {
    "assembly": _("Assembly: %(fact)s"),
    "council_agreement": _("Certificate: %(fact)s"),
    "regime": _("Choice of the law of the call"),
}
FOLLOWERS = (Role.MANAGER, Role.LEGAL, Role.ATM, Role.COMMITTEE, Role.SECRETARY, Role.JVS)


def day_of(at):
    """Return the day in Lima of an instant."""
    return localtime(at).date()


def not_in_the_future(day, at):
    if day and day > day_of(at):
        raise Blocked(IN_THE_FUTURE)


def before_the_call(tender):
    """Whether what the call rests on may still change: until it is announced, or once it is returned."""
    return tender.state in ("draft", "approved")


def begin(tender, *, by, day=None, codename="prepare_tender", frozen=FROZEN):
    """Lock the tender for a fact that took place on `day`.

    Once the call is public it is refused with `frozen`; None where that does not matter.
    """
    tender = lock(tender, by=by)
    roles.require(by, codename, tender, tender.judged_at)
    if frozen and not before_the_call(tender):
        raise Blocked(frozen)
    not_in_the_future(day, tender.judged_at)
    return tender


def keep(upload, *, kind, title, tender, by):
    """Store the paper of a fact, public with the tender; nothing where there is none."""
    if not upload:
        return None
    at, municipality = tender.judged_at, tender.municipality
    return documents.store(
        upload,
        kind=kind,
        title=notices.spanish(title)[:200],
        municipality=municipality,
        tender=tender,
        by=by,
        at=at,
        public_at=at,
    )


def as_facts(values):
    """Return values as the log takes them: a number that is not whole, and a day, as text."""
    return {
        name: str(value) if isinstance(value, Decimal | date | str) else value
        for name, value in values.items()
    }


def tell(tender, subject, text, *, by):
    """Tell those who follow the preparation, without whoever acts."""
    at = tender.judged_at
    users = [user for user in notices.people_of(tender, *FOLLOWERS, at=at) if user != by]
    link = reverse("tender-preparation", args=[tender.pk])
    notices.tell(users, tender=tender, subject=subject, text=text, at=at, link=link)


def leave_minutes(fact, name, *, office, by, **facts):
    """Leave a certificate of a fact among the minutes: it says the day of the fact, and is written now."""
    tender = fact.tender
    text = papers.render(f"minutes_{name}", tender=tender, fact=fact, **facts)
    at = tender.judged_at
    title = said(TITLES[name], fact=fact)
    return minutes.write(
        tender, office=office, kind=name, title=title, text=text, happened_at=at, by=by, at=at
    )


@transaction.atomic
def supersede(fact, *, reason, by):
    """Say that a fact of a tender no longer counts, and why; it stays on its page, crossed out (rule 22)."""
    council = isinstance(fact, CouncilAgreement)
    codename = "record_council_act" if council else "prepare_tender"
    tender = begin(fact.tender, by=by, codename=codename)
    fact = type(fact).objects.select_for_update().get(pk=fact.pk)
    mark_superseded(fact, reason=reason, by=by, at=tender.judged_at)
    facts = {"fact": fact._meta.model_name, "id": fact.pk, "reason": reason}
    record(tender, "preparation.supersede", by=by, at=tender.judged_at, **facts)
    tell(tender, said(_("A record no longer counts: %(fact)s"), fact=fact), reason, by=by)
    return fact


def mark_superseded(fact, *, reason, by, at):
    if fact.superseded_at:
        raise Blocked(ALREADY_SUPERSEDED)
    fact.superseded_at, fact.superseded_by, fact.superseded_reason = at, by, reason
    fact.save(update_fields=["superseded_at", "superseded_by", "superseded_reason"])
