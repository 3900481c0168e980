"""Reading a workbook that somebody uploaded: never trusted, read once, every fault with its cell.

A file is refused unread when it is too large, or when it would unpack to more than any list of a town needs.
Nothing of a workbook with a fault is kept.
"""

import warnings
import zipfile
from contextlib import contextmanager
from typing import NamedTuple

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from .faults import Fault, Wrong

MEGABYTE = 1024 * 1024
LIMIT = 20 * MEGABYTE
UNPACKED = 120 * MEGABYTE
RATIO = 100  # times that one part of the file may grow; a real sheet grows ten to forty times
SMALL = MEGABYTE  # a part that unpacks to less does no harm
PARTS = 500
ROWS = 100_000
LAST = 1_048_576  # no workbook has more rows
WIDTH = 64  # columns that are looked at
KEPT = 200  # faults that are told; the others are counted
STEP = 1000  # rows between two reports of how far the reading is


class Unreadable(Exception):
    """The file is no workbook that may be opened; `fault` says why."""

    def __init__(self, code, **facts):
        super().__init__(code)
        self.fault = Fault("", "", code, facts)


class Reading(NamedTuple):
    """What a workbook holds: rows as (number in the workbook, {column: text}), or the faults instead."""

    rows: list
    faults: list
    fault_count: int


class Faults:
    """The faults found so far: the first ones are kept, all are counted."""

    def __init__(self):
        self.kept, self.count = [], 0

    def add(self, cell, column, code, /, **facts):
        self.count += 1
        if len(self.kept) < KEPT:
            self.kept.append(Fault(cell, column, code, facts))


def bomb(part):
    return part.file_size > SMALL and part.file_size > RATIO * max(part.compress_size, 1)


def judge(file):
    """Refuse a file that is too large, is no workbook, or would unpack to too much."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size > LIMIT:
        raise Unreadable("sheet.file.too-large", limit=LIMIT // MEGABYTE)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Unreadable("sheet.file.not-a-workbook") from None
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED or any(map(bomb, parts)):
        raise Unreadable("sheet.file.unpacks-too-large")
    file.seek(0)


@contextmanager
def readable():
    """Turn whatever a parser raises over somebody's file into one answer; its warnings say nothing to us."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception as fault:  # a damaged part raises whatever the parser meets
        raise Unreadable("sheet.file.not-a-workbook") from fault


@contextmanager
def opened(file, sheet):
    """Give the sheet of a workbook to be read row by row: the one of our name, or else the first."""
    judge(file)
    with readable():
        book = load_workbook(file, read_only=True, keep_links=False)
    try:
        with readable():
            found = book[sheet.title] if sheet.title in book.sheetnames else book.worksheets[0]
        yield found
    finally:
        book.close()


def cells_by_row(worksheet):
    """Give the cells of one row after the other, for as long as the file can be read."""
    with readable():
        rows = worksheet.iter_rows(max_col=WIDTH, max_row=LAST)
    while True:
        with readable():
            cells = next(rows, None)
        if cells is None:
            return
        yield cells


def is_empty(cell):
    return cell.value is None or (isinstance(cell.value, str) and not cell.value.strip())


def columns_of(cells, sheet, faults):
    """Return {place: column} from the first row; a column that is missing, unknown or twice is a fault."""
    known = {column.heading.casefold(): column for column in sheet.columns}
    found = {}
    for place, cell in enumerate(cells):
        if is_empty(cell):
            continue
        at, name = f"{get_column_letter(place + 1)}1", " ".join(str(cell.value).split())
        column = known.get(name.casefold())
        if column is None:
            faults.add(at, "", "sheet.header.unknown", value=name[:60])
        elif column in found.values():
            faults.add(at, column.key, "sheet.header.repeated", column=column.heading)
        else:
            found[place] = column
    for column in sheet.columns:
        if column not in found.values():
            faults.add("", column.key, "sheet.header.missing", column=column.heading)
    return found


def value_of(cell, column):
    """Return the text to keep of one cell; raise `Wrong`."""
    if cell.data_type == "f":
        raise Wrong("sheet.cell.formula")
    if cell.data_type == "e":
        raise Wrong("sheet.cell.error", value=str(cell.value))
    if is_empty(cell):
        if column.required:
            raise Wrong("sheet.cell.missing")
        return ""
    return column.read(cell.value)


def row_of(number, cells, columns, faults):
    """Return {column: text} of one row; every wrong cell goes to the faults."""
    values = {}
    for place, cell in enumerate(cells):
        column = columns.get(place)
        try:
            if column:
                values[column.key] = value_of(cell, column)
            elif not is_empty(cell):
                raise Wrong("sheet.cell.without-column", value=str(cell.value)[:60])
        except Wrong as wrong:
            at = f"{get_column_letter(place + 1)}{number}"
            faults.add(at, column.key if column else "", wrong.code, **wrong.facts)
    return values


def check_once(number, values, unique, letter, seen, faults):
    """Report a value of the unique column that stood above already; capitals make no difference."""
    value = values.get(unique)
    if value and (first := seen.setdefault(value.casefold(), number)) != number:
        place = {"value": value, "first": f"{letter}{first}"}
        faults.add(f"{letter}{number}", unique, "sheet.cell.duplicate", **place)


def rows_of(below, columns, sheet, faults, told):
    """Return the rows below the heading; empty ones are passed over."""
    letter = next(get_column_letter(p + 1) for p, column in columns.items() if column.key == sheet.unique)
    rows, seen = [], {}
    for number, cells in enumerate(below, start=2):
        if number % STEP == 0:
            told(number)
        if all(map(is_empty, cells)):
            continue
        if len(rows) == ROWS:
            raise Unreadable("sheet.rows.too-many", limit=ROWS)
        values = row_of(number, cells, columns, faults)
        check_once(number, values, sheet.unique, letter, seen, faults)
        rows.append((number, values))
    return rows


def read(file, sheet, told=lambda number: None):
    """Read a workbook of this kind; `told(number)` hears now and then which row is being read.

    Return its rows, or every fault and no row. A file that cannot be opened has one fault.
    """
    faults = Faults()
    try:
        with opened(file, sheet) as worksheet:
            found = cells_by_row(worksheet)
            columns = columns_of(next(found, ()), sheet, faults)
            if faults.count:
                return Reading([], faults.kept, faults.count)
            rows = rows_of(found, columns, sheet, faults, told)
    except Unreadable as unreadable:
        return Reading([], [unreadable.fault], 1)
    if not rows:
        faults.add("A2", "", "sheet.rows.none")
    return Reading([] if faults.count else rows, faults.kept, faults.count)


def rows_told(file, sheet):
    """Return how many rows the workbook says that it has; only for showing how far the reading is."""
    try:
        with opened(file, sheet) as worksheet:
            return min(max((worksheet.max_row or 1) - 1, 0), ROWS)
    except Unreadable:
        return 0
