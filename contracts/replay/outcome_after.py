"""What became of a tender after its award, as plain facts: guarantees, contract, transfer, fund."""

from collections import Counter

from contracts.models import Fund, contract_of
from contracts.services.fund_sheet import Sheet
from procurement import clock


def text(value):
    return None if value is None else str(value)


def guarantees(tender):
    return [
        {
            "slot": each.slot,
            "instrument": each.instrument,
            "amount": text(each.amount),
            "currency": each.currency,
            "rule": each.amount_rule,
            "state": each.state,
        }
        for each in tender.guarantees.all()
    ]


def contract(tender):
    """Return what became of the contract, or None before it is drafted."""
    found = contract_of(tender)
    if found is None:
        return None
    dates = ("signed_on", "started_on", "transition_until", "ends_on", "ended_on", "closed_on")
    return {
        "number": found.number,
        "state": found.state,
        "operator": found.operator_name,
        "years": found.years,
        "fund_percentage": text(found.fund_percentage),
        "initial_capital": text(found.initial_capital),
        "transition_days": found.transition_days,
        "cycles": found.cycles.exclude(collected_on=None).count(),
        "subsidies": [each.kind for each in found.subsidies.filter(ended_on=None)],
        "promises": [each.text for each in found.obligations.filter(kind="share-offer")],
        "end": end(found),
        "transfer": transfer(tender),
        "fund": fund(found),
    } | {name: text(getattr(found, name)) for name in dates}


def end(contract):
    """Return why and how it ended by agreement, or by whose notice; None while it runs."""
    if hasattr(contract, "settlement"):
        return {"by": "agreement", "reason": contract.settlement.reason, "shares": contract.settlement.shares}
    found = contract.terminations.last()
    return found and {"by": "termination", "reason": found.ground, "shares": ""}


def transfer(tender):
    found = tender.transfers.last()
    if found is None:
        return None
    return {
        "state": found.state,
        "works": found.works,
        "works_done_on": text(found.works_done_on),
        "items": dict(Counter(found.items.values_list("state", flat=True))),
    }


def fund(contract):
    """Return the fund as it stands after the last step: what was promised, came in, and lies there."""
    found = Fund.objects.filter(contract=contract).first()
    if found is None:
        return None
    found.contract, found.tender = contract, contract.tender
    sheet = Sheet(found, clock.now())
    owed = [each for each in reversed(sheet.quarters) if each.due is not None]
    return {
        "periods": [period(each) for each in owed],
        "came_in": text(sheet.came_in),
        "uses": [{"purpose": each.purpose, "paid": text(each.paid)} for each in sheet.uses],
        "balance": text(sheet.balance),
        "signed_off": len(sheet.sign_offs),
    }


def period(quarter):
    """Return what one period owed and what came in for it."""
    days = {"from": text(quarter.period.start), "to": text(quarter.period.end)}
    return days | {"due": text(quarter.due), "paid": text(quarter.paid)}


def lines(facts):
    """Yield the same, one thing a line."""
    for each in facts["guarantees"]:
        worth = f"{each['amount']} {each['currency']}" if each["amount"] else "—"
        yield f"  guarantee, {each['slot']}: {each['instrument']}, {worth}: {each['state']}"
    if facts["contract"]:
        yield from lines_of_contract(facts["contract"])


def lines_of_contract(found):
    share = f"{found['fund_percentage']} % for the fund"
    yield f"  contract {found['number']} with {found['operator']}: {found['state']}, {share}"
    ends = f"{found['years']} years to {found['ends_on'] or '—'}"
    yield f"    signed {found['signed_on'] or '—'}, operations {found['started_on'] or '—'}, {ends}"
    if found["transition_days"]:
        days, cycles = found["transition_days"], found["cycles"]
        yield f"    transition of {days} days to {found['transition_until'] or '—'}, {cycles} cycles complete"
    for each in found["promises"]:
        yield f"    promised: {each}"
    if found["subsidies"]:
        yield f"    the municipality still pays: {', '.join(found['subsidies'])}"
    if found["transfer"]:
        yield from lines_of_transfer(found["transfer"])
    if found["fund"]:
        yield from lines_of_fund(found["fund"])
    if found["end"]:
        closed = f", closed {found['closed_on']}" if found["closed_on"] else ""
        yield f"    ended {found['ended_on']} by {found['end']['by']}: {found['end']['reason']}{closed}"


def lines_of_transfer(transfer):
    counted = ", ".join(f"{count} {state}" for state, count in transfer["items"].items())
    works = f"; works finished {transfer['works_done_on']}" if transfer["works_done_on"] else ""
    yield f"    transfer: {transfer['state']}, {counted}{works}"


def lines_of_fund(fund):
    for each in fund["periods"]:
        yield f"    fund, {each['from']} to {each['to']}: {each['due']} due, {each['paid']} paid"
    for each in fund["uses"]:
        yield f"    fund, used for {each['purpose']}: {each['paid'] or '—'}"
    yield f"    fund: {fund['balance']} lie in it, {fund['signed_off']} periods signed by the JVS"
