"""The home of a tender: the tasks of its people, the page of everybody, what each may see."""

import pytest
from django.urls import reverse

from procurement import agenda, clock
from procurement.models import Outage, Proposal
from procurement.services import changes, sale, tenders

from .world import A_SECOND, DEADLINE


def home(client, tender, query=""):
    return client.get(reverse("tender", args=[tender.pk]) + query)


def steps(answer):
    return [step for _title, steps in answer.context["parts"] for step in steps]


def test_a_draft_is_not_there_for_the_public(world, client):
    tender = world.draft()

    assert home(client, tender).status_code == 404
    client.force_login(world.outsider)
    assert home(client, tender).status_code == 404


def test_a_draft_shows_its_people_the_whole_procedure(world, client):
    tender = world.draft()
    client.force_login(world.chair)

    answer = home(client, tender)
    assert answer.status_code == 200
    assert [title for title, _steps in answer.context["parts"]][:2] == ["1. Preparar", "2. Anunciar"]
    assert answer.context["first"].refusals


def test_each_reason_leads_to_the_page_that_removes_it(world, client):
    tender = world.draft()
    client.force_login(world.manager)

    shown = home(client, tender).content.decode()

    assert reverse("regime-choose", args=[tender.pk]) in shown


def test_a_step_of_somebody_else_has_no_link(world, client):
    tender = world.at("approved")
    client.force_login(world.treasurer)

    announce = next(step for step in steps(home(client, tender)) if step.title == "Publicar la convocatoria")
    assert announce.url == ""
    client.force_login(world.chair)
    announce = next(step for step in steps(home(client, tender)) if step.title == "Publicar la convocatoria")
    assert announce.url == reverse("tender-announce", args=[tender.pk])


def test_the_screen_and_the_rule_say_the_same(world, client):  # product.md, principle 1
    tender = world.at("approved")
    client.force_login(world.chair)

    shown = next(step for step in steps(home(client, tender)) if step.title == "Publicar la convocatoria")
    tender.judged_at = clock.now()
    expected = [reason.code for reason in tenders.reasons_against(tender, "announce")]
    assert [reason.code for reason in shown.refusals] == expected


def test_the_public_reads_the_rules_in_a_few_words(world, client):
    tender = world.at("announced")

    shown = home(client, tender).content.decode()

    assert "S/\xa050.00" in shown
    assert "5.00 %" in shown
    assert reverse("sale-request", args=[tender.pk]) in shown
    assert reverse("terms", args=[tender.pk, 2]) in shown


def test_after_the_sale_nobody_is_sent_to_buy(world, client):
    tender = world.at("announced")
    world.move(tender.schedule.sale_until)

    assert reverse("sale-request", args=[tender.pk]) not in home(client, tender).content.decode()


def test_a_second_before_the_end_of_the_sale_they_are(world, client):
    tender = world.at("announced")
    world.move(tender.schedule.sale_until - A_SECOND)

    assert reverse("sale-request", args=[tender.pk]) in home(client, tender).content.decode()


def test_a_buyer_is_sent_to_their_own_page(world, client):
    tender = world.at("announced")
    client.force_login(world.sell(tender).buyer)

    assert reverse("my-purchase", args=[tender.pk]) in home(client, tender).content.decode()


def test_officials_can_see_what_the_public_sees(world, client):
    tender = world.at("announced")
    client.force_login(world.chair)

    assert "parts" in home(client, tender).context
    assert "rules" in home(client, tender, "?public=1").context


def test_the_observer_sees_the_page_of_the_public(world, client):
    tender = world.at("announced")
    client.force_login(world.observer)

    assert "rules" in home(client, tender).context


@pytest.mark.parametrize("state", ["integrated", "closed"])
def test_every_phase_says_what_comes_next(world, client, state):
    tender = world.at(state)

    assert 'class="now' in home(client, tender).content.decode()


def test_a_call_that_ended_says_why(world, client):
    tender = world.at("announced")
    world.agree(tender, purpose="cancel", number="030-2026", happened_on=tender.announced_at.date())
    changes.cancel(tender, reason="Sin presupuesto", by=world.manager)

    assert "Sin presupuesto" in home(client, tender).content.decode()


def test_a_held_close_is_the_committees_next_step(world, client):  # decision 12
    tender = world.at("integrated")
    Outage.objects.create(start=DEADLINE - 60 * 60 * A_SECOND, end=DEADLINE, note="Sin luz")
    world.move(DEADLINE + 61 * A_SECOND)
    client.force_login(world.chair)

    shown = home(client, tender)
    held = next(step for step in steps(shown) if step.title == "Cierre de la recepción")
    assert held.url == reverse("tender-close", args=[tender.pk])
    assert [reason.code for reason in held.refusals] == ["tender.close.outage"]


def test_a_part_without_steps_is_not_shown(world):
    tender = world.draft()

    assert all(steps for _title, steps in agenda.of(tender, world.chair, clock.now()))


def test_the_home_asks_the_database_a_constant_number_of_times(world, client, django_assert_max_num_queries):
    tender = world.at("announced")
    for number in range(30, 40):
        world.sell(tender, number, f"Ana{number}", "Ruiz")
    home(client, tender)
    with django_assert_max_num_queries(40):
        home(client, tender)
    client.force_login(world.chair)
    home(client, tender)
    with django_assert_max_num_queries(110):
        home(client, tender)


# The work of each person


def work(client, user):
    client.force_login(user)
    return client.get(reverse("work")).content.decode()


def test_a_request_waits_for_the_till_and_not_for_others(world, client):
    tender = world.at("announced")
    person = {"first_name": "Ana", "last_name": "Ruiz", "dni": "40112233", "phone": "9"}
    sale.request(tender, by=sale.BUYER, **person)
    address = reverse("sale-list", args=[tender.pk])

    assert address in work(client, world.treasurer)
    assert address not in work(client, world.chair)


def test_an_announcement_waits_for_the_others_of_the_committee(world, client):
    tender = world.at("approved")
    Proposal.objects.create(tender=tender, action="announce", by=world.chair, at=clock.now())
    address = reverse("tender-announce", args=[tender.pk])

    assert address in work(client, world.member)
    assert address not in work(client, world.treasurer)


def test_a_buyer_finds_what_they_bought(world, client):
    tender = world.at("announced")
    buyer = world.sell(tender).buyer

    assert reverse("my-purchase", args=[tender.pk]) in work(client, buyer)
    assert reverse("my-purchase", args=[tender.pk]) not in work(client, world.outsider)


def test_a_late_opening_is_still_what_is_waited_for(world):
    tender = world.at("closed")
    opening = tender.schedule.opening_1

    assert tender.schedule.awaited(opening + A_SECOND)[2] == opening
    assert tender.schedule.next_after(opening + A_SECOND)[0] == "opening_2"
