"""Minutes, their mending, the observers' witness and remarks (decisions 6 and 8; product.md)."""

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from procurement import roles
from procurement.log import actor_id, record
from procurement.models import Erratum, Log, Minutes, Remark, Witnessing
from procurement.workflow import Blocked, Refusal, lock

ANSWERED = Refusal("remark.answer.already-answered", _("This remark has an answer already."), _("rule 42"))
NOT_IN_THE_TEXT = Refusal(
    "minutes.erratum.not-in-text",
    _("The minutes do not say that. Copy the words exactly as they stand in the text."),
    _("decision 6"),
)


def write(tender, *, office, kind, title, text, happened_at, by, at):
    """Leave the minutes of an act: numbered, sealed by its digest in the log, public from now on.

    The caller holds the tender's lock and the transaction of the act.
    """
    year = localtime(at).year
    earlier = Minutes.objects.filter(tender=tender, office=office, year=year)
    minutes = Minutes(
        tender=tender,
        office=office,
        year=year,
        number=earlier.count() + 1,
        kind=kind,
        title=str(title)[:200],
        text=text,
        happened_at=happened_at,
        entered_at=at,
        entered_by=actor_id(by),
    )
    facts = {"office": office, "year": year, "number": minutes.number, "kind": kind, "sha256": minutes.sha256}
    event = record(tender, "minutes", by=by, at=at, **facts)
    minutes.log_index = event.body["index"]
    minutes.log_root = Log.objects.get(origin=tender.log_origin).root
    minutes.save()
    return minutes


@transaction.atomic
def rectify(minutes, *, place, old, new, why, by):
    """Mend a typing error by a fe de erratas; the text itself stays as it was signed."""
    tender = lock(minutes.tender, by=by)
    roles.require(by, "keep_minutes", tender, tender.judged_at)
    if old not in minutes.text:
        raise Blocked(NOT_IN_THE_TEXT)
    at = tender.judged_at
    erratum = Erratum.objects.create(
        tender=tender, minutes=minutes, place=place, old=old, new=new, why=why, by=by, at=at
    )
    facts = {"minutes": minutes.pk, "place": place, "old": old, "new": new, "why": why}
    record(tender, "minutes.rectify", by=by, at=at, **facts)
    return erratum


@transaction.atomic
def attach_scan(minutes, *, document, by):
    """Attach the signed scan; it stays reserved, its digest is public."""
    tender = lock(minutes.tender, by=by)
    roles.require(by, "keep_minutes", tender, tender.judged_at)
    minutes = Minutes.objects.get(pk=minutes.pk)
    minutes.scan = document
    minutes.save(update_fields=["scan"])
    record(tender, "minutes.scan", by=by, at=tender.judged_at, minutes=minutes.pk, sha256=document.sha256)
    return minutes


@transaction.atomic
def witness(minutes, *, by):
    """Put "I witnessed" under the minutes, as an observer of the JVS; twice is once."""
    tender = lock(minutes.tender, by=by)
    roles.require(by, "observe_tender", tender, tender.judged_at)
    found = Witnessing.objects.filter(minutes=minutes, by=by).first()
    if found:
        return found
    record(tender, "minutes.witness", by=by, at=tender.judged_at, minutes=minutes.pk)
    return Witnessing.objects.create(tender=tender, minutes=minutes, by=by, at=tender.judged_at)


@transaction.atomic
def remark(tender, *, text, by):
    """Leave an observer's remark: public at once, and never deleted."""
    tender = lock(tender, by=by)
    roles.require(by, "observe_tender", tender, tender.judged_at)
    left = Remark.objects.create(tender=tender, by=by, at=tender.judged_at, text=text)
    record(tender, "remark", by=by, at=tender.judged_at, remark=left.pk, text=text)
    return left


@transaction.atomic
def answer(remark, *, text, by):
    """Answer an observer's remark; the award waits for this."""
    remark = lock(remark, by=by)
    roles.require(by, "answer_remark", remark.tender, remark.judged_at)
    if remark.answer:
        raise Blocked(ANSWERED)
    remark.answer, remark.answered_by, remark.answered_at = text, by, remark.judged_at
    remark.save()
    record(remark.tender, "remark.answer", by=by, at=remark.judged_at, remark=remark.pk, text=text)
    return remark
