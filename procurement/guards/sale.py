"""When the terms may be bought, handed over and paid back, and a missing bid explained (rules 35, 60)."""

from django.utils.translation import gettext_lazy as _

from procurement.guards.problems import lazily_shown
from procurement.workflow import Unmet, guard


@guard(
    code="terms.sale.closed",
    reason=_(
        "The terms are sold from %(sale_from)s until %(sale_until)s, while the call is open. No purchase "
        "was recorded. Anybody may read the terms on the page of the tender."
    ),
    rule=_("rule 35; terms 9.3"),
)
def sale_is_open(sale, at):
    return is_open(sale.tender, at)


def is_open(tender, at):
    """Whether somebody may buy the terms of this tender at that instant."""
    schedule = getattr(tender, "schedule", None)
    if not schedule:
        return False
    if tender.state in ("announced", "integrated") and schedule.sale_from <= at < schedule.sale_until:
        return True
    return Unmet(sale_from=lazily_shown(schedule.sale_from), sale_until=lazily_shown(schedule.sale_until))


@guard(
    code="terms.no-bid.before-deadline",
    reason=_("Until %(deadline)s a buyer may still bid. Ask afterwards why there was no bid."),
    rule=_("rules 60, 61"),
)
def deadline_is_over(sale, at):
    deadline = sale.tender.schedule.submission_deadline
    return deadline <= at or Unmet(deadline=lazily_shown(deadline))


@guard(
    code="terms.refund.not-cancelled",
    reason=_("The price is given back only when the tender is cancelled. This one is not."),
    rule=_("terms 9.6; decision 10"),
)
def tender_has_been_cancelled(sale, at):
    return sale.tender.state in ("cancelled", "withdrawn")


@guard(
    code="terms.refund.not-promised",
    reason=_("The terms of this tender say that the price is not given back."),
    rule=_("terms 9.6"),
)
def terms_promise_the_price_back(sale, at):
    return sale.tender.stated.get("terms.refund") == "on_cancel"
