"""The rent of a house given in antichresis: interest and costs first, then the debt (CC 1091-1094)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guarantees.models import Rent
from guarantees.services.leaving import keep, note, tell
from procurement import roles
from procurement.money import display
from procurement.roles import Role
from procurement.schedule import local_day
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, lock

BRINGS_RENT = ("in_force", "renewal_due", "claimed")
NO_HOUSE = Refusal(
    "guarantee.rent.no-antichresis",
    _("Only a house given in antichresis, while it holds, brings a rent."),
    _("CC 1091"),
)
TWICE = Refusal("guarantee.rent.twice", _("The rent of that month is written down already."), _("CC 1093"))
IN_FUTURE = Refusal(
    "guarantee.rent.in-future", _("That day has not come yet. Write when it came in."), _("decision 2")
)
NOT_POSITIVE = Refusal(
    "guarantee.rent.not-positive", _("Write how much came in: more than nothing."), _("CC 1093")
)


@transaction.atomic
def receive_rent(guarantee, *, month, amount, owed, received_on, receipt, by, file=None):
    """Write down the rent of a month, as treasury; `owed` are the interest and costs that were due, in soles.

    They are paid first, and what is left goes to the debt (CC 1093).
    """
    guarantee = lock(guarantee, by=by)
    roles.require(by, "keep_guarantees", guarantee.tender, guarantee.judged_at)
    month = month.replace(day=1)
    judge(guarantee, month, amount, owed, received_on)
    to_interest = min(amount, owed)
    found = {"month": month, "amount": amount, "to_interest": to_interest, "received_on": received_on}
    rent = Rent.objects.create(guarantee=guarantee, receipt=receipt, by=by, at=guarantee.judged_at, **found)
    facts = {name: str(value) for name, value in found.items()}
    note(guarantee, "guarantee.rent", by=by, private={"receipt": receipt}, **facts)
    keep(guarantee, file, "rent", by=by)
    text = said(
        _("%(amount)s came in: %(interest)s for interest and costs, %(debt)s for the debt."),
        amount=display(amount),
        interest=display(to_interest),
        debt=display(rent.to_debt),
    )
    tell(guarantee, _("A rent came in"), text, Role.LEGAL, Role.MANAGER, Role.JVS, by=by, obligor=True)
    return rent


def judge(guarantee, month, amount, owed, received_on):
    """Refuse what is no rent of a house that is let, or was written down before."""
    if guarantee.instrument != "ANTICRESIS" or guarantee.state not in BRINGS_RENT:
        raise Blocked(NO_HOUSE)
    if amount <= 0 or owed < 0:
        raise Blocked(NOT_POSITIVE)
    if received_on > local_day(guarantee.judged_at):
        raise Blocked(IN_FUTURE)
    if guarantee.rents.filter(month=month).exists():
        raise Blocked(TWICE)
