"""Papers as PDF: asked for on their page, drawn in the background, handed out to whoever may read them."""

from django.http import FileResponse, Http404
from django.shortcuts import redirect

from procurement import clock, printed
from procurement.background import progress_of
from procurement.services import printing as services
from procurement.views.base import page, visible_tender

SECONDS = "2"  # until the page that waits looks again
FAILED = "FAILED"


def asked_for(request, pk, kind, number):
    """Return the tender, the record and its paper as it stands now; asking makes it the first time."""
    tender = visible_tender(request, pk)
    if kind not in printed.PAPERS:
        raise Http404
    record = printed.PAPERS[kind].find(tender, number)
    if not printed.PAPERS[kind].may(record, request.user, clock.now()):
        raise Http404
    return tender, record, services.ask(tender, kind, number)


def paper(request, pk, kind, number):
    """Wait until the paper is drawn, then hand it out; it takes a moment the first time."""
    tender, record, found = asked_for(request, pk, kind, number)
    if found.drawn_at:
        return redirect("paper-pdf", pk, kind, number)
    state, _done, _total = progress_of(found.work) or (FAILED, 0, 0)
    shown = {"record": record, "failed": state == FAILED, "back": printed.PAPERS[kind].page(record)}
    answer = page(request, "procurement/paper.html", tender, **shown)
    if state != FAILED:
        answer["Refresh"] = SECONDS
    return answer


def paper_pdf(request, pk, kind, number):
    """Hand out the PDF of the paper as it stands now."""
    _tender, _record, found = asked_for(request, pk, kind, number)
    if not found.drawn_at:
        return redirect("paper", pk, kind, number)
    name = f"{printed.PAPERS[kind].name}-{number}.pdf"
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=name)
