"""Where a refusal is removed: its code, or the beginning of it, and the page that takes its cause away."""

from urllib.parse import urlencode

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# The longest matching beginning wins. Every page gets the pk of the tender.
PLACES = {
    "appointment": "tender-people",
    "bid.submission.bid-bond-missing": "bid-seal",
    "bid.submission.envelope-missing": "bid-seal",
    "bid.submission.not-buyer": "sale-request",
    "bid.submission.other-round": "my-bid",
    "custody": "custodians",
    "award.remarks": "remarks",
    "circular": "circular-list",
    "committee": "tender-people",
    "committee.quorum.above-size": "terms-state",
    "conflict.declaration": "conflict-declare",
    "contract.term.out-of-range": "terms-state",
    "document.minutes": "minutes-list",
    "meeting": "meeting-list",
    "query": "query-list",
    "envelope.kit.outdated": "bid-seal",
    "remark": "remarks",
    "tender.call.barriers-unchecked": "barriers",
    "tender.call.custodians-single-group": "custodians",
    "tender.call.not-proposed": "tender-announce",
    "tender.call.ordinances-not-in-force": "tender-ordinances",
    "tender.call.terms-not-approved": "terms-list",
    "tender.close.outage": "tender-close",
    "tender.council": "agreement-record",
    "tender.model": "model-record",
    "tender.model.not-approved": "tender-preparation",
    "tender.ordinances": "tender-ordinances",
    "tender.population": "tender-town",
    "tender.regime.not-chosen": "regime-choose",
    "tender.regime.not-in-force": "regime-choose",
    "tender.regime.parameter-undecided": "terms-state",
    "tender.schedule": "tender-schedule",
    "tender.schedule.missing": "schedule-anchors",
    "tender.studies.missing": "tender-preparation",
    "tender.studies.operating-cost-missing": "tender-town",
    "terms": "terms-list",
    "terms.fund": "terms-state",
    "terms.integration.circulars-open": "circular-list",
    "terms.integration.meetings-open": "meeting-list",
    "terms.integration.queries-open": "query-list",
    "terms.integration.too-early": "",
    "terms.integration.too-late": "tender-postpone",
    "terms.parameter": "terms-state",
    "terms.sealing": "terms-state",
}

SALT = "procurement.places"
FIELDS = {}  # code: the fields that a form may have of which it speaks; there it stands
WARNINGS = []  # each part adds a function(tender) that returns the refusals of its next steps


def beginnings(code):
    """Give the code, and what is left of it without its last words: a.b.c, a.b, a."""
    parts = code.split(".")
    return [".".join(parts[:length]) for length in range(len(parts), 0, -1)]


def field_of(code, form):
    """Return the field of a form that a refusal is about; None where it is about the whole."""
    return next((name for name in FIELDS.get(code, ()) if name in form.fields), None)


def located(refusals, tender):
    """Return the refusals with the address that removes each; of a warning, where somebody answers for it."""
    return [locate(each, tender) for each in refusals]


def locate(refusal, tender):
    if not refusal.warning:
        return Located(refusal, place(refusal.code, tender))
    told = {"digest": refusal.digest, "sentence": refusal.sentence, "rule": str(refusal.rule)}
    about = signing.dumps([tender.pk, refusal.code, told], salt=SALT, compress=True)
    url = reverse("tender-override", args=[tender.pk, refusal.code])
    return Located(refusal, f"{url}?{urlencode({'about': about})}", _("Say why you go on"))


def asked_about(text, tender, code):
    """Return what a warning said when it stopped somebody: its digest, its sentence, its rule; or None.

    A step that is refused leaves nothing behind to look at: the address of the answer carries it, signed.
    """
    try:
        key, name, told = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return told if (key, name) == (tender.pk, code) else None


class Located:
    """A refusal with the page that takes its cause away, as the pages show it."""

    def __init__(self, refusal, url, link=""):
        self.refusal, self.url, self.link = refusal, url, link

    def __getattr__(self, name):
        return getattr(self.refusal, name)

    def __str__(self):
        return str(self.refusal)


def place(code, tender):
    """Return the address of the page that removes this refusal, or nothing where no page does."""
    name = next((PLACES[beginning] for beginning in beginnings(code) if beginning in PLACES), None)
    return reverse(name, args=[tender.pk]) if name else ""
