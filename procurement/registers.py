"""Registers as workbooks: one row for each thing, each column declared once. In Spanish, as the papers are.

Who may have one is asked by its view, as the page of the same list asks; a column that names people is only
in registers of those whose work it is.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from procurement.services.notices import spanish
from procurement.services.papers import in_spanish
from procurement.workbook import Book

WIDTH = 16


class Column(NamedTuple):
    """A column: its name, and what it takes from a row."""

    label: str
    value: Callable[[Any], Any]
    width: int = WIDTH


def choice(name: str) -> Callable[[Any], Any]:
    """Take the word of a field with choices; each is translated once."""
    words: dict[Any, str] = {}

    def word(row):
        value = getattr(row, name)
        if value not in words:
            words[value] = spanish(getattr(row, f"get_{name}_display")())
        return words[value]

    return word


def field(name: str) -> Callable[[Any], Any]:
    """Take a field as it is."""
    return lambda row: getattr(row, name)


@in_spanish
def workbook(title: str, tender: Any, columns: Sequence[Column], rows: Iterable[Any]) -> bytes:
    """Return a register as a workbook: names of the columns in the first row, which stays in view."""
    book = Book(f"{title} {tender.number}", tender.created_at)
    sheet = book.sheet(str(title), [column.width for column in columns])
    book.heading(sheet, 0, [column.label for column in columns])
    number = 0
    for number, row in enumerate(rows, start=1):
        book.row(sheet, number, [column.value(row) for column in columns])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, number, len(columns) - 1)
    return book.content()


BUYERS = (  # for till, desk and secretary: it names people
    Column(_("Receipt"), field("receipt"), 10),
    Column(_("Paid on"), field("paid_at"), 20),
    Column(_("Surnames"), field("last_name"), 26),
    Column(_("First names"), field("first_name"), 26),
    Column(_("Document"), field("dni")),
    Column(_("Organization"), field("organization"), 40),
    Column(_("RUC"), field("ruc")),
    Column(_("How it was paid"), choice("method"), 24),
    Column(_("Voucher"), field("voucher")),
    Column(_("Price, S/"), field("price"), 12),
    Column(_("State"), choice("state")),
    Column(_("Handed over on"), field("delivered_at"), 20),
    Column(_("Why it ended"), field("ended_reason"), 40),
)
ATTENDANCE = (  # for whoever keeps the list: it names people
    Column(_("Name"), field("name"), 40),
    Column(_("Document"), field("dni")),
    Column(_("Comes as"), choice("capacity"), 28),
    Column(_("Sector"), choice("sector"), 28),
    Column(_("Sex"), choice("sex"), 10),
    Column(_("Written at"), field("at"), 20),
)
ANSWERED = (  # for everybody: it never says who asked
    Column(_("Number"), field("listed_numbers"), 12),
    Column(_("Clause"), field("clause"), 10),
    Column(_("Query"), field("text"), 70),
    Column(_("Answer"), field("answer"), 70),
    Column(_("Circular"), lambda query: str(query.circular or ""), 26),
    Column(_("Answered on"), lambda query: query.circular and query.circular.published_at, 20),
)
QUERIES = (  # for those who work on them: also what is not answered yet
    *ANSWERED,
    Column(_("State"), choice("state"), 28),
    Column(_("How it came"), choice("source"), 24),
    Column(_("Received on"), field("received_at"), 20),
)
