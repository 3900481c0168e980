"""The guarantee of a bid: received after the opening, released by itself, or claimed (§4.11)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from bids.services import bonds
from bids.services.award import fall
from guarantees.models import Guarantee
from guarantees.services import life
from procurement import clock, clockwork
from procurement.guards.award import award_of
from procurement.models import Tender
from procurement.services import changes
from procurement.workflow import Blocked

from . import contracting, deciding, guaranteeing
from .guaranteeing import particulars, today


def tick():
    jobs = [job for job in clockwork.JOBS if job.name == "guarantee.release"]
    return [str(outcome) for outcome in clockwork.run(*jobs)]


def receive(world, bid, **other):
    asked = {"amount": "2000.00", "currency": "PEN"}
    brought = particulars("DEPOSITO") | asked | other
    return bonds.receive_bond(bid, **{"by": world.treasurer} | brought)


def bids_of(tender):
    """Return the bid that has the award and one that has not."""
    award = award_of(tender)
    return award.bid, tender.bids.presented().exclude(pk=award.bid_id).first()


def in_force(world, bid):
    return guaranteeing.accept(world, receive(world, bid))


def again(guarantee):
    return Guarantee.objects.get(pk=guarantee.pk)


@pytest.fixture
def tender(world):
    return world.at("awarded")


def test_before_envelope_1_is_open_nobody_is_known(world):  # decision 18
    tender = world.at("closed")
    with pytest.raises(Blocked) as blocked:
        receive(world, tender.bids.presented().first())
    assert blocked.value.codes == ["guarantee.bid.not-open"]


def test_treasury_receives_one_for_each_bid(world, tender):  # rule 70
    winner, loser = bids_of(tender)
    guarantee = receive(world, winner)

    assert (guarantee.slot, guarantee.state, guarantee.bid_link.bid) == ("bid", "presented", winner)
    assert guarantee.required_until == bonds.must_last_until(tender)
    assert bonds.bond_of(winner) == guarantee
    assert bonds.bond_of(loser) is None
    with pytest.raises(Blocked) as blocked:
        receive(world, winner)
    assert blocked.value.codes == ["guarantee.bid.there-already"]
    with pytest.raises(PermissionDenied):
        receive(world, loser, by=world.manager)


def test_the_committee_accepts_it_not_the_manager(world, tender):  # §2.3
    guarantee = guaranteeing.verify(world, receive(world, bids_of(tender)[0]))
    with pytest.raises(PermissionDenied):
        life.release(guarantee, reason="x", by=world.manager)
    assert guaranteeing.accept(world, guarantee).state == "in_force"


def test_losers_get_it_back_at_the_consent_and_the_winner_at_the_signature(world):  # §4.11
    tender = world.at("awarded")
    winner, loser = [in_force(world, bid) for bid in bids_of(tender)]
    tick()
    assert [again(winner).state, again(loser).state] == ["in_force", "in_force"]
    with pytest.raises(Blocked) as blocked:
        life.release(loser, reason="La pide", by=world.chair)
    assert blocked.value.codes == ["guarantee.release.open-obligation"]

    tender = Tender.objects.get(pk=tender.pk)
    deciding.consent(world, tender)
    tick()
    assert [again(winner).state, again(loser).state] == ["in_force", "released"]
    assert guaranteeing.give_back(world, loser).state == "returned"

    tender = Tender.objects.get(pk=tender.pk)
    contracting.sign(world, tender)
    tick()
    assert again(winner).state == "released"


def test_who_does_not_sign_loses_it(world):  # terms 29.5
    tender = world.at("consented")
    guarantee = in_force(world, bids_of(tender)[0])
    with pytest.raises(Blocked) as blocked:
        guaranteeing.claim(world, guarantee, cause="not_signed")
    assert blocked.value.codes == ["guarantee.claim.winner-may-sign"]

    fall(award_of(tender), "No firmó en el plazo", clock.now())
    tick()
    assert again(guarantee).state == "in_force"  # somebody decides whether it is claimed
    claimed = guaranteeing.claim(world, guarantee, cause="not_signed", demanded_on=today())
    assert guaranteeing.execute(world, claimed).state == "executed"


def test_a_call_that_ended_keeps_no_guarantee(world):  # §4.11
    tender = world.at("awarded")
    guarantee = in_force(world, bids_of(tender)[1])
    stated = tender.parameters | {"cancel.authority": "mayor"}
    Tender.objects.filter(pk=tender.pk).update(parameters=stated)
    act = {"act": "RA 77-2026", "happened_on": today(), "reason": "Sin presupuesto"}
    changes.cancel(Tender.objects.get(pk=tender.pk), by=world.mayor, **act)
    tick()
    assert again(guarantee).state == "released"


def test_where_the_terms_ask_none_none_is_received(world, tender):  # rule 70
    Tender.objects.filter(pk=tender.pk).update(
        parameters=tender.parameters | {"guarantees.bid.amount": "0.00"}
    )
    with pytest.raises(Blocked) as blocked:
        receive(world, bids_of(Tender.objects.get(pk=tender.pk))[0])
    assert blocked.value.codes == ["guarantee.requirement.amount-missing"]


def test_the_days_of_the_offer_are_those_of_the_terms(world, tender):  # terms 28.1
    expected = tender.schedule.submission_deadline.date() + timedelta(days=90)
    assert bonds.must_last_until(tender) == expected
