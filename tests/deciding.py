"""What committee and custodians do from the close to the consent in the world of the tests."""

from datetime import timedelta

from bids.criteria import criteria_of
from bids.models import Bid, OpeningAct
from bids.services import award, envelopes, evaluation, first_result, opening, ranking
from procurement.models import Tender
from procurement.services import committee

REASON = "Consta en la página 4 de lo presentado."
POINTS = "75.00"


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def members(world):
    return [world.chair, world.member, world.third]


def convene(world, tender, stage=1, **how):
    said = {"place": "Auditorio municipal", "notary": "Noé Notario"}
    return opening.convene(tender, stage=stage, by=world.chair, **said | how)


def begin(world, tender, stage=1, **how):
    """Convene an act, go to its hour and begin it with the whole committee."""
    act = convene(world, tender, stage, **how)
    world.move(act.planned_at)
    return opening.begin(act, present=members(world), by=world.chair)


def words(world, custodian):
    return " ".join(world.sheets[custodian.index])


def custodians(tender):
    return list(tender.custodians.filter(round=tender.round))


def check(world, act, *some):
    for custodian in some or custodians(act.tender):
        typed = words(world, custodian)
        envelopes.check_envelopes(act, custodian=custodian, words=typed, by=world.chair)


def release(world, act, *some):
    for custodian in some or custodians(act.tender):
        typed = words(world, custodian)
        envelopes.release_shares(act, custodian=custodian, words=typed, by=world.chair)


def open_all(world, act):
    """Let every custodian check, then hand over, and close the act."""
    check(world, act)
    release(world, act)
    return opening.conclude(act, by=world.chair)


def declare_again(world, tender):
    """Declare the interests again, now that the bidders are known (decision 20b)."""
    for member in members(world):
        committee.declare(tender, has_conflict=False, by=member)


def sheet(tender, **other):
    """Return a member's answers: everything is met, unless it is told otherwise (criterion → finding)."""
    return {
        criterion.key: {"finding": other.get(criterion.key, "meets"), "reason": REASON}
        | ({"points": POINTS} if criterion.points else {})
        for criterion in criteria_of(tender)
    }


def fill_sheets(world, bid, **other):
    for member in members(world):
        evaluation.save_sheet(bid, answers=sheet(bid.tender, **other), by=member)


def decide(world, bid, *failed, points=POINTS, **meets):
    """Decide every criterion of a bid: met, but those in `failed`."""
    for criterion in criteria_of(bid.tender):
        found = {"meets": meets.get(criterion.key, criterion.key not in failed), "reason": REASON}
        if criterion.points:
            found |= {"points": points}
        evaluation.decide(bid, criterion=criterion.key, by=world.chair, **found)


def judge(world, bid, *failed, **meets):
    """Fill the sheets, decide, and qualify or leave out."""
    fill_sheets(world, bid)
    decide(world, bid, *failed, **meets)
    step = evaluation.exclude if failed else evaluation.qualify
    return step(bid, by=world.chair)


def evaluate(world, tender):
    """Open envelope 1 of every bid in its act."""
    act = begin(world, tender)
    open_all(world, act)
    return Tender.objects.get(pk=tender.pk)


def decide_first(world, tender, *, failed=(), local=(1,)):
    """Judge every bid and publish the result. `local` and `failed` name bids by their place, from 0."""
    declare_again(world, tender)
    bids = list(tender.bids.presented())
    for place, bid in enumerate(bids):
        judge(world, bid, *(["finance"] if place in failed else []), local=place in local)
    return first_result.publish(tender, by=world.chair)


def open_second(world, tender):
    """Hold the act of envelope 2 once the result of envelope 1 is firm."""
    result = tender.first_results.get(superseded_at=None)
    act = begin(world, tender, stage=2, planned_at=result.appeal_until + timedelta(days=1))
    return open_all(world, act)


def sign(world, tender):
    for member in members(world):
        ranking.sign(tender, by=member)


def rank(world, tender, **how):
    """Bring a tender from the opened envelope 1 to its signed ranking."""
    decide_first(world, tender, **how)
    open_second(world, tender)
    ranked = ranking.rank(tender, by=world.chair)
    sign(world, tender)
    return ranked


def give_award(world, tender):
    rank(world, tender)
    return award.award(tender, by=world.chair)


def consent(world, tender):
    world.move(tender.awards.get(ended_at=None).appeal_until)
    return award.consent(tender, by=world.secretary)


def act_of(tender, stage):
    return OpeningAct.objects.get(tender=tender, stage=stage, annulled_at=None)


def bids_of(tender):
    return list(Bid.objects.filter(tender=tender).order_by("submitted_at", "pk"))
