"""The handover: what an incoming mayor finds, as a page and as a pack of files (rules 101, 158)."""

from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contracts import duties
from contracts.duties.election import PACK, change_after
from contracts.handover import pack
from contracts.services import handover as services
from procurement import clock
from procurement.models import Document
from procurement.schedule import local_day
from procurement.views.base import attempt, page, visible_tender


def packs(tender, user, at):
    """Return the packs that were made, the latest first: [(public part, reserved part or None)]."""
    kinds = (PACK, services.RESERVED_PACK)
    found = Document.objects.visible_to(user, at).filter(tender=tender, kind__in=kinds)
    made = {}
    for document in found:
        made.setdefault(document.uploaded_at, {})[document.kind] = document
    rows = [(parts.get(PACK), parts.get(services.RESERVED_PACK)) for _at, parts in sorted(made.items())]
    return rows[::-1]


def handover(request, pk):
    """What is decided, in force, due, and what it costs to leave; and the packs that were made of it."""
    tender, at = visible_tender(request, pk), clock.now()
    user = request.user
    shown = {
        "sections": pack.sections(tender, at),
        "packs": packs(tender, user, at),
        "may_make": user.is_authenticated and services.may_make(user, tender, at),
        "change": change_after(local_day(at)),
        "due": next((due for due in duties.of([tender], at) if due.key.startswith("handover.")), None),
    }
    return page(request, "contracts/handover.html", tender, **shown)


@require_POST
@login_required
def handover_make(request, pk):
    """Make the pack as everything stands now."""
    tender = visible_tender(request, pk)
    done = _("The pack is made; the digest of each file is in the log.")
    return attempt(request, services.make, tender, done=done, to=reverse("handover", args=[pk]))
