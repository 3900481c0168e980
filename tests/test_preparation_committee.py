"""Who may decide on the committee: declarations, alternates, quorum (decisions 2 and 20b; D-rows)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from procurement import committee
from procurement.models import ConflictDeclaration, Event, Notice, Tender
from procurement.services import committee as interests
from procurement.services import people, terms
from procurement.workflow import Blocked

from .world import NOON

AT = NOON - timedelta(days=60)
TIE = {"tie": "family", "kinship": "blood-2", "with_whom": "Aguas del Norte SAC", "detail": "Mi hermana"}


def codes(call):
    with pytest.raises(Blocked) as refused:
        call()
    return refused.value.codes


def users(seats):
    return [seat.user for seat in seats]


@pytest.fixture
def draft(world):
    return world.draft()


def test_members_without_a_tie_sit(world, draft):  # D: committee
    assert users(committee.sitting(draft, AT)) == [world.chair, world.member, world.third]
    assert committee.chair(draft, AT).user == world.chair
    assert users(committee.alternates(draft, AT)) == [world.alternate]
    assert committee.sits(draft, world.alternate, AT) is None


def test_whoever_declares_a_tie_no_longer_sits(world, draft):  # decision 20b
    interests.declare(draft, has_conflict=True, by=world.member, **TIE)
    assert users(committee.sitting(draft, AT)) == [world.chair, world.third]
    assert users(committee.conflicted(draft, AT)) == [world.member]
    assert Notice.objects.filter(user=world.secretary, subject__contains="César").exists()
    assert Notice.objects.filter(user=world.mayor, subject__contains="César").exists()


def test_an_alternate_takes_the_place(world, draft):  # domain 4.11
    interests.declare(draft, has_conflict=True, by=world.chair, **TIE)
    alternate = draft.appointments.get(user=world.alternate)
    chair = draft.appointments.get(user=world.chair)
    people.call_in(alternate, chair, reason="Declaró un vínculo", by=world.secretary)
    assert set(users(committee.sitting(draft, AT))) == {world.member, world.third, world.alternate}
    assert committee.chair(draft, AT).user == world.alternate
    assert committee.alternates(draft, AT) == []


def test_an_alternate_with_a_tie_is_not_called_in(world, draft):  # decision 20b
    interests.declare(draft, has_conflict=True, by=world.alternate, **TIE)
    alternate = draft.appointments.get(user=world.alternate)
    member = draft.appointments.get(user=world.member)
    assert committee.alternates(draft, AT) == []
    refused = codes(lambda: people.call_in(alternate, member, reason="Viaje", by=world.secretary))
    assert refused == ["conflict.member.declared"]
    interests.declare(draft, has_conflict=False, by=world.alternate)
    assert people.call_in(alternate, member, reason="Viaje", by=world.secretary)


def test_the_latest_declaration_counts(world, draft):  # terms 33.1
    interests.declare(draft, has_conflict=True, by=world.member, **TIE)
    interests.declare(draft, has_conflict=False, by=world.member)
    assert world.member in users(committee.sitting(draft, AT))
    assert ConflictDeclaration.objects.count() == 2


def test_a_tie_says_with_whom_and_a_relative_the_degree(world, draft):  # decision 2
    missing = "conflict.declaration.with-whom-missing"
    for lacking in ({"with_whom": ""}, {"tie": ""}, {"kinship": ""}):
        told = TIE | lacking
        refused = codes(
            lambda told=told: interests.declare(draft, has_conflict=True, by=world.member, **told)
        )
        assert refused == [missing]
    work = TIE | {"tie": "work", "kinship": ""}
    assert interests.declare(draft, has_conflict=True, by=world.member, **work)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConflictDeclaration.objects.update(with_whom="")


def test_with_whom_is_never_public(world, draft):  # decision 6
    interests.declare(draft, has_conflict=True, by=world.member, **TIE)
    [event] = [each for each in Event.objects.of(draft) if each.body["action"] == "conflict.declare"]
    facts = event.body["facts"]
    assert facts == {
        "member": f"user:{world.member.pk}",
        "role": "committee",
        "has_conflict": True,
        "bidders_known": False,
    }
    assert event.private_part.content["with_whom"] == "Aguas del Norte SAC"
    assert b"Aguas del Norte" not in event.leaf


def test_without_a_tie_nothing_else_is_kept(world, draft):
    kept = interests.declare(draft, has_conflict=False, by=world.member, **TIE)
    assert (kept.tie, kept.kinship, kept.with_whom, kept.detail) == ("", "", "", "")


def test_whoever_decides_advises_or_observes_declares(world, draft):  # terms 33.1
    for user in (world.chair, world.alternate, world.secretary, world.observer):
        assert interests.declare(draft, has_conflict=False, by=user)
    for user in (world.mayor, world.manager, world.outsider):
        with pytest.raises(PermissionDenied):
            interests.declare(draft, has_conflict=False, by=user)


def test_after_the_bidders_are_known_everybody_declares_again(world, draft):  # terms 33.1
    for user in (world.chair, world.member, world.third):
        interests.declare(draft, has_conflict=False, by=user)
    assert committee.undeclared(draft, AT) == []
    assert len(committee.undeclared(draft, AT, bidders_known=True)) == 3


def test_a_tender_that_is_over_takes_no_declarations(world, draft):
    Tender.objects.filter(pk=draft.pk).update(state="withdrawn", ended_at=AT)
    late = codes(lambda: interests.declare(draft, has_conflict=False, by=world.member))
    assert late == ["conflict.declaration.tender-over"]


def test_quorum_counts_those_who_may_decide(world, draft):  # terms 4.2
    world.choose_regime(draft)
    world.state_terms(draft)
    draft = Tender.objects.get(pk=draft.pk)
    assert committee.quorum(draft) == 2
    assert not committee.shortfall(draft, [world.chair, world.member], AT)
    assert committee.shortfall(draft, [world.chair, world.alternate, world.outsider], AT)
    interests.declare(draft, has_conflict=True, by=world.member, **TIE)
    assert committee.shortfall(draft, [world.chair, world.member], AT)


def test_without_a_stated_quorum_everybody_must_be_there(world, draft):  # nothing is invented
    world.choose_regime(draft)
    draft = Tender.objects.get(pk=draft.pk)
    assert committee.quorum(draft) is None
    assert committee.shortfall(draft, [world.chair, world.member], AT)
    assert not committee.shortfall(draft, [world.chair, world.member, world.third], AT)


def test_a_quorum_above_the_committee_is_refused_when_stated(world, draft):
    world.choose_regime(draft)
    draft = Tender.objects.get(pk=draft.pk)
    texts = {"committee.size": "3", "committee.quorum": "4"}
    refused = codes(lambda: terms.revise(draft, version=draft.version, texts=texts, by=world.secretary))
    assert refused == ["committee.quorum.above-size"]
