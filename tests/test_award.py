"""The award, its consent, the next in rank (rules 57, 159; domain.md §4.1)."""

import pytest
from django.core.exceptions import PermissionDenied

from bids import jobs
from bids.models import Award
from bids.services import appeals, award
from procurement import clock, clockwork
from procurement.services import minutes

from . import deciding
from .refusing import refused
from .test_appeals import DECISION, file
from .test_opening import logged
from .test_ranking_pages import opened, world_terms
from .world import A_SECOND

pytestmark = pytest.mark.slow  # each walks to an award of its own


@pytest.fixture
def ranked(world):
    """A tender with a signed ranking: Ana is first."""
    tender = world.at("evaluating")
    deciding.rank(world, tender)
    return deciding.fresh(tender)


def test_the_first_of_the_ranking_gets_the_award_and_everybody_is_told(world, ranked):  # rule 159
    tender = award.award(ranked, by=world.chair)

    found = tender.awards.get()
    assert (tender.state, str(found.bid)) == ("awarded", "Servicios Ana SAC")
    assert (str(found.percentage), str(found.score), found.place) == ("10.20", "100.00", 1)
    [body] = logged(tender, "award")
    assert (body["facts"]["winner"], body["facts"]["percentage"]) == ("Servicios Ana SAC", "10.20")
    assert "diez con 20/100 por ciento" in tender.minutes.get(kind="award").text
    for person in (world.ana, world.beto, world.observer, world.mayor):
        assert person.notices.filter(tender=tender, written_at=tender.awarded_at).exists()
    loser = world.beto.notices.filter(tender=tender, written_at=tender.awarded_at).values_list(
        "text", flat=True
    )
    assert any("lugar 2" in text or "place 2" in text for text in loser)


def test_only_the_committee_awards(world, ranked):  # rule 159
    for person in (world.mayor, world.secretary, world.observer, world.ana, world.outsider):
        with pytest.raises(PermissionDenied):
            award.award(ranked, by=person)


def test_every_remark_of_the_jvs_is_answered_before_the_award(world, ranked):  # rule 42
    remark = minutes.remark(ranked, text="Se leyó muy rápido", by=world.observer)

    early = refused(award.award, ranked, by=world.chair)
    minutes.answer(remark, text="Se leerá otra vez", by=world.chair)

    assert early == ["award.remarks.unanswered"]
    assert award.award(ranked, by=world.chair).state == "awarded"


def test_without_ranking_there_is_no_award(world):  # rule 55
    assert refused(award.award, world.at("evaluating"), by=world.chair) == ["award.ranking.missing"]


def test_a_single_valid_bid_wins_only_where_the_terms_let_it(world, monkeypatch):  # rule 57; F6
    tender = opened(world, monkeypatch, "6.00", "4.99", local=())
    deciding.ranking.rank(tender, by=world.chair)
    deciding.sign(world, tender)

    tender = award.award(tender, by=world.chair)

    assert tender.awards.get().score == 100
    assert "no hubo competencia" in tender.minutes.get(kind="award").text


def test_a_single_valid_bid_does_not_win_where_the_terms_forbid_it(world, monkeypatch):  # rule 57
    world_terms(monkeypatch, single_bid__award_allowed="false")
    tender = opened(world, monkeypatch, "6.00", "4.99", local=())
    deciding.ranking.rank(tender, by=world.chair)
    deciding.sign(world, tender)

    assert refused(award.award, tender, by=world.chair) == ["award.single-bid.not-allowed"]


# The consent


def test_the_award_is_final_when_the_time_to_appeal_is_over_to_the_second(world):  # §4.1
    tender = world.at("awarded")
    until = tender.awards.get().appeal_until
    world.move(until - A_SECOND)

    early = refused(award.consent, tender, by=world.secretary)
    world.move(until)
    tender = award.consent(tender, by=world.secretary)

    assert early == ["award.consent.appeal-period-open"]
    assert (tender.state, tender.awards.get().consented_at) == ("consented", until)
    assert tender.minutes.filter(kind="consent").exists()


def test_the_clock_records_the_consent_by_itself(world):  # §4.1
    tender = world.at("awarded")
    until = tender.awards.get().appeal_until

    assert award.due_for_consent(until - A_SECOND) == []
    world.move(until)
    [due] = award.due_for_consent(until)
    award.consent_by_clock(due)

    assert deciding.fresh(tender).state == "consented"
    assert logged(tender, "consent")[0]["actor"] == str(clock.ACTOR)


def test_the_passes_of_the_clock_hear_appeals_and_consent(world):  # §4.1, §4.10
    tender = world.at("awarded")
    deciding_appeal = appeals.admit(file(world, tender), by=world.secretary)
    world.move(deciding_appeal.answer_by)

    first = [str(outcome.went) for outcome in clockwork.run(*jobs.JOBS)]
    appeals.dismiss(deciding.fresh(deciding_appeal), by=world.mayor, **DECISION)
    world.move(tender.awards.get().appeal_until)
    second = [(outcome.job, outcome.went) for outcome in clockwork.run(*jobs.JOBS)]

    assert first == ["done"]
    assert second == [("consent", "done")]
    assert set(jobs.JOBS) <= set(clockwork.JOBS)


def test_who_awards_does_not_record_the_consent(world):  # §4.11
    tender = world.at("awarded")
    world.move(tender.awards.get().appeal_until)

    with pytest.raises(PermissionDenied):
        award.consent(tender, by=world.chair)


# The next in rank


def test_the_next_in_rank_follows_where_the_winner_does_not_sign(world):  # §4.1
    tender = world.at("consented")
    first = tender.awards.get()

    unexplained = refused(award.pass_to_next, tender, reason=" ", by=world.chair)
    tender = award.pass_to_next(tender, reason="No entregó la garantía", by=world.chair)

    second = tender.awards.get(ended_at=None)
    assert unexplained == ["award.next.reason-missing"]
    assert (tender.state, str(second.bid), second.place) == ("awarded", "Cooperativa Beto", 2)
    assert deciding.fresh(first).ended_reason == "No entregó la garantía"
    assert second.appeal_until > first.appeal_until
    tender = deciding.consent(world, tender)
    assert refused(award.pass_to_next, tender, reason="Tampoco", by=world.chair) == ["award.next.none"]


def test_nobody_follows_where_the_terms_do_not_say_so(world, monkeypatch):  # §4.1
    world_terms(monkeypatch, second_best="false")
    tender = world.at("consented")

    assert refused(award.pass_to_next, tender, reason="No firmó", by=world.chair) == [
        "award.next.not-allowed"
    ]
    assert Award.objects.count() == 1
