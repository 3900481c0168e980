"""The pages of the contract, as the people in front of them use them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.html import escape

from contracts.models import Contract, contract_of
from guarantees.services import life
from procurement import clock
from procurement.schedule import local_day

from . import contracting, guaranteeing
from .papers import paper


@pytest.fixture
def consented(world):
    return world.at("consented")


def url(tender, name, *args):
    return reverse(name, args=[tender.pk, *args])


def get(client, user, tender, name, *args):
    if user:
        client.force_login(user)
    return client.get(url(tender, name, *args))


def post(client, tender, name, *args, **data):
    return client.post(url(tender, name, *args), data)


def codes(response):
    refused = getattr(response.context["form"], "refusals", ())
    return [refusal.code for refusal in refused]


PARTS = [
    "contract-operator",
    "contract-shares",
    "contract-term",
    "contract-transition-plan",
    "contract-targets",
    "contract-clauses",
    "contract-annexes",
    "contract-subsidy",
    "contract-obligation",
    "contract-ready",
    "contract-text",
]


def test_the_legal_adviser_drafts_on_the_pages(world, consented, client):  # rules 88-98
    assert get(client, world.legal, consented, "contract").status_code == 200
    assert post(client, consented, "contract-begin", number="001-2026").status_code == 302
    contract = contract_of(consented)
    for name in PARTS:
        assert client.get(url(consented, name)).status_code == 200, name

    who = {"representative": "Ana Ruiz", "power_entry": "Asiento C1", "initial_capital": "20000"}
    assert post(client, consented, "contract-operator", **who).status_code == 302
    assert contract_of(consented).representative == "Ana Ruiz"
    assert contract_of(consented).operator_name == contract.operator_name


def table(*rows):
    data = {"holders-TOTAL_FORMS": len(rows), "holders-INITIAL_FORMS": 1}
    for place, (kind, name, share) in enumerate(rows):
        cells = {"kind": kind, "name": name, "share": share, "document": "", "offered": ""}
        data |= {f"holders-{place}-{field}": value for field, value in cells.items()}
    return data


def test_shares_are_saved_whole_or_not_at_all(world, consented, client):  # rule 134; bad input 99.99
    contract = contracting.draft(world, consented)
    client.force_login(world.legal)
    wrong = table(("private", "Socio", "75.00"), ("municipal", "Municipalidad", "24.99"))
    refused = post(client, consented, "contract-shares", **wrong)
    assert refused.status_code == 422
    assert codes(refused) == ["contract.shares.not-hundred"]
    assert contract.shareholders.count() == 1

    right = table(("private", "Socio", "75.00"), ("municipal", "Municipalidad", "25.00"))
    assert post(client, consented, "contract-shares", **right).status_code == 302
    gone = table(("private", "Socio", "100.00"), ("municipal", "Municipalidad", "25.00"))
    gone |= {"holders-INITIAL_FORMS": 2, "holders-1-DELETE": "on"}
    assert post(client, consented, "contract-shares", **gone).status_code == 302
    assert [row.name for row in contract.shareholders.all()] == ["Socio"]


def test_rows_that_nobody_filled_are_no_holders(world, consented, client):  # rule 134
    contract = contracting.draft(world, consented)
    client.force_login(world.legal)
    seen = client.get(url(consented, "contract-shares")).content.decode()
    assert seen.count('<details class="card" open>') == 1  # the empty ones are shut

    blank = ("member", "", "")  # what a browser sends of a row left alone: the first kind is chosen
    kept = table(("private", "Socio", "100.00"), blank, blank)
    assert post(client, consented, "contract-shares", **kept).status_code == 302
    assert [row.name for row in contract.shareholders.all()] == ["Socio"]

    half = table(("private", "Socio", "100.00"), ("member", "Otro", ""), blank)
    assert post(client, consented, "contract-shares", **half).status_code == 422


def test_the_page_of_the_term_explains_eight_years_and_offers_others(world, consented, client):  # rule 91
    contracting.draft(world, consented)
    client.force_login(world.legal)
    post(client, consented, "contract-term", years=8, fund_manager="joint")

    page = client.get(url(consented, "contract-term"))

    assert not page.context["chosen"].passes
    assert page.context["passing"] == [7, 9, 10]
    way = url(consented, "tender-override", "contract.term.electoral-overlap")
    assert way in page.content.decode()
    client.force_login(world.outsider)
    assert client.post(way, {"reason": "Porque sí"}).status_code == 403
    client.force_login(world.mayor)
    assert client.post(way, {"reason": "Acuerdo 33 del concejo"}).url == url(consented, "contract")
    assert consented.overrides.filter(code="contract.term.electoral-overlap").exists()
    answered = get(client, world.legal, consented, "contract-term").content.decode()
    assert "Acuerdo 33 del concejo" in answered
    assert way not in answered


def test_a_draft_is_read_by_both_parties_and_nobody_else(world, consented, client):  # D1
    contract = contracting.draft(world, consented)
    assert client.get(url(consented, "contract-text")).status_code == 404
    assert get(client, world.outsider, consented, "contract-text").status_code == 404
    assert get(client, world.chair, consented, "contract-text").status_code == 404

    assert get(client, contract.operator, consented, "contract-text").status_code == 200
    assert get(client, world.legal, consented, "contract-text").status_code == 200


def test_a_signed_contract_is_public_without_identity_documents(world, client):  # rules 95, 99
    tender = world.at("signed")
    for name in ("contract", "contract-text", "contract-obligations", "contract-transition"):
        page = client.get(url(tender, name))
        assert page.status_code == 200, name
        assert "40000021" not in page.content.decode()


def test_the_mayor_signs_on_the_page(world, consented, client):  # rule 99
    contract = contracting.make_ready(world, consented)
    assert get(client, world.mayor, consented, "contract-sign").status_code == 200
    day = local_day(clock.now()).isoformat()
    other = post(client, consented, "contract-sign", signed_on=day, percentage="10.19", scan=paper())
    assert codes(other) == ["contract.fund.percentage-altered"]
    assert list(other.context["form"].errors) == ["percentage"]  # it stands where it is mended

    said = {"signed_on": day, "percentage": str(contract.award.percentage), "scan": paper()}
    assert post(client, consented, "contract-sign", **said).status_code == 302
    assert contract_of(consented).state == "signed"


def test_what_blocks_the_signature_stands_with_the_way_to_remove_it(world, consented, client):  # rule 94
    contracting.draft(world, consented)

    page = get(client, world.legal, consented, "contract-ready")

    assert [reason.code for reason in page.context["reasons"]] == ["contract.performance-bond.not-accepted"]
    assert url(consented, "guarantee-list") in page.content.decode()


def test_the_technical_area_logs_cycles_on_the_page(world, client):  # rule 103
    tender = world.at("running")
    contract = contract_of(tender)
    began = contract.started_on
    contracting.to(world, began + timedelta(days=50))
    client.force_login(world.atm)
    days = {"supplied_from": began, "supplied_until": began + timedelta(days=30)}
    assert post(client, tender, "cycle-supply", **days).status_code == 302
    bill = {"billed_on": began + timedelta(days=32), "billed": "15000.00"}
    assert post(client, tender, "cycle-bill", 1, **bill).status_code == 302
    paid = {"collected_on": began + timedelta(days=45), "collected": "12000.00"}
    assert post(client, tender, "cycle-collect", 1, **paid).status_code == 302
    assert contract.cycles.get().is_complete
    post(client, tender, "transition-end")
    assert contract_of(tender).state == "transition"  # one cycle of two, and the days are not over

    for name in ("contract-transition", "contract-suspend", "contract-metering", "contract"):
        assert client.get(url(tender, name)).status_code == 200, name


def test_the_mayor_reads_the_ways_out_before_taking_one(world, client):  # rules 136-141
    tender = world.at("running")
    client.force_login(world.mayor)
    for name in ("contract-end", "contract-agree", "termination-notice", "contract-amend"):
        assert client.get(url(tender, name)).status_code == 200, name
    said = {"ground": "breach", "cause": "No da agua", "letter_on": local_day(clock.now()).isoformat()}
    said |= {"reference": "Carta 1", "defence_days": 20, "file": paper()}
    unconfirmed = post(client, tender, "termination-notice", **said | {"number": "9"})
    assert unconfirmed.status_code == 422
    confirmed = said | {"number": tender.number, "file": paper()}
    assert post(client, tender, "termination-notice", **confirmed).status_code == 302

    for name in ("contract-termination", "termination-drop", "termination-decide", "contract"):
        assert client.get(url(tender, name)).status_code == 200, name
    assert client.get(url(tender, "termination-step", "defence")).status_code == 200
    post(client, tender, "termination-drop", reason="Fue caso fortuito")
    assert contract_of(tender).state == "transition"


def test_the_assets_come_back_on_the_pages(world, client):  # rule 140
    tender = world.at("running")
    contracting.agree_to_end(world, tender)
    day = local_day(clock.now()).isoformat()
    client.force_login(world.atm)
    assert client.get(url(tender, "contract-reversion")).status_code == 200
    post(client, tender, "reversion-begin", began_on=day)
    counted = {"reconciled_on": day, "delivered": 2, "added": 0, "returned": 2, "missing": 0}
    post(client, tender, "reversion-reconcile", **counted, file=paper())
    post(client, tender, "contract-close")

    assert contract_of(tender).state == "closed"
    assert guaranteeing.Guarantee.objects.get(tender=tender, slot="performance").state == "released"
    assert client.get(url(tender, "contract")).status_code == 200


def test_the_tender_page_leads_to_the_contract(world, consented, client):  # domain.md §4.8
    page = get(client, world.legal, consented, "tender")
    assert url(consented, "contract") in page.content.decode()
    assert url(consented, "contract") in client.get(reverse("work")).content.decode()

    contracting.draft(world, consented)
    assert url(consented, "contract") in client.get(reverse("work")).content.decode()


def test_a_warning_about_what_one_wrote_is_answered_for_from_its_form(world, client):  # rule 91, principle 7
    tender = world.at("running")
    contracting.end_transition(world, tender)
    contract = contract_of(tender)
    end = contract.started_on.replace(year=contract.started_on.year + 7)
    Contract.objects.filter(pk=contract.pk).update(years=7, ends_on=end)
    surety, until = tender.guarantees.get(slot="performance"), end.replace(year=end.year + 2)
    signed = {"letter": "Carta 3", "signed_on": local_day(clock.now())}
    life.assent(surety, until=until, by=world.legal, **signed)
    said = {
        "signed_on": local_day(clock.now()),
        "text": "Un año más.",
        "extension": 12,
        "number": tender.number,
    }
    client.force_login(world.mayor)

    refused = post(client, tender, "contract-amend", file=paper(), **said)
    assert refused.status_code == 422
    assert codes(refused) == ["contract.addendum.electoral-overlap"]
    way = refused.context["form"].refusals[0].url
    assert escape(way) in refused.content.decode()

    page = client.get(way)
    assert refused.context["form"].refusals[0].sentence in page.content.decode()
    other = reverse("tender-override", args=[tender.pk, "contract.signature.late"])
    assert client.get(f"{other}?{way.partition('?')[2]}").status_code == 404  # signed for that warning alone
    assert client.get(f"{way}x").status_code == 404
    assert client.post(way, {"reason": "Acuerdo 44"}).status_code == 302
    assert client.get(way).status_code == 404  # it was answered
    assert post(client, tender, "contract-amend", file=paper(), **said).status_code == 302
