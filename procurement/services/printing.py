"""Asking for a paper as a PDF, and drawing it in the background."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy

from procurement import background, clock, printed, printing
from procurement.models import Printing

STAGES = 3  # what it says is gathered, its sheets are drawn, the file is kept


@transaction.atomic
def ask(tender, kind, number):
    """Return the printing of a paper as it stands now; the first time, the background is asked to draw it."""
    record = printed.PAPERS[kind].find(tender, number)
    found, new = Printing.objects.get_or_create(
        fingerprint=printing.fingerprint(printed.html(kind, record)),
        defaults={"tender": tender, "paper": kind, "subject": number, "asked_at": clock.now()},
    )
    if new:
        found.work = str(draw.enqueue(found.pk).id)
        found.save(update_fields=["work"])
    return found


@background.task()
def draw(pk):
    """Draw one printing; if the record has changed since, what it is now was asked for anew."""
    background.report_progress(0, STAGES)
    found = Printing.objects.select_related("tender").get(pk=pk)
    record = printed.PAPERS[found.paper].find(found.tender, found.subject)
    html = printed.html(found.paper, record)
    if found.drawn_at or printing.fingerprint(html) != found.fingerprint:
        return
    background.report_progress(1, STAGES)
    drawn = printing.pdf(html)
    background.report_progress(2, STAGES)
    with background.once():
        found.file.save(f"{found.fingerprint}.pdf", ContentFile(drawn), save=False)
        found.drawn_at = clock.now()
        found.save(update_fields=["file", "drawn_at"])


background.NAMES[draw.module_path] = gettext_lazy("Drawing of a paper")
