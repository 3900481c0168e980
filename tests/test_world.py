"""The steps that tests stand on: each is a real service."""

from procurement.merkle import root_of
from procurement.models import Event, Log, Tender


def test_a_tender_reaches_each_state_by_its_services(world):
    tender = world.at("approved")
    events = Event.objects.of(tender)
    assert tender.state == Tender.State.APPROVED
    assert [event.body["index"] for event in events] == list(range(len(events)))
    assert Log.objects.get(origin=tender.log_origin).root == root_of([event.leaf for event in events]).hex()
