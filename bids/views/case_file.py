"""The case file of a call, for everybody, from the award on."""

import tempfile

from django.http import FileResponse, Http404

from bids.services import case_file
from procurement import clock
from procurement.views.log import signing
from procurement.workflow import Blocked


@signing
def case_file_zip(request, tender):
    """Hand out everything public about the call, with the program that checks it."""
    if not case_file.is_public(tender):
        raise Http404
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        case_file.write(tender, target, at=clock.now())
    except Blocked:
        target.close()
        raise
    target.seek(0)
    name = f"expediente-{tender.number}.zip"
    return FileResponse(target, as_attachment=True, filename=name, content_type="application/zip")
