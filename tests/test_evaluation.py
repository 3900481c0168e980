"""Envelope 1 before the committee: conflicts, sheets, decisions, defects, the result and its firmness."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from bids.criteria import criteria_of
from bids.models import Bid, Decision, Sheet
from bids.services import defects, evaluation, first_result, opening
from procurement.models import Event, Minutes
from procurement.services import committee, people
from procurement.workflow import Blocked

from . import deciding
from .refusing import refused
from .test_opening import logged
from .world import A_SECOND, paper

WHY = {"reason": deciding.REASON}


@pytest.fixture
def judging(world):
    """A tender whose first envelopes are open, with everybody's interests declared again."""
    tender = world.at("evaluating")
    deciding.declare_again(world, tender)
    return tender


def bid_of(tender, place=0):
    return deciding.bids_of(tender)[place]


# Who judges


def test_nobody_judges_before_declaring_their_ties_to_the_bidders_now_known(world):  # D7
    tender = world.at("evaluating")
    bid = bid_of(tender)
    answers = deciding.sheet(tender)

    codes = refused(evaluation.save_sheet, bid, answers=answers, by=world.chair)
    committee.declare(tender, has_conflict=False, by=world.chair)

    assert codes == ["conflict.declaration.missing"]
    assert evaluation.save_sheet(bid, answers=answers, by=world.chair).member == world.chair


def test_who_is_tied_steps_aside_and_an_alternate_sits(world, judging):  # D7
    bid = bid_of(judging)
    tie = {"tie": "family", "kinship": "blood-2", "with_whom": "gerente del postor"}
    committee.declare(judging, has_conflict=True, by=world.third, **tie)

    tied = refused(evaluation.save_sheet, bid, answers=deciding.sheet(judging), by=world.third)
    seat = judging.appointments.get(user=world.third, group__name="committee")
    substitute = judging.appointments.get(user=world.alternate, group__name="committee")
    people.call_in(substitute, member=seat, reason="Vínculo declarado", by=world.mayor)

    assert tied == ["conflict.member.declared"]
    assert refused(evaluation.save_sheet, bid, answers=deciding.sheet(judging), by=world.alternate) == [
        "conflict.declaration.missing"
    ]
    committee.declare(judging, has_conflict=False, by=world.alternate)
    assert evaluation.save_sheet(bid, answers=deciding.sheet(judging), by=world.alternate)


def test_only_who_sits_on_the_committee_judges(world, judging):  # decision 20b
    for person in (world.secretary, world.observer, world.mayor, world.ana, world.outsider, world.alternate):
        with pytest.raises(PermissionDenied):
            evaluation.save_sheet(bid_of(judging), answers={}, by=person)


# Sheets


def test_others_see_my_sheet_only_after_saving_their_own(world, judging):  # D7
    bid = bid_of(judging)
    evaluation.save_sheet(bid, answers=deciding.sheet(judging), by=world.chair)

    before = evaluation.sheets_for(bid, world.member)
    evaluation.save_sheet(bid, answers=deciding.sheet(judging), by=world.member)

    assert before == []
    assert [sheet.member for sheet in evaluation.sheets_for(bid, world.member)] == [world.chair, world.member]
    assert evaluation.sheets_for(bid, world.third) == []


def test_a_finding_needs_its_reason_and_its_points(world, judging):  # rule 54
    bid = bid_of(judging)
    unexplained = {"moral": {"finding": "meets", "reason": " "}}
    beyond = {"technical": {"finding": "meets", "reason": "Bien", "points": "100.01"}}
    unknown = {"beauty": {"finding": "meets", "reason": "Bien"}}

    for answers, code in (
        (unexplained, "evaluation.criterion.reason-missing"),
        (beyond, "evaluation.points.out-of-range"),
        (unknown, "evaluation.criterion.unknown"),
    ):
        assert refused(evaluation.save_sheet, bid, answers=answers, by=world.chair) == [code]
    assert not Sheet.objects.exists()
    evaluation.save_sheet(
        bid, answers=beyond | {"technical": beyond["technical"] | {"points": "100.00"}}, by=world.chair
    )


def test_what_a_sheet_says_is_not_in_the_public_log(world, judging):  # decision 13
    evaluation.save_sheet(bid_of(judging), answers=deciding.sheet(judging), by=world.chair)

    [body] = logged(judging, "sheet.save")
    assert deciding.REASON not in str(body)
    private = Event.objects.get(log=body["log"], index=body["index"]).private_part.content
    assert private["moral"]["reason"] == deciding.REASON


# Decisions


def test_the_criteria_are_those_of_the_terms(judging):  # rules 12, 51-54, 160, 161
    keys = [criterion.key for criterion in criteria_of(judging)]
    by_key = {criterion.key: criterion for criterion in criteria_of(judging)}

    assert keys == [
        "experience",
        "finance",
        "moral",
        "origin",
        "administrative",
        "technical",
        "team",
        "local",
    ]
    assert (by_key["technical"].points, by_key["technical"].threshold) == (True, 60)
    assert (by_key["administrative"].points, by_key["local"].gate) == (False, False)


def test_the_committee_decides_after_every_sheet_and_once(world, judging):  # rule 54
    bid = bid_of(judging)
    evaluation.save_sheet(bid, answers=deciding.sheet(judging), by=world.chair)
    said = {"criterion": "moral", "meets": True, "by": world.chair} | WHY

    early = refused(evaluation.decide, bid, **said)
    deciding.fill_sheets(world, bid)
    evaluation.decide(bid, **said)

    assert early == ["evaluation.sheets.missing"]
    assert refused(evaluation.decide, bid, **said) == ["evaluation.criterion.decided"]
    assert refused(evaluation.decide, bid, **said | {"criterion": "origin", "reason": ""}) == [
        "evaluation.criterion.reason-missing"
    ]
    assert Decision.objects.count() == 1


def test_points_decide_at_the_threshold_to_the_hundredth(world, judging):  # rule 160
    bid = bid_of(judging)
    deciding.fill_sheets(world, bid)
    said = {"criterion": "technical", "by": world.chair} | WHY

    assert refused(evaluation.decide, bid, meets=True, points="59.99", **said) == [
        "evaluation.points.contradict"
    ]
    assert refused(evaluation.decide, bid, meets=False, points="60.00", **said) == [
        "evaluation.points.contradict"
    ]
    assert evaluation.decide(bid, meets=True, points="60.00", **said).meets


def test_a_bid_qualifies_only_when_everything_is_decided_and_met(world, judging):  # rules 51-54
    bid = bid_of(judging)
    deciding.fill_sheets(world, bid)

    undecided = refused(evaluation.qualify, bid, by=world.chair)
    deciding.decide(world, bid, "finance")
    failing = refused(evaluation.qualify, bid, by=world.chair)

    assert undecided == ["evaluation.criterion.undecided"]
    assert failing == ["evaluation.criterion.not-met"]
    other = deciding.judge(world, bid_of(judging, 1))
    assert other.state == "qualified"


def test_one_criterion_that_fails_is_not_admitted_with_its_reason(world, judging):  # rule 54
    bid = deciding.judge(world, bid_of(judging), "finance")

    assert bid.state == "not-admitted"
    assert deciding.REASON in bid.reason


def test_nothing_fails_without_a_reason(world, judging):  # rule 54
    bid = bid_of(judging)
    deciding.fill_sheets(world, bid)

    assert refused(evaluation.exclude, bid, reason="  ", by=world.chair) == [
        "evaluation.rejection.reason-missing"
    ]
    assert evaluation.exclude(bid, reason="El sobre 1 dice el porcentaje.", by=world.chair).state


def test_who_is_not_local_qualifies_all_the_same(world, judging):  # rule 65
    bid = deciding.judge(world, bid_of(judging), local=False)

    assert (bid.state, bid.is_local) == ("qualified", False)


# Defects


def ask_for(world, bid, **said):
    told = {"criterion": "finance", "text": "Falta la firma del Anexo 5"}
    return defects.observe(bid, by=world.chair, **told | said)


def test_a_defect_is_remedied_within_its_term(world, judging):  # D5
    bid = bid_of(judging)
    defect = ask_for(world, bid)
    assert deciding.fresh(bid).state == "observed"

    world.move(defect.due_at - A_SECOND)
    answered = defects.answer(defect, text="Va firmado", file=paper("anexo5.pdf"), by=world.ana)
    settled = defects.settle(answered, accepted=True, reason="Está firmado", by=world.chair)

    assert answered.document.reserved
    assert settled.accepted
    assert deciding.fresh(bid).state == "opened"


def test_the_term_ends_with_the_last_second_of_the_third_business_day(world, judging):  # terms 18
    defect = ask_for(world, bid_of(judging))  # Friday 24 April; Friday 1 May is off
    world.move(defect.due_at)

    assert defect.due_at.isoformat() == "2026-04-29T23:59:59-05:00"
    assert refused(defects.answer, defect, text="Tarde", by=world.ana) == ["evaluation.remedy.late"]


def test_nobody_decides_while_the_term_runs(world, judging):  # terms 18
    bid = bid_of(judging)
    defect = ask_for(world, bid)
    deciding.fill_sheets(world, bid)

    excluded = refused(evaluation.exclude, bid, reason="Falta la firma", by=world.chair)
    settled = refused(defects.settle, defect, accepted=False, reason="No llegó", by=world.chair)
    world.move(defect.due_at)
    bid = evaluation.exclude(bid, reason="No completó el Anexo 5", by=world.chair)

    assert excluded == settled == ["evaluation.remedy.period-open"]
    assert bid.state == "not-admitted"
    assert deciding.fresh(defect).accepted is False


def test_the_term_is_extended_once_and_only_while_it_runs(world, judging):  # terms 18.1
    defect = ask_for(world, bid_of(judging))
    first = defect.due_at

    defect = defects.extend(defect, by=world.chair)

    assert defect.due_at == first + timedelta(days=5)  # two business days: 30 April and, after 1 May, Monday
    assert refused(defects.extend, defect, by=world.chair) == ["evaluation.remedy.extended-already"]
    late = ask_for(world, bid_of(judging, 1))
    world.move(late.due_at)
    assert refused(defects.extend, late, by=world.chair) == ["evaluation.remedy.extended-already"]


def test_a_rival_does_not_answer_for_a_bidder_and_the_desk_may(world, judging):  # decision 4
    defect = ask_for(world, bid_of(judging))

    with pytest.raises(PermissionDenied):
        defects.answer(defect, text="Yo", by=world.beto)
    assert defects.answer(defect, text="En papel, folio 3", by=world.clerk).answered_at


# The result


def test_the_result_is_published_for_all_at_once(world, judging):  # rule 59
    deciding.judge(world, bid_of(judging))

    early = refused(first_result.publish, judging, by=world.chair)
    deciding.judge(world, bid_of(judging, 1), "moral")
    result = first_result.publish(judging, by=world.chair)

    assert early == ["envelope.two.other-bidders-undecided"]
    assert refused(first_result.publish, judging, by=world.chair) == [
        "evaluation.first-result.already-published"
    ]
    [facts] = [body["facts"] for body in logged(judging, "first-result")]
    assert [row["state"] for row in facts["bids"]] == ["qualified", "not-admitted"]
    assert deciding.REASON in Minutes.objects.get(pk=result.minutes_id).text
    assert world.beto.notices.filter(text__contains=deciding.REASON).exists()


def test_envelope_2_waits_until_the_result_is_firm_to_the_second(world, judging):  # rule 59
    for bid in deciding.bids_of(judging):
        deciding.judge(world, bid)
    undecided_act = deciding.convene(world, judging, stage=2, planned_at=judging.schedule.opening_2)
    world.move(undecided_act.planned_at)
    unpublished = refused(opening.begin, undecided_act, present=world.committee[:3], by=world.chair)
    result = first_result.publish(judging, by=world.chair)

    world.move(result.appeal_until - A_SECOND)
    open_period = refused(opening.begin, undecided_act, present=world.committee[:3], by=world.chair)
    world.move(result.appeal_until)

    assert unpublished == ["evaluation.first-result.not-published"]
    assert open_period == ["evaluation.first-result.appeal-period-open"]
    assert opening.begin(undecided_act, present=world.committee[:3], by=world.chair).state == "held"


def test_envelope_2_waits_for_every_decision(world, judging):  # rule 59
    deciding.judge(world, bid_of(judging))
    act = deciding.convene(world, judging, stage=2, planned_at=judging.schedule.opening_2)
    world.move(act.planned_at)

    codes = refused(opening.begin, act, present=world.committee[:3], by=world.chair)

    assert "envelope.two.other-bidders-undecided" in codes


def test_the_second_envelope_of_who_is_out_is_never_opened_and_goes_back(
    world, judging, django_capture_on_commit_callbacks
):  # rule 59, F11
    first, second = deciding.bids_of(judging)
    deciding.judge(world, first)
    deciding.judge(world, second, "finance")
    result = first_result.publish(judging, by=world.chair)
    told = {"how": "Entregado cerrado a su representante", "by": world.secretary}

    early = refused(first_result.return_envelopes, second, **told)
    deciding.open_second(world, judging)
    with pytest.raises(PermissionDenied):
        first_result.return_envelopes(second, **told | {"by": world.chair})
    kept = Path(second.envelopes.get(stage=2).ciphertext.path).exists()
    with django_capture_on_commit_callbacks(execute=True):
        second = first_result.return_envelopes(second, **told)

    shut = second.envelopes.get(stage=2)
    assert (kept, Path(shut.ciphertext.path).exists()) == (True, False)
    assert early == ["evaluation.first-result.appeal-period-open"]
    assert result.appeal_until is not None
    assert (second.state, shut.status, shut.content) == ("returned", "returned", None)
    assert first.envelopes.get(stage=2).status == "open"
    assert not any(
        body["facts"].get("manifest") == shut.manifest_sha256 for body in logged(judging, "release")
    )
    assert shut.manifest_sha256 in Minutes.objects.filter(kind="envelopes-returned").get().text


def test_with_one_envelope_the_offer_is_read_after_the_decision():  # rule 66
    from bids.criteria import has_two_envelopes
    from procurement import regimes

    class Call:
        profile = regimes.load("pppl-2003").profile(1, "first-call")

    class Second:
        profile = regimes.load("pppl-2003").profile(2)

    assert (has_two_envelopes(Call), has_two_envelopes(Second)) == (False, True)


def test_states_of_bids_are_moved_by_nobody_else(world, judging):  # principle 2
    from procurement.workflow import advance

    bid = bid_of(judging)
    for step in ("qualify", "exclude", "open_second", "rank", "reject_offer"):
        with pytest.raises((PermissionDenied, Blocked)):
            advance(bid, step, by=world.ana)
    assert Bid.objects.get(pk=bid.pk).state == "opened"
