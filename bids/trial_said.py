"""What a trial on invented bidders says, in words and in pictures (rules 55, 56, 65, 76)."""

from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from bids import scoring, trial
from bids.services.ranking import REASONS
from guarantees import sizing
from guarantees.catalogue import CATALOGUE
from guarantees.models import Slot
from procurement import drawing
from procurement.money import display, percentage

DOTS = 40  # places at which the edge of the preference is drawn


def said(cents):
    """Write hundredths of a per cent: 834 is 8.34 %."""
    return percentage(trial.percentage(cents))


def listed(names):
    return _(" and ").join(names)


class Row(NamedTuple):
    """An invented bidder in the ranking of a trial."""

    rank: int
    name: str
    percentage: Decimal
    is_local: bool
    points: Decimal
    local: Decimal
    published: Decimal


class Outcome:
    """Who would win, where the first place changes hands, what the preference does, what rounding hides."""

    def __init__(self, names, offers, scale, moving, top):
        self.names, self.offers, self.scale, self.moving, self.top = names, offers, scale, moving, top
        self.ranked = scoring.rank(offers, scale)

    # who would win

    @property
    def first(self):
        return [self.names[row.offer.bidder] for row in self.ranked.rows if row.rank == 1]

    @property
    def winner(self):
        return listed(self.first)

    @property
    def rows(self):
        return [self.row(each) for each in self.ranked.rows]

    def row(self, ranked):
        offer, parts = ranked.offer, self.ranked.formula.parts(ranked.offer)
        return Row(
            ranked.rank,
            self.names[offer.bidder],
            offer.percentage,
            offer.is_local,
            scoring.two_decimals(parts.economic + parts.technical),
            scoring.two_decimals(parts.local),
            ranked.published,
        )

    @property
    def highest(self):
        return max((row.published for row in self.ranked.rows), default=Decimal(0))

    @property
    def rejected(self):
        """Return (name, what it offers, why it is not admitted)."""
        return [
            (self.names[each.offer.bidder], each.offer.percentage, REASONS[each.code])
            for each in self.ranked.rejected
        ]

    # where the first place changes hands

    @cached_property
    def stretches(self):
        return trial.stretches(self.offers, self.scale, self.moving, self.top)

    @property
    def moved(self):
        return self.names[self.moving]

    @property
    def thresholds(self):
        """Say who wins from which offer of the moving bidder to which."""
        return [
            (said(each.first), said(each.last), [self.names[bidder] for bidder in each.winners])
            for each in self.stretches
        ]

    @property
    def turning_point(self):
        """Say from which offer on the moving bidder wins alone, or that none is enough."""
        last = self.stretches[-1] if self.stretches else None
        if last is None or last.winners != (self.moving,):
            text = _("%(name)s does not win with any offer up to %(top)s.")
            return text % {"name": self.moved, "top": said(self.top)}
        return _("%(name)s wins from %(from)s on.") % {"name": self.moved, "from": said(last.first)}

    @property
    def who_wins(self):
        """Draw who wins over the range of offers: a line for each, hollow where only a draw would tell."""
        if not self.stretches:
            return ""
        first, last = self.stretches[0].first, self.stretches[-1].last
        lanes = [drawing.Lane(name, self.wins(bidder)) for bidder, name in self.names.items()]
        own = next(offer for offer in self.offers if offer.bidder == self.moving).percentage_hundredths
        marks = [drawing.Mark(at, said(at)) for at in (first, (first + last) // 2, last)]
        title = _("Who wins, for each offer of %(name)s. The list beside it says the same.")
        now = drawing.Mark(own, said(own)) if first <= own <= last else None
        return mark_safe(drawing.spans(title % {"name": self.moved}, lanes, marks, now))  # noqa: S308

    def wins(self, bidder):
        """Return where a bidder is first, as spans; each reaches to the beginning of the next."""
        return [
            drawing.Span(
                each.first,
                min(each.last + 1, self.stretches[-1].last),
                "action" if len(each.winners) == 1 else "hollow",
                f"{self.names[bidder]}: {said(each.first)} – {said(each.last)}",
            )
            for each in self.stretches
            if bidder in each.winners
        ]

    # what the preference does

    @property
    def has_preference(self):
        return self.scale.local_preference != "none" and self.scale.local_value > 0

    @property
    def bounds(self):
        """The least and the greatest offer that are looked at; the greatest is never the lower one."""
        lowest, highest = trial.bounds(self.scale, self.top)
        return lowest, max(lowest, highest)

    @property
    def turns(self):
        """Say, for every offer from outside, from which offer on a local bidder alone against it wins."""
        outside = sorted({offer.percentage_hundredths for offer in self.offers if not offer.is_local})
        return [self.turn(cents, trial.local_from(self.scale, cents)) for cents in outside]

    def turn(self, outside, least):
        facts = {"outside": said(outside), "least": "" if least is None else said(least)}
        if least is None:
            return _("With %(outside)s offered from outside, no local offer wins.") % facts
        return _("With %(outside)s offered from outside, the local bidder wins from %(least)s.") % facts

    @property
    def table(self):
        """Return lines of (offer from outside, least local offer that beats it), as said."""
        found = trial.preference(self.scale, trial.round_offers(*self.bounds))
        return [(said(outside), "" if least is None else said(least)) for outside, least in found]

    @property
    def square(self):
        """Draw who wins for each pair of offers, one from outside and one local."""
        lowest, highest = self.bounds
        dots = sorted({lowest + (highest - lowest) * dot // DOTS for dot in range(DOTS + 1)})
        found = trial.preference(self.scale, dots)
        points = [
            (trial.percentage(each), None if least is None else trial.percentage(least))
            for each, least in found
        ]
        title = _(
            "Who wins for each pair of offers, one from outside and one local. The table says the same."
        )
        labels = (_("offer from outside, in % →"), _("↑ local offer, in %"))
        return mark_safe(drawing.square(title, points, trial.percentage(highest), labels))  # noqa: S308

    # what rounding hides

    @property
    def false_ties(self):
        """Return the false ties of this very trial, each in words."""
        return [self.hidden(group) for group in trial.false_ties(self.ranked)]

    @property
    def near(self):
        """Return a false tie for the first place that another offer of the moving bidder would make."""
        found = trial.near_false_tie(self.offers, self.scale, self.moving, self.stretches)
        if found is None or self.false_ties:
            return ""
        text = _("If %(name)s offered %(offer)s: %(tie)s")
        return text % {"name": self.moved, "offer": said(found.cents), "tie": self.hidden(found.rows)}

    def hidden(self, rows):
        """Say which offers rounding makes equal, with their exact points."""
        exact = [
            f"{self.names[row.offer.bidder]} ({percentage(row.offer.percentage)}) {decimals(row.exact)}"
            for row in rows
        ]
        text = _("%(exact)s: all are published as %(points)s points.")
        return text % {"exact": "; ".join(exact), "points": rows[0].published}

    @property
    def compares_published(self):
        return self.scale.ranking_values == "published"


def decimals(exact):
    """Write an exact number with six decimals, cut and not rounded."""
    cut = exact.numerator * 10**6 // exact.denominator
    return f"{cut // 10**6}.{cut % 10**6:06d}"


# Guarantees


class Judged(NamedTuple):
    """One guarantee that is asked, against everybody who was invented."""

    name: str
    bond: Decimal
    barrier: sizing.Barrier | None
    rows: list
    number_out: int


def guarantees_of(names, means, bonds, town):
    """Return, for each guarantee, who could not give it and why (rules 61, 71, 76, 163)."""
    return [judged(bond, names, means, town) for bond in bonds]


def judged(bond, names, means, town):
    verdicts = [trial.could_give(bond, *each) for each in means]
    owned = [each for each, _instrument in means]
    return Judged(
        Slot(bond.slot).label,
        bond.amount,
        sizing.Barrier(bond.amount, *town, owned) if town else None,
        [
            (name, each, reason(each, instrument))
            for name, each, (_m, instrument) in zip(names.values(), verdicts, means, strict=True)
        ],
        sum(not each.can for each in verdicts),
    )


def reason(verdict, instrument):
    """Say why a guarantee cannot be given; nothing where it can."""
    found = []
    if not verdict.accepted:
        label = _(CATALOGUE[instrument].label)
        found.append(_("the terms do not accept: %(instrument)s") % {"instrument": label})
    if verdict.lacking:
        found.append(_("it lacks %(amount)s") % {"amount": display(verdict.lacking)})
    return "; ".join(found)
