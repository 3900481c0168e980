"""The tag of a call says where it is now, also after the award is final (domain.md §4.1, §4.8)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from bids.models import Award
from contracts.models import Contract
from contracts.whereabouts import STANDS
from procurement import whereabouts
from procurement.models import Tender

from . import contracting, growing


def shown(client, tender):
    """Return what home page and page of the call say, to everybody, in English."""
    pages = [reverse("home"), tender.get_absolute_url()]
    return [client.get(url, headers={"accept-language": "en"}).content.decode() for url in pages]


def test_every_state_of_a_contract_has_its_words():  # domain.md §4.8
    assert set(STANDS) == set(Contract.State.values)


def test_a_final_award_without_contract_is_a_final_award(client, world):  # domain.md §4.1
    tender = world.at("consented")
    for page in shown(client, tender):
        assert "Award consented" in page


@pytest.mark.parametrize(
    ("state", "words"),
    [("signed", "Contract signed"), ("running", "The operator takes charge step by step")],
)
def test_pages_and_lists_say_where_the_contract_is(client, world, state, words):  # domain.md §4.8
    tender = world.at(state)

    for page in shown(client, tender):
        assert words in page
        assert "Award consented" not in page
    client.force_login(world.manager)
    assert words in client.get(reverse("work"), headers={"accept-language": "en"}).content.decode()


def test_a_draft_is_said_too_and_falls_with_its_award(client, world):  # domain.md §4.8
    tender = world.at("consented")
    contract = contracting.draft(world, tender)
    with override("en"):
        assert str(Tender.objects.get(pk=tender.pk).whereabouts[1]) == "The contract is being prepared"

    Award.objects.filter(pk=contract.award_id).update(ended_at=contract.drafted_at, ended_reason="x")
    assert Tender.objects.get(pk=tender.pk).whereabouts is None


def test_a_list_asks_once_for_all(world):  # D1
    tender = world.at("signed")
    with CaptureQueriesContext(connection) as one:
        whereabouts.mark(Tender.objects.filter(pk=tender.pk))
    growing.more_tenders(tender, 5)
    with CaptureQueriesContext(connection) as many:
        marked = whereabouts.mark(Tender.objects.all())

    assert len(marked) > 5
    assert len(many) == len(one)
