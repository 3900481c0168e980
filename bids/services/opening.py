"""The public acts of opening: convened, begun with quorum, suspended, resumed, closed, annulled."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids import content
from bids.criteria import has_two_envelopes
from bids.guards.evaluation import undecided
from bids.guards.opening import live_acts
from bids.masking import masked
from bids.models import Envelope, OpeningAct
from bids.services.envelopes import shut_for_good
from bids.services.receiving import unfinished
from procurement import roles
from procurement.guards.problems import lazily_shown
from procurement.log import instant, record
from procurement.models import Event
from procurement.roles import Role
from procurement.services import documents, minutes, notices, papers
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance, lock

ALREADY_CONVENED = Refusal(
    "opening.act.already-convened",
    _("This act is convened already. Postpone it if its hour must change; no two acts open the same."),
    _("rule 162"),
)
NO_SECOND_ENVELOPE = Refusal(
    "opening.act.one-envelope",
    _("The bids of this call have one envelope, and it is opened once."),
    _("rule 66"),
)
NOT_IN_THE_PAST = Refusal(
    "opening.act.hour-passed",
    _("That hour has passed. Write an hour that people can still come to."),
    _("decision 7"),
)
BEFORE_THE_SCHEDULE = Refusal(
    "opening.time.too-early",
    _("The terms announced this act for %(planned)s. It can be held later, never sooner."),
    _("rule 59"),
)
REASON_MISSING = Refusal(
    "opening.act.reason-missing",
    _("Write why: the minutes say it, and those who came read it."),
    _("decision 7"),
)
NOT_WHOLE = _("The envelopes had not arrived whole when the time for it ended (clause 16.2 of the terms).")
WATCHERS = (Role.COMMITTEE, Role.SECRETARY, Role.JVS, Role.MAYOR)


def concerned(tender, at):
    """Return who is told of an act: who works on it, observers, custodians, bidders with an account."""
    users = notices.people_of(tender, *WATCHERS, at=at)
    users += [each.user for each in tender.custodians.filter(round=tender.round).select_related("user")]
    users += [each.bidder.account for each in tender.bids.presented().select_related("bidder__account")]
    return [user for user in users if user]


def tell(act, subject, text, *, by):
    """Tell everybody who is concerned by an act, without whoever acts."""
    tender, at = act.tender, act.judged_at
    users = [user for user in concerned(tender, at) if user != by]
    notices.tell(users, tender=tender, subject=subject, text=text, at=at, link=act.get_absolute_url())


def leave_minutes(act, name, title, *, by, **facts):
    """Leave the minutes of an act, or of what befell it."""
    tender, at = act.tender, act.judged_at
    text = papers.render(f"minutes_{name}", tender=tender, act=act, at=at, **facts)
    kept = {"office": "committee", "kind": name.replace("_", "-"), "title": title}
    return minutes.write(tender, **kept, text=text, happened_at=at, by=by, at=at)


@transaction.atomic
def convene(tender, *, stage, place, notary, by, planned_at=None):
    """Convene the act that opens envelope 1 or 2: at the announced hour, or at a later one."""
    tender = lock(tender, by=by)
    at = tender.judged_at
    roles.require(by, "open_envelopes", tender, at)
    if live_acts(tender).filter(stage=stage).exists():
        raise Blocked(ALREADY_CONVENED)
    if stage == 2 and not has_two_envelopes(tender):
        raise Blocked(NO_SECOND_ENVELOPE)
    announced = tender.schedule.opening_1 if stage == 1 else tender.schedule.opening_2
    planned_at = planned_at or announced
    judge_hour(planned_at, announced, at)
    act = OpeningAct.objects.create(
        tender=tender, stage=stage, round=tender.round, planned_at=planned_at, place=place, notary=notary
    )
    act.judged_at = at
    facts = {"stage": stage, "planned_at": instant(planned_at), "place": place, "notary": notary}
    record(tender, "openingact.convene", by=by, at=at, openingact=act.pk, **facts)
    tell_hour(act, by=by)
    return act


def judge_hour(planned_at, announced, at):
    if announced and planned_at < announced:
        raise Blocked(BEFORE_THE_SCHEDULE.about(planned=lazily_shown(announced)))
    if planned_at < at and planned_at != announced:
        raise Blocked(NOT_IN_THE_PAST)


def tell_hour(act, *, by):
    subject = said(_("Opening of envelope %(stage)s: %(hour)s"), stage=act.stage, hour=shown(act.planned_at))
    text = said(
        _(
            "In %(place)s, in public. Whoever wants may come. Custodians bring their sheet of words, bidders "
            "their receipt and, just in case, their key file."
        ),
        place=act.place,
    )
    tell(act, subject, text, by=by)


def shown(moment):
    return lazily_shown(moment)


@transaction.atomic
def postpone(act, *, planned_at, reason, by):
    """Move an act that has not begun to a later hour, with a reason; it leaves its minutes."""
    act = lock(act, by=by)
    require_reason(reason)
    if planned_at <= act.judged_at:
        raise Blocked(NOT_IN_THE_PAST)
    before = act.planned_at
    judge_hour(planned_at, None, act.judged_at)
    act.planned_at = planned_at
    act.save(update_fields=["planned_at"])
    facts = {"old": instant(before), "new": instant(planned_at), "reason": reason}
    act = advance(act, "postpone", by=by, at=act.judged_at, **facts)
    told = {"before": before, "reason": reason}
    leave_minutes(act, "act_postponed", _("Postponement of an act of opening"), by=by, **told)
    tell_hour(act, by=by)
    return act


def require_reason(reason):
    if not reason.strip():
        raise Blocked(REASON_MISSING)


@transaction.atomic
def begin(act, *, present, by, notary=""):
    """Begin the act with the roll of members who are there (users); the first one begins the evaluation.

    Refused before its hour, without quorum, without who certifies, and for envelope 2 while a decision on
    envelope 1 is not firm.
    """
    act = lock(act, by=by)
    act.present.set(present)
    if notary:
        act.notary = notary
        act.save(update_fields=["notary"])
    at = act.judged_at
    act = advance(act, "begin", by=by, at=at, present=[f"user:{each.pk}" for each in present])
    if act.stage == 1:
        act.tender = advance(act.tender, "begin_evaluation", by=by, at=at)
        leave_out_unfinished(act, by=by)
    tell(act, said(_("The opening of envelope %(stage)s has begun"), stage=act.stage), act.place, by=by)
    return act


def leave_out_unfinished(act, *, by):
    """A bid whose bytes had not all arrived by the end of the grace counts as not presented (clause 16.2)."""
    for envelope in act.envelopes().filter(part="public"):
        if envelope.manifest and unfinished(envelope.bid).exists():
            reason = notices.spanish(NOT_WHOLE)
            shut_for_good(act, envelope, "bid.upload.deadline-passed", by=by, reason=reason)


@transaction.atomic
def suspend(act, *, reason, by):
    """Interrupt the act: no quorum, the lights are out, custodians are missing. What is shut stays shut."""
    act = lock(act, by=by)
    require_reason(reason)
    act = advance(act, "suspend", by=by, at=act.judged_at, reason=reason)
    leave_minutes(act, "act_suspended", _("Suspension of an act of opening"), by=by, reason=reason)
    tell(act, _("The act of opening is suspended"), reason, by=by)
    return act


@transaction.atomic
def resume(act, *, present, by):
    """Go on with a suspended act, with a new roll."""
    act = lock(act, by=by)
    act.present.set(present)
    roll = [f"user:{each.pk}" for each in present]
    act = advance(act, "resume", by=by, at=act.judged_at, present=roll)
    leave_minutes(act, "act_resumed", _("Resumption of an act of opening"), by=by)
    tell(act, _("The act of opening goes on"), act.place, by=by)
    return act


@transaction.atomic
def conclude(act, *, by):
    """Close the act once every envelope is open or accounted for; its minutes list what was read."""
    act = advance(act, "conclude", by=by)
    opened = list(act.envelopes().filter(part="public"))
    title = _("Opening of envelope 1") if act.stage == 1 else _("Opening of envelope 2")
    rows = [read_aloud(envelope) for envelope in in_order(act, opened)]
    facts = {"rows": rows, "releases": releases_of(act), "verdicts": verdicts_of(act)}
    leave_minutes(act, f"opening_{act.stage}", title, by=by, **facts)
    subject = said(_("Envelope %(stage)s was opened"), stage=act.stage)
    tell(act, subject, _("The minutes say what was read of each bid. Nothing was judged in this act."), by=by)
    return act


def read_aloud(envelope):
    """Return what the minutes say of an envelope: whose, its papers, its offer; no identity document."""
    said_so = envelope.content or {}
    names = [file["name"] for file in said_so.get("files", [])] + said_so.get("documents", [])
    names += [name for _key, kept in content.papers(said_so.get("form", {})) for name in kept]
    return {
        "envelope": envelope,
        "papers": ", ".join(masked(name) for name in names),
        "words": masked(str(said_so.get("words", ""))),
        "figure": masked(str(said_so.get("percentage", ""))),
    }


def in_order(act, envelopes):
    """Return envelopes in the order in which their bids were presented."""
    return sorted(envelopes, key=lambda each: (each.bid.submitted_at, each.bid.pk))


BLAMED = {"bidder": _("the bidder"), "custodian": _("custodian"), "server": _("the server")}


def verdicts_of(act):
    """Return who failed about which envelope of the act, as the proofs say (docs/sobre-1.md §9)."""
    names = {each.index: each.name for each in act.tender.custodians.filter(round=act.round)}
    envelopes = {each.manifest_sha256: each for each in act.envelopes()}
    found = Event.objects.of(act.tender).filter(body__action="verdict").order_by("index")
    facts = [event.body["facts"] for event in found if event.body["facts"]["manifest"] in envelopes]
    return [
        {
            "who": BLAMED.get(each["who"], _("nobody can be named")),
            "custodian": names.get(each["i"], ""),
            "bidder": envelopes[each["manifest"]].bid,
            "manifest": each["manifest"],
            "code": each["code"],
        }
        for each in facts
    ]


def releases_of(act):
    """Return what each custodian did in the act: name, how many checks, how many handed over."""
    rows = {}
    for release in act.releases.select_related("custodian"):
        row = rows.setdefault(release.custodian, {"check": 0, "release": 0})
        row[release.mode] += 1
    return [
        {"custodian": custodian, "checked": row["check"], "released": row["release"]}
        for custodian, row in rows.items()
    ]


@transaction.atomic
def annul(tender, *, act, reason, by):
    """Annul a faulty opening, as the mayor: everything is as it was at the close (decision 6).

    `act` names the resolution. What was read stays read: the minutes of the annulled act say so.
    """
    tender = lock(tender, by=by)
    require_reason(reason)
    at = tender.judged_at
    tender = advance(tender, "annul_opening", by=by, at=at, act=act, reason=reason)
    acts = list(live_acts(tender))
    for each in acts:
        each.annulled_at = at
        each.save(update_fields=["annulled_at"])
    for bid in tender.bids.presented().exclude(state="submitted"):
        advance(bid, "undo_opening", by=by, at=at)
    supersede_findings(tender, at)
    read = Envelope.objects.filter(tender=tender, bid__round=tender.round, status__in=["open", "unopened"])
    read.update(status=Envelope.Status.PRESENTED, fault="")
    text = papers.render("minutes_opening_annulled", tender=tender, act=act, reason=reason, acts=acts)
    kept = {"office": "mayor", "kind": "opening-annulled", "title": _("Nullity of the opening")}
    minutes.write(tender, **kept, text=text, happened_at=at, by=by, at=at)
    users = [user for user in concerned(tender, at) if user != by]
    link = tender.get_absolute_url()
    notices.tell(users, tender=tender, subject=_("The opening was annulled"), text=reason, at=at, link=link)
    return tender


def supersede_findings(tender, at):
    """What was decided on an annulled opening counts no more; it stays."""
    bids = tender.bids.filter(round=tender.round)
    tender.decisions.filter(bid__in=bids, superseded_at=None).update(superseded_at=at)
    tender.first_results.filter(round=tender.round, superseded_at=None).update(superseded_at=at)
    tender.rankings.filter(round=tender.round, superseded_at=None).update(superseded_at=at)
    tender.defects.filter(bid__in=bids, settled_at=None).update(
        settled_at=at, accepted=False, verdict=notices.spanish(_("The opening was annulled."))
    )


def left_to_decide(tender):
    """Return how many bids wait for the decision on envelope 1."""
    return undecided(tender).count()


def keep_photo(tender, upload, title, *, by):
    """Keep a photograph or scan of an act, public at once."""
    if not upload:
        return None
    at = tender.judged_at
    kept = {"kind": "act-photo", "title": notices.spanish(title)[:200], "municipality": tender.municipality}
    return documents.store(upload, **kept, tender=tender, by=by, at=at, public_at=at)
