"""A call without winner: declared with its causes, and the report on the barriers (rules 60, 61, 163)."""

from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bids.barriers import CAUSES
from bids.content import known
from bids.criteria import value
from bids.models import BarrierReport, Desertion
from bids.services.award import fall, require
from guarantees import sizing
from procurement import roles
from procurement.guards.award import award_of, valid_bids
from procurement.log import record
from procurement.models import TermsSale
from procurement.models.promotion import NoBidReason
from procurement.roles import Role
from procurement.services import minutes, notices, papers, sale
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance, lock

REASON_MISSING = Refusal(
    "tender.deserted.reason-missing",
    _("Write what the committee finds about the cause: the minutes and the report stand on it."),
    _("rule 60"),
)
NOT_DESERTED = Refusal(
    "barrier.report.not-deserted",
    _("The report is about a call that was declared deserted."),
    _("rule 61"),
)
REPORTED = Refusal(
    "barrier.report.exists", _("The report is published. It is not changed any more."), _("rule 61")
)
UNKNOWN_CAUSE = Refusal("barrier.report.unknown-cause", _("The field note has no such cause."), _("rule 152"))
TEXT_MISSING = Refusal(
    "barrier.report.text-missing",
    _("Every part of the report is written: what you found, or that you found nothing."),
    _("rule 61"),
)
PARTS = ("technical", "origin", "time", "communication", "proposal")
FOLLOWERS = (Role.MANAGER, Role.COMMITTEE, Role.SECRETARY, Role.JVS, Role.MAYOR)


def page(tender):
    return reverse("deserted", args=[tender.pk])


def counted(tender, name, **fields):
    """Count the rows of a relation that a part of the procedure may not have."""
    related = getattr(tender, name, None)
    return related.filter(**fields).count() if related is not None else 0


def funnel(tender):
    """Return the way from those who were invited to the valid bids, as (step, count)."""
    bids = tender.bids.presented()
    return [
        ("invited", tender.prospects.count()),
        ("bought", tender.terms_sales.bought().count()),
        ("attended", counted(tender, "attendances")),
        ("asked", counted(tender, "queries")),
        ("presented", bids.count()),
        ("valid", valid_bids(tender).count()),
    ]


STEPS = {
    "invited": _("invited one by one"),
    "bought": _("bought the terms"),
    "attended": _("came to a meeting"),
    "asked": _("queries"),
    "presented": _("presented a bid"),
    "valid": _("valid bids"),
    "scored": _("bids with points"),
}


def reached(tender):
    """Return how far a call with a winner came, as (step, count): people and bids, down to those scored."""
    counts = [each for each in funnel(tender) if each[0] != "asked"]
    return [*counts, ("scored", tender.bids.presented().filter(state="ranked").count())]


def cause_of(tender):
    """Return why nobody wins, from where the tender stands."""
    if tender.state == tender.State.CONSENTED:
        return Desertion.Cause.NO_SUBSTITUTE
    if not tender.bids.presented().exists():
        return Desertion.Cause.NO_BIDS
    return Desertion.Cause.SINGLE_BID if valid_bids(tender).exists() else Desertion.Cause.NONE_VALID


@transaction.atomic
def declare(tender, *, text, by):
    """Declare the call deserted, as the committee, with the cause in general and for each bid (rule 60)."""
    tender = lock(tender, by=by)
    roles.require(by, "declare_deserted", tender, tender.judged_at)
    require(tender, "declare_deserted")
    if not text.strip():
        raise Blocked(REASON_MISSING)
    minutes.check_public(text)
    at, cause = tender.judged_at, cause_of(tender)
    counts = dict(funnel(tender))
    per_bid = [
        {"bidder": str(bid), "pseudonym": bid.pseudonym, "state": bid.state, "reason": bid.reason}
        for bid in tender.bids.presented().select_related("bidder")
    ]
    standing = award_of(tender)
    facts = {"cause": str(cause), "text": text, "funnel": counts, "bids": per_bid}
    tender = advance(tender, "declare_deserted", by=by, at=at, **facts)
    if standing:
        fall(standing, text, at)
    found = Desertion(
        tender=tender, cause=cause, text=text.strip(), funnel=counts, per_bid=per_bid, by=by, at=at
    )
    paper = papers.render("minutes_deserted", tender=tender, found=found, steps=steps(counts))
    kept = {"office": "committee", "kind": "deserted", "title": _("The call is deserted")}
    found.minutes = minutes.write(tender, **kept, text=paper, happened_at=at, by=by, at=at)
    found.save()
    tell(found, by=by)
    return tender


def steps(counts):
    return [(STEPS[step], count) for step, count in counts.items()]


def tell(found, *, by):
    """Tell those who work on it; and ask every buyer why they did not bid (rule 61)."""
    tender, at = found.tender, found.at
    subject = said(_("Tender %(number)s is deserted"), number=tender.number)
    users = [user for user in notices.people_of(tender, *FOLLOWERS, at=at) if user != by]
    cause = Desertion.Cause(found.cause).label
    text = said(_("%(cause)s. What follows is the report on the barriers."), cause=cause)
    notices.tell(users, tender=tender, subject=subject, text=text, at=at, link=page(tender))
    asked = _(
        "You bought the terms. Tell us on your page what kept you from bidding: guarantee, origin, time, no "
        "partners, the charge, political risk, fear that users do not pay, or something else. Only numbers "
        "are published. The service goes on as until now."
    )
    sale.hand_to_all(tender, title=subject, text=asked, at=at, link=tender.get_absolute_url())


# The report


def no_bid_reasons(tender):
    """Count why those who knew of the call did not bid: buyers and prospects, by reason."""
    counts = {str(reason): 0 for reason in NoBidReason.values}
    for related in (TermsSale.objects.filter(tender=tender), tender.prospects.all()):
        for reason in related.exclude(no_bid_reason="").values_list("no_bid_reason", flat=True):
            counts[reason] += 1
    return counts


def declared_assets(tender):
    """Return what bidders declared that they own, in soles, where envelope 1 was opened (rule 163)."""
    amounts = []
    for envelope in tender.envelopes.filter(stage=1, status="open", part="public"):
        text = known((envelope.content or {}).get("form", {})).get("assets", "")
        try:
            amounts.append(Decimal(text))
        except InvalidOperation:
            continue
    return sorted(amounts)


def guarantee_barriers(tender):
    """Return each bond beside what a house and a year's turnover are worth here (rule 163)."""
    house, turnover = value(tender, "town.house_value"), value(tender, "town.annual_turnover")
    rows = []
    for slot, key in (("bid", "guarantees.bid.amount"), ("performance", "guarantees.performance.amount")):
        bond = value(tender, key)
        if bond and house and turnover:
            barrier = sizing.Barrier(bond, house, turnover, declared_assets(tender))
            rows.append(
                {
                    "slot": slot,
                    "bond": str(bond),
                    "house_value": str(house),
                    "annual_turnover": str(turnover),
                    "houses": str(barrier.houses),
                    "turnover_share": str(barrier.turnover_share),
                    "out_of_reach": barrier.out_of_reach,
                    "exceeds_local_sense": barrier.exceeds_local_sense,
                    "declared": [str(amount) for amount in barrier.declared_assets],
                }
            )
    return rows


def figures(tender):
    """Return the figures of the report; nobody is named in them."""
    desertion = getattr(tender, "desertion", None)
    return {
        "funnel": desertion.funnel if desertion else dict(funnel(tender)),
        "no_bid": no_bid_reasons(tender),
        "guarantees": guarantee_barriers(tender),
    }


@transaction.atomic
def report(tender, *, causes, by, jvs_opinion="", **parts):
    """Publish the report on the barriers of a deserted call, once, as the committee (rule 61).

    `causes`: those of rule 152 that were found here (bids/barriers.py), each with what was seen; `parts`:
    technical, origin, time, communication, proposal.
    """
    tender = lock(tender, by=by)
    at = tender.judged_at
    roles.require(by, "declare_deserted", tender, at)
    if tender.state != tender.State.DESERTED:
        raise Blocked(NOT_DESERTED)
    if hasattr(tender, "barrier_report"):
        raise Blocked(REPORTED)
    if not set(causes) <= set(CAUSES):
        raise Blocked(UNKNOWN_CAUSE)
    told = {name: parts.get(name, "").strip() for name in PARTS}
    if not all(told.values()):
        raise Blocked(TEXT_MISSING)
    minutes.check_public(*told.values(), *causes.values(), jvs_opinion)
    numbers = figures(tender)
    found = BarrierReport(
        tender=tender, figures=numbers, causes=causes, jvs_opinion=jvs_opinion, by=by, at=at, **told
    )
    record(tender, "barrier.report", by=by, at=at, figures=numbers, causes=causes, jvs=jvs_opinion, **told)
    seen = [(_(CAUSES[key].label), text) for key, text in causes.items()]
    reasons = [(NoBidReason(key).label, count) for key, count in numbers["no_bid"].items() if count]
    shown = {"steps": steps(numbers["funnel"]), "seen": seen, "reasons": reasons}
    text = papers.render("minutes_barriers", tender=tender, report=found, **shown)
    kept = {"office": "committee", "kind": "barrier-report", "title": _("Report on barriers")}
    found.minutes = minutes.write(tender, **kept, text=text, happened_at=at, by=by, at=at)
    found.save()
    subject = said(_("Report on the barriers of tender %(number)s"), number=tender.number)
    users = [user for user in notices.people_of(tender, *FOLLOWERS, at=at) if user != by]
    link = reverse("barrier-report", args=[tender.pk])
    notices.tell(users, tender=tender, subject=subject, text=told["proposal"], at=at, link=link)
    return found
