"""A step tried before its time is refused with a code, whoever tries it; it never breaks."""

import pytest
from django.core.exceptions import PermissionDenied

from procurement import clock
from procurement.parameters import Undecided
from procurement.services import circulars, tenders

from .refusing import refused


def test_a_call_without_dates_is_not_closed(world):  # decision 12
    tender = world.draft()

    assert refused(tenders.close, tender, by=clock.ACTOR) == ["tender.close.wrong-state"]
    with pytest.raises(PermissionDenied):
        tenders.close(tender, by=world.secretary)


def test_a_circular_before_a_regime_is_chosen_waits_for_a_quorum(world):  # terms 4.2
    tender = world.draft()
    circular = circulars.draft(tender, subject="Aviso", text="Habrá reunión.", by=world.chair)

    with pytest.raises(Undecided):
        tender.settled("committee.quorum")
    codes = refused(circulars.approve, circular, present=[world.chair], by=world.chair)
    assert "committee.quorum.not-met" in codes
