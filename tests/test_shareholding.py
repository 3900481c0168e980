"""Shares of mixed companies and consortia: the three companies of the field note, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from bids.shareholding import Share, check, of_the_company


def share(kind, percentage, name="", **promise):
    return Share(kind, name or f"{kind} {percentage}", Decimal(percentage), **promise)


def codes(kind, shares, **limits):
    return [problem.code for problem in check(kind, shares, **limits)]


@pytest.mark.parametrize(
    "shares",
    [
        [share("social", "51.00"), share("municipal", "49.00")],  # rule 131: Talavera
        [share("private", "75.00"), share("municipal", "25.00")],  # rule 132: Urcos
        [share("social", "51.00"), share("municipal", "49.00", "Laredo")],  # rule 133: Laredo
        [share("social", "50.01"), share("municipal", "49.99")],  # rule 9: just below half
    ],
)
def test_the_mixed_companies_of_the_field_note_are_sound(shares):  # rules 131-133
    assert codes("mixed", shares) == []


def test_urcos_owes_fifteen_per_cent_of_the_company():  # rule 132
    assert of_the_company(Decimal("75.00"), Decimal("20.00")) == Decimal("15.00")


def test_half_in_municipal_hands_is_refused():  # rules 9, 10
    halves = [share("social", "50.00"), share("municipal", "50.00")]

    assert codes("mixed", halves) == ["bidder.shareholding.municipal-majority"]


def test_several_municipalities_count_together():  # rules 9, 10
    three = [share("social", "50.00"), share("municipal", "25.00", "A"), share("municipal", "25.00", "B")]

    assert codes("mixed", three) == ["bidder.shareholding.municipal-majority"]


@pytest.mark.parametrize("rest", ["50.99", "51.01"])
def test_shares_sum_to_one_hundred_exactly(rest):  # rule 134
    assert codes("mixed", [share("social", rest), share("municipal", "49.00")]) == [
        "bidder.shareholding.not-whole"
    ]


def test_a_mixed_company_has_a_municipality_and_no_other_has():  # rule 9
    assert codes("mixed", [share("private", "100.00")]) == ["bidder.shareholding.municipality-missing"]
    with_one = [share("private", "60.00"), share("municipal", "40.00")]
    assert codes("private", with_one) == ["bidder.shareholding.not-mixed"]


def test_who_has_no_partners_writes_no_shares():  # rule 9
    assert codes("private", []) == codes("cooperative", []) == []
    assert codes("mixed", []) == [
        "bidder.shareholding.not-whole",
        "bidder.shareholding.municipality-missing",
    ]


def test_a_promise_about_shares_has_a_date():  # rule 132
    promised = {"obligation": "Ofrecer 20 % de sus acciones a la sociedad civil"}
    undated = [share("private", "75.00", **promised), share("municipal", "25.00")]
    dated = [
        share("private", "75.00", **promised, obligation_on=date(2027, 5, 1)),
        share("municipal", "25.00"),
    ]

    assert codes("mixed", undated) == ["bidder.shareholding.obligation-undated"]
    assert codes("mixed", dated) == []


def member(name, percentage, document):
    return Share("member", name, Decimal(percentage), document)


THREE = [member("A", "40.00", "1"), member("B", "30.00", "2"), member("C", "30.00", "3")]


def test_a_consortium_of_three_as_in_sechura():  # rule 13
    assert codes("consortium", THREE, most_members=3) == []
    assert codes("consortium", THREE, most_members=2) == ["bidder.consortium.too-many"]


def test_a_consortium_has_members_with_documents():  # rule 13, decision 14
    assert codes("consortium", [member("A", "100.00", "1")]) == ["bidder.consortium.members-missing"]
    nameless = [member("A", "50.00", "1"), member("B", "50.00", "")]
    assert codes("consortium", nameless) == ["bidder.consortium.document-missing"]
    twice = [member("A", "50.00", "1"), member("B", "50.00", "1")]
    assert codes("consortium", twice) == ["bidder.shareholding.repeated"]
