"""Papers as PDF: asked for on their page, drawn in the background, handed out to whoever may read them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from procurement import clock, printed
from procurement.background import progress_of
from procurement.forms.minutes import SheetForm, SignatureForm
from procurement.services import printing as services
from procurement.services import signatures
from procurement.views.base import page, try_form, visible_tender

SECONDS = "2"  # until the page that waits looks again
FAILED = "FAILED"
STAGES = [
    gettext_lazy("Step 1 of 3: what it says is gathered."),
    gettext_lazy("Step 2 of 3: its sheets are drawn."),
    gettext_lazy("Step 3 of 3: the file is kept."),
]


def readable(request, pk, kind, number):
    """Return the tender and the record of a paper that this user may read."""
    tender = visible_tender(request, pk)
    if kind not in printed.PAPERS:
        raise Http404
    record = printed.PAPERS[kind].find(tender, number)
    if not printed.PAPERS[kind].may(record, request.user, clock.now()):
        raise Http404
    return tender, record


def asked_for(request, pk, kind, number):
    """Return the tender, the record and its paper as it stands now; asking makes it the first time."""
    tender, record = readable(request, pk, kind, number)
    return tender, record, services.ask(tender, kind, number)


def paper(request, pk, kind, number):
    """Wait until the paper is drawn, then hand it out; it takes a moment the first time."""
    tender, record, found = asked_for(request, pk, kind, number)
    if found.drawn_at:
        return redirect("paper-pdf", pk, kind, number)
    state, done, stages = progress_of(found.work) or (FAILED, 0, 0)
    shown = {
        "record": record,
        "failed": state == FAILED,
        "stage": STAGES[done] if stages else "",
        "back": printed.PAPERS[kind].page(record),
    }
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


# Signed


@sensitive_post_parameters("passphrase")
def signed_list(request, pk, kind, number):
    """Show which signed papers were attached to a record, and take in another one."""
    tender, record = readable(request, pk, kind, number)
    may_sign = signatures.may_sign(request.user, kind, record, clock.now())
    if request.method == "POST" and not may_sign:
        raise PermissionDenied
    drawn, lines = signatures.present_printing(kind, record)
    scan, sign = forms_of(request, lines)
    about = {"by": request.user}
    done = try_form(scan, signatures.attach, tender, kind, number, **about) if scan.is_bound else None
    done = done or (try_form(sign, signatures.sign, tender, kind, number, **about) if sign.is_bound else None)
    if done:
        messages.success(request, _("The signed paper is kept. Everybody sees its fingerprint."))
        return redirect("paper-signed", pk, kind, number)
    shown = {
        "record": record,
        "kind": kind,
        "number": number,
        "back": printed.PAPERS[kind].page(record),
        "signed": [
            (each, signatures.may_open(each, request.user, clock.now()))
            for each in signatures.of(tender, kind, number)
        ],
        "drawn": drawn,
        "has_lines": bool(lines),
        "may_sign": may_sign,
        "scan_form": scan,
        "sign_form": sign,
    }
    return page(request, "procurement/paper_signed.html", tender, **shown)


def forms_of(request, lines):
    """Return both forms; the one whose button was pressed holds what was typed."""
    choices = [(place, ", ".join(filter(None, line))) for place, line in enumerate(lines)]
    sent = request.POST.get("how") if request.method == "POST" else ""
    typed = (request.POST, request.FILES)
    scan = SheetForm(*(typed if sent == "scan" else ()))
    return scan, SignatureForm(choices, *(typed if sent == "sign" else ()))


def signed_file(request, pk, kind, number, signed):
    """Hand out one signed paper to whoever reads what is reserved, and to who attached it."""
    tender, _record = readable(request, pk, kind, number)
    found = get_object_or_404(signatures.of(tender, kind, number), pk=signed)
    if not signatures.may_open(found, request.user, clock.now()):
        raise Http404
    file = found.document
    answer = FileResponse(file.file.open("rb"), as_attachment=True, filename=file.name)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer
