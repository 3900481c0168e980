"""The draft of the contract, one page for each of its parts, and the report that ends it."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bids.views.asking import ask, require
from contracts import term
from contracts.forms import drafting as forms
from contracts.guards import signing as guards
from contracts.services import drafting, signing
from contracts.steps import against
from contracts.views.contract import here, of_tender
from procurement import clock
from procurement.guards.award import award_of
from procurement.schedule import local_day
from procurement.services import tenders
from procurement.views.base import attempt, page, try_form, visible_tender


def draft_of(request, pk):
    """Return tender and contract, for those alone who may write it."""
    tender = visible_tender(request, pk)
    require(request, "prepare_contract", tender)
    return tender, of_tender(tender)


@login_required
def contract_begin(request, pk):
    """Begin the draft of the final award."""
    tender = visible_tender(request, pk)
    require(request, "prepare_contract", tender)
    award = award_of(tender)
    said = {"bidder": award.bid, "percentage": award.percentage} if award else {}
    intro = _("With %(bidder)s, which offered %(percentage)s %% for the fund.") % said if award else ""
    return ask(
        request,
        tender,
        forms.BeginForm(request.POST or None),
        drafting.begin,
        tender,
        title=_("Begin the contract"),
        intro=intro,
        consequence=_("Operator, term and fund clause are copied from the award and from the terms."),
        button=_("Begin the draft"),
        done=_("The draft is begun. Go through its parts."),
        to=here(tender),
    )


def written(request, tender, contract, form, verb, title, **words):
    """Ask for one part of the draft and save it."""
    common = {"button": _("Save"), "done": _("It is saved."), "to": here(tender), "title": title}
    return ask(request, tender, form, verb, contract, **common | words)


@login_required
def contract_operator(request, pk):
    tender, contract = draft_of(request, pk)
    form = forms.OperatorForm(request.POST or None, instance=contract)
    title = _("The operator and who signs")
    return written(request, tender, contract, form, drafting.set_operator, title)


@login_required
def contract_shares(request, pk):
    """Who holds the operator; the sum of the shares stands or falls as a whole."""
    tender, contract = draft_of(request, pk)
    form = forms.SharesForm(contract, request.POST or None)
    if request.method == "POST" and try_form(form, drafting.set_shares, contract, by=request.user):
        return redirect(here(tender))
    shown = {"contract": contract, "form": form, "table_form": form.table}
    return page(request, "contracts/contract_shares.html", tender, **shown)


def answer_to_overlap(contract):
    """Return who answers for an end near the electoral cycle, as it stands now; None where nobody does."""
    if guards.end_keeps_its_distance.refusals(contract, contract.judged_at):
        return None
    return contract.tender.overrides.filter(code=guards.end_keeps_its_distance.refusal.code).last()


@login_required
def contract_term(request, pk):
    """How many years: what each number means for the electoral cycle, and which of them pass (rule 91)."""
    tender, contract = draft_of(request, pk)
    day = local_day(clock.now())
    start = guards.counted_from(contract, day)
    options = term.options(start, *guards.range_of_years(tender), guards.buffer(tender))
    form = forms.TermForm(contract, options, request.POST or None)
    if request.method == "POST" and try_form(form, drafting.set_term, contract, by=request.user):
        return redirect(here(tender))
    contract.judged_at = clock.now()
    shown = {
        "contract": contract,
        "form": form,
        "options": options,
        "start": start,
        "buffer": guards.buffer(tender),
        "chosen": guards.expected(contract, day),
        "stated": guards.value(tender, "contract.years"),
        "passing": [option.years for option in options if option.passes],
        "may_answer": tenders.may_answer(request.user, tender, clock.now()),
        "answered": answer_to_overlap(contract),
    }
    return page(request, "contracts/contract_term.html", tender, **shown)


@login_required
def contract_transition_plan(request, pk):
    tender, contract = draft_of(request, pk)
    initial = {
        "days": contract.transition_days,
        "situations": contract.situations,
        "reason": contract.transition_reason,
    }
    form = forms.TransitionForm(request.POST or None, initial=initial)
    intro = _("In this time the operator takes charge little by little, and two whole cycles are logged.")
    title = _("Transition period")
    return written(request, tender, contract, form, drafting.set_transition, title, intro=intro)


@login_required
def contract_targets(request, pk):
    tender, contract = draft_of(request, pk)
    form = forms.TargetsForm(request.POST or None, instance=contract)
    model = tender.approved_models.standing().last()
    intro = ""
    if model:
        intro = _(
            "People approved: water %(water)s %%, sewage %(sewer)s %%, %(hours)s hours a day. None is lower."
        ) % {"water": model.water_coverage, "sewer": model.sewer_coverage, "hours": model.hours_per_day}
    return written(request, tender, contract, form, drafting.set_targets, _("Targets"), intro=intro)


@login_required
def contract_clauses(request, pk):
    tender, contract = draft_of(request, pk)
    form = forms.ClausesForm(contract, request.POST or None)
    intro = _("Where the field note and the law say nothing, nothing is proposed: you write it.")
    return written(request, tender, contract, form, drafting.set_clauses, _("Clauses"), intro=intro)


@login_required
def contract_annexes(request, pk):
    """The annexes: what the product holds already, what was filed, what is missing."""
    tender, contract = draft_of(request, pk)
    at = clock.now()
    filed, held = set(contract.annexes.values_list("kind", flat=True)), guards.held(contract, at)
    missing = [kind for kind in guards.ANNEXES if kind not in filed and kind not in held]
    form = forms.AnnexForm(missing, request.POST or None, request.FILES or None)
    if request.method == "POST" and try_form(form, drafting.add_annex, contract, by=request.user):
        return redirect("contract-annexes", tender.pk)
    names = dict(contract.annexes.model.Kind.choices)
    rows = [(names[kind], kind not in missing) for kind in guards.ANNEXES]
    shown = {"contract": contract, "form": form, "rows": rows, "missing": missing}
    return page(request, "contracts/contract_annexes.html", tender, **shown)


@login_required
def contract_subsidy(request, pk):
    tender, contract = draft_of(request, pk)
    form = forms.SubsidyForm(request.POST or None)
    title, verb = _("Support of the municipality"), drafting.add_subsidy
    intro = _("What the municipality pays for the operator until it stands on its own feet.")
    return written(request, tender, contract, form, verb, title, intro=intro)


@login_required
def contract_obligation(request, pk):
    tender, contract = draft_of(request, pk)
    form = forms.ObligationForm(request.POST or None)
    title, verb = _("One more obligation"), drafting.add_obligation
    return written(request, tender, contract, form, verb, title)


@login_required
def contract_ready(request, pk):
    """Report that the contract may be signed; what is missing stands there with the page that adds it."""
    tender, contract = draft_of(request, pk)
    reasons = against(contract, "make_ready", clock.now())
    if reasons and request.method != "POST":
        return page(request, "contracts/contract_blocked.html", tender, contract=contract, reasons=reasons)
    return ask(
        request,
        tender,
        forms.ReportForm(request.POST or None),
        signing.make_ready,
        contract,
        title=_("Report that it may be signed"),
        consequence=_("Every annex is frozen as it is now, and the mayor is told."),
        button=_("Report it"),
        done=_("The contract is ready to sign."),
        to=here(tender),
    )


@require_POST
@login_required
def contract_reopen(request, pk):
    tender, contract = draft_of(request, pk)
    done = _("It is a draft again.")
    return attempt(request, signing.reopen, contract, done=done, to=here(tender))


@login_required
def contract_sign(request, pk):
    """Record the signature, as the mayor; an end near the electoral cycle is explained first (rule 91)."""
    tender = visible_tender(request, pk)
    require(request, "sign_contract", tender)
    contract = of_tender(tender)
    reasons = against(contract, "sign", clock.now())
    if reasons and request.method != "POST":
        return page(request, "contracts/contract_blocked.html", tender, contract=contract, reasons=reasons)
    return ask(
        request,
        tender,
        forms.SignForm(request.POST or None, request.FILES or None),
        signing.sign,
        contract,
        title=_("Record the signature"),
        intro=_("Read the percentage from the signed paper: it must be the one that was offered."),
        consequence=_("The contract is public from now on, and the handing over begins."),
        button=_("Record the signature"),
        done=_("The contract is signed."),
        to=here(tender),
    )
