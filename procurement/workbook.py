"""A workbook as it goes out: text stays text, a formula brings its value, equal records give equal bytes.

Written with XlsxWriter (docs/adr/0006). What a cell holds is said by its type: words, a whole number or
Decimal, a day, an instant (Lima time), a `Formula`, a `Link`, or nothing. What is translated is in Spanish.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple

from django.utils.functional import Promise
from xlsxwriter import Workbook
from xlsxwriter.worksheet import CellFormulaTuple, Worksheet

from procurement.printing import UNPRINTED
from procurement.schedule import LIMA
from procurement.services.notices import spanish

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NO_XML = dict.fromkeys([*range(0xD800, 0xE000), 0xFFFE, 0xFFFF])  # signs that no XML file can hold
UNWRITTEN = UNPRINTED | NO_XML
TALL = 48  # points: a heading of three lines
A4 = 9  # as Excel numbers the sizes of paper
LONGEST = 32_767  # characters that a cell holds
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOOKS = {
    "": {},
    "title": {"bold": True, "font_size": 14},
    "heading": {"bold": True, "bg_color": "#DDEBF7", "text_wrap": True, "valign": "top", "bottom": 1},
    "input": {"bg_color": "#FFF2CC", "border": 1, "border_color": "#BF9000"},
    "strong": {"bold": True},
    "centre": {"align": "center"},
    "alarm": {"bold": True, "font_color": "#9C0006", "bg_color": "#FFC7CE"},
}
KINDS = {
    "": {},
    "decimals": {"num_format": "#,##0.00"},
    "day": {"num_format": "dd/mm/yyyy"},
    "instant": {"num_format": "dd/mm/yyyy hh:mm:ss"},
    "as text": {"quote_prefix": True},  # what Excel writes when somebody types ' first
}


class Formula(NamedTuple):
    """A live formula, and the value that it has until somebody changes what it is computed from."""

    text: str
    value: int | Decimal | str


class Link(NamedTuple):
    """Words that lead to a page."""

    words: Any
    address: str


class Sheet(Worksheet):
    """A sheet that takes formulas as they are: ours need none of what XlsxWriter looks for in each, at length
    (functions that Excel did not have in 2007).
    """

    def _write_formula(self, row, col, formula, cell_format=None, value=0):
        self._check_dimensions(row, col)
        self.table[row][col] = CellFormulaTuple(formula.removeprefix("="), cell_format, value)
        return 0


class Book:
    """A workbook being written. `made_at` is the instant of the record, not of the writing."""

    def __init__(self, title: str, made_at: datetime):
        self.buffer = BytesIO()
        self.book = Workbook(self.buffer, {"in_memory": True})
        self.book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        self.formats: dict[tuple[str, str], Any] = {}

    def sheet(self, name: str, widths: Sequence[int] = ()) -> Sheet:
        """Add a sheet; its name has no spaces where formulas speak of it."""
        sheet = self.book.add_worksheet(name[:31], worksheet_class=Sheet)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)  # as wide as the sheet, as long as it takes
        return sheet

    def name(self, name: str, cell: str) -> None:
        """Give a cell a name, such as Reglas!$C$3, for formulas to use."""
        self.book.define_name(name, f"={cell}")

    def look(self, name: str, kind: str = "") -> Any:
        """Return the format of that look and kind of value; each is made once."""
        if (name, kind) not in self.formats:
            self.formats[name, kind] = self.book.add_format(LOOKS[name] | KINDS[kind])
        return self.formats[name, kind]

    def row(self, sheet: Sheet, number: int, values: Iterable[Any], look: str = "", first: int = 0) -> None:
        """Write a row, from the column `first` on; rows and columns are counted from zero."""
        for column, value in enumerate(values, start=first):
            self.write(value, sheet, number, column, look)

    def heading(self, sheet: Sheet, number: int, names: Iterable[Any]) -> None:
        """Write the names of the columns, with room for long ones."""
        sheet.set_row(number, TALL)
        self.row(sheet, number, names, "heading")

    def write(self, value: Any, sheet: Sheet, row: int, column: int, look: str = "") -> None:
        """Write one cell. A value of a type that no cell holds is an error, never guessed."""
        if isinstance(value, Promise):
            value = spanish(value)
        if type(value) not in WRITERS:
            raise TypeError(f"no cell holds {value!r}")
        WRITERS[type(value)](self, value, sheet, row, column, look)

    def content(self) -> bytes:
        """Return the bytes of the finished workbook."""
        self.book.close()
        return self.buffer.getvalue()


# What each type becomes


def write_nothing(book, value, sheet, row, column, look):
    if look:
        sheet.write_blank(row, column, None, book.look(look))


def write_words(book, value, sheet, row, column, look):
    words = value.translate(UNWRITTEN)[:LONGEST]
    if not words:
        return write_nothing(book, None, sheet, row, column, look)
    kind = "as text" if words.startswith(FORMULA_STARTS) else ""
    return sheet.write_string(row, column, words, book.look(look, kind))


def write_whole(book, value, sheet, row, column, look):
    sheet.write_number(row, column, value, book.look(look))


def write_decimal(book, value, sheet, row, column, look):
    sheet.write_number(row, column, value, book.look(look, "decimals"))


def write_day(book, value, sheet, row, column, look):
    sheet.write_datetime(row, column, value, book.look(look, "day"))


def write_instant(book, value, sheet, row, column, look):
    local = value.astimezone(LIMA).replace(tzinfo=None)
    sheet.write_datetime(row, column, local, book.look(look, "instant"))


def write_formula(book, formula, sheet, row, column, look):
    kind = "decimals" if isinstance(formula.value, Decimal) else ""
    sheet.write_formula(row, column, formula.text, book.look(look, kind), formula.value)


def write_link(book, link, sheet, row, column, look):
    sheet.write_url(row, column, link.address, string=spanish(link.words).translate(UNWRITTEN))


WRITERS: dict[type, Callable[..., Any]] = {
    type(None): write_nothing,
    str: write_words,
    int: write_whole,
    Decimal: write_decimal,
    date: write_day,
    datetime: write_instant,
    Formula: write_formula,
    Link: write_link,
}
