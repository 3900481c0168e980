"""Rehearsals: the page of the draft that starts and ends one, the way in, and the room of who rehearses."""

import json
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from contracts.rehearsal import cast, founding, helping, house, time
from procurement import agenda, clock, parameters, roles, workflow
from procurement.guards.custody import is_digital
from procurement.models import Appointment, Tender, User
from procurement.views.base import page, visible_tender

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SECONDS = "2"  # until the page that waits looks again


# On the page of the real call


def own_draft(request, pk):
    """Return a call of which this user may rehearse the draft; there are no rehearsals within a rehearsal."""
    tender = visible_tender(request, pk)
    if settings.REHEARSAL or not roles.holds(request.user, "change_tender", tender, clock.now()):
        raise Http404
    return tender


def rehearsal(request, pk):
    """Say what a rehearsal is; start it, go in, end it."""
    tender = own_draft(request, pk)
    may_begin = tender.announced_at is None and tender.ended_at is None
    if request.method == "POST":
        if request.POST.get("act") == "end":
            house.end(tender)
        elif may_begin and not house.exists(tender):
            house.begin(tender)
        return redirect("rehearsal", pk)
    exists, trouble = house.exists(tender), house.trouble(tender)
    is_ready = exists and house.answers(tender)
    shown = {"exists": exists, "is_ready": is_ready, "trouble": trouble, "may_begin": may_begin}
    shown |= lacking(tender)
    answer = page(request, "contracts/rehearsal.html", tender, **shown)
    if exists and not is_ready and not trouble:
        house.run(tender)
        answer["Refresh"] = SECONDS
    return answer


def lacking(tender):
    """Return what its rehearsal had to invent and the draft still does not say."""
    notes = house.learned(tender)
    missing = [key for key in notes.get("invented", []) if key not in tender.parameters]
    undated = bool(notes) and not notes["dated"] and not hasattr(tender, "schedule")
    return {"rehearsed": bool(notes), "missing": labels(missing), "undated": undated}


def labels(keys):
    return [_(parameters.PARAMETERS[key].label) for key in keys]


@csrf_exempt  # its own process looks for its own token
def rehearsal_inside(request, pk, path=""):
    """Hand the request on to the process of the rehearsal: nothing of it is decided or written here."""
    tender = own_draft(request, pk)
    found = house.ask(tender, request)
    if found is None:
        return redirect("rehearsal", pk)
    status, told, body = found
    answer = HttpResponse(body, status=status)
    for name, value in told:
        if name.lower() == "set-cookie":
            answer.cookies.load(value)
        elif name.lower() not in ("connection", "transfer-encoding", "server", "date"):
            answer[name] = value
    return answer


# Within the rehearsal


def rehearsing(view):
    """Show a page in a rehearsal alone."""

    @wraps(view)
    def shown(request):
        if not settings.REHEARSAL:
            raise Http404
        return view(request, Tender.objects.select_related("municipality", "town").get())

    return shown


def people(tender):
    """Return (what somebody does here, account) of everybody whose part can be taken."""
    held = Appointment.objects.select_related("user", "group").order_by("pk")
    found = [(roles.Role(each.group.name), each) for each in held]
    return [
        (
            str(each.get_position_display() or role.label) if role == roles.Role.COMMITTEE else role.label,
            each.user,
        )
        for role, each in found
        if role != roles.Role.HOST
    ]


def possible(acts, tender):
    """Return (key, label) of what can be tried now."""
    return [(key, label) for key, (label, _do, states) in acts.items() if tender.state in states]


@rehearsing
def rehearsal_room(request, tender):
    """Choose whose part to take, put the clock forward, let the invented bidders act."""
    at = clock.now()
    notes = json.loads(founding.NOTES.read_text(encoding="utf-8"))
    shown = {
        "first": agenda.first(agenda.of(tender, request.user, at)),
        "is_over": tender.state == tender.State.CONSENTED,
        "way_out": f"{settings.REHEARSAL.rpartition('/')[0]}/",
        "helps": possible(helping.ACTS, tender),
        "sheets": helping.sheets_to_read(tender),
        "people": people(tender),
        "players": cast.players(),
        "stops": list(enumerate(time.stops(tender, at))),
        "acts": possible(cast.ACTS, tender),
        "envelopes": [] if is_digital(tender) or not tender.announced_at else cast.envelopes(tender),
        "invented": labels(notes["invented"]),
        "dated": notes["dated"],
        "tender": tender,
        "at": at,
    }
    return render(request, "contracts/rehearsal_room.html", shown)


@require_POST
@rehearsing
def rehearsal_as(request, tender):
    """Take the part of somebody: in a rehearsal no account has a password."""
    login(request, get_object_or_404(User, dni=request.POST.get("dni")), backend=BACKEND)
    return redirect(tender)


@require_POST
@rehearsing
def rehearsal_clock(request, tender):
    """Put the clock forward: an hour, a day, or to a date of the call."""
    at, asked = clock.now(), request.POST.get("to", "")
    if asked in ("hour", "day"):
        time.put_forward(time.HOUR if asked == "hour" else time.DAY)
    else:
        side, _dash, number = asked.partition("-")
        ahead = dict(enumerate(time.stops(tender, at)))
        if not number.isdigit() or int(number) not in ahead:
            raise Http404
        _label, moment = ahead[int(number)]
        time.put_forward(moment - at + (-time.HOUR if side == "before" else time.JUST_AFTER))
    return redirect("rehearsal-room")


@require_POST
@rehearsing
def rehearsal_act(request, tender):
    """Let the invented bidders, or the people of the municipality, do one of their things."""
    label, act, _states = (cast.ACTS | helping.ACTS).get(request.POST.get("act"), (None, None, None))
    if act is None:
        raise Http404
    try:
        act(tender)
    except workflow.Blocked as blocked:
        for refusal in blocked.refusals:
            messages.error(request, str(refusal), extra_tags=refusal.code)
    else:
        messages.success(request, _("Done: %(act)s.") % {"act": label})
    return redirect("rehearsal-room")
