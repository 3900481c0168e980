"""The pages of meetings, queries, circulars and integration: who sees what, and what each one does."""

import pytest
from django.urls import reverse

from procurement import agenda, clock, tasks
from procurement.models import Attendance, Query
from procurement.services import circulars, queries

from .world import QUERIES


@pytest.fixture
def announced(world):
    return world.at("announced")


@pytest.fixture
def at(client, announced):
    """Fetch a page of the call by its name, as somebody."""

    def fetch(name, *arguments, user=None, post=None):
        client.logout()
        if user:
            client.force_login(user)
        url = reverse(name, args=[announced.pk, *arguments])
        return client.get(url) if post is None else client.post(url, post)

    return fetch


def body(response):
    return response.content.decode()


# Everybody


@pytest.mark.parametrize("name", ["meeting-list", "query-list", "circular-list", "integration"])
def test_everybody_reads_the_lists_of_an_announced_call(at, name):  # rule 41
    assert at(name).status_code == 200


@pytest.mark.parametrize("name", ["meeting-list", "query-list", "circular-list", "integration"])
def test_nobody_else_sees_them_before_the_announcement(client, world, name):  # product.md, principle 10
    tender = world.at("approved")
    url = reverse(name, args=[tender.pk])

    assert client.get(url).status_code == 404
    client.force_login(world.chair)
    assert client.get(url).status_code == 200


def test_the_page_of_a_meeting_names_nobody_who_came(at, world, announced):  # terms 10.4
    closed = world.meet(announced, 1)

    for user in (None, world.outsider, world.observer):
        shown = body(at("meeting", closed.pk, user=user))
        assert "Irma" not in shown
        assert "40000040" not in shown
    assert "Irma" in body(at("meeting", closed.pk, user=world.secretary))


def test_a_query_is_public_with_its_answer_and_not_before(at, world, announced):  # rule 47
    bought = world.sell(announced)
    asked = queries.ask(bought, text="¿Sirve un pagaré?", by=bought.buyer)

    assert at("query", asked.pk).status_code == 404
    assert "pagaré" not in body(at("query-list"))
    assert at("query", asked.pk, user=world.outsider).status_code == 404
    world.answer(announced)
    assert "pagaré" in body(at("query-list"))
    shown = body(at("query", asked.pk))
    assert "Como dicen las bases." in shown
    assert "Berta" not in shown


def test_a_draft_circular_is_hidden_from_who_does_not_work_on_it(at, world, announced):  # domain 4.3
    drafted = circulars.draft(announced, subject="Aviso", text="Hola.", by=world.chair)

    for user in (None, world.outsider, world.observer):
        assert at("circular", drafted.pk, user=user).status_code == 404
    assert at("circular", drafted.pk, user=world.legal).status_code == 200


# The buyer


def test_a_buyer_asks_on_their_page(at, world, announced):  # rule 45
    bought = world.sell(announced)

    sent = at("query-ask", user=bought.buyer, post={"text": "¿Sirve un pagaré?", "clause": "28.1"})
    assert sent.status_code == 302
    assert Query.objects.get().asker == bought.buyer
    assert "¿Sirve un pagaré?" in body(at("query-ask", user=bought.buyer))


def test_the_page_offers_to_hide_a_name(at, world, announced):  # decision 8
    bought = world.sell(announced)
    said = {"text": "Soy Compradora. ¿Puedo?"}

    refused = at("query-ask", user=bought.buyer, post=said)
    assert refused.status_code == 422
    assert "query.text.identifies-asker" in body(refused)
    assert at("query-ask", user=bought.buyer, post=said | {"confirmed": "on"}).status_code == 302
    assert "Compradora" not in Query.objects.get().text


def test_who_has_not_bought_is_led_to_the_sale(at, world, announced):  # rule 45
    answer = at("query-ask", user=world.outsider)
    assert answer.url == reverse("sale-request", args=[announced.pk])


def test_the_committee_sees_neither_the_asker_nor_the_first_words(at, world, announced):  # decision 8
    bought = world.sell(announced)
    text = "Soy Berta Compradora. ¿Sirve un pagaré?"
    asked = queries.ask(bought, text=text, confirmed=True, by=bought.buyer)

    shown = body(at("query", asked.pk, user=world.chair))
    assert "Berta" not in shown
    assert "pagaré" in shown
    assert "Berta" in body(at("query", asked.pk, user=world.secretary))


# The work


def test_the_secretary_enters_who_comes_one_after_the_other(at, world, announced):  # domain 4.2
    convened = world.convene(announced, 1)
    world.move(convened.date)
    person = {"name": "Gina", "dni": "4000 0041", "sex": "woman", "sector": "jass", "capacity": "free"}

    sent = at("meeting-attendance", convened.pk, user=world.secretary, post=person)
    assert sent.status_code == 302
    assert Attendance.objects.get().dni == "40000041"
    again = at("meeting-attendance", convened.pk, user=world.secretary, post=person)
    assert "meeting.attendance.twice" in body(again)
    assert at("meeting-attendance", convened.pk, user=world.chair).status_code == 403


def test_the_meetings_are_run_from_their_pages(at, world, announced):  # domain 4.2
    first = announced.meetings.get(number=1)
    sent_on = clock.now().date()
    invited = {"name": "JVS", "sector": "jvs", "medium": "letter", "sent_on": sent_on, "proof": "Cargo 1"}
    at("meeting-invite", first.pk, user=world.chair, post=invited)
    at("meeting-convene", first.pk, user=world.chair, post={"place": "Local comunal"})
    world.move(first.date)
    person = {"name": "Gina", "dni": "40000041", "sex": "woman", "sector": "jass", "capacity": "free"}
    at("meeting-attendance", first.pk, user=world.secretary, post=person)
    at("meeting-hold", first.pk, user=world.secretary, post={})
    at("meeting-question", first.pk, user=world.secretary, post={"text": "¿Cuánto?", "answer": "Poco."})
    at("meeting-report", first.pk, user=world.secretary, post={"account": "Se contó."})
    at("meeting-close", first.pk, user=world.secretary, post={})

    closed = announced.meetings.get(number=1)
    assert closed.state == "closed"
    assert "¿Cuánto?" in body(at("meeting", closed.pk))


def test_the_answers_go_from_draft_to_all_by_their_pages(at, world, announced):  # rule 47
    bought = world.sell(announced)
    asked = queries.ask(bought, text="¿Sirve un pagaré?", by=bought.buyer)
    at("query-answer", asked.pk, user=world.legal, post={"answer": "Sí."})
    at("circular-draft", user=world.chair, post={"subject": "Respuestas", "answers": [asked.pk]})
    drafted = announced.circulars.get()
    present = {"present": [user.pk for user in world.committee[:2]], "number": announced.number}
    at("circular-approve", drafted.pk, user=world.chair, post=present)
    wrong = at("circular-publish", drafted.pk, user=world.chair, post={"number": "1"})
    assert "access.confirmation.number-mismatch" in body(wrong)
    at("circular-publish", drafted.pk, user=world.chair, post={"number": announced.number})

    assert announced.circulars.get().state == "published"
    assert "Sí." in body(at("query", asked.pk))


def test_a_late_change_is_sent_with_its_new_deadline(at, world, announced):  # terms 11.5
    drafted = circulars.draft(announced, subject="Cambio", by=world.chair)
    circulars.change_terms(drafted, parameter="remedy_days", value="4", by=world.chair)
    approved = circulars.approve(drafted, present=world.committee[:3], by=world.chair)
    world.move(announced.schedule.submission_deadline.replace(hour=12, day=20))

    shown = body(at("circular-publish", approved.pk, user=world.chair))
    assert "circular.change.late" in shown
    early = {"number": announced.number, "to_0": "2026-04-25", "to_1": "15:00"}
    assert at("circular-publish", approved.pk, user=world.chair, post=early).status_code == 422
    enough = early | {"to_0": "2026-05-04"}
    assert at("circular-publish", approved.pk, user=world.chair, post=enough).status_code == 302


def test_the_terms_are_integrated_from_their_page(at, world, announced):  # rule 47
    for user in (world.secretary, world.outsider):
        assert at("tender-integrate", user=user).status_code == 403
    assert "terms.integration.too-early" in body(at("tender-integrate", user=world.chair))
    world.meet(announced, 1)
    world.meet(announced, 2)
    world.move(QUERIES)
    present = {"present": [user.pk for user in world.committee[:2]], "number": announced.number}

    answer = at("tender-integrate", user=world.chair, post=present)
    assert answer.url == reverse("integration", args=[announced.pk])
    assert "Versión" in body(at("integration"))


# The tasks


def test_the_tasks_of_the_call_follow_the_meetings(world, announced):  # interface.md
    def look(title):
        steps = [step for _part, found in agenda.of(announced, world.chair, clock.now()) for step in found]
        return next(step for step in steps if step.url.endswith(title))

    first = announced.meetings.get(number=1)
    assert look(f"/meetings/{first.pk}/").state == "blocked"
    closed = world.meet(announced, 1)
    assert look(f"/meetings/{closed.pk}/").state == "done"
    assert look("/integrate/").state == "pending"


def test_who_may_draft_finds_the_queries_in_their_work(world, announced):  # interface.md
    bought = world.sell(announced)
    queries.ask(bought, text="¿Sirve un pagaré?", by=bought.buyer)

    def waiting(user):
        found = tasks.of([announced], user, clock.now())[announced.pk]
        return [task for task in found if task.url.endswith("/queries/")]

    assert len(waiting(world.legal)) == 1
    assert waiting(world.treasurer) == []
