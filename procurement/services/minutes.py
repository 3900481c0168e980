"""Minutes, their mending, the observers' witness and remarks (decisions 6 and 8; product.md)."""

import re

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from procurement import roles
from procurement.log import actor_id, record
from procurement.models import Erratum, Log, Minutes, Remark, User, Witnessing
from procurement.roles import Role
from procurement.services import documents
from procurement.services.notices import people_of, said, spanish, tell
from procurement.workflow import Blocked, Refusal, lock

SCAN = "minutes-scan"
ANSWERED = Refusal("remark.answer.already-answered", _("This remark has an answer already."), _("rule 42"))
NOT_IN_THE_TEXT = Refusal(
    "minutes.erratum.not-in-text",
    _("The minutes do not say that. Copy the words exactly as they stand in the text."),
    _("decision 6"),
)
SAYS_THE_SAME = Refusal(
    "minutes.erratum.unchanged",
    _("What it says and what it should say are the same words."),
    _("decision 6"),
)
NAMES_A_DOCUMENT = Refusal(
    "document.minutes.identity-document",
    _("The text holds the number of somebody's identity document. It becomes public: take the number out."),
    _("decision 6"),
)
PLACEHOLDER_OPEN = Refusal(
    "document.minutes.placeholder-open",
    _("The minutes lack: %(open)s. They are not signed with blanks."),
    _("domain 4"),
)
SCANNED = Refusal(
    "document.minutes.already-signed",
    _("The minutes are signed. If there is an error, draw up a fe de erratas."),
    _("nothing is erased"),
)


def check_public(*texts):
    """Refuse texts that hold the identity document of anybody known here: they become public."""
    numbers = {number for text in texts for number in re.findall(r"\b[0-9A-Z]{8,12}\b", text)}
    if numbers and User.objects.filter(dni__in=numbers).exists():
        raise Blocked(NAMES_A_DOCUMENT)


def check_complete(text):
    """Refuse a text with blanks left in it."""
    if blanks := re.findall(r"\{\{.*?\}\}|\[\s*\]|_{4,}", text):
        raise Blocked(PLACEHOLDER_OPEN.about(open=", ".join(blanks)))


def write(tender, *, office, kind, title, text, happened_at, by, at):
    """Leave the minutes of an act: numbered, sealed by its digest in the log, public from now on.

    Title and text may be lazy: they are written in Spanish. The caller holds the tender's lock and the
    transaction of the act.
    """
    title, text = spanish(title)[:200], spanish(text)
    check_public(title, text)
    check_complete(text)
    year = localtime(at).year
    earlier = Minutes.objects.filter(tender=tender, office=office, year=year)
    minutes = Minutes(
        tender=tender,
        office=office,
        year=year,
        number=earlier.count() + 1,
        kind=kind,
        title=title,
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
    at = tender.judged_at
    roles.require(by, "keep_minutes", tender, at)
    if old not in minutes.text:
        raise Blocked(NOT_IN_THE_TEXT)
    if old == new:
        raise Blocked(SAYS_THE_SAME)
    check_public(place, new, why)
    erratum = Erratum.objects.create(
        tender=tender, minutes=minutes, place=place, old=old, new=new, why=why, by=by, at=at
    )
    facts = {"minutes": minutes.pk, "place": place, "old": old, "new": new, "why": why}
    record(tender, "minutes.rectify", by=by, at=at, **facts)
    tell(
        people_of(tender, Role.COMMITTEE, Role.SECRETARY, Role.JVS, Role.MAYOR, at=at),
        tender=tender,
        subject=said(_("Fe de erratas: %(minutes)s"), minutes=minutes),
        text=said(_("%(place)s. It says: “%(old)s”. It should say: “%(new)s”. %(why)s"), **facts),
        at=at,
        link=minutes.get_absolute_url(),
    )
    return erratum


@transaction.atomic
def attach_scan(minutes, *, upload, by):
    """Attach the signed scan; it stays reserved, of it only the digest is public (decision 6)."""
    tender = lock(minutes.tender, by=by)
    roles.require(by, "keep_minutes", tender, tender.judged_at)
    minutes = Minutes.objects.get(pk=minutes.pk)
    if minutes.scan_id:
        raise Blocked(SCANNED)
    minutes.scan = documents.store(
        upload,
        kind=SCAN,
        title=spanish(minutes),
        municipality=tender.municipality,
        tender=tender,
        by=by,
        at=tender.judged_at,
        reserved=True,
    )
    minutes.save(update_fields=["scan"])
    facts = {"minutes": minutes.pk, "sha256": minutes.scan.sha256}
    record(tender, "minutes.scan", by=by, at=tender.judged_at, **facts)
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
    """Leave an observer's remark: public at once, never deleted, and told to the committee."""
    tender = lock(tender, by=by)
    at = tender.judged_at
    roles.require(by, "observe_tender", tender, at)
    check_public(text)
    left = Remark.objects.create(tender=tender, by=by, at=at, text=text)
    record(tender, "remark", by=by, at=at, remark=left.pk, text=text)
    tell(
        people_of(tender, Role.COMMITTEE, Role.SECRETARY, at=at),
        tender=tender,
        subject=_("A remark of the JVS waits for an answer"),
        text=said(_("“%(text)s” It must be answered in writing before the award."), text=text),
        at=at,
        link=reverse("remarks", args=[tender.pk]),
    )
    return left


@transaction.atomic
def answer(remark, *, text, by):
    """Answer an observer's remark; the award waits for this."""
    remark = lock(remark, by=by)
    tender, at = remark.tender, remark.judged_at
    roles.require(by, "answer_remark", tender, at)
    if remark.answer:
        raise Blocked(ANSWERED)
    check_public(text)
    remark.answer, remark.answered_by, remark.answered_at = text, by, at
    remark.save()
    record(tender, "remark.answer", by=by, at=at, remark=remark.pk, text=text)
    tell(
        [remark.by, *people_of(tender, Role.JVS, at=at)],
        tender=tender,
        subject=_("The committee has answered a remark of the JVS"),
        text=said(_("“%(remark)s” Answer: “%(answer)s”"), remark=remark.text, answer=text),
        at=at,
        link=reverse("remarks", args=[tender.pk]),
    )
    return remark
