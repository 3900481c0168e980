from .appeal import Appeal, AppealAnswer
from .award import Award, Desertion
from .bid import Attempt, Bid, Envelope
from .bidder import Bidder, Holder
from .bond import BidBond
from .custody import Custodian, Kit
from .evaluation import Decision, Defect, Draw, FirstResult, Ranking, Sheet, Signature
from .opening import BidFile, OpeningAct, PaperEntry, Release
from .second_call import BarrierReport, Point

__all__ = [
    "Appeal",
    "AppealAnswer",
    "Attempt",
    "Award",
    "BarrierReport",
    "Bid",
    "BidBond",
    "BidFile",
    "Bidder",
    "Custodian",
    "Decision",
    "Defect",
    "Desertion",
    "Draw",
    "Envelope",
    "FirstResult",
    "Holder",
    "Kit",
    "OpeningAct",
    "PaperEntry",
    "Point",
    "Ranking",
    "Release",
    "Sheet",
    "Signature",
]
