"""What must hold in a public act of opening (rules 59, 162; decisions 5, 7; terms 17, 20)."""

from django.utils.translation import gettext_lazy as _

from bids.guards.evaluation import first_result_of, undecided
from procurement import committee
from procurement.guards.problems import lazily_shown
from procurement.workflow import Unmet, guard


def live_acts(tender):
    """Return the acts of the present round that nobody has annulled."""
    return tender.opening_acts.filter(round=tender.round, annulled_at=None)


def pending_appeals(tender, against):
    """Return the appeals against one kind of act that wait for a decision."""
    return tender.appeals.filter(against=against, state__in=["filed", "observed", "admitted", "heard"])


@guard(
    code="opening.closing.not-done",
    reason=_("Reception is closed first, and its minutes are signed. Then the envelopes are opened."),
    rule=_("terms 17.1"),
)
def reception_is_closed(act, at):
    return act.tender.closed_at is not None


@guard(
    code="opening.time.too-early",
    reason=_("The act is on %(opening_at)s. No envelope is opened before."),
    rule=_("rule 59"),
)
def hour_has_come(act, at):
    return act.planned_at <= at or Unmet(opening_at=lazily_shown(act.planned_at))


@guard(
    code=committee.QUORUM_NOT_MET.code,
    reason=committee.QUORUM_NOT_MET.text,
    rule=committee.QUORUM_NOT_MET.rule,
)
def quorum_is_there(act, at):
    missing = committee.shortfall(act.tender, act.present.all(), at)
    return missing is None or Unmet(**missing)


@guard(
    code="opening.witness.absent",
    reason=_("Write who certifies the act: the notary, or the justice of the peace where there is none."),
    rule=_("terms 17.2; decision 5"),
)
def somebody_certifies(act, at):
    return bool(act.notary.strip())


@guard(
    code="opening.act.another-open",
    reason=_("Another act of this tender is in progress or suspended. One is closed before the next begins."),
    rule=_("rule 162"),
)
def no_other_act_is_open(act, at):
    others = live_acts(act.tender).exclude(pk=act.pk)
    return not others.filter(state__in=["held", "suspended"]).exists()


@guard(
    code="envelope.two.other-bidders-undecided",
    reason=_("Envelope 2 stays shut: envelope 1 of %(undecided_count)s bids is undecided. Decide them."),
    rule=_("rule 59"),
)
def first_envelopes_are_decided(act, at):
    left = 0 if act.stage == 1 else undecided(act.tender).count()
    return not left or Unmet(undecided_count=left)


@guard(
    code="evaluation.first-result.not-published",
    reason=_("The result of envelope 1 is not published yet. Publish it, with its reasons."),
    rule=_("rule 59; terms 19.3"),
)
def first_result_is_published(act, at):
    return act.stage == 1 or first_result_of(act.tender) is not None


@guard(
    code="evaluation.first-result.appeal-period-open",
    reason=_("The result of envelope 1 may be appealed until %(until)s. Envelope 2 stays shut until then."),
    rule=_("rule 59; terms 19.4"),
)
def first_result_is_firm(act, at):
    result = None if act.stage == 1 else first_result_of(act.tender)
    if result is None or result.appeal_until is None or result.appeal_until <= at:
        return True
    return Unmet(until=lazily_shown(result.appeal_until))


@guard(
    code="envelope.two.appeal-open",
    reason=_("There is an appeal against the result of envelope 1. It is settled before envelope 2 opens."),
    rule=_("rule 59; terms 19.4"),
)
def no_appeal_holds_the_second(act, at):
    return act.stage == 1 or not pending_appeals(act.tender, "first-result").exists()


@guard(
    code="opening.bids.none",
    reason=_("There is no envelope to open: no bid counts. The call is declared deserted."),
    rule=_("rules 59, 60"),
)
def there_are_envelopes(act, at):
    bids = act.tender.bids.presented()
    return bids.exists() if act.stage == 1 else bids.filter(state="qualified").exists()


@guard(
    code="opening.envelopes.still-shut",
    reason=_("%(count)s envelopes are still shut. Open them, or record for each why it cannot be opened."),
    rule=_("terms 17.5"),
)
def every_envelope_is_accounted_for(act, at):
    shut = act.envelopes().filter(part="public", status="presented").count()
    return not shut or Unmet(count=shut)  # not whose: names come out with the envelope (decision 16)


TO_BEGIN = [
    reception_is_closed,
    hour_has_come,
    quorum_is_there,
    somebody_certifies,
    no_other_act_is_open,
    first_envelopes_are_decided,
    first_result_is_published,
    first_result_is_firm,
    no_appeal_holds_the_second,
    there_are_envelopes,
]
