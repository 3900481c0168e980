"""The case file of a call, for everybody, from the award on."""

import tempfile

from django.http import FileResponse, Http404

from bids.services import case_file
from procurement import clock
from procurement.views.base import visible_tender


def case_file_zip(request, pk):
    """Hand out everything public about the call, with the program that checks it."""
    tender = visible_tender(request, pk)
    if not case_file.is_public(tender):
        raise Http404
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    case_file.write(tender, target, at=clock.now())
    target.seek(0)
    name = f"expediente-{tender.number}.zip"
    return FileResponse(target, as_attachment=True, filename=name, content_type="application/zip")
