"""The result of envelope 1: published for all at once; what stays shut goes back (rule 59; terms 19-20)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids.criteria import criteria_of, has_two_envelopes
from bids.guards.evaluation import first_result_of, undecided
from bids.models import Bid, Envelope, FirstResult
from bids.services import submission
from bids.services.evaluation import begin, require_declarations, require_seat, tell_bidder, term
from procurement import committee
from procurement.guards.problems import lazily_shown
from procurement.log import instant, record
from procurement.services import minutes, papers
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance

OTHERS_UNDECIDED = Refusal(
    "envelope.two.other-bidders-undecided",
    _("Envelope 1 of %(undecided_count)s bids is undecided. The result is published for all at once."),
    _("rule 59"),
)
ALREADY_PUBLISHED = Refusal(
    "evaluation.first-result.already-published", _("The result is published already."), _("terms 19.3")
)


@transaction.atomic
def publish(tender, *, by):
    """Publish who qualified and who did not, each with its reasons, once all are decided (terms 19.3).

    Where the regime wants the result firm before envelope 2, the time to appeal runs from here.
    """
    tender = begin(tender, by=by)
    require_seat(tender, by)
    require_declarations(tender)
    at = tender.judged_at
    if count := undecided(tender).count():
        raise Blocked(OTHERS_UNDECIDED.about(undecided_count=count))
    if first_result_of(tender):
        raise Blocked(ALREADY_PUBLISHED)
    firm = tender.profile.find("envelopes.second_opens_after") == "first_result_firm"
    until = term(tender, at, "appeal.days", "appeal.day_type") if firm else None
    result = FirstResult.objects.create(
        tender=tender, round=tender.round, published_at=at, appeal_until=until
    )
    bids = list(tender.bids.presented().select_related("bidder__account"))
    facts = {"round": tender.round, "appeal_until": until and instant(until), "bids": told_of(bids)}
    record(tender, "first-result", by=by, at=at, **facts)
    result.minutes = leave_result(tender, result, bids, by=by)
    result.save()
    if not has_two_envelopes(tender):
        for bid in tender.bids.presented().filter(state=Bid.State.QUALIFIED):
            advance(bid, "open_second", by=by, at=at)
    for bid in bids:
        bid.tender = tender
        tell_result(bid, until, at)
    return result


def told_of(bids):
    """Return what the log says of each bid: state, and each decision with its reason."""
    return [
        {
            "bid": bid.pk,
            "bidder": bid.pseudonym,
            "state": bid.state,
            "reason": bid.reason,
            "is_local": bid.is_local,
            "technical": bid.technical and str(bid.technical),
            "decisions": [
                {
                    "criterion": each.criterion,
                    "meets": each.meets,
                    "points": each.points and str(each.points),
                    "reason": each.reason,
                    "dissent": each.dissent,
                }
                for each in bid.decisions.filter(superseded_at=None)
            ],
        }
        for bid in bids
    ]


def leave_result(tender, result, bids, *, by):
    rows = []
    criteria = {criterion.key: criterion.label for criterion in criteria_of(tender)}
    for bid in bids:
        decisions = bid.decisions.filter(superseded_at=None)
        rows.append((bid, [(_(criteria[each.criterion]), each) for each in decisions], bid.defects.all()))
    seats = committee.sitting(tender, tender.judged_at)
    text = papers.render("minutes_first_result", tender=tender, result=result, rows=rows, seats=seats)
    at = tender.judged_at
    facts = {"office": "committee", "kind": "first-result", "title": _("Decision on envelope 1")}
    return minutes.write(tender, **facts, text=text, happened_at=at, by=by, at=at)


def tell_result(bid, until, at):
    shut = bid.state == Bid.State.NOT_ADMITTED
    subject = _("Your bid was not admitted") if shut else _("Your envelope 1 qualified")
    text = (
        _("%(reason)s Your envelope 2 was not opened, and goes back to you closed.")
        if shut
        else _(
            "Your bid meets the criteria. None of them gives an advantage: the percentage decides.%(reason)s"
        )
    )
    facts = {"reason": bid.reason}
    text = said(text, **facts)
    if until:
        text = said(_("%(text)s You may appeal until %(until)s."), text=text, until=lazily_shown(until))
    tell_bidder(bid, subject, text, at=at)


@transaction.atomic
def return_envelopes(bid, *, how, by):
    """Give what stayed shut back to who was not admitted, once the result is firm (rule 59).

    `how` says it in the minutes: handed over closed, or destroyed closed before witnesses. Of what was sealed
    the bidder has a copy; ours is deleted, and its hash stays in the log.
    """
    tender = begin(bid.tender, by=by, codename="return_envelopes")
    at = tender.judged_at
    bid = Bid.objects.select_related("bidder__account").get(pk=bid.pk)
    digests = list(shut(bid).values_list("manifest_sha256", flat=True))
    bid = advance(bid, "give_back", by=by, at=at, how=how, unopened=digests)
    submission.forget(shut(bid))
    shut(bid).update(status=Envelope.Status.RETURNED)
    text = papers.render("minutes_envelopes_returned", tender=tender, bid=bid, how=how, digests=digests)
    facts = {"office": "committee", "kind": "envelopes-returned", "title": _("Return of unopened envelopes")}
    minutes.write(tender, **facts, text=text, happened_at=at, by=by, at=at)
    tell_bidder(bid, _("Your envelope 2, closed, is at your disposal"), how, at=at)
    return bid


def shut(bid):
    return bid.envelopes.filter(status=Envelope.Status.PRESENTED)
