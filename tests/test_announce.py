"""The announcement: what must stand before it, who makes it, what it leaves."""


def test_a_tender_is_announced(world):
    tender = world.at("announced")

    assert tender.announced_at
