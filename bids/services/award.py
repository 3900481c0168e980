"""The award, its consent, and the next in rank where the winner does not sign (rules 57, 159; §4.1)."""

from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bids import deadlines, scoring, what_if
from bids.criteria import value
from bids.models import Award
from bids.scoring import Offer
from bids.services.evaluation import tell_bidder, term
from bids.services.ranking import ranking_page, scale_of
from procurement import clock, roles
from procurement.guards.award import award_of, is_single_and_same_day, next_in_rank, ranking_of
from procurement.guards.problems import lazily_shown
from procurement.roles import Role
from procurement.services import minutes, notices, papers, sale
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance, here, lock, refusals, wrong_state

REASON_MISSING = Refusal(
    "award.next.reason-missing",
    _("Write why the award falls: which paper was not handed in, and by when it was due."),
    _("terms 29.5"),
)
EVERYBODY = (Role.MANAGER, Role.COMMITTEE, Role.SECRETARY, Role.JVS, Role.MAYOR, Role.LEGAL)


def page(tender):
    return reverse("award", args=[tender.pk])


@transaction.atomic
def award(tender, *, by):
    """Announce the winner: the first of the ranking, once it is signed and nothing is left (rule 159)."""
    tender = lock(tender, by=by)
    roles.require(by, "award_tender", tender, tender.judged_at)
    require(tender, "award")
    row = ranking_of(tender).body["rows"][0]
    facts = {"pseudonym": row["pseudonym"], "winner": row["name"], "percentage": row["percentage"]}
    facts |= {"score": row["published"], "words": scoring.words(Decimal(row["percentage"]))}
    tender = advance(tender, "award", by=by, at=tender.judged_at, **facts)
    found = make(tender, tender.bids.get(pk=row["bidder"]))
    leave(found, "minutes_award", _("Award of the tender"), by=by)
    announce(found, by=by)
    return tender


def require(tender, action):
    """Stop here with every reason against a step, before anything is read that it stands on."""
    rule = next((rule for rule in here(tender) if rule.name == action), None)
    if rule is None:
        raise Blocked(wrong_state(tender, action))
    if reasons := refusals(tender, rule):
        raise Blocked(*reasons)


def make(tender, bid):
    """Write the award to a bid; the time to appeal runs from now."""
    at = tender.judged_at
    bid.tender = tender
    return Award.objects.create(
        tender=tender,
        bid=bid,
        ranking=ranking_of(tender),
        percentage=bid.offer,
        score=bid.score,
        place=bid.place,
        awarded_at=at,
        appeal_until=term(tender, at, "appeal.days", "appeal.day_type"),
    )


def leave(found, name, title, *, by, **facts):
    """Leave the minutes of an award, or of its consent."""
    tender, at = found.tender, found.tender.judged_at
    ranking = found.ranking
    told = {"award": found, "words": scoring.words(found.percentage), "ranking": ranking}
    told |= {"remarks": tender.remarks.count(), "authority": value(tender, "appeal.authority", "")}
    text = papers.render(name, tender=tender, **told, **facts)
    kept = {"office": "committee", "kind": name.removeprefix("minutes_"), "title": title}
    left = minutes.write(tender, **kept, text=text, happened_at=at, by=by, at=at)
    if name == "minutes_award":
        found.minutes = left
        found.save(update_fields=["minutes"])
    return left


def announce(found, *, by):
    """Tell everybody who won, and each bidder where they stand and what would have won (rule 159)."""
    tender, at = found.tender, found.tender.judged_at
    link = page(tender)
    subject = said(_("The award goes to %(bidder)s"), bidder=found.bid)
    text = said(
        _(
            "It offered %(percentage)s %% for the fund, and has %(score)s points. Appeals are open until "
            "%(until)s."
        ),
        percentage=found.percentage,
        score=found.score,
        until=lazily_shown(found.appeal_until),
    )
    users = [user for user in notices.people_of(tender, *EVERYBODY, at=at) if user != by]
    notices.tell(users, tender=tender, subject=subject, text=text, at=at, link=link)
    sale.hand_to_all(tender, title=subject, text=text, at=at, link=link)
    for bid in tender.bids.presented().filter(state="ranked").select_related("bidder__account"):
        bid.tender = tender
        tell_place(found, bid)


def tell_place(found, bid):
    """Tell a bidder the result: the winner what to prepare, the others their points and what was lacking."""
    tender, at, until = found.tender, found.tender.judged_at, lazily_shown(found.appeal_until)
    if bid.pk == found.bid_id:
        text = said(
            _(
                "It is not final yet: appeals are open until %(until)s. Prepare what the terms ask for the "
                "signature."
            ),
            until=until,
        )
        tell_bidder(bid, _("You have the award"), text, at=at, link=page(tender))
        return
    lacking = needed(tender, bid)
    told = _("You have %(score)s points, place %(place)s. You may appeal until %(until)s.")
    if lacking is not None:
        told = _(
            "You have %(score)s points, place %(place)s. To win you would have had to offer %(needed)s %%. "
            "You may appeal until %(until)s."
        )
    text = said(told, score=bid.score, place=bid.place, until=until, needed=lacking)
    tell_bidder(bid, _("The result of the tender"), text, at=at, link=ranking_page(tender))


def needed(tender, bid):
    """Return the least percentage with which this bid would have been first, or None."""
    rows = ranking_of(tender).body["rows"]
    offers = [
        Offer(
            row["bidder"],
            Decimal(row["percentage"]),
            row["is_local"],
            None if row["technical"] is None else Decimal(row["technical"]),
        )
        for row in rows
    ]
    return what_if.needed(offers, scale_of(tender), str(bid.pk))


@transaction.atomic
def consent(tender, *, by):
    """Record that nobody may appeal any more, as the secretary or the clock; the award is final."""
    tender = lock(tender, by=by)
    at = tender.judged_at
    found = award_of(tender)
    facts = {"single": is_single_and_same_day(tender)} if found else {}
    tender = advance(tender, "consent", by=by, at=at, **facts)
    found.tender, found.consented_at = tender, at
    found.save(update_fields=["consented_at"])
    appeals = tender.appeals.filter(against="award", decided_at__gte=found.awarded_at)
    signing = signing_deadline(tender, at)
    leave(found, "minutes_consent", _("Certificate of consent"), by=by, appeals=appeals, signing=signing)
    users = [user for user in notices.people_of(tender, *EVERYBODY, at=at) if user != by]
    subject = _("The award is final")
    text = said(_("The award to %(bidder)s is final."), bidder=found.bid)
    notices.tell(users, tender=tender, subject=subject, text=text, at=at, link=page(tender))
    told = _("The award is final. Hand in what the signature needs until %(until)s; else it is lost.")
    bid = found.bid
    bid.tender = tender
    tell_bidder(bid, subject, said(told, until=signing and lazily_shown(signing)), at=at, link=page(tender))
    return tender


def signing_deadline(tender, at):
    """Return until when the winner hands in what the signature needs; None where the terms do not say it."""
    days = value(tender, "signing_days")
    if days is None:
        return None
    kind = value(tender, "signing_day_type", "calendar")
    return deadlines.after(at, days, kind, tender.municipality.calendar())


def due_for_consent(at):
    """Return the tenders whose award nobody may appeal any more and nobody has appealed."""
    found = Award.objects.filter(ended_at=None, appeal_until__lte=at, tender__state="awarded")
    pending = ["filed", "observed", "admitted", "heard"]
    found = found.exclude(tender__appeals__state__in=pending)
    return [each.tender for each in found.select_related("tender")]


@transaction.atomic
def pass_to_next(tender, *, reason, by):
    """Award the call to the next in rank: the winner did not sign, or did not hand in what it owes."""
    tender = lock(tender, by=by)
    roles.require(by, "award_tender", tender, tender.judged_at)
    require(tender, "pass_to_next")
    if not reason.strip():
        raise Blocked(REASON_MISSING)
    at = tender.judged_at
    follower, old = next_in_rank(tender), award_of(tender)
    fall(old, reason, at)
    facts = {"winner": str(follower), "pseudonym": follower.pseudonym, "reason": reason}
    tender = advance(tender, "pass_to_next", by=by, at=at, **facts)
    found = make(tender, follower)
    leave(found, "minutes_award", _("Award to the next in rank"), by=by, fallen=old)
    announce(found, by=by)
    return tender


def fall(found, reason, at):
    """End an award, with the reason; it stays on record."""
    found.ended_at, found.ended_reason = at, reason
    found.save(update_fields=["ended_at", "ended_reason"])


def consent_by_clock(tender):
    return consent(tender, by=clock.ACTOR)
