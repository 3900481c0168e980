"""One person's work over all their tenders, and their shelf."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render

from procurement import clock
from procurement.models import Tender


@login_required
def work(request):
    at = clock.now()
    tenders = Tender.objects.worked_on_by(request.user, at).select_related("municipality", "town", "schedule")
    return render(request, "procurement/work.html", {"tenders": tenders, "at": at})
