"""What a person does with a page and a paper at once; a scenario says it as one step."""

from decimal import Decimal

from django.core.files.base import ContentFile

from bids import content
from bids.scoring import words
from bids.services import custody, submission
from contracts import sheets
from contracts.services import fund as funds
from contracts.services import fund_money, workbooks
from contracts.services.fund_sheet import Sheet
from procurement import clock, clockwork
from procurement.money import rounded

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


def upload_workbook(item, *, rows, by):
    """Fill the workbook of an item of the transfer in, hand it in, and have it read; return the item."""
    written = sheets.export(sheets.SHEETS[item.kind], rows)
    workbook = workbooks.upload(item, file=ContentFile(written, name=f"{item.kind}.xlsx"), by=by)
    workbooks.read_workbook.call(workbook.pk)
    return item


def declare_months(fund, *, amount, by):
    """Declare every month that is over and not declared yet, each for the same amount, as the operator."""
    months = [month for month, _until in Sheet(fund, clock.now()).undeclared]
    return [funds.declare(fund, month=month, amount=amount, by=by) for month in months]


def pay_periods(fund, *, voucher, by, part=1, note=""):
    """Enter what the operator paid of every period that owes something, as the treasurer: all, or a part."""
    sheet = Sheet(fund, clock.now())
    owing = [quarter for quarter in reversed(sheet.quarters) if quarter.gap]
    for number, quarter in enumerate(owing, 1):
        told = {"kind": "contribution", "start": quarter.period.start, "received_on": sheet.today}
        paid = {"amount": rounded(quarter.gap * part), "voucher": f"{voucher}-{number}", "note": note}
        fund_money.receive(fund, by=by, **told, **paid)


def let_time_pass(tender, *, by):
    """Let the clock do what has fallen due in one call: what begins, is to be renewed, or is over."""
    for job in clockwork.JOBS:
        for subject in job.due(clock.now()):
            if getattr(subject, "tender_id", None) == tender.pk:
                job.act(subject)
