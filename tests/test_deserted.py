"""A call without winner and the report on its barriers (rules 60, 61, 152, 163)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from bids.barriers import CAUSES, DEMAND, SUPPLY
from bids.models import BarrierReport, Desertion
from bids.services import award, deserted, ranking
from procurement import clock
from procurement.services import promotion, sale, tenders

from . import deciding
from .refusing import refused
from .test_opening import logged
from .test_ranking_pages import opened, world_terms

pytestmark = pytest.mark.slow  # each walks to an award of its own

WRITTEN = {
    "technical": "Se pedían tres personas con título.",
    "origin": "Ninguna traba.",
    "time": "Cuarenta y cinco días no alcanzan para asociarse.",
    "communication": "La radio no lo dijo.",
    "proposal": "Bajar las dos garantías y dar más tiempo.",
}


def empty(world):
    """Return a closed call whose terms were sold and for which nobody bid."""
    tender = world.at("integrated")
    world.move(tender.schedule.submission_deadline + timedelta(seconds=60))
    return tenders.close(tender, by=clock.ACTOR)


def declare(world, tender, **other):
    return deserted.declare(tender, **{"text": "La garantía espantó a todos.", "by": world.chair} | other)


def test_terms_sold_and_no_bid_is_an_outcome_of_its_own(world):  # rule 60
    tender = empty(world)

    tender = declare(world, tender)

    found = Desertion.objects.get(tender=tender)
    assert (tender.state, found.cause) == ("deserted", "no-bids")
    assert (found.funnel["bought"], found.funnel["presented"], found.funnel["valid"]) == (1, 0, 0)
    assert tender.ended_at == clock.now()
    [body] = logged(tender, "declare_deserted")
    assert body["facts"]["funnel"] == found.funnel
    text = tender.minutes.get(kind="deserted").text
    assert "La garantía espantó a todos." in text


def test_every_buyer_is_asked_why(world):  # rule 61
    tender = empty(world)
    buyer = tender.terms_sales.first().buyer

    declare(world, tender)

    assert buyer.notices.filter(tender=tender, written_at=clock.now()).exists()


def test_a_call_with_bids_is_not_deserted(world):  # §4.11
    tender = world.at("closed")

    assert refused(declare, world, tender) == ["tender.deserted.bids-exist"]
    assert refused(declare, world, deciding.evaluate(world, tender)) == ["tender.deserted.bids-exist"]


def test_none_valid_is_deserted_with_the_cause_of_each(world):  # F12
    tender = world.at("evaluating")
    deciding.decide_first(world, tender, failed=(0, 1))

    tender = declare(world, tender)

    found = Desertion.objects.get(tender=tender)
    assert found.cause == "none-valid"
    assert [row["state"] for row in found.per_bid] == ["not-admitted"] * 2
    assert all(deciding.REASON in row["reason"] for row in found.per_bid)
    assert tender.minutes.get(kind="deserted").text.count(deciding.REASON) == 2


def test_a_single_bid_that_may_not_win_is_deserted(world, monkeypatch):  # rule 57
    world_terms(monkeypatch, single_bid__award_allowed="false")
    tender = opened(world, monkeypatch, "6.00", "4.99", local=())
    ranking.rank(tender, by=world.chair)

    tender = declare(world, tender)

    assert tender.desertion.cause == "single-bid"


def test_a_single_bid_that_may_win_is_not_deserted(world, monkeypatch):  # rule 57
    tender = opened(world, monkeypatch, "6.00", "4.99", local=())
    ranking.rank(tender, by=world.chair)

    assert refused(declare, world, tender) == ["tender.deserted.bids-exist"]


def test_without_substitute_a_consented_call_is_deserted(world):  # §4.1
    tender = world.at("consented")

    follows = refused(declare, world, tender)
    tender = award.pass_to_next(tender, reason="No firmó", by=world.chair)
    tender = deciding.consent(world, tender)
    tender = declare(world, tender, text="Tampoco firmó el segundo.")

    assert follows == ["tender.deserted.bids-exist"]
    assert (tender.state, tender.desertion.cause) == ("deserted", "no-substitute")
    assert not tender.awards.filter(ended_at=None).exists()


def test_the_committee_declares_with_its_reason(world):  # rule 60
    tender = empty(world)

    assert refused(declare, world, tender, text=" ") == ["tender.deserted.reason-missing"]
    for person in (world.mayor, world.secretary, world.outsider):
        with pytest.raises(PermissionDenied):
            declare(world, tender, by=person)


# The report


def test_the_causes_are_the_five_and_the_nine_of_the_field_note():  # rule 152
    assert (len(DEMAND), len(SUPPLY), len(CAUSES)) == (5, 9, 14)


def test_the_report_counts_reasons_and_compares_guarantees(world):  # rules 61, 163
    tender = empty(world)
    bought = sale.deliver(tender.terms_sales.first(), by=world.clerk, medium="paper")
    sale.say_no_bid(bought, reason="guarantee", by=bought.buyer)
    someone = {"name": "Ferretería Sol", "profile": "trader", "origin": "other", "reach": "local"}
    prospect = promotion.add_prospect(tender, by=world.secretary, **someone)
    promotion.note_no_bid(prospect, reason="alliance", by=world.secretary)
    tender = declare(world, tender)

    report = deserted.report(
        tender, causes={"contract-risk": "Temen al próximo alcalde."}, by=world.chair, **WRITTEN
    )

    reasons = {key: count for key, count in report.figures["no_bid"].items() if count}
    assert reasons == {"guarantee": 1, "alliance": 1}
    performance = report.figures["guarantees"][1]
    assert (performance["bond"], performance["houses"], performance["turnover_share"]) == (
        "10000.00",
        "1.00",
        "5.56",
    )
    text = report.minutes.text
    assert "Temen al próximo alcalde." in text
    assert "Ferretería Sol" not in text  # nobody is named
    assert bought.name not in text


def test_the_report_is_whole_and_published_once(world):  # rule 61
    tender = empty(world)
    said = {"causes": {}, "by": world.chair}

    early = refused(deserted.report, tender, **said | WRITTEN)
    tender = declare(world, tender)
    partial = refused(deserted.report, tender, **said | WRITTEN | {"time": " "})
    strange = refused(deserted.report, tender, **said | WRITTEN | {"causes": {"bad-luck": "Sí"}})
    deserted.report(tender, **said | WRITTEN)

    assert early == ["barrier.report.not-deserted"]
    assert partial == ["barrier.report.text-missing"]
    assert strange == ["barrier.report.unknown-cause"]
    tender = deciding.fresh(tender)
    assert refused(deserted.report, tender, **said | WRITTEN) == ["barrier.report.exists"]
    with pytest.raises(PermissionDenied):
        deserted.report(tender, **said | WRITTEN | {"by": world.outsider})
    assert BarrierReport.objects.count() == 1
