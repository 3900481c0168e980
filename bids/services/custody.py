"""Custodians and their sheets; the keys of a call, recorded before it is announced (decisions 13-15).

A sheet is made in the custodian's own device, which tells its public keys. Where no program runs there, the
server makes the keys in memory and shows 24 words once. Public halves are all that is kept.
"""

from io import BytesIO
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from bids import sealing
from bids.guards import custody as guards
from bids.models import Custodian, Kit
from bids.refusals import explained
from bids.sealing import codec
from procurement import roles
from procurement.guards.custody import TOGETHER, groups_of, stages
from procurement.log import record
from procurement.services import minutes, notices, papers, sale
from procurement.workflow import Blocked, Refusal, check, lock

TRIAL = b"sobre de prueba"
SIGNED = "convoca/1 sheet"  # the label of what a sheet signs about its own public keys
PUBLIC = {
    "recipients": [codec.is_recipient],
    "verify": codec.b64_of(32),
    "reader": lambda told: told == "" or codec.is_recipient(told),
    "sig": codec.b64_of(64),
}

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
NOT_SIGNED = Refusal(
    "custody.sheet.signature-invalid",
    _("These public keys are not signed by the sheet that they belong to. Make the sheet again."),
    _("decision 15"),
)
NOT_FOR_THE_SERVER = Refusal(
    "custody.words.not-for-the-server",
    _("The words of %(custodian)s were made in their own device, and the server takes them from nobody."),
    _("decision 15"),
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


def begin_sheet(custodian, *, by):
    """Lock a custodian whose sheet may be made now by this user."""
    custodian = lock(custodian, by=by)
    require_holder(custodian, by, custodian.judged_at)
    check(custodian.tender, *guards.TO_CHANGE)
    return custodian


def keep_keys(custodian, recipients, verify, reader, means, *, by, **proof):
    """Keep the public keys of a sheet and write them into the log; one before it counts no more."""
    tender, at = custodian.tender, custodian.judged_at
    custodian.recipient_1, custodian.recipient_2 = recipients
    custodian.verify_key, custodian.reader, custodian.means = verify, reader, means
    custodian.made_at, custodian.ready_at = at, None
    custodian.save()
    unfreeze(tender)
    facts = {"custodian": custodian.index, "recipients": recipients, "verify": verify, "reader": reader}
    record(tender, "custodian.sheet", by=by, at=at, means=str(means), **facts, **proof)
    return custodian


@transaction.atomic
def take_sheet(custodian, *, public, by):
    """Take the public keys of a sheet made in the custodian's own device, signed with the sheet's own key.

    `public` is what came from there. That the sheet also opens what is sealed for it, a trial proves.
    """
    custodian = begin_sheet(custodian, by=by)
    require_signed(custodian, public)
    told = {name: public[name] for name in ("recipients", "verify", "reader")}
    return keep_keys(custodian, **told, means=Custodian.Means.PAGE, by=by, sig=public["sig"])


def require_signed(custodian, public):
    """Refuse public keys of another shape, of another custodian, or that their own key has not signed."""
    tender = custodian.tender
    if codec.defects(public, PUBLIC) or len(public["recipients"]) != len(codec.STAGES):
        raise Blocked(NOT_SIGNED)
    reads = custodian.group == Custodian.Group.COMMITTEE
    others = present_round(tender).exclude(pk=custodian.pk)
    statement = {"tender": tender.ocid, "round": tender.round}
    statement |= {name: public[name] for name in ("recipients", "verify", "reader")}
    signed = codec.is_signed(public["verify"], SIGNED, statement, public["sig"])
    if not signed or bool(public["reader"]) != reads or others.filter(verify_key=public["verify"]).exists():
        raise Blocked(NOT_SIGNED)


@transaction.atomic
def make_sheet(custodian, *, by):
    """Make the custodian's keys; return the 24 words, which exist nowhere else (decision 15).

    Only for a device on which no program runs. A sheet made again replaces the one before it.
    """
    custodian = begin_sheet(custodian, by=by)
    tender, seed = custodian.tender, sealing.new_seed()
    keys = sealing.custodian_keys(seed, tender.ocid, tender.round)
    reader = keys.reading_recipient if custodian.group == Custodian.Group.COMMITTEE else ""
    recipients = [keys.recipients[stage] for stage in codec.STAGES]
    keep_keys(custodian, recipients, keys.verify, reader, Custodian.Means.SERVER, by=by)
    return sealing.seed_to_words(seed)


def begin_proof(custodian, *, by):
    """Lock a custodian who proves a sheet that was made."""
    custodian = lock(custodian, by=by)
    require_holder(custodian, by, custodian.judged_at)
    if not custodian.made_at:
        raise Blocked(NO_SHEET.about(custodian=custodian.name))
    return custodian


def make_ready(custodian, *, by):
    """Write down, once, that the sheet has opened its trial envelopes."""
    if custodian.ready_at is None:
        custodian.ready_at = custodian.judged_at
        custodian.save(update_fields=["ready_at"])
        facts = {"custodian": custodian.index}
        record(custodian.tender, "custodian.ready", by=by, at=custodian.judged_at, **facts)
    return custodian


@transaction.atomic
def prove(custodian, *, words, by):
    """Prove that the paper works: the words are typed again, and open a trial envelope of each stage."""
    custodian = begin_proof(custodian, by=by)
    keys = keys_of(custodian, words)
    for stage in stages(custodian.tender):
        trial = seal_trial(custodian, stage)
        opening = keys.identities[stage], keys.sign, "release"
        open_trial(custodian, trial, sealing.release(trial.kit, trial.manifest, 1, *opening))
    return make_ready(custodian, by=by)


def keys_of(custodian, words):
    """Return the keys that the typed words make; refuse those of any other sheet."""
    tender = custodian.tender
    require_server_sheet(custodian)
    with explained():
        seed = sealing.words_to_seed(words)
    keys = sealing.custodian_keys(seed, tender.ocid, tender.round)
    known = (custodian.recipient_1, custodian.recipient_2, custodian.verify_key)
    if (keys.recipients[1], keys.recipients[2], keys.verify) != known:
        raise Blocked(WRONG_SHEET.about(custodian=custodian.name))
    return keys


def require_server_sheet(custodian):
    """Refuse to read words that no server has ever had."""
    if custodian.means == Custodian.Means.PAGE:
        raise Blocked(NOT_FOR_THE_SERVER.about(custodian=custodian.name))


class Trial(NamedTuple):
    """A trial envelope for a custodian and a made-up second one, and what the second one hands over."""

    kit: dict
    manifest: dict
    ciphertext: bytes
    theirs: dict


def seal_trial(custodian, stage):
    """Seal a trial envelope for this custodian's public key of a stage."""
    tender = custodian.tender
    other = sealing.custodian_keys(sealing.new_seed(), tender.ocid, tender.round)
    mine = {"recipient": getattr(custodian, f"recipient_{stage}"), "verify": custodian.verify_key}
    rows = [
        {"name": "Prueba 1"} | mine,
        {"name": "Prueba 2", "recipient": other.recipients[stage], "verify": other.verify},
    ]
    kit = sealing.make_kit(tender.ocid, tender.round, stage, rows, [{"id": TOGETHER, "k": 2, "of": [1, 2]}])
    bidder = sealing.bidder_pseudonym(sealing.new_salt(), ["PRUEBA"])
    who = {"bidder": bidder, "key": sealing.new_bidder_key()}
    sealed, ciphertext = sealing.seal_bytes(kit, "public", {"prueba.txt": TRIAL}, **who)
    theirs = sealing.release(kit, sealed.manifest, 2, other.identities[stage], other.sign, "release")
    return Trial(kit, sealed.manifest, ciphertext, theirs)


def open_trial(custodian, trial, mine):
    """Open a trial envelope with what this custodian handed over; refuse what does not open it."""
    outcome = sealing.recombine(trial.kit, trial.manifest, [mine, trial.theirs])
    if not outcome.identity:
        raise Blocked(WRONG_SHEET.about(custodian=custodian.name))
    plain = BytesIO()
    sealing.open_envelope(trial.manifest, outcome.identity, BytesIO(trial.ciphertext), plain)
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
