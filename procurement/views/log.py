"""The logs: what happened, in words and as leaves that anybody can hash again (decision 13)."""

import base64

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from procurement import chronicle, clock, log_key, merkle, proofs, roles
from procurement.log import INSTALLATION
from procurement.models import Event, Log
from procurement.services import checkpoints
from procurement.views.base import page, visible_tender
from procurement.workflow import Blocked

PER_PAGE = 50
PLAIN = "text/plain; charset=utf-8"
LARGEST = 1 << 62  # the database counts no further


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
    nodes = proofs.nodes_for(head.origin, [(0, size)])
    shorter = Log(origin=head.origin, size=size)
    shorter.edge = [nodes[each].hex() for each in merkle.nodes_of(0, size)]
    return shorter


def tender_log(request, pk):
    tender = visible_tender(request, pk)
    told = shown(request, tender)
    size = told["head"].size if told["head"] else 0
    told |= {
        "words": checkpoints.closing_words(tender),
        "cosigned": checkpoints.cosigned(tender).filter(checkpoint__size__lte=size)[:3],
        "may_witness": roles.holds(request.user, "observe_tender", tender, clock.now()),
    }
    return page(request, "procurement/log.html", tender, **told)


def installation_log(request):
    return render(request, "procurement/log.html", shown(request, INSTALLATION))


def for_all(response):
    """Let any page read what is open data."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


def subject_of(request, pk):
    """Return the log's subject: a tender that the user may see, or the installation where none is named."""
    return INSTALLATION if pk is None else visible_tender(request, pk)


def log_json(request, pk=None):
    """The whole log: its head, and its leaves as the bytes that are hashed.

    The events are read up to the size of the head, so that root and leaves fit one another.
    """
    subject = subject_of(request, pk)
    head = head_of(subject)
    events = Event.objects.of(subject).filter(index__lt=head.size)
    leaves = b",\n".join(event.leaf for event in events)
    opening = f'{{"log":"{head.origin}","size":{head.size},"root":"{head.root}","leaves":[\n'
    return for_all(HttpResponse(opening.encode() + leaves + b"\n]}\n", content_type="application/json"))


def receipt_check(request, pk):
    """Check a receipt in the visitor's own browser: the file is not sent anywhere."""
    tender = visible_tender(request, pk)
    return page(request, "procurement/receipt_check.html", tender, words=checkpoints.closing_words(tender))


# What anybody checks by machine


def number_in(request, name, default):
    """Return a whole number of the address, or 404: there is no such tree."""
    said = request.GET.get(name, str(default))
    if not said.isascii() or not said.isdecimal() or len(said) > 15:
        raise Http404
    return int(said)


def signing(view):
    """Answer 503 where the installation has no key to sign with."""

    def wrapped(request, pk=None, **named):
        subject = subject_of(request, pk)
        try:
            return for_all(view(request, subject, **named))
        except Blocked as blocked:
            words = "".join(f"{refusal.code}: {refusal}\n" for refusal in blocked.refusals)
            return HttpResponse(words, status=503, content_type=PLAIN)

    return wrapped


@signing
def checkpoint(request, subject, size=None):
    """The signed head of a log as far as it is shown, or an earlier one; with its cosignatures."""
    shown = checkpoints.shown_size(subject)
    if size is None:
        if not shown:
            raise Http404
        found = checkpoints.issue(subject, shown, at=clock.now())
    else:
        found = get_object_or_404(checkpoints.issued(subject), size=min(size, LARGEST))
        if size > shown:
            raise Http404
    return HttpResponse(checkpoints.note_of(found), content_type=PLAIN)


@signing
def inclusion(request, subject, index):
    """The proof that an event stands in the log: against its shown head, or an earlier signed one."""
    shown = checkpoints.shown_size(subject)
    size = number_in(request, "size", shown)
    signed = size == shown or checkpoints.issued(subject).filter(size=size).exists()
    if not index < size <= shown or not signed:
        raise Http404
    return JsonResponse(checkpoints.receipt(subject, index, size, at=clock.now()))


def consistency(request, pk=None):
    """The proof that a log begins with what it was at an earlier size."""
    subject = subject_of(request, pk)
    shown = checkpoints.shown_size(subject)
    old, size = number_in(request, "from", shown), number_in(request, "to", shown)
    if not 0 < old <= size <= shown:
        raise Http404
    path = proofs.consistency(subject.log_origin, old, size)
    told = {"log": subject.log_origin, "from": old, "to": size}
    return for_all(JsonResponse(told | {"proof": [base64.b64encode(each).decode() for each in path]}))


def keys(request):
    """Every key with which this installation signed its logs, and from when on; the last one still signs."""
    rows = [{"key": key, "from": at} for key, at in log_key.published()]
    return for_all(JsonResponse({"host": INSTALLATION.log_origin, "keys": rows}))
