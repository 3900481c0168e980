"""Guards of the tender and its meetings that other tests do not name, each with a step that passes."""

from datetime import timedelta

import pytest

from bids.models import OpeningAct
from bids.services import appeals, award, opening, ranking
from procurement import schedule
from procurement.guards import award as guards
from procurement.guards import call
from procurement.guards.queries import bidders_keep_their_days
from procurement.models import Query
from procurement.services import changes, circulars, meetings, people, queries, tenders
from procurement.workflow import advance

from . import deciding
from .refusing import refused
from .test_appeals import DECISION, file, to_decision
from .test_ranking_pages import opened, say
from .world import DEADLINE

pytestmark = pytest.mark.slow


def codes_of(guard, thing, at):
    return [reason.code for reason in guard.refusals(thing, at)]


# From the opening to the award


def test_the_evaluation_begins_with_an_act_that_was_begun(world):  # rules 59, 162
    tender = world.at("closed")
    without = refused(advance, tender, "begin_evaluation", by=world.chair)
    act = deciding.convene(world, tender)
    convened = refused(advance, tender, "begin_evaluation", by=world.chair)
    world.move(act.planned_at)
    opening.begin(act, present=deciding.members(world), by=world.chair)

    assert without == convened == ["opening.act.not-begun"]
    assert deciding.fresh(tender).state == "evaluating"


def test_what_was_annulled_is_not_annulled_again(world):  # decision 6
    tender = world.at("evaluating")
    how = {"act": "RA 050-2026", "reason": "Faltó un custodio", "by": world.mayor}
    at = tender.opening_acts.get().begun_at
    OpeningAct.objects.update(annulled_at=at)
    again = refused(opening.annul, tender, **how)
    OpeningAct.objects.update(annulled_at=None)

    assert again == ["opening.annul.nothing"]
    assert opening.annul(tender, **how).state == "closed"


def test_without_a_valid_offer_there_is_no_award(world, monkeypatch):  # rule 60
    tender = opened(world, monkeypatch, "10.20", "8.50")
    for place in (0, 1):
        say(tender, place, percentage="4.99", words="cuatro con 99/100")
    ranking.rank(tender, by=world.chair)
    deciding.sign(world, tender)

    assert refused(award.award, tender, by=world.chair) == ["award.bids.none-valid"]


def test_the_evaluation_is_reopened_for_an_appeal_that_was_upheld(world):  # §4.10
    tender = world.at("awarded")
    appeal = file(world, tender)
    without = refused(advance, tender, "reopen_evaluation", by=world.mayor)
    appeals.uphold(to_decision(world, appeal), remake="ranking", by=world.mayor, **DECISION)

    assert without == ["appeal.upheld.none"]
    assert deciding.fresh(tender).state == "evaluating"


# Before the call


def test_a_committee_that_may_tie_is_warned_about(world):  # terms 4.2
    tender = world.draft()
    three = refused(tenders.approve, tender, by=world.manager)
    people.end_appointment(tender.appointments.get(user=world.third), document="RA 020-2026", by=world.mayor)
    two = refused(tenders.approve, tender, by=world.manager)

    assert "committee.size.even" not in three
    assert "committee.size.even" in two


# Meetings, circulars, integration


def test_a_circular_does_not_go_out_with_an_empty_answer(world):  # domain 4.11
    tender = world.at("announced")
    bought = world.sell(tender)
    query = queries.ask(bought, text="¿Desde cuándo corre el plazo?", by=bought.buyer)
    queries.draft_answer(query, answer="Desde la transferencia.", by=world.legal)
    circular = circulars.draft(tender, subject="Respuestas", by=world.chair)
    Query.objects.update(answer=" ")
    empty = refused(advance, circular, "approve", by=world.chair)
    Query.objects.update(answer="Desde la transferencia.")

    assert empty == ["circular.answer.empty"]
    assert advance(circular, "approve", by=world.chair).state == "approved"


def test_no_meeting_is_convened_once_the_call_is_over(world):  # rules 43, 50
    tender = world.at("announced")
    meeting = tender.meetings.current().get(number=2)
    sent = {"medium": "letter", "sent_on": schedule.local_day(tender.announced_at), "proof": "Cargo 15"}
    meetings.invite(meeting, name="JVS de Laredo", sector="jvs", by=world.chair, **sent)
    how = {"place": "Local comunal", "by": world.chair}
    world.agree(tender, purpose="cancel", number="120-2026")
    convened = meetings.convene(meeting, **how)
    changes.cancel(tender, reason="Sin fondos", by=world.mayor)

    third = tender.meetings.current().get(number=3)
    assert convened.state == "convened"
    assert "meeting.tender.not-open" in refused(meetings.convene, third, **how)


def test_the_days_between_integration_and_deadline_are_kept(world, monkeypatch):  # Ley 32069
    """The regime of the worked call has no such days; the rules of one that has take their place."""
    tender = world.at("announced")
    rules = call.rules_of(tender)
    asked = {**vars(rules), "offers_open_days": 7}
    monkeypatch.setattr(call, "rules_of", lambda tender: schedule.Rules(**asked))

    short = codes_of(bidders_keep_their_days, tender, DEADLINE - timedelta(days=2))
    enough = codes_of(bidders_keep_their_days, tender, DEADLINE - timedelta(days=20))

    assert (short, enough) == (["tender.schedule.offers-short"], [])


def test_the_guards_of_the_award_pass_where_nothing_stands_against_it(world):  # rule 159
    tender = world.at("evaluating")
    deciding.rank(world, tender)

    assert [codes_of(guard, tender, DEADLINE) for guard in guards.TO_AWARD] == [[]] * len(guards.TO_AWARD)
