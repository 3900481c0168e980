"""The four ordinances: planned, agreed, published; effect only after publication (rules 25-31)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from procurement import ordinances
from procurement.models import Event, Notice, Ordinance, Tender
from procurement.services import ordinances as acts
from procurement.workflow import Blocked

from .world import ANSWERS, NOON, paper

TODAY = (NOON - timedelta(days=60)).date()
SESSION = TODAY - timedelta(days=10)


def codes(call):
    with pytest.raises(Blocked) as refused:
        call()
    return refused.value.codes


def agree(world, *, by=None, **told):
    settled = {"kind": "jvs", "number": "002-2025", "session_on": SESSION, "file": paper()}
    return acts.agree(world.municipality, by=by or world.manager, **settled | told)


def publish(world, ordinance, **told):
    printed = {"published_on": TODAY - timedelta(days=5), "medium": "El Peruano", "in_force_on": TODAY}
    return acts.publish(ordinance, by=world.manager, **printed | told)


def test_exactly_four(world):  # rule 25
    assert [kind.value for kind in Ordinance.Kind] == ["provision", "jvs", "claims", "charges"]
    assert set(ordinances.CONTENTS) == set(Ordinance.Kind.values)


def test_an_ordinance_has_no_effect_before_it_is_published(world):  # rule 25, LOM art. 44
    ordinance = agree(world)
    assert ordinance.stage(TODAY + timedelta(days=365)) == Ordinance.Stage.AGREED
    assert acts.in_force(world.municipality, "jvs", NOON) is None
    ordinance = publish(world, ordinance, in_force_on=TODAY)
    assert ordinance.stage(TODAY - timedelta(days=1)) == Ordinance.Stage.PUBLISHED
    assert ordinance.stage(TODAY) == Ordinance.Stage.IN_FORCE
    assert acts.in_force(world.municipality, "jvs", NOON) == ordinance


def test_at_the_earliest_the_day_after_the_publication(world):  # LOM art. 44
    published = TODAY - timedelta(days=5)
    ordinance = publish(world, agree(world), published_on=published, in_force_on=published)
    assert ordinance.effect_on == published + timedelta(days=1)
    assert not ordinance.in_force(published)
    assert ordinance.in_force(published + timedelta(days=1))


def test_it_takes_no_effect_before_its_publication(world):
    ordinance = agree(world)
    before = {"published_on": TODAY - timedelta(days=5), "in_force_on": TODAY - timedelta(days=6)}
    assert codes(lambda: publish(world, ordinance, **before)) == ["ordinance.in-force.before-publication"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Ordinance.objects.filter(pk=ordinance.pk).update(medium="El Peruano", **before)


def test_it_is_published_after_the_session_and_once(world):
    ordinance = agree(world)
    early = {"published_on": SESSION - timedelta(days=1), "in_force_on": TODAY}
    assert codes(lambda: publish(world, ordinance, **early)) == ["ordinance.publication.before-session"]
    publish(world, ordinance, published_on=SESSION)
    assert codes(lambda: publish(world, ordinance)) == ["preparation.fact.already-recorded"]


def test_it_is_published_once_the_council_approved_it(world):
    planned = acts.plan(world.municipality, kind="jvs", planned_on=date(2026, 6, 1), by=world.manager)
    assert planned.stage(TODAY) == Ordinance.Stage.PLANNED
    assert codes(lambda: publish(world, planned)) == ["ordinance.publication.not-agreed"]


def test_a_plan_may_be_moved_and_becomes_the_ordinance(world):  # rule 25
    acts.plan(world.municipality, kind="jvs", planned_on=date(2026, 6, 1), by=world.manager)
    moved = acts.plan(world.municipality, kind="jvs", planned_on=date(2026, 7, 1), by=world.manager)
    assert Ordinance.objects.count() == 1
    assert agree(world).pk == moved.pk
    assert Ordinance.objects.get().planned_on == date(2026, 7, 1)


def test_a_number_stands_once(world):
    agree(world)
    assert codes(lambda: agree(world, kind="claims")) == ["ordinance.number.taken"]
    assert agree(world, kind="claims", number="003-2025")


def test_the_day_of_the_session_has_come(world):
    tomorrow = TODAY + timedelta(days=1)
    assert codes(lambda: agree(world, session_on=tomorrow)) == ["preparation.fact.in-future"]
    assert agree(world, session_on=TODAY)


def test_the_charges_answer_eight_questions_and_have_prices(world):  # rules 29, 30
    charges = {"kind": "charges", "answers": ANSWERS, "prices": {"Conexión de agua": "180.00"}}
    assert len(ordinances.QUESTIONS) == 8
    for question in ordinances.QUESTIONS:
        answers = {key: answer for key, answer in ANSWERS.items() if key != question.key}
        refused = codes(lambda kept=answers: agree(world, **charges | {"answers": kept}))
        assert refused == ["ordinance.charges.unanswered"]
    no_prices = charges | {"prices": {}}
    assert codes(lambda: agree(world, **no_prices)) == ["ordinance.charges.prices-missing"]
    kept = agree(world, **charges)
    assert Ordinance.objects.get(pk=kept.pk).answers["home_business"]["article"] == "4"


@pytest.mark.parametrize("lacking", [{"text": " "}, {"article": ""}, {"choice": "sometimes"}])
def test_an_answer_needs_words_an_article_and_one_of_the_choices(lacking):  # rule 30
    answers = ANSWERS | {"start": ANSWERS["start"] | lacking}
    assert [question.key for question in ordinances.unanswered(answers)] == ["start"]
    assert ordinances.unanswered(ANSWERS) == []


def test_other_ordinances_answer_no_questions(world):  # rules 26-28
    for number, kind in enumerate(["provision", "jvs", "claims"]):
        assert agree(world, kind=kind, number=f"{number}-2025", contents=["limits"]).answers == {}


def test_two_of_them_are_parts_of_the_contract(world):  # rule 31
    parts = [kind for kind in Ordinance.Kind if Ordinance(kind=kind).is_part_of_contract]
    assert parts == [Ordinance.Kind.PROVISION, Ordinance.Kind.CHARGES]
    ordinance = agree(world, kind="provision")
    [event] = [event for event in Event.objects.all() if event.body["action"] == "ordinance.agree"]
    assert event.body["facts"]["sha256"] == ordinance.document.sha256


def test_the_council_acts_through_the_manager(world):  # decision 2
    for user in (world.mayor, world.legal, world.atm, world.clerk, world.outsider):
        with pytest.raises(PermissionDenied):
            agree(world, by=user)
    assert agree(world, by=world.manager)


def test_the_manager_of_another_town_records_nothing_here(world):
    from procurement.models import Municipality
    from procurement.roles import Role
    from procurement.services import people

    facts = {"name": "Tumán", "kind": "district", "department": "Lambayeque", "province": "Chiclayo"}
    other = Municipality.objects.create(ubigeo="140119", **facts)
    stranger = world.official(31, "Gil", "Ajeno", Role.DESK)
    people.enter(stranger, Role.MANAGER, municipality=other, document="RA 1", start=NOON - timedelta(days=90))
    with pytest.raises(PermissionDenied):
        agree(world, by=stranger)


def test_the_latest_in_force_holds(world):
    first = publish(world, agree(world))
    second = publish(world, agree(world, number="009-2025"), in_force_on=TODAY + timedelta(days=2))
    at = NOON - timedelta(days=60)
    assert acts.in_force(world.municipality, "jvs", at) == first
    assert acts.in_force(world.municipality, "jvs", at + timedelta(days=2)) == second


def test_a_superseded_ordinance_no_longer_holds_and_stays(world):  # rule 22
    ordinance = publish(world, agree(world))
    acts.supersede(ordinance, reason="Se publicó otro texto", by=world.manager)
    assert acts.in_force(world.municipality, "jvs", NOON) is None
    assert Ordinance.objects.get().superseded_reason == "Se publicó otro texto"
    assert agree(world).number == ordinance.number


def test_officials_are_told(world):
    publish(world, agree(world))
    assert Notice.objects.filter(user=world.atm, subject__contains="002-2025").count() == 2
    assert not Notice.objects.filter(user=world.outsider).exists()


def test_the_one_on_the_board_gates_the_announcement(world):  # decision 24
    tender = world.at("approved")
    ordinance = world.municipality.ordinances.get(kind="jvs")
    acts.supersede(ordinance, reason="Texto equivocado", by=world.manager)
    world.move(NOON)
    from procurement.services import tenders

    tender = Tender.objects.get(pk=tender.pk)
    tender.judged_at = NOON
    refused = [reason.code for reason in tenders.reasons_against(tender, "announce")]
    assert "tender.call.ordinances-not-in-force" in refused
