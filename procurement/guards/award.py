"""What must hold for the steps of a tender from the opening to the consent (domain.md §4.1, §4.11, §5.6).

Bids, acts, rankings and appeals belong to a later app: they are reached through the tender's own relations.
"""

from django.utils.translation import gettext_lazy as _

from procurement import five_points, roles
from procurement.guards.problems import lazily_shown
from procurement.parameters import Undecided
from procurement.regimes import NotCovered
from procurement.workflow import Unmet, guard

OUT = ["not-admitted", "rejected", "returned"]
PENDING = ["filed", "observed", "admitted", "heard"]


def settled(tender, key, default=None):
    """Return what holds for this call; the default where neither regime nor terms say it."""
    try:
        return tender.settled(key) if tender.profile else default
    except (NotCovered, Undecided, KeyError):
        return default


def ranking_of(tender):
    """Return the ranking that stands in the present round, or None."""
    return tender.rankings.filter(round=tender.round, superseded_at=None).first()


def award_of(tender):
    """Return the award that stands, or None."""
    return tender.awards.filter(ended_at=None).first()


def valid_bids(tender):
    """Return the bids that are still in the running."""
    return tender.bids.presented().exclude(state__in=OUT)


def next_in_rank(tender):
    """Return the ranked bid that follows the one that holds the award, or None."""
    last = tender.awards.filter(bid__round=tender.round).last()
    ranked = tender.bids.presented().filter(state="ranked")
    return last and ranked.filter(place__gt=last.place).order_by("place").first()


def deciding(tender, at):
    """Return who decides on the committee: every seat, without those whose holder declared a tie."""
    ties = {}
    for said in tender.conflict_declarations.order_by("declared_at", "pk").select_related("appointment"):
        ties[said.appointment.user_id] = said.has_conflict
    return [seat for seat in roles.committee(tender, at) if not ties.get(seat.user_id)]


# The opening


@guard(
    code="opening.bids.none",
    reason=_("There is no envelope to open: no bid counts. The call is declared deserted."),
    rule=_("rule 60"),
)
def there_are_bids(tender, at):
    return tender.bids.presented().exists()


@guard(
    code="opening.act.not-begun",
    reason=_("The opening is a public act: convene it, and begin it with the roll of who is present."),
    rule=_("rules 59, 162"),
)
def opening_act_is_held(tender, at):
    acts = tender.opening_acts.filter(round=tender.round, stage=1, annulled_at=None)
    return acts.filter(state="held").exists()


@guard(
    code="opening.annul.nothing",
    reason=_("There is no act of opening that could be annulled."),
    rule=_("decision 6"),
)
def there_is_an_act_to_annul(tender, at):
    acts = tender.opening_acts.filter(round=tender.round, annulled_at=None)
    return acts.exclude(state="convened").exists()


# The award


@guard(
    code="award.ranking.missing",
    reason=_("There is no ranking yet: the offers are opened and put in order first."),
    rule=_("rules 55, 56"),
)
def ranking_stands(tender, at):
    return ranking_of(tender) is not None


@guard(
    code="award.bids.none-valid",
    reason=_("No offer is valid. The call is declared deserted."),
    rule=_("rule 60"),
)
def somebody_is_ranked(tender, at):
    ranking = ranking_of(tender)
    return ranking is None or bool(ranking.body["rows"])


@guard(
    code="award.tie.draw-missing",
    reason=_("%(tied)s are tied, and there are no minutes of a draw. Draw in public, and sign them."),
    rule=_("decision 20; terms 22.2"),
)
def no_tie_is_left(tender, at):
    ranking = ranking_of(tender)
    tied = ranking.body["draw_required"] if ranking else []
    names = {row["bidder"]: row["name"] for row in ranking.body["rows"]} if tied else {}
    return not tied or Unmet(tied="; ".join(", ".join(names[each] for each in group) for group in tied))


@guard(
    code="award.minutes.signature-missing",
    reason=_(
        "The signature, or the written dissent, of %(people)s is missing. Everyone signs or says why not."
    ),
    rule=_("domain.md §4.6"),
)
def everybody_signed(tender, at):
    ranking = ranking_of(tender)
    signed = set(ranking.signatures.values_list("member", flat=True)) if ranking else set()
    missing = [str(seat.user) for seat in deciding(tender, at) if seat.user_id not in signed]
    return ranking is None or not missing or Unmet(people=", ".join(missing))


@guard(
    code="award.remarks.unanswered",
    reason=_(
        "%(count)s remarks of the JVS have no answer. Answer them before the award; you may disagree, but "
        "explain."
    ),
    rule=_("rule 42; terms 31.4"),
)
def remarks_are_answered(tender, at):
    left = tender.remarks.filter(answer="").count()
    return not left or Unmet(count=left)


@guard(
    code="award.single-bid.not-allowed",
    reason=_(
        "There is one valid bid, and the terms do not let a single one win. The call is declared deserted."
    ),
    rule=_("rule 57; domain.md §5.6"),
)
def competition_is_enough(tender, at):
    ranking = ranking_of(tender)
    return ranking is None or len(ranking.body["rows"]) != 1 or single_bid_may_win(tender)


def single_bid_may_win(tender):
    return settled(tender, "single_bid.award_allowed") is True


# The consent


@guard(
    code="award.consent.appeal-period-open",
    reason=_("Appeals are open until %(until)s. The certificate comes after."),
    rule=_("domain.md §4.1"),
)
def appeal_period_is_over(tender, at):
    award = award_of(tender)
    if award is None or award.appeal_until <= at or is_single_and_same_day(tender):
        return True
    return Unmet(until=lazily_shown(award.appeal_until))


def is_single_and_same_day(tender):
    """Whether one offer alone is consented on the day of the award, as the regime says (domain.md §3.3)."""
    ranking = ranking_of(tender)
    same_day = tender.profile.find("consent.single_same_day", False)
    return bool(same_day and ranking and len(ranking.body["rows"]) == 1)


@guard(
    code="award.consent.appeal-pending",
    reason=_("Appeal no. %(number)s is pending. Settle it before the award becomes final."),
    rule=_("domain.md §4.1"),
)
def no_appeal_is_pending(tender, at):
    pending = tender.appeals.filter(state__in=PENDING).first()
    return pending is None or Unmet(number=pending.number)


@guard(
    code="appeal.upheld.none",
    reason=_("The evaluation is reopened when an appeal against the award is upheld."),
    rule=_("domain.md §4.10"),
)
def an_appeal_was_upheld(tender, at):
    award = award_of(tender)
    return (
        award is not None
        and tender.appeals.filter(state="upheld", against="award", decided_at__gte=award.awarded_at).exists()
    )


@guard(
    code="award.next.not-allowed",
    reason=_("The terms do not pass the award to the next in rank. The call is declared deserted."),
    rule=_("terms 29.5"),
)
def terms_know_a_next(tender, at):
    return settled(tender, "second_best") is True


@guard(
    code="award.next.none",
    reason=_("Nobody follows in the ranking. The call is declared deserted."),
    rule=_("domain.md §4.1"),
)
def somebody_follows(tender, at):
    return next_in_rank(tender) is not None


def signed_contract(tender):
    """Return the signed contract of the standing award, or None."""
    return tender.contracts.filter(award__ended_at=None).exclude(signed_on=None).first()


@guard(
    code="contract.signature.done",
    reason=_("The contract is signed. It ends as a contract ends."),
    rule=_("domain.md §4.8"),
)
def contract_is_not_signed(tender, at):
    return signed_contract(tender) is None


@guard(
    code="tender.cancel.after-signature",
    reason=_(
        "The contract was signed on %(signature_date)s. The tender cannot be cancelled; use the "
        "contract's ways to end."
    ),
    rule=_("domain.md §4.11"),
)
def nothing_is_signed(tender, at):
    signed = signed_contract(tender)
    return signed is None or Unmet(signature_date=lazily_shown(signed.signed_on))


# Without winner


@guard(
    code="tender.deserted.bids-exist",
    reason=_("There are %(valid_bids)s valid bids. The call cannot be declared deserted. Go on."),
    rule=_("domain.md §4.11"),
)
def nobody_can_win(tender, at):
    if tender.state == "consented":
        follows = settled(tender, "second_best") is True and somebody_follows(tender, at)
        return not follows or Unmet(valid_bids=1)
    valid = valid_bids(tender)
    count = valid.count()
    if count == 1 and valid.get().state == "ranked" and not single_bid_may_win(tender):
        return True
    return not count or Unmet(valid_bids=count)


TO_BEGIN = [there_are_bids, opening_act_is_held]
TO_AWARD = [
    ranking_stands,
    somebody_is_ranked,
    no_tie_is_left,
    everybody_signed,
    remarks_are_answered,
    competition_is_enough,
]
TO_CONSENT = [appeal_period_is_over, no_appeal_is_pending]
TO_PASS_ON = [terms_know_a_next, somebody_follows, contract_is_not_signed]
TO_DECLARE_DESERTED = [nobody_can_win, contract_is_not_signed]


# The second call


@guard(
    code="tender.second-call.barrier-report-missing",
    reason=_(
        "The report on the barriers of the deserted call is missing. Ask the buyers why they did not bid, "
        "and record it."
    ),
    rule=_("rule 61"),
)
def barriers_were_reported(tender, at):
    return tender.previous_id is None or hasattr(tender.previous, "barrier_report")


def values_of(tender):
    """Return what holds in this call for everything that the five points show in."""
    return five_points.values(tender.profile, tender.stated) if tender.profile else {}


def open_points(tender):
    """Return the points that are as in the first call without anybody having said why."""
    explained = set(tender.five_points.values_list("point", flat=True))
    left = five_points.unchanged(values_of(tender.previous), values_of(tender))
    return [point for point in left if point.key not in explained]


@guard(
    code="tender.second-call.five-points-open",
    reason=_(
        "Of the five points compared with the first call, still open: %(points)s. Change them, or say why "
        "they stay."
    ),
    rule=_("rules 62-67"),
)
def five_points_are_settled(tender, at):
    if tender.previous_id is None:
        return True
    left = open_points(tender)
    return not left or Unmet(points=", ".join(str(_(point.label)) for point in left))


SECOND_CALL = [barriers_were_reported, five_points_are_settled]
