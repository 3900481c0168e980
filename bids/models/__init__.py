from .bid import Attempt, Bid, Envelope
from .bidder import Bidder, Holder
from .custody import Custodian, Kit
from .opening import OpeningAct, Release

__all__ = ["Attempt", "Bid", "Bidder", "Custodian", "Envelope", "Holder", "Kit", "OpeningAct", "Release"]
