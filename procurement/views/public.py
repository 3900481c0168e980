"""What everybody may see, without an account."""

from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render

from procurement import clock, workflow
from procurement.models import Log, Tender

from .base import page, visible_tender


def home(request):
    tenders = Tender.objects.public().select_related("municipality", "town", "schedule")
    return render(request, "procurement/home.html", {"tenders": tenders, "at": clock.now()})


def tender_detail(request, pk):
    tender = visible_tender(request, pk)
    user = request.user
    actions = workflow.actions(tender, user, at=clock.now()) if user.is_authenticated else []
    return page(request, "procurement/tender_detail.html", tender, actions=actions)


def healthz(request):
    """Answer 200 when the database answers and every log head can be computed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    for log in Log.objects.all():
        log.root  # noqa: B018 - a damaged edge raises
    return HttpResponse("ok\n", content_type="text/plain")
