"""Envelope 2 becomes a ranking: offers as they are read, the scale of the terms, ties, draw, signatures."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from bids import what_if
from bids.models import Envelope, Ranking
from bids.scoring import Offer, read_offer, read_words
from bids.services import award, ranking
from procurement import clock
from procurement.models import Minutes

from . import bidding, deciding
from .refusing import refused
from .test_opening import logged
from .worked_terms import TYPED


def opened(world, monkeypatch, *offers, **how):
    """Return a tender whose offers are open and not ranked yet."""
    monkeypatch.setattr(bidding, "OFFERS", offers)
    tender = world.at("evaluating")
    deciding.decide_first(world, tender, **how)
    deciding.open_second(world, tender)
    return deciding.fresh(tender)


def say(tender, place, **content):
    """Let the envelope of a bid say something else, as a bidder may have sealed it."""
    envelope = deciding.bids_of(tender)[place].envelopes.get(stage=2)
    Envelope.objects.filter(pk=envelope.pk).update(content=envelope.content | content)


def rows(ranked):
    return [(row["name"], row["percentage"], row["published"], row["rank"]) for row in ranked.body["rows"]]


# The scale


def test_the_scale_is_that_of_the_terms(world):  # rules 55, 65
    scale = ranking.scale_of(world.at("integrated"))

    assert (scale.minimum, scale.maximum, scale.zero_forbidden) == (Decimal("5.00"), Decimal("100.00"), True)
    assert (scale.economic_weight, scale.technical_weight) == (100, 0)
    assert (scale.local_preference, scale.local_value) == ("points", Decimal("10.00"))
    assert (scale.ranking_values, scale.ties) == ("published", ("percentage", "local", "technical", "draw"))


# The ranking


def test_the_ranking_is_exact_published_and_in_the_log(world, monkeypatch):  # rules 55-57, 65; F2
    tender = opened(world, monkeypatch, "10.20", "9.50")

    ranked = ranking.rank(tender, by=world.chair)

    assert rows(ranked) == [
        ("Cooperativa Beto", "9.50", "103.14", 1),
        ("Servicios Ana SAC", "10.20", "100.00", 2),
    ]
    assert [row["exact"] for row in ranked.body["rows"]] == ["5260/51", "100"]
    [facts] = [body["facts"] for body in logged(tender, "ranking")]
    assert facts["rows"] == ranked.body["rows"]
    states = {str(bid): (bid.state, bid.place, str(bid.score)) for bid in deciding.bids_of(tender)}
    assert states["Cooperativa Beto"] == ("ranked", 1, "103.14")


def test_an_offer_below_the_minimum_is_rejected_and_measures_nobody(world, monkeypatch):  # F7
    tender = opened(world, monkeypatch, "4.99", "5.00", local=())

    ranked = ranking.rank(tender, by=world.chair)

    assert rows(ranked) == [("Cooperativa Beto", "5.00", "100.00", 1)]
    [out] = ranked.body["rejected"]
    assert (out["name"], out["code"]) == ("Servicios Ana SAC", "bid.offer.below-minimum")
    bid = deciding.bids_of(tender)[0]
    assert (bid.state, bid.reason_code, bid.offer) == ("rejected", "bid.offer.below-minimum", None)
    assert world.ana.notices.filter(text__contains="4.99").exists()


@pytest.mark.parametrize(
    ("figure", "words", "code"),
    [
        ("100.01", "", "bid.offer.out-of-range"),
        ("10.205", "", "bid.offer.too-many-decimals"),
        ("0.00", "cero con 00/100 por ciento", "bid.offer.zero"),
        ("S/ 500", "quinientos soles", "offer.words.unreadable"),
        ("doce", "", "bid.offer.not-a-number"),
    ],
)
def test_what_is_no_percentage_of_the_terms_is_rejected_as_it_is_written(
    world, monkeypatch, figure, words, code
):  # §5.6; F8
    tender = opened(world, monkeypatch, "10.20", "9.50")
    say(tender, 0, percentage=figure, words=words)

    ranked = ranking.rank(tender, by=world.chair)

    [out] = ranked.body["rejected"]
    assert (out["code"], out["figure"], out["words"]) == (code, figure, words)
    assert rows(ranked) == [("Cooperativa Beto", "9.50", "110.00", 1)]
    assert figure in Minutes.objects.get(pk=ranked.minutes_id).text


def test_words_prevail_over_figures(world, monkeypatch):  # D3
    tender = opened(world, monkeypatch, "10.20", "9.50", local=())
    say(tender, 0, percentage="10.20", words="siete con 25/100 por ciento")

    ranked = ranking.rank(tender, by=world.chair)

    assert rows(ranked)[0][:2] == ("Cooperativa Beto", "9.50")
    assert rows(ranked)[1][:2] == ("Servicios Ana SAC", "7.25")


def test_words_are_read_as_people_write_them():  # decision 11
    assert read_words("Diez con 20/100 por ciento") == Decimal("10.20")
    assert read_words("VEINTIDÓS  con 05/100 %") == read_words("veintidos con 05/100") == Decimal("22.05")
    assert read_words("nueve por ciento") == Decimal("9.00")
    assert read_words("como diez") is None
    assert read_offer("9.50", "").percentage == Decimal("9.50")
    assert read_offer("no se lee", "nueve con 50/100 por ciento").words_prevailed


def test_no_ranking_while_an_offer_is_shut(world, monkeypatch):  # rule 55
    monkeypatch.setattr(bidding, "OFFERS", ("10.20", "9.50"))
    tender = world.at("evaluating")
    deciding.decide_first(world, tender)

    codes = refused(ranking.rank, tender, by=world.chair)

    assert codes == ["evaluation.ranking.offers-shut"]
    with pytest.raises(PermissionDenied):
        ranking.rank(tender, by=world.outsider)


def test_the_ranking_is_made_once(world, monkeypatch):  # rule 56
    tender = opened(world, monkeypatch, "10.20", "9.50")
    ranking.rank(tender, by=world.chair)

    assert refused(ranking.rank, tender, by=world.chair) == ["evaluation.ranking.exists"]
    assert Ranking.objects.count() == 1


# Ties and draw


def test_the_local_bidder_wins_a_tie_without_a_draw(world, monkeypatch):  # F9
    world_terms(monkeypatch, local_preference__mode="none", ties="higher_percentage, local, draw")
    tender = opened(world, monkeypatch, "9.50", "9.50", local=(1,))

    ranked = ranking.rank(tender, by=world.chair)

    assert [row["name"] for row in ranked.body["rows"]] == ["Cooperativa Beto", "Servicios Ana SAC"]
    assert ranked.body["rows"][1]["decided_by"] == "local"
    assert ranked.body["draw_required"] == []


def world_terms(monkeypatch, **changes):
    for key, text in changes.items():
        monkeypatch.setitem(TYPED, key.replace("__", "."), text)


def tied(world, monkeypatch):
    tender = opened(world, monkeypatch, "9.50", "9.50", local=(0, 1))
    ranked = ranking.rank(tender, by=world.chair)
    deciding.sign(world, tender)
    return tender, ranked


def a_draw(**other):
    told = {"drawn": [2, 1], "method": "Dos bolillas", "place": "Auditorio", "happened_at": clock.now()}
    return told | {"witness_1": "Ada Testigo", "witness_2": "Blas Testigo"} | other


def test_a_tie_that_no_link_settles_needs_a_draw_and_the_award_waits(world, monkeypatch):  # F10, D20
    tender, ranked = tied(world, monkeypatch)

    assert len(ranked.body["draw_required"]) == 1
    assert [row["rank"] for row in ranked.body["rows"]] == [1, 1]
    assert refused(award.award, tender, by=world.chair) == ["award.tie.draw-missing"]


def test_the_draw_orders_the_tied_by_number_of_presentation(world, monkeypatch):  # D6
    tender, ranked = tied(world, monkeypatch)
    numbered = {n: str(bid) for n, bid in ranking.numbered(tender, ranked).items()}

    drawn = ranking.draw(tender, by=world.chair, **a_draw())
    deciding.sign(world, tender)
    tender = award.award(tender, by=world.chair)

    assert numbered == {1: "Servicios Ana SAC", 2: "Cooperativa Beto"}
    assert str(tender.awards.get().bid) == "Cooperativa Beto"
    text = drawn.minutes.text
    assert all(said in text for said in ("Dos bolillas", "Ada Testigo", "Blas Testigo", "el número 2"))
    assert deciding.fresh(ranked).superseded_at  # it stays, and counts no more


def test_a_draw_has_two_witnesses_and_the_numbers_of_the_tied(world, monkeypatch):  # D6
    tender, _ranked = tied(world, monkeypatch)

    def codes(**other):
        return refused(ranking.draw, tender, by=world.chair, **a_draw(**other))

    assert codes(drawn=[1]) == codes(drawn=[1, 3]) == codes(drawn=[1, 1, 2]) == ["award.draw.does-not-match"]
    assert codes(witness_2="") == codes(witness_2=" ada testigo ") == ["award.draw.witnesses-missing"]
    assert codes(happened_at=clock.now() + timedelta(seconds=1)) == ["award.draw.in-future"]


def test_without_a_tie_there_is_nothing_to_draw(world, monkeypatch):  # decision 20
    tender = opened(world, monkeypatch, "10.20", "9.50")
    ranking.rank(tender, by=world.chair)

    assert refused(ranking.draw, tender, by=world.chair, **a_draw()) == ["award.draw.no-tie"]


# Signatures


def test_everybody_signs_or_says_why_not(world, monkeypatch):  # domain.md §4.6
    tender = opened(world, monkeypatch, "10.20", "9.50")
    ranking.rank(tender, by=world.chair)
    ranking.sign(tender, by=world.chair)
    ranking.sign(tender, by=world.member)

    early = refused(award.award, tender, by=world.chair)
    ranking.sign(tender, dissent="No se midió igual a todos", by=world.third)

    assert early == ["award.minutes.signature-missing"]
    assert refused(ranking.sign, tender, by=world.chair) == ["evaluation.signature.exists"]
    for person in (world.secretary, world.alternate, world.observer):
        with pytest.raises(PermissionDenied):
            ranking.sign(tender, by=person)
    tender = award.award(tender, by=world.chair)
    assert "No se midió igual a todos" in tender.minutes.get(kind="award").text


# What would have won


def test_a_loser_is_told_the_least_offer_that_would_have_won(world, monkeypatch):  # decision 9
    tender = opened(world, monkeypatch, "10.20", "9.50")
    scale = ranking.scale_of(tender)
    offers = [
        Offer("ana", Decimal("10.20"), False, Decimal("75.00")),
        Offer("beto", Decimal("9.50"), True, Decimal("75.00")),
    ]

    least = what_if.needed(offers, scale, "ana")

    cents = int(least * 100)
    assert what_if.would_win(offers, scale, "ana", cents)
    assert not what_if.would_win(offers, scale, "ana", cents - 1)
    assert what_if.needed(offers, scale, "beto") <= Decimal("9.50")
