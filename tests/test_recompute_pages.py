"""The account done again: who may have it and from when, what stands in it, and what a visitor changes."""

from fractions import Fraction
from io import BytesIO

import pytest
from openpyxl import load_workbook

from bids.services import ranking
from procurement.models import Event
from procurement.workbook import MEDIA_TYPE

from . import deciding
from .test_ranking_pages import a_draw, opened, tied

PAGES = ["recompute/", "comparison.xlsx", "comparison.json"]


def get(client, tender, page="recompute/", user=None, **asked):
    client.logout()
    if user:
        client.force_login(user)
    return client.get(f"/tenders/{tender.pk}/ranking/{page}", asked)


def typed(tender, **numbers):
    """Return the form as it stands, with other numbers: p1 is what bid 1 offers, l1 whether it is local."""
    fields = {"again": "1", "minimum": "5.00", "local": "10.00"}
    for bid in tender.bids.all():
        fields |= {f"p{bid.pk}": str(bid.offer), f"t{bid.pk}": str(bid.technical)}
        fields |= {f"l{bid.pk}": "on"} if bid.is_local else {}
    return {name: value for name, value in (fields | numbers).items() if value is not None}


def test_it_is_public_with_the_award_and_not_before(world, client, monkeypatch):  # rule 159
    tender = opened(world, monkeypatch, "10.20", "9.50")
    for page in PAGES:
        assert get(client, tender, page, world.chair).status_code == 404, "there is no ranking"
    ranking.rank(tender, by=world.chair)

    for page in PAGES:
        assert get(client, tender, page).status_code == 404
        assert get(client, tender, page, world.ana).status_code == 404
        assert (
            get(client, tender, page, world.chair).status_code == 200
        )  # who evaluates checks before signing
    deciding.sign(world, tender)
    deciding.award.award(tender, by=world.chair)
    for page in PAGES:
        assert get(client, tender, page).status_code == 200


def test_every_number_leads_to_its_evidence(world, client):  # rule 56; §5.6
    tender = world.at("awarded")

    shown = get(client, tender).content.decode()

    for bid in tender.bids.all():
        assert f'href="/tenders/{tender.pk}/opening/2/#bid-{bid.pk}"' in shown
        assert f'href="/tenders/{tender.pk}/evaluation/#bid-{bid.pk}"' in shown
        for path in ("opening/2/", "evaluation/"):
            there = client.get(f"/tenders/{tender.pk}/{path}").content.decode()
            assert f'id="bid-{bid.pk}"' in there
    for kind in ("opening-2", "ranking"):
        assert tender.minutes.get(kind=kind).get_absolute_url() in shown
    page = client.get(f"/tenders/{tender.pk}/ranking/").content.decode()
    assert all(f"/tenders/{tender.pk}/ranking/{each}" in page for each in PAGES)


def test_anybody_does_the_account_again_with_other_numbers(world, client):  # rule 56
    tender = world.at("awarded")
    first, second = tender.bids.order_by("place")
    higher = typed(tender, **{f"p{second.pk}": " 99,99 % "})

    same, other = get(client, tender, **typed(tender)), get(client, tender, **higher)

    assert same.context["same"] is True
    assert other.context["same"] is False
    assert [each["row"].offer.bidder for each in other.context["other"]] == [str(second.pk), str(first.pk)]
    assert "Este no es el resultado" in other.content.decode()
    assert "Este no es el resultado" not in same.content.decode()
    assert [bid.place for bid in tender.bids.order_by("pk")] == [
        bid.place for bid in deciding.fresh(tender).bids.order_by("pk")
    ]


@pytest.mark.parametrize("wrong", ["diez", "", "10.205", "100.01", "-1", "=1+1", "9" * 200, "<b>", "١٠"])
def test_what_is_no_percentage_is_said_and_nothing_breaks(world, client, wrong):  # F8
    tender = world.at("awarded")
    bid = tender.bids.first()

    answer = get(client, tender, **typed(tender, **{f"p{bid.pk}": wrong}))

    assert answer.status_code == 200
    assert answer.context["wrong"]
    assert "<b>" not in answer.context["wrong"]


def test_an_offer_below_another_minimum_is_not_admitted(world, client):  # F7
    tender = world.at("awarded")

    answer = get(client, tender, **typed(tender, minimum="100.00"))

    assert (answer.context["other"], len(answer.context["other_out"])) == ([], 2)
    assert answer.context["same"] is False


def test_a_draw_is_in_the_account_and_holds_as_long_as_the_tie(world, client, monkeypatch):  # F10
    tender, _ranked = tied(world, monkeypatch)
    ranking.draw(tender, by=world.chair, **a_draw())

    shown = get(client, tender, user=world.chair)
    again = get(client, tender, user=world.chair, **typed(tender))
    data = get(client, tender, "comparison.json", world.chair).json()

    assert shown.context["chain"][0]["steps"][-1][:3] == ("draw", "1", "2")
    assert again.context["same"] is True
    assert data["draw"] == [row["bidder"] for row in data["ranking"]]
    assert tender.draws.get().minutes.get_absolute_url() in shown.content.decode()


def test_an_offer_that_does_not_count_is_in_the_account_with_its_reason(world, client, monkeypatch):  # F7
    tender = opened(world, monkeypatch, "4.99", "5.00", local=())
    ranking.rank(tender, by=world.chair)

    data = get(client, tender, "comparison.json", world.chair).json()
    book = load_workbook(BytesIO(get(client, tender, "comparison.xlsx", world.chair).content), data_only=True)

    assert [each["code"] for each in data["rejected"]] == ["bid.offer.below-minimum"]
    assert [each["percentage"] for each in data["offers"]] == ["5.00", "4.99"]
    assert [cell.value for cell in book["Cuenta"]["A"][5:]] == [1, "—"]
    assert book["No admitidas"]["B6"].value == "4.99"


# For another program


def neighbours_program(data):
    """Do the account of the JSON again with fractions alone, as docs/recompute.md says it."""
    rules = data["rules"]
    minimum = Fraction(rules["minimum"])
    valid = [offer for offer in data["offers"] if Fraction(offer["percentage"]) >= minimum]
    highest = max(Fraction(offer["percentage"]) for offer in valid)
    points = {}
    for offer in valid:
        score = Fraction(rules["economic_weight"]) * Fraction(offer["percentage"]) / highest
        score += Fraction(rules["technical_weight"]) * Fraction(offer["technical"] or 0) / 100
        value = Fraction(rules["local_value"]) * offer["is_local"]
        added = {"none": 0, "points": value, "percent_of_total": score * value / 100}
        points[offer["bidder"]] = score + added[rules["local_preference"]]
    return points


def test_a_neighbours_own_program_computes_it_from_the_json(world, client):  # principle 10
    tender = world.at("awarded")

    data = get(client, tender, "comparison.json").json()

    points = neighbours_program(data)
    assert {row["bidder"]: Fraction(row["exact"]) for row in data["ranking"]} == points
    assert data["format"] == "convoca-comparison/1"
    assert data["regime"]["text"] == tender.regime_text
    assert data["log"]["origin"] == tender.log_origin
    assert Event.objects.of(tender).get(index=data["log"]["index"]).body["action"] == "ranking"


def test_the_workbook_is_the_one_of_the_ranking(world, client):  # rules 55, 56
    tender = world.at("awarded")

    answer = get(client, tender, "comparison.xlsx")

    assert answer["Content-Type"] == MEDIA_TYPE
    assert answer["Content-Disposition"] == f'attachment; filename="comparacion-{tender.number}.xlsx"'
    sheet = load_workbook(BytesIO(answer.content), data_only=True)["Cuenta"]
    first = tender.bids.get(place=1)
    assert [sheet[f"{column}6"].value for column in "ABJ"] == [1, str(first), first.score]
    assert sheet["O6"].hyperlink.target.endswith(f"/tenders/{tender.pk}/opening/2/")
    assert sheet["O6"].hyperlink.location == f"bid-{first.pk}"
