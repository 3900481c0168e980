"""Opening sealed envelopes: custodians check and hand over, the key is put together, the content appears.

A custodian's own device checks and hands over. Where no program runs there, words that are typed make keys in
memory, which sign and are forgotten; nothing of them is stored (decision 15). Who failed is found by the
proofs of `sobre/1` and written into the log (docs/sobre-1.md §9).
"""

import hashlib
import tempfile

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids import content, sealing
from bids.criteria import has_two_envelopes
from bids.masking import masked
from bids.models import BidFile, Custodian, Envelope, OpeningAct, Release
from bids.refusals import SENTENCES, explained
from bids.sealing import SealingError
from bids.services import ciphertexts
from bids.services.custody import require_server_sheet
from procurement import clock, roles
from procurement.log import record
from procurement.models import Event
from procurement.services import minutes, notices
from procurement.workflow import Blocked, Refusal, advance, lock

NOT_HELD = Refusal(
    "opening.act.not-in-progress",
    _("Envelopes are opened while the act is in progress."),
    _("rule 59"),
)
WORDS_WRONG = Refusal(
    "custodian.words.wrong",
    _("Those words do not make the sheet of %(custodian)s. Compare them with the paper, one by one."),
    _("sobre/1"),
)
CHECK_INCOMPLETE = Refusal(
    "opening.check.incomplete",
    _("%(custodian)s has not checked every envelope yet. All are checked first; then they are opened."),
    _("docs/sobre-1.md §8"),
)
NOT_ENOUGH = Refusal(
    "opening.custodians.not-enough",
    _(
        "%(ready)s of the %(needed)s custodians needed of group %(group)s have checked. Wait, call the rest, "
        "or use the key files of the bidders who are here."
    ),
    _("terms 17.4"),
)
ALREADY_OPEN = Refusal("opening.envelope.already-open", _("This envelope is open already."), _("rule 59"))
NOT_PAPER_NOR_SEALED = Refusal(
    "opening.list.empty",
    _("The log has no envelope to be opened in this act."),
    _("docs/sobre-1.md §7"),
)
NOT_IN_KEY_FILE = Refusal(
    "envelope.key.foreign",
    _("This key file does not open this envelope. It opens only the bytes that were sealed with it."),
    _("docs/sobre-1.md §9"),
)
REASON_MISSING = Refusal(
    "opening.envelope.reason-missing",
    _("Write why this envelope cannot be opened: the minutes say it."),
    _("terms 17.5"),
)
SERVER_LOST = Refusal(
    ciphertexts.LOST,
    SENTENCES[ciphertexts.LOST],
    _("terms 17.5; docs/sobre-1.md §9"),
)
BLAMES_BIDDER = "bidder"


def held(act, *, by):
    """Lock an act that is in progress."""
    act = lock(act, by=by)
    if act.state != OpeningAct.State.HELD:
        raise Blocked(NOT_HELD)
    return act


def kit_of(act):
    return act.tender.kits.get(round=act.round, stage=act.stage).body


def to_open(act):
    """Return the envelopes that the log gives to this act (docs/sobre-1.md §7), in the order of the log.

    In stage 2 only those of bids that qualified; what was presented late, replaced or withdrawn is not there.
    """
    leaves = [event.body for event in Event.objects.of(act.tender).order_by("index")]
    with explained():
        listed = sealing.opening_list(leaves, act.stage, act.round).to_open
    found = {each.manifest_sha256: each for each in act.envelopes()}
    return [found[row.manifest] for row in listed if row.manifest in found]


def keys_of(custodian, words):
    """Return the keys that typed words make; refuse those of any other sheet."""
    tender = custodian.tender
    require_server_sheet(custodian)
    with explained():
        seed = sealing.words_to_seed(words)
    keys = sealing.custodian_keys(seed, tender.ocid, tender.round)
    if keys.verify != custodian.verify_key:
        raise Blocked(WORDS_WRONG.about(custodian=custodian.name))
    return keys


def require_custodian(act, custodian, by):
    """Stop here unless it is the custodian, or somebody of the committee at whose screen they type."""
    custodian = Custodian.objects.get(pk=custodian.pk, tender=act.tender, round=act.round)
    custodian.tender = act.tender
    if custodian.user_id != by.pk:
        roles.require(by, "open_envelopes", act.tender, act.judged_at)
    return custodian


def sign(act, custodian, keys, mode, envelopes, *, by):
    """Let a custodian's keys sign about each envelope; keep and log what they signed."""
    kit, at = kit_of(act), act.judged_at
    for envelope in envelopes:
        with explained():
            body = sealing.release(
                kit, envelope.manifest, custodian.index, keys.identities[act.stage], keys.sign, mode
            )
        Release.objects.create(
            tender=act.tender,
            act=act,
            envelope=envelope,
            custodian=custodian,
            mode=mode,
            body=body,
            at=at,
        )
        record(act.tender, mode, by=by, at=at, **sealing.release_entry(envelope.manifest, body))


def signed(act, custodian, mode):
    return set(
        act.releases.filter(custodian=custodian, mode=mode, envelope__in=act.envelopes()).values_list(
            "envelope", flat=True
        )
    )


@transaction.atomic
def check_envelopes(act, *, custodian, words, by):
    """Check every envelope of the act with a custodian's sheet, which reveals nothing (round one)."""
    act = held(act, by=by)
    custodian = require_custodian(act, custodian, by)
    keys = keys_of(custodian, words)
    envelopes = to_open(act)
    if not envelopes:
        raise Blocked(NOT_PAPER_NOR_SEALED)
    done = signed(act, custodian, "check")
    left = [each for each in envelopes if each.pk not in done and each.status == "presented"]
    sign(act, custodian, keys, "check", left, by=by)
    return act


def missing_checks(act, envelopes):
    """Return why releasing cannot begin: groups that have not checked every envelope."""
    kit, needed = kit_of(act), {envelope.pk for envelope in envelopes}
    by_seat = {}
    for seat, envelope in act.releases.filter(mode="check").values_list("custodian__index", "envelope"):
        by_seat.setdefault(seat, set()).add(envelope)
    ready = {seat for seat, checked in by_seat.items() if needed <= checked}
    return [
        NOT_ENOUGH.about(ready=len(ready & set(group["of"])), needed=group["k"], group=group["id"])
        for group in kit["groups"]
        if len(ready & set(group["of"])) < group["k"]
    ]


@transaction.atomic
def release_shares(act, *, custodian, words, by):
    """Hand over a custodian's shares of every envelope (round two); what they suffice for is opened.

    Not before so many custodians of each group as it takes to open have checked every envelope.
    """
    act = held(act, by=by)
    custodian = require_custodian(act, custodian, by)
    keys = keys_of(custodian, words)
    waiting = [each for each in to_open(act) if each.status == "presented"]
    if {each.pk for each in waiting} - signed(act, custodian, "check"):
        raise Blocked(CHECK_INCOMPLETE.about(custodian=custodian.name))
    if reasons := missing_checks(act, waiting):
        raise Blocked(*reasons)
    done = signed(act, custodian, "release")
    sign(act, custodian, keys, "release", [each for each in waiting if each.pk not in done], by=by)
    for envelope in waiting:
        if envelope.part == "public":
            open_with_releases(act, envelope, by=by)
    return act


def bodies(act, envelope):
    return [release.body for release in act.releases.filter(envelope=envelope)]


def open_with_releases(act, envelope, *, by, reading=None):
    """Put the key of an envelope together and open it, if what was handed over suffices."""
    kit = kit_of(act)
    outcome = sealing.recombine(kit, envelope.manifest, bodies(act, envelope), reading)
    for verdict in outcome.verdicts:
        judge(act, envelope, verdict.code, verdict.who, verdict.i, by=by)
    if outcome.identity:
        return reveal(act, envelope, outcome.identity, by=by)
    if not outcome.missing:  # everybody needed has spoken, and there is no key
        return shut_for_good(act, envelope, "envelope.key.not-rebuilt", by=by)
    return envelope


def judge(act, envelope, code, who, seat=None, *, by):
    """Write into the log who failed, as the proofs say; the same finding once."""
    facts = {"v": "sobre/1", "manifest": envelope.manifest_sha256, "who": who, "i": seat, "code": code}
    known = Event.objects.of(act.tender).filter(body__action="verdict")
    if facts not in [event.body["facts"] for event in known]:
        record(act.tender, "verdict", by=by, at=act.judged_at, **facts)


def fail(act, envelope, refused, *, by):
    """What was presented does not open: for good if the bidder sealed rubbish; else it is delivered again."""
    who = refused.facts.get("who")
    judge(act, envelope, refused.code, who, by=by)
    if who == BLAMES_BIDDER:
        return shut_for_good(act, envelope, refused.code, by=by)
    if refused.code != ciphertexts.LOST:
        raise Blocked(Refusal(refused.code, SENTENCES.get(refused.code, refused.code), "sobre/1")) from None
    ciphertexts.lose(envelope, act.tender, by=by)
    return envelope


def reveal(act, envelope, identity, *, by, key=None):
    """Decrypt one envelope and keep what it says, unless it cannot be."""
    if not ciphertexts.is_whole(envelope):
        return fail(act, envelope, SealingError(ciphertexts.LOST, who="server"), by=by)
    with tempfile.TemporaryFile() as plain:
        try:
            with envelope.ciphertext.open("rb") as ciphertext:
                sealing.open_envelope(envelope.manifest, identity, ciphertext, plain)
            files = keep_files(act, envelope, sealing.unzip(plain))
        except SealingError as refused:
            return fail(act, envelope, refused, by=by)
    envelope.identity = identity if envelope.part == "public" else ""
    return publish(act, envelope, files, by=by, key=key)


def keep_files(act, envelope, members):
    """Keep the files of an opened envelope as they are; return each with its digest, the form read."""
    rows, typed = [], {content.FORM: {}, content.OFFER: {}}
    envelope.files.all().delete()
    for member in members:
        with tempfile.TemporaryFile() as copy:
            digest = hashlib.sha256()
            for chunk in member.chunks():
                digest.update(chunk)
                copy.write(chunk)
            copy.seek(0)
            if member.name in typed:
                typed[member.name] = content.read(copy.read(content.LIMIT + 1))
                copy.seek(0)
            row = {"name": member.name, "sha256": digest.hexdigest(), "size": member.size}
            kept = BidFile(tender=act.tender, envelope=envelope, at=act.judged_at, **row)
            kept.reserved = envelope.part == "reserved"
            kept.file.save(row["sha256"], File(copy))
            rows.append(row)
    return {"form": typed[content.FORM], "offer": typed[content.OFFER], "files": rows}


def publish(act, envelope, found, *, by, key=None):
    """Write that an envelope is open: whose it is, and what lay in it; the bid goes on."""
    bid, at = envelope.bid, act.judged_at
    envelope.content = {"form": found["form"]} if act.stage == 1 else {}
    if act.stage == 2 or not has_two_envelopes(act.tender):
        envelope.content |= found["offer"]
    envelope.content |= {"files": found["files"]}
    envelope.status, envelope.opened_at, envelope.fault = Envelope.Status.OPEN, at, ""
    envelope.save()
    listed = [file | {"name": masked(file["name"])} for file in found["files"]]
    shown = {"files": listed} if envelope.part == "public" else {"files": len(listed)}
    facts = {
        "v": "sobre/1",
        "manifest": envelope.manifest_sha256,
        "stage": act.stage,
        "part": envelope.part,
        "key": key or "custodians",
    }
    record(act.tender, "opening", by=by, at=at, bid=bid.pk, **facts | shown)
    if envelope.part == "public":
        name_bidder(act, bid, by=by)
        go_on(act, bid, by=by)
    return envelope


def name_bidder(act, bid, *, by):
    """Say in public whose pseudonym it was (decision 14); ids that are identity documents stay private."""
    if act.stage != 1:
        return
    ids = bid.bidder.identifiers()
    private = {"ids": ids, "salt": bid.salt}
    public = private if all(len(each) == 11 for each in ids) else {}
    facts = {"bidder": bid.pseudonym, "name": bid.bidder.name} | public
    record(act.tender, "publish", by=by, at=act.judged_at, private=None if public else private, **facts)


def go_on(act, bid, *, by):
    """The bid whose envelope is open takes its next step, whoever brought the last part of the key."""
    step = {("submitted", 1): "open_first", ("qualified", 2): "open_second"}.get((bid.state, act.stage))
    if step:
        advance(bid, step, by=clock.ACTOR, at=act.judged_at, actor=by)


def shut_for_good(act, envelope, code, *, by, reason=""):
    """An envelope that cannot be opened: the bid counts as not presented, its offer as none (terms 17.5)."""
    envelope.status, envelope.fault = Envelope.Status.UNOPENED, code
    envelope.save()
    bid = lock(envelope.bid, by=by, at=act.judged_at)
    bid.reason_code = code
    bid.reason = reason or notices.spanish(SENTENCES.get(code, code))
    bid.save()
    if envelope.part == "public":
        step = "exclude" if act.stage == 1 else "reject_offer"
        advance(bid, step, by=clock.ACTOR, at=act.judged_at, actor=by, code=code)
    return envelope


@transaction.atomic
def open_with_key(envelope, *, key_file, by):
    """Open an envelope with the bidder's own key file: the way out where custodians are missing (§7).

    It opens the same bytes or nothing. By the bidder, or at the screen of the committee.
    """
    tender = lock(envelope.tender, by=by)
    act = held(act_of(envelope, tender), by=by)
    envelope = Envelope.objects.select_related("bid__bidder").get(pk=envelope.pk)
    own = envelope.bid.bidder.account_id == by.pk
    if not own:
        roles.require(by, "open_envelopes", tender, act.judged_at)
    actor = envelope.bid.pseudonym if own else by
    if envelope.status != Envelope.Status.PRESENTED or envelope not in to_open(act):
        raise Blocked(ALREADY_OPEN)
    with explained():
        document = sealing.read_key_file(key_file)
    row = next((r for r in document["envelopes"] if r["manifest"] == envelope.manifest_sha256), None)
    if row is None or sealing.codec.recipient_for(row["identity"]) != envelope.manifest["envelope"]:
        raise Blocked(NOT_IN_KEY_FILE)
    for verdict in sealing.judge(kit_of(act), envelope.manifest, row["identity"], doubted(act, envelope)):
        judge(act, envelope, verdict.code, verdict.who, verdict.i, by=actor)
    opened = reveal(act, envelope, row["identity"], by=actor, key="bidder")
    if opened.status == Envelope.Status.PRESENTED:
        raise Blocked(SERVER_LOST)
    return opened


@transaction.atomic
def open_again(envelope):
    """Go on with an envelope that was delivered again, if the act is in progress and its key is together."""
    tender = lock(envelope.tender, by=clock.ACTOR)
    envelope = Envelope.objects.select_related("bid__bidder").get(pk=envelope.pk)
    act = tender.opening_acts.filter(round=tender.round, stage=envelope.stage, annulled_at=None).first()
    if act is None or act.state != act.State.HELD or envelope.part != "public":
        return envelope
    act.tender, act.judged_at = tender, tender.judged_at
    return open_with_releases(act, envelope, by=clock.ACTOR) if envelope in to_open(act) else envelope


def doubted(act, envelope):
    """Return the custodians who complained about their share of an envelope."""
    complaints = [body for body in bodies(act, envelope) if "complaint" in body]
    return sorted({body["i"] for body in complaints})


def act_of(envelope, tender):
    """Return the live act that opens this envelope."""
    found = tender.opening_acts.filter(round=tender.round, stage=envelope.stage, annulled_at=None).first()
    if found is None:
        raise Blocked(NOT_HELD)
    return found


@transaction.atomic
def give_up(envelope, *, reason, by):
    """Record that an envelope cannot be opened, after every way was tried (terms 17.5)."""
    tender = lock(envelope.tender, by=by)
    act = held(act_of(envelope, tender), by=by)
    roles.require(by, "open_envelopes", tender, act.judged_at)
    envelope = Envelope.objects.select_related("bid__bidder").get(pk=envelope.pk)
    if envelope.status != Envelope.Status.PRESENTED:
        raise Blocked(ALREADY_OPEN)
    if envelope.fault == ciphertexts.LOST:
        raise Blocked(SERVER_LOST)
    if not reason.strip():
        raise Blocked(REASON_MISSING)
    minutes.check_public(reason)
    facts = {"envelope": envelope.pk, "bid": envelope.bid_id, "stage": envelope.stage, "reason": reason}
    record(tender, "envelope.give-up", by=by, at=act.judged_at, **facts)
    return shut_for_good(act, envelope, "opening.envelope.given-up", by=by, reason=reason)


@transaction.atomic
def read_reserved(envelope, *, custodian, words, by):
    """Open the reserved part of a bid with the sheet of a committee member, who is among its readers.

    After the custodians have handed over their shares; its files are for who evaluates, never public.
    """
    tender = lock(envelope.tender, by=by)
    act = act_of(envelope, tender)
    act.tender, act.judged_at = tender, tender.judged_at
    if not roles.holds(by, "evaluate_bids", tender, act.judged_at):
        raise PermissionDenied
    envelope = Envelope.objects.select_related("bid__bidder").get(pk=envelope.pk)
    if envelope.status != Envelope.Status.PRESENTED:
        raise Blocked(ALREADY_OPEN)
    custodian = require_custodian(act, custodian, by)
    keys = keys_of(custodian, words)
    with explained():
        seat = sealing.reader_of(kit_of(act), keys)
    opened = open_with_releases(act, envelope, by=by, reading=(seat, keys.reading_identity))
    if opened.status == Envelope.Status.PRESENTED:
        raise Blocked(*missing_releases(act))
    return opened


def missing_releases(act):
    kit = kit_of(act)
    seats = set(act.releases.filter(mode="release").values_list("custodian__index", flat=True))
    return [
        NOT_ENOUGH.about(ready=len(seats & set(group["of"])), needed=group["k"], group=group["id"])
        for group in kit["groups"]
    ]
