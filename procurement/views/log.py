"""The logs: what happened, in words and as leaves that anybody can hash again (decision 13)."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from procurement import chronicle, merkle
from procurement.log import INSTALLATION
from procurement.models import Event, Log
from procurement.views.base import page, visible_tender

PER_PAGE = 50


def shown(request, subject):
    """Return one page of the log of a subject, the latest first, and its head."""
    head = head_of(subject)
    events = chronicle.newest_first(subject).filter(index__lt=head.size)
    listed = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "page": listed,
        "entries": chronicle.told(listed),
        "head": head if head.size else None,
        "kept_back": chronicle.kept_back(subject) is not None,
    }


def head_of(subject):
    """Return the head of a log as far as it is shown; where it is kept back, the head that it had there."""
    head = Log.objects.filter(origin=subject.log_origin).first() or Log(origin=subject.log_origin)
    size = chronicle.kept_back(subject)
    if size is None or size >= head.size:
        return head
    shorter = Log(origin=head.origin, size=size)
    leaves = [event.leaf for event in Event.objects.of(subject).filter(index__lt=size).order_by("index")]
    shorter.edge = [node.hex() for node in merkle.edge_of(leaves)]
    return shorter


def tender_log(request, pk):
    tender = visible_tender(request, pk)
    return page(request, "procurement/log.html", tender, **shown(request, tender))


def installation_log(request):
    return render(request, "procurement/log.html", shown(request, INSTALLATION))


def as_json(subject):
    """Return a whole log: its head, and its leaves as the bytes that are hashed.

    The events are read up to the size of the head, so that root and leaves fit one another.
    """
    head = head_of(subject)
    events = Event.objects.of(subject).filter(index__lt=head.size)
    leaves = b",\n".join(event.leaf for event in events)
    opening = f'{{"log":"{head.origin}","size":{head.size},"root":"{head.root}","leaves":[\n'
    response = HttpResponse(opening.encode() + leaves + b"\n]}\n", content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def tender_log_json(request, pk):
    return as_json(visible_tender(request, pk))


def installation_log_json(request):
    return as_json(INSTALLATION)
