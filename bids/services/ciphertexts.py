"""The bytes of sealed envelopes on our disk: whether they are still what was sealed, what follows where they
are not, the same bytes delivered again, and what nobody names any more (sealed/design.md §7).

Their hash is in the signed manifest: what a bidder, the JVS or the desk brings is the same or nothing.
"""

import hashlib
import os
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids.models import Envelope
from bids.services import submission
from procurement import clock, roles
from procurement.log import record
from procurement.models import Event, Tender
from procurement.roles import Role
from procurement.services import minutes, notices, papers
from procurement.workflow import Blocked, Refusal, lock

LOST = "envelope.ciphertext.changed"
BLOCK = 1 << 20
FOLDER = "sealed"
KEPT = timedelta(days=1)  # a file that nobody names may be on its way for so long

NOT_LOST = Refusal(
    "envelope.delivery.not-lost",
    _("The file of this envelope is here as it was sealed. Nothing is to be delivered again."),
    _("terms 17.5"),
)
OTHER_BYTES = Refusal(
    "bid.upload.hash-mismatch",
    _("That is not the file that was sealed: its digest differs. Nothing was kept. Choose the sealed file."),
    _("sobre/1"),
)


def digest_of(chunks):
    """Return (bytes, SHA-256) of what comes in pieces."""
    size, digest = 0, hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        digest.update(chunk)
    return size, digest.hexdigest()


def read(path):
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            yield block


def is_whole(envelope):
    """Whether our disk holds an envelope as it was sealed."""
    path, promised = envelope.ciphertext.path, envelope.manifest["ciphertext"]
    if not os.path.exists(path) or os.path.getsize(path) != promised["size"]:
        return False
    return digest_of(read(path)) == (promised["size"], promised["sha256"])


# After the close everything is looked at once


def waits_for_a_look(at):
    """Return the calls that are closed and whose sealed files nobody has looked at since."""
    closed = Tender.objects.filter(state=Tender.State.CLOSED, envelopes__manifest__isnull=False).distinct()
    return [tender for tender in closed if not was_looked_at(tender)]


def was_looked_at(tender):
    looks = Event.objects.of(tender).filter(body__action="ciphertext.check", body__facts__round=tender.round)
    return looks.exists()


def look(tender):
    """Read every sealed file that counts, and say which are not as they were sealed."""
    found = [each for each in expected(tender) if not is_whole(each)]
    with transaction.atomic():
        tender = lock(tender, by=clock.ACTOR)
        at, whole = tender.judged_at, expected(tender).count() - len(found)
        facts = {"round": tender.round, "whole": whole, "lost": [each.manifest_sha256 for each in found]}
        record(tender, "ciphertext.check", by=clock.ACTOR, at=at, **facts)
        for envelope in found:
            lose(envelope, tender, by=clock.ACTOR)


def expected(tender):
    """Return the envelopes of this round whose bytes have arrived and are still shut."""
    found = tender.envelopes.presented().filter(bid__round=tender.round, manifest__isnull=False)
    return found.exclude(received_at=None).select_related("bid__bidder__account")


def lose(envelope, tender, *, by):
    """Write down that our file is not what was sealed: the server is to blame, and the bidder is told."""
    at = tender.judged_at
    if envelope.fault == LOST:
        return
    Envelope.objects.filter(pk=envelope.pk).update(fault=LOST)
    envelope.fault = LOST
    record(tender, "ciphertext.lost", by=by, at=at, v="sobre/1", manifest=envelope.manifest_sha256)
    leave_minutes(envelope, tender, "ciphertext_lost", _("A sealed file that the server lost"), by=by)
    text = _(
        "The server does not hold your sealed file as you presented it. Your bid counts. Deliver the same "
        "file again: its digest is fixed, so that nothing can be changed."
    )
    subject, link = _("Deliver your sealed file again"), again_page(envelope)
    if envelope.bid.bidder.account:
        notices.tell(
            [envelope.bid.bidder.account], tender=tender, subject=subject, text=text, at=at, link=link
        )
    committee = notices.people_of(tender, Role.COMMITTEE, Role.SECRETARY, Role.JVS, at=at)
    text = _("The server lost a sealed file. Its bidder, or whoever holds a copy, delivers the same bytes.")
    notices.tell(committee, tender=tender, subject=_("A sealed file is lost"), text=text, at=at, link=link)


def again_page(envelope):
    return f"/tenders/{envelope.tender_id}/envelopes/{envelope.pk}/again/"


def leave_minutes(envelope, tender, name, title, *, by):
    at = tender.judged_at
    text = papers.render(f"minutes_{name}", tender=tender, envelope=envelope, at=at)
    kept = {"office": "reception", "kind": name.replace("_", "-"), "title": title}
    return minutes.write(tender, **kept, text=text, happened_at=at, by=by, at=at)


# The same bytes again


def may_deliver(envelope, user, at):
    """Whether this person may bring the bytes: the bidder, the desk with a stick, whoever kept a copy."""
    if envelope.bid.bidder.account_id and envelope.bid.bidder.account_id == user.pk:
        return True
    tender = envelope.tender
    able = ("receive_paper", "open_envelopes", "observe_tender")
    return any(roles.holds(user, codename, tender, at) for codename in able)


def deliver(envelope, *, file, by):
    """Take the bytes of a lost envelope once more; refuse whatever is not what was sealed."""
    if not may_deliver(envelope, by, clock.now()):
        raise PermissionDenied
    name, found = keep(file)
    promised = envelope.manifest["ciphertext"]
    try:
        if found != (promised["size"], promised["sha256"]):
            raise Blocked(OTHER_BYTES)
        return put_back(envelope, name, by=by)
    except Blocked:
        submission.remove(default_storage.path(name))
        raise


def keep(file):
    """Write an upload to the disk, safely; return its name and its (bytes, SHA-256)."""
    name = f"{FOLDER}/{secrets.token_hex(16)}.age"
    path = default_storage.path(name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "xb") as target:
        for chunk in file.chunks():
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return name, digest_of(read(path))


@transaction.atomic
def put_back(envelope, name, *, by):
    """Let an envelope have its bytes again; it can be opened from now on."""
    tender = lock(envelope.tender, by=by)
    envelope = Envelope.objects.select_related("bid__bidder").get(pk=envelope.pk)
    if envelope.fault != LOST or envelope.status != Envelope.Status.PRESENTED:
        raise Blocked(NOT_LOST)
    old = envelope.ciphertext.path
    envelope.ciphertext, envelope.fault = name, ""
    envelope.save(update_fields=["ciphertext", "fault"])
    own = envelope.bid.bidder.account_id == by.pk
    actor = envelope.bid.pseudonym if own else by
    record(tender, "ciphertext.again", by=actor, at=tender.judged_at, manifest=envelope.manifest_sha256)
    leave_minutes(envelope, tender, "ciphertext_again", _("A sealed file delivered again"), by=actor)
    transaction.on_commit(lambda: submission.remove(old))
    return envelope


# What nobody names any more


def orphans(at):
    """Return the paths of sealed files that no envelope names, and that are not on their way."""
    folder = default_storage.path(FOLDER)
    if not os.path.isdir(folder):
        return []
    named = set(Envelope.objects.exclude(ciphertext=None).values_list("ciphertext", flat=True))
    old = (clock.on_disk(at) - KEPT).timestamp()
    found = [os.path.join(folder, name) for name in os.listdir(folder) if f"{FOLDER}/{name}" not in named]
    return [path for path in found if os.path.getmtime(path) < old]
