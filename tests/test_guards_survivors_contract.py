"""Guards of the contract that a service asks first: they hold for whoever comes past the service too."""

from decimal import Decimal

import pytest
from django.db import transaction

from bids.models import Award
from contracts.models import Contract, Shareholder, contract_of
from contracts.services import signing
from guarantees.models import ContingencyPlan
from procurement import clock
from procurement.schedule import local_day
from procurement.workflow import advance

from . import contracting, guaranteeing
from .refusing import refused

pytestmark = pytest.mark.slow


@pytest.fixture
def drafted(world):
    return contracting.draft(world, world.at("consented"))


@pytest.fixture
def reported(world):
    return contracting.make_ready(world, world.at("consented"))


def report(world, contract):
    return signing.make_ready(contract, report="Revisado.", by=world.legal)


def enter_signature(world, contract):
    """Take the verb itself, with the day that the service would have written."""
    Contract.objects.filter(pk=contract.pk).update(signed_on=local_day(clock.now()))
    with transaction.atomic():
        return advance(contract, "sign", by=world.mayor)


def test_an_award_that_fell_is_neither_reported_nor_signed(world, drafted):  # domain.md §4.11
    guaranteeing.in_force(world, drafted.tender)
    Award.objects.filter(pk=drafted.award_id).update(ended_at=clock.now(), ended_reason="x")
    assert refused(report, world, drafted) == ["contract.signature.award-not-final"]

    Award.objects.filter(pk=drafted.award_id).update(ended_at=None, ended_reason="")
    ready = report(world, drafted)
    Award.objects.filter(pk=drafted.award_id).update(ended_at=clock.now(), ended_reason="x")
    assert refused(enter_signature, world, ready) == ["contract.signature.award-not-final"]


def test_another_percentage_in_the_sheet_is_neither_reported_nor_signed(world, drafted):  # clause 29.3
    guaranteeing.in_force(world, drafted.tender)
    offered = drafted.fund_percentage
    Contract.objects.filter(pk=drafted.pk).update(fund_percentage=offered + Decimal("0.01"))
    assert refused(report, world, drafted) == ["contract.fund.percentage-altered"]

    Contract.objects.filter(pk=drafted.pk).update(fund_percentage=offered)
    ready = report(world, drafted)
    Contract.objects.filter(pk=drafted.pk).update(fund_percentage=offered - Decimal("0.01"))
    assert refused(enter_signature, world, ready) == ["contract.fund.percentage-altered"]


def test_shares_that_vanish_stop_the_report(world, drafted):  # rule 134
    guaranteeing.in_force(world, drafted.tender)
    Shareholder.objects.filter(contract=drafted).delete()

    assert refused(report, world, drafted) == ["contract.shares.missing"]


def test_a_guarantee_that_is_slow_to_cash_stops_the_report_without_a_plan(world, drafted):  # rule 78
    guarantee = guaranteeing.accept(world, guaranteeing.receive(world, drafted.tender, instrument="HIPOTECA"))
    guaranteeing.register(world, guarantee)
    kept = list(drafted.tender.contingency_plans.all())
    drafted.tender.contingency_plans.all().delete()
    assert refused(report, world, drafted) == ["guarantee.contingency.plan-missing"]

    ContingencyPlan.objects.bulk_create(kept)
    assert report(world, drafted).state == "ready"


def test_no_contract_is_terminated_over_a_step_that_was_left_out(world):  # rule 141
    tender = world.at("running")
    contracting.give_notice(world, tender)
    with transaction.atomic():
        codes = refused(advance, contract_of(tender), "terminate", by=world.mayor)

    assert "contract.termination.step-skipped" in codes
