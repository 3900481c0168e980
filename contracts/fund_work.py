"""What waits for whom at the Investment Fund: one list for its page, the call's tasks and one's own work."""

from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bids.deadlines import end_of
from contracts.models.fund import month_name
from contracts.parties import is_operator
from procurement import roles
from procurement.money import display

OPERATOR = "operator"
NAMES = {
    OPERATOR: gettext_lazy("Operator"),
    "keep_fund": gettext_lazy("Treasury (till)"),
    "authorise_fund": gettext_lazy("Mayor or municipal manager"),
    "observe_tender": gettext_lazy("Observer of the JVS"),
}


class Work(NamedTuple):
    """One thing to do: for whom (a codename, or the operator), where, until when, and whether it is late.

    `but` is the account that may not do it, although it holds the right; an `echo` only follows what somebody
    else does first.
    """

    title: str
    whose: str
    url: str
    until: datetime | None = None
    late: bool = False
    note: str = ""
    but: int | None = None
    echo: bool = False

    @property
    def who(self):
        return NAMES[self.whose]


def address(contract, name, *arguments):
    return reverse(name, args=[contract.tender_id, *arguments])


def opening(contract):
    """What comes first: the account of the fund."""
    return Work(_("Open the account of the fund"), "keep_fund", address(contract, "fund-open"))


def waiting(sheet):
    """Return everything that waits at an open fund, for everybody."""
    return [
        *declarations(sheet),
        *contributions(sheet),
        *uses(sheet),
        *remarks(sheet),
    ]


def declarations(sheet):
    """The oldest month that is over and not declared."""
    if not sheet.undeclared:
        return
    (month, last), number = sheet.undeclared[0], len(sheet.undeclared)
    url = address(sheet.contract, "fund-declare", month.year, month.month)
    note = ngettext("%(number)s month waits.", "%(number)s months wait.", number) % {"number": number}
    title = _("Declare %(month)s") % {"month": month_name(month)}
    yield Work(title, OPERATOR, url, end_of(last), sheet.today > last, note)


def contributions(sheet):
    """What is owed and not paid, the oldest period first: the operator pays, the treasury enters it."""
    for row in reversed(sheet.quarters):
        if row.gap:
            start, facts = row.period.start, {"amount": display(row.gap), "period": row.name}
            until, late = end_of(row.due_on), bool(row.late)
            url = address(sheet.contract, "fund-period", start.year, start.month)
            yield Work(_("Pay %(amount)s: %(period)s") % facts, OPERATOR, url, until, late)
            url = address(sheet.contract, "fund-receive") + f"?start={start}"
            yield Work(_("Enter the payment of %(period)s") % facts, "keep_fund", url, echo=True)


def uses(sheet):
    """Uses that wait for the operator, for the municipality, or for the treasury."""
    for use in sheet.uses:
        use.fund, url, facts = sheet.fund, use.get_absolute_url(), {"number": use.number}
        if use.state == "authorised":
            yield Work(_("Pay use no. %(number)s of the fund") % facts, "keep_fund", url)
        elif use.state == "requested" and use.needs_the_operator and not use.agreed_at:
            yield Work(_("Agree to use no. %(number)s of the fund, or not") % facts, OPERATOR, url)
        elif use.state == "requested":
            title = _("Decide on use no. %(number)s of the fund") % facts
            yield Work(title, "authorise_fund", url, but=use.requested_by_id)


def remarks(sheet):
    """Remarks of the JVS that have no answer."""
    for signed in sheet.sign_offs:
        if signed.remark and not signed.answer:
            url = address(sheet.contract, "fund-answer", signed.pk)
            yield Work(_("Answer the remark of the JVS on the fund"), "authorise_fund", url)


def to_sign(sheet, user):
    """The newest period that is over and that this observer has not signed."""
    for row in sheet.quarters:
        if row.is_over:
            if any(signed.by_id == user.pk for signed in row.sign_offs):
                return
            start = row.period.start
            url = address(sheet.contract, "fund-sign-off", start.year, start.month)
            title = _("Sign what you saw of the fund: %(period)s") % {"period": row.name}
            yield Work(title, "observe_tender", url)
            return


def of(sheet, user, at):
    """Return what waits for this user, what has a date first."""
    held = {
        codename
        for codename in NAMES
        if codename != OPERATOR and roles.holds(user, codename, sheet.tender, at)
    }
    return mine(sheet, user, held)


def mine(sheet, user, held):
    """The same where it is known which rights the user holds on the tender."""
    held = held | ({OPERATOR} if is_operator(sheet.contract, user) else set())
    found = [work for work in waiting(sheet) if work.whose in held and work.but != user.pk]
    found += to_sign(sheet, user) if "observe_tender" in held else []
    return sorted(found, key=lambda work: (work.until is None, work.until or sheet.at))
