"""The page where a committee tries its rules: who may, what it says, and that it leaves nothing behind."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from bids.forms.trial import BidderForm, RuleForm, initial_bidder
from procurement.models import Event, Notice

HOSTILE = '=HYPERLINK("x") <b>Ñandú</b>'
FALSE_TIE = {"mode": "added_points", "value": "10", "b1-percentage": "29.99", "b2-percentage": "26.99"}


def trial_of(client, tender, **typed):
    """Look at the page as it is first, or with some of its numbers changed."""
    address = reverse("trial", args=[tender.pk])
    if not typed:
        return client.get(address)
    first = client.get(address).context["trial_form"].rule.data
    return client.get(address, {**first, "n": "3", "top": "40"} | typed)


def text_of(answer):
    return answer.content.decode().replace("\xa0", " ")


@pytest.fixture
def approved(world, client):
    tender = world.at("approved")
    client.force_login(world.chair)
    return tender


def test_a_trial_says_who_would_win_and_leaves_nothing(client, approved):
    def kept():
        return (
            Event.objects.count(),
            Notice.objects.count(),
            type(approved).objects.get(pk=approved.pk).version,
        )

    before = kept()
    said = text_of(trial_of(client, approved))

    assert "Prueba: ganaría Cooperativa del pueblo" in said
    assert "No es un resultado" in said
    assert "Con 10.00 % ofrecido por la de fuera, la local gana desde 9.01 %" in said
    assert kept() == before


def test_the_rules_begin_as_the_terms_state_them_and_may_be_others(client, approved):  # rule 65
    assert "Cooperativa del pueblo» gana desde 9.01 %" in text_of(trial_of(client, approved))

    said = text_of(trial_of(client, approved, mode="pct_bonus", value="20"))
    assert "Con 10.00 % ofrecido por la de fuera, la local gana desde 8.34 %" in said
    said = text_of(trial_of(client, approved, mode="none", value=""))
    assert "Prueba: ganaría Empresa de fuera" in said
    assert "Dónde la preferencia local" not in said


def test_a_tie_that_only_rounding_makes_is_warned_of(client, approved):  # rule 56
    said = text_of(trial_of(client, approved, **FALSE_TIE, ranking_values="published"))
    assert "un empate que solo hace el redondeo" in said
    assert "99.996665" in said
    assert "Con estas reglas decide el puntaje publicado" in said

    said = text_of(trial_of(client, approved, **FALSE_TIE, ranking_values="exact"))
    assert "Con estas reglas decide el puntaje exacto" in said
    assert "solo hace el redondeo" not in text_of(trial_of(client, approved, **{"b2-percentage": "26.00"}))


def test_whoever_cannot_give_the_guarantees_is_named_with_the_reason(client, approved):  # rules 61, 71
    said = text_of(trial_of(client, approved, performance="10000.00"))

    assert "Cooperativa del pueblo: le falta S/ 2,000.00" in said
    assert "Garantía de la propuesta: 2 de 3 no podrían darla" in said
    said = text_of(trial_of(client, approved, bid="", performance=""))
    assert "Quién no podría dar" not in said


def test_thresholds_of_the_table_are_those_of_the_picture(client, approved):
    said = text_of(trial_of(client, approved))
    table = said.partition("Quién gana, con los límites exactos")[2].partition("</table>")[0]
    edges = re.findall(r'<td class="num">([\d.]+ %)</td>', table)

    drawn = re.findall(r"<title>[^<]+: ([\d.]+ %) – ([\d.]+ %)</title>", said)
    assert sorted(edges) == sorted(edge for pair in drawn for edge in pair)


def test_what_cannot_be_read_is_said_and_nothing_typed_is_lost(client, approved):
    answer = trial_of(client, approved, **{"b1-percentage": "10.123", "b2-name": HOSTILE, "value": ""})
    said = text_of(answer)

    assert answer.status_code == 422
    assert "más de dos decimales" in said
    assert "Escriba de cuánto es la preferencia" in said
    assert "10.123" in said
    assert "<b>Ñandú" not in said
    assert "Prueba: ganaría" not in said
    assert trial_of(client, approved, **{"b1-percentage": "10.123"}).status_code == 422


@pytest.mark.parametrize(
    "typed",
    [
        {"top": "1.00"},
        {"minimum": "50"},
        {"minimum": "100", "b1-percentage": "100", "top": "100"},
        {"b1-percentage": "0", "b2-percentage": "0", "b3-percentage": "0"},
        {"n": "99"},
        {"n": "x"},
        {"more": "1"},
        {"moving": "1", "value": "100"},
    ],
)
def test_odd_numbers_are_answered(client, approved, typed):
    answer = trial_of(client, approved, **typed)

    assert answer.status_code in (200, 422)
    assert "No es un resultado" in text_of(answer) or answer.status_code == 422


def test_one_more_bidder_is_invented_without_losing_the_others(client, approved):
    answer = trial_of(client, approved, more="1", **{"b1-name": "Otra"})

    assert len(answer.context["trial_form"].bidders) == 4
    assert "Otra" in text_of(answer)


def test_while_the_terms_state_no_rules_they_are_written_here(client, world):
    tender = world.draft()
    client.force_login(world.chair)

    answer = trial_of(client, tender)
    assert answer.status_code == 200
    assert "Las bases todavía no fijan estas reglas" in text_of(answer)


def test_only_those_who_write_the_terms_try_them(client, world, approved):
    for user, status in (
        (world.secretary, 200),
        (world.manager, 200),
        (world.observer, 403),
        (world.outsider, 404),
    ):
        client.force_login(user)
        assert trial_of(client, approved).status_code == status
    client.logout()
    assert trial_of(client, approved).status_code == 302


def test_where_a_technical_proposal_counts_it_has_its_points_and_its_weight():  # rule 58
    typed = {"mode": "none", "minimum": "0", "ranking_values": "exact", "ties": "technical", "moving": "1"}
    typed |= {"top": "20", "technical_weight": "30"}
    named = {"chain": ("technical",), "technical": True, "slots": (), "number": 2}
    rule = RuleForm(typed, **named)
    bidder = BidderForm({**initial_bidder(1), "technical": "70,5 %"}, technical=True)

    assert rule.is_valid(), rule.errors
    assert bidder.is_valid(), bidder.errors
    scale = rule.scale(points=Decimal(100), maximum=None, zero_forbidden=True)
    assert (scale.economic_weight, scale.technical_weight) == (70, 30)
    assert scale.ties == ("technical", "draw")
    assert bidder.offer(1).technical == Decimal("70.50")
    assert {"bid", "performance"}.isdisjoint(rule.fields)
