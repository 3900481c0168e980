"""The three meetings: what everybody sees, and what committee and secretary enter (rules 43-50)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procurement import clock, roles, workflow
from procurement.forms import meetings as forms
from procurement.forms.queries import CaptureForm
from procurement.models import Attendance
from procurement.places import Located, locate
from procurement.services import meetings, queries
from procurement.views.base import attempt, page, try_form, visible_tender

PER_PAGE = 50
# The page of each step, in the order in which they come.
STEPS = {
    "convene": "meeting-convene",
    "hold": "meeting-hold",
    "miss": "meeting-miss",
    "close": "meeting-close",
    "reschedule": "meeting-reschedule",
    "skip": "meeting-skip",
}
ONWARD = ["convene", "hold", "close"]
ASKED_THERE = {"meeting.convocation.place-missing"}  # the page of the step asks for it
SETTLED_AT = {
    "meeting.account.missing": "meeting-report",
    "meeting.agenda.incomplete": "meeting-report",
    "meeting.attendance.empty": "meeting-attendance",
    "meeting.closure.jvs-unproved": "meeting-attendance",
    "meeting.convocation.date-moved": "meeting-reschedule",
    "meeting.convocation.date-passed": "meeting-skip",
    "meeting.invitation.jvs-missing": "meeting-invite",
}


def one(request, pk, number, codename=""):
    """Return a meeting of a tender that the user may see, for whoever holds `codename`."""
    tender = visible_tender(request, pk)
    if codename:
        roles.require(request.user, codename, tender, clock.now())
    meeting = get_object_or_404(tender.meetings.select_related("minutes"), pk=number)
    meeting.tender = tender
    return meeting


def meeting_list(request, pk):
    """The meetings of a call: when, where, what for, and what became of each."""
    tender = visible_tender(request, pk)
    found = tender.meetings.current() if tender.announced_at else []
    rows = [(each, meetings.count(each) if each.state == "closed" else {}) for each in found]
    coming = next((each for each, _counted in rows if each.state not in [*each.OVER, "held"]), None)
    return page(request, "procurement/meeting_list.html", tender, rows=rows, coming=coming)


def meeting_detail(request, pk, number):
    """One meeting: for everybody date, place and what came of it; for who keeps it, what to do next."""
    meeting = one(request, pk, number)
    user, at = request.user, clock.now()
    steps = workflow.actions(meeting, user, at=at) if user.is_authenticated else []
    open_list = meeting.state in ("convened", "held") and meeting.convened_for <= at
    shown = {
        "meeting": meeting,
        "number": meeting.number,
        "onward": [named(step, meeting) for step in steps if step.name in ONWARD],
        "others": [named(step, meeting) for step in steps if step.name not in ONWARD and not step.blocked],
        "keeps": may(user, "keep_minutes", meeting, at),
        "convenes": may(user, "convene_meeting", meeting, at),
        "may_enter": open_list,
        "counted": meetings.count(meeting),
        "sectors": meetings.by_sector(meeting),
        "invitations": meeting.invitations.all(),
        "questions": meeting.questions.all() if meeting.state == "closed" else [],
        "came": meeting.attendances.count(),
        "spoken": meeting.queries.all(),
    }
    return page(request, "procurement/meeting_detail.html", meeting.tender, **shown)


def may(user, codename, meeting, at):
    return user.is_authenticated and roles.holds(user, codename, meeting.tender, at)


def named(step, meeting):
    """Return a step with the name of its page and the places where its reasons are removed."""
    against = [settled_at(reason, meeting) for reason in step.refusals if reason.code not in ASKED_THERE]
    shown = {"step": step, "url": STEPS[step.name], "against": against, "kind": "stop" if against else ""}
    return shown | {"until": None if step.name == "close" else meeting.date}


def settled_at(reason, meeting):
    """Return a reason against a step of a meeting with the page of this meeting that takes it away."""
    if reason.code == "meeting.closure.oral-queries-open":
        return Located(reason, f"{meeting.get_absolute_url()}#spoken")
    page_name = SETTLED_AT.get(reason.code)
    if page_name:
        return Located(reason, reverse(page_name, args=[meeting.tender_id, meeting.pk]))
    return locate(reason, meeting.tender)


def ask(request, meeting, form, verb, *, done, title, button, intro="", to=None):
    """Ask one thing about a meeting, do it, and go back to its page."""
    if request.method == "POST" and try_form(form, verb, meeting, by=request.user):
        messages.success(request, done)
        return redirect(to or meeting)
    shown = {"meeting": meeting, "form": form, "title": title, "button": button, "intro": intro}
    return page(request, "procurement/meeting_form.html", meeting.tender, **shown)


# Before the meeting


@login_required
def meeting_invite(request, pk, number):
    meeting = one(request, pk, number, "convene_meeting")
    title = _("Invitations: %(meeting)s") % {"meeting": meeting}
    form = forms.InvitationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and try_form(form, meetings.invite, meeting, by=request.user):
        messages.success(request, _("The invitation is noted. Enter the next one, or go back."))
        return redirect("meeting-invite", pk, number)
    shown = {"meeting": meeting, "form": form, "title": title, "invitations": meeting.invitations.all()}
    return page(request, "procurement/meeting_invite.html", meeting.tender, **shown)


@login_required
def meeting_convene(request, pk, number):
    meeting = one(request, pk, number, "convene_meeting")
    return ask(
        request,
        meeting,
        forms.PlaceForm(request.POST or None, initial={"place": meeting.place}),
        meetings.convene,
        title=_("Convene: %(meeting)s") % {"meeting": meeting},
        button=_("Convene the meeting"),
        intro=_("Every buyer is told at once. Others you invite yourself, with a proof."),
        done=_("The meeting is convened and every buyer has been told."),
    )


@login_required
def meeting_reschedule(request, pk, number):
    """Put it on another date, or follow the date that a postponement has moved."""
    meeting = one(request, pk, number, "convene_meeting")
    form_class = forms.ReasonForm if meeting.date_moved else forms.RescheduleForm
    return ask(
        request,
        meeting,
        form_class(request.POST or None),
        meetings.reschedule,
        title=_("Another date: %(meeting)s") % {"meeting": meeting},
        button=_("Put it on that date"),
        intro=_("It leaves minutes. Afterwards you convene it anew."),
        done=_("The date is changed. Convene the meeting anew."),
    )


@login_required
def meeting_skip(request, pk, number):
    meeting = one(request, pk, number, "convene_meeting")
    return ask(
        request,
        meeting,
        forms.ReasonForm(request.POST or None),
        meetings.skip,
        title=_("Leave out: %(meeting)s") % {"meeting": meeting},
        button=_("Leave the meeting out"),
        intro=_("Three meetings are the rule. Leaving one out is published with its reason."),
        done=_("The meeting is left out, and everybody has been told why."),
    )


# At the meeting


@login_required
def meeting_attendance(request, pk, number):
    """Enter who comes, one after the other; the list is for whoever keeps it."""
    meeting = one(request, pk, number, "keep_minutes")
    kept = request.session.get(f"door-{number}", {})
    form = forms.AttendanceForm(meeting, request.POST or None, initial=kept)
    if request.method == "POST" and (came := try_form(form, meetings.attend, meeting, by=request.user)):
        same = {"sector": came.sector, "sex": came.sex, "capacity": came.capacity}
        request.session[f"door-{number}"] = same
        messages.success(request, _("%(name)s is on the list.") % {"name": came.name})
        return redirect("meeting-attendance", pk, number)
    found = meeting.attendances.select_related("sale").order_by("-pk")
    listed = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = {"meeting": meeting, "form": form, "page": listed, "counted": meetings.count(meeting)}
    return page(request, "procurement/meeting_attendance.html", meeting.tender, **shown)


@require_POST
@login_required
def attendance_strike(request, pk, number, person):
    meeting = one(request, pk, number, "keep_minutes")
    came = get_object_or_404(Attendance, meeting=meeting, pk=person)
    to = redirect("meeting-attendance", pk, number).url
    return attempt(request, meetings.strike, came, done=_("Taken off the list."), to=to)


@login_required
def meeting_question(request, pk, number):
    meeting = one(request, pk, number, "keep_minutes")
    return ask(
        request,
        meeting,
        forms.QuestionForm(request.POST or None),
        meetings.note_question,
        title=_("A question and its answer"),
        button=_("Note it"),
        intro=_("It joins the minutes, without saying who asked."),
        done=_("Noted."),
    )


@login_required
def meeting_query(request, pk, number):
    """Write down a query as it is asked aloud."""
    meeting = one(request, pk, number, "register_query")
    return ask(
        request,
        meeting,
        CaptureForm(meeting, request.POST or None),
        queries.capture,
        title=_("A spoken query"),
        button=_("Write it down"),
        intro=_("Everything that is asked gets a number and a written answer to all."),
        done=_("Written down. Read it back and number it."),
    )


@require_POST
@login_required
def meeting_hold(request, pk, number):
    meeting = one(request, pk, number, "keep_minutes")
    return attempt(request, meetings.hold, meeting, done=_("The meeting is recorded. Write what was told."))


@require_POST
@login_required
def meeting_miss(request, pk, number):
    meeting = one(request, pk, number, "keep_minutes")
    return attempt(request, meetings.miss, meeting, done=_("The minutes say that nobody came."))


@login_required
def meeting_report(request, pk, number):
    meeting = one(request, pk, number, "keep_minutes")
    known = {"account": meeting.account, "topics": meeting.topics}
    return ask(
        request,
        meeting,
        forms.ReportForm(meeting, request.POST or None, initial=known),
        meetings.report,
        title=_("What was told: %(meeting)s") % {"meeting": meeting},
        button=_("Keep it"),
        done=_("Kept. Close the minutes when everything is in them."),
    )


@require_POST
@login_required
def meeting_close(request, pk, number):
    meeting = one(request, pk, number, "keep_minutes")
    return attempt(request, meetings.close, meeting, done=_("The minutes are closed and published."))
