"""What sealed envelopes need before a call is announced: custodians who are ready, and their keys in the log
(decisions 13-15).
"""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from procurement.availability import RARELY, Group, is_fragile, unopenable
from procurement.money import percentage, rounded
from procurement.parameters import Undecided
from procurement.regimes import NotCovered
from procurement.workflow import Unmet, guard


def settled(tender, key, default=None):
    """Return what holds for this call, or `default` where neither regime nor terms say it."""
    if tender.profile is None:
        return default
    try:
        return tender.settled(key)
    except (NotCovered, Undecided):
        return default


def is_digital(tender):
    """Whether the envelopes of this call are sealed by Convoca (decision 11)."""
    return settled(tender, "envelopes.form") == "digital"


def stages(tender):
    """Return the envelopes of this call: 1, or 1 and 2 (rules 59, 66)."""
    profile = tender.profile
    return [1, 2] if profile is None or profile.find("envelopes.count", 2) == 2 else [1]


def has_kits(tender):
    """Whether the keys of every envelope of this round are in the log."""
    return tender.kits.filter(round=tender.round).count() == len(stages(tender))


COMMITTEE, NEIGHBOURS, TOGETHER = "comite", "vecinos", "custodios"  # groups of a kit (docs/sobre-1.md §4)


def groups_of(tender):
    """Return the groups in which the custodians of this round open, as a kit has them.

    All together, or the committee apart from the JVS and the notary, where the terms want some of these.
    """
    needed = settled(tender, "sealing.threshold", 0)
    neighbours = settled(tender, "sealing.neighbours", 0)
    seats = list(tender.custodians.filter(round=tender.round).values_list("index", "group").order_by("index"))
    if not neighbours:
        return [{"id": TOGETHER, "k": needed, "of": [index for index, _group in seats]}]
    own = [index for index, group in seats if group == "committee"]
    others = [index for index, group in seats if group != "committee"]
    return [
        {"id": COMMITTEE, "k": needed - neighbours, "of": own},
        {"id": NEIGHBOURS, "k": neighbours, "of": others},
    ]


def kits_fit(tender):
    """Whether the keys of this round were made for as many custodians as the terms want now."""
    groups = groups_of(tender)
    return all(kit.body["groups"] == groups for kit in tender.kits.filter(round=tender.round))


def sizes_of(tender):
    """Return how many must come of how many, for each group of custodians."""
    return [Group(group["k"], len(group["of"])) for group in groups_of(tender)]


def chance(probability):
    """Return a probability (a fraction) in per cent, for a sentence."""
    return percentage(rounded(100 * Decimal(probability.numerator) / probability.denominator))


@guard(
    code="custody.custodians.not-ready",
    reason=_(
        "%(ready)s of %(needed)s custodians are ready. Each makes their sheet of words, and proves it by "
        "typing them again."
    ),
    rule=_("decision 15; principle 5"),
)
def custodians_are_ready(tender, at):
    if not is_digital(tender):
        return True
    needed = settled(tender, "sealing.custodians", 0)
    ready = tender.custodians.filter(round=tender.round, ready_at__isnull=False).count()
    return (ready == needed and needed > 0) or Unmet(ready=ready, needed=needed)


@guard(
    code="custody.kit.missing",
    reason=_("The keys of the envelopes are not in the log yet. Record them once every custodian is ready."),
    rule=_("decision 13; principle 5"),
)
def keys_are_in_the_log(tender, at):
    return not is_digital(tender) or (has_kits(tender) and kits_fit(tender))


@guard(
    code="custody.body.too-few",
    reason=_(
        "To open, the terms want %(needed)s of the %(body)s, and %(named)s of them are named. Name more, or "
        "change the terms."
    ),
    rule=_("principle 5"),
)
def bodies_reach_their_number(tender, at):
    bodies = {COMMITTEE: _("committee"), NEIGHBOURS: _("JVS and notary")}
    for group in groups_of(tender):
        if group["id"] in bodies and len(group["of"]) < group["k"]:
            return Unmet(needed=group["k"], body=bodies[group["id"]], named=len(group["of"]))
    return True


@guard(
    code="custody.availability.fragile",
    reason=_(
        "If each custodian fails to come one time in twenty, %(chance)s of the openings fail. With more "
        "custodians in each body, or fewer needed, it is rare. Change that, or say why it stays so."
    ),
    rule=_("principle 5"),
    warning=True,
)
def opening_is_likely(tender, at):
    groups = sizes_of(tender) if is_digital(tender) else []
    if sum(group.of for group in groups) < settled(tender, "sealing.custodians", 0):
        return True  # not all are named yet, and another guard says so
    return not is_fragile(groups) or Unmet(chance=chance(unopenable(groups, RARELY)))


@guard(
    code="tender.call.custodians-single-group",
    reason=_(
        "All custodians belong to one group. If they agree they could open early. Add people from the JVS "
        "and the notary, or write the reason."
    ),
    rule=_("principle 5"),
    warning=True,
)
def custodians_are_of_several_bodies(tender, at):
    bodies = set(tender.custodians.filter(round=tender.round).values_list("group", flat=True))
    return len(bodies) != 1 or not is_digital(tender)


BEFORE_THE_CALL = [
    custodians_are_ready,
    keys_are_in_the_log,
    opening_is_likely,
    custodians_are_of_several_bodies,
]
