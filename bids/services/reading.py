"""Opening envelopes of paper: one types what they say, another confirms it (decision 11).

The same for a sealed envelope whose offer stands on a paper only: it is typed from the paper that was opened.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids.models import Envelope, PaperEntry
from bids.services import envelopes
from bids.services.envelopes import ALREADY_OPEN, act_of, held
from procurement import roles
from procurement.log import record
from procurement.services import minutes
from procurement.workflow import Blocked, Refusal, lock

ENTRY_MISSING = Refusal(
    "opening.entry.missing",
    _("Nobody has typed what this envelope says. The secretary types it, another member confirms it."),
    _("decision 11"),
)
SAME_PERSON = Refusal(
    "access.second-person.same-user",
    _("This needs two people, and you typed it. A member of the committee must compare it with the paper."),
    _("decision 11"),
)
OFFER_MISSING = Refusal(
    "opening.entry.offer-missing",
    _("Type the offer as it is written, in figures and in words."),
    _("decision 11; terms 14.4"),
)
DOCUMENTS_MISSING = Refusal(
    "opening.entry.documents-missing",
    _("Write which papers lie in the envelope, one a line."),
    _("terms 17.3"),
)


def is_to_be_typed(envelope):
    """Whether what this envelope says still has to be typed: paper, or an offer without its form."""
    if envelope.status == Envelope.Status.PRESENTED:
        return envelope.manifest is None
    has_no_offer = "percentage" not in (envelope.content or {})
    return envelope.stage == 2 and envelope.status == Envelope.Status.OPEN and has_no_offer


@transaction.atomic
def enter(envelope, *, by, documents="", percentage="", words="", **form):
    """Type what an envelope of paper says, as the secretary, exactly as it is written.

    Envelope 1: the papers in it, one a line, and whatever of the bidder's form is known (bids/content.py).
    Envelope 2: the percentage in figures and in words. Where there is one envelope only, both.
    """
    tender = lock(envelope.tender, by=by)
    act = held(act_of(envelope, tender), by=by)
    roles.require(by, "keep_minutes", tender, act.judged_at)
    envelope = Envelope.objects.get(pk=envelope.pk)
    if envelope not in act.envelopes() or not is_to_be_typed(envelope):
        raise Blocked(ALREADY_OPEN)
    papers = [line.strip() for line in documents.splitlines() if line.strip()]
    judge(envelope, papers, percentage, words)
    minutes.check_public(*papers)
    typed = {"documents": papers, "form": form} if envelope.stage == 1 else {}
    if percentage or words:
        typed |= {"percentage": percentage, "words": words}
    entry, _made = PaperEntry.objects.update_or_create(
        envelope=envelope,
        defaults={"tender": tender, "act": act, "content": typed, "by": by, "at": act.judged_at}
        | {"confirmed_by": None, "confirmed_at": None},
    )
    record(tender, "envelope.enter", by=by, at=act.judged_at, private=typed, envelope=envelope.pk)
    return entry


def judge(envelope, papers, percentage, words):
    if envelope.stage == 1 and not papers:
        raise Blocked(DOCUMENTS_MISSING)
    if envelope.stage == 2 and not (percentage.strip() and words.strip()):
        raise Blocked(OFFER_MISSING)


@transaction.atomic
def confirm(envelope, *, by):
    """Confirm what was typed, as another person who compared it with the paper; now the envelope is open."""
    tender = lock(envelope.tender, by=by)
    act = held(act_of(envelope, tender), by=by)
    roles.require(by, "open_envelopes", tender, act.judged_at)
    envelope = Envelope.objects.select_related("bid__bidder").get(pk=envelope.pk)
    entry = PaperEntry.objects.filter(envelope=envelope, act=act, confirmed_at=None).first()
    if entry is None:
        raise Blocked(ENTRY_MISSING)
    if entry.by == by:
        raise Blocked(SAME_PERSON)
    entry.confirmed_by, entry.confirmed_at = by, act.judged_at
    entry.save()
    open_typed(act, envelope, entry, by=by)
    return envelope


def open_typed(act, envelope, entry, *, by):
    """Open an envelope with what two people have typed and compared."""
    envelope.content = (envelope.content or {}) | entry.content
    envelope.status, envelope.opened_at = Envelope.Status.OPEN, envelope.opened_at or act.judged_at
    envelope.save()
    private = {"form": entry.content.get("form", {})}
    public = {name: value for name, value in entry.content.items() if name != "form"}
    facts = {"envelope": envelope.pk, "bid": envelope.bid_id, "stage": envelope.stage} | public
    record(act.tender, "opening", by=by, at=act.judged_at, private=private, **facts)
    envelopes.name_bidder(act, envelope.bid, by=by)
    envelopes.go_on(act, envelope.bid, by=by)
