"""One person's work over all their tenders, and their shelf."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from procurement import clock, roles, tasks, whereabouts, workflow
from procurement.models import Tender, TermsSale
from procurement.roles import Role
from procurement.services import accounts, notices, people

PER_PAGE = 25
OVER = Q(state__in=[Tender.State.DESERTED, Tender.State.CANCELLED, Tender.State.WITHDRAWN])
OVER |= Q(contracts__closed_on__isnull=False)  # a final award is followed by a contract that somebody keeps


def roles_by_tender(mine, tenders):
    """Return {pk of a tender: the roles held on it}, from the appointments that the user holds."""
    by_office, on_it = {}, {}
    for appointment in mine:
        kept = on_it if appointment.tender_id else by_office
        kept.setdefault(appointment.tender_id or appointment.municipality_id, []).append(appointment.role)
    return {
        tender.pk: by_office.get(tender.municipality_id, []) + on_it.get(tender.pk, []) for tender in tenders
    }


def blockers(tender, task, user, at):
    """Return what stops the first step; only for one tender, because every guard may ask the database."""
    steps = [step for step in workflow.actions(tender, user, at=at) if step.label == task.title]
    return [refusal for step in steps for refusal in step.refusals] or list(task.refusals)


def first_task(rows):
    """Return (tender, task) with the nearest date, then any; None where nothing waits."""
    waiting = [(tender, task) for tender, _roles, todo in rows for task in todo]
    waiting.sort(key=lambda pair: (pair[1].until is None, pair[1].until or clock.now()))
    return waiting[0] if waiting else None


@login_required
def work(request):
    """Every tender on which the user holds a role, what waits there, and the messages not read yet."""
    user, at = request.user, clock.now()
    under_way = tasks.worked_on_by(user, at).exclude(OVER)
    listed = Paginator(under_way, PER_PAGE).get_page(request.GET.get("page"))
    tenders = whereabouts.mark(listed)
    mine = list(roles.held(user, at).select_related("group", "municipality"))
    held, todo = roles_by_tender(mine, tenders), tasks.of(tenders, user, at)
    rows = [(tender, held[tender.pk], todo[tender.pk]) for tender in tenders]
    bought = list(TermsSale.objects.live().of(user).select_related("tender__town", "tender__schedule"))
    of_buyers = tasks.of([each.tender for each in bought], user, at)
    purchases = [(each, of_buyers[each.tender_id]) for each in reversed(bought)]
    first = first_task(rows + [(each.tender, [], todo) for each, todo in purchases])
    shown = {
        "at": at,
        "page": listed,
        "rows": rows,
        "first": first,
        "blockers": blockers(*first, user, at) if first else None,
        "over": whereabouts.mark(tasks.worked_on_by(user, at).filter(OVER)),
        "purchases": purchases,
        "unread": notices.unread(user).count(),
        "resets": accounts.resets_for(user, at).exclude(proposed_by=user),
        "offices": [each for each in mine if not each.tender_id],
    }
    appointers = people.RESERVED_TO_THE_MAYOR
    shown["towns"] = [each.municipality for each in shown["offices"] if each.role in appointers]
    shown["managed"] = [each.municipality for each in shown["offices"] if each.role == Role.MANAGER]
    shown["is_host"] = Role.HOST in [each.role for each in shown["offices"]]
    return render(request, "procurement/work.html", shown)


@login_required
def shelf(request):
    """The messages of one person, the latest first."""
    found = request.user.notices.select_related("tender")
    listed = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    unread = notices.unread(request.user).count()
    return render(request, "procurement/shelf.html", {"page": listed, "unread": unread, "at": clock.now()})


@login_required
def shelf_message(request, pk):
    """One message; what it says is shown once the person has asked for it, and the hour is kept."""
    notice = get_object_or_404(request.user.notices.select_related("tender__town"), pk=pk)
    shown = {"notice": notice, "pasted": notices.pasted(notice)}
    return render(request, "procurement/shelf_message.html", shown)


@require_POST
@login_required
def shelf_read(request, pk):
    """Open a message: from now on it is proved that it was read, and when (decision 9)."""
    notice = get_object_or_404(request.user.notices, pk=pk)
    notices.read(notice, at=clock.now())
    return redirect("shelf-message", pk)
