"""What the Investment Fund adds to the tasks of a call, to one's work, to the words of the log."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts import fund_work
from contracts.models import Contract, Fund, contract_of
from contracts.parties import Side
from contracts.services.fund_sheet import sheet_of, sheets_of
from procurement import agenda, chronicle, places, roles, tasks

PLACES = {
    "fund": "fund",
    "fund.account": "fund-open",
    "fund.contribution.base-missing": "fund-months",
    "fund.withdrawal": "",
    "fund.withdrawal.above-balance": "fund-account",
}
places.PLACES |= PLACES
places.FIELDS |= {
    "fund.amount.not-cents": ("amount", "paid"),
    "fund.contribution.above-due": ("amount",),
    "fund.contribution.base-missing": ("start",),
    "fund.contribution.no-period": ("start",),
    "fund.contribution.short": ("note",),
    "fund.day.in-future": ("opened_on", "received_on", "executed_on"),
    "fund.declaration.negative": ("amount",),
    "fund.declaration.paper-missing": ("paper",),
    "fund.declaration.unchanged": ("amount",),
    "fund.receipt.not-positive": ("amount",),
    "fund.receipt.voucher-repeated": ("voucher",),
    "fund.withdrawal.above-authorised": ("paid",),
    "fund.withdrawal.above-balance": ("amount", "paid"),
    "fund.withdrawal.paper-missing": ("paper",),
}

WORDS = {
    "fund.open": gettext_lazy("The account of the Investment Fund was opened."),
    "fund.declare": gettext_lazy("The operator declared what a month brought in."),
    "fund.settle": gettext_lazy("What a period owes to the fund was fixed."),
    "fund.receive": gettext_lazy("Money came into the fund."),
    "fund.void": gettext_lazy("A receipt of the fund was struck out, with a reason."),
    "fund.sign-off": gettext_lazy("A neighbour of the JVS signed what came into the fund."),
    "fund.answer": gettext_lazy("A remark of the JVS on the fund was answered."),
    "fund.request": gettext_lazy("Money of the fund was asked for."),
    "fund.agree": gettext_lazy("The operator agreed to a use of the fund."),
    "fund.opine": gettext_lazy("The JVS said what it thinks of a use of the fund."),
    "funduse.authorise": gettext_lazy("A use of the fund was authorised."),
    "funduse.refuse": gettext_lazy("A use of the fund was not authorised."),
    "funduse.drop": gettext_lazy("A use of the fund was given up."),
    "funduse.execute": gettext_lazy("A use of the fund was paid."),
}
chronicle.WORDS |= WORDS
chronicle.ACTORS.setdefault(Side.OPERATOR.value, gettext_lazy("the operator"))


def fill(tender, user, at):
    """One step of the procedure, from the signature to the end: the account, then what waits for somebody."""
    title, url = _("Fill the Investment Fund and watch it"), reverse("fund", args=[tender.pk])
    contract = contract_of(tender)
    if contract is None or contract.signed_on is None:
        yield agenda.Step(title, who=_("Operator, treasury, JVS"))
        return
    contract.tender = tender
    sheet = sheet_of(contract, at)
    if sheet is None:
        first, mine = fund_work.opening(contract), roles.holds(user, "keep_fund", tender, at)
        yield agenda.Step(title, url, note=first.title, who=first.who, state="ready", mine=mine)
        return
    mine = fund_work.of(sheet, user, at) if user.is_authenticated else []
    waiting = fund_work.waiting(sheet)
    first = next(iter(mine or waiting), None)
    if first is None:
        yield agenda.Step(title, url, state="open", who=_("Operator, treasury, JVS"))
        return
    state = "overdue" if any(each.late for each in waiting) else "ready"
    shown = {"note": first.title, "who": first.who, "until": first.until}
    yield agenda.Step(title, url, state=state, mine=bool(mine), **shown)


def work(tenders, user, at):
    """What waits for this person at the funds of these calls; what has a date stands among the dates."""
    by_pk = {tender.pk: tender for tender in tenders}
    granted = tasks.granted(tenders, user, at)
    signed = Contract.objects.live().filter(tender__in=by_pk, signed_on__isnull=False, fund=None)
    for contract in signed:
        if (contract.tender_id, "keep_fund") in granted:
            first = fund_work.opening(contract)
            yield by_pk[contract.tender_id], tasks.Task(first.title, first.url)
    funds = list(Fund.objects.filter(tender__in=by_pk).select_related("contract"))
    for the_fund in funds:
        the_fund.tender = the_fund.contract.tender = by_pk[the_fund.tender_id]
    for sheet in sheets_of(funds, at):
        held = {codename for pk, codename in granted if pk == sheet.tender.pk}
        for each in fund_work.mine(sheet, user, held):
            if each.until is None and not each.echo:
                yield sheet.tender, tasks.Task(each.title, each.url)


agenda.PARTS["run" if "run" in agenda.PARTS else "sign"].append(fill)
tasks.SOURCES.append(work)
