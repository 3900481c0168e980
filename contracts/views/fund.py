"""The pages of the Investment Fund: what was promised, what came in, what is owed, what it was used for."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from bids.views.asking import ask, holds, require
from contracts import fund_work
from contracts.forms import fund as forms
from contracts.models import FundReceipt, SignOff
from contracts.models.contract import contract_of
from contracts.models.fund import month_name
from contracts.parties import is_operator
from contracts.services import fund, fund_money, fund_watch
from contracts.services.fund_sheet import named, sheet_of
from contracts.services.fund_uses import may_ask
from procurement import clock
from procurement.guards.award import award_of
from procurement.money import display
from procurement.views.base import page, visible_tender


def signed_contract(tender):
    """Return the signed contract of a call, or None: before the signature there is no fund."""
    contract = contract_of(tender)
    if contract is None or contract.signed_on is None:
        return None
    contract.tender = tender
    return contract


def sheet_or_404(tender):
    """Return the sheet of the open fund."""
    contract = signed_contract(tender)
    sheet = contract and sheet_of(contract, clock.now())
    if sheet is None:
        raise Http404
    return sheet


def quarter_or_404(sheet, year, month):
    found = [each for each in sheet.quarters if each.period.start == day_or_404(year, month)]
    if not found:
        raise Http404
    return found[0]


def day_or_404(year, month):
    try:
        return date(year, month, 1)
    except ValueError:
        raise Http404 from None


def fund_detail(request, pk):
    """The fund in one page: the step of whoever looks, this period, every period, the money, what comes."""
    tender = visible_tender(request, pk)
    contract = signed_contract(tender)
    at = clock.now()
    sheet = contract and sheet_of(contract, at)
    shown = {"contract": contract, "award": award_of(tender), "sheet": sheet}
    if sheet is None:
        shown["opens"] = contract and holds(request, "keep_fund", tender) and fund_work.opening(contract)
        return page(request, "contracts/fund_detail.html", tender, **shown)
    shown["mine"] = fund_work.of(sheet, request.user, at) if request.user.is_authenticated else []
    waiting = [work for work in fund_work.waiting(sheet) if not work.echo]
    shown["others"] = [work for work in waiting if work not in shown["mine"]]
    shown["may_ask"] = request.user.is_authenticated and may_ask(contract, request.user, at)
    shown["may_receive"] = holds(request, "keep_fund", tender)
    return page(request, "contracts/fund_detail.html", tender, **shown)


def fund_account(request, pk):
    """Every line of the account with the balance after it, and what was struck out."""
    tender = visible_tender(request, pk)
    sheet = sheet_or_404(tender)
    struck = sheet.fund.receipts.exclude(voided_at=None)
    may_void = holds(request, "keep_fund", tender)
    lines = sheet.account[::-1]
    shown = {"sheet": sheet, "lines": lines, "struck": struck, "may_void": may_void}
    return page(request, "contracts/fund_account.html", tender, **shown)


def fund_months(request, pk):
    """Every month that was declared, with its corrections, and those that wait."""
    tender = visible_tender(request, pk)
    sheet = sheet_or_404(tender)
    declared = sheet.fund.declarations.select_related("replaced_by").order_by("-month", "-declared_at", "-pk")
    own = is_operator(sheet.contract, request.user)
    may_declare = own or holds(request, "keep_fund", tender)
    shown = {"sheet": sheet, "declared": declared, "may_declare": may_declare, "own": own}
    return page(request, "contracts/fund_months.html", tender, **shown)


def fund_period(request, pk, year, month):
    """One period: its months, what it owes, what came in, and what the neighbours said."""
    tender = visible_tender(request, pk)
    sheet = sheet_or_404(tender)
    row = quarter_or_404(sheet, year, month)
    shown = {
        "sheet": sheet,
        "quarter": row,
        "until": row.due_on or sheet.until(row.period),
        "months": [sheet.declared[each] for each in row.period.months if each in sheet.declared],
        "receipts": [each for each in sheet.receipts if each.start == row.period.start],
        "may_sign": row.is_over and may_sign(request, tender, row),
        "may_receive": holds(request, "keep_fund", tender) and row.gap,
        "may_answer": holds(request, "authorise_fund", tender),
        "pays": is_operator(sheet.contract, request.user) and row.gap,
        "missing": named(row.missing),
        "number": year * 100 + month,
    }
    return page(request, "contracts/fund_period.html", tender, **shown)


def may_sign(request, tender, row):
    signed = {each.by_id for each in row.sign_offs}
    return holds(request, "observe_tender", tender) and request.user.pk not in signed


@login_required
def fund_open(request, pk):
    """Record the account and the days of the contract, as the treasury."""
    tender = visible_tender(request, pk)
    require(request, "keep_fund", tender)
    contract = signed_contract(tender)
    if contract is None:
        raise Http404
    return ask(
        request,
        tender,
        forms.OpenForm(request.POST or None),
        fund.open_fund,
        contract,
        title=_("Open the account of the fund"),
        intro=_("It is an account of its own: the money is never mixed with that of the municipality."),
        button=_("Record it"),
        done=_("The fund has its account. The operator has been told."),
        to=reverse("fund", args=[tender.pk]),
    )


@login_required
def fund_declare(request, pk, year, month):
    """Declare what one month brought in, or correct it."""
    tender = visible_tender(request, pk)
    contract = signed_contract(tender)
    own = contract is not None and is_operator(contract, request.user)
    if not own:
        require(request, "keep_fund", tender)
    sheet, first = sheet_or_404(tender), day_or_404(year, month)
    earlier = sheet.declared.get(first)
    form = forms.DeclareForm(request.POST or None, corrects=bool(earlier), on_paper=not own)
    said = {"month": month_name(first), "base": sheet.contract.get_fund_base_display()}
    quoted = ""
    if earlier:
        said["amount"] = display(earlier.amount)
        quoted = _("It says %(amount)s now.") % said
    title = _("Correct %(month)s") if earlier else _("Declare %(month)s")
    return ask(
        request,
        tender,
        form,
        lambda the_fund, **typed: fund.declare(the_fund, month=first, **typed),
        sheet.fund,
        title=title % said,
        intro=_("The percentage is taken of %(base)s.") % said,
        quoted=quoted,
        consequence=_(
            "It is public at once. When all months of the period are declared, what it owes to the fund is "
            "fixed."
        ),
        button=_("Declare it"),
        done=_("It is declared."),
        to=reverse("fund", args=[tender.pk]),
        back=reverse("fund-months", args=[tender.pk]),
    )


@login_required
def fund_receive(request, pk):
    """Enter money that reached the account, as the treasury."""
    tender = visible_tender(request, pk)
    require(request, "keep_fund", tender)
    sheet = sheet_or_404(tender)
    waits = [each for each in sheet.quarters if each.gap]
    initial = {}
    for each in waits:
        if each.period.start.isoformat() == request.GET.get("start"):
            initial = {"kind": "contribution", "start": request.GET["start"], "amount": each.gap}
    owed = "\n".join(
        _("%(period)s: %(amount)s are missing.") % {"period": each.name, "amount": display(each.gap)}
        for each in waits
    )
    return ask(
        request,
        tender,
        forms.ReceiveForm(sheet.quarters, request.POST or None, initial=initial),
        fund_money.receive,
        sheet.fund,
        title=_("Enter money of the fund"),
        intro=_("What reached the account %(account)s.") % {"account": sheet.fund.account},
        quoted=owed,
        button=_("Record it"),
        done=_("It is in the fund. Minutes were written and everybody was told."),
        to=reverse("fund", args=[tender.pk]),
    )


@login_required
def fund_void(request, pk, number):
    """Strike out a receipt that was entered with an error."""
    tender = visible_tender(request, pk)
    require(request, "keep_fund", tender)
    receipt = get_object_or_404(FundReceipt, pk=number, tender=tender)
    said = {"voucher": receipt.voucher, "amount": display(receipt.amount)}
    return ask(
        request,
        tender,
        forms.ReasonForm(request.POST or None),
        fund_money.void_receipt,
        receipt,
        title=_("Strike out voucher %(voucher)s") % said,
        intro=_("%(amount)s will not count any more. The line stays readable, with your reason.") % said,
        button=_("Strike it out"),
        done=_("It is struck out."),
        to=reverse("fund-account", args=[tender.pk]),
    )


@login_required
def fund_sign_off(request, pk, year, month):
    """Show a neighbour what was promised and what came in, and let them sign it."""
    tender = visible_tender(request, pk)
    require(request, "observe_tender", tender)
    sheet = sheet_or_404(tender)
    row = quarter_or_404(sheet, year, month)
    promised = _("the operator has not declared %(months)s") % {"months": named(row.missing)}
    seen = {
        "period": row.name,
        "due": promised if row.due is None else display(row.due),
        "paid": display(row.paid),
        "balance": display(sheet.balance),
    }
    return ask(
        request,
        tender,
        forms.SignOffForm(request.POST or None),
        lambda the_fund, **said: fund_watch.sign_off(the_fund, start=row.period.start, **said),
        sheet.fund,
        title=_("Sign what you saw: %(period)s") % seen,
        quoted=_("Owed: %(due)s.\nCame in: %(paid)s.\nThe fund holds: %(balance)s.") % seen,
        intro=_(
            "Look at the figures and, if you can, at the bank statement. Then sign, with a remark if any."
        ),
        button=_("I have seen it"),
        done=_("You have signed. Everybody sees it."),
        to=reverse("fund-period", args=[tender.pk, year, month]),
    )


@login_required
def fund_answer(request, pk, number):
    """Answer a neighbour's remark, as mayor or manager."""
    tender = visible_tender(request, pk)
    require(request, "authorise_fund", tender)
    signed = get_object_or_404(SignOff.objects.exclude(remark=""), pk=number, tender=tender)
    return ask(
        request,
        tender,
        forms.TextForm(request.POST or None),
        fund_watch.answer,
        signed,
        title=_("Answer the remark of the JVS on the fund"),
        quoted=signed.remark,
        button=_("Publish the answer"),
        done=_("The answer is public, and the JVS has been told."),
        to=reverse("fund-period", args=[tender.pk, signed.start.year, signed.start.month]),
    )
