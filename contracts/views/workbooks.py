"""Workbooks of the transfer: template, upload, how far the reading is, faults with their cells, export."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from contracts import sheets
from contracts.forms import transfer as forms
from contracts.services import workbooks as services
from contracts.views.transfer_items import one, sees, side
from procurement import clock
from procurement.background import progress_of
from procurement.views.base import page, try_form

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GIVEN_UP = "FAILED"


def with_sheet(request, pk, kind):
    """Return tender, item and the kind of its workbook, for the two sides alone."""
    tender, item, _mine = side(request, pk, kind)
    if not item.about.sheet:
        raise Http404
    return tender, item, sheets.SHEETS[item.about.sheet]


def handed_out(content, name):
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
def workbook_template(request, pk, kind):
    """Hand out the empty workbook."""
    _tender, _item, sheet = with_sheet(request, pk, kind)
    return handed_out(sheets.template(sheet), f"{sheet.key}-{pk}")


@login_required
def workbook_upload(request, pk, kind):
    """Take in a filled workbook; a worker reads it."""
    tender, item, sheet = with_sheet(request, pk, kind)
    form = forms.WorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        workbook = try_form(form, services.upload, item, by=request.user)
        if workbook:
            return redirect(workbook)
    shown = {"item": item, "sheet": sheet, "limit": f"{sheets.ROWS:,}"}
    return page(request, "contracts/workbook_upload.html", tender, form=form, **shown)


def uploaded(request, pk, kind, number):
    tender, item, sheet = with_sheet(request, pk, kind)
    workbook = get_object_or_404(item.workbooks.select_related("document", "uploaded_by"), pk=number)
    workbook.item, workbook.tender = item, tender
    return tender, item, workbook


def how_far(workbook):
    """Return (state, rows read, rows in all): waiting, reading, refused, imported or given-up."""
    if workbook.finished_at:
        return ("imported" if workbook.is_imported else "refused"), workbook.row_count, workbook.row_count
    state, done, total = progress_of(workbook.work) or (GIVEN_UP, 0, 0)
    named = {"RUNNING": "reading", GIVEN_UP: "given-up"}
    return named.get(state, "waiting"), done, total


def in_words(state, done, total):
    """Return what is under way, and how far it is; some workbooks do not say how many rows they have."""
    title = _("It is being read") if state == "reading" else _("It waits for its turn to be read")
    counted = {"done": f"{done:,}", "total": f"{total:,}"}
    if not done:
        return title, ""
    return title, (_("%(done)s of %(total)s rows read") if total else _("%(done)s rows read")) % counted


@login_required
def workbook_page(request, pk, kind, number):
    """How far the reading is; then its rows, or every fault with its cell."""
    tender, item, workbook = uploaded(request, pk, kind, number)
    state, done, total = how_far(workbook)
    title, words = in_words(state, done, total)
    shown = {"item": item, "workbook": workbook, "progress": state, "done": done, "total": total}
    shown |= {"progress_title": title, "words": words}
    return page(request, "contracts/workbook.html", tender, **shown)


@login_required
def workbook_progress(request, pk, kind, number):
    """The same as JSON, for the page that looks again and again."""
    _tender, _item, workbook = uploaded(request, pk, kind, number)
    state, done, total = how_far(workbook)
    title, words = in_words(state, done, total)
    return JsonResponse({"state": state, "done": done, "total": total, "title": title, "text": words})


@login_required
def workbook_export(request, pk, kind):
    """Hand out the rows that were taken over, as a workbook, to those whom they concern."""
    tender, item = one(request, pk, kind)
    if not item.about.sheet or item.workbook is None:
        raise Http404
    if not sees(item, request.user, clock.now()):
        raise PermissionDenied
    sheet = sheets.SHEETS[item.about.sheet]
    return handed_out(sheets.export(sheet, services.rows_of(item.workbook)), f"{sheet.key}-{tender.pk}")
