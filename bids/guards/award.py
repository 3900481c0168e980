"""What must hold for an appeal to go on (domain.md §4.10; terms 25)."""

from django.utils.translation import gettext_lazy as _

from procurement.guards.problems import lazily_shown
from procurement.workflow import Unmet, guard


@guard(
    code="appeal.observation.reason-missing",
    reason=_("Write what is missing, so that the bidder can complete it."),
    rule=_("terms 25.4"),
)
def something_is_missing(appeal, at):
    return bool(appeal.missing.strip())


@guard(
    code="appeal.filing.guarantee-missing",
    reason=_("The guarantee to appeal (%(amount)s soles) is missing. There is a term to hand it in."),
    rule=_("terms 25.3"),
)
def guarantee_is_there(appeal, at):
    return (
        not appeal.guarantee_asked or appeal.guarantee == "held" or Unmet(amount=str(appeal.guarantee_asked))
    )


@guard(
    code="appeal.decision.reasons-missing",
    reason=_("Write the reasons: what was disputed, what the terms say, what happened, and what follows."),
    rule=_("terms 25.5"),
)
def reasons_are_given(appeal, at):
    return bool(appeal.reasons.strip())


@guard(
    code="appeal.completion.period-open",
    reason=_("The bidder may complete the appeal until %(until)s."),
    rule=_("terms 25.4"),
)
def time_to_complete_is_over(appeal, at):
    if appeal.state != "observed" or appeal.complete_by is None or appeal.complete_by <= at:
        return True
    return Unmet(until=lazily_shown(appeal.complete_by))


@guard(
    code="appeal.answers.period-open",
    reason=_("The other bidders may answer until %(until)s."),
    rule=_("terms 25.4"),
)
def others_were_heard(appeal, at):
    others = appeal.others().count()
    if appeal.answers.count() >= others or appeal.answer_by is None or appeal.answer_by <= at:
        return True
    return Unmet(until=lazily_shown(appeal.answer_by))


@guard(
    code="appeal.decision.resolution-missing",
    reason=_("Write the number of the resolution or agreement that decides."),
    rule=_("domain.md §4.11"),
)
def resolution_is_named(appeal, at):
    return bool(appeal.resolution.strip())
