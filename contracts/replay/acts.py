"""What a person does with a page and a paper at once; a scenario says it as one step."""

from decimal import Decimal

from bids import content
from bids.scoring import words
from bids.services import custody, submission
from procurement import clock

from .paper import pdf


def keep_sheet(custodian, *, by):
    """Make a custodian's sheet and prove it by typing its words; return them, as they stand on the paper."""
    sheet = " ".join(custody.make_sheet(custodian, by=by))
    custody.prove(custodian, words=sheet, by=by)
    return sheet


def seal_and_present(bid, *, form, papers, percentage, by):
    """Seal the papers, the form and the offer of a bid, and present it; return the bid and its key file."""
    sealing = submission.Sealing(bid, by=by)
    for name in papers:
        sealing.put(1, sealing.part, f"{name}.pdf", pdf(name))
    sealing.put(1, "public", content.FORM, content.written(form))
    offer = {"percentage": percentage, "words": words(Decimal(percentage))}
    sealing.put(sealing.offer_stage, "public", content.OFFER, content.written(offer))
    key_file = sealing.finish(["bid_guarantee"])
    return submission.present(bid, stamp=clock.now(), by=by), key_file
