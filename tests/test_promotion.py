"""Prospects, help, requests for time, barriers and what the town was told (rules 2, 11, 33-41)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from procurement.models import Event, Notice, Tender, Town
from procurement.services import promotion, sale

from .refusing import refused
from .world import DEADLINE, paper

TODAY = date(2026, 3, 2)
SOMEBODY = {"name": "Carlos Vega", "profile": "professional", "origin": "eps", "reach": "regional"}


@pytest.fixture
def tender(world):
    return world.at("announced")


@pytest.mark.parametrize(
    ("population", "expected"),
    [
        (10_000, {"professional", "cooperative", "trader", "ngo"}),
        (10_001, {"professional", "business", "consultant"}),
        (20_000, {"professional", "business", "consultant"}),
        (20_001, {"professional", "consultant", "builder", "business", "regional"}),
    ],
)
def test_each_segment_has_its_possible_bidders(population, expected):  # rule 2
    suggested = promotion.suggested(Town(population=population))

    assert {profile.value for profile in suggested} == expected


def test_a_prospect_is_invited_and_followed(world, tender):  # rules 11, 34
    prospect = promotion.add_prospect(tender, by=world.secretary, **SOMEBODY)
    told = {"medium": "in-person", "happened_on": TODAY, "note": "Carta 12", "by": world.chair}
    promotion.note_contact(prospect, kind="invitation", **told)
    promotion.note_contact(prospect, kind="follow-up", **told | {"medium": "phone"})

    assert [contact.kind for contact in prospect.contacts.all()] == ["invitation", "follow-up"]


def test_names_and_contacts_never_stand_in_the_log(world, tender):  # rule 34
    prospect = promotion.add_prospect(tender, by=world.secretary, phone="944", **SOMEBODY)
    told = {"kind": "invitation", "medium": "letter", "happened_on": TODAY, "note": "Carta 12"}
    promotion.note_contact(prospect, by=world.secretary, **told)

    logged = str([event.body for event in Event.objects.of(tender)])
    assert "Carlos Vega" not in logged
    assert "Carta 12" not in logged


def test_a_contact_does_not_lie_in_the_future(world, tender):
    prospect = promotion.add_prospect(tender, by=world.secretary, **SOMEBODY)
    told = {"kind": "invitation", "medium": "letter", "note": "x", "by": world.secretary}

    codes = refused(promotion.note_contact, prospect, happened_on=TODAY + timedelta(days=1), **told)
    assert codes == ["preparation.fact.in-future"]


def test_why_a_prospect_does_not_bid_is_counted(world, tender):  # rule 61
    prospect = promotion.add_prospect(tender, by=world.secretary, **SOMEBODY)
    promotion.note_no_bid(prospect, reason="guarantee", note="No tiene casa", by=world.secretary)

    event = Event.objects.of(tender).get(body__action="prospect.no-bid")
    assert tender.prospects.get().no_bid_reason == "guarantee"
    assert event.body["facts"]["reason"] == "guarantee"


@pytest.mark.parametrize("who", ["outsider", "treasurer", "observer", "mayor"])
def test_promotion_is_the_committees_work(world, tender, who):
    with pytest.raises(PermissionDenied):
        promotion.add_prospect(tender, by=getattr(world, who), **SOMEBODY)


# What is told to one is told to all


def support(world, tender, **other):
    told = {"topic": "reading", "text": "El aporte se paga cada trimestre", "happened_on": TODAY}
    return promotion.give_support(tender, by=world.secretary, **told | other)


def test_help_in_reading_goes_to_every_buyer(world, tender):  # rules 36, 38
    buyers = [world.sell(tender).buyer, world.sell(tender, 22, "Ana", "Ruiz").buyer]
    support(world, tender)

    assert Notice.objects.filter(user__in=buyers, text="El aporte se paga cada trimestre").count() == 2


def test_help_that_is_of_no_use_to_others_is_only_logged(world, tender):  # rule 38
    buyer = world.sell(tender).buyer
    before = buyer.notices.count()
    support(world, tender, for_all=False)

    assert buyer.notices.count() == before
    assert tender.supports.get().for_all is False


def test_a_buyer_asks_for_time_and_all_get_the_answer(world, tender):  # rule 37
    asker = sale.deliver(bought := world.sell(tender), by=bought.buyer)
    other = world.sell(tender, 22, "Ana", "Ruiz").buyer
    request = promotion.ask_for_time(asker, days=10, reason="Buscamos socio", by=asker.buyer)
    told = {"granted": False, "answer": "No hay más plazo", "by": world.chair}
    promotion.answer_time_request(request, **told)

    asked = Event.objects.of(tender).get(body__action="time-request")
    assert asked.body["actor"] == "buyer"
    assert "Buscamos socio" not in str(asked.body)
    assert Notice.objects.filter(text="No hay más plazo").count() == 2
    assert other.notices.filter(text="No hay más plazo").exists()
    assert refused(promotion.answer_time_request, request, **told) == ["terms.time-request.already-answered"]


def test_time_is_asked_until_the_deadline(world, tender):  # rule 37
    bought = world.sell(tender)
    world.move(DEADLINE)

    codes = refused(promotion.ask_for_time, bought, days=10, reason="Tarde", by=bought.buyer)
    assert codes == ["terms.time-request.not-buyer"]


def test_who_only_asked_for_the_terms_asks_for_no_time(world, tender):
    asked = sale.request(
        tender, by=world.outsider, first_name="Otto", last_name="Ajeno", dni=world.outsider.dni, phone="9"
    )

    codes = refused(promotion.ask_for_time, asked, days=10, reason="x", by=world.outsider)
    assert codes == ["terms.time-request.not-buyer"]


def test_nobody_asks_in_anothers_name(world, tender):
    bought = world.sell(tender)

    with pytest.raises(PermissionDenied):
        promotion.ask_for_time(bought, days=10, reason="x", by=world.outsider)


# Barriers, communication


def test_the_last_look_at_a_barrier_counts(world):  # rule 39
    tender = world.at("approved")
    found = {"item": "guarantee", "by": world.chair}
    promotion.check_barrier(tender, surmountable=False, finding="Nadie la tiene", **found)
    promotion.check_barrier(tender, surmountable=True, finding="Se redujo a S/ 2,000", **found)

    check = tender.barrier_checks.get()
    assert (check.surmountable, check.finding) == (True, "Se redujo a S/ 2,000")
    assert Event.objects.of(tender).filter(body__action="barrier.check").count() == 2


def test_what_the_town_was_told_is_public_with_its_proof(world, tender, client):  # rules 40, 41
    told = {"medium": "notice", "text": "Aviso en la puerta", "audience": "Todos", "happened_on": TODAY}
    noted = promotion.communicate(tender, by=world.secretary, proof=paper(), **told)

    shown = client.get(reverse("tender-communication", args=[tender.pk])).content.decode()
    assert "Aviso en la puerta" in shown
    assert reverse("document", args=[noted.proof.pk]) in shown


# Pages


def test_the_list_of_prospects_is_not_public(world, tender, client):  # rule 34
    promotion.add_prospect(tender, by=world.secretary, **SOMEBODY)
    address = reverse("prospects", args=[tender.pk])

    assert client.get(address).status_code == 302
    client.force_login(world.observer)
    assert client.get(address).status_code == 403
    client.force_login(world.secretary)
    assert "Carlos Vega" in client.get(address).content.decode()


def test_a_prospect_is_added_and_contacted_on_the_pages(world, tender, client):
    client.force_login(world.secretary)
    client.post(reverse("prospect-add", args=[tender.pk]), SOMEBODY)
    prospect = tender.prospects.get()
    told = {"kind": "invitation", "medium": "letter", "happened_on": "2026-03-02", "note": "Carta 12"}

    client.post(reverse("prospect", args=[tender.pk, prospect.pk]), told)
    client.post(reverse("prospect-no-bid", args=[tender.pk, prospect.pk]), {"reason": "time"})

    assert prospect.contacts.get().note == "Carta 12"
    assert tender.prospects.get().no_bid_reason == "time"


def test_the_reason_of_a_request_is_for_the_committee(world, tender, client):
    bought = world.sell(tender)
    promotion.ask_for_time(bought, days=10, reason="Soy el único ingeniero", by=bought.buyer)
    address = reverse("tender-communication", args=[tender.pk])

    assert "Soy el único ingeniero" not in client.get(address).content.decode()
    client.force_login(world.chair)
    assert "Soy el único ingeniero" in client.get(address).content.decode()


def test_barriers_are_looked_at_on_their_page(world, client):  # rule 39
    tender = world.at("approved")
    client.force_login(world.secretary)

    client.post(
        reverse("barrier-check", args=[tender.pk, "time"]), {"surmountable": "no", "finding": "Muy poco"}
    )

    assert Tender.objects.get(pk=tender.pk).barrier_checks.get().surmountable is False
    assert client.get(reverse("barrier-check", args=[tender.pk, "moon"])).status_code == 404


def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    world, tender, client, django_assert_max_num_queries
):
    client.force_login(world.secretary)
    address = reverse("prospects", args=[tender.pk])
    promotion.add_prospect(tender, by=world.secretary, **SOMEBODY)
    client.get(address)
    with django_assert_max_num_queries(60) as one:
        client.get(address)
    for _ in range(20):
        promotion.add_prospect(tender, by=world.secretary, **SOMEBODY)
    with django_assert_max_num_queries(len(one.captured_queries)):
        client.get(address)


# Questions of neighbours


def test_a_neighbour_asks_without_account_and_everybody_reads_the_answer(world, tender, client):  # rule 40
    client.post(reverse("question-ask", args=[tender.pk]), {"text": "¿Subirá la cuota?"})
    address = reverse("tender-communication", args=[tender.pk])
    assert "¿Subirá la cuota?" not in client.get(address).content.decode()

    client.force_login(world.secretary)
    question = tender.public_questions.get()
    told = {"answer": "La fija la ordenanza"}
    client.post(reverse("question-answer", args=[tender.pk, question.pk]), told)
    client.logout()
    shown = client.get(address).content.decode()
    assert "¿Subirá la cuota?" in shown
    assert "La fija la ordenanza" in shown


def test_a_question_stands_beside_the_log_until_it_is_answered(world, tender):  # rule 40
    question = promotion.ask_in_public(tender, text="¿Subirá la cuota?")
    asked = Event.objects.of(tender).get(body__action="question")
    assert (asked.body["actor"], "cuota" in str(asked.body)) == ("public", False)

    promotion.answer_in_public(question, answer="No", by=world.chair)
    answered = Event.objects.of(tender).get(body__action="question.answer")
    assert answered.body["facts"]["text"] == "¿Subirá la cuota?"


def test_a_question_is_answered_once_and_by_the_committee(world, tender):
    question = promotion.ask_in_public(tender, text="¿Subirá la cuota?")
    with pytest.raises(PermissionDenied):
        promotion.answer_in_public(question, answer="No", by=world.treasurer)
    promotion.answer_in_public(question, answer="No", by=world.secretary)

    codes = refused(promotion.answer_in_public, question, answer="Sí", by=world.secretary)
    assert codes == ["question.answer.already-answered"]


def test_what_is_no_question_is_set_aside_and_kept(world, tender, client):
    question = promotion.ask_in_public(tender, text="Compre aquí")
    client.force_login(world.secretary)
    client.post(reverse("question-set-aside", args=[tender.pk, question.pk]))

    assert tender.public_questions.get().set_aside
    assert "Compre aquí" not in client.get(reverse("tender-communication", args=[tender.pk])).content.decode()


def test_before_the_announcement_nobody_asks(world):
    tender = world.at("approved")

    assert refused(promotion.ask_in_public, tender, text="¿Cuándo?") == ["question.call.not-public"]
