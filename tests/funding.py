"""What operator and treasury do with the Investment Fund in the world of the tests."""

from datetime import UTC, date, datetime
from decimal import Decimal

from contracts.models import Contract
from contracts.services import fund, fund_money

BILLED = Decimal("60000.00")  # 5,000 connections at S/ 12.00 (§5.7)
STARTED = date(2026, 10, 5)  # of operations
FOURTH = [date(2026, month, 1) for month in (10, 11, 12)]  # the first quarter of the contract
DUE = Decimal("15559.32")  # what it owes: 10.20 % of three times 60,000.00, without 18 %
NEW_YEAR = datetime(2027, 1, 4, 17, tzinfo=UTC)


def contract_of(world, **other):
    """Give the final award a contract that has begun: its own walk is tested with the contract."""
    tender = world.at("consented")
    award = tender.awards.get(ended_at=None)
    operator = award.bid.bidder.account
    said = {"number": "001-2026", "operator": operator, "operator_name": str(award.bid.bidder)}
    said |= {"operator_document": "20123456786", "years": 10, "term_starts_from": "transfer"}
    said |= {"signed_on": date(2026, 6, 1), "started_on": STARTED, "ends_on": date(2036, 10, 5)}
    said |= {"fund_percentage": Decimal("10.20"), "fund_base": "turnover", "fund_vat": "excluded"}
    said |= {"fund_frequency": "quarterly", "fund_manager": "joint"} | other
    return Contract.objects.create(tender=tender, award=award, drafted_at=award.consented_at, **said)


def open_fund(world, contract, **other):
    """Open the account as the treasurer."""
    said = {"account": "Banco de la Nación 00-731", "payment_days": 15, "declaration_days": 10}
    said |= {"opened_on": STARTED, "by": world.treasurer}
    return fund.open_fund(contract, **said | other)


def running(world, **other):
    """Return the open fund of a contract that has just ended its first quarter."""
    contract = contract_of(world, **other)
    world.move(NEW_YEAR)
    return open_fund(world, contract)


def declare(the_fund, *months, amount=BILLED, **other):
    """Declare these months as the operator, each for the same amount."""
    by = the_fund.contract.operator
    return [fund.declare(the_fund, month=month, **{"amount": amount, "by": by} | other) for month in months]


def receive(world, the_fund, amount, voucher="OP-1", **other):
    """Enter what the operator paid for the first quarter, as the treasurer."""
    said = {"kind": "contribution", "start": FOURTH[0], "received_on": NEW_YEAR.date()}
    said |= {"by": world.treasurer} | other
    return fund_money.receive(the_fund, amount=Decimal(amount), voucher=voucher, **said)


def filled(world, **other):
    """Return a fund with its first quarter declared and paid."""
    the_fund = running(world, **other)
    declare(the_fund, *FOURTH)
    receive(world, the_fund, the_fund.contributions.get().due)
    return the_fund
