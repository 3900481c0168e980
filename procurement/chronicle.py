"""The log in words: what each action means to a neighbour. Each part of the procedure adds to `WORDS`."""

import re
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import Event, User
from .roles import Role

WORDS = {
    "create": _("The draft of the call was begun."),
    "council.agree": _("An agreement of the council was recorded."),
    "study.record": _("A study was recorded."),
    "assembly.record": _("An assembly was recorded."),
    "model.record": _("The model that the delegates approved was recorded."),
    "regime.choose": _("The regime was chosen."),
    "preparation.supersede": _("A record of the preparation was crossed out, with a reason."),
    "conflict.declare": _("Somebody declared their interests."),
    "approve": _("The terms were approved."),
    "announce": _("The call was announced."),
    "programs": _("The fingerprints of the programs that seal and check were noted."),
    "postpone": _("Dates of the call were postponed."),
    "integrate": _("The integrated terms were published."),
    "close": _("The reception of bids was closed."),
    "begin_evaluation": _("The opening of envelope 1 began."),
    "award": _("The award was announced."),
    "consent": _("The award became final."),
    "reopen_evaluation": _("An appeal was upheld: the evaluation goes on."),
    "pass_to_next": _("The award passed to the next in rank."),
    "declare_deserted": _("The call was declared deserted."),
    "return_to_phase": _("The call went back to the phase before."),
    "annul_opening": _("The opening was annulled."),
    "withdraw": _("The municipality withdrew from the process."),
    "cancel": _("The call was cancelled."),
    "override": _("A warning was passed over, with a reason."),
    "appoint": _("Somebody was appointed."),
    "appointment.end": _("An appointment was ended."),
    "committee.call-in": _("An alternate took a seat on the committee."),
    "document.store": _("A document was filed."),
    "minutes": _("Minutes were written."),
    "minutes.rectify": _("A fe de erratas was added to minutes."),
    "minutes.scan": _("The signed minutes were scanned."),
    "paper.attach": _("A signed paper was attached to its record."),
    "paper.sign": _("A paper was signed electronically."),
    "minutes.witness": _("An observer of the JVS signed as witness."),
    "remark": _("An observer of the JVS left a remark."),
    "remark.answer": _("The committee answered a remark of the JVS."),
    "municipality.create": _("A municipality was created."),
    "town.add": _("A town was entered, with the number of its people and the source."),
    "town.revise": _("The facts of a town were corrected, with their source."),
    "ordinance.plan": _("An ordinance was planned."),
    "ordinance.agree": _("An ordinance approved by the council was recorded."),
    "ordinance.publish": _("The publication of an ordinance was recorded."),
    "ordinance.supersede": _("An ordinance was crossed out, with a reason."),
    "board.elect": _("The election of a neighbourhood board was recorded."),
    "board.add-delegate": _("A delegate joined a neighbourhood board."),
    "board.end-delegate": _("A delegate left a neighbourhood board."),
    "board.instate": _("A neighbourhood board was instated."),
    "board.supersede": _("A neighbourhood board was crossed out, with a reason."),
    "host.found": _("A host was made from the machine itself."),
    "account.code": _("A code was printed for somebody."),
    "account.delivery": _("Somebody chose how to be told."),
    "calendar.renew": _("Somebody gave their calendar a new address."),
    "mail.again": _("E-mails that had failed were to be sent again."),
    "account.open": _("Somebody chose a password with a printed code."),
    "account.reset.propose": _("An official proposed a new code for a lost password."),
    "account.reset.confirm": _("A second official confirmed a new code for a lost password."),
    "biddermeeting.convene": _("A meeting was convened."),
    "biddermeeting.reschedule": _("A meeting was put on another date."),
    "biddermeeting.hold": _("A meeting was held."),
    "biddermeeting.close": _("The minutes of a meeting were closed."),
    "biddermeeting.miss": _("Nobody came to a meeting."),
    "biddermeeting.skip": _("A meeting was left out."),
    "meeting.invite": _("Somebody was invited to a meeting."),
    "meeting.attend": _("Somebody was entered in the list of a meeting."),
    "meeting.strike": _("Somebody was taken off the list of a meeting."),
    "meeting.question": _("A question and its answer were noted at a meeting."),
    "meeting.report": _("What was told at a meeting was written down."),
    "query.receive": _("A query came in."),
    "query.register": _("A query got its number."),
    "query.reject": _("A query was returned with the reason."),
    "query.redact": _("The words of a query were made to hide who asks."),
    "query.merge": _("A query was merged with an equal one."),
    "query.part": _("A merge of queries was undone."),
    "query.draft": _("The answer to a query was drafted."),
    "query.settle": _("The answer to a query was approved."),
    "query.unsettle": _("The answer to a query went back to be drafted."),
    "query.notify": _("A query was answered to all."),
    "circular.draft": _("A circular was drafted."),
    "circular.revise": _("The draft of a circular was changed."),
    "circular.change": _("A change of the terms joined a circular."),
    "circular.keep": _("A change of the terms left a circular."),
    "circular.approve": _("The committee approved a circular."),
    "circular.withdraw_approval": _("The approval of a circular was taken back."),
    "circular.publish": _("A circular was sent to all buyers."),
    "circular.integrate": _("A circular became part of the integrated terms."),
    "account.deactivate": _("An account was closed."),
    "account.reactivate": _("A closed account was opened again."),
    "outage.report": _("A time without service was written down."),
    "outage.end": _("The service came back."),
    "copy.put-back": _("A copy of the records was put back; what was recorded since is gone."),
    "announce.propose": _("A member of the committee proposed the announcement; another one confirms it."),
    "barrier.check": _("A barrier was looked at before the call."),
    "calendar.confirm": _("The days off of a year were confirmed."),
    "day-off.add": _("A day off was entered."),
    "day-off.remove": _("A day off was taken out."),
    "schedule.set": _("The dates of the call were set."),
    "revise": _("What the terms say was changed before the announcement."),
    "terms.version": _("A version of the terms was made."),
    "terms.publish": _("A version of the terms was published."),
    "termssale.request": _("Somebody asked to buy the terms."),
    "termssale.pay": _("Somebody paid for the terms."),
    "termssale.deliver": _("The terms were handed to a buyer."),
    "termssale.void": _("A receipt of the sale was voided."),
    "termssale.refund": _("The price of the terms was paid back."),
    "termssale.say_no_bid": _("A buyer said why they do not bid."),
    "termssale.look": _("Somebody in office looked at the list of buyers."),
    "delivery.hand-over": _("A paper was handed to a buyer."),
    "prospect.add": _("Somebody who may bid was written down."),
    "prospect.contact": _("Somebody who may bid was spoken to."),
    "prospect.no-bid": _("Somebody who was invited said why they do not bid."),
    "communication": _("Something was told to the town."),
    "support": _("A buyer was helped, with the same for everybody."),
    "question": _("A neighbour asked about the call."),
    "question.answer": _("The question of a neighbour was answered."),
    "question.set-aside": _("The question of a neighbour was set aside, with its reason."),
    "time-request": _("A buyer asked for more time."),
    "time-request.answer": _("A request for more time was answered."),
    "log-key.begin": _("The key that signs the logs was made."),
    "log-key.replace": _("The key that signs the logs was replaced by another one."),
    "log-witness.begin": _("A witness of the log made their key known."),
    "work.again": _("Work in the background that had failed is tried again."),
}
PEOPLE = ["member", "alternate", "host"]  # facts that name a person by the account
TOLD = ["name", "document", "municipality", "place", "note", "reason", "text"]  # facts that read as words
ACTORS = {
    "clock": _("the clock"),
    "buyer": _("somebody who bought the terms"),
    "bidder": _("somebody who may bid"),
    "person": _("somebody without an office"),
    "shell": _("whoever runs the machine"),
}


PSEUDONYM = re.compile(r"[0-9a-f]{64}")  # how the log names a bidder until the opening (decision 14)


class Entry(NamedTuple):
    """One event as a page shows it: who, what, and the leaf itself, word for word."""

    index: int
    at: datetime
    who: str
    what: str
    about: str
    leaf: str


def names(actors):
    """Return {user:<pk>: name} of those actors who hold or held an office; nobody else is named here."""
    pks = {actor.removeprefix("user:") for actor in actors if actor.startswith("user:")}
    users = User.objects.filter(pk__in=pks, appointments__isnull=False).distinct()
    return {f"user:{user.pk}": str(user) for user in users}


def actor_name(actor, known=None):
    """Return one actor in words: a name, what stands for somebody, or a bidder's pseudonym."""
    known = names([actor]) if known is None else known
    if PSEUDONYM.fullmatch(actor):
        return gettext("a bidder without name (%(start)s…)") % {"start": actor[:16]}
    return known.get(actor) or ACTORS.get(actor, actor)


def about(facts, known):
    """Return what a line of the log says beside its sentence: whom, in which role, by which paper, why."""
    people = [known.get(facts[fact]) for fact in PEOPLE if facts.get(fact)]
    role = [str(Role(facts["role"]).label)] if facts.get("role") in Role.values else []
    rest = [facts.get(fact) for fact in TOLD]
    return " · ".join(str(each) for each in [*people, *role, *rest] if each and isinstance(each, str))


def told(events):
    """Return these events in words, asking for all names at once."""
    events = list(events)
    said = [event.body["actor"] for event in events]
    said += [event.body["facts"].get(fact) for event in events for fact in PEOPLE]
    known = names(actor for actor in said if isinstance(actor, str))
    return [
        Entry(
            event.index,
            datetime.fromisoformat(event.body["at"]),
            actor_name(event.body["actor"], known),
            WORDS.get(event.body["action"], event.body["action"]),
            about(event.body["facts"], known),
            event.leaf.decode(),
        )
        for event in events
    ]


def newest_first(subject):
    return Event.objects.of(subject).order_by("-index")


def kept_back(subject):
    """Return how many events of a log are shown until the close, or None where all are (decision 16).

    Where the terms keep the number of bids a secret until the close, the log stops for everybody at the
    integrated terms: whoever counts its lines would count the bids.
    """
    if getattr(subject, "state", None) != "integrated" or subject.stated.get("receipts_public") != "close":
        return None
    integrated = Event.objects.of(subject).filter(body__action="integrate").order_by("-index").first()
    return integrated.index + 1 if integrated else None
