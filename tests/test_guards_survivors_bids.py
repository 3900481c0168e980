"""Guards of bids and acts that other tests do not name: each refuses with its code; then it passes."""

from datetime import timedelta

import pytest

from bids.models import Bid, Holder, Kit
from bids.services import appeals, custody, first_result, opening, submission
from procurement import clock
from procurement.services import changes, terms
from procurement.workflow import advance

from . import bidding, deciding
from .refusing import refused
from .test_deserted import empty

pytestmark = pytest.mark.slow
FIRST_APPEAL = {"against": "first-result", "clause": "19.3", "grounds": "La carta sí estaba en la página 12."}


def first(tender):
    return deciding.bids_of(tender)[0]


def passes(code, act, *arguments, **named):
    """Whether a step is not refused with this code, whatever else stands against it."""
    try:
        act(*arguments, **named)
    except Exception as refusal:
        return code not in getattr(refusal, "codes", [])
    return True


# Presenting


def test_a_bid_of_an_earlier_round_is_not_presented_again(world):  # decision 19
    tender = world.at("closed")
    world.agree(tender, purpose="return", number="110-2026")
    later = {
        name: getattr(tender.schedule, name) + timedelta(days=28)
        for name in ("sale_until", "meeting_3", "submission_deadline", "opening_1", "opening_2", "award")
    }
    changes.return_to_phase(tender, reason="Hubo una duda", new=later, by=world.manager)

    old = bidding.bid_again(world.bids[0])
    stale = refused(submission.present, old, stamp=clock.now(), by=world.ana)
    new = submission.begin(deciding.fresh(tender), bidder=world.bidders[0], by=world.ana)

    assert "bid.submission.other-round" in stale
    assert passes("bid.submission.other-round", submission.present, new, stamp=clock.now(), by=world.ana)


def test_bids_are_received_once_the_terms_are_integrated(world):  # rules 36, 47
    bid, _other = bidding.buyers(world, world.at("announced"))
    bidding.seal(bid)

    assert refused(submission.present, bid, stamp=clock.now(), by=world.ana) == ["bid.submission.not-open"]


def test_shares_that_do_not_sum_keep_a_bid_out(world):  # rules 9, 134
    bid, _other = bidding.buyers(world, world.at("integrated"))
    bidding.seal(bid)
    for kind, share in [("private", "60.00"), ("municipal", "39.99")]:
        Holder.objects.create(bidder=bid.bidder, kind=kind, name=f"Socio {kind}", share=share)

    early = refused(submission.present, bid, stamp=clock.now(), by=world.ana)
    Holder.objects.filter(kind="municipal").delete()
    Holder.objects.update(share="100.00")

    assert "bidder.shareholding.not-whole" in early
    assert submission.present(bid, stamp=clock.now(), by=world.ana).state == "submitted"


def test_an_envelope_sealed_with_older_keys_is_not_presented(world):  # sobre/1
    tender = world.at("integrated")
    bid, _other = bidding.buyers(world, tender)
    bidding.seal(bid)
    kept = Kit.objects.get(tender=tender, stage=2)
    Kit.objects.filter(pk=kept.pk).update(sha256="0" * 64)

    stale = refused(submission.present, bid, stamp=clock.now(), by=world.ana)
    Kit.objects.filter(pk=kept.pk).update(sha256=kept.sha256)

    assert stale == ["envelope.kit.outdated"]
    assert submission.present(bid, stamp=clock.now(), by=world.ana).state == "submitted"


def test_paper_envelopes_have_no_custodians(world):  # decision 11
    tender = world.draft()
    world.prepare(tender)
    named = {"user": world.chair, "group": "committee", "by": world.secretary}
    custody.name(tender, **named)
    tender = deciding.fresh(tender)
    terms.revise(tender, version=tender.version, texts={"envelopes.form": "paper"}, by=world.secretary)

    on_paper = refused(custody.name, tender, **named | {"user": world.member})
    assert "custody.envelopes.not-digital" in on_paper


# The opening


def test_without_bids_no_act_begins(world):  # rule 60
    tender = empty(world)
    act = deciding.convene(world, tender)
    world.move(act.planned_at)

    assert refused(opening.begin, act, present=deciding.members(world), by=world.chair) == [
        "opening.bids.none"
    ]
    assert "opening.bids.none" in refused(advance, tender, "begin_evaluation", by=world.chair)


def test_envelope_2_is_not_opened_when_nobody_qualified(world):  # rule 59
    tender = world.at("evaluating")
    result = deciding.decide_first(world, tender, failed=(0, 1))
    act = deciding.convene(world, tender, stage=2, planned_at=result.appeal_until + timedelta(days=1))
    world.move(act.planned_at)

    codes = refused(opening.begin, act, present=deciding.members(world), by=world.chair)
    assert codes == ["opening.bids.none"]


def test_no_act_begins_before_the_close(world):  # terms 17.1
    tender = world.at("integrated")
    act = deciding.convene(world, tender)
    world.move(act.planned_at)

    codes = refused(opening.begin, act, present=deciding.members(world), by=world.chair)
    assert "opening.closing.not-done" in codes


def test_a_bid_is_open_when_its_envelope_is(world):  # rule 59
    tender = world.at("closed")
    shut = refused(advance, first(tender), "open_first", by=clock.ACTOR)

    deciding.evaluate(world, tender)
    deciding.decide_first(world, tender)
    shut_second = refused(advance, first(tender), "open_second", by=clock.ACTOR)
    deciding.open_second(world, tender)

    assert shut == shut_second == ["opening.envelope.still-shut"]
    assert first(tender).state == "envelope-2-opened"


# The evaluation


def test_a_bid_is_observed_for_a_defect_and_goes_on_without_one(world):  # terms 18
    tender = world.at("evaluating")
    deciding.declare_again(world, tender)
    bid = first(tender)
    nothing = refused(advance, bid, "observe", by=world.chair)

    bid.defects.create(
        tender=tender,
        criterion="finance",
        text="Falta la firma.",
        asked_by=world.chair,
        asked_at=clock.now(),
        due_at=clock.now() + timedelta(days=3),
    )
    advance(bid, "observe", by=world.chair)
    waiting = refused(advance, bid, "accept_remedy", by=world.chair)
    bid.defects.update(settled_at=clock.now(), accepted=True, verdict="Está firmado.")

    assert nothing == ["evaluation.defect.none"]
    assert waiting == ["evaluation.remedy.undecided"]
    assert advance(bid, "accept_remedy", by=world.chair).state == "opened"


def test_an_offer_is_ranked_with_its_place(world):  # rules 55, 56
    tender = world.at("evaluating")
    deciding.decide_first(world, tender)
    deciding.open_second(world, tender)
    without = refused(advance, first(tender), "rank", by=world.chair)
    Bid.objects.filter(pk=first(tender).pk).update(place=1)

    assert without == ["evaluation.offer.no-place"]
    assert advance(first(tender), "rank", by=world.chair).state == "ranked"


def test_what_stayed_shut_goes_back_once_the_result_is_firm_and_no_appeal_waits(world):  # rule 59
    tender = world.at("evaluating")
    deciding.declare_again(world, tender)
    out = deciding.judge(world, first(tender), "finance")
    how = {"how": "Entregado cerrado.", "by": world.secretary}
    early = refused(first_result.return_envelopes, out, **how)

    deciding.judge(world, deciding.bids_of(tender)[1])
    result = first_result.publish(tender, by=world.chair)
    appeal = appeals.file(out, by=world.ana, **FIRST_APPEAL)
    world.move(result.appeal_until)
    appealed = refused(first_result.return_envelopes, out, **how)
    appeals.turn_away(appeal, reasons="No tiene interés.", by=world.secretary)

    assert early == ["evaluation.first-result.not-published"]
    assert appealed == ["envelope.two.appeal-open"]
    assert first_result.return_envelopes(out, **how).state == "returned"
