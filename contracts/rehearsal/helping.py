"""The invented people of the municipality do their part, so that a committee practises the act it chose.

Whoever rehearses may take each of these steps by hand instead: what was done by hand stays as it is.
"""

import json
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bids.criteria import criteria_of
from bids.guards.evaluation import standing_decisions
from bids.guards.opening import live_acts
from bids.models import Custodian, Sheet
from bids.services import custody, envelopes, evaluation, ranking, reading
from contracts.replay import acts
from procurement import clock, committee
from procurement.guards.award import ranking_of
from procurement.guards.custody import has_kits, is_digital, settled
from procurement.models import BarrierCheck, Schedule, User
from procurement.services import circulars, dates, meetings, promotion, queries
from procurement.services.committee import declare
from procurement.workflow import Blocked

from . import cast, time

SHEETS = settings.DATA_DIR / "sheets.json"  # the words of the sheets that were made here, by public key
NOTARY = "Notaría Simulada"
REASON = "Consta en lo presentado en el simulacro."
POINTS = "75.00"
GUEST = {"name": "Invitada Simulada", "dni": "90000041", "sector": "business", "sex": "woman"}
TO_ASK, TO_BID, TO_AWARD = (timedelta(days=days) for days in (35, 53, 120))  # after the announcement


def person(number):
    return User.objects.get(dni=f"900000{number:02}")


def members(tender):
    """Return who decides."""
    return [seat.user for seat in committee.sitting(tender, clock.now())]


def make_ready(tender):
    """Do what an announcement still needs: dates, a look at the barriers, the keys of the envelopes."""
    set_dates(tender)
    for item in set(BarrierCheck.Item.values) - set(tender.barrier_checks.values_list("item", flat=True)):
        finding = {"surmountable": True, "finding": "Un vecino con oficio puede cumplirlo"}
        promotion.check_barrier(tender, item=item, by=person(15), **finding)
    if is_digital(tender) and not has_kits(tender):
        keep_keys(tender)


def set_dates(tender):
    """Set every date, for an announcement in two days, unless there are dates that can be kept."""
    at, stands = clock.now(), Schedule.objects.filter(tender=tender).first()
    if stands and stands.announcement > at:
        return
    noon = time.noon_of(at + 2 * time.DAY)
    for year in {noon.year, (noon + TO_AWARD).year}:
        dates.confirm_year(tender.municipality, year=year, by=person(3))
    anchors = {"query_deadline": noon + TO_ASK, "submission_deadline": noon + TO_BID}
    proposed = dates.propose_dates(tender, announcement=noon, **anchors)
    dated = {name: proposed.get(name) for name in Schedule.MILESTONES}
    version = stands.version if stands else 0
    dates.set_schedule(tender, version=version, dated=dated, skipped={}, by=person(15))


def keep_keys(tender):
    """Name the custodians that are missing, make and prove the sheets that nobody made, record the keys."""
    words = sheets()
    for user, group in seats(tender):
        called = {"full_name": "" if user else NOTARY}
        custody.name(tender, user=user, group=group, by=person(15), **called)
    for each in custody.present_round(tender).filter(ready_at=None).select_related("user"):
        each.tender = tender
        made = acts.keep_sheet(each, by=each.user or person(15))
        words[Custodian.objects.get(pk=each.pk).verify_key] = made
    SHEETS.write_text(json.dumps(words), encoding="utf-8")
    custody.record_keys(tender, by=person(15))


def seats(tender):
    """Return (user, body) of the custodians still to be named: JVS and notary, the rest of the committee."""
    bodies, named = Custodian.Group, custody.present_round(tender)
    outside = [(person(16), bodies.JVS), (None, bodies.NOTARY)]
    known = set(named.values_list("user", flat=True))
    needed = settled(tender, "sealing.custodians", 0)
    own = [(user, bodies.COMMITTEE) for user in members(tender)][: max(needed - len(outside), 0)]
    left = [(user, body) for user, body in own + outside if (user and user.pk) not in known]
    return left[: needed - named.count()]


def sheets():
    """Return the words of the sheets that were made here, by the public key that each signs with."""
    return json.loads(SHEETS.read_text(encoding="utf-8")) if SHEETS.exists() else {}


def sheets_to_read(tender):
    """Return (custodian, words) of the sheets that were made here, for whoever opens by hand."""
    words = sheets()
    holding = custody.present_round(tender).filter(verify_key__in=words)
    return [(each, words[each.verify_key]) for each in holding]


def next_meeting(tender):
    return tender.meetings.current().filter(state__in=["planned", "convened", "rescheduled"]).first()


def meet(tender):
    """Convene the next meeting where nobody has, go to its hour, hold it and close its minutes."""
    meeting = next_meeting(tender)
    if meeting is None:
        return
    chair, secretary = members(tender)[0], person(15)
    sent = {"medium": "letter", "sent_on": clock.now().date(), "proof": "Cargo 15", "by": chair}
    if meeting.state != "convened":
        meetings.invite(meeting, name="Junta Vecinal", sector="jvs", **sent)
        meeting = meetings.convene(meeting, place="Local comunal", by=chair)
    time.put_forward(meeting.date - clock.now() + time.JUST_AFTER)
    entitled = {"capacity": "invitee", "invitation": guest_of(meeting, sent)}
    meetings.attend(meeting, by=secretary, **GUEST, **entitled)
    meetings.hold(meeting, by=secretary)
    told = {"account": "Se explicó el proceso y se respondió a todos.", "topics": meeting.Topic.values}
    meetings.report(meeting, by=secretary, **told)
    meetings.close(meeting, by=secretary)


def guest_of(meeting, sent):
    """Return the invitation of the one guest, who is invited where nobody was."""
    found = meeting.invitations.filter(sector="business").first()
    return found or meetings.invite(meeting, name=GUEST["name"], sector="business", **sent)


def answer(tender):
    """Draft an answer to every query without one, and send them all in one circular."""
    for query in tender.queries.heads().filter(state="numbered"):
        queries.draft_answer(query, answer="Como dicen las bases.", by=person(4))
    deciding = members(tender)
    drafted = circulars.draft(tender, subject="Respuesta a las consultas", by=deciding[0])
    circulars.publish(circulars.approve(drafted, present=deciding, by=deciding[0]), by=deciding[0])


def open_envelopes(tender):
    """Let custodians check and hand over in the act that goes on; on paper, let what was read be typed."""
    act = live_acts(tender).filter(state="held").first()
    if act is None:
        raise Blocked(envelopes.NOT_HELD)
    (unlock if is_digital(tender) else type_in)(tender, act)


def unlock(tender, act):
    chair, holding = members(tender)[0], sheets_to_read(tender)
    for each, words in holding:
        envelopes.check_envelopes(act, custodian=each, words=words, by=chair)
    for each, words in holding:
        envelopes.release_shares(act, custodian=each, words=words, by=chair)


def type_in(tender, act):
    """Type what each paper envelope says, as the secretary, and confirm it, as a member."""
    offers = {name: {"percentage": offer, "words": words} for name, offer, words in cast.envelopes(tender)}
    for each in filter(reading.is_to_be_typed, act.envelopes()):
        name = each.bid.bidder.name
        papers = {"documents": "\n".join(cast.PAPERS), "name": name} if act.stage == 1 else offers[name]
        reading.enter(each, by=person(15), **papers)
        reading.confirm(each, by=members(tender)[0])


def evaluate(tender):
    """Declare again, fill the sheets that nobody filled, decide what is undecided, and qualify every bid."""
    for member in members(tender):
        declare(tender, has_conflict=False, by=member)
    for bid in tender.bids.presented().filter(state="opened"):
        judge(tender, bid)


def judge(tender, bid):
    """Find that one bid meets everything, member by member, then together."""
    deciding, criteria = members(tender), criteria_of(tender)
    said = {
        each.key: {"finding": "meets", "reason": REASON} | ({"points": POINTS} if each.points else {})
        for each in criteria
    }
    for member in deciding:
        if not Sheet.objects.filter(bid=bid, member=member).exists():
            evaluation.save_sheet(bid, answers=said, by=member)
    for each in criteria:
        if each.key not in standing_decisions(bid):
            points = {"points": POINTS} if each.points else {}
            evaluation.decide(bid, criterion=each.key, meets=True, reason=REASON, by=deciding[0], **points)
    evaluation.qualify(bid, by=deciding[0])


def sign(tender):
    """Let every member sign the ranking who has not."""
    ranked = ranking_of(tender)
    signed = set(ranked.signatures.values_list("member", flat=True)) if ranked else set()
    for member in members(tender):
        if member.pk not in signed:
            ranking.sign(tender, by=member)


ACTS = {  # what can be asked of the others: its words, what they do, and the states in which it can be tried
    "ready": (_("Set dates, look at barriers, keep the keys"), make_ready, ["draft", "approved"]),
    "meet": (_("Hold the next meeting"), meet, ["announced", "integrated"]),
    "answer": (_("Answer the queries in a circular"), answer, ["announced"]),
    "open": (_("Let the custodians open the envelopes"), open_envelopes, ["closed", "evaluating"]),
    "evaluate": (_("Fill the sheets and decide on envelope 1"), evaluate, ["evaluating"]),
    "sign": (_("Sign the ranking as every member"), sign, ["evaluating"]),
}
