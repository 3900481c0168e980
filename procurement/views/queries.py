"""Queries: asked by buyers, put in order by the secretary, answered in draft; public once a circular is
out.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procurement import clock, roles
from procurement.forms import queries as forms
from procurement.models import Query, TermsSale
from procurement.services import queries
from procurement.views.base import attempt, page, try_form, visible_tender

PER_PAGE = 25
ON_THE_REGISTER = ["register_query", "draft_answer", "publish_circular"]


def holds(request, codename, tender):
    return request.user.is_authenticated and roles.holds(request.user, codename, tender, clock.now())


def works_on_queries(request, tender):
    return any(holds(request, codename, tender) for codename in ON_THE_REGISTER)


def purchase_of(request, tender):
    """Return the user's own purchase of the terms, or None."""
    return TermsSale.objects.bought().filter(tender=tender).of(request.user).first()


def query_list(request, pk):
    """Everybody reads what circulars have answered; who works on it sees the register too."""
    tender = visible_tender(request, pk)
    works = works_on_queries(request, tender)
    found = tender.queries.heads() if works else tender.queries.answered().heads()
    found = found.select_related("circular").prefetch_related("equals").order_by("number", "pk")
    shown = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "works": works,
        "registers": holds(request, "register_query", tender),
        "drafts": holds(request, "draft_answer", tender),
        "publishes": holds(request, "publish_circular", tender),
        "purchase": purchase_of(request, tender),
        "waiting": tender.queries.heads().filter(state__in=["received", "numbered"]).count(),
        "drafted": tender.queries.heads().filter(state="drafted", circular=None).count(),
        "dated": getattr(tender, "schedule", None),
    }
    return page(request, "procurement/query_list.html", tender, **shown)


@login_required
def query_ask(request, pk):
    """A buyer's own queries, and the next one while there is time."""
    tender = visible_tender(request, pk)
    purchase = purchase_of(request, tender)
    if purchase is None:
        return redirect("sale-request", pk)
    form = forms.AskForm(request.POST or None)
    if request.method == "POST" and (asked := try_form(form, queries.ask, purchase, by=request.user)):
        messages.success(request, _("Your query has the number %(number)s.") % {"number": asked.number})
        return redirect("query-ask", pk)
    if any(each.code == "query.text.identifies-asker" for each in getattr(form, "refusals", [])):
        form.offer_to_hide()
    mine = tender.queries.of(request.user).select_related("circular", "same_as").order_by("-received_at")
    dated = tender.schedule
    shown = {"form": form, "mine": mine, "dated": dated, "over": clock.now() >= dated.query_deadline}
    shown["awaited"] = None if tender.integrated_at else dated.integration
    return page(request, "procurement/query_ask.html", tender, **shown)


@login_required
def query_enter(request, pk):
    """Enter a query that came on paper, with the hour at which the desk received it."""
    tender = visible_tender(request, pk)
    roles.require(request.user, "register_query", tender, clock.now())
    form = forms.EnterForm(tender, request.POST or None)
    if request.method == "POST" and (entered := try_form(form, queries.enter, by=request.user)):
        messages.success(request, _("Entered with the number %(number)s.") % {"number": entered.number})
        return redirect("query-list", pk)
    shown = {"title": _("A query on paper"), "button": _("Enter it"), "form": form}
    return page(request, "procurement/query_form.html", tender, **shown)


# One query


def one(request, pk, number, codename=""):
    """Return a query that this user may see: public, one's own, or one's work."""
    tender = visible_tender(request, pk)
    query = get_object_or_404(tender.queries.select_related("circular", "same_as", "meeting"), pk=number)
    query.tender = tender
    mine = request.user.is_authenticated and query.asker_id == request.user.pk
    public = query.head.state == Query.State.NOTIFIED
    if not (public or mine or works_on_queries(request, tender)):
        raise Http404
    if codename and not holds(request, codename, tender):
        raise PermissionDenied
    return query


def query_detail(request, pk, number):
    """One query: its words, its answer once it is public, and what may be done with it."""
    query = one(request, pk, number)
    tender = query.tender
    registers, drafts = holds(request, "register_query", tender), holds(request, "draft_answer", tender)
    waiting = query.state in ("received", "numbered", "drafted")
    mine = request.user.is_authenticated and query.asker_id == request.user.pk
    shown = {
        "query": query,
        "registers": registers and waiting,
        "drafts": drafts and query.state in ("numbered", "drafted") and query.same_as_id is None,
        "sees_draft": works_on_queries(request, tender),
        "original": query.original if (registers or mine) and query.redacted else "",
        "mine": mine,
        "public": query.head.state == Query.State.NOTIFIED,
    }
    return page(request, "procurement/query_detail.html", tender, **shown)


def ask(request, query, form, verb, *, done, title, button, intro="", template="query_form", **more):
    """Ask one thing about a query, do it, and go back to its page."""
    if request.method == "POST" and try_form(form, verb, query, by=request.user):
        messages.success(request, done)
        return redirect(query)
    shown = {"query": query, "form": form, "title": title, "button": button, "intro": intro} | more
    return page(request, f"procurement/{template}.html", query.tender, **shown)


@login_required
def query_answer(request, pk, number):
    query = one(request, pk, number, "draft_answer")
    change = query.changes[0] if query.changes else {}
    known = {"answer": query.answer, "changes_terms": bool(change), "clause": change.get("clause", "")}
    known |= {"new_text": change.get("text", ""), "parameter": change.get("parameter", "")}
    return ask(
        request,
        query,
        forms.AnswerForm(
            query.tender, request.POST or None, initial=known | {"value": change.get("value", "")}
        ),
        queries.draft_answer,
        title=_("Answer: %(query)s") % {"query": query},
        button=_("Keep the draft"),
        intro=_("A draft is read by the committee alone until its circular is sent."),
        done=_("The draft is kept. The committee puts it into a circular."),
        template="query_answer",
        changing=bool(change) or request.method == "POST",
    )


@login_required
def query_redact(request, pk, number):
    query = one(request, pk, number, "register_query")
    return ask(
        request,
        query,
        forms.RedactForm(request.POST or None, initial={"text": query.text}),
        queries.redact,
        title=_("Hide who asks: %(query)s") % {"query": query},
        button=_("Keep these words"),
        intro=_("What was written first stays, for you and for whoever asked."),
        done=_("These are the words that everybody will read."),
    )


@login_required
def query_merge(request, pk, number):
    query = one(request, pk, number, "register_query")
    return ask(
        request,
        query,
        forms.MergeForm(query, request.POST or None),
        queries.merge,
        title=_("Merge with an equal one: %(query)s") % {"query": query},
        button=_("Merge them"),
        intro=_("One answer serves both. Both numbers are kept."),
        done=_("Merged: one answer, both numbers."),
    )


@login_required
def query_reject(request, pk, number):
    query = one(request, pk, number, "register_query")
    return ask(
        request,
        query,
        forms.RejectForm(request.POST or None),
        queries.reject,
        title=_("Return the query with the reason"),
        button=_("Return it"),
        done=_("Returned with the reason."),
    )


@require_POST
@login_required
def query_number(request, pk, number):
    """Number a query that was asked aloud, and go back to the meeting that goes on."""
    query = one(request, pk, number, "register_query")
    return attempt(request, queries.number, query, done=_("It has its number."), to=query.meeting)


@require_POST
@login_required
def query_part(request, pk, number):
    query = one(request, pk, number, "register_query")
    return attempt(request, queries.part, query, done=_("It waits for an answer of its own again."))
