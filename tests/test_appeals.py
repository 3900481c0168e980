"""Appeals of bidders: filed in time, answered, decided by who the terms say, with their effects (§4.10)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from bids.models import Appeal
from bids.services import appeals, award, opening
from procurement import clock

from . import deciding
from .refusing import refused
from .test_opening import logged
from .test_ranking_pages import world_terms
from .world import A_SECOND

pytestmark = pytest.mark.slow  # each walks to an award of its own

WRITTEN = {"clause": "21.1", "grounds": "El cálculo no es el de las bases."}
DECISION = {"resolution": "RA 050-2026 del 25 de mayo", "reasons": "Lo dicen las bases y el expediente."}


def bid_of(tender, place):
    return deciding.bids_of(tender)[place]


def file(world, tender, place=1, against="award", **other):
    by = other.pop("by", None) or [world.ana, world.beto][place]
    return appeals.file(bid_of(tender, place), against=against, by=by, **WRITTEN | other)


def to_decision(world, appeal):
    appeal = appeals.admit(appeal, by=world.secretary)
    world.move(appeal.answer_by)
    return appeals.hear(appeal, by=clock.ACTOR)


def test_a_bidder_appeals_the_award_until_its_last_second(world):  # terms 25.2
    tender = world.at("awarded")
    until = tender.awards.get().appeal_until

    world.move(until)
    late = refused(file, world, tender)
    world.move(until - A_SECOND)
    appeal = file(world, tender)

    assert late == ["appeal.filing.late"]
    assert (appeal.number, appeal.state, appeal.filed_at) == (1, "filed", until - A_SECOND)
    [body] = logged(tender, "appeal.file")
    assert body["actor"] == appeal.bid.pseudonym


def test_only_who_is_affected_appeals(world):  # terms 25.1
    tender = world.at("awarded")

    assert refused(file, world, tender, 0) == ["appeal.filing.no-interest"]  # the winner
    with pytest.raises(PermissionDenied):
        file(world, tender, by=world.outsider)
    with pytest.raises(PermissionDenied):
        file(world, tender, by=world.ana)  # in a rival's name
    assert refused(file, world, tender, clause=" ") == ["appeal.filing.grounds-missing"]
    file(world, tender)
    assert refused(file, world, tender) == ["appeal.filing.pending"]


def test_the_desk_registers_an_appeal_on_paper_with_its_hour(world):  # decision 4
    tender = world.at("awarded")
    until = tender.awards.get().appeal_until
    world.move(until + timedelta(hours=10))

    late = refused(file, world, tender, by=world.clerk, received_at=until)
    future = refused(file, world, tender, by=world.clerk, received_at=clock.now() + A_SECOND)
    appeal = file(world, tender, by=world.clerk, received_at=until - A_SECOND)

    assert late == ["appeal.filing.late"]
    assert "appeal.filing.in-future" in future
    assert (appeal.on_paper, appeal.filed_at) == (True, until - A_SECOND)


def test_nothing_is_appealed_before_a_result(world):  # terms 25.1
    tender = world.at("evaluating")

    assert refused(file, world, tender) == ["appeal.filing.nothing"]
    assert refused(file, world, tender, against="first-result") == ["appeal.filing.nothing"]


def test_a_missing_guarantee_is_asked_for_once(world, monkeypatch):  # terms 25.3-25.4
    world_terms(monkeypatch, appeal__guarantee="500.00")
    tender = world.at("awarded")
    appeal = file(world, tender)

    bare = refused(appeals.admit, appeal, by=world.secretary)
    unsaid = refused(appeals.observe, appeal, missing=" ", by=world.secretary)
    appeal = appeals.observe(appeal, missing="La garantía de 500.00 soles", by=world.secretary)
    early = refused(appeals.turn_away, appeal, reasons="No completó", by=world.secretary)
    appeal = appeals.complete(appeal, guarantee_paper="Depósito 77", by=world.beto)
    appeal = appeals.admit(appeal, by=world.secretary)

    assert bare == ["appeal.filing.guarantee-missing"]
    assert unsaid == ["appeal.observation.reason-missing"]
    assert early == ["appeal.completion.period-open"]
    assert (appeal.state, appeal.guarantee) == ("admitted", "held")
    appeal = appeals.dismiss(to_hear(world, appeal), execute_guarantee=True, by=world.mayor, **DECISION)
    assert appeal.guarantee == "executed"


def to_hear(world, appeal):
    world.move(appeal.answer_by)
    return appeals.hear(appeal, by=clock.ACTOR)


def test_who_does_not_complete_in_time_is_turned_away(world, monkeypatch):  # terms 25.4
    world_terms(monkeypatch, appeal__guarantee="500.00")
    tender = world.at("awarded")
    appeal = appeals.observe(file(world, tender), missing="La garantía", by=world.secretary)
    world.move(appeal.complete_by)

    late = refused(appeals.complete, appeal, guarantee_paper="Depósito 77", by=world.beto)
    appeal = appeals.turn_away(appeal, reasons="No completó la garantía", by=world.secretary)

    assert late == ["appeal.completion.late"]
    assert appeal.state == "inadmissible"


def test_the_others_are_heard_before_the_decision(world):  # terms 25.4
    tender = world.at("awarded")
    appeal = appeals.admit(file(world, tender), by=world.secretary)

    early = refused(appeals.hear, appeal, by=world.secretary)
    with pytest.raises(PermissionDenied):
        appeals.answer(appeal, bid=bid_of(tender, 1), text="Soy el mismo", by=world.beto)
    appeals.answer(appeal, bid=bid_of(tender, 0), text="El cálculo está bien.", by=world.ana)
    again = refused(appeals.answer, appeal, bid=bid_of(tender, 0), text="Otra vez", by=world.ana)
    heard = appeals.hear(appeal, by=world.secretary)

    assert early == ["appeal.answers.period-open"]
    assert again == ["appeal.answers.closed"]
    assert heard.state == "heard"
    assert world.ana.notices.filter(link=appeal.get_absolute_url()).exists()


def test_the_committee_never_decides_and_only_the_authority_does(world):  # §4.11
    tender = world.at("awarded")
    appeal = to_decision(world, file(world, tender))

    assert refused(appeals.dismiss, appeal, by=world.chair, **DECISION) == ["appeal.decision.by-committee"]
    for person in (world.manager, world.secretary, world.legal, world.ana, world.outsider):
        with pytest.raises(PermissionDenied):
            appeals.dismiss(appeal, by=person, **DECISION)
    assert appeals.dismiss(appeal, by=world.mayor, **DECISION).state == "dismissed"


def test_the_manager_enters_what_the_council_decides(world, monkeypatch):  # decision 2
    world_terms(monkeypatch, appeal__authority="council")
    tender = world.at("awarded")
    appeal = to_decision(world, file(world, tender))

    with pytest.raises(PermissionDenied):
        appeals.dismiss(appeal, by=world.mayor, **DECISION)
    assert appeals.dismiss(appeal, by=world.manager, **DECISION).decided_by == world.manager


def test_a_decision_has_its_resolution_and_reasons(world):  # terms 25.5
    appeal = to_decision(world, file(world, world.at("awarded")))

    codes = refused(appeals.dismiss, appeal, resolution=" ", reasons=" ", by=world.mayor)

    assert codes == ["appeal.decision.reasons-missing", "appeal.decision.resolution-missing"]
    assert refused(appeals.uphold, appeal, remake="first", by=world.mayor, **DECISION) == [
        "appeal.decision.remake-missing"
    ]


def test_a_pending_appeal_holds_the_consent_and_a_dismissed_one_lets_it(world):  # §4.1
    tender = world.at("awarded")
    appeal = file(world, tender)
    world.move(tender.awards.get().appeal_until)

    pending = refused(award.consent, tender, by=world.secretary)
    due = award.due_for_consent(clock.now())
    appeals.dismiss(to_decision(world, appeal), by=world.mayor, **DECISION)
    tender = award.consent(tender, by=world.secretary)

    assert pending == ["award.consent.appeal-pending"]
    assert due == []
    assert tender.state == "consented"
    assert DECISION["resolution"] in tender.minutes.get(kind="consent").text


def test_an_upheld_appeal_sends_the_tender_back_to_the_ranking(world):  # §4.10
    tender = world.at("awarded")
    first = tender.awards.get()
    appeal = to_decision(world, file(world, tender))

    appeal = appeals.uphold(appeal, remake="ranking", by=world.mayor, **DECISION)

    tender = deciding.fresh(tender)
    assert (appeal.state, tender.state) == ("upheld", "evaluating")
    assert "1" in deciding.fresh(first).ended_reason
    assert {bid.state for bid in deciding.bids_of(tender)} == {"envelope-2-opened"}
    deciding.ranking.rank(tender, by=world.chair)
    deciding.sign(world, tender)
    assert award.award(tender, by=world.chair).state == "awarded"
    assert tender.minutes.filter(kind="award").count() == 2


def test_an_upheld_appeal_reopens_a_bid_from_envelope_1(world):  # §4.10
    tender = world.at("awarded")
    appeal = to_decision(world, file(world, tender))
    winner = bid_of(tender, 0)

    appeals.uphold(appeal, remake="first", reopened=[winner], by=world.mayor, **DECISION)

    assert deciding.fresh(winner).state == "opened"
    deciding.judge(world, winner, "finance")
    deciding.first_result.publish(tender, by=world.chair)
    ranked = deciding.ranking.rank(tender, by=world.chair)
    assert [row["name"] for row in ranked.body["rows"]] == ["Cooperativa Beto"]


def test_a_bid_not_admitted_appeals_and_comes_back(world):  # §4.10
    tender = world.at("evaluating")
    result = deciding.decide_first(world, tender, failed=(1,))
    out = bid_of(tender, 1)
    appeal = file(world, tender, against="first-result")
    act = deciding.convene(world, tender, stage=2, planned_at=result.appeal_until + timedelta(days=1))
    world.move(act.planned_at)

    held = refused(opening.begin, act, present=world.committee[:3], by=world.chair)
    appeals.uphold(to_decision(world, appeal), remake="first", reopened=[out], by=world.mayor, **DECISION)

    assert held == ["envelope.two.appeal-open"]
    assert deciding.fresh(out).state == "opened"
    assert not tender.first_results.filter(superseded_at=None).exists()
    assert deciding.judge(world, out).state == "qualified"


def test_an_appeal_names_no_identity_document(world):  # decision 6
    tender = world.at("awarded")

    codes = refused(file, world, tender, grounds=f"Lo firmó {world.ana.dni}")

    assert codes == ["document.minutes.identity-document"]
    assert not Appeal.objects.exists()
