"""One call from nothing to its consented award, page by page, each person before a screen of their own.

Nobody needs a shell, nor another site for administrators: the first host's code, which the machine prints
when it is set up, is all that does not come from a page.
"""

from procurement import roles
from procurement.models import Tender

from . import walk_award, walk_bids, walk_call, walk_market, walk_people, walk_preparation
from .walk import Walk

STAGES = [
    walk_people.found,
    walk_people.appoint_officials,
    walk_people.begin,
    walk_people.appoint_committee,
    walk_preparation.decide,
    walk_preparation.study,
    walk_preparation.give_law,
    walk_preparation.declare_interests,
    walk_preparation.state_terms,
    walk_preparation.look_at_barriers,
    walk_call.set_dates,
    walk_call.approve,
    walk_call.seat_custodians,
    walk_call.announce,
    walk_market.sell,
    walk_market.hold_first_meeting,
    walk_market.ask,
    walk_market.hold_second_meeting,
    walk_market.answer,
    walk_market.integrate,
    walk_market.hold_third_meeting,
    walk_bids.register,
    walk_bids.seal,
    walk_bids.present,
    walk_bids.close,
    walk_award.open_first,
    walk_award.declare_again,
    walk_award.evaluate,
    walk_award.publish_first_result,
    walk_award.open_second,
    walk_award.rank,
    walk_award.remark,
    walk_award.give_award,
    walk_award.consent,
]


def test_a_call_goes_from_nothing_to_its_consented_award_through_its_pages(open_page, set_clock):
    roles.apply_grants(Tender.objects.none())
    walk = Walk(open_page, set_clock)

    for stage in STAGES:
        stage(walk)

    call = walk.call
    award = call.awards.get(ended_at=None)
    assert call.state == Tender.State.CONSENTED
    assert (str(award.bid), str(award.percentage), str(award.score)) == (
        "Cooperativa Moche",
        "9.50",
        "103.14",
    )
    assert not call.remarks.filter(answer="").exists()
    assert {each.minutes.kind for each in call.witnessings.all()} == {"meeting-1", "meeting-2", "opening-1"}
    assert set(call.terms_sales.values_list("state", flat=True)) == {"delivered"}
