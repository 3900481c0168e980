"""What a neighbour needs to do the account of a call again: rules, offers, draw, result, and their evidence.

Public from the award on, or from the end of a call without winner; who evaluates has it with the ranking.
Nothing is computed here that bids/scoring.py does not compute (rules 55-57, 65, 159).
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bids import scoring
from bids.criteria import has_two_envelopes
from bids.models import Ranking
from bids.scoring import Offer, Result, Scale, read_offer
from procurement.guards.award import ranking_of
from procurement.models import Event


class Proof(NamedTuple):
    """Where a number stands: in words, and the page."""

    words: str
    path: str


@dataclass(frozen=True)
class Account:
    """A ranking with everything that it follows from. `offers` has the ranked first, best first, then those
    that the terms do not admit; an envelope that says no percentage at all is only in `rejected`.
    """

    ranking: Ranking
    offers: list[Offer]
    names: dict[str, str]
    scale: Scale
    evidence: dict[str, dict[str, list[Proof]]]  # bidder → what it proves → where

    @property
    def tender(self) -> Any:
        return self.ranking.tender

    @property
    def rejected(self) -> list[dict]:
        return self.ranking.body["rejected"]

    @property
    def rows(self) -> list[dict]:
        """The lines of the ranking, as the minutes have them."""
        return self.ranking.body["rows"]

    @property
    def draw(self) -> list[str]:
        return self.ranking.body["draw"]

    @cached_property
    def result(self) -> Result:
        """The ranking, computed again from its inputs."""
        return scoring.rank(self.offers, self.scale, self.draw or None)

    @cached_property
    def place_in_log(self) -> int | None:
        """The place in the log at which the ranking stands."""
        asked = {"body__action": "ranking", "body__facts__ranking": self.ranking.pk}
        return Event.objects.of(self.tender).filter(**asked).values_list("index", flat=True).first()


def is_public(tender, ranking):
    """Whether everybody may have it: an award was announced, or the call ended without one."""
    return ranking is not None and (tender.awards.exists() or hasattr(tender, "desertion"))


def account_of(tender):
    """Return the account of the ranking that stands, or None."""
    ranking = ranking_of(tender)
    if ranking is None:
        return None
    ranking.tender = tender
    rows = ranking.body["rows"]
    bids = {str(bid.pk): bid for bid in tender.bids.filter(round=tender.round).select_related("bidder")}
    offers = [offer_of(row) for row in rows] + not_admitted(ranking.body["rejected"], bids)
    names = {row["bidder"]: row["name"] for row in [*rows, *ranking.body["rejected"]]}
    stage = 2 if has_two_envelopes(tender) else 1
    evidence = {bidder: evidence_of(tender, bidder, stage) for bidder in names}
    return Account(ranking, offers, names, scale_in(ranking.body), evidence)


def scale_in(body):
    """Return the scale as the ranking keeps it."""
    kept = dict(body["scale"])
    numbers = ("minimum", "maximum", "economic_weight", "technical_weight", "local_value")
    read = {name: None if kept[name] is None else Decimal(kept[name]) for name in numbers}
    return Scale(**kept | read | {"ties": tuple(kept["ties"])})


def offer_of(row):
    """Return the offer of a line of a ranking."""
    technical = None if row["technical"] is None else Decimal(row["technical"])
    return Offer(row["bidder"], Decimal(row["percentage"]), row["is_local"], technical)


def not_admitted(rejected, bids):
    """Return the offers that say a percentage and that the terms do not admit."""
    readings = {row["bidder"]: read_offer(row["figure"], row["words"]) for row in rejected}
    return [
        Offer(bidder, reading.percentage, bool(bids[bidder].is_local), bids[bidder].technical)
        for bidder, reading in readings.items()
        if reading.code == ""
    ]


# Evidence


def evidence_of(tender, bidder, stage):
    """Return where each number of a bid stands: what it says → the places, the most direct one first."""
    opening = reverse("opening", args=[tender.pk, stage])
    evaluation = reverse("evaluation", args=[tender.pk])
    decided = [
        Proof(_("decision of the committee, with its reason"), f"{evaluation}#bid-{bidder}"),
        Proof(_("evaluation sheet"), reverse("paper", args=[tender.pk, "evaluation", bidder])),
    ]
    return {
        "percentage": [Proof(_("envelope, as it was read aloud"), f"{opening}#bid-{bidder}")],
        "local": decided,
        "technical": decided,
    }


def common_evidence(account):
    """Return where the acts stand that the whole account follows from."""
    tender, ranking = account.tender, account.ranking
    stage = 2 if has_two_envelopes(tender) else 1
    acts = [tender.minutes.filter(kind=f"opening-{stage}").last(), ranking.minutes]
    draw = tender.draws.filter(ranking__round=tender.round).last() if account.draw else None
    acts.append(draw and draw.minutes)
    found = [Proof(str(act), act.get_absolute_url()) for act in acts if act]
    place = _("log, event %(index)s") % {"index": account.place_in_log}
    return [*found, Proof(place, reverse("log", args=[tender.pk]))]
