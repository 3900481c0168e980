"""Circulars: drafted, approved with quorum, sent to all at once; late changes move the deadline (rule 47)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from procurement.models import Delivery, Notice, Terms
from procurement.services import circulars, queries

from .refusing import refused
from .world import DEADLINE, QUERIES


@pytest.fixture
def announced(world):
    return world.at("announced")


def approved(world, tender, **said):
    """Draft and approve a circular of the committee's own accord."""
    change = said.pop("change", None)
    drafted = circulars.draft(tender, subject="Aclaración", by=world.chair, **{"text": "Aviso."} | said)
    if change:
        circulars.change_terms(drafted, by=world.chair, **change)
    return circulars.approve(drafted, present=world.committee[:3], by=world.chair)


REMEDY = {"parameter": "remedy_days", "value": "4"}


def answered(world, tender, *texts, **said):
    bought = world.sell(tender)
    for text in texts:
        asked = queries.ask(bought, text=text, by=bought.buyer)
        queries.draft_answer(asked, answer=f"Respuesta a {text}", by=world.legal, **said)
    return bought


# The draft


def test_a_circular_takes_every_query_that_has_a_draft(world, announced):  # rule 47
    answered(world, announced, "¿A?", "¿B?")
    bought = announced.terms_sales.get()
    queries.ask(bought, text="¿C?", by=bought.buyer)

    drafted = circulars.draft(announced, subject="Respuestas", by=world.chair)
    assert [query.number for query in drafted.queries.all()] == [1, 2]


def test_a_query_goes_into_one_circular_only(world, announced):
    answered(world, announced, "¿A?")
    circulars.draft(announced, subject="Primera", by=world.chair)

    second = announced.queries.all()
    codes = refused(circulars.draft, announced, subject="Segunda", answers=second, by=world.chair)
    assert codes == ["circular.answer.not-drafted"]


def test_an_empty_circular_is_not_approved(world, announced):
    drafted = circulars.draft(announced, subject="Nada", by=world.chair)

    codes = refused(circulars.approve, drafted, present=world.committee[:3], by=world.chair)
    assert codes == ["circular.text.empty"]


def test_only_the_committee_drafts_approves_and_sends(world, announced):  # domain 4.11
    drafted = circulars.draft(announced, subject="Aviso", text="Hola.", by=world.chair)

    for user in (world.secretary, world.legal, world.mayor, world.outsider):
        with pytest.raises(PermissionDenied):
            circulars.draft(announced, subject="Aviso", by=user)
        with pytest.raises(PermissionDenied):
            circulars.approve(drafted, present=world.committee[:3], by=user)


def test_a_draft_changes_and_an_approved_one_does_not(world, announced):  # nothing is erased
    answered(world, announced, "¿A?")
    drafted = circulars.draft(announced, subject="Respuestas", by=world.chair)
    circulars.revise(
        drafted, subject="Respuesta", text="Lea bien.", answers=announced.queries.all(), by=world.chair
    )
    ready = circulars.approve(drafted, present=world.committee[:3], by=world.chair)

    assert refused(circulars.revise, ready, subject="Otra", by=world.chair) == ["circular.text.not-draft"]
    back = circulars.reconsider(ready, reason="Falta un dato", by=world.chair)
    assert back.state == "draft"
    assert announced.queries.get().state == "drafted"
    assert circulars.approve(back, present=world.committee[:3], by=world.chair).state == "approved"


# Approved


def test_the_approval_needs_quorum_and_leaves_minutes(world, announced):  # product.md
    drafted = circulars.draft(announced, subject="Aviso", text="Hola.", by=world.chair)

    codes = refused(circulars.approve, drafted, present=[world.chair], by=world.chair)
    assert codes == ["committee.quorum.not-met"]
    ready = circulars.approve(drafted, present=world.committee[:2], by=world.chair)
    assert str(world.member) in ready.minutes.text


# Sent


def test_all_buyers_get_the_same_text_at_the_same_instant(world, announced):  # rule 47
    answered(world, announced, "¿A?")
    other = world.sell(announced, 22, "Raúl", "Otro")
    ready = circulars.draft(announced, subject="Respuestas", by=world.chair)
    ready = circulars.approve(ready, present=world.committee[:3], by=world.chair)

    sent = circulars.publish(ready, by=world.chair)
    buyers = [sale.buyer for sale in announced.terms_sales.all()]
    told = Notice.objects.filter(user__in=buyers, link=sent.get_absolute_url())
    assert (told.count(), sent.recipients) == (2, 2)
    assert set(told.values_list("text", "written_at")) == {(sent.body, sent.published_at)}
    assert Delivery.objects.filter(sale=other, sha256=sent.sha256).count() == 1


def test_a_buyer_without_account_gets_it_on_paper(world, announced):  # decision 4
    world.sell(announced, wants_account=False, phone="999111222")
    sale = announced.terms_sales.get()
    sale.buyer = None
    sale.save()

    sent = circulars.publish(approved(world, announced), by=world.chair)
    waiting = Delivery.objects.get(sha256=sent.sha256)
    assert (waiting.medium, waiting.delivered_at) == ("paper", None)


def test_the_first_line_says_whether_the_terms_change(world, announced):  # terms 11.4
    plain = circulars.publish(approved(world, announced), by=world.chair)
    changing = circulars.publish(approved(world, announced, change=REMEDY), by=world.chair)

    assert plain.body.splitlines()[0] == "No cambia las bases."
    assert changing.body.splitlines()[0] == "CAMBIA LAS BASES."
    assert "Decía: 3" in changing.body
    assert "Ahora dice: 4" in changing.body


def test_a_circular_never_says_who_asked(world, announced):  # decision 8
    bought = answered(world, announced, "¿A?")
    world.answer(announced)

    body = announced.circulars.get().body
    assert bought.first_name not in body
    assert bought.dni not in body


def test_a_change_becomes_a_version_of_the_terms(world, announced):  # rule 47
    sent = circulars.publish(approved(world, announced, change=REMEDY), by=world.chair)

    assert (sent.terms.kind, sent.terms.published_at) == (Terms.Kind.CHANGED, sent.published_at)
    tender = type(announced).objects.get(pk=announced.pk)
    assert tender.settled("remedy_days") == 4


def test_a_circular_goes_out_while_the_call_is_open(world, announced):  # domain 4.3
    ready = approved(world, announced)
    world.move(DEADLINE)

    assert refused(circulars.publish, ready, by=world.chair) == ["circular.tender.not-open"]


# A late change


def test_a_change_within_the_last_days_moves_the_deadline(world, announced):  # terms 11.5
    ready = approved(world, announced, change=REMEDY)
    world.move(DEADLINE - timedelta(days=10))
    assert circulars.late_change(ready, DEADLINE - timedelta(days=10)) is None

    world.move(DEADLINE - timedelta(days=9))
    assert refused(circulars.publish, ready, by=world.chair) == ["circular.change.late"]
    short = {"submission_deadline": DEADLINE}
    assert refused(circulars.publish, ready, new=short, by=world.chair) == ["circular.change.late"]
    new = circulars.proposed_dates(ready.tender, DEADLINE - timedelta(days=9))
    sent = circulars.publish(ready, new=new, by=world.chair)
    assert sent.postponement.reason == "Aclaración"
    moved = type(announced).objects.get(pk=announced.pk).schedule.submission_deadline
    assert moved >= DEADLINE + timedelta(days=1)
    assert sent.terms.number > 1


def test_after_the_integration_every_change_moves_the_deadline(world):  # decision 6; terms 11.5
    tender = world.at("integrated")
    at = QUERIES + timedelta(hours=1)
    world.move(at)
    ready = approved(world, tender, change=REMEDY)

    assert refused(circulars.publish, ready, by=world.chair) == ["circular.change.after-integration"]
    new = circulars.proposed_dates(ready.tender, at)
    assert circulars.publish(ready, new=new, by=world.chair).postponement.number == 1


def test_an_explanation_after_the_integration_moves_nothing(world):  # terms 11.4
    tender = world.at("integrated")

    assert circulars.publish(approved(world, tender), by=world.chair).postponement is None


def test_a_late_answer_proposes_a_postponement(world, announced):  # decision 8
    bought = world.sell(announced)
    queries.ask(bought, text="¿A?", by=bought.buyer)
    due = announced.schedule.integration

    assert circulars.proposed_integration(announced, due - timedelta(seconds=1)) == {}
    moved = circulars.proposed_integration(announced, due)
    assert moved["submission_deadline"] > DEADLINE
