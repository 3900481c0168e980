"""The seven items of a transfer and the three to six months that it takes (rules 105, 107-113)."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from procurement.business_days import add_months

EARLIEST, LATEST = 3, 6  # months after the signature (rule 105)

MANAGER, TREASURY = _("Municipal manager"), _("Treasury, with the operator")
TECHNICAL, LEGAL = _("Technical area, with the operator"), _("Legal adviser")


class Item(NamedTuple):
    """What one of the seven items is: its rule, what is done, what proves it, the workbook that goes with it.

    `who` and `months` after the signature are what a plan proposes. `seen_by` is who may open what was handed
    in: everybody, the observers too, or the two parties alone.
    """

    key: str
    rule: int
    title: str
    task: str
    proof: str
    who: str
    months: int
    sheet: str = ""
    seen_by: str = "everybody"


SEVEN = (
    Item(
        "staff",
        107,
        _("Staff"),
        _("Say who passes to the operator's payroll, and what was agreed with each."),
        _("list of the staff and signed agreements"),
        MANAGER,
        3,
        "staff",
        "parties",
    ),
    Item(
        "networks",
        108,
        _("Map of the networks"),
        _("Bring the map of water and sewerage up to date."),
        _("map of the networks"),
        TECHNICAL,
        3,
    ),
    Item(
        "inventory",
        109,
        _("Valued inventory"),
        _("List every asset with its state, its owner and its value."),
        _("signed inventory"),
        TECHNICAL,
        4,
        "inventory",
        "observers",
    ),
    Item(
        "receivables",
        110,
        _("Accounts receivable"),
        _("Approve the debts of users that pass to the operator to be collected."),
        _("approved list"),
        TREASURY,
        4,
        "receivables",
        "parties",
    ),
    Item(
        "rights",
        111,
        _("Rights, licences and permits"),
        _("Hand over the use of water, discharge permits, licences."),
        _("list of permits and their assignment"),
        LEGAL,
        5,
    ),
    Item(
        "users",
        112,
        _("Register of users"),
        _("Clean the register of users and bring it up to date."),
        _("clean register"),
        TECHNICAL,
        4,
        "users",
        "parties",
    ),
    Item(
        "titles",
        113,
        _("Titles and legal matters"),
        _("Put titles of land and structures in order; list the legal matters that are pending."),
        _("list of titles and of pending matters"),
        LEGAL,
        6,
        "",
        "observers",
    ),
)
ITEMS = {item.key: item for item in SEVEN}


def window(signed_on):
    """Return the first and the last day on which a transfer usually ends."""
    return add_months(signed_on, EARLIEST), add_months(signed_on, LATEST)


def is_usual(signed_on, day):
    """Whether a transfer that ends on this day takes three to six months."""
    first, last = window(signed_on)
    return first <= day <= last


def months_between(signed_on, day):
    """Return how many whole months have passed."""
    months = (day.year - signed_on.year) * 12 + day.month - signed_on.month
    return months - (add_months(signed_on, months) > day)
