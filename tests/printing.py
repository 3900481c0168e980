"""Every kind of paper that there is, made by the real services; and what a picture of one says."""

from datetime import timedelta
from decimal import Decimal

import pypdfium2
import zxingcpp
from django.conf import settings

from bids.models import Bid
from contracts.models import contract_of
from contracts.services import fund, fund_money, fund_watch, handover
from contracts.services.fund import contract_months
from contracts.services.fund_sheet import sheet_of
from procurement import clock
from procurement.printed import PAPERS

from . import contracting, funding

SCALE = 2  # pixels a point: what a telephone sees of a sheet


def pages_of(pdf):
    """Return each page of a paper as a picture."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=SCALE).to_pil() for page in document]


def addresses_in(pdf):
    """Read the QR of a paper from its picture."""
    return [found.text for picture in pages_of(pdf) for found in zxingcpp.read_barcodes(picture)]


def path_of(address):
    assert address.startswith(settings.ADDRESS)
    return address.removeprefix(settings.ADDRESS)


def fund_of(world, tender):
    """Let the first period of the fund pass: declared, paid, seen by a neighbour."""
    contract = contract_of(tender)
    contract.tender = tender
    contracting.to(world, contract.started_on + timedelta(days=130))
    the_fund = funding.open_fund(world, contract, opened_on=contract.started_on)
    period = sheet_of(contract, clock.now()).quarters[-1].period
    for month in contract_months(contract, period):
        fund.declare(the_fund, month=month, amount=Decimal("60000.00"), by=contract.operator)
    paid = {"kind": "contribution", "start": period.start, "received_on": clock.now().date()}
    due = the_fund.contributions.get().due
    fund_money.receive(the_fund, amount=due, voucher="OP-1", by=world.treasurer, **paid)
    fund_watch.sign_off(the_fund, start=period.start, by=world.observer, remark="¿Y la bomba?")
    return period.start.year * 100 + period.start.month


def every_paper(world, tender):
    """Return (kind, number, who reads it) of the papers of a call whose service runs; None is everybody."""
    bids = list(Bid.objects.filter(tender=tender).order_by("pk"))
    announced = tender.minutes.get(kind="announcement")
    found = [("minutes", each.pk, None) for each in tender.minutes.all()]
    found += [("notice", announced.pk, None)]
    found += [("invitation", each.pk, world.chair) for each in tender.invitations.all()[:2]]
    found += [("sale", each.pk, each.buyer) for each in tender.terms_sales.exclude(receipt=None)]
    found += [("terms", each.number, None) for each in tender.terms.published()]
    found += [("changes", each.number, None) for each in tender.terms.published()[1:]]
    found += [("circular", each.number, None) for each in tender.circulars.exclude(published_at=None)]
    found += [(kind, each.pk, each.bidder.account) for kind in ("bid", "result") for each in bids]
    found += [("evaluation", each.pk, None) for each in bids]
    found += [("sheet", each.pk, each.member) for each in tender.sheets.all()[:2]]
    found += [("contract", contract_of(tender).pk, None), ("story", tender.pk, None)]
    found += [("guarantee", each.pk, world.treasurer) for each in tender.guarantees.all()]
    handover.make(tender, by=world.manager)
    return [*found, ("handover", tender.pk, None)]


def record_of(tender, kind, number):
    return PAPERS[kind].find(tender, number)
