"""What a page shows of the Investment Fund: period by period what was promised and what came in; the money;
what is expected; the gap of the first year (rules 78-79, 83-87).
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from contracts import fund as arithmetic
from contracts.fund import Month, Period, period_of, periods, vat
from contracts.models import Contribution, Fund, FundReceipt, FundUse, SignOff, TurnoverDeclaration
from contracts.models.fund import end_of_contract, month_name, period_name
from contracts.services.fund import contract_months
from guarantees.sizing import first_year, needed_bond
from procurement.business_days import DAY, add_months
from procurement.money import rounded
from procurement.schedule import local_day
from procurement.services.terms import value

ZERO = Decimal("0.00")
TWELVE = 12


@dataclass
class Quarter:
    """One period of the fund: what it owes, until when, and what came in.

    `due` and `due_on` are None while a month is not declared.
    """

    period: Period
    due_on: date | None = None
    due: Decimal | None = None
    base: Decimal | None = None
    percentage: Decimal | None = None
    paid: Decimal = ZERO
    late: Decimal = ZERO
    is_over: bool = False
    missing: list[date] = field(default_factory=list)  # months that are not declared
    sign_offs: list = field(default_factory=list)

    @property
    def name(self):
        return period_name(self.period)

    @property
    def gap(self):
        """What is still to come in; None while nobody knows what is owed."""
        return None if self.due is None else max(self.due - self.paid, ZERO)

    @property
    def look(self):
        """How its state looks: the key of a tag."""
        if self.due is None:
            return "blocked" if self.is_over else "open"
        if self.gap == 0:
            return "done"
        return "overdue" if self.late else "ready"


@dataclass(frozen=True)
class Movement:
    """One line of the account: what came in or went out, and what lies in the fund after it."""

    on: date
    what: str
    voucher: str
    amount: Decimal
    balance: Decimal
    thing: object

    @property
    def came(self):
        return max(self.amount, ZERO)

    @property
    def went(self):
        return max(-self.amount, ZERO)


class Sheet:
    """The fund of one contract as it stands at an instant. Asks the database once for each kind of row."""

    def __init__(self, the_fund, at):
        self.fund, self.contract, self.clause = the_fund, the_fund.contract, the_fund.clause
        self.tender, self.at, self.today = the_fund.tender, at, local_day(at)

    @cached_property
    def declared(self):
        """The standing declarations, by month."""
        return {each.month: each for each in self.fund.declarations.standing()}

    @cached_property
    def receipts(self):
        return list(self.fund.receipts.standing())

    @cached_property
    def uses(self):
        return list(self.fund.uses.all())

    @cached_property
    def owed(self):
        """The contributions that stand, by the first day of their period."""
        return {each.start: each for each in self.fund.contributions.standing()}

    @cached_property
    def sign_offs(self):
        return list(self.fund.sign_offs.select_related("by", "answered_by"))

    @cached_property
    def quarters(self):
        """Return every period from the start of operations to today, or to the end, the newest first."""
        if self.contract.started_on is None or self.contract.started_on > self.today:
            return []
        until = min(self.today, end_of_contract(self.contract) or self.today)
        found = periods(self.contract.started_on, until, self.clause.every_months)
        return [self.quarter(each) for each in reversed(found)]

    def quarter(self, period):
        contribution = self.owed.get(period.start)
        months = contract_months(self.contract, period)
        row = Quarter(
            period,
            paid=rounded(sum(each.amount for each in self.receipts if each.start == period.start)),
            is_over=self.today > period.end,
            missing=[month for month in months if month not in self.declared],
            sign_offs=[each for each in self.sign_offs if each.start == period.start],
        )
        if contribution:
            row.due, row.due_on = contribution.due, contribution.due_on
            row.base, row.percentage = contribution.base, contribution.percentage
            row.late = arithmetic.arrears(row.due, row.paid, row.due_on, self.today)
        return row

    def until(self, period):
        """Return the last day to pay for a period, declared or not."""
        return arithmetic.due_on(period, self.fund.payment_days, self.tender.municipality.calendar())

    @cached_property
    def promised(self):
        return rounded(sum(each.due for each in self.quarters if each.due is not None))

    @cached_property
    def came_in(self):
        return rounded(sum(each.paid for each in self.quarters))

    @cached_property
    def late(self):
        """What is in arrears in all periods together."""
        return rounded(sum(each.late for each in self.quarters))

    @cached_property
    def balance(self):
        paid = [each.paid for each in self.uses if each.state == "executed"]
        return rounded(sum(each.amount for each in self.receipts) - sum(paid))

    @property
    def set_aside(self):
        """What is authorised and not paid yet."""
        return rounded(sum(each.amount for each in self.uses if each.state == "authorised"))

    @property
    def free(self):
        """What can still be promised today."""
        return max(self.balance - self.set_aside, ZERO)

    @property
    def undeclared(self):
        """The months that are over and not declared, the oldest first, each with its last day."""
        months = sorted(month for quarter in self.quarters for month in quarter.missing)
        over = [month for month in months if add_months(month, 1) <= self.today]
        return [(month, self.declared_by(month)) for month in over]

    def declared_by(self, month):
        """Return until when a month is to be declared."""
        return add_months(month, 1) - DAY + DAY * self.fund.declaration_days

    @cached_property
    def account(self):
        """Return every line of the account, the oldest first."""
        came = [(each.received_on, 0, each) for each in self.receipts]
        went = [(each.executed_on, 1, each) for each in self.uses if each.state == "executed"]
        lines, held = [], ZERO
        for on, out, thing in sorted(came + went, key=lambda line: (line[0], line[1], line[2].pk)):
            amount = -thing.paid if out else thing.amount
            held += amount
            lines.append(Movement(on, self.called(thing, out), thing.voucher, amount, held, thing))
        return lines

    def called(self, thing, out):
        if out:
            return thing.get_purpose_display()
        if thing.start is None:
            return thing.get_kind_display()
        return period_name(period_of(thing.start, self.clause.every_months))

    # --- what is expected ---

    @cached_property
    def usual_month(self):
        """Return what a month brings in: the mean of the last twelve declared, or what the study says.

        The pair (amount with tax, how many months it is the mean of); the amount is None where nobody knows.
        """
        last = [each.amount for _month, each in sorted(self.declared.items())[-TWELVE:]]
        if last:
            return rounded(sum(last) / len(last)), len(last)
        yearly = value(self.tender, "town.annual_turnover")
        return (rounded(yearly / TWELVE) if yearly else None), 0

    @cached_property
    def flow(self):
        """How the fund grows month by month if every month is the usual one."""
        amount, _months = self.usual_month
        return None if amount is None else self.clause.flow(amount, vat(self.today))

    @cached_property
    def planned(self):
        """What one whole period brings by the study of the terms; None where there is none."""
        yearly = value(self.tender, "town.annual_turnover")
        return self.clause.flow(yearly / TWELVE, vat(self.today)).deposit if yearly else None

    @cached_property
    def margin(self):
        """What a month brings in by the study, what running the service costs, and what remains (rule 87).

        What remains pays for replacing what wears out and makes the fund possible. None where nobody said it.
        """
        yearly, cost = value(self.tender, "town.annual_turnover"), value(self.tender, "town.monthly_cost")
        if not (yearly and cost):
            return None
        brings = rounded(yearly / TWELVE)
        return brings, cost, brings - cost

    @cached_property
    def expected(self):
        """Return (year, what comes in, what the fund holds then) to the end of the contract, nothing used.

        It begins with the first month that is not declared; what is owed already is taken to be paid.
        """
        amount, _months = self.usual_month
        end = end_of_contract(self.contract)
        if amount is None or end is None or self.contract.started_on is None:
            return []
        owed = sum(each.gap or ZERO for each in self.quarters)
        rows = arithmetic.project(self.clause, self.months_ahead(amount, end), self.balance + owed)
        found = []
        for year, of_year in groupby(rows, lambda row: row.start.year):
            of_year = list(of_year)
            found.append((year, rounded(sum(row.due for row in of_year)), of_year[-1].balance))
        return found

    @property
    def expected_end(self):
        """What the fund holds at the end of the contract, nothing used."""
        return self.expected[-1][2]

    def months_ahead(self, amount, end):
        """Return the months of every period that owes nothing yet: as declared, else the usual amount."""
        settled = {each.period.start for each in self.quarters if each.due is not None}
        months = [
            month
            for period in periods(self.contract.started_on, end, self.clause.every_months)
            if period.start not in settled
            for month in contract_months(self.contract, period)
        ]
        return [
            self.declared[month].as_month if month in self.declared else Month(month, amount, vat(month))
            for month in months
        ]

    # --- the first year ---

    @cached_property
    def need(self):
        """Return what running the service for a time costs, or None where nobody has said it (rule 77).

        By the contingency plan; else by the guarantee that the terms ask for, in months of cost or fixed.
        """
        plan = self.tender.contingency_plans.last()
        if plan:
            return plan.need
        months = value(self.tender, "guarantees.performance.months")
        cost = value(self.tender, "town.monthly_cost")
        if months and cost:
            return needed_bond(months, cost)
        in_soles = value(self.tender, "guarantees.performance.currency") == "PEN"
        return value(self.tender, "guarantees.performance.amount") if in_soles else None

    @property
    def covered_from(self):
        return covered_from(self.first_year)

    @cached_property
    def first_year(self):
        """Return month by month what the fund holds, or will by the plan, and what is missing (rule 79).

        Lines of (number, month, held, missing, whether it has been).
        """
        if not self.need or self.flow is None or self.contract.started_on is None:
            return []
        lines = []
        for gap in first_year(self.need, self.flow):
            ends = add_months(self.contract.started_on, gap.month) - DAY
            been = ends < self.today
            held = sum(line.amount for line in self.account if line.on <= ends) if been else gap.deposited
            lines.append((gap.month, ends, rounded(held), max(self.need - held, ZERO), been))
        return lines


def covered_from(lines):
    """Return the month of the first year from which nothing is missing any more; None where none is."""
    short = [number for number, _ends, _held, missing, _been in lines if missing]
    first = max(short, default=0) + 1
    return first if first <= len(lines) else None


def sheet_of(contract, at):
    """Return the sheet of a contract's fund, or None while the account is not open."""
    the_fund = Fund.objects.filter(contract=contract).first()
    if the_fund is None:
        return None
    the_fund.contract, the_fund.tender = contract, contract.tender
    return Sheet(the_fund, at)


def sheets_of(funds, at):
    """Return the sheets of many funds, asking as often as for one."""
    sheets = {each.pk: Sheet(each, at) for each in funds}
    for sheet in sheets.values():
        sheet.declared, sheet.owed, sheet.receipts, sheet.uses, sheet.sign_offs = {}, {}, [], [], []
    for each in TurnoverDeclaration.objects.standing().filter(fund__in=sheets):
        sheets[each.fund_id].declared[each.month] = each
    for each in Contribution.objects.standing().filter(fund__in=sheets):
        sheets[each.fund_id].owed[each.start] = each
    for name, rows in {
        "receipts": FundReceipt.objects.standing(),
        "uses": FundUse.objects.all(),
        "sign_offs": SignOff.objects.all(),
    }.items():
        for each in rows.filter(fund__in=sheets):
            getattr(sheets[each.fund_id], name).append(each)
    return list(sheets.values())


def named(months):
    """Return these months in words."""
    return ", ".join(str(month_name(month)) for month in months)
