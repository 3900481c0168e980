"""Who can be looked at in the demonstration; on a real installation there is no such page."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render

from procurement.models import Tender

from .replay import demonstration


def demonstration_accounts(request):
    """List the accounts of the demonstration, town by town, with the one password that opens them all."""
    if not settings.DEMONSTRATION:
        raise Http404
    password, towns = demonstration.plan()
    tenders = Tender.objects.select_related("municipality")
    by_name = {}
    for tender in tenders.order_by("year", "sequence"):
        by_name.setdefault(tender.municipality.name, []).append(tender)
    listed = [(town, by_name[town.municipality]) for town in towns if town.municipality in by_name]
    shown = {"towns": listed, "host": demonstration.host(), "password": password}
    return render(request, "contracts/demonstration.html", shown)
