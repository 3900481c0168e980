"""A workbook as it goes out: text stays text, a formula brings its value, equal records give equal bytes.

Written with XlsxWriter (docs/adr/0006). What a cell holds is said by its type: words, a whole number or
Decimal, a day, an instant (Lima time), a `Formula`, a `Link`, or nothing. What is translated is in Spanish.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import singledispatchmethod
from io import BytesIO
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.functional import Promise
from xlsxwriter import Workbook

from procurement.printing import UNPRINTED
from procurement.services.notices import spanish

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NO_XML = dict.fromkeys([*range(0xD800, 0xE000), 0xFFFE, 0xFFFF])  # signs that no XML file can hold
UNWRITTEN = UNPRINTED | NO_XML
LONGEST = 32_767  # characters that a cell holds
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOOKS = {
    "": {},
    "title": {"bold": True, "font_size": 14},
    "heading": {"bold": True, "bg_color": "#DDEBF7", "text_wrap": True, "valign": "top", "bottom": 1},
    "input": {"bg_color": "#FFF2CC", "border": 1, "border_color": "#BF9000"},
    "strong": {"bold": True},
    "note": {"text_wrap": True, "valign": "top"},
}
DECIMALS = {"num_format": "#,##0.00"}
DAY = {"num_format": "dd/mm/yyyy"}
INSTANT = {"num_format": "dd/mm/yyyy hh:mm:ss"}
AS_TEXT = {"quote_prefix": True}  # what Excel writes when somebody types ' first


class Formula(NamedTuple):
    """A live formula, and the value that it has until somebody changes what it is computed from."""

    text: str
    value: int | Decimal | str


class Link(NamedTuple):
    """Words that lead to a page."""

    words: Any
    address: str


class Book:
    """A workbook being written. `made_at` is the instant of the record, not of the writing."""

    def __init__(self, title: str, made_at: datetime):
        self.buffer = BytesIO()
        self.book = Workbook(self.buffer, {"in_memory": True})
        self.book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        self.formats: dict[tuple, Any] = {}

    def sheet(self, name: str, widths: Sequence[int] = ()) -> Any:
        """Add a sheet; its name has no spaces where formulas speak of it."""
        sheet = self.book.add_worksheet(name[:31])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return sheet

    def name(self, name: str, cell: str) -> None:
        """Give a cell a name, such as Reglas!$C$3, for formulas to use."""
        self.book.define_name(name, f"={cell}")

    def look(self, name: str, **more: Any) -> Any:
        """Return the format of that look; each is made once."""
        key = (name, *sorted(more.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(LOOKS[name] | more)
        return self.formats[key]

    def row(self, sheet: Any, number: int, values: Iterable[Any], look: str = "", first: int = 0) -> None:
        """Write a row, from the column `first` on; rows and columns are counted from zero."""
        for column, value in enumerate(values, start=first):
            self.write(value, sheet, number, column, look)

    @singledispatchmethod
    def write(self, value: Any, sheet: Any, row: int, column: int, look: str = "") -> None:
        """Write one cell. A value of another type is an error, never guessed."""
        raise TypeError(f"no cell holds {value!r}")

    @write.register
    def _(self, value: None, sheet, row, column, look=""):
        if look:
            sheet.write_blank(row, column, None, self.look(look))

    @write.register
    def _(self, value: str, sheet, row, column, look=""):
        words = value.translate(UNWRITTEN)[:LONGEST]
        if not words:
            return self.write(None, sheet, row, column, look)
        more = AS_TEXT if words.startswith(FORMULA_STARTS) else {}
        return sheet.write_string(row, column, words, self.look(look, **more))

    @write.register
    def _(self, value: Promise, sheet, row, column, look=""):
        self.write(spanish(value), sheet, row, column, look)

    @write.register
    def _(self, value: int, sheet, row, column, look=""):
        sheet.write_number(row, column, value, self.look(look))

    @write.register
    def _(self, value: Decimal, sheet, row, column, look=""):
        sheet.write_number(row, column, value, self.look(look, **DECIMALS))

    @write.register
    def _(self, value: date, sheet, row, column, look=""):
        sheet.write_datetime(row, column, value, self.look(look, **DAY))

    @write.register
    def _(self, value: datetime, sheet, row, column, look=""):
        local = timezone.localtime(value).replace(tzinfo=None)
        sheet.write_datetime(row, column, local, self.look(look, **INSTANT))

    @write.register
    def _(self, value: Formula, sheet, row, column, look=""):
        more = DECIMALS if isinstance(value.value, Decimal) else {}
        sheet.write_formula(row, column, value.text, self.look(look, **more), value.value)

    @write.register
    def _(self, value: Link, sheet, row, column, look=""):
        sheet.write_url(row, column, value.address, string=spanish(value.words).translate(UNWRITTEN))

    def content(self) -> bytes:
        """Return the bytes of the finished workbook."""
        self.book.close()
        return self.buffer.getvalue()
