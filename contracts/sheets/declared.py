"""The four workbooks of a transfer: staff, inventory, receivables, users (rules 107, 109, 110, 112)."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from procurement.money import rounded
from procurement.services.notices import spanish

from .columns import Column


@dataclass(frozen=True)
class Sheet:
    """One kind of workbook. `unique` is the column whose value stands once; `worth` gives the soles of a row.

    `personal` is what names people: it is shown to the two parties alone.
    """

    key: str
    label: str
    columns: tuple[Column, ...]
    unique: str
    worth: Callable | None = None
    personal: bool = True

    @property
    def title(self):
        """The name of the sheet in the workbook."""
        return spanish(self.label)[:31]

    def column(self, key):
        return next(column for column in self.columns if column.key == key)

    def total(self, rows):
        """Return what the rows are worth together, in soles; None where rows have no worth."""
        return None if self.worth is None else sum(map(self.worth, rows), Decimal("0.00"))


def line_value(row):
    """The value of one line of the inventory: rounded once, as it is printed."""
    return rounded(Decimal(row["quantity"]) * Decimal(row["unit_value"]))


def amount_of(key):
    return lambda row: Decimal(row[key])


NOTE = Column("note", _("Note"), required=False, limit=500)

INVENTORY = Sheet(
    "inventory",
    _("Valued inventory"),
    (
        Column("code", _("Code"), limit=40, hint=_("One for each asset, never twice.")),
        Column("description", _("Description"), limit=300),
        Column("location", _("Location"), limit=300, hint=_("Where it is: street, sector, structure.")),
        Column("quantity", _("Quantity"), "amount"),
        Column("unit", _("Unit of measure"), limit=20, hint=_("For example: unit, m, m².")),
        Column("unit_value", _("Unit value, S/"), "amount", hint=_("The value itself, not a formula.")),
        Column("owner", _("Owner"), hint=_("Whose it is: the municipality, a community, a person.")),
        Column(
            "state",
            _("State"),
            "choice",
            choices={
                "good": _("good"),
                "regular": _("regular"),
                "bad": _("bad"),
                "out-of-service": _("out of service"),
            },
        ),
        Column("registry_entry", _("Entry in the registry"), required=False, limit=60),
        NOTE,
    ),
    unique="code",
    worth=line_value,
    personal=False,
)

STAFF = Sheet(
    "staff",
    _("Staff"),
    (
        Column("document", _("DNI"), "identity"),
        Column("name", _("Surnames and names")),
        Column("position", _("Position"), limit=120),
        Column(
            "regime",
            _("Labour regime"),
            "choice",
            choices={
                "276": _("D. Leg. 276"),
                "728": _("D. Leg. 728"),
                "cas": _("CAS"),
                "services": _("services by invoice"),
                "other": _("other regime"),
            },
        ),
        Column("since", _("Works since"), "day"),
        Column("pay", _("Monthly pay, S/"), "amount"),
        Column(
            "agreement",
            _("What was agreed"),
            "choice",
            choices={
                "passes": _("passes to the operator"),
                "stays": _("stays with the municipality"),
                "leaves": _("leaves"),
            },
        ),
        NOTE,
    ),
    unique="document",
    worth=amount_of("pay"),
)

RECEIVABLES = Sheet(
    "receivables",
    _("Accounts receivable"),
    (
        Column("code", _("Code of the user"), limit=40),
        Column("holder", _("Holder")),
        Column("first_month", _("Owed from the month"), "month", hint=_("Like this: 2024-03.")),
        Column("last_month", _("Owed until the month"), "month", hint=_("Like this: 2026-02.")),
        Column("amount", _("Amount owed, S/"), "amount"),
        Column(
            "quality",
            _("Can it be collected?"),
            "choice",
            choices={"yes": _("yes"), "doubtful": _("doubtful"), "no": _("no")},
        ),
        Column(
            "passes",
            _("Who collects it"),
            "choice",
            choices={"operator": _("the operator"), "municipality": _("the municipality")},
        ),
        NOTE,
    ),
    unique="code",
    worth=amount_of("amount"),
)

USERS = Sheet(
    "users",
    _("Users"),
    (
        Column("code", _("Code of the user"), limit=40),
        Column("holder", _("Holder")),
        Column("document", _("DNI or RUC"), "identity", required=False),
        Column("address", _("Address"), limit=300),
        Column("sector", _("Sector"), limit=80),
        Column(
            "service",
            _("Service"),
            "choice",
            choices={
                "both": _("water and sewerage"),
                "water": _("only water"),
                "sewerage": _("only sewerage"),
            },
        ),
        Column(
            "category",
            _("Category"),
            "choice",
            choices={
                "domestic": _("domestic"),
                "social": _("social charge"),
                "commercial": _("commercial"),
                "industrial": _("industrial"),
                "state": _("State"),
            },
        ),
        Column(
            "connection",
            _("Connection"),
            "choice",
            choices={"active": _("active"), "cut": _("cut off"), "clandestine": _("without permission")},
        ),
        Column("meter", _("Number of the meter"), required=False, limit=40),
        NOTE,
    ),
    unique="code",
)

SHEETS = {sheet.key: sheet for sheet in [STAFF, INVENTORY, RECEIVABLES, USERS]}
