"""The pages of the award, of its consent, and of a call without winner."""

from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bids import scoring
from bids.barriers import CAUSES, DEMAND, SUPPLY
from bids.forms import award as forms
from bids.models import BarrierReport, Desertion
from bids.services import award, deserted
from bids.views.asking import ask, holds, require
from procurement import clock, workflow
from procurement.forms.call import ConfirmForm
from procurement.guards.award import award_of, next_in_rank, ranking_of
from procurement.models import Tender
from procurement.models.promotion import NoBidReason
from procurement.places import located
from procurement.services.tenders import reasons_against
from procurement.views.base import attempt, page, try_form, visible_tender


def against(tender, action):
    """Return what stands in the way of a step of the tender, with the page that removes each."""
    tender.judged_at = clock.now()
    return located(reasons_against(tender, action), tender)


def fallen(tender):
    """Return the awards that fell, because of an appeal or because the winner did not sign."""
    return tender.awards.exclude(ended_at=None).select_related("bid__bidder")


def award_detail(request, pk):
    """Who won, until when it may be appealed, and the next step of whoever looks."""
    tender = visible_tender(request, pk)
    found, at = award_of(tender), clock.now()
    tender.judged_at = at
    steps = {step.name: step for step in workflow.actions(tender, request.user, at=at)}
    shown = {"award": found, "earlier": fallen(tender), "ranking": ranking_of(tender)}
    for name in ("award", "consent", "pass_to_next", "declare_deserted"):
        step = steps.get(name)
        shown[f"step_{name}"] = step and step._replace(refusals=located(step.refusals, tender))
    if found:
        shown["words"] = scoring.words(found.percentage)
        shown["signing"] = found.consented_at and award.signing_deadline(tender, found.consented_at)
        shown["appeals"] = tender.appeals.all()
        shown["follower"] = next_in_rank(tender)
        shown["steps"] = deserted.steps(dict(deserted.reached(tender)))
    return page(request, "bids/award_detail.html", tender, **shown)


@login_required
def award_give(request, pk):
    """Announce the winner, with the number of the tender typed."""
    tender = visible_tender(request, pk)
    require(request, "award_tender", tender)
    ranking = ranking_of(tender)
    reasons = against(tender, "award")
    rows = ranking.body["rows"] if ranking else []
    form = ConfirmForm(tender, request.POST or None)
    if reasons:
        return page(request, "bids/award_blocked.html", tender, reasons=reasons)
    first = rows[0]
    said = {"bidder": first["name"], "score": first["published"], "percentage": first["percentage"]}
    return ask(
        request,
        tender,
        form,
        award.award,
        tender,
        title=_("Announce the award"),
        intro=_("%(bidder)s is first, with %(score)s points; it offers %(percentage)s %% for the fund.")
        % said,
        consequence=_(
            "It is published at once, every bidder is told, and the time to appeal begins. Only an appeal "
            "can undo it."
        ),
        confirm=True,
        button=_("Announce the award"),
        done=_("The award is announced."),
        to=award.page(tender),
    )


@require_POST
@login_required
def award_consent(request, pk):
    tender = visible_tender(request, pk)
    done = _("The award is final.")
    return attempt(request, award.consent, tender, done=done, to=award.page(tender))


@login_required
def award_next(request, pk):
    """Award to the next in rank, because the winner did not sign."""
    tender = visible_tender(request, pk)
    require(request, "award_tender", tender)
    follower = next_in_rank(tender)
    return ask(
        request,
        tender,
        forms.FallForm(request.POST or None),
        award.pass_to_next,
        tender,
        title=_("Award to the next in rank"),
        intro=_("%(bidder)s follows in the ranking.") % {"bidder": follower} if follower else "",
        consequence=_("The award of the winner falls, and the time to appeal begins again."),
        button=_("Award to the next in rank"),
        done=_("The award passed to the next in rank."),
        to=award.page(tender),
    )


# Without winner


def deserted_detail(request, pk):
    """Why a call ended without winner, with the way from invited to valid; or the step that declares it."""
    tender = visible_tender(request, pk)
    found = Desertion.objects.filter(tender=tender).first()
    report = BarrierReport.objects.filter(tender=tender).first()
    declares = holds(request, "declare_deserted", tender)
    shown = {"found": found, "report": report, "declares": declares}
    shown["next_call"] = Tender.objects.visible_to(request.user, clock.now()).filter(previous=tender).first()
    shown["may_begin"] = holds(request, "approve_tender", tender) and not hasattr(tender, "next_call")
    if found:
        shown["steps"] = deserted.steps(found.funnel)
    elif declares:
        shown["reasons"] = against(tender, "declare_deserted")
    return page(request, "bids/deserted_detail.html", tender, **shown)


@login_required
def deserted_declare(request, pk):
    """Declare the call deserted, as the committee."""
    tender = visible_tender(request, pk)
    require(request, "declare_deserted", tender)
    counts = [
        f"{label.capitalize()}: {count}" for label, count in deserted.steps(dict(deserted.funnel(tender)))
    ]
    return ask(
        request,
        tender,
        forms.DesertedForm(tender, request.POST or None),
        deserted.declare,
        tender,
        title=_("Declare the call deserted"),
        intro=deserted.cause_of(tender).label,
        quoted="\n".join(counts),
        consequence=_(
            "The call ends. Every buyer is asked why they did not bid; the report on barriers comes before a "
            "second call. The service goes on as until now."
        ),
        confirm=True,
        button=_("Declare it deserted"),
        done=_("The call is deserted. Ask the buyers, and write the report on barriers."),
        to=deserted.page(tender),
    )


def barrier_report(request, pk):
    """The report on what kept bidders away: figures, causes, proposal."""
    tender = visible_tender(request, pk)
    report = get_object_or_404(BarrierReport, tender=tender)
    shown = {
        "report": report,
        "steps": deserted.steps(report.figures["funnel"]),
        "reasons": reasons_in_words(report.figures["no_bid"]),
        "causes": [(CAUSES[key], text) for key, text in report.causes.items()],
        "guarantees": in_soles(report.figures["guarantees"]),
    }
    return page(request, "bids/barrier_report.html", tender, **shown)


def in_soles(rows):
    """Return the guarantees of a report with their amounts as numbers, for the page."""
    amounts = ("bond", "house_value", "annual_turnover")
    return [row | {name: Decimal(row[name]) for name in amounts} for row in rows]


def reasons_in_words(counts):
    return [(NoBidReason(key).label, count) for key, count in counts.items() if count]


@login_required
def barrier_write(request, pk):
    """Write the report: the figures stand beside the form, what was seen is typed."""
    tender = visible_tender(request, pk)
    require(request, "declare_deserted", tender)
    form = forms.ReportForm(request.POST or None)
    if request.method == "POST" and (report := try_report(request, form, tender)):
        return report
    numbers = deserted.figures(tender)
    shown = {
        "steps": deserted.steps(numbers["funnel"]),
        "reasons": reasons_in_words(numbers["no_bid"]),
        "guarantees": in_soles(numbers["guarantees"]),
        "parts": [form[name] for name in (*deserted.PARTS, "jvs_opinion")],
        "demand": [form[f"cause-{cause.key}"] for cause in DEMAND],
        "supply": [form[f"cause-{cause.key}"] for cause in SUPPLY],
    }
    return page(request, "bids/barrier_write.html", tender, form=form, **shown)


def try_report(request, form, tender):
    """Publish the report of a valid form and go to it; None where it was refused."""
    if not form.is_valid():
        return None
    form.cleaned_data = form.report()
    if not try_form(form, deserted.report, tender, by=request.user):
        return None
    return redirect(reverse("barrier-report", args=[tender.pk]))
