"""What comes into the Investment Fund: contributions and other resources (rules 83-86)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contracts.fund import Period, period_of
from contracts.guards.fund import free
from contracts.models.fund import FundReceipt, month_name, period_name
from contracts.services.fund import (
    ERASED,
    FUND,
    IN_FUTURE,
    begin,
    money,
    operator_of,
    page,
    paid,
    settle,
    undeclared,
    watchers,
    write,
)
from procurement import roles
from procurement.log import record
from procurement.money import display
from procurement.schedule import local_day
from procurement.services import minutes, notices, papers
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, lock

NOT_POSITIVE = Refusal("fund.receipt.not-positive", _("The amount must be above zero."), FUND)
VOUCHER_MISSING = Refusal("fund.receipt.voucher-missing", _("Write the number of the voucher."), FUND)
VOUCHER_REPEATED = Refusal(
    "fund.receipt.voucher-repeated", _("Voucher %(voucher)s is in the fund already."), FUND
)
BASE_MISSING = Refusal(
    "fund.contribution.base-missing",
    _("The contribution (%(period)s) cannot be worked out: the operator has not declared %(months)s."),
    _("rule 84; §5.7"),
)
NO_PERIOD = Refusal("fund.contribution.no-period", _("Say for which period it is paid."), FUND)
PAID = Refusal("fund.contribution.already-paid", _("Nothing is owed any more (%(period)s)."), FUND)
ABOVE = Refusal(
    "fund.contribution.above-due",
    _("Only %(gap)s is missing (%(period)s). Enter the rest for the period that it belongs to."),
    FUND,
)
SHORT = Refusal(
    "fund.contribution.short",
    _(
        "%(paid)s was paid and %(due)s was due. %(gap)s is missing. Tell the operator and note what is "
        "agreed."
    ),
    _("rule 84"),
)
VOIDED = Refusal("fund.receipt.already-voided", _("This receipt is struck out already."), ERASED)
REASON_MISSING = Refusal("fund.receipt.reason-missing", _("Write why it is struck out."), ERASED)
SPENT = Refusal(
    "fund.receipt.spent",
    _("This money is spent or set aside: without it the fund would hold less than nothing."),
    _("rule 85"),
)


@transaction.atomic
def receive(fund, *, kind, amount, received_on, voucher, by, start=None, note=""):
    """Record money that reached the account, as the treasury: a contribution, or another resource (rule 86).

    `start` is the first day of the period that a contribution is paid for; `note` what was agreed where it
    is less than what is due, or what another resource is for.
    """
    fund = begin(fund, by=by)
    at, voucher = fund.judged_at, voucher.strip().upper()
    roles.require(by, "keep_fund", fund.tender, at)
    judge_receipt(fund, amount, received_on, voucher)
    contribution = None
    if kind == FundReceipt.Kind.CONTRIBUTION:
        contribution = judge_contribution(fund, start, amount, note.strip(), by=by)
    minutes.check_public(note)
    receipt = FundReceipt.objects.create(
        tender=fund.tender,
        fund=fund,
        kind=kind,
        start=contribution and contribution.start,
        amount=money(amount),
        received_on=received_on,
        voucher=voucher,
        note=note.strip(),
        entered_at=at,
        by=by,
    )
    facts = {"kind": str(kind), "amount": str(receipt.amount), "received_on": received_on.isoformat()}
    facts |= {"start": contribution.start.isoformat()} if contribution else {}
    record(fund.tender, "fund.receive", by=by, at=at, receipt=receipt.pk, voucher=voucher, **facts)
    leave_receipt(receipt, contribution, by=by, at=at)
    return receipt


def judge_receipt(fund, amount, received_on, voucher):
    """Refuse a receipt that no kind of money may have, with every reason."""
    reasons = [NOT_POSITIVE] if amount <= 0 else []
    if received_on > local_day(fund.judged_at):
        reasons.append(IN_FUTURE)
    if not voucher:
        reasons.append(VOUCHER_MISSING)
    elif fund.receipts.standing().filter(voucher=voucher).exists():
        reasons.append(VOUCHER_REPEATED.about(voucher=voucher))
    if reasons:
        raise Blocked(*reasons)


def judge_contribution(fund, start, amount, note, *, by):
    """Return the contribution that is paid; refuse money for what is not declared, paid, or not owed."""
    if start is None:
        raise Blocked(NO_PERIOD)
    period = period_of(start, fund.clause.every_months)
    contribution = settle(fund, period, by=by, at=fund.judged_at)
    named = period_name(period)
    if contribution is None:
        missing = undeclared(fund, period) or period.months
        months = ", ".join(str(month_name(month)) for month in missing)
        raise Blocked(BASE_MISSING.about(period=named, months=months))
    gap = contribution.due - paid(fund, period)
    if gap <= 0:
        raise Blocked(PAID.about(period=named))
    if amount > gap:
        raise Blocked(ABOVE.about(period=named, gap=display(gap)))
    if amount < gap and not note:
        left = {"due": display(gap), "gap": display(gap - amount)}
        raise Blocked(SHORT.about(paid=display(amount), **left))
    return contribution


def leave_receipt(receipt, contribution, *, by, at):
    """Write the minutes of what came in, and tell everybody concerned."""
    fund = receipt.fund
    facts = {"amount": display(receipt.amount), "balance": display(fund.balance)}
    about = {"tender": fund.tender, "fund": fund, "receipt": receipt, "contribution": contribution}
    if contribution:
        period = Period(contribution.start, contribution.end)
        months = fund.declarations.standing().filter(month__in=period.months)
        about |= {"months": months, "missing": contribution.due - paid(fund, period)}
        facts |= {"what": period_name(period), "due": display(contribution.due)}
        title = said(_("Contribution to the fund: %(what)s"), **facts)
        subject = said(_("The fund received %(amount)s (%(what)s)"), **facts)
        text = said(_("%(due)s was due. The fund holds %(balance)s now."), **facts)
    else:
        facts["what"] = FundReceipt.Kind(receipt.kind).label
        title = said(_("Money for the fund: %(what)s"), **facts)
        subject = said(_("The fund received %(amount)s (%(what)s)"), **facts)
        text = said(_("The fund holds %(balance)s now."), **facts)
    write(fund, "fund-receipt", title, papers.render("minutes_fund_receipt", **about), by=by, at=at)
    users = [*watchers(fund, at), *operator_of(fund)]
    notices.tell(users, tender=fund.tender, subject=subject, text=text, at=at, link=page(fund))


@transaction.atomic
def void_receipt(receipt, *, reason, by):
    """Strike out a receipt that was entered with an error; it stays readable, and its money never came."""
    receipt = lock(receipt, by=by)
    fund, at = receipt.fund, receipt.judged_at
    roles.require(by, "keep_fund", receipt.tender, at)
    if receipt.voided_at:
        raise Blocked(VOIDED)
    if not reason.strip():
        raise Blocked(REASON_MISSING)
    if free(fund, receipt.received_on) < receipt.amount:
        raise Blocked(SPENT)
    minutes.check_public(reason)
    receipt.voided_at, receipt.voided_reason = at, reason.strip()
    receipt.save(update_fields=["voided_at", "voided_reason"])
    record(receipt.tender, "fund.void", by=by, at=at, receipt=receipt.pk, reason=receipt.voided_reason)
    facts = {"voucher": receipt.voucher, "amount": display(receipt.amount), "reason": receipt.voided_reason}
    notices.tell(
        [*watchers(fund, at), *operator_of(fund)],
        tender=receipt.tender,
        subject=said(_("Voucher %(voucher)s of the fund was struck out"), **facts),
        text=said(_("%(amount)s does not count any more: %(reason)s"), **facts),
        at=at,
        link=page(fund),
    )
    return receipt
