"""Queries: who may ask and until when, what hides the asker, merging, drafts (rules 36, 45-47)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from procurement.models import Event, Notice, Query
from procurement.services import queries
from procurement.services import sale as sales

from .refusing import refused
from .world import A_MICROSECOND, NOON, QUERIES


@pytest.fixture
def announced(world):
    return world.at("announced")


def ask(purchase, text="¿Se puede pagar en dos partes?", **said):
    return queries.ask(purchase, text=text, by=purchase.buyer, **said)


# Asking


def test_a_buyer_asks_and_gets_a_number_at_once(world, announced):  # rule 45
    bought = world.sell(announced)

    first, second = ask(bought, clause="9.1"), ask(bought, "¿Y en tres?")

    assert [(each.number, each.state) for each in (first, second)] == [(1, "numbered"), (2, "numbered")]
    assert Notice.objects.filter(user=bought.buyer, link=first.get_absolute_url()).count() == 1


def test_a_query_counts_until_the_instant_of_the_deadline(world, announced):  # rule 45
    bought = world.sell(announced)

    world.move(QUERIES - A_MICROSECOND)
    assert ask(bought).state == "numbered"
    world.move(QUERIES)
    assert refused(ask, bought) == ["query.deadline.passed"]
    assert announced.queries.count() == 1


def test_who_has_not_paid_may_not_ask(world, announced):  # rule 45
    who = {"first_name": "Otto", "last_name": "Ajeno", "dni": world.outsider.dni}
    asked_for = sales.request(announced, by=world.outsider, **who)

    assert refused(ask, asked_for) == ["query.asker.not-buyer"]


def test_nobody_asks_through_the_purchase_of_another(world, announced):  # rule 45
    bought = world.sell(announced)

    with pytest.raises(PermissionDenied):
        queries.ask(bought, text="¿?", by=world.outsider)


def test_an_empty_query_is_refused(world, announced):
    assert refused(ask, world.sell(announced), text=" \n ") == ["query.text.empty"]


def test_a_query_on_paper_counts_by_the_hour_of_the_desk(world, announced):  # decision 2
    bought = world.sell(announced)
    world.move(QUERIES + timedelta(hours=3))
    paper = {"text": "¿Quién firma?", "by": world.secretary}

    late = refused(queries.enter, bought, received_at=QUERIES, **paper)
    assert late == ["query.deadline.passed"]
    early = queries.enter(bought, received_at=QUERIES - A_MICROSECOND, **paper)
    assert (early.number, early.entered_at) == (1, QUERIES + timedelta(hours=3))
    ahead = QUERIES + timedelta(hours=4)
    assert refused(queries.enter, bought, received_at=ahead, **paper) == ["query.receipt.in-future"]


def test_only_the_secretary_enters_what_came_on_paper(world, announced):  # domain 4.11
    bought = world.sell(announced)

    for user in (world.chair, world.clerk, world.outsider):
        with pytest.raises(PermissionDenied):
            queries.enter(bought, text="¿?", received_at=NOON, by=user)


# Spoken


def test_an_invitee_asks_aloud_at_the_second_meeting(world, announced):  # rules 45, 47
    held = world.hold(announced, 2)

    asked = queries.capture(held, attendance=held.attendances.get(), text="¿Y si llueve?", by=world.secretary)
    assert (asked.state, asked.number) == ("received", None)
    assert queries.number(asked, by=world.secretary).number == 1


def test_nothing_is_captured_at_the_first_meeting(world, announced):  # rule 47
    held = world.hold(announced, 1)

    codes = refused(queries.capture, held, attendance=held.attendances.get(), text="¿?", by=world.secretary)
    assert codes == ["query.oral.wrong-meeting"]


def test_who_asks_aloud_is_on_the_list_of_that_meeting(world, announced):  # decision 8
    held = world.hold(announced, 2)

    codes = refused(queries.capture, held, attendance=None, text="¿?", by=world.secretary)
    assert codes == ["query.oral.asker-not-on-list"]


def test_a_spoken_query_may_be_returned_with_the_reason(world, announced):  # terms 11.2
    held = world.hold(announced, 2)
    asked = queries.capture(held, attendance=held.attendances.get(), text="¿?", by=world.secretary)

    assert refused(queries.reject, asked, reason="", by=world.secretary) == ["query.rejection.reason-missing"]
    assert queries.reject(asked, reason="No es una consulta", by=world.secretary).state == "rejected"


# Who asks stays hidden


def test_a_query_that_names_its_asker_is_hidden_once_confirmed(world, announced):  # decision 8
    bought = world.sell(announced)
    text = "Soy Berta Compradora, DNI 00000021. ¿Puedo ir sola?"

    assert refused(ask, bought, text) == ["query.text.identifies-asker"]
    asked = ask(bought, text, confirmed=True)
    assert asked.original == text
    assert asked.text == "Soy (…), DNI (…). ¿Puedo ir sola?"


def test_a_name_in_another_case_is_found_but_not_inside_a_word(world, announced):  # decision 8
    bought = world.sell(announced)

    assert refused(ask, bought, "lo pide la señora COMPRADORA") == ["query.text.identifies-asker"]
    assert ask(bought, "¿Qué pasa con las compradoras?").text == "¿Qué pasa con las compradoras?"


def test_the_secretary_redacts_and_the_original_stays(world, announced):  # decision 8
    asked = ask(world.sell(announced), "Los de la ferretería preguntamos: ¿sirve un pagaré?")

    queries.redact(asked, text="¿Sirve un pagaré?", by=world.secretary)
    asked = Query.objects.get(pk=asked.pk)
    assert (asked.text, asked.redacted) == ("¿Sirve un pagaré?", True)
    assert asked.original.startswith("Los de la ferretería")
    with pytest.raises(PermissionDenied):
        queries.redact(asked, text="¿?", by=world.chair)


def test_the_log_says_buyer_and_keeps_the_words_private(world, announced):  # decision 13
    bought = world.sell(announced)
    asked = ask(bought, "¿Sirve un pagaré?")

    events = [
        event.body for event in Event.objects.filter(body__facts__query=asked.pk, log=announced.log_origin)
    ]
    assert {body["action"] for body in events} == {"query.receive", "query.register"}
    assert {body["actor"] for body in events} == {"buyer"}
    assert "pagaré" not in str(events)
    assert f"user:{bought.buyer_id}" not in str(events)


# Merging


def test_equal_queries_are_merged_with_all_their_numbers(world, announced):  # decision 8
    one, other = world.sell(announced), world.sell(announced, 22, "Raúl", "Otro")
    first, second, third = ask(one), ask(other), ask(other, "¿Se paga por partes?")
    queries.merge(third, into=second, by=world.secretary)

    queries.merge(second, into=first, by=world.secretary)
    first = Query.objects.get(pk=first.pk)
    assert first.numbers == [1, 2, 3]
    queries.draft_answer(first, answer="Sí.", by=world.legal)
    world.answer(announced)
    assert set(announced.queries.values_list("state", flat=True)) == {"notified"}


def test_a_query_is_not_merged_into_itself_nor_into_a_merged_one(world, announced):  # decision 8
    bought = world.sell(announced)
    first, second, third = ask(bought), ask(bought, "¿B?"), ask(bought, "¿C?")
    queries.merge(second, into=first, by=world.secretary)

    assert refused(queries.merge, first, into=first, by=world.secretary) == ["query.merge.not-possible"]
    assert refused(queries.merge, third, into=second, by=world.secretary) == ["query.merge.not-possible"]


def test_a_merge_is_undone(world, announced):  # product.md, principle 4
    bought = world.sell(announced)
    first, second = ask(bought), ask(bought, "¿B?")
    queries.merge(second, into=first, by=world.secretary)

    assert queries.part(second, by=world.secretary).same_as is None


def test_a_merged_query_has_no_answer_of_its_own(world, announced):  # decision 8
    bought = world.sell(announced)
    first, second = ask(bought), ask(bought, "¿B?")
    queries.merge(second, into=first, by=world.secretary)

    codes = refused(queries.draft_answer, second, answer="Sí.", by=world.legal)
    assert "query.answer.merged" in codes


# Drafting the answer


def test_committee_and_advisers_draft_and_nobody_else(world, announced):  # domain 4.11
    asked = ask(world.sell(announced))

    assert queries.draft_answer(asked, answer="Sí.", by=world.legal).state == "drafted"
    assert queries.draft_answer(asked, answer="Sí, en dos.", by=world.chair).state == "drafted"
    for user in (world.secretary, world.mayor, world.observer, world.outsider):
        with pytest.raises(PermissionDenied):
            queries.draft_answer(asked, answer="No.", by=user)


def test_an_answer_is_not_empty(world, announced):  # domain 4.11
    asked = ask(world.sell(announced))

    assert refused(queries.draft_answer, asked, answer="  ", by=world.legal) == ["circular.answer.empty"]


@pytest.mark.parametrize(
    "said",
    [
        {"changes_terms": True},
        {"changes_terms": False, "clause": "9.3", "new_text": "Se venden los sábados."},
        {"changes_terms": True, "clause": "9.3"},
        {"changes_terms": True, "new_text": "Se venden los sábados."},
        {"changes_terms": True, "parameter": "terms.price"},
    ],
)
def test_a_change_is_flagged_and_says_old_and_new(world, announced, said):  # domain 4.11
    asked = ask(world.sell(announced))

    codes = refused(queries.draft_answer, asked, answer="Sí.", by=world.legal, **said)
    assert codes == ["circular.change.not-flagged"]


def test_a_flagged_change_keeps_the_words_that_stand(world, announced):  # domain 4.11
    asked = ask(world.sell(announced))
    change = {"parameter": "remedy_days", "value": "5"}

    drafted = queries.draft_answer(asked, answer="Sí.", changes_terms=True, by=world.legal, **change)
    assert drafted.changes[0]["before"].startswith("3")
    assert drafted.changes[0]["after"].startswith("5")


def test_a_clause_that_the_terms_do_not_have_is_refused(world, announced):  # rule 47
    asked = ask(world.sell(announced))
    change = {"clause": "99.9", "new_text": "Nada"}

    codes = refused(queries.draft_answer, asked, answer="Sí.", changes_terms=True, by=world.legal, **change)
    assert codes == ["terms.clause.unknown"]
