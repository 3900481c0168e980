"""Custodians and their sheets; the keys of a call, recorded before it is announced (decisions 13-15).

The server makes the keys in memory, shows 24 words once, and keeps public halves only.
"""

from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from bids import sealing
from bids.guards import custody as guards
from bids.models import Custodian, Kit
from bids.refusals import explained
from procurement import roles
from procurement.guards.custody import TOGETHER, groups_of, stages
from procurement.log import record
from procurement.services import minutes, notices, papers, sale
from procurement.workflow import Blocked, Refusal, check, lock

TRIAL = b"sobre de prueba"

TWO_ROLES = Refusal(
    "custodian.person.two-roles",
    _("%(person)s is a custodian already. Each custodian is a different person. Choose somebody else."),
    _("domain 4.5"),
)
NO_ACCOUNT = Refusal(
    "custodian.person.account-missing",
    _("Whoever keeps keys for the committee or the JVS has an account; only the notary has none."),
    _("decision 5"),
)
WRONG_SHEET = Refusal(
    "custodian.words.wrong",
    _("Those words do not make the sheet of %(custodian)s. Compare them with the paper, one by one."),
    _("sobre/1"),
)
NO_SHEET = Refusal(
    "custody.sheet.missing",
    _("%(custodian)s has no sheet yet. Make it first."),
    _("decision 15"),
)


def begin(tender, by, *questions):
    """Lock the tender for somebody who keeps its custodians."""
    tender = lock(tender, by=by)
    roles.require(by, "keep_custodians", tender, tender.judged_at)
    check(tender, *questions)
    return tender


def present_round(tender):
    """Return the custodians of the tender's present round."""
    return tender.custodians.filter(round=tender.round)


@transaction.atomic
def name(tender, *, group, by, user=None, full_name=""):
    """Name a custodian: an account, or the notary by name (decision 5)."""
    tender = begin(tender, by, *guards.TO_NAME)
    if user is None and group != Custodian.Group.NOTARY:
        raise Blocked(NO_ACCOUNT)
    called = full_name or str(user)
    mine = present_round(tender)
    if mine.filter(name=called).exists() or (user and mine.filter(user=user).exists()):
        raise Blocked(TWO_ROLES.about(person=called))
    last = mine.aggregate(last=Max("index"))["last"] or 0
    custodian = Custodian.objects.create(
        tender=tender, round=tender.round, index=last + 1, user=user, name=called, group=group
    )
    facts = {"custodian": custodian.index, "name": called, "group": str(group), "round": tender.round}
    record(tender, "custodian.name", by=by, at=tender.judged_at, **facts)
    if user:
        text = _("You keep one of the keys of the envelopes. Make your sheet: it has 24 words, shown once.")
        subject = _("You are a custodian of the envelopes")
        notices.tell([user], tender=tender, subject=subject, text=text, at=tender.judged_at)
    return custodian


@transaction.atomic
def dismiss(custodian, *, reason, by):
    """Take a custodian out before the keys are in use; the log keeps who it was, and why."""
    tender = begin(custodian.tender, by, *guards.TO_CHANGE)
    custodian = Custodian.objects.get(pk=custodian.pk)
    unfreeze(tender)
    facts = {"custodian": custodian.index, "name": custodian.name, "reason": reason}
    record(tender, "custodian.dismiss", by=by, at=tender.judged_at, **facts)
    custodian.delete()


def unfreeze(tender):
    """Drop the keys recorded for this round: others follow, and the log keeps both."""
    tender.kits.filter(round=tender.round).delete()


def require_holder(custodian, by, at):
    """Stop here unless it is the custodian, or for the notary an official who keeps custodians."""
    if custodian.user_id is None:
        roles.require(by, "keep_custodians", custodian.tender, at)
    elif custodian.user_id != by.pk:
        raise PermissionDenied


@transaction.atomic
def make_sheet(custodian, *, by):
    """Make the custodian's keys; return the 24 words, which exist nowhere else (decision 15).

    A sheet made again replaces the one before it.
    """
    custodian = lock(custodian, by=by)
    tender, at = custodian.tender, custodian.judged_at
    require_holder(custodian, by, at)
    check(tender, *guards.TO_CHANGE)
    seed = sealing.new_seed()
    keys = sealing.custodian_keys(seed, tender.ocid, tender.round)
    custodian.recipient_1, custodian.recipient_2 = keys.recipients[1], keys.recipients[2]
    custodian.verify_key = keys.verify
    custodian.reader = keys.reading_recipient if custodian.group == Custodian.Group.COMMITTEE else ""
    custodian.made_at, custodian.ready_at = at, None
    custodian.save()
    unfreeze(tender)
    facts = {"custodian": custodian.index, "recipients": [custodian.recipient_1, custodian.recipient_2]}
    facts |= {"verify": custodian.verify_key, "reader": custodian.reader}
    record(tender, "custodian.sheet", by=by, at=at, **facts)
    return sealing.seed_to_words(seed)


@transaction.atomic
def prove(custodian, *, words, by):
    """Prove that the paper works: the words are typed again, and open a trial envelope of each stage."""
    custodian = lock(custodian, by=by)
    require_holder(custodian, by, custodian.judged_at)
    if not custodian.made_at:
        raise Blocked(NO_SHEET.about(custodian=custodian.name))
    keys = keys_of(custodian, words)
    for stage in stages(custodian.tender):
        open_trial(custodian, keys, stage)
    if custodian.ready_at is None:
        custodian.ready_at = custodian.judged_at
        custodian.save(update_fields=["ready_at"])
        facts = {"custodian": custodian.index}
        record(custodian.tender, "custodian.ready", by=by, at=custodian.judged_at, **facts)
    return custodian


def keys_of(custodian, words):
    """Return the keys that the typed words make; refuse those of any other sheet."""
    tender = custodian.tender
    with explained():
        seed = sealing.words_to_seed(words)
    keys = sealing.custodian_keys(seed, tender.ocid, tender.round)
    known = (custodian.recipient_1, custodian.recipient_2, custodian.verify_key)
    if (keys.recipients[1], keys.recipients[2], keys.verify) != known:
        raise Blocked(WRONG_SHEET.about(custodian=custodian.name))
    return keys


def open_trial(custodian, keys, stage):
    """Seal a trial envelope for this custodian and a second one made up for it, and open it again."""
    tender = custodian.tender
    other = sealing.custodian_keys(sealing.new_seed(), tender.ocid, tender.round)
    both = [keys, other]
    rows = [
        {"name": f"Prueba {place}", "recipient": each.recipients[stage], "verify": each.verify}
        for place, each in enumerate(both, start=1)
    ]
    kit = sealing.make_kit(tender.ocid, tender.round, stage, rows, [{"id": TOGETHER, "k": 2, "of": [1, 2]}])
    bidder = sealing.bidder_pseudonym(sealing.new_salt(), ["PRUEBA"])
    who = {"bidder": bidder, "key": sealing.new_bidder_key()}
    sealed, ciphertext = sealing.seal_bytes(kit, "public", {"prueba.txt": TRIAL}, **who)
    released = [
        sealing.release(kit, sealed.manifest, place, each.identities[stage], each.sign, "release")
        for place, each in enumerate(both, start=1)
    ]
    outcome = sealing.recombine(kit, sealed.manifest, released)
    plain = BytesIO()
    sealing.open_envelope(sealed.manifest, outcome.identity, BytesIO(ciphertext), plain)
    [member] = sealing.unzip(plain)
    if b"".join(member.chunks()) != TRIAL:
        raise Blocked(WRONG_SHEET.about(custodian=custodian.name))


@transaction.atomic
def record_keys(tender, *, by):
    """Record the keys of every envelope of this round in the log; return the kits with their twelve words."""
    tender = begin(tender, by, *guards.TO_RECORD)
    unfreeze(tender)
    custodians = renumbered(present_round(tender))
    kits = [record_kit(tender, custodians, stage, by=by) for stage in stages(tender)]
    leave_minutes(tender, custodians, kits, by=by)
    return kits


def leave_minutes(tender, custodians, kits, *, by):
    """Leave the minutes of the keys; where the call is public already, tell every buyer that they are new."""
    at = tender.judged_at
    shown = {"tender": tender, "custodians": custodians, "kits": kits, "groups": kits[0].body["groups"]}
    kept = {"office": "committee", "kind": "keys", "title": _("The keys of the envelopes")}
    text = papers.render("minutes_keys", **shown)
    minutes.write(tender, **kept, text=text, happened_at=at, by=by, at=at)
    if tender.announced_at:
        text = _("Compare their twelve words with the minutes. Whoever sealed with the old keys seals again.")
        title = _("The envelopes have new keys")
        sale.hand_to_all(
            tender, title=title, text=text, link=f"{tender.get_absolute_url()}custodians/", at=at
        )


def renumbered(custodians):
    """Number the custodians from 1 without gaps, as the kit does."""
    rows = list(custodians.order_by("index"))
    for place, custodian in enumerate(rows, start=1):
        if custodian.index != place:
            custodian.index = place
            custodian.save(update_fields=["index"])
    return rows


def record_kit(tender, custodians, stage, *, by):
    """Keep the kit of one stage, and put it into the log as `sobre/1` has it."""
    rows = [
        {"name": each.name, "recipient": getattr(each, f"recipient_{stage}"), "verify": each.verify_key}
        for each in custodians
    ]
    readers = [{"name": each.name, "recipient": each.reader} for each in custodians if each.reader]
    with explained():
        body = sealing.make_kit(
            tender.ocid, tender.round, stage, rows, groups_of(tender), readers if stage == 1 else ()
        )
    record(tender, "kit", by=by, at=tender.judged_at, **body)
    return Kit.objects.create(
        tender=tender,
        round=tender.round,
        stage=stage,
        body=body,
        sha256=sealing.kit_hash(body),
        words=" ".join(sealing.kit_words(body)),
        made_at=tender.judged_at,
    )
