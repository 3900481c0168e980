"""The dates of a call, month by month, to print; the same, and one's own, for the calendar of a telephone."""

from itertools import groupby

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement import clock, feeds
from procurement.services import delivery
from procurement.views.base import page, visible_tender


def months_of(entries):
    """Return [(first day of a month, its entries)], in order."""
    return [(month, list(found)) for month, found in groupby(entries, lambda entry: entry.day.replace(day=1))]


def calendar(request, pk):
    """Every public date of a call, month by month: made to be printed for the notice board."""
    tender = visible_tender(request, pk)
    at = clock.now()
    found = feeds.of([tender], None, at)
    ahead = [entry for entry in found if entry.is_ahead(at)]
    address = f"{settings.ADDRESS}{reverse('calendar-ics', args=[pk])}"
    shown = {"months": months_of(found), "first": next(iter(ahead), None), "address": address}
    return page(request, "procurement/calendar.html", tender, **shown)


def answer(name, entries, at):
    response = HttpResponse(feeds.ics(name, entries, at), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="convoca.ics"'
    return response


def calendar_ics(request, pk):
    """The dates of one call for whoever subscribes to them."""
    tender, at = visible_tender(request, pk), clock.now()
    return answer(f"Convoca {tender.number} {tender.town}", feeds.of([tender], None, at), at)


def my_calendar(request, key):
    """The dates of one person; the address itself is the secret, because a telephone does not sign in."""
    user, at = delivery.owner_of(key), clock.now()
    if user is None:
        raise Http404
    response = answer(_("My dates in Convoca"), feeds.of(feeds.tenders_of(user, at), user, at), at)
    response["Cache-Control"] = "private, no-store"
    return response
