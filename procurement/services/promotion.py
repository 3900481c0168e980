"""Making the call known and helping whoever wants to bid, the same for all (rules 2, 11, 33-41)."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement import roles
from procurement.log import actor_id, record
from procurement.models import (
    BarrierCheck,
    Communication,
    Contact,
    Prospect,
    PublicQuestion,
    Support,
    TimeRequest,
)
from procurement.roles import Role
from procurement.services import facts, notices, sale
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, lock

Profile = Prospect.Profile
PROFILES = [  # who has bid, by the segment of the town (rule 2)
    (10_000, [Profile.PROFESSIONAL, Profile.COOPERATIVE, Profile.TRADER, Profile.NGO]),
    (20_000, [Profile.PROFESSIONAL, Profile.BUSINESS, Profile.CONSULTANT]),
    (None, [Profile.PROFESSIONAL, Profile.CONSULTANT, Profile.BUILDER, Profile.BUSINESS, Profile.REGIONAL]),
]

NOT_A_BUYER = Refusal(
    "terms.time-request.not-buyer",
    _("Who has bought the terms may ask for more time, until the deadline for bids."),
    _("rule 37"),
)
ALREADY_ANSWERED = Refusal(
    "terms.time-request.already-answered", _("This request has an answer, which went to all."), _("rule 37")
)
NOT_PUBLIC_YET = Refusal(
    "question.call.not-public", _("Questions are asked once the call is announced."), _("rule 40")
)
QUESTION_ANSWERED = Refusal(
    "question.answer.already-answered", _("This question has an answer already."), _("rule 40")
)
ALREADY_ANNOUNCED = Refusal(
    "barrier.check.announced",
    _("The call is public: its terms no longer change by this. Write what you find in the barrier report."),
    _("rule 39"),
)


def suggested(town):
    """Return the profiles that have bid in towns of this size (rule 2)."""
    return next(profiles for above, profiles in PROFILES if above is None or town.population <= above)


def begin(tender, *, by, codename="promote_tender", day=None):
    """Lock the tender for one entry of the promotion; its day has come."""
    tender = lock(tender, by=by)
    roles.require(by, codename, tender, tender.judged_at)
    facts.not_in_the_future(day, tender.judged_at)
    return tender


@transaction.atomic
def add_prospect(tender, *, by, **particulars):
    """Note somebody who may want to bid; name and contact stay private (rules 11, 34)."""
    tender = begin(tender, by=by)
    prospect = Prospect.objects.create(tender=tender, by=by, at=tender.judged_at, **particulars)
    private = {"name": prospect.name, "phone": prospect.phone, "email": prospect.email}
    told = {"profile": prospect.profile, "origin": prospect.origin, "reach": prospect.reach}
    record(tender, "prospect.add", by=by, at=tender.judged_at, private=private, prospect=prospect.pk, **told)
    return prospect


@transaction.atomic
def note_contact(prospect, *, kind, medium, happened_on, note, by):
    """Note one time that somebody spoke or wrote to a prospect (rule 34)."""
    tender = begin(prospect.tender, by=by, day=happened_on)
    at = tender.judged_at
    told = {"kind": str(kind), "medium": str(medium), "happened_on": str(happened_on)}
    record(tender, "prospect.contact", by=by, at=at, private={"note": note}, prospect=prospect.pk, **told)
    return Contact.objects.create(
        tender=tender,
        prospect=prospect,
        kind=kind,
        medium=medium,
        happened_on=happened_on,
        note=note,
        by=by,
        at=at,
    )


@transaction.atomic
def note_no_bid(prospect, *, reason, by, note=""):
    """Note why a prospect does not bid; it feeds the barrier report (rule 61)."""
    tender = begin(prospect.tender, by=by)
    prospect = Prospect.objects.select_for_update().get(pk=prospect.pk)
    prospect.no_bid_reason, prospect.no_bid_note = reason, note
    prospect.save(update_fields=["no_bid_reason", "no_bid_note"])
    told = {"prospect": prospect.pk, "reason": str(reason)}
    record(tender, "prospect.no-bid", by=by, at=tender.judged_at, private={"note": note}, **told)
    return prospect


@transaction.atomic
def give_support(tender, *, topic, text, happened_on, by, for_all=True):
    """Log help that somebody got; what is of use to all goes to every buyer as it is (rules 36, 38)."""
    tender = begin(tender, by=by, day=happened_on)
    at = tender.judged_at
    particulars = {"topic": topic, "text": text, "for_all": for_all, "happened_on": happened_on}
    support = Support.objects.create(tender=tender, by=by, at=at, **particulars)
    told = {"topic": str(topic), "text": text, "for_all": for_all, "happened_on": str(happened_on)}
    record(tender, "support", by=by, at=at, **told)
    if for_all:
        title = said(_("Explained to somebody, and now to all: %(topic)s"), topic=Support.Topic(topic).label)
        sale.hand_to_all(tender, title=title, text=text, link=page(tender), at=at)
    return support


def page(tender):
    return reverse("tender-communication", args=[tender.pk])


@transaction.atomic
def ask_for_time(purchase, *, days, reason, by):
    """Ask for more time, as a buyer or through the desk; the committee answers to all (rule 37)."""
    purchase = lock(purchase, by=by)
    tender, at = purchase.tender, purchase.judged_at
    own = by == purchase.buyer
    if not own:
        roles.require(by, "sell_terms", tender, at)
    bought = type(purchase).objects.bought().filter(pk=purchase.pk).exists()
    if not bought or at >= tender.schedule.submission_deadline:
        raise Blocked(NOT_A_BUYER)
    request = TimeRequest.objects.create(tender=tender, sale=purchase, days=days, reason=reason, at=at)
    private = {"account": purchase.buyer and actor_id(purchase.buyer), "reason": reason}
    actor = sale.BUYER if own else by
    record(tender, "time-request", by=actor, at=at, private=private, request=request.pk, days=days)
    committee = notices.people_of(tender, Role.COMMITTEE, Role.SECRETARY, at=at)
    subject = said(_("A buyer asks for %(days)s days more"), days=days)
    notices.tell(committee, tender=tender, subject=subject, text=reason, at=at, link=page(tender))
    return request


@transaction.atomic
def answer_time_request(request, *, granted, answer, by):
    """Answer a request for more time, to every buyer; a postponement then moves the dates (rules 37, 68)."""
    request = lock(request, by=by)
    tender, at = request.tender, request.judged_at
    roles.require(by, "postpone_tender", tender, at)
    if request.answered_at:
        raise Blocked(ALREADY_ANSWERED)
    request.granted, request.answer, request.answered_by, request.answered_at = granted, answer, by, at
    request.save()
    record(tender, "time-request.answer", by=by, at=at, request=request.pk, granted=granted, answer=answer)
    title = said(_("Answer to a request for %(days)s days more"), days=request.days)
    sale.hand_to_all(tender, title=title, text=answer, link=page(tender), at=at)
    return request


@transaction.atomic
def check_barrier(tender, *, item, surmountable, finding, by):
    """Look at one of the known barriers before the call; the last look counts (rule 39)."""
    tender = begin(tender, by=by, codename="change_tender")
    if not facts.before_the_call(tender):
        raise Blocked(ALREADY_ANNOUNCED)
    at = tender.judged_at
    found = {"surmountable": surmountable, "finding": finding}
    check, _made = BarrierCheck.objects.update_or_create(
        tender=tender, item=item, defaults=found | {"by": by, "at": at}
    )
    record(tender, "barrier.check", by=by, at=at, item=str(item), **found)
    return check


@transaction.atomic
def communicate(tender, *, medium, text, audience, happened_on, by, proof=None):
    """Note one thing done so that the town knows; it is public (rules 40, 41)."""
    tender = begin(tender, by=by, day=happened_on)
    kept = facts.keep(proof, kind="communication", title=text, tender=tender, by=by)
    told = {"medium": str(medium), "text": text, "audience": audience, "happened_on": str(happened_on)}
    record(tender, "communication", by=by, at=tender.judged_at, **told, sha256=kept and kept.sha256)
    return Communication.objects.create(
        tender=tender,
        medium=medium,
        text=text,
        audience=audience,
        happened_on=happened_on,
        proof=kept,
        by=by,
        at=tender.judged_at,
    )


# Questions of the public


PUBLIC = "public"  # how the log names a neighbour who asks


@transaction.atomic
def ask_in_public(tender, *, text, by=PUBLIC):
    """Ask as a neighbour, without account or name; the committee answers on the page (rule 40)."""
    tender = lock(tender, by=by)
    at = tender.judged_at
    if tender.announced_at is None:
        raise Blocked(NOT_PUBLIC_YET)
    question = PublicQuestion.objects.create(tender=tender, text=text, asked_at=at)
    record(tender, "question", by=PUBLIC, at=at, private={"text": text}, question=question.pk)
    answering = notices.people_of(tender, Role.SECRETARY, Role.COMMITTEE, at=at)
    subject = _("A neighbour asks on the page of the call")
    notices.tell(answering, tender=tender, subject=subject, text=text, at=at, link=page(tender))
    return question


@transaction.atomic
def answer_in_public(question, *, answer, by):
    """Answer a neighbour; from now on everybody reads question and answer. It changes no terms."""
    question = lock(question, by=by)
    tender, at = question.tender, question.judged_at
    roles.require(by, "promote_tender", tender, at)
    if question.answered_at:
        raise Blocked(QUESTION_ANSWERED)
    question.answer, question.answered_by, question.answered_at = answer, by, at
    question.set_aside = False
    question.save()
    told = {"question": question.pk, "text": question.text, "answer": answer}
    record(tender, "question.answer", by=by, at=at, **told)
    return question


@transaction.atomic
def set_question_aside(question, *, by):
    """Leave out what is no question: an insult, an advertisement. It is kept, and the log says so."""
    question = lock(question, by=by)
    roles.require(by, "promote_tender", question.tender, question.judged_at)
    if question.answered_at:
        raise Blocked(QUESTION_ANSWERED)
    question.set_aside = True
    question.save(update_fields=["set_aside"])
    record(question.tender, "question.set-aside", by=by, at=question.judged_at, question=question.pk)
    return question
