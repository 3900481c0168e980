"""Writing a workbook: the template to fill in, the export of what was kept. Text never becomes a formula."""

from io import BytesIO

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from procurement.services.notices import spanish
from procurement.workbook import FORMULA_STARTS

BOLD = Font(bold=True)
SHADE = PatternFill("solid", fgColor="DDEBF7")
FILLABLE = 5000  # rows of the template that have the format of their column
GUIDE = _("How to fill it in")


def plain(worksheet, words):
    """Return words as a cell that stays text, whatever they begin with."""
    words = ILLEGAL_CHARACTERS_RE.sub("", words)
    if not words.startswith(FORMULA_STARTS):
        return words
    cell = WriteOnlyCell(worksheet, words)
    cell.data_type, cell.quotePrefix = "s", True
    return cell


def heading(worksheet, words):
    cell = WriteOnlyCell(worksheet, words)
    cell.font, cell.fill = BOLD, SHADE
    return cell


def cell_of(worksheet, column, kept):
    """Return the cell for one kept text: a number, a date, or words."""
    if not kept:
        return None
    value = column.write(kept)
    if isinstance(value, str):
        return plain(worksheet, value)
    cell = WriteOnlyCell(worksheet, value)
    cell.number_format = column.number_format
    return cell


def begin(book, sheet):
    """Add the sheet with the names of its columns in the first row, which stays in view."""
    worksheet = book.create_sheet(sheet.title)
    worksheet.freeze_panes = "A2"
    for place, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(place)
        worksheet.column_dimensions[letter].width = max(14, len(column.heading) + 4)
    worksheet.append([heading(worksheet, column.heading) for column in sheet.columns])
    return worksheet


def saved(book):
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def export(sheet, rows):
    """Return the bytes of a workbook with these rows, {column: text} each."""
    book = Workbook(write_only=True)
    worksheet = begin(book, sheet)
    for row in rows:
        worksheet.append([cell_of(worksheet, column, row.get(column.key)) for column in sheet.columns])
    return saved(book)


def template(sheet):
    """Return the bytes of the empty workbook: columns with format and choices, and how to fill it in."""
    book = Workbook()
    book.remove(book.active)
    worksheet = book.create_sheet(sheet.title)
    worksheet.freeze_panes = "A2"
    for place, column in enumerate(sheet.columns, start=1):
        prepare(worksheet, get_column_letter(place), column)
    guide(book.create_sheet(spanish(GUIDE)), sheet)
    return saved(book)


def prepare(worksheet, letter, column):
    """Make one column ready to be filled in: its name, its format, its choices to pick from."""
    first = worksheet[f"{letter}1"]
    first.value, first.font, first.fill = column.heading, BOLD, SHADE
    worksheet.column_dimensions[letter].width = max(14, len(column.heading) + 4)
    worksheet.column_dimensions[letter].number_format = column.number_format
    if column.choices:
        listed = ",".join(column.words())
        picked = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=not column.required)
        picked.add(f"{letter}2:{letter}{FILLABLE}")
        worksheet.add_data_validation(picked)


def guide(worksheet, sheet):
    """Write what goes into each column, for whoever fills the workbook in."""
    names = [_("Column"), _("Must it be filled in?"), _("What goes in")]
    worksheet.append([spanish(name) for name in names])
    for cell in worksheet[1]:
        cell.font = BOLD
    for column in sheet.columns:
        worksheet.append(
            [column.heading, spanish(_("yes") if column.required else _("no")), expected(column)]
        )
    for letter, width in zip("ABC", [30, 24, 90], strict=True):
        worksheet.column_dimensions[letter].width = width


def expected(column):
    """Say in Spanish what a column takes."""
    if column.choices:
        return " / ".join(column.words())
    return " ".join([spanish(column.expects), spanish(column.hint)]).strip()
