"""Making the pack for whoever takes office next: its files, their digests in the log (rules 101, 158)."""

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contracts import duties
from contracts.duties.election import PACK
from contracts.handover import pack
from procurement import roles
from procurement.log import record
from procurement.roles import Role
from procurement.schedule import local_day
from procurement.services import documents, notices
from procurement.workflow import lock

RESERVED_PACK = "handover-reserved"
MAKERS = ("keep_contract", "sign_contract")
NAMES = {PACK: "traspaso", RESERVED_PACK: "traspaso-reservado"}
ZIP = "application/zip"
NEAR = 3  # dates that the message names


def may_make(user, tender, at):
    """Whether this user may make the pack: whoever keeps the contract, or signs it."""
    return any(roles.holds(user, codename, tender, at) for codename in MAKERS)


@transaction.atomic
def make(tender, *, by):
    """Make the pack as everything stands now, public and reserved part; return both documents.

    The digest of each file inside stands in the log, so that whoever is handed the pack can tell that it was
    not altered. An earlier pack stays.
    """
    tender = lock(tender, by=by)
    at = tender.judged_at
    if not may_make(by, tender, at):
        raise PermissionDenied
    public, reserved = pack.public_files(tender, at), pack.reserved_files(tender, at)
    held = keep(tender, public, PACK, by=by, at=at, public_at=at)
    kept_back = keep(tender, reserved, RESERVED_PACK, by=by, at=at, reserved=True)
    archives = {"sha256": held.sha256, "reserved_sha256": kept_back.sha256}
    files = {"files": pack.digests(public), "reserved_files": pack.digests(reserved)}
    record(tender, "handover", by=by, at=at, **archives, **files)
    tell(tender, by, at)
    return held, kept_back


def keep(tender, files, kind, *, by, at, **shown):
    """Keep one part of the pack as a document of the call."""
    with translation.override(notices.LANGUAGE):
        title = _("Handover pack, reserved part") if kind == RESERVED_PACK else _("Handover pack")
    name = f"{NAMES[kind]}-{tender.number}-{local_day(at)}.zip"
    about = {"kind": kind, "title": title, "municipality": tender.municipality, "tender": tender}
    upload = ContentFile(pack.zipped(files), name=name)
    return documents.keep(upload, media_type=ZIP, by=by, at=at, **about, **shown)


def tell(tender, by, at):
    """Tell the mayor and the manager where the pack is, and which dates come first."""
    with translation.override(notices.LANGUAGE):
        known = [due for due in duties.of([tender], at) if due.public][:NEAR]
        near = [f"{date_format(due.day)}: {due.title}" for due in known]
        subject = _("The file of the water of %(town)s for the next authorities") % {"town": tender.town}
        text = _("It says what was decided, what is in force, what is due and what it costs to leave.")
        dates = _("Next dates: %(dates)s.") % {"dates": "; ".join(near)} if near else ""
        rule = _("A change of authorities does not void the contract; any change has its procedure.")
    users = notices.people_of(tender, Role.MAYOR, Role.MANAGER, at=at)
    link = reverse("handover", args=[tender.pk])
    told = {"subject": subject, "text": " ".join(filter(None, [text, dates, rule])), "link": link}
    notices.tell([user for user in users if user != by], tender=tender, at=at, **told)
