"""The second call: linked to the deserted first, changed or justified in five points (rules 61-67)."""

import pytest
from django.core.exceptions import PermissionDenied

from bids.services import deserted, second_call
from procurement import five_points
from procurement.guards.award import open_points
from procurement.models import Tender
from procurement.services import committee, people, tenders, terms

from .refusing import refused
from .test_deserted import WRITTEN, declare, empty
from .test_opening import logged


@pytest.fixture
def failed(world):
    """A deserted first call with its report."""
    tender = declare(world, empty(world))
    deserted.report(tender, causes={}, by=world.chair, **WRITTEN)
    return Tender.objects.get(pk=tender.pk)


def staffed(world, tender):
    """Give the second call its people, its regime and what only it can have."""
    seats = zip(world.committee, ["chair", "member", "member", "alternate"], strict=True)
    for user, position in seats:
        people.appoint(tender, "committee", user, position=position, document="RA 060-2026", by=world.mayor)
    people.appoint(tender, "secretary", world.secretary, document="RA 060-2026", by=world.mayor)
    for member in world.committee:
        committee.declare(tender, has_conflict=False, by=member)
    world.choose_regime(tender)
    world.agree(tender)
    return Tender.objects.get(pk=tender.pk)


def test_the_report_comes_before_the_second_call(world):  # rule 61
    tender = declare(world, empty(world))

    early = refused(second_call.begin, tender, by=world.manager)
    deserted.report(tender, causes={}, by=world.chair, **WRITTEN)
    second = second_call.begin(tender, by=world.manager)

    assert early == ["tender.second-call.barrier-report-missing"]
    assert (second.previous, second.call_number, second.state) == (tender, 2, "draft")


def test_only_a_deserted_call_has_a_second_and_only_one(world, failed):  # rule 60
    with pytest.raises(PermissionDenied):
        second_call.begin(failed, by=world.chair)
    second_call.begin(failed, by=world.manager)

    failed = Tender.objects.get(pk=failed.pk)
    assert refused(second_call.begin, failed, by=world.manager) == ["tender.second-call.exists"]
    other = tenders.create(world.municipality, town=world.town, title="Otra", by=world.manager)
    assert refused(second_call.begin, other, by=world.manager) == ["tender.second-call.not-deserted"]


def test_it_begins_with_the_terms_and_the_studies_of_the_first(world, failed):  # rule 67
    second = second_call.begin(failed, by=world.manager)

    assert second.parameters == failed.parameters
    assert second.studies.count() == failed.studies.count() == 4
    assert second.assemblies.count() == failed.assemblies.count()
    model = second.approved_models.get()
    assert model.assembly.tender == second
    assert logged(failed, "second-call")[0]["facts"]["ocid"] == second.ocid


def test_each_of_the_five_points_is_changed_or_justified_before_the_approval(world, failed):  # rules 62-67
    second = staffed(world, second_call.begin(failed, by=world.manager))

    untouched = refused(tenders.approve, second, by=world.manager)
    less = {"guarantees.bid.amount": "500.00", "guarantees.performance.amount": "5000.00"}
    second = terms.revise(second, version=second.version, texts=less, by=world.secretary)
    changed = {point.key for point in open_points(second)}
    for point in changed:
        second_call.justify(second, point=point, reason="Ya era así en la primera.", by=world.secretary)
    second = tenders.approve(second, by=world.manager)

    assert "tender.second-call.five-points-open" in untouched
    assert changed == {"team_solvency", "fund_factor", "local_points", "two_envelopes"}
    assert second.state == "approved"


def test_a_reason_is_written_by_who_prepares_and_names_a_point(world, failed):  # rule 67
    second = staffed(world, second_call.begin(failed, by=world.manager))
    said = {"point": "guarantees", "reason": "No hubo quejas", "by": world.secretary}

    assert refused(second_call.justify, second, **said | {"point": "beauty"}) == [
        "tender.second-call.unknown-point"
    ]
    assert refused(second_call.justify, second, **said | {"reason": " "}) == [
        "tender.second-call.reason-missing"
    ]
    assert refused(second_call.justify, failed, **said) == ["tender.second-call.not-second"]
    with pytest.raises(PermissionDenied):
        second_call.justify(second, **said | {"by": world.outsider})
    assert second_call.justify(second, **said).reason == "No hubo quejas"


def test_the_difference_shows_before_and_after(world, failed):  # rule 67
    second = staffed(world, second_call.begin(failed, by=world.manager))
    second = terms.revise(
        second, version=second.version, texts={"guarantees.bid.amount": "500.00"}, by=world.secretary
    )

    rows = {row["point"].key: row for row in second_call.comparison(second)}

    first = next(each for each in rows["guarantees"]["rows"] if each.key == "guarantees.bid.amount")
    assert (str(first.before), str(first.after), first.changed) == ("2000.00", "500.00", True)
    assert rows["guarantees"]["changed"]
    assert not rows["two_envelopes"]["changed"]
    assert set(rows) == {point.key for point in five_points.POINTS}


def test_from_one_envelope_to_two_is_a_change():  # rule 66
    point = next(each for each in five_points.POINTS if each.key == "two_envelopes")

    [row] = five_points.differences(point, {"envelopes.count": 1}, {"envelopes.count": 2})

    assert row.changed
    assert five_points.unchanged({"envelopes.count": 1}, {"envelopes.count": 1}) == list(five_points.POINTS)


def test_a_first_call_needs_none_of_this(world):  # rule 61
    tender = world.at("approved")

    assert (tender.previous, tender.state) == (None, "approved")
