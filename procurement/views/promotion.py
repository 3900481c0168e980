"""Prospects, help, barriers and what the town was told (rules 2, 11, 33-41)."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procurement import clock, parameters, roles
from procurement.barriers import findings as measured
from procurement.forms import promotion as forms
from procurement.models import BarrierCheck, Prospect
from procurement.services import promotion, terms
from procurement.views.base import attempt, page, try_form, visible_tender

PER_PAGE = 25


def for_promoting(request, pk, codename="promote_tender"):
    """Return the tender for somebody who promotes it; 404 or 403 for anybody else."""
    tender = visible_tender(request, pk)
    roles.require(request.user, codename, tender, clock.now())
    return tender


def form_page(request, tender, template, form, verb, *arguments, done, to, **shown):
    """Ask one thing, note it, and go back to where it is listed."""
    if request.method == "POST" and try_form(form, verb, *arguments, by=request.user):
        messages.success(request, done)
        return redirect(*to)
    return page(request, template, tender, form=form, **shown)


@login_required
def prospects(request, pk):
    """Who may want to bid, by profile; which profiles have bid in towns of this size (rule 2)."""
    tender = for_promoting(request, pk)
    found = tender.prospects.annotate(times=Count("contacts"), last=Max("contacts__happened_on"))
    found = found.order_by("name", "pk")
    counted = dict(tender.prospects.values_list("profile").annotate(Count("pk")).order_by())
    suggested = [
        (profile.label, counted.get(profile.value, 0)) for profile in promotion.suggested(tender.town)
    ]
    shown = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "suggested": suggested,
        "invited": tender.contacts.filter(kind="invitation").values("prospect").distinct().count(),
        "out": tender.prospects.exclude(no_bid_reason="").count(),
    }
    return page(request, "procurement/prospect_list.html", tender, **shown)


@login_required
def prospect_add(request, pk):
    tender = for_promoting(request, pk)
    return form_page(
        request,
        tender,
        "procurement/prospect_add.html",
        forms.ProspectForm(request.POST or None),
        promotion.add_prospect,
        tender,
        done=_("Noted. Now invite them."),
        to=["prospects", pk],
    )


@login_required
def prospect_detail(request, pk, number):
    """One prospect: every contact, and the next one."""
    tender = for_promoting(request, pk)
    prospect = get_object_or_404(Prospect.objects.filter(tender=tender).select_related("tender"), pk=number)
    return form_page(
        request,
        tender,
        "procurement/prospect_detail.html",
        forms.ContactForm(request.POST or None),
        promotion.note_contact,
        prospect,
        done=_("The contact is noted."),
        to=["prospect", pk, number],
        prospect=prospect,
        contacts=prospect.contacts.select_related("by"),
    )


@login_required
def prospect_no_bid(request, pk, number):
    tender = for_promoting(request, pk)
    prospect = get_object_or_404(Prospect.objects.filter(tender=tender).select_related("tender"), pk=number)
    return form_page(
        request,
        tender,
        "procurement/prospect_no_bid.html",
        forms.ProspectNoBidForm(request.POST or None),
        promotion.note_no_bid,
        prospect,
        done=_("The reason is noted. It serves the barrier report."),
        to=["prospect", pk, number],
        prospect=prospect,
    )


# What everybody may read


def tender_communication(request, pk):
    """What the town was told, what was explained to whoever asked, and requests for more time."""
    tender = visible_tender(request, pk)
    at = clock.now()
    requests = tender.time_requests.all()
    questions = tender.public_questions.all()
    shown = {
        "answered": questions.exclude(answered_at=None),
        "unanswered": questions.filter(answered_at=None, set_aside=False),
        "told": tender.communications.select_related("proof"),
        "supports": tender.supports.filter(for_all=True),
        "requests": requests,
        "may_promote": roles.holds(request.user, "promote_tender", tender, at),
        "may_answer": roles.holds(request.user, "postpone_tender", tender, at),
    }
    return page(request, "procurement/prospect_communication.html", tender, **shown)


@login_required
def communication_add(request, pk):
    tender = for_promoting(request, pk)
    return form_page(
        request,
        tender,
        "procurement/prospect_note.html",
        forms.CommunicationForm(request.POST or None, request.FILES or None),
        promotion.communicate,
        tender,
        done=_("Noted; everybody can read it."),
        to=["tender-communication", pk],
        title=_("Note what the town was told"),
        intro=_("A notice on the door, a spot on the radio, an assembly. It is public."),
    )


@login_required
def support_add(request, pk):
    tender = for_promoting(request, pk)
    return form_page(
        request,
        tender,
        "procurement/prospect_note.html",
        forms.SupportForm(request.POST or None),
        promotion.give_support,
        tender,
        done=_("Noted. What is of use to all has gone to every buyer."),
        to=["tender-communication", pk],
        title=_("Note help that was given"),
        intro=_("What is told to one is told to all. Write what was explained, never to whom."),
    )


@login_required
def time_answer(request, pk, number):
    """Answer a buyer who asks for more time; the answer goes to all."""
    tender = for_promoting(request, pk, "postpone_tender")
    asked = get_object_or_404(tender.time_requests.select_related("tender"), pk=number)
    return form_page(
        request,
        tender,
        "procurement/prospect_note.html",
        forms.AnswerForm(request.POST or None),
        promotion.answer_time_request,
        asked,
        done=_("Every buyer has the answer."),
        to=["tender-communication", pk],
        title=_("Answer a request for more time"),
        intro=_("%(days)s calendar days more. Reason: %(reason)s")
        % {"days": asked.days, "reason": asked.reason},
    )


# Questions of neighbours


def question_ask(request, pk):
    """Ask as a neighbour, without account or name."""
    tender = visible_tender(request, pk)
    if request.method == "POST" and (too_often := ratelimit.consume_or_429(request, action="ask_in_public")):
        return too_often
    form = forms.QuestionForm(request.POST or None)
    if request.method == "POST" and try_form(form, promotion.ask_in_public, tender):
        messages.success(request, _("Your question is noted. The answer stands on this page, for everybody."))
        return redirect("tender-communication", pk)
    shown = {
        "form": form,
        "title": _("Ask about the call"),
        "intro": _("Anybody may ask. The committee answers every question here; it changes no terms."),
        "button": _("Send the question"),
    }
    return page(request, "procurement/prospect_note.html", tender, **shown)


@login_required
def question_answer(request, pk, number):
    """Answer a neighbour."""
    tender = for_promoting(request, pk)
    question = get_object_or_404(tender.public_questions.select_related("tender"), pk=number)
    return form_page(
        request,
        tender,
        "procurement/prospect_note.html",
        forms.PublicAnswerForm(request.POST or None),
        promotion.answer_in_public,
        question,
        done=_("Answered; everybody can read it."),
        to=["tender-communication", pk],
        title=_("Answer a neighbour"),
        intro=question.text,
        aside=question,
    )


@require_POST
@login_required
def question_set_aside(request, pk, number):
    """Leave out what is no question."""
    tender = for_promoting(request, pk)
    question = get_object_or_404(tender.public_questions.select_related("tender"), pk=number)
    back = reverse("tender-communication", args=[pk])
    return attempt(request, promotion.set_question_aside, question, done=_("Set aside; it is kept."), to=back)


# Barriers


@login_required
def barriers(request, pk):
    """The four known barriers, each looked at before the call (rule 39)."""
    tender = visible_tender(request, pk)
    found = {check.item: check for check in tender.barrier_checks.select_related("by")}
    rows = [(item, found.get(item.value), measured(tender, item.value)) for item in BarrierCheck.Item]
    may = roles.holds(request.user, "change_tender", tender, clock.now())
    return page(request, "procurement/prospect_barriers.html", tender, rows=rows, may=may)


ASKED = {  # what the terms ask where each barrier may stand
    BarrierCheck.Item.GUARANTEE: [
        "guarantees.bid.amount",
        "guarantees.performance.rule",
        "guarantees.performance.amount",
        "guarantees.performance.instruments",
        "town.house_value",
        "town.annual_turnover",
    ],
    BarrierCheck.Item.TECHNICAL: [
        "gate.experience_evidence",
        "team.minimum_members",
        "team.experience_required",
        "thresholds.technical",
    ],
    BarrierCheck.Item.ORIGIN: ["gate.origin", "gate.origin_definition", "gate.origin_evidence"],
    BarrierCheck.Item.TIME: ["preparation.minimum_days", "offer_validity_days"],
}


def stated_about(tender, item):
    """Return (label, value in words) of what the terms ask where this barrier may stand."""
    values = terms.held(tender) if tender.profile else {}
    known = [key for key in ASKED[item] if key in values]
    return [(parameters.PARAMETERS[key].label, parameters.format(key, values[key], gettext)) for key in known]


@login_required
def barrier_check(request, pk, item):
    tender = for_promoting(request, pk, "change_tender")
    if item not in BarrierCheck.Item.values:
        raise Http404
    found = tender.barrier_checks.filter(item=item).first()
    initial = (
        {"surmountable": "yes" if found.surmountable else "no", "finding": found.finding} if found else {}
    )
    return form_page(
        request,
        tender,
        "procurement/prospect_barrier.html",
        forms.BarrierForm(request.POST or None, initial=initial),
        lambda subject, **named: promotion.check_barrier(subject, item=item, **named),
        tender,
        done=_("Looked at."),
        to=["barriers", pk],
        item=BarrierCheck.Item(item),
        stated=stated_about(tender, item),
        findings=measured(tender, item),
    )
