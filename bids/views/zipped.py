"""A ZIP that is written for whoever asks, and handed out once it is whole."""

import tempfile

from django.http import FileResponse


def zipped(name, write, *arguments, **named):
    """Hand out what `write` puts into a file that seeks; where it refuses, nothing is left lying about."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write(*arguments, target, **named)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name, content_type="application/zip")
