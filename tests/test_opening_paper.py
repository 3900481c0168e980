"""Envelopes of paper opened by two people, and the call of one envelope (rules 58, 66; decision 11)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from bids.models import PaperEntry
from bids.services import opening, ranking, reading
from procurement import clock
from procurement.models import Tender
from procurement.services import tenders

from . import deciding
from .refusing import refused
from .test_opening import logged
from .test_paper import receive, walk_in
from .world import A_SECOND, World

FIRST = {"documents": "Anexo 1, ficha\nAnexo 5, capacidad financiera", "working_capital": "21000.00"}
OFFER = {"percentage": "9.50", "words": "nueve con 50/100 por ciento"}


@pytest.fixture
def paper(world):
    """A closed call with one bid on paper, of somebody without account."""
    tender = world.at("integrated")
    Tender.objects.filter(pk=tender.pk).update(parameters=tender.parameters | {"envelopes.form": "paper"})
    tender = Tender.objects.get(pk=tender.pk)
    world.sell(tender, 60, "Wenceslao", "Paz", ruc="20123456786", organization="Wenceslao SAC")
    world.move(tender.schedule.submission_deadline - A_SECOND)
    receive(world, tender, walk_in(world, tender))
    world.move(tender.schedule.submission_deadline + timedelta(seconds=60))
    return tenders.close(tender, by=clock.ACTOR)


def envelope_of(tender, stage=1):
    return tender.envelopes.get(stage=stage)


def test_one_types_and_another_confirms(world, paper):  # D3
    act = deciding.begin(world, paper)
    envelope = envelope_of(paper)

    untyped = refused(reading.confirm, envelope, by=world.chair)
    reading.enter(envelope, by=world.secretary, **FIRST)
    shut = deciding.fresh(envelope).content
    for person in (world.secretary, world.observer, world.outsider):
        with pytest.raises(PermissionDenied):
            reading.confirm(envelope, by=person)
    reading.confirm(envelope, by=world.member)
    act = opening.conclude(act, by=world.chair)

    opened = deciding.fresh(envelope)
    assert untyped == ["opening.entry.missing"]
    assert shut is None
    assert (opened.status, opened.bid.state) == ("open", "opened")
    assert opened.content["documents"] == ["Anexo 1, ficha", "Anexo 5, capacidad financiera"]
    assert "Anexo 5, capacidad financiera" in paper.minutes.get(kind="opening-1").text
    assert act.state == "closed"


def test_only_the_secretary_types_and_only_in_the_act(world, paper):  # decision 11
    envelope = envelope_of(paper)

    before = refused(reading.enter, envelope, by=world.secretary, **FIRST)
    deciding.begin(world, paper)
    with pytest.raises(PermissionDenied):
        reading.enter(envelope, by=world.chair, **FIRST)

    assert before == ["opening.act.not-in-progress"]
    assert refused(reading.enter, envelope, by=world.secretary, documents=" ") == [
        "opening.entry.documents-missing"
    ]
    assert not PaperEntry.objects.exists()


def test_what_was_typed_wrong_is_typed_again_before_it_is_confirmed(world, paper):  # decision 11
    deciding.begin(world, paper)
    envelope = envelope_of(paper)
    reading.enter(envelope, by=world.secretary, documents="Anexo 9")
    reading.enter(envelope, by=world.secretary, **FIRST)
    reading.confirm(envelope, by=world.chair)

    assert deciding.fresh(envelope).content["documents"][0] == "Anexo 1, ficha"
    assert refused(reading.enter, envelope, by=world.secretary, **FIRST) == ["opening.envelope.already-open"]
    assert len(logged(paper, "envelope.enter")) == 2  # nothing is erased


def test_an_offer_on_paper_goes_from_the_envelope_to_the_ranking(world, paper):  # D3
    deciding.begin(world, paper)
    envelope = envelope_of(paper)
    reading.enter(envelope, by=world.secretary, **FIRST)
    reading.confirm(envelope, by=world.chair)
    opening.conclude(deciding.act_of(paper, 1), by=world.chair)
    result = deciding.decide_first(world, paper, local=())
    act = deciding.begin(world, paper, stage=2, planned_at=result.appeal_until)
    second = envelope_of(paper, 2)

    bare = refused(reading.enter, second, by=world.secretary, percentage="9.50")
    reading.enter(second, by=world.secretary, **OFFER | {"percentage": "95.0"})
    reading.confirm(second, by=world.member)
    opening.conclude(act, by=world.chair)
    ranked = ranking.rank(paper, by=world.chair)

    assert bare == ["opening.entry.offer-missing"]
    [row] = ranked.body["rows"]
    assert (row["percentage"], row["figure"], row["words"]) == ("9.50", "95.0", OFFER["words"])
    assert "«95.0»" in paper.minutes.get(kind="opening-2").text


def test_the_pages_lead_two_people_through_it(world, paper, client):  # decision 11
    deciding.begin(world, paper)
    envelope = envelope_of(paper)
    base = f"/tenders/{paper.pk}"
    client.force_login(world.secretary)
    assert f"{base}/envelopes/{envelope.pk}/enter/" in client.get(f"{base}/opening/1/").content.decode()
    client.post(f"{base}/envelopes/{envelope.pk}/enter/", FIRST)
    client.force_login(world.member)
    shown = client.get(f"{base}/opening/1/").content.decode()
    assert "Anexo 1, ficha" in shown
    client.post(f"{base}/envelopes/{envelope.pk}/confirm/")

    assert deciding.fresh(envelope).status == "open"


# One envelope


@pytest.fixture
def single(world, monkeypatch):
    """A first call as those of 2005: one envelope, a technical proposal beside the percentage."""
    chosen = World.choose_regime
    monkeypatch.setattr(World, "choose_regime", partial_profile(chosen))
    return world.at("closed")


def partial_profile(chosen):
    def choose(self, tender, **said):
        return chosen(self, tender, **{"profile": "first-call"} | said)

    return choose


def test_with_one_envelope_the_offer_waits_for_the_decision(world, single):  # rules 58, 66
    act = deciding.begin(world, single)
    deciding.open_all(world, act)
    no_second = refused(deciding.convene, world, single, stage=2)
    early = refused(ranking.rank, single, by=world.chair)

    deciding.decide_first(world, single)
    ranked = ranking.rank(single, by=world.chair)

    assert no_second == ["opening.act.one-envelope"]
    assert "opening.act" not in str(early)
    scale = ranked.body["scale"]
    assert (scale["economic_weight"], scale["technical_weight"]) == ("70.00", "30.00")
    assert [row["percentage"] for row in ranked.body["rows"]] == ["10.20", "8.50"]
    assert ranked.body["rows"][0]["published"] == "92.50"  # 70 + 30 x 75 / 100
