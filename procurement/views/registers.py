"""The registers of a call to take away: buyers, who came to a meeting, queries."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from procurement.registers import ANSWERED, ATTENDANCE, BUYERS, QUERIES, workbook
from procurement.services import sale
from procurement.views.base import visible_tender
from procurement.views.meetings import one
from procurement.views.queries import works_on_queries
from procurement.views.sale import require_seller
from procurement.workbook import MEDIA_TYPE


def sent(name, tender, content):
    """Answer with a workbook to be kept."""
    answer = HttpResponse(content, content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{tender.number}.xlsx"'
    return answer


@login_required
def sale_register(request, pk):
    """The buyers, for till, desk and secretary; who takes the list is recorded (decision 10)."""
    tender = visible_tender(request, pk)
    require_seller(request, tender)
    rows = sale.look(tender, by=request.user).exclude(receipt=None).order_by("receipt")
    return sent("compradores", tender, workbook(_("Buyers"), tender, BUYERS, rows))


@login_required
def attendance_register(request, pk, number):
    """Who came to a meeting, for whoever keeps the list."""
    meeting = one(request, pk, number, "keep_minutes")
    rows = meeting.attendances.all()
    content = workbook(_("Attendance"), meeting.tender, ATTENDANCE, rows)
    return sent(f"asistencia-reunion-{meeting.number}", meeting.tender, content)


def query_register(request, pk):
    """What circulars have answered, for everybody; the whole register for those who work on it."""
    tender = visible_tender(request, pk)
    works = works_on_queries(request, tender)
    found = tender.queries.heads() if works else tender.queries.answered().heads()
    rows = found.select_related("circular").prefetch_related("equals").order_by("number", "pk")
    content = workbook(_("Queries and answers"), tender, QUERIES if works else ANSWERED, rows)
    return sent("consultas", tender, content)
