"""What is due to the Investment Fund: months to declare, contributions to pay, the next one (rules 83-84)."""

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.duties import SOURCES, Due, calendars
from contracts.fund import due_on, first_of_month, months_between, period_of
from contracts.models import Contribution, Fund, FundReceipt, TurnoverDeclaration
from contracts.models.fund import end_of_contract, month_name, period_name
from procurement import business_days
from procurement.business_days import add_months
from procurement.money import display
from procurement.roles import Role
from procurement.schedule import local_day


class Books(NamedTuple):
    """What the funds of several tenders hold: declared months, contributions, what was paid by period."""

    declared: dict
    contributions: dict
    paid: dict
    calendars: dict


def books(funds, tenders):
    """Read the books of these funds."""
    declared, contributions, paid = defaultdict(set), defaultdict(list), {}
    for fund, month in TurnoverDeclaration.objects.filter(fund__in=funds).values_list("fund", "month"):
        declared[fund].add(month)
    for row in Contribution.objects.standing().filter(fund__in=funds):
        contributions[row.fund_id].append(row)
    came = FundReceipt.objects.standing().filter(fund__in=funds, kind="contribution")
    for fund, start, amount in came.order_by().values_list("fund", "start").annotate(Sum("amount")):
        paid[fund, start] = amount
    return Books(declared, contributions, paid, calendars(tenders))


def funds(tenders, at):
    """The days of every fund whose contract has begun."""
    found = Fund.objects.filter(tender__in=tenders, contract__started_on__isnull=False)
    found = list(found.filter(contract__closed_on=None).select_related("contract"))
    kept = books(found, tenders) if found else None
    for fund in found:
        fund.tender = tenders[fund.tender_id]
        yield from declarations(fund, kept, local_day(at))
        yield from owed(fund, kept)
        yield from next_payment(fund, kept, local_day(at))


def due(fund, what, day, title, note=""):
    """Return one duty of the fund: the operator's, and the treasury's, who keeps the account."""
    operator = fund.contract.operator_id
    rule, accounts = _("rules 83-84"), (operator,) if operator else ()
    url, key = fund.get_absolute_url(), f"fund.{fund.pk}.{what}"
    return Due(fund.tender, key, day, title, url, rule, (Role.TREASURY,), accounts, note)


def declarations(fund, kept, today):
    """The first month that is over, or ends now, and is not declared; how many more wait stands beside it."""
    end = min([today, *filter(None, [end_of_contract(fund.contract)])])
    months = months_between(fund.contract.started_on, end)
    missing = [month for month in months if month not in kept.declared[fund.pk]]
    if missing:
        first, more = missing[0], [month for month in missing[1:] if add_months(month, 1) <= today]
        day = add_months(first, 1) - business_days.DAY + timedelta(days=fund.declaration_days)
        note = ngettext("%(number)s more month waits.", "%(number)s more months wait.", len(more))
        note = note % {"number": len(more)} if more else ""
        title = _("Declare what came in: %(month)s") % {"month": month_name(first)}
        yield due(fund, "declaration", day, title, note)


def owed(fund, kept):
    """Every contribution that is settled and not wholly paid."""
    for row in kept.contributions[fund.pk]:
        left = row.due - kept.paid.get((fund.pk, row.start), 0)
        if left > 0:
            title = _("Contribution to the fund: %(period)s") % {"period": row}
            note = _("%(amount)s to pay.") % {"amount": display(left)}
            yield due(fund, f"contribution.{row.start}", row.due_on, title, note)


def next_payment(fund, kept, today):
    """The contribution of the present period, whose amount nobody knows yet."""
    period = period_of(first_of_month(today), fund.clause.every_months)
    end = end_of_contract(fund.contract)
    known = {row.start for row in kept.contributions[fund.pk]}
    if period.start in known or period.end < fund.contract.started_on or (end and end < period.start):
        return
    day = due_on(period, fund.payment_days, kept.calendars[fund.tender.municipality_id])
    title = _("Contribution to the fund: %(period)s") % {"period": period_name(period)}
    note = _("The amount is known once its months are declared.")
    yield due(fund, f"contribution.{period.start}", day, title, note)


SOURCES.append(funds)
