"""What alters the course of a call: postponing, returning, giving up, cancelling, closing after an outage.

Each leaves a numbered record with its act and reason, minutes, and word to all buyers; nothing is erased.
"""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procurement import clock, planning, roles
from procurement import schedule as dates
from procurement.guards import call as guards
from procurement.guards.problems import refusal
from procurement.log import instant
from procurement.models import Change, CouncilAgreement, Terms
from procurement.problems import Problem, Word, gettext_noop
from procurement.services import facts as preparation
from procurement.services import minutes, papers, sale, terms
from procurement.services.notices import said
from procurement.services.tenders import close_facts, reasons_against, tell
from procurement.workflow import Blocked, Refusal, advance, lock

REASON_MISSING = Refusal(
    "tender.postponement.reason-missing",
    _("Write why it is postponed. The reason is published and sent to all buyers."),
    _("rule 68"),
)
ACT_MISSING = Refusal(
    "tender.change.act-missing",
    _("Write which act decides it: the number of the minutes, resolution or agreement, and why."),
    _("rule 22; rule 68"),
)
NOTHING_MOVED = Refusal(
    "tender.postponement.nothing-moved", _("No date was moved. Write the new dates."), _("rule 68")
)
NO_AGREEMENT = Refusal(
    "tender.return.reason-missing",
    _(
        "Going back to a phase needs a council agreement and a reason. The manager records the agreement "
        "first. Nothing is erased; later records become superseded."
    ),
    _("rule 22"),
)
NO_WITHDRAWAL_AGREEMENT = Refusal(
    "tender.withdrawal.agreement-missing",
    _(
        "The municipality withdraws by an agreement of the council, with reasons. The manager records it "
        "first."
    ),
    _("rule 23"),
)
NO_CANCELLATION_AGREEMENT = Refusal(
    "tender.cancel.agreement-missing",
    _("The terms say that the council cancels. The manager records its agreement first."),
    _("domain 4.11; terms 27.2"),
)
NEW_DATES_MISSING = Refusal(
    "tender.return.new-dates-missing",
    _("The deadline for bids has passed: a return says until when bids may be presented again."),
    _("rule 22; decision 19"),
)
REFUNDED = _("it is given back at the till.")
NOT_REFUNDED = _("the terms say that it is not given back.")
NO_OUTAGE = Refusal(
    "tender.close.no-outage",
    _("No interruption of the service holds the close: the clock closes by itself."),
    _("decision 12"),
)


def begin(tender, codename, *, by):
    """Lock the tender for an act that alters its course."""
    tender = lock(tender, by=by)
    roles.require(by, codename, tender, tender.judged_at)
    return tender


def judge_act(tender, *, act, reason, happened_on, missing=ACT_MISSING):
    """Every act that alters the course of a call has a paper, a reason and a day that has come."""
    if not (act.strip() and reason.strip() and happened_on):
        raise Blocked(missing)
    preparation.not_in_the_future(happened_on, tender.judged_at)


def number_of(tender, kind):
    return tender.changes.filter(kind=kind).count() + 1


def write(tender, kind, *, by, **particulars):
    """Write the record of an act that has just altered the course of the tender, with its minutes."""
    at = tender.judged_at
    change = Change(
        tender=tender,
        kind=kind,
        number=number_of(tender, kind),
        round=tender.round,
        by=by,
        at=at,
        **particulars,
    )
    text = papers.render(f"minutes_{kind.value.replace('-', '_')}", tender=tender, change=change)
    facts = {"office": "committee", "kind": kind.value, "title": change}
    change.minutes = minutes.write(tender, **facts, text=text, happened_at=at, by=by, at=at)
    change.save()
    return change


def tell_everybody(tender, subject, text, *, by):
    """Tell those who work on the call and, with the same words, every buyer."""
    tell(tender, subject, text, by=by)
    link = tender.get_absolute_url()
    sale.hand_to_all(tender, title=subject, text=text, link=link, at=tender.judged_at)


# Postponement


def written(moments):
    return {name: moment and instant(moment) for name, moment in moments.items()}


def took_place(tender, at):
    """Return the milestones that lie behind; what has not been done yet may still move, however late."""
    waiting = {"submission_deadline", "opening_1", "opening_2", "award"}
    if tender.state == tender.State.ANNOUNCED:
        waiting.add("integration")
    return {name for name, moment in tender.schedule.dates().dated() if moment <= at} - waiting


def movable(tender, at):
    """Return the milestones that a postponement may begin with."""
    behind = took_place(tender, at)
    return [name for name, _moment in tender.schedule.dates().dated(dates.IN_ORDER) if name not in behind]


def judge_dates(tender, before, after, at):
    """Return what is wrong with moved dates; what has taken place is not judged by what moves after it."""
    past = took_place(tender, at)
    moved = [name for name, moment in before.dated() if after.get(name) != moment]
    found = [each for each in guards.problems_of(tender, after) if each.subject not in past]
    found += planning.left_behind(before, after)
    found += dates.behind(after, at, tuple(moved))
    found += [not_later(name) for name in moved if name in past or after.get(name) <= before.get(name)]
    return [each for each in found if not each.warning]


def not_later(name):
    text = gettext_noop("“%(step)s” can only be moved to a later date, and only while it lies ahead.")
    facts = {"step": Word(dates.LABELS[name])}
    return Problem("tender.postponement.date-not-later", text, gettext_noop("rule 68"), facts, name)


def move(tender, new, at):
    """Return the dates before and after, once nothing stands against the new ones."""
    before = tender.schedule.dates()
    moved = {name: moment for name, moment in new.items() if moment and moment != before.get(name)}
    if not moved:
        raise Blocked(NOTHING_MOVED)
    if problems := judge_dates(tender, before, replace(before, **moved), at):
        raise Blocked(*map(refusal, problems))
    return {name: before.get(name) for name in moved}, moved


def save_dates(tender, moved):
    for name, moment in moved.items():
        setattr(tender.schedule, name, moment)
    tender.schedule.save()


@transaction.atomic
def postpone(tender, *, act, reason, happened_on, new, by):
    """Move dates that lie ahead, and all that follow, with an act and a reason (rule 68).

    It may be done any number of times. `new` names each milestone's new instant. Every buyer gets the same
    word, and a new version of the terms says the new dates.
    """
    tender = begin(tender, "postpone_tender", by=by)
    judge_act(tender, act=act, reason=reason, happened_on=happened_on, missing=REASON_MISSING)
    at = tender.judged_at
    if reasons := reasons_against(tender, "postpone"):
        raise Blocked(*reasons)
    old, moved = move(tender, new, at)
    told = {"act": act, "reason": reason, "old": written(old), "new": written(moved)}
    number = number_of(tender, Change.Kind.POSTPONEMENT)
    tender = advance(tender, "postpone", by=by, at=at, number=number, **told)
    save_dates(tender, moved)
    change = write(tender, Change.Kind.POSTPONEMENT, by=by, happened_on=happened_on, **told)
    terms.new_version(tender, kind=Terms.Kind.POSTPONED, by=by, at=at)
    tell_of_postponement(change, by=by)
    return change


def tell_of_postponement(change, *, by):
    tender = change.tender
    deadline = terms.moment(tender.schedule.submission_deadline)
    subject = said(_("Postponement no. %(number)s: new dates"), number=change.number)
    text = said(
        _(
            "Bids may be presented until %(deadline)s. Reason: %(reason)s. See that your guarantee and the "
            "power of attorney last until then. A bid that was presented stays there, closed: leave, replace"
            " or withdraw it."
        ),
        deadline=deadline,
        reason=change.reason,
    )
    tell_everybody(tender, subject, text, by=by)


# Close after an interruption


@transaction.atomic
def close_after_outage(tender, *, act, reason, happened_on, by):
    """Close although the service failed in the last hours: the committee finds that nobody was hurt."""
    tender = begin(tender, "postpone_tender", by=by)
    judge_act(tender, act=act, reason=reason, happened_on=happened_on)
    if not guards.outage_holds_the_close(tender):
        raise Blocked(NO_OUTAGE)
    old = {"submission_deadline": tender.schedule.submission_deadline.isoformat()}
    particulars = {"act": act, "reason": reason, "happened_on": happened_on, "old": old}
    change = write(tender, Change.Kind.LATE_CLOSE, by=by, **particulars)
    stated = close_facts(tender)
    advance(tender, "close", by=clock.ACTOR, at=tender.judged_at, act=act, reason=reason, **stated)
    text = _("The reception of bids is closed. The next step is the opening of envelope 1, in public.")
    tell_everybody(tender, said(_("Tender %(number)s is closed"), number=tender.number), text, by=by)
    return change


# Going back, giving up


def agreement_for(tender, purpose, missing):
    """Return the council's agreement that nothing rests on yet, carried by its votes; or refuse."""
    found = tender.agreements.standing().filter(purpose=purpose, change=None).last()
    if found is None or not found.carried(CouncilAgreement.Majority.SIMPLE):
        raise Blocked(missing)
    return found


@transaction.atomic
def return_to_phase(tender, *, reason, by, new=None):
    """Go back to the phase before, by agreement of the council (rule 22); bids come anew (decision 19).

    `new` are the dates of what lies ahead again, needed where the deadline for bids has passed.
    """
    tender = begin(tender, "return_tender", by=by)
    at, before = tender.judged_at, tender.state
    agreement = agreement_for(tender, CouncilAgreement.Purpose.RETURN, NO_AGREEMENT)
    act = act_of(agreement, reason)
    judge_act(tender, **act, missing=NO_AGREEMENT)
    tender = advance(tender, "return_to_phase", by=by, at=at, act=act["act"], reason=reason)
    terms.drop_proposals(tender)
    old, moved = dates_after_return(tender, new or {}, at)
    save_dates(tender, moved)
    if moved:
        terms.new_version(tender, kind=Terms.Kind.POSTPONED, by=by, at=at)
    states = {
        "old": {"state": before} | written(old),
        "new": {"state": tender.state} | written(moved),
    }
    change = write(tender, Change.Kind.RETURN, by=by, agreement=agreement, **act, **states)
    subject = said(_("Tender %(number)s returns to an earlier phase"), number=tender.number)
    tell_everybody(tender, subject, reason, by=by)
    return change


def act_of(agreement, reason):
    return {"act": str(agreement), "happened_on": agreement.happened_on, "reason": reason}


def dates_after_return(tender, new, at):
    """Return the old and the new dates of a return; the preparation sets its own dates afterwards."""
    if tender.state == tender.State.APPROVED:
        return {}, {}
    if tender.schedule.submission_deadline <= at and not new.get("submission_deadline"):
        raise Blocked(NEW_DATES_MISSING)
    before = tender.schedule.dates()
    moved = {name: moment for name, moment in new.items() if moment and moment != before.get(name)}
    after = replace(before, **moved)
    past = {name for name, moment in after.dated() if moment <= at}
    found = [each for each in guards.problems_of(tender, after) if each.subject not in past]
    found = [each for each in found if not each.warning] + dates.behind(after, at, tuple(moved))
    if found:
        raise Blocked(*map(refusal, found))
    return {name: before.get(name) for name in moved}, moved


def end(tender, action, kind, act, *, by, agreement=None):
    """End the call by its last step, with the record of the act; public, and told to all."""
    judge_act(tender, **act)
    at, before = tender.judged_at, tender.state
    tender = advance(tender, action, by=by, at=at, act=act["act"], reason=act["reason"])
    states = {"old": {"state": before}, "new": {"state": tender.state}}
    change = write(tender, kind, by=by, agreement=agreement, **act, **states)
    refund = {"on_cancel": REFUNDED, "never": NOT_REFUNDED}[terms.value(tender, "terms.refund", "never")]
    subject = said(_("%(change)s: tender %(number)s"), change=change, number=tender.number)
    text = said(_("%(reason)s Price of the terms: %(refund)s"), reason=act["reason"], refund=refund)
    tell_everybody(tender, subject, text, by=by)
    return change


@transaction.atomic
def withdraw(tender, *, reason, by):
    """Give up the process by agreement of the council, before the close; that is accepted (rule 23)."""
    tender = begin(tender, "withdraw_tender", by=by)
    agreement = agreement_for(tender, CouncilAgreement.Purpose.WITHDRAW, NO_WITHDRAWAL_AGREEMENT)
    act = act_of(agreement, reason)
    return end(tender, "withdraw", Change.Kind.WITHDRAWAL, act, by=by, agreement=agreement)


@transaction.atomic
def cancel(tender, *, reason, by, act="", happened_on=None):
    """End the call with reasons, before anything is signed: by the act of whom the terms say."""
    tender = begin(tender, "cancel_tender", by=by)
    agreement = None
    act = {"act": act, "happened_on": happened_on, "reason": reason}
    if terms.value(tender, "cancel.authority") == "council":
        agreement = agreement_for(tender, CouncilAgreement.Purpose.CANCEL, NO_CANCELLATION_AGREEMENT)
        act = act_of(agreement, reason)
    return end(tender, "cancel", Change.Kind.CANCELLATION, act, by=by, agreement=agreement)
