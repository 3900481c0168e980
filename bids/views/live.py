"""The page that the hall and the neighbours follow (design §7): the same for everybody, kept as a file."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from bids import snapshots
from bids.snapshots import Snapshot
from procurement.views.base import visible_tender


@require_safe
def opening_live(request, pk, stage, language=settings.LANGUAGE_CODE):
    """Answer from the file alone, without a question to the database; the first who looks has it drawn."""
    if language not in snapshots.LANGUAGES:
        raise Http404
    snapshot = Snapshot(pk, stage, language)
    tag = snapshot.tag
    if tag and (unchanged := get_conditional_response(request, etag=tag)):
        return told(unchanged, tag)
    return told(*page_of(request, snapshot))


def page_of(request, snapshot):
    """Return (page, its tag) as it is kept; where it is not, have it drawn, for whoever may see the call."""
    if kept := snapshot.read():
        return HttpResponse(kept[0]), kept[1]
    tender = visible_tender(request, snapshot.tender)
    if snapshot.stage not in snapshots.stages(tender):
        raise Http404
    if tender.announced_at:
        snapshots.draw(snapshot)
        return page_of(request, snapshot)
    return HttpResponse(snapshots.drawn(tender, snapshot.stage, snapshot.language)), None


def told(response, tag):
    """Let whoever keeps a copy ask before using it again."""
    response["Cache-Control"] = "no-cache"
    if tag:
        response["ETag"] = tag
    return response
