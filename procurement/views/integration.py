"""The integrated terms, and the tasks that lead to them: meetings, queries, circulars (rules 36, 43-50)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement import agenda, clock, roles, tasks
from procurement.forms.queries import PresentForm
from procurement.models import BidderMeeting, Query
from procurement.places import located
from procurement.services import circulars, tenders
from procurement.views.base import page, try_form, visible_tender
from procurement.views.changes import moved
from procurement.views.circulars import dates_with
from procurement.views.meetings import ASKED_THERE, settled_at
from procurement.views.tender import task
from procurement.workflow import here, refusals


@login_required
def tender_integrate(request, pk):
    """Integrate the terms: what stands against it, or who is present and the number of the tender."""
    tender = visible_tender(request, pk)
    at = clock.now()
    roles.require(request.user, "integrate_tender", tender, at)
    tender.judged_at = at
    against = located(tenders.reasons_against(tender, "integrate"), tender)
    form = PresentForm(tender, at, request.POST or None)
    if request.method == "POST" and try_form(form, circulars.integrate, tender, by=request.user):
        messages.success(request, _("The terms are integrated. Bids may be presented from now on."))
        return redirect("integration", pk)
    moves = circulars.proposed_integration(tender, at)
    before = tender.schedule.dates() if moves else None
    shown = {
        "against": against,
        "form": form,
        "rows": moved(before, dates_with(before, moves)) if moves else [],
        "circulars": tender.circulars.all(),
        "answered": tender.queries.answered().count(),
    }
    return page(request, "procurement/integrate.html", tender, **shown)


def integration(request, pk):
    """What changed from the first version of the terms to the one that counts now, line by line."""
    tender = visible_tender(request, pk)
    published = tender.terms.published()
    shown = {
        "first": circulars.first_version(tender),
        "last": published.last(),
        "rows": circulars.differences(tender),
        "circulars": tender.circulars.exclude(published_at=None),
        "minutes": tender.minutes.filter(kind="integration").last(),
    }
    return page(request, "procurement/integrated_terms.html", tender, **shown)


# The tasks of this part


def steps(tender, user, at):
    """The first two meetings, queries, circulars, the integration, the third meeting: in their order."""
    tender.judged_at = at
    planned = {each.number: each for each in tender.meetings.current()}
    yield meeting_step(tender, planned.get(1, 1), user, at)
    yield meeting_step(tender, planned.get(2, 2), user, at)
    yield queries_step(tender, user, at)
    yield circulars_step(tender, user, at)
    yield integration_step(tender, user, at)
    yield meeting_step(tender, planned.get(3, 3), user, at)


def meeting_step(tender, meeting, user, at):
    """What is to be done next about one meeting (a number: not planned yet), and what stands against it."""
    if not isinstance(meeting, BidderMeeting):
        note = _("It is planned with the announcement.")
        return agenda.Step(str(BidderMeeting.NAMES[meeting]), note=note, state="pending")
    meeting.tender, meeting.judged_at = tender, at
    onward = [rule for rule in here(meeting) if rule.name in ("convene", "hold", "close")]
    possible = onward and tender.state in (tender.State.ANNOUNCED, tender.State.INTEGRATED)
    awaited = meeting.state == "convened" and at < meeting.convened_for
    against = refusals(meeting, onward[0]) if possible and not awaited else []
    against = [settled_at(reason, meeting) for reason in against if reason.code not in ASKED_THERE]
    look = "done" if meeting.ended_at else "open" if awaited else "blocked" if against else "ready"
    mine = possible and not awaited and roles.holds(user, onward[0].permission.codename, tender, at)
    return agenda.Step(
        str(meeting),
        meeting.get_absolute_url(),
        note=f"{meeting.get_state_display()}.",
        who=_("Committee convenes, secretary keeps it"),
        until=None if meeting.ended_at else meeting.date,
        state=look if possible or meeting.ended_at else "pending",
        refusals=against,
        mine=bool(mine),
    )


def queries_step(tender, user, at):
    waiting = tender.queries.heads().filter(state__in=["received", "numbered"]).count()
    dated = getattr(tender, "schedule", None)
    is_open = tender.state == tender.State.ANNOUNCED and at < dated.query_deadline
    idle = "open" if is_open else "done" if tender.announced_at else "pending"
    note = ngettext("%(count)s query waits for an answer.", "%(count)s queries wait for an answer.", waiting)
    return task(
        tender,
        user,
        at,
        _("Queries"),
        "query-list",
        codename="draft_answer",
        readable=True,
        state="ready" if waiting else idle,
        note=note % {"count": waiting} if waiting else "",
        who=_("Committee and advisers draft, secretary keeps the register"),
        until=dated.query_deadline if is_open else None,
    )


def circulars_step(tender, user, at):
    waiting = tender.queries.heads().filter(state="drafted", circular=None).count()
    unsent = tender.circulars.filter(published_at=None).count()
    sent = tender.circulars.exclude(published_at=None).count()
    return task(
        tender,
        user,
        at,
        _("Circulars"),
        "circular-list",
        codename="publish_circular",
        readable=True,
        state="ready" if waiting or unsent else "done" if sent else "pending",
        note=ngettext("%(count)s sent.", "%(count)s sent.", sent) % {"count": sent},
        who=_("Committee"),
    )


def integration_step(tender, user, at):
    due = tender.state == tender.State.ANNOUNCED
    against = tenders.reasons_against(tender, "integrate") if due else []
    dated = getattr(tender, "schedule", None)
    early = due and at < dated.query_deadline
    look = "done" if tender.integrated_at and not due else "pending" if not due or early else ""
    return task(
        tender,
        user,
        at,
        _("Integrated terms"),
        "tender-integrate" if due else "integration",
        codename="integrate_tender",
        readable=not due,
        against=[] if early else against,
        state=look or ("blocked" if against else "ready"),
        who=_("Committee"),
        until=dated.integration if due else None,
    )


agenda.PARTS["inform"].append(steps)


def waiting_queries(tenders_shown, user, at):
    """Queries that wait for a draft, for those who may draft; in as many questions as there are kinds."""
    mine = {pk for pk, codename in tasks.granted(tenders_shown, user, at) if codename == "draft_answer"}
    waiting = Query.objects.heads().filter(tender__in=mine, state="numbered").values_list("tender", flat=True)
    counted = list(waiting)
    for tender in tenders_shown:
        if number := counted.count(tender.pk):
            title = ngettext(
                "%(count)s query waits for an answer", "%(count)s queries wait for an answer", number
            )
            url = reverse("query-list", args=[tender.pk])
            until = tender.schedule.integration
            yield tender, tasks.Task(title % {"count": number}, url, until)


tasks.SOURCES.append(waiting_queries)
