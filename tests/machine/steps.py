"""How each verb is taken: the service that takes it, and what the right people do first so that it can be.

`STEPS` are the verbs that somebody takes by themselves, `CASCADES` those that follow from another step.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from bids.models import Bid
from bids.services import (
    appeals,
    award,
    defects,
    deserted,
    evaluation,
    first_result,
    opening,
    ranking,
    submission,
)
from procurement import clock
from procurement.schedule import CLOSE_MARGIN, local_day
from procurement.services import changes, circulars, meetings, queries, sale, tenders
from tests import bidding, deciding
from tests import world as worlds

from . import contract_steps, guarantee_steps

REASON = "Consta en el expediente."
DAY = timedelta(days=1)
AGAIN = ("sale_until", "meeting_3", "submission_deadline", "opening_1", "opening_2", "award")


def nothing(world, thing):
    """What needs no preparation."""


class Step(NamedTuple):
    """`call(world, thing, by)` takes the verb; `ready(world, thing)` brings what it stands on."""

    call: Callable
    ready: Callable = nothing


def today():
    return local_day(clock.now())


def tender_of(thing):
    """Return the tender afresh: services hand back what they saw."""
    return type(thing.tender).objects.get(pk=thing.tender.pk)


# The tender


def prepare(world, tender):
    if not tender.agreements.standing().exists():
        world.prepare(tender)


def make_announceable(world, tender):
    if not hasattr(tender, "schedule"):
        world.set_dates(tender)
    if not tender.barrier_checks.exists():
        world.check_barriers(tender)
    if not tender.kits.filter(round=tender.round).exists():
        bidding.seat_custodians(world, tender)
    world.move(worlds.NOON)
    if not tender.proposals.filter(settled_at=None).exists():
        tenders.propose_announcement(tender, by=world.chair)


def make_integrable(world, tender):
    for meeting in tender.meetings.current().filter(state="planned", number__lt=3):
        world.meet(tender, meeting.number)
    world.move(max(clock.now(), tender.schedule.query_deadline))
    for circular in tender.circulars.filter(state="approved"):
        circulars.publish(circular, by=world.chair)
    if tender.queries.open().exists():
        world.answer(tender)


def go_to_close(world, tender):
    world.move(max(clock.now(), tender.schedule.submission_deadline + CLOSE_MARGIN))


def agree(purpose):
    """Let the council agree to this."""

    def ready(world, tender):
        world.agree(tender, purpose=purpose, number=f"{purpose}-{tender.agreements.count()}")

    return ready


def rank_all(world, tender):
    if not tender.first_results.filter(round=tender.round, superseded_at=None).exists():
        deciding.decide_first(world, tender)
    if not tender.opening_acts.filter(stage=2, round=tender.round, annulled_at=None).exists():
        deciding.open_second(world, tender)
    ranking.rank(tender_of(tender), by=world.chair)
    deciding.sign(world, tender_of(tender))


def leave_out_all(world, tender):
    """Leave every bid out, so that none is valid."""
    deciding.declare_again(world, tender)
    for bid in tender.bids.presented().filter(state="opened"):
        deciding.judge(world, bid, "finance")


def outlast_appeals(world, tender):
    for found in tender.awards.filter(ended_at=None):
        world.move(max(clock.now(), found.appeal_until))


def postpone(world, tender, by):
    new = {}
    if hasattr(tender, "schedule"):
        new = circulars.proposed_dates(tender, clock.now())
    changes.postpone(tender, act="Acta 9", reason=REASON, happened_on=today(), new=new, by=by)


def go_back(world, tender, by):
    new = {}
    if tender.state == "closed":  # then bids need a time to be presented again
        ahead = [name for name in AGAIN if getattr(tender.schedule, name)]
        new = {name: getattr(tender.schedule, name) + 28 * DAY for name in ahead}
    changes.return_to_phase(tender, reason=REASON, new=new, by=by)


def cancel(world, tender, by):
    changes.cancel(tender, reason=REASON, by=by, act="RA 44-2026", happened_on=today())


TENDER = {
    "approve": Step(lambda world, tender, by: tenders.approve(tender, by=by), prepare),
    "announce": Step(lambda world, tender, by: tenders.announce(tender, by=by), make_announceable),
    "postpone": Step(postpone),
    "integrate": Step(
        lambda world, tender, by: circulars.integrate(tender, present=world.committee[:3], by=by),
        make_integrable,
    ),
    "close": Step(lambda world, tender, by: tenders.close(tender, by=by), go_to_close),
    "award": Step(lambda world, tender, by: award.award(tender, by=by), rank_all),
    "consent": Step(lambda world, tender, by: award.consent(tender, by=by), outlast_appeals),
    "pass_to_next": Step(lambda world, tender, by: award.pass_to_next(tender, reason=REASON, by=by)),
    "declare_deserted": Step(
        lambda world, tender, by: deserted.declare(tender, text=REASON, by=by), leave_out_all
    ),
    "return_to_phase": Step(go_back, agree("return")),
    "annul_opening": Step(
        lambda world, tender, by: opening.annul(tender, act="RA 45-2026", reason=REASON, by=by)
    ),
    "withdraw": Step(
        lambda world, tender, by: changes.withdraw(tender, reason=REASON, by=by), agree("withdraw")
    ),
    "cancel": Step(cancel, agree("cancel")),
}

# Meetings, queries, circulars, sales


def invite_all(world, meeting):
    sent = {"medium": "letter", "sent_on": today(), "proof": "Cargo 15", "by": world.chair}
    meetings.invite(meeting, name="JVS de Laredo", sector="jvs", **sent)
    meetings.invite(meeting, name="Irma Invitada", sector="business", **sent)


def go_to_meeting(world, meeting):
    if meeting.convened_for:
        world.move(max(clock.now(), meeting.convened_for))


def fill_the_room(world, meeting):
    go_to_meeting(world, meeting)
    who = {"name": "Irma Invitada", "dni": "40000040", "sector": "business", "sex": "woman"}
    invited = meeting.invitations.filter(sector="business").first()
    meetings.attend(meeting, capacity="invitee", invitation=invited, by=world.secretary, **who)


def write_it_down(world, meeting):
    topics = meeting.Topic.values
    meetings.report(meeting, account="Se explicó todo.", topics=topics, by=world.secretary)


MEETING = {
    "convene": Step(
        lambda world, meeting, by: meetings.convene(meeting, place="Local comunal", by=by), invite_all
    ),
    "reschedule": Step(
        lambda world, meeting, by: meetings.reschedule(
            meeting, reason=REASON, to=meeting.date and meeting.date + timedelta(minutes=30), by=by
        )
    ),
    "hold": Step(lambda world, meeting, by: meetings.hold(meeting, by=by), fill_the_room),
    "close": Step(lambda world, meeting, by: meetings.close(meeting, by=by), write_it_down),
    "miss": Step(lambda world, meeting, by: meetings.miss(meeting, by=by), go_to_meeting),
    "skip": Step(lambda world, meeting, by: meetings.skip(meeting, reason=REASON, by=by)),
}
QUERY = {
    "register": Step(lambda world, query, by: queries.number(query, by=by)),
    "reject": Step(lambda world, query, by: queries.reject(query, reason=REASON, by=by)),
    "draft": Step(
        lambda world, query, by: queries.draft_answer(query, answer="Como dicen las bases.", by=by)
    ),
}
CIRCULAR = {
    "approve": Step(
        lambda world, circular, by: circulars.approve(circular, present=world.committee[:3], by=by)
    ),
    "withdraw_approval": Step(
        lambda world, circular, by: circulars.reconsider(circular, reason=REASON, by=by)
    ),
    "publish": Step(lambda world, circular, by: circulars.publish(circular, by=by)),
}


def pay(world, purchase, by):
    # one voucher for all: only one purchase can be paid with it
    paid = {"method": "transfer", "voucher": "OP-7", "document_seen": True}
    sale.pay(purchase, amount=sale.price_for(purchase), by=by, **paid)


SALE = {
    "pay": Step(pay),
    "deliver": Step(lambda world, purchase, by: sale.deliver(purchase, by=by)),
    "say_no_bid": Step(
        lambda world, purchase, by: sale.say_no_bid(purchase, reason="guarantee", by=by),
        lambda world, purchase: go_to_close(world, purchase.tender),
    ),
    "void": Step(lambda world, purchase, by: sale.void(purchase, reason=REASON, by=by)),
    "refund": Step(lambda world, purchase, by: sale.refund(purchase, reason=REASON, by=by)),
}

# Bids and their envelopes


def seal(world, bid):
    if bid.bidder.account_id:
        world.key_files[bid.pk] = bidding.seal(bid, "9.75", key_file=world.key_files.get(bid.pk))


def ask_to_complete(world, bid, by):
    defects.observe(bid, criterion="finance", text="Falta la firma.", by=by)


def judge_all(world, bid):
    deciding.declare_again(world, bid.tender)
    deciding.fill_sheets(world, bid)
    deciding.decide(world, bid)


def find_a_fault(world, bid):
    deciding.declare_again(world, bid.tender)
    deciding.fill_sheets(world, bid)
    deciding.decide(world, bid, "finance")


def settle_defect(world, bid, by):
    for defect in bid.defects.filter(settled_at=None):
        defects.settle(defect, accepted=True, reason=REASON, by=by)


def complete(world, bid):
    for defect in bid.defects.filter(settled_at=None, answered_at=None):
        defects.answer(defect, text="Aquí está.", by=bid.bidder.account)


def give_back(world, bid, by):
    if bid.state == Bid.State.SUBMITTED:
        submission.return_earlier_rounds(tender_of(bid), by=by)
    else:
        first_result.return_envelopes(bid, how="Entregado cerrado.", by=by)


def make_result_firm(world, bid):
    tender = tender_of(bid)
    for each in tender.bids.presented().filter(state="opened"):
        deciding.judge(world, each)
    found = tender.first_results.filter(superseded_at=None).first()
    found = found or first_result.publish(tender, by=world.chair)
    world.move(max(clock.now(), found.appeal_until + DAY))


BID = {
    "submit": Step(lambda world, bid, by: submission.present(bid, stamp=clock.now(), by=by), seal),
    "withdraw": Step(
        lambda world, bid, by: submission.withdraw(
            bid, key_file=world.key_files.get(bid.pk, b""), stamp=clock.now(), by=by
        )
    ),
    "observe": Step(ask_to_complete, lambda world, bid: deciding.declare_again(world, bid.tender)),
    "accept_remedy": Step(settle_defect, complete),
    "exclude": Step(lambda world, bid, by: evaluation.exclude(bid, by=by), find_a_fault),
    "qualify": Step(lambda world, bid, by: evaluation.qualify(bid, by=by), judge_all),
    "rank": Step(
        lambda world, bid, by: ranking.rank(tender_of(bid), by=by),
        lambda world, bid: world.move(clock.now() + DAY),
    ),
    "give_back": Step(give_back, make_result_firm),
}


def go_to_act(world, act):
    world.move(max(clock.now(), act.planned_at))


ACT = {
    "postpone": Step(
        lambda world, act, by: opening.postpone(act, planned_at=clock.now() + 3 * DAY, reason=REASON, by=by)
    ),
    "begin": Step(
        lambda world, act, by: opening.begin(act, present=deciding.members(world), by=by), go_to_act
    ),
    "suspend": Step(lambda world, act, by: opening.suspend(act, reason=REASON, by=by)),
    "resume": Step(lambda world, act, by: opening.resume(act, present=deciding.members(world), by=by)),
    "conclude": Step(
        lambda world, act, by: opening.conclude(act, by=by),
        lambda world, act: open_envelopes(world, act),
    ),
}


def open_envelopes(world, act):
    deciding.check(world, act)
    deciding.release(world, act)


# Appeals


def outlast_answers(world, appeal):
    if appeal.answer_by:
        world.move(max(clock.now(), appeal.answer_by))


def uphold(world, appeal, by):
    decided = {"resolution": "RA 60-2026", "reasons": REASON}
    remake = "first" if appeal.against == "first-result" else "ranking"
    reopened = [appeal.bid] if remake == "first" else []
    appeals.uphold(appeal, remake=remake, reopened=reopened, by=by, **decided)


APPEAL = {
    "observe": Step(lambda world, appeal, by: appeals.observe(appeal, missing="La firma.", by=by)),
    "admit": Step(lambda world, appeal, by: appeals.admit(appeal, by=by)),
    "turn_away": Step(lambda world, appeal, by: appeals.turn_away(appeal, reasons=REASON, by=by)),
    "hear": Step(lambda world, appeal, by: appeals.hear(appeal, by=by), outlast_answers),
    "uphold": Step(uphold),
    "dismiss": Step(
        lambda world, appeal, by: appeals.dismiss(appeal, resolution="RA 61-2026", reasons=REASON, by=by)
    ),
}

GUARANTEE = {verb: Step(*how) for verb, how in guarantee_steps.GUARANTEE.items()}
AFTER_THE_AWARD = {
    model: {verb: Step(*how) for verb, how in verbs.items()} for model, verbs in contract_steps.EVERY.items()
}
STEPS = {
    (model, verb): step
    for model, verbs in {
        "guarantee": GUARANTEE,
        "tender": TENDER,
        "biddermeeting": MEETING,
        "query": QUERY,
        "circular": CIRCULAR,
        "termssale": SALE,
        "bid": BID,
        "openingact": ACT,
        "appeal": APPEAL,
        **AFTER_THE_AWARD,
    }.items()
    for verb, step in verbs.items()
}
CASCADES = {
    ("tender", "begin_evaluation"): ("openingact", "begin"),
    ("tender", "reopen_evaluation"): ("appeal", "uphold"),
    ("query", "settle"): ("circular", "approve"),
    ("query", "unsettle"): ("circular", "withdraw_approval"),
    ("query", "notify"): ("circular", "publish"),
    ("circular", "integrate"): ("tender", "integrate"),
    ("bid", "open_first"): ("openingact", "conclude"),
    ("bid", "open_second"): ("openingact", "conclude"),
    ("bid", "reject_offer"): ("bid", "rank"),
    ("bid", "reopen"): ("appeal", "uphold"),
    ("bid", "measure_again"): ("appeal", "uphold"),
    ("bid", "undo_opening"): ("tender", "annul_opening"),
    **contract_steps.CASCADES,
}
