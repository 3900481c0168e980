"""Who can be looked at in the demonstration; on a real installation there is no such page."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render

from contracts.replay import demonstration
from procurement import whereabouts


def demonstration_accounts(request):
    """List the accounts of the demonstration, town by town, with the one password that opens them all."""
    if not settings.DEMONSTRATION:
        raise Http404
    password, towns = demonstration.plan()
    sheets = demonstration.sheets()
    listed = [
        (town, whereabouts.mark(town.tenders()), sheets.get(town.municipality, []))
        for town in towns
        if town.is_loaded
    ]
    shown = {"towns": listed, "host": demonstration.host(), "password": password}
    return render(request, "contracts/demonstration.html", shown)
