"""Files handed out: to everybody once public, before that only to those who work on the tender."""

from django.http import FileResponse
from django.shortcuts import get_object_or_404

from procurement import clock
from procurement.models import Document


def document(request, pk):
    """Hand out one file as a download; for whoever may not see it, it does not exist."""
    found = get_object_or_404(Document.objects.visible_to(request.user, clock.now()), pk=pk)
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.media_type
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    if not found.public_at:
        response["Cache-Control"] = "private, no-store"
    return response
