"""What is due: the calendar of one call, and the dates of one person over all of theirs."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.shortcuts import render

from contracts import duties
from procurement import clock, roles, tasks
from procurement.models import Tender
from procurement.schedule import local_day
from procurement.views.base import page, visible_tender

FAR = timedelta(days=365)  # what lies further ahead is folded away


def looked_at(found, today):
    """Return the months with what is due in each, as (due, how its tag looks, days left)."""
    return [
        (month, [(due, due.look(today), (due.day - today).days) for due in of_month])
        for month, of_month in duties.by_month(found)
    ]


def calendar(found, at):
    """Return what the page shows: what is due first, the months of the coming year, and those after it."""
    today = local_day(at)
    near = [due for due in found if due.day <= today + FAR]
    first = duties.next_of(found, at)
    return {
        "first": first,
        "first_is_late": first is not None and first.day < today,
        "months": looked_at(near, today),
        "far": looked_at(found[len(near) :], today),
        "number_far": len(found) - len(near),
    }


def duty_list(request, pk):
    """The calendar of one call: what is due first, then month by month."""
    tender, at = visible_tender(request, pk), clock.now()
    mine = {tender.pk: roles.roles_on(tender, request.user, at)}
    found = duties.shown_to(duties.of([tender], at), request.user, mine)
    return page(request, "contracts/duty_list.html", tender, **calendar(found, at))


@login_required
def my_dates(request):
    """What is due of one person, over every call that they work on or operate."""
    user, at = request.user, clock.now()
    mine = list(tasks.worked_on_by(user, at)) + list(Tender.objects.filter(contracts__operator=user))
    tenders = list({tender.pk: tender for tender in mine}.values())
    held = duties.roles_held(user, tenders, at)
    found = [due for due in duties.of(tenders, at) if due.concerns(user, held.get(due.tender.pk, ()))]
    return render(request, "contracts/my_dates.html", calendar(found, at) | {"at": at})
