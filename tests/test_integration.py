"""Integrating the terms: what must stand, what it leaves, who is told (rules 36, 45-50)."""

import pytest

from procurement import clock, workflow
from procurement.models import Circular, Event, Notice, Query, Terms
from procurement.services import circulars, meetings, queries, tenders

from .world import A_MICROSECOND, QUERIES


def codes(tender):
    tender = type(tender).objects.get(pk=tender.pk)
    tender.judged_at = clock.now()
    return [reason.code for reason in tenders.reasons_against(tender, "integrate")]


@pytest.fixture
def announced(world):
    return world.at("announced")


def over(world, tender):
    """Hold the first two meetings and go to the end of the queries."""
    world.meet(tender, 1)
    world.meet(tender, 2)
    world.move(QUERIES)


def test_the_terms_are_integrated_with_minutes_and_every_buyer_is_told(world):  # rule 47
    tender = world.at("integrated")

    version = tender.terms.last()
    assert (version.kind, version.published_at) == (Terms.Kind.INTEGRATED, tender.integrated_at)
    minutes = tender.minutes.get(kind="integration")
    assert version.sha256 in minutes.text
    assert "Consultas respondidas: 1. Pendientes: 0" in minutes.text
    buyer = tender.terms_sales.get().buyer
    assert Notice.objects.filter(user=buyer, link__endswith="/integration/").count() == 1
    assert tender.circulars.get().state == Circular.State.INTEGRATED


def test_nothing_is_integrated_before_the_queries_end(world, announced):  # rule 50
    world.meet(announced, 1)
    world.meet(announced, 2)

    world.move(QUERIES - A_MICROSECOND)
    assert codes(announced) == ["terms.integration.too-early"]
    world.move(QUERIES)
    assert codes(announced) == []


def test_a_query_without_answer_stops_the_integration(world, announced):  # rule 47
    bought = world.sell(announced)
    queries.ask(bought, text="¿Se puede pagar en dos partes?", by=bought.buyer)
    over(world, announced)

    with pytest.raises(workflow.Blocked) as refused:
        circulars.integrate(announced, present=world.committee[:3], by=world.chair)
    assert refused.value.codes == ["terms.integration.queries-open"]

    world.answer(announced)
    assert codes(announced) == []


def test_a_circular_that_was_not_sent_stops_the_integration(world, announced):  # domain 4.11
    over(world, announced)
    circulars.draft(announced, subject="Aviso", text="El local cambia.", by=world.chair)

    assert codes(announced) == ["terms.integration.circulars-open"]


def test_the_first_two_meetings_come_before_the_integration(world, announced):  # rule 50
    world.meet(announced, 1)
    world.move(QUERIES)

    assert codes(announced) == ["terms.integration.meetings-open"]


def test_a_meeting_left_out_does_not_hold_the_integration(world, announced):  # rule 43
    world.meet(announced, 1)
    second = announced.meetings.get(number=2)
    meetings.skip(second, reason="No hay compradores todavía", by=world.chair)
    world.move(QUERIES)

    assert codes(announced) == []


def test_the_terms_are_not_integrated_once_the_third_meeting_has_come(world, announced):  # rule 50
    over(world, announced)

    world.move(announced.schedule.meeting_3 - A_MICROSECOND)
    assert codes(announced) == []
    world.move(announced.schedule.meeting_3)
    assert codes(announced) == ["terms.integration.too-late"]


def test_without_a_third_meeting_the_deadline_for_bids_is_the_limit(world, announced):  # rules 43, 50
    over(world, announced)
    meetings.skip(announced.meetings.get(number=3), reason="Ya se practicó", by=world.chair)

    world.move(announced.schedule.submission_deadline - A_MICROSECOND)
    assert codes(announced) == []
    world.move(announced.schedule.submission_deadline)
    assert codes(announced) == ["terms.integration.too-late"]


def test_the_integration_needs_the_quorum_of_the_committee(world, announced):  # product.md
    over(world, announced)

    with pytest.raises(workflow.Blocked) as refused:
        circulars.integrate(announced, present=[world.chair], by=world.chair)
    assert refused.value.codes == ["committee.quorum.not-met"]
    assert circulars.integrate(announced, present=world.committee[:2], by=world.chair).state == "integrated"


def test_only_who_sits_on_the_committee_is_present(world, announced):  # D30
    over(world, announced)
    present = [world.chair, world.member, world.legal]

    with pytest.raises(workflow.Blocked) as refused:
        circulars.integrate(announced, present=present, by=world.chair)
    assert refused.value.codes == ["committee.member.not-appointed"]


def test_nobody_but_the_committee_integrates(world, announced):  # domain 4.11
    over(world, announced)

    for user in (world.secretary, world.mayor, world.outsider):
        with pytest.raises(workflow.PermissionDenied):
            circulars.integrate(announced, present=world.committee[:3], by=user)


def test_what_a_circular_changed_stands_in_the_differences(world, announced):  # rule 47
    bought = world.sell(announced)
    asked = queries.ask(bought, text="¿Hasta cuándo se venden?", clause="9.3", by=bought.buyer)
    over(world, announced)
    change = {"clause": "9.3", "new_text": "Se venden también los sábados."}
    queries.draft_answer(asked, answer="También los sábados.", changes_terms=True, by=world.legal, **change)
    world.answer(announced)
    tender = circulars.integrate(announced, present=world.committee[:3], by=world.chair)

    gone = [line for sign, line in circulars.differences(tender) if sign == "-"]
    new = [line for sign, line in circulars.differences(tender) if sign == "+"]
    assert "9.3 Se venden también los sábados." in new
    assert any(line.startswith("9.3 Se venden desde el aviso") for line in gone)


def test_the_log_of_a_call_never_names_who_asked(world):  # decision 13
    tender = world.at("integrated")
    buyer = tender.terms_sales.get().buyer
    query = Query.objects.get()

    events = Event.objects.filter(body__facts__query=query.pk)
    assert {event.body["actor"] for event in events if event.body["action"].startswith("query.r")} == {
        "buyer"
    }
    public = " ".join(str(event.body) for event in Event.objects.filter(log=tender.log_origin))
    assert f"user:{buyer.pk}" not in public
    assert "hipoteca" not in public
