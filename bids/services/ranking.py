"""Envelope 2 becomes a ranking: offers read, rejected or put in order; ties drawn; the evaluation signed.

What counts is computed by bids/scoring.py alone (rules 55-57, 64, 65; domain.md §5).
"""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bids import scoring
from bids.criteria import has_technical_proposal, value
from bids.models import Bid, Draw, Ranking, Signature
from bids.scoring import Offer, Scale, read_offer
from bids.services.evaluation import begin, require_declarations, require_seat, tell_bidder
from bids.services.opening import keep_photo
from procurement import committee
from procurement.guards.award import ranking_of
from procurement.log import instant, record
from procurement.roles import Role
from procurement.services import minutes, notices, papers
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance

MODES = {"none": "none", "added_points": "points", "pct_bonus": "percent_of_total"}
LINKS = {"higher_percentage": "percentage", "local": "local", "technical": "technical", "draw": "draw"}
NOTHING_TO_RANK = Refusal(
    "evaluation.ranking.nothing",
    _("No offer is open. The ranking follows the opening of envelope 2."),
    _("rule 55"),
)
OFFERS_SHUT = Refusal(
    "evaluation.ranking.offers-shut",
    _("Envelope 2 of %(bids)s is not open yet. All offers are ranked together."),
    _("rule 55"),
)
OFFER_UNTYPED = Refusal(
    "opening.entry.missing",
    _("Nobody has typed what this envelope says: %(bids)s. The secretary types it, another confirms it."),
    _("decision 11"),
)
TECHNICAL_MISSING = Refusal(
    "evaluation.technical.missing",
    _("The technical number of a bid is missing. It is decided with envelope 1."),
    _("rule 58"),
)
LOCAL_UNDECIDED = Refusal(
    "evaluation.local.undecided",
    _("It is not decided whether %(bids)s is local."),
    _("rule 65"),
)
RANKED_ALREADY = Refusal(
    "evaluation.ranking.exists", _("The ranking is made. It stands until an appeal or a draw."), _("rule 56")
)
NO_TIE = Refusal("award.draw.no-tie", _("Nobody is tied: there is nothing to draw."), _("decision 20"))
DRAW_DIFFERS = Refusal(
    "award.draw.does-not-match",
    _("The numbers drawn are not those of the tied bidders, each once: %(numbers)s."),
    _("decision 20"),
)
WITNESSES_MISSING = Refusal(
    "award.draw.witnesses-missing",
    _("A draw has two witnesses, two different people: write their names."),
    _("decision 20"),
)
IN_THE_FUTURE = Refusal(
    "award.draw.in-future", _("That hour has not come yet. Write when it was drawn."), _("decision 2")
)
SIGNED = Refusal(
    "evaluation.signature.exists", _("You have signed this evaluation already."), _("nothing is erased")
)
REASONS = {
    "bid.offer.not-a-number": _("What is written is not a percentage."),
    "bid.offer.out-of-range": _("The percentage is below zero or above 100.00 %. It is not cut down."),
    "bid.offer.too-many-decimals": _("The percentage has more than two decimals. It is not rounded."),
    "bid.offer.zero": _("The offer is 0.00 %, and the terms do not allow it."),
    "bid.offer.below-minimum": _("The offer is below the minimum of the terms."),
    "bid.offer.above-maximum": _("The offer is above the maximum of the terms."),
    "offer.words.unreadable": _("The words cannot be read as a percentage, and words prevail."),
}


def scale_of(tender):
    """Return how the terms of this call turn percentages into points.

    `NotCovered` or `Undecided` where neither regime nor terms say it: nothing is invented.
    """
    points = Decimal(tender.profile.find("factors.scale", 100))
    weight = tender.settled("factors.technical_weight") if has_technical_proposal(tender) else Decimal(0)
    mode = tender.settled("local_preference.mode")
    return Scale(
        minimum=tender.settled("fund_percentage.minimum"),
        maximum=value(tender, "fund_percentage.maximum"),
        zero_forbidden=tender.settled("zero_forbidden"),
        method="proportional",
        economic_weight=points - weight,
        technical_weight=weight,
        local_preference=MODES[mode],
        local_value=Decimal(0) if mode == "none" else tender.settled("local_preference.value"),
        ranking_values=tender.settled("ranking_values"),
        ties=tuple(LINKS[link] for link in tender.settled("ties") if link in LINKS),
    )


def is_measured(tender, scale):
    """Whether the technical number counts: as points, or to settle a tie (decision 25)."""
    return bool(scale.technical_weight) or "technical" in scale.ties


@transaction.atomic
def rank(tender, *, by):
    """Read the offers, reject those that the terms do not admit, put the others in order (rules 55-57)."""
    tender = begin(tender, by=by)
    require_seat(tender, by)
    require_declarations(tender)
    if ranking_of(tender):
        raise Blocked(RANKED_ALREADY)
    scale = scale_of(tender)
    bids = bids_to_rank(tender)
    readings = {bid: read_offer(*literal(bid)) for bid in bids}
    offers = [offer_of(bid, reading, scale) for bid, reading in readings.items() if reading.code == ""]
    result = compute(offers, scale)
    return keep(tender, scale, readings, result, by=by)


def bids_to_rank(tender):
    """Return the bids whose offer is open; stop where one that qualified is still shut."""
    standing = tender.bids.presented().select_related("bidder__account")
    shut = [str(bid) for bid in standing.filter(state=Bid.State.QUALIFIED)]
    if shut:
        raise Blocked(OFFERS_SHUT.about(bids=", ".join(shut)))
    bids = list(standing.filter(state=Bid.State.ENVELOPE_2_OPENED))
    if not bids:
        raise Blocked(NOTHING_TO_RANK)
    for bid in bids:
        bid.tender = tender
    untyped = [str(bid) for bid in bids if "percentage" not in (bid.offer_envelope().content or {})]
    if untyped:
        raise Blocked(OFFER_UNTYPED.about(bids=", ".join(untyped)))
    return bids


def literal(bid):
    """Return the offer as it is written: figure and words."""
    said_so = bid.offer_envelope().content
    return str(said_so.get("percentage", "")), str(said_so.get("words", ""))


def offer_of(bid, reading, scale):
    if bid.is_local is None and (scale.local_preference != "none" or "local" in scale.ties):
        raise Blocked(LOCAL_UNDECIDED.about(bids=str(bid)))
    return Offer(str(bid.pk), reading.percentage, bool(bid.is_local), bid.technical)


def compute(offers, scale, draw=None):
    try:
        return scoring.rank(offers, scale, draw)
    except scoring.Refused as refused:
        known = {each.code: each for each in (TECHNICAL_MISSING,)}
        raise Blocked(known[refused.code]) from None


def text_of(number):
    """Write an exact number for the log: a whole number, or a fraction in lowest terms."""
    return str(number)


def body_of(tender, scale, readings, result, draw=()):
    """Return a ranking as the log keeps it: text only, exact and published side by side."""
    names = {str(bid.pk): bid for bid in readings}
    parts = {offer.bidder: result.formula.parts(offer) for offer in result.offers}
    return {
        "scale": {name: stated(held) for name, held in vars(scale).items()},
        "highest": str(result.formula.highest),
        "rows": [row_of(row, names[row.offer.bidder], parts) for row in result.rows],
        "rejected": rejected_rows(readings, result),
        "draw_required": [list(group) for group in result.draw_required],
        "draw": list(draw),
        "other_order": [list(place) for place in result.other_order],
    }


def stated(held):
    if isinstance(held, tuple):
        return list(held)
    return held if isinstance(held, bool) or held is None else str(held)


def row_of(row, bid, parts):
    figure, words = literal(bid)
    exact = parts[row.offer.bidder]
    return {
        "rank": row.rank,
        "bidder": row.offer.bidder,
        "pseudonym": bid.pseudonym,
        "name": str(bid),
        "percentage": str(row.offer.percentage),
        "figure": figure,
        "words": words,
        "is_local": row.offer.is_local,
        "technical": None if row.offer.technical is None else str(row.offer.technical),
        "exact": text_of(row.exact),
        "published": str(row.published),
        "parts": {name: text_of(part) for name, part in zip(exact._fields, exact, strict=True)},
        "decided_by": row.decided_by,
        "behind": list(row.behind),
    }


def rejected_rows(readings, result):
    """Return the offers that do not count, each with what is written and the code of the reason."""
    codes = {each.offer.bidder: each.code for each in result.rejected}
    rows = []
    for bid, reading in readings.items():
        code = reading.code or codes.get(str(bid.pk))
        if code:
            figure, words = literal(bid)
            told = {"bidder": str(bid.pk), "pseudonym": bid.pseudonym, "name": str(bid), "code": code}
            rows.append(told | {"figure": figure, "words": words})
    return rows


def keep(tender, scale, readings, result, *, by, draw=(), minutes_of=None):
    """Keep a ranking, move each bid to its state, log it, leave minutes, tell bidders."""
    at = tender.judged_at
    body = body_of(tender, scale, readings, result, draw)
    ranking = Ranking.objects.create(tender=tender, round=tender.round, body=body, by=by, at=at)
    record(tender, "ranking", by=by, at=at, ranking=ranking.pk, **body)
    by_pk = {str(bid.pk): bid for bid in readings}
    for row in body["rejected"]:
        reject(by_pk[row["bidder"]], row, by=by, at=at)
    for row in body["rows"]:
        place(by_pk[row["bidder"]], row, by=by, at=at)
    rejected = [row | {"why": REASONS[row["code"]]} for row in body["rejected"]]
    text = papers.render("minutes_ranking", tender=tender, ranking=ranking, rejected=rejected)
    facts = {"office": "committee", "kind": "ranking", "title": _("Evaluation and ranking")}
    ranking.minutes = minutes.write(tender, **facts, text=text, happened_at=at, by=by, at=at)
    ranking.save()
    if body["draw_required"]:
        tell_tie(tender, body, by_pk, at)
    return ranking


def reject(bid, row, *, by, at):
    bid.reason_code, bid.reason = row["code"], notices.spanish(REASONS[row["code"]])
    bid.save()
    if bid.state == Bid.State.ENVELOPE_2_OPENED:
        bid = advance(bid, "reject_offer", by=by, at=at, code=row["code"], figure=row["figure"])
        text = said(_("It said: “%(figure)s”. %(reason)s"), figure=row["figure"], reason=bid.reason)
        tell_bidder(bid, _("Your offer is not valid"), text, at=at)


def place(bid, row, *, by, at):
    bid.offer, bid.score = Decimal(row["percentage"]), Decimal(row["published"])
    bid.place = row["rank"]
    bid.save()
    facts = {"place": row["rank"], "score": row["published"], "percentage": row["percentage"]}
    advance(bid, "rank", by=by, at=at, **facts)


def tell_tie(tender, body, bids, at):
    for group in body["draw_required"]:
        for pk in group:
            text = _("Your points are equal to those of another bidder. There is a draw by lot, in public.")
            tell_bidder(bids[pk], _("There is a tie: a draw follows"), text, at=at)


# The draw


def numbered(tender, ranking):
    """Number the tied bidders by the order in which they presented (decision 20)."""
    tied = {int(pk) for group in ranking.body["draw_required"] for pk in group}
    bids = tender.bids.filter(pk__in=tied).order_by("submitted_at", "pk").select_related("bidder")
    return dict(enumerate(bids, start=1))


@transaction.atomic
def draw(tender, *, drawn, method, place, happened_at, witness_1, witness_2, by, photo=None):
    """Record a draw in public: the numbers as they came out, what was drawn, two witnesses, a photo.

    The tied bidders are numbered by the order in which they presented; a new ranking follows.
    """
    tender = begin(tender, by=by)
    require_seat(tender, by)
    ranking = ranking_of(tender)
    if ranking is None or not ranking.body["draw_required"]:
        raise Blocked(NO_TIE)
    balls = numbered(tender, ranking)
    judge_draw(balls, drawn, happened_at, witness_1, witness_2, tender.judged_at)
    at = tender.judged_at
    rows = [{"number": n, "bid": bid.pk, "bidder": str(bid)} for n, bid in balls.items()]
    told = {"method": method, "place": place, "witness_1": witness_1, "witness_2": witness_2}
    found = Draw(
        tender=tender,
        ranking=ranking,
        numbered=rows,
        drawn=list(drawn),
        happened_at=happened_at,
        by=by,
        at=at,
        photo=keep_photo(tender, photo, _("Photo of the draw"), by=by),
        **told,
    )
    facts = {"numbered": rows, "drawn": list(drawn), "happened_at": instant(happened_at), **told}
    record(
        tender, "draw", by=by, at=at, ranking=ranking.pk, photo=found.photo and found.photo.sha256, **facts
    )
    text = papers.render("minutes_draw", tender=tender, draw=found, ranking=ranking, order=in_words(found))
    kept = {"office": "committee", "kind": "draw", "title": _("Draw by lot")}
    found.minutes = minutes.write(tender, **kept, text=text, happened_at=happened_at, by=by, at=at)
    found.save()
    rank_again(tender, ranking, [str(balls[number].pk) for number in drawn], by=by)
    return found


def judge_draw(balls, drawn, happened_at, witness_1, witness_2, at):
    reasons = []
    if sorted(drawn) != sorted(balls):
        reasons.append(DRAW_DIFFERS.about(numbers=", ".join(map(str, sorted(balls)))))
    names = {witness_1.strip().casefold(), witness_2.strip().casefold()}
    if "" in names or len(names) < 2:
        reasons.append(WITNESSES_MISSING)
    if happened_at > at:
        reasons.append(IN_THE_FUTURE)
    if reasons:
        raise Blocked(*reasons)


def in_words(found):
    names = {row["number"]: row["bidder"] for row in found.numbered}
    return [(number, names[number]) for number in found.drawn]


def rank_again(tender, ranking, order, *, by):
    """Make the ranking with what the draw decided; the one before it stays, and counts no more."""
    ranking.superseded_at = tender.judged_at
    ranking.save(update_fields=["superseded_at"])
    scale = scale_of(tender)
    standing = [Bid.State.RANKED, Bid.State.REJECTED, Bid.State.ENVELOPE_2_OPENED]
    bids = list(tender.bids.presented().filter(state__in=standing).select_related("bidder__account"))
    readings = {}
    for bid in bids:
        bid.tender = tender
        if bid.offer_envelope():
            readings[bid] = read_offer(*literal(bid))
    offers = [offer_of(bid, reading, scale) for bid, reading in readings.items() if reading.code == ""]
    return keep(tender, scale, readings, compute(offers, scale, order), by=by, draw=order)


# Signatures


@transaction.atomic
def sign(tender, *, by, dissent=""):
    """Sign the evaluation as one who decides, or write why not: everybody signs or says why (§4.6)."""
    tender = begin(tender, by=by)
    at = tender.judged_at
    if not committee.sits(tender, by, at):
        raise PermissionDenied
    ranking = ranking_of(tender)
    if ranking is None:
        raise Blocked(NOTHING_TO_RANK)
    if ranking.signatures.filter(member=by).exists():
        raise Blocked(SIGNED)
    minutes.check_public(dissent)
    record(tender, "evaluation.sign", by=by, at=at, ranking=ranking.pk, dissent=dissent)
    signature = Signature.objects.create(tender=tender, ranking=ranking, member=by, dissent=dissent, at=at)
    if dissent:
        users = notices.people_of(tender, Role.COMMITTEE, Role.SECRETARY, Role.JVS, at=at)
        subject = said(_("%(member)s does not agree with the evaluation"), member=by)
        link = ranking_page(tender)
        notices.tell(users, tender=tender, subject=subject, text=dissent, at=at, link=link)
    return signature


def ranking_page(tender):
    return reverse("ranking", args=[tender.pk])
