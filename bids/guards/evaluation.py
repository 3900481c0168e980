"""What must hold between envelope 1 and the ranking (rules 51-54, 59, 160-161; domain.md §4.5, §4.6)."""

from django.utils.translation import gettext_lazy as _

from bids.criteria import criteria_of
from procurement.guards.problems import lazily_shown
from procurement.workflow import Unmet, guard

UNDECIDED = ["submitted", "opened", "observed"]


def first_result_of(tender):
    """Return the result of envelope 1 that stands in the present round, or None."""
    return tender.first_results.filter(round=tender.round, superseded_at=None).first()


def undecided(tender):
    """Return the bids whose envelope 1 is not decided yet."""
    return tender.bids.presented().filter(state__in=UNDECIDED)


def standing_decisions(bid):
    """Return what the committee has decided about a bid, by criterion."""
    return {decision.criterion: decision for decision in bid.decisions.filter(superseded_at=None)}


@guard(
    code="opening.envelope.still-shut",
    reason=_("Envelope 1 of this bid is not open."),
    rule=_("rule 59"),
)
def first_envelope_is_open(bid, at):
    return bid.envelopes.filter(stage=1, part="public", status="open").exists()


@guard(
    code="opening.envelope.still-shut",
    reason=_("Envelope 2 of this bid is not open."),
    rule=_("rule 59"),
)
def second_envelope_is_open(bid, at):
    return bid.offer_envelope() is not None


@guard(
    code="evaluation.defect.none",
    reason=_("There is no defect to be remedied. Write which paper is missing, and what is asked."),
    rule=_("terms 18.1"),
)
def a_defect_waits(bid, at):
    return bid.defects.filter(settled_at=None).exists()


@guard(
    code="evaluation.remedy.undecided",
    reason=_("A defect is open: look at what the bidder sent, and accept it or not."),
    rule=_("terms 18"),
)
def no_defect_waits(bid, at):
    return not bid.defects.filter(settled_at=None).exists()


@guard(
    code="evaluation.remedy.period-open",
    reason=_("%(bidder)s may remedy until %(until)s. Do not decide before."),
    rule=_("terms 18.1"),
)
def remedy_term_is_over(bid, at):
    waiting = bid.defects.filter(settled_at=None, answered_at=None, due_at__gt=at).first()
    return waiting is None or Unmet(bidder=str(bid), until=lazily_shown(waiting.due_at))


@guard(
    code="evaluation.rejection.reason-missing",
    reason=_(
        "You did not write why this bid fails. Give the clause, what was looked at and what was missing."
    ),
    rule=_("rule 54"),
)
def reason_is_given(bid, at):
    return bool(bid.reason.strip())


@guard(
    code="evaluation.criterion.undecided",
    reason=_(
        "Undecided about %(bidder)s: %(criteria)s. Every criterion is decided with evidence and reason."
    ),
    rule=_("rule 54"),
)
def every_criterion_is_decided(bid, at):
    decided = standing_decisions(bid)
    left = [_(criterion.label) for criterion in criteria_of(bid.tender) if criterion.key not in decided]
    return not left or Unmet(bidder=str(bid), criteria=", ".join(str(label) for label in left))


@guard(
    code="evaluation.criterion.not-met",
    reason=_(
        "%(bidder)s does not meet: %(criteria)s. One criterion that fails is enough: it is not admitted."
    ),
    rule=_("rule 54"),
)
def no_criterion_fails(bid, at):
    decided = standing_decisions(bid)
    failed = [
        _(criterion.label)
        for criterion in criteria_of(bid.tender)
        if criterion.gate and criterion.key in decided and not decided[criterion.key].meets
    ]
    return not failed or Unmet(bidder=str(bid), criteria=", ".join(str(label) for label in failed))


@guard(
    code="evaluation.offer.no-place",
    reason=_("The offer has no place: the ranking is made first."),
    rule=_("rules 55, 56"),
)
def offer_has_a_place(bid, at):
    return bid.place is not None


@guard(
    code="evaluation.first-result.not-published",
    reason=_("The result of envelope 1 is not published yet. Publish it, with its reasons."),
    rule=_("terms 19.3"),
)
def first_result_stands(bid, at):
    return first_result_of(bid.tender) is not None


@guard(
    code="evaluation.first-result.appeal-period-open",
    reason=_("The result of envelope 1 may be appealed until %(until)s. What is shut is kept until then."),
    rule=_("rule 59"),
)
def nobody_may_appeal_it(bid, at):
    result = first_result_of(bid.tender)
    if result is None or result.appeal_until is None or result.appeal_until <= at:
        return True
    return Unmet(until=lazily_shown(result.appeal_until))


@guard(
    code="envelope.two.appeal-open",
    reason=_("There is an appeal against the result of envelope 1. It is settled before anything goes back."),
    rule=_("rule 59"),
)
def no_appeal_is_pending(bid, at):
    waiting = ["filed", "observed", "admitted", "heard"]
    return not bid.tender.appeals.filter(against="first-result", state__in=waiting).exists()


TO_QUALIFY = [every_criterion_is_decided, no_criterion_fails, no_defect_waits]
TO_GIVE_BACK = [first_result_stands, nobody_may_appeal_it, no_appeal_is_pending]
