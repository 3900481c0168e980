"""What everybody may see, without an account."""

from django.core.paginator import Paginator
from django.db import DatabaseError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render

from procurement import clock, whereabouts
from procurement.models import Event, Log, Tender

PER_PAGE = 20
OPEN = [Tender.State.ANNOUNCED, Tender.State.INTEGRATED]
UNDER_WAY = [Tender.State.CLOSED, Tender.State.EVALUATING, Tender.State.AWARDED]
DONE = [Tender.State.CONSENTED]
GROUPS = {"open": OPEN, "under-way": UNDER_WAY, "done": DONE}
GROUPS["given-up"] = [state for state in Tender.State if state not in OPEN + UNDER_WAY + DONE]
LOOKS = {"open": "open", "under-way": "open", "done": "done", "given-up": "refused"}


def group_of(tender):
    return next(name for name, states in GROUPS.items() if tender.state in states)


def next_date(tender, at):
    """Return the milestone that a call that still goes on waits for, or None."""
    schedule = getattr(tender, "schedule", None)
    return schedule.awaited(at) if schedule and tender.state in OPEN + UNDER_WAY else None


def search(tenders, words, group):
    """Keep the tenders whose town, region, title or number holds these words, and whose state fits."""
    for word in words.split():
        found = Q(title__icontains=word) | Q(town__name__icontains=word) | Q(ocid__icontains=word)
        found |= Q(municipality__name__icontains=word) | Q(municipality__department__icontains=word)
        tenders = tenders.filter(found)
    return tenders.filter(state__in=GROUPS[group]) if group in GROUPS else tenders


def on_the_map(tenders):
    """Return each town once, as the first of its calls stands."""
    found = {}
    for tender in tenders:
        town = tender.town
        found.setdefault(town.pk, (town.name, town.latitude, town.longitude, LOOKS[group_of(tender)]))
    return list(found.values())


def home(request):
    """All calls that were announced, those that receive bids first; search, and a map that says the same."""
    at = clock.now()
    public = Tender.objects.public().select_related("municipality", "town", "schedule")
    asked = {
        "q": request.GET.get("q", "").replace("\0", "").strip()[:100],
        "group": request.GET.get("group", ""),
    }
    found = search(public, asked["q"], asked["group"])
    found = found.alias(receives=Q(state__in=OPEN)).order_by("-receives", "-announced_at")
    found = found.prefetch_related("awards__bid__bidder", "awards__contract")
    listed = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    open_now = list(public.filter(state__in=OPEN).order_by("schedule__submission_deadline")[:3])
    rows = [(tender, next_date(tender, at)) for tender in whereabouts.mark(listed)]
    shown = {"at": at, "page": listed, "listed": rows, "open_now": open_now, "towns": on_the_map(listed)}
    shown |= asked
    shown["number_open"] = public.filter(state__in=OPEN).count()
    return render(request, "procurement/home.html", shown)


def is_well():
    """Whether every log has as many events as its head counts, and a root that can be computed."""
    counted = dict(Event.objects.values_list("log").annotate(Count("pk")).order_by())
    whole = [log.root and log.size == counted.pop(log.origin, 0) for log in Log.objects.all()]
    return all(whole) and not counted


def healthz(request):
    """Answer 200 when the database and the log are well, 503 when not."""
    try:
        well = is_well()
    except (DatabaseError, ValueError):
        well = False
    words, status = ("ok\n", 200) if well else ("not well\n", 503)
    return HttpResponse(words, content_type="text/plain", status=status)
