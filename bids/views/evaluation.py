"""The pages of the evaluation: sheets, decisions, defects, the result, ranking, draw, signatures."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bids import content
from bids.criteria import KNOWN, criteria_of, has_two_envelopes, value
from bids.forms import evaluation as forms
from bids.guards.evaluation import first_result_of, standing_decisions, undecided
from bids.models import Decision, Defect, Sheet
from bids.services import defects, evaluation, first_result
from bids.views.asking import ask, holds, require
from procurement import clock, committee, parameters, workflow
from procurement.places import located
from procurement.views.base import attempt, page, visible_tender

JUDGED = ["opened", "observed", "not-admitted", "qualified", "envelope-2-opened", "rejected", "ranked"]


def judges(request, tender):
    return holds(request, "evaluate_bids", tender)


def is_public(tender):
    """Whether the result of envelope 1 is out: findings about bidders are not public before."""
    return first_result_of(tender) is not None


def evaluation_list(request, pk):
    """Every bid and how far its evaluation is; for the public, the result with its reasons."""
    tender = visible_tender(request, pk)
    at = clock.now()
    works = judges(request, tender) or holds(request, "keep_minutes", tender)
    result = first_result_of(tender)
    found = tender.bids.presented().exclude(state="submitted").select_related("bidder")
    standing = Decision.objects.filter(superseded_at=None)
    decided = Prefetch("decisions", queryset=standing, to_attr="standing")
    bids = list(found.prefetch_related(decided, "sheets", "defects"))
    own = [bid for bid in bids if request.user.is_authenticated and bid.bidder.account_id == request.user.pk]
    left = undecided(tender).count()
    shown = {
        "works": works,
        "judges": judges(request, tender),
        "result": result,
        "left": left,
        "own": own,
        "own_defects": Defect.objects.filter(bid__in=own, settled_at=None),
        "two": has_two_envelopes(tender),
        "returns": holds(request, "return_envelopes", tender),
        "keeps": holds(request, "keep_minutes", tender),
    }
    if works or result:
        criteria = {criterion.key: criterion for criterion in criteria_of(tender)}
        shown["rows"] = [row_of(bid, request.user, criteria) for bid in bids]
    if works:
        shown["undeclared"] = committee.undeclared(tender, at, bidders_known=True)
    return page(request, "bids/evaluation_list.html", tender, **shown)


def row_of(bid, user, criteria):
    """Return how far a bid is, from what was fetched with it."""
    sheets = bid.sheets.all()
    return {
        "bid": bid,
        "decided": len(bid.standing),
        "all": len(criteria),
        "sheets": len(sheets),
        "mine": any(sheet.member_id == user.pk for sheet in sheets),
        "decisions": [(criteria.get(each.criterion) or KNOWN[each.criterion], each) for each in bid.standing],
        "defects": bid.defects.all(),
    }


def one_bid(request, pk, number):
    tender = visible_tender(request, pk)
    bids = tender.bids.presented().filter(state__in=JUDGED).select_related("bidder__account")
    bid = get_object_or_404(bids, pk=number)
    bid.tender, bid.judged_at = tender, clock.now()
    return tender, bid


def bid_page(tender, bid):
    return reverse("evaluation-bid", args=[tender.pk, bid.pk])


@login_required
def evaluation_bid(request, pk, number):
    """One bid before the committee: what was presented, my sheet, the others', what was decided together."""
    tender, bid = one_bid(request, pk, number)
    if not (judges(request, tender) or holds(request, "keep_minutes", tender)):
        raise Http404
    criteria, at = criteria_of(tender), clock.now()
    own = bid.sheets.filter(member=request.user).first()
    form = forms.SheetForm(criteria, request.POST or None, saved=own.answers if own else None)
    if request.method == "POST":
        require(request, "evaluate_bids", tender)
        if saved := save(request, form, bid):
            messages.success(
                request, _("Your sheet is saved. You may change it until the committee decides.")
            )
            return redirect(bid_page(tender, saved.bid))
    decisions = standing_decisions(bid)
    sheets = list(bid.sheets.select_related("member"))
    answered = list(own.answers) if own else []
    shown = {
        "bid": bid,
        "form": form,
        "own": own,
        "judges": judges(request, tender),
        "open": bid.state in ("opened", "observed"),
        "unanswered": [each for each in criteria if each.key not in answered],
        "saved": len(sheets),
        "seats": committee.sitting(tender, at),
        "criteria": [of_criterion(tender, each, decisions, sheets if own else []) for each in criteria],
        "form_values": content.known((bid.first_envelope().content or {}).get("form", {})),
        "documents": (bid.first_envelope().content or {}).get("documents", []),
        "files": files_of(bid),
        "reserved": bid.envelopes.filter(stage=1, part="reserved", status="presented").first(),
        "steps": steps_of(tender, bid, request.user, at),
        "defects": bid.defects.select_related("document"),
        "second": bid.standing_envelopes().filter(stage=2).last(),
    }
    return page(request, "bids/evaluation_bid.html", tender, **shown)


def save(request, form, bid):
    """Save a sheet whose answers are whole; a refusal becomes an error of the form."""
    if not form.is_valid():
        return None
    try:
        return evaluation.save_sheet(bid, answers=form.answers(), by=request.user)
    except workflow.Blocked as blocked:
        form.add_error(None, blocked)
        form.refusals = blocked.refusals
        return None


def asked(tender, criterion):
    """Return what the terms ask for a criterion: (label, value in words)."""
    found = []
    for key in criterion.asks:
        held = value(tender, key)
        if held is not None:
            found.append((_(parameters.PARAMETERS[key].label), parameters.format(key, held, _)))
    return found


def of_criterion(tender, criterion, decisions, sheets):
    sheets = [
        (sheet.member, sheet.answers[criterion.key]) for sheet in sheets if criterion.key in sheet.answers
    ]
    return {
        "criterion": criterion,
        "label": _(criterion.label),
        "rule": _(criterion.rule),
        "asks": asked(tender, criterion),
        "decision": decisions.get(criterion.key),
        "sheets": sheets,
    }


def files_of(bid):
    return [
        file
        for envelope in bid.envelopes.filter(stage=1, status="open").prefetch_related("files")
        for file in envelope.files.all()
    ]


def steps_of(tender, bid, user, at):
    """Return the steps of the bid that this user may take, each with what blocks it, by name."""
    tender.judged_at = at
    return {
        step.name: step._replace(refusals=located(step.refusals, tender))
        for step in workflow.actions(bid, user, at=at)
    }


def in_words(member, answer):
    """Return what one member found, in a line: finding, points, reason."""
    finding = Sheet.Finding(answer["finding"]).label
    said = [str(each) for each in (finding, answer.get("points"), answer["reason"]) if each]
    return f"{member}: {' · '.join(said)}"


@login_required
def evaluation_decide(request, pk, number, criterion):
    """Decide one criterion together, with the sheets of all beside it."""
    tender, bid = one_bid(request, pk, number)
    require(request, "evaluate_bids", tender)
    found = next((each for each in criteria_of(tender) if each.key == criterion), None)
    if found is None:
        raise Http404
    row = of_criterion(tender, found, {}, evaluation.sheets_for(bid, request.user))
    said = [in_words(member, answer) for member, answer in row["sheets"]]
    return ask(
        request,
        tender,
        forms.DecisionForm(found, request.POST or None),
        lambda bid, **told: evaluation.decide(bid, criterion=criterion, **told),
        bid,
        title=_("%(criterion)s: %(bidder)s") % {"criterion": row["label"].capitalize(), "bidder": bid},
        intro=" · ".join(f"{label}: {text}" for label, text in row["asks"]),
        quoted="\n".join(said),
        consequence=_("One criterion that fails is enough not to be admitted. The reason is published."),
        button=_("Record the decision"),
        done=_("The decision is recorded."),
        to=f"{bid_page(tender, bid)}#c-{criterion}",
    )


@require_POST
@login_required
def evaluation_qualify(request, pk, number):
    tender, bid = one_bid(request, pk, number)
    return attempt(request, evaluation.qualify, bid, done=_("The bid qualifies."), to=bid_page(tender, bid))


@login_required
def evaluation_exclude(request, pk, number):
    """Do not admit a bid, with the reason that the bidder will read."""
    tender, bid = one_bid(request, pk, number)
    require(request, "evaluate_bids", tender)
    failed = bid.decisions.filter(superseded_at=None, meets=False).exclude(criterion="local")
    reasons = "\n".join(f"{_(KNOWN[each.criterion].label).capitalize()}: {each.reason}" for each in failed)
    return ask(
        request,
        tender,
        forms.ExcludeForm(request.POST or None, initial={"reason": reasons}),
        evaluation.exclude,
        bid,
        title=_("Do not admit: %(bidder)s") % {"bidder": bid},
        intro=_("Give the clause, what was asked, what was found, and which paper was looked at."),
        consequence=_("Envelope 2 is never opened: it goes back closed."),
        button=_("Do not admit"),
        done=_("The bid is not admitted."),
        to=bid_page(tender, bid),
    )


# Defects


@login_required
def evaluation_observe(request, pk, number, criterion):
    """Ask the bidder to complete something, within the term of the terms."""
    tender, bid = one_bid(request, pk, number)
    require(request, "evaluate_bids", tender)
    return ask(
        request,
        tender,
        forms.DefectForm(request.POST or None),
        lambda bid, **told: defects.observe(bid, criterion=criterion, **told),
        bid,
        title=_("Ask to complete: %(bidder)s") % {"bidder": bid},
        intro=_("The bidder is told at once, with the day until when it may answer."),
        button=_("Ask for it"),
        done=_("The bidder has been told."),
        to=bid_page(tender, bid),
    )


def one_defect(request, pk, number):
    tender = visible_tender(request, pk)
    defect = get_object_or_404(Defect.objects.select_related("bid__bidder"), tender=tender, pk=number)
    defect.tender = defect.bid.tender = tender
    return tender, defect


@login_required
def defect_answer(request, pk, number):
    """Complete what was asked, as the bidder; the desk does it for one without account."""
    tender, defect = one_defect(request, pk, number)
    if defect.bid.bidder.account_id != request.user.pk:
        require(request, "receive_paper", tender)
    return ask(
        request,
        tender,
        forms.AnswerForm(request.POST or None, request.FILES or None),
        defects.answer,
        defect,
        title=_("Complete what was asked"),
        quoted=defect.text,
        intro=_("Send only what is asked. It proves what you declared, and changes nothing of your bid."),
        button=_("Send it"),
        done=_("The committee has it, with the hour."),
        to=evaluation.page(tender),
    )


@login_required
def defect_settle(request, pk, number):
    """Accept what completes a defect, or not."""
    tender, defect = one_defect(request, pk, number)
    require(request, "evaluate_bids", tender)
    return ask(
        request,
        tender,
        forms.SettleForm(request.POST or None),
        defects.settle,
        defect,
        title=_("Does it complete the bid?"),
        quoted=f"{defect.text}\n{defect.answer}",
        button=_("Record the decision"),
        done=_("The decision is recorded."),
        to=bid_page(tender, defect.bid),
    )


@require_POST
@login_required
def defect_extend(request, pk, number):
    tender, defect = one_defect(request, pk, number)
    done = _("The term is longer, once.")
    return attempt(request, defects.extend, defect, done=done, to=bid_page(tender, defect.bid))


# The result of envelope 1


@require_POST
@login_required
def first_result_publish(request, pk):
    tender = visible_tender(request, pk)
    done = _("The result is published, and every bidder has been told.")
    return attempt(request, first_result.publish, tender, done=done, to=evaluation.page(tender))


@login_required
def envelopes_return(request, pk, number):
    """Give back what stayed shut, as the secretary."""
    tender, bid = one_bid(request, pk, number)
    require(request, "return_envelopes", tender)
    return ask(
        request,
        tender,
        forms.ReturnForm(request.POST or None),
        first_result.return_envelopes,
        bid,
        title=_("Return envelope 2, closed: %(bidder)s") % {"bidder": bid},
        intro=_("It was never opened: its fingerprint is the one of the receipt."),
        button=_("Record the return"),
        done=_("The return is recorded, with its minutes."),
        to=evaluation.page(tender),
    )
