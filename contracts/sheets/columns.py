"""A column of a workbook: its name, what kind of value it takes, whether it may be empty.

From this one declaration come the template, the check of each cell and the export. A value is kept as text:
an amount with two decimals ("12.50"), a day as 2026-12-31, a month as 2026-12, a choice by its key.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from procurement.services.notices import spanish

from .faults import Wrong

CENT = Decimal("0.01")
BIG = Decimal(10**12)
DAY_FORMATS = ["%d/%m/%Y", "%Y-%m-%d"]
MONTH_FORMATS = ["%Y-%m", "%m/%Y", "%Y-%m-%d"]
SHOWN = 60  # letters of a wrong value that a fault repeats


def shown(value):
    return str(value)[:SHOWN]


def number_of(value):
    """Return what the cell says as Decimal; Excel keeps 15 digits, and what it has beyond them is noise."""
    if isinstance(value, str) and re.fullmatch(r"\s*-?[0-9]+(\.[0-9]+)?\s*", value):
        return Decimal(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong("sheet.cell.not-a-number", value=shown(value))
    try:
        return Decimal(format(value, ".15g"))
    except InvalidOperation:
        raise Wrong("sheet.cell.not-a-number", value=shown(value)) from None


def amount(value, column):
    """Read an amount or a quantity: zero or more, two decimals at most."""
    number = number_of(value)
    if not number.is_finite():
        raise Wrong("sheet.cell.not-a-number", value=shown(value))
    if number < 0:
        raise Wrong("sheet.cell.negative", value=shown(value))
    if number >= BIG:
        raise Wrong("sheet.cell.too-big", value=shown(value))
    if number != (exact := number.quantize(CENT)):
        raise Wrong("sheet.cell.too-many-decimals", value=shown(value))
    return str(exact)


def text(value, column):
    """Read words; a number that Excel made of a code goes back to its digits."""
    if isinstance(value, str):
        words = " ".join(value.split())
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong("sheet.cell.not-text")
    else:
        words = format(value, ".15g")
    if len(words) > column.limit:
        raise Wrong("sheet.cell.too-long", limit=column.limit)
    return words


def identity(value, column):
    """Read the number of an identity document: DNI, RUC, or a foreigner's card."""
    number = text(value, column).upper()
    if not re.fullmatch(r"[0-9]{8}|[0-9]{11}|[A-Z0-9]{9}|[A-Z0-9]{12}", number):
        raise Wrong("sheet.cell.not-an-identity-document")
    return number


def parsed(value, formats):
    """Return the date that a cell holds, as a date of the workbook or typed; None if it is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for form in formats:
        try:
            return datetime.strptime(str(value).strip(), form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return None


def day(value, column):
    if found := parsed(value, DAY_FORMATS):
        return found.isoformat()
    raise Wrong("sheet.cell.not-a-date", value=shown(value))


def month(value, column):
    if found := parsed(value, MONTH_FORMATS):
        return f"{found:%Y-%m}"
    raise Wrong("sheet.cell.not-a-month", value=shown(value))


def choice(value, column):
    """Read one of the column's choices by its Spanish word, in capitals or not; return its key."""
    said = " ".join(str(value).split()).casefold()
    if key := column.by_word.get(said):
        return key
    raise Wrong("sheet.cell.not-a-choice", value=shown(value), choices=column.words())


def as_written(value, column):
    return value


class Kind(NamedTuple):
    """How a kind of value is read from a cell, written into one, and formatted in the workbook."""

    read: Callable
    write: Callable
    number_format: str


KINDS = {
    "text": Kind(text, as_written, "@"),
    "identity": Kind(identity, as_written, "@"),
    "amount": Kind(amount, lambda value, column: Decimal(value), "#,##0.00"),
    "day": Kind(day, lambda value, column: date.fromisoformat(value), "dd/mm/yyyy"),
    "month": Kind(month, as_written, "@"),
    "choice": Kind(choice, lambda value, column: spanish(column.choices[value]), "@"),
}

EXPECTED = {
    "text": _("Words."),
    "identity": _("The number of the identity document, as text: DNI 8 digits, RUC 11."),
    "amount": _("A number with two decimals at most, without currency."),
    "day": _("A date: 31/12/2026."),
    "month": _("A month: 2026-12."),
}


@dataclass(frozen=True)
class Column:
    """One column. `choices` are {key: word}; `limit` is in letters; `hint` says how it is filled in."""

    key: str
    label: str
    kind: str = "text"
    required: bool = True
    choices: dict = field(default_factory=dict)
    limit: int = 200
    hint: str = ""

    @property
    def heading(self):
        """The name of the column in the workbook, which is always in Spanish."""
        return spanish(self.label)

    def words(self):
        return [spanish(word) for word in self.choices.values()]

    @cached_property
    def by_word(self):
        """{word in small letters: key}; asked for every cell."""
        return {spanish(word).casefold(): key for key, word in self.choices.items()}

    def read(self, value):
        """Return the text that is kept of a cell's value; raise `Wrong`."""
        return KINDS[self.kind].read(value, self)

    def write(self, kept):
        """Return the value that goes into a cell for what was kept."""
        return KINDS[self.kind].write(kept, self)

    @property
    def expects(self):
        """What goes in, in words."""
        return EXPECTED[self.kind]

    @property
    def number_format(self):
        return KINDS[self.kind].number_format
