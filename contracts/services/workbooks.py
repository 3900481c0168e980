"""Workbooks of the transfer: uploaded, read in the background, kept whole or not at all (rules 107-112).

Reading 50,000 rows takes seconds: nothing is locked meanwhile. All rows are then written in one transaction.
"""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from contracts import sheets
from contracts.models import TransferItem, Workbook, WorkbookRow
from contracts.parties import actor
from contracts.services import transfer_items as items
from procurement.background import once, report_progress, task
from procurement.services import documents, notices
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, check, lock

KIND = "transfer-workbook"
RULES = _("rules 107, 109, 110, 112")
BATCH = 2000  # rows written by one statement
NO_WORKBOOK = Refusal("transfer.item.no-workbook", _("“%(item)s” has no workbook."), RULES)
PENDING = Refusal(
    "transfer.workbook.being-read",
    _("A workbook of “%(item)s” is being read. Wait until it has been."),
    _("domain.md §4.9"),
)
CLOSED = "sheet.item.settled"


@transaction.atomic
def upload(item, *, file, by):
    """Take in the workbook of an item, as either side; a worker reads it."""
    item = items.begin(item, by=by)
    check(item, items.committee_is_at_work)
    if not item.about.sheet:
        raise Blocked(NO_WORKBOOK.about(item=item.about.title))
    if item.workbooks.filter(finished_at=None).exists():
        raise Blocked(PENDING.about(item=item.about.title))
    judge(file)
    if item.state == TransferItem.State.AGREED:
        item = items.move(item, "begin", by=by)
    at = item.judged_at
    document = documents.store(
        file,
        kind=KIND,
        title=notices.spanish(item.about.title),
        municipality=item.tender.municipality,
        tender=item.tender,
        by=by,
        actor=actor(item.contract, by),
        at=at,
        reserved=True,
    )
    found = {"tender": item.tender, "item": item, "document": document}
    workbook = Workbook.objects.create(**found, uploaded_by=by, uploaded_at=at)
    workbook.work = str(read_workbook.enqueue(workbook.pk).id)
    workbook.save(update_fields=["work"])
    items.note(item, "upload", by=by, workbook=workbook.pk, sha256=document.sha256)
    return workbook


def judge(file):
    """Refuse a file that no worker would open, before it is kept."""
    try:
        sheets.judge(file)
    except sheets.Unreadable as unreadable:
        code, facts = unreadable.fault.code, unreadable.fault.facts
        raise Blocked(Refusal(code, sheets.SENTENCES[code], RULES, facts)) from None


@task()
def read_workbook(pk):
    """Read an uploaded workbook and keep its rows, or its faults; done twice it is done once."""
    workbook = Workbook.objects.select_related("item", "document").get(pk=pk)
    if workbook.finished_at:
        return
    sheet = workbook.sheet
    with workbook.document.file.open("rb") as file:
        expected = sheets.rows_told(file, sheet)
        found = sheets.read(file, sheet, told=partial(report_progress, total=expected))
    with once():
        finish(workbook, found)


def finish(workbook, found):
    """Write what a workbook held, whole, unless somebody was quicker or the item was settled meanwhile."""
    by = workbook.uploaded_by
    workbook = lock(workbook, by=by)
    if workbook.finished_at:
        return
    item = TransferItem.objects.select_related("transfer__contract").get(pk=workbook.item_id)
    item.tender = item.transfer.tender = item.contract.tender = workbook.tender
    item.judged_at = workbook.finished_at = workbook.judged_at
    if item.is_settled:
        found = sheets.Reading([], [sheets.Fault("", "", CLOSED, {})], 1)
    workbook.faults, workbook.fault_count = [list(fault) for fault in found.faults], found.fault_count
    if found.fault_count:
        refuse(workbook, item)
    else:
        keep(workbook, item, found.rows)


def refuse(workbook, item):
    """Keep the faults and nothing else; tell whoever uploaded the workbook."""
    workbook.save()
    facts = {"workbook": workbook.pk, "faults": workbook.fault_count}
    items.note(item, "refuse", by=workbook.uploaded_by, **facts)
    subject = said(_("The workbook of “%(item)s” has faults"), item=item.about.title)
    text = said(
        ngettext_lazy(
            "One fault: nothing was taken over. See its cell and upload it again.",
            "%(faults)s faults: nothing was taken over. See each with its cell and upload it again.",
            workbook.fault_count,
        ),
        faults=workbook.fault_count,
    )
    tell(workbook, item, subject, text)


def keep(workbook, item, rows):
    """Keep every row; the item has this workbook now, and nobody has accepted it yet."""
    made = (WorkbookRow(workbook=workbook, number=number, values=values) for number, values in rows)
    WorkbookRow.objects.bulk_create(made, batch_size=BATCH)
    workbook.row_count = len(rows)
    workbook.total = workbook.sheet.total(values for _number, values in rows)
    workbook.save()
    item.workbook = workbook
    items.forget_acceptances(item)
    item.save()
    total = None if workbook.total is None else str(workbook.total)
    digest = {"workbook": workbook.pk, "sha256": workbook.document.sha256}
    items.note(item, "import", by=workbook.uploaded_by, rows=len(rows), total=total, **digest)
    subject = said(_("The workbook of “%(item)s” is taken over"), item=item.about.title)
    text = said(_("%(rows)s rows, without a fault."), rows=f"{len(rows):,}")
    tell(workbook, item, subject, text)


def tell(workbook, item, subject, text):
    about = {"tender": item.tender, "at": item.judged_at, "link": workbook.get_absolute_url()}
    notices.tell([workbook.uploaded_by], subject=subject, text=text, **about)


def rows_of(workbook):
    """Return the rows of a workbook that was taken over, {column: text} each."""
    return workbook.rows.values_list("values", flat=True)
