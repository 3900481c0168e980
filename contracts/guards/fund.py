"""What must hold before money leaves the Investment Fund (rules 84-85; §5.7)."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from contracts import fund
from procurement.money import display
from procurement.schedule import local_day
from procurement.workflow import Unmet, guard

RULE = _("rule 85")


def set_aside(the_fund, *without):
    """Return what is authorised and not paid yet, but for these uses."""
    waiting = the_fund.uses.filter(state="authorised").exclude(pk__in=[use.pk for use in without])
    return sum((use.amount for use in waiting), Decimal("0.00"))


def free(the_fund, on, *without):
    """Return what can still be promised on a day: what is available less what is set aside."""
    return fund.available(the_fund.movements(), on) - set_aside(the_fund, *without)


def above(asked, held):
    """Return the "no" of a fund that holds less than is asked for, or True."""
    return asked <= held or Unmet(asked=display(asked), free=display(max(held, Decimal(0))))


@guard(
    code="fund.withdrawal.above-balance",
    reason=_("%(asked)s is asked for and only %(free)s of the fund is free. Ask for less, or wait."),
    rule=RULE,
)
def fund_covers_it(use, at):
    return above(use.amount, free(use.fund, local_day(at), use))


@guard(
    code="fund.withdrawal.above-authorised",
    reason=_("%(asked)s was paid and only %(free)s of it is authorised and in the fund on that day."),
    rule=RULE,
)
def payment_is_covered(use, at):
    if use.executed_on is None:  # nobody has written the payment yet; the constraint keeps it from being lost
        return True
    held = min(use.amount, fund.available(use.fund.movements(), use.executed_on))
    return above(use.paid, held)


@guard(
    code="fund.withdrawal.operator-has-not-agreed",
    reason=_("Municipality and operator manage the fund together: the operator has not agreed yet."),
    rule=_("rule 83"),
)
def operator_agrees(use, at):
    return not use.needs_the_operator or use.agreed_at is not None


@guard(code="fund.withdrawal.reasons-missing", reason=_("Write why."), rule=_("nothing is erased"))
def reasons_are_given(use, at):
    return bool(use.reasons.strip())
