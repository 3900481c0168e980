"""What of a call is published, as its page lists it: what counts now in sight, the rest folded."""

from django.urls import reverse
from django.utils.translation import gettext as _

IN_SIGHT = 4  # of the latest minutes


def published(tender, at):
    """Return the rows (title, address, instant) in sight, and the folds (title, rows)."""
    opened = tender.announced_at or at
    minutes = [paper_row(paper, opened) for paper in tender.minutes.order_by("-entered_at", "-pk")]
    before = [row for row in minutes if row[-1] <= opened]
    since = [row for row in minutes if row[-1] > opened]
    documents = [
        (document.title, reverse("document", args=[document.pk]), document.public_at)
        for document in tender.documents.filter(public_at__lte=at).order_by("-public_at")
    ]
    folds = [
        (_("Earlier minutes of the call"), since[IN_SIGHT:]),
        (_("Minutes and notice of the preparation"), before),
        (_("Studies, agreements and other papers"), documents),
    ]
    return {
        "in_sight": terms_row(tender) + since[:IN_SIGHT],
        "folds": [(title, rows) for title, rows in folds if rows],
    }


def paper_row(paper, opened):
    """Return a row of minutes; those of the preparation are public from the announcement on."""
    return paper.title, paper.get_absolute_url(), max(paper.entered_at, opened)


def terms_row(tender):
    version = tender.terms.published().last()
    return [(f"{_('Terms')}: {version}", version.get_absolute_url(), version.published_at)] if version else []
