"""The case file of a call, for everybody, from the award on."""

from django.http import Http404

from bids.services import case_file
from bids.views.zipped import zipped
from procurement import clock
from procurement.views.log import signing


@signing
def case_file_zip(request, tender):
    """Hand out everything public about the call, with the program that checks it."""
    if not case_file.is_public(tender):
        raise Http404
    return zipped(f"expediente-{tender.number}.zip", case_file.write, tender, at=clock.now())
