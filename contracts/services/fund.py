"""The Investment Fund: its account, what the operator declares, and what that makes due (rules 83-84)."""

from dataclasses import replace

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts.fund import Period, due_on, first_of_month, period_of, vat
from contracts.models.fund import (
    Contribution,
    Fund,
    TurnoverDeclaration,
    end_of_contract,
    month_name,
    period_name,
)
from contracts.parties import actor, is_operator
from procurement import roles
from procurement.business_days import add_months
from procurement.guards.problems import lazily_shown
from procurement.log import record
from procurement.money import display, percentage, rounded
from procurement.roles import Role
from procurement.schedule import local_day
from procurement.services import minutes, notices, papers
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, lock

FUND = _("rules 83-84")
CLAUSE = _("clause 19 of the contract")
ERASED = _("nothing is erased")
NOT_OPENED_TWICE = Refusal("fund.account.already-open", _("The fund of this contract is open."), CLAUSE)
NOT_SIGNED = Refusal("fund.account.not-signed", _("The contract is not signed yet."), CLAUSE)
IN_FUTURE = Refusal("fund.day.in-future", _("That day has not come yet."), _("decision 2"))
NOT_CENTS = Refusal("fund.amount.not-cents", _("An amount has two decimals at most."), _("principle 8"))
NOT_STARTED = Refusal(
    "fund.declaration.not-started",
    _("The operator does not run the service yet: there is nothing to declare."),
    FUND,
)
OUTSIDE = Refusal(
    "fund.declaration.outside-contract",
    _("The contract does not run in %(month)s. Choose a month between its start and its end."),
    FUND,
)
NOT_OVER = Refusal(
    "fund.declaration.month-not-over",
    _("%(month)s is not over. It is declared from %(from)s on."),
    FUND,
)
NEGATIVE = Refusal(
    "fund.declaration.negative",
    _("A month cannot bring in less than nothing. If it brought in nothing, write 0.00."),
    FUND,
)
TWICE = Refusal(
    "fund.declaration.twice",
    _("%(month)s is declared already: %(amount)s. To correct it, write why."),
    ERASED,
)
NOTHING_TO_CORRECT = Refusal(
    "fund.declaration.nothing-to-correct",
    _("%(month)s is not declared yet: there is nothing to correct."),
    FUND,
)
UNCHANGED = Refusal("fund.declaration.unchanged", _("That is what is declared already."), ERASED)
PAPER_MISSING = Refusal(
    "fund.declaration.paper-missing",
    _("Name the paper in which the operator says it."),
    _("decision 4"),
)


def page(fund):
    return reverse("fund", args=[fund.tender_id])


def money(amount):
    """Return an amount in soles; refuse fractions of a cent instead of rounding them away."""
    if rounded(amount) != amount:
        raise Blocked(NOT_CENTS)
    return rounded(amount)


def account_of(contract, by):
    """Return what stands beside the log: the account, where the log only says that the operator acts."""
    return {"account": f"user:{by.pk}"} if is_operator(contract, by) else None


def begin(fund, *, by):
    """Lock a fund; return it with its contract."""
    fund = lock(fund, by=by)
    fund.contract.tender = fund.tender
    return fund


def watchers(fund, at):
    """Return who hears of everything: mayor, manager, treasury, the JVS."""
    wanted = (Role.MAYOR, Role.MANAGER, Role.TREASURY, Role.JVS)
    return notices.people_of(fund.tender, *wanted, at=at)


def operator_of(fund):
    return [fund.contract.operator] if fund.contract.operator_id else []


@transaction.atomic
def open_fund(contract, *, account, payment_days, declaration_days, opened_on, by):
    """Record the separate account and the days to pay and to declare, as the treasury (clause 19)."""
    contract = lock(contract, by=by)
    tender, at = contract.tender, contract.judged_at
    roles.require(by, "keep_fund", tender, at)
    if contract.signed_on is None:
        raise Blocked(NOT_SIGNED)
    if Fund.objects.filter(contract=contract).exists():
        raise Blocked(NOT_OPENED_TWICE)
    if opened_on > local_day(at):
        raise Blocked(IN_FUTURE)
    fund = Fund.objects.create(
        tender=tender,
        contract=contract,
        account=account,
        payment_days=payment_days,
        declaration_days=declaration_days,
        opened_on=opened_on,
        entered_at=at,
        by=by,
    )
    days = {"payment_days": payment_days, "declaration_days": declaration_days}
    record(tender, "fund.open", by=by, at=at, account=account, opened_on=opened_on.isoformat(), **days)
    text = papers.render("minutes_fund_opened", tender=tender, fund=fund, contract=contract)
    write(fund, "fund-opened", _("Opening of the Investment Fund"), text, by=by, at=at)
    subject = _("The Investment Fund has its account")
    told = _("%(account)s. Each month is declared within %(declaration_days)s days of its end.")
    notices.tell(
        [*watchers(fund, at), *operator_of(fund)],
        tender=tender,
        subject=subject,
        text=said(told, account=account, **days),
        at=at,
        link=page(fund),
    )
    return fund


def write(fund, kind, title, text, *, by, at, office="treasury"):
    """Leave minutes of the fund."""
    act = {"office": office, "kind": kind, "title": title, "text": text, "happened_at": at}
    return minutes.write(fund.tender, by=by, at=at, **act)


# --- what is declared, and what it makes due ---


@transaction.atomic
def declare(fund, *, month, amount, by, paper="", reason=""):
    """Declare what one month billed or collected, with tax, as the operator; with a reason, correct it.

    The treasury may enter it from a paper of the operator. A month that completes its period makes the
    contribution due.
    """
    fund = begin(fund, by=by)
    at, contract, month = fund.judged_at, fund.contract, first_of_month(month)
    own = is_operator(contract, by)
    if not own:
        roles.require(by, "keep_fund", fund.tender, at)
    earlier = fund.declarations.standing().filter(month=month).first()
    judge_declaration(fund, month, amount, earlier, reason.strip())
    if not own and not paper.strip():
        raise Blocked(PAPER_MISSING)
    minutes.check_public(paper, reason)
    declared = TurnoverDeclaration.objects.create(
        tender=fund.tender,
        fund=fund,
        month=month,
        amount=money(amount),
        vat=vat(month),
        paper=paper,
        replaces=earlier,
        reason=reason.strip(),
        on_paper=not own,
        declared_at=at,
        by=by,
    )
    facts = {"month": f"{month:%Y-%m}", "amount": str(declared.amount), "vat": str(declared.vat)}
    facts |= {"replaces": str(earlier.amount), "reason": declared.reason} if earlier else {}
    private = account_of(contract, by)
    record(fund.tender, "fund.declare", by=actor(contract, by), at=at, private=private, **facts)
    tell_declared(declared, earlier)
    settle(fund, period_of(month, fund.clause.every_months), by=by, at=at)
    return declared


def judge_declaration(fund, month, amount, earlier, reason):
    """Refuse a declaration with every reason there is."""
    contract, today, named = fund.contract, local_day(fund.judged_at), month_name(month)
    if contract.started_on is None:
        raise Blocked(NOT_STARTED)
    reasons, ready = [], add_months(month, 1)
    if month not in contract_months(contract, period_of(month, 1)):
        reasons.append(OUTSIDE.about(month=named))
    elif ready > today:
        reasons.append(NOT_OVER.about(month=named, **{"from": lazily_shown(ready)}))
    if amount < 0:
        reasons.append(NEGATIVE)
    if earlier and not reason:
        reasons.append(TWICE.about(month=named, amount=display(earlier.amount)))
    elif earlier and earlier.amount == amount:
        reasons.append(UNCHANGED)
    elif reason and not earlier:
        reasons.append(NOTHING_TO_CORRECT.about(month=named))
    if reasons:
        raise Blocked(*reasons)


def contract_months(contract, period):
    """Return the months of a period in which the contract runs."""
    if contract.started_on is None:
        return []
    first, end = first_of_month(contract.started_on), end_of_contract(contract)
    return [month for month in period.months if first <= month <= (end or month)]


def tell_declared(declared, earlier):
    fund, at = declared.fund, declared.declared_at
    facts = {"month": month_name(declared.month), "amount": display(declared.amount)}
    subject = said(_("The operator declared %(month)s: %(amount)s"), **facts)
    text = subject
    if earlier:
        why = {"old": display(earlier.amount), "reason": declared.reason}
        subject = said(_("The declaration of %(month)s was corrected"), **facts)
        text = said(_("It said %(old)s and says %(amount)s now: %(reason)s"), **facts, **why)
    users = notices.people_of(fund.tender, Role.TREASURY, Role.JVS, at=at)
    notices.tell(users, tender=fund.tender, subject=subject, text=text, at=at, link=page(fund))


def settle(fund, period, *, by, at):
    """Freeze what a period owes once all its months are declared, and tell the operator; return it or None.

    Where a correction changes it a new row replaces the old one; the last day to pay stays.
    """
    declared = {each.month: each for each in fund.declarations.standing().filter(month__in=period.months)}
    months = contract_months(fund.contract, period)
    earlier = fund.contributions.standing().filter(start=period.start).first()
    if not months or not all(month in declared for month in months):
        return earlier
    held = [declared[month].as_month for month in months]
    clause = replace(fund.clause, percentage=earlier.percentage) if earlier else fund.clause
    base, due = clause.base(held), clause.contribution(held)
    if earlier and (earlier.base, earlier.due) == (base, due):
        return earlier
    calendar = fund.tender.municipality.calendar()
    until = earlier.due_on if earlier else due_on(period, fund.payment_days, calendar)
    made = Contribution.objects.create(
        tender=fund.tender,
        fund=fund,
        start=period.start,
        end=period.end,
        percentage=clause.percentage,
        base=base,
        due=due,
        due_on=until,
        settled_at=at,
        replaces=earlier,
    )
    facts = {"start": period.start.isoformat(), "base": str(base), "due": str(due)}
    who = actor(fund.contract, by)
    record(fund.tender, "fund.settle", by=who, at=at, due_on=until.isoformat(), **facts)
    tell_due(made)
    return made


def undeclared(fund, period):
    """Return the months of a period that the operator owes a declaration for."""
    declared = set(fund.declarations.filter(month__in=period.months).values_list("month", flat=True))
    return [month for month in contract_months(fund.contract, period) if month not in declared]


def paid(fund, period):
    """Return what came in for one period."""
    return rounded(sum(receipt.amount for receipt in fund.receipts.of(period)))


def tell_due(contribution):
    fund = contribution.fund
    facts = {
        "period": period_name(Period(contribution.start, contribution.end)),
        "due": display(contribution.due),
        "until": lazily_shown(contribution.due_on),
        "base": display(contribution.base),
        "percentage": percentage(contribution.percentage),
        "account": fund.account,
    }
    text = _(
        "%(percentage)s of %(base)s is %(due)s (%(period)s). Pay it into %(account)s until %(until)s, and "
        "take the voucher to the treasury."
    )
    notices.tell(
        operator_of(fund) + notices.people_of(fund.tender, Role.TREASURY, at=contribution.settled_at),
        tender=fund.tender,
        subject=said(_("Contribution to the fund: %(due)s until %(until)s"), **facts),
        text=said(text, **facts),
        at=contribution.settled_at,
        link=page(fund),
    )
