"""Workbooks in and out: each fault with its cell, hostile files refused, what goes out comes back."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from contracts import sheets
from contracts.sheets import reading

from .transferring import ROWS

ASSET = dict(ROWS["inventory"][0])


def spoilt(sheet, rows, cells):
    """Return a workbook of these rows in which some cells say something else."""
    book = load_workbook(io.BytesIO(sheets.export(sheet, rows)))
    for cell, value in cells.items():
        book.active[cell] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer


def found(sheet, rows, **cells):
    """Return (cell, code) of every fault, after whether no row was kept."""
    result = sheets.read(spoilt(sheet, rows, cells), sheet)
    assert result.rows == [] or result.fault_count == 0
    return [(fault.cell, fault.code) for fault in result.faults]


def inventory(**cells):
    return found(sheets.INVENTORY, ROWS["inventory"], **cells)


def rezipped(content, **parts):
    """Return a workbook in which some parts hold these bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", 8) as new:
        for name in old.namelist():
            given = next((parts[key] for key in parts if name.endswith(key.replace("__", "."))), None)
            new.writestr(name, given if given is not None else old.read(name))
    return buffer


def codes(file, sheet=sheets.INVENTORY):
    result = sheets.read(file, sheet)
    assert result.rows == []
    return [fault.code for fault in result.faults]


# What a cell may hold


def test_a_good_inventory_is_read_with_its_rows_and_its_worth():  # rule 109
    result = sheets.read(spoilt(sheets.INVENTORY, ROWS["inventory"], {}), sheets.INVENTORY)

    assert [number for number, _values in result.rows] == [2, 3]
    assert result.rows[0][1] == ASSET | {"registry_entry": "", "note": ""}
    assert sheets.INVENTORY.total(values for _number, values in result.rows) == Decimal("89001.00")


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("F2", "=2*3", "sheet.cell.formula"),  # the unit value
        ("A2", '=HYPERLINK("http://x")', "sheet.cell.formula"),
        ("G3", None, "sheet.cell.missing"),  # the owner
        ("G3", "   ", "sheet.cell.missing"),
        ("A3", "p-01", "sheet.cell.duplicate"),  # capitals make no other code
        ("D2", "dos", "sheet.cell.not-a-number"),
        ("D2", "1,5", "sheet.cell.not-a-number"),
        ("D2", True, "sheet.cell.not-a-number"),
        ("D2", -1, "sheet.cell.negative"),
        ("F2", 1.005, "sheet.cell.too-many-decimals"),
        ("F2", 10**12, "sheet.cell.too-big"),
        ("H2", "excelente", "sheet.cell.not-a-choice"),
        ("B2", "x" * 301, "sheet.cell.too-long"),
        ("B2", date(2026, 3, 2), "sheet.cell.not-text"),
        ("F2", "#REF!", "sheet.cell.error"),
        ("L2", "suelto", "sheet.cell.without-column"),
    ],
)
def test_a_bad_cell_of_the_inventory_is_named_and_nothing_is_taken(cell, value, code):  # rule 109
    assert inventory(**{cell: value}) == [(cell, code)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("F2", 0),
        ("F2", 0.1 + 0.2),  # Excel keeps fifteen digits, and this is 0.30 there
        ("D2", "2.5"),
        ("H2", "BUENO"),
        ("A2", 1001),
        ("J2", None),
    ],
)
def test_what_a_cell_may_hold_is_taken(cell, value):
    assert inventory(**{cell: value}) == []


@pytest.mark.parametrize(
    ("kind", "cell", "value", "code"),
    [
        ("staff", "A2", 123456, "sheet.cell.not-an-identity-document"),  # Excel took the zeros away
        ("staff", "E2", "31/02/2026", "sheet.cell.not-a-date"),
        ("receivables", "C2", "enero", "sheet.cell.not-a-month"),
        ("receivables", "E2", "S/ 20", "sheet.cell.not-a-number"),
        ("users", "F2", "gas", "sheet.cell.not-a-choice"),
        ("users", "C2", "12", "sheet.cell.not-an-identity-document"),
    ],
)
def test_a_bad_cell_of_the_other_workbooks_is_named(kind, cell, value, code):  # rules 107, 110, 112
    assert found(sheets.SHEETS[kind], ROWS[kind], **{cell: value}) == [(cell, code)]


@pytest.mark.parametrize(
    ("kind", "cell", "value", "kept"),
    [
        ("staff", "E2", "05/04/2006", ("since", "2006-04-05")),
        ("staff", "E2", date(2006, 4, 5), ("since", "2006-04-05")),
        ("receivables", "C2", date(2024, 3, 1), ("first_month", "2024-03")),
        ("receivables", "C2", "03/2024", ("first_month", "2024-03")),
        ("users", "C2", 20100100100, ("document", "20100100100")),
    ],
)
def test_a_date_or_a_number_is_taken_however_excel_keeps_it(kind, cell, value, kept):
    sheet = sheets.SHEETS[kind]
    result = sheets.read(spoilt(sheet, ROWS[kind], {cell: value}), sheet)
    assert result.rows[0][1][kept[0]] == kept[1]


def test_all_faults_are_told_together():
    cells = {"F2": "=1", "G2": None, "A3": "P-01", "H3": "raro"}
    assert {cell for cell, _code in inventory(**cells)} == {"F2", "G2", "A3", "H3"}


def test_a_duplicate_says_where_the_first_one_stands():
    result = sheets.read(spoilt(sheets.INVENTORY, ROWS["inventory"], {"A3": "P-01"}), sheets.INVENTORY)
    assert result.faults[0].facts["first"] == "A2"
    assert "A2" in result.faults[0].sentence


def test_the_first_faults_are_told_and_all_are_counted(monkeypatch):
    monkeypatch.setattr(reading, "KEPT", 2)
    rows = [ASSET | {"code": f"P-{number}", "owner": ""} for number in range(9)]
    result = sheets.read(io.BytesIO(sheets.export(sheets.INVENTORY, rows)), sheets.INVENTORY)
    assert (len(result.faults), result.fault_count) == (2, 9)


# The first row


def test_a_column_that_is_missing_unknown_or_twice_is_told():
    assert inventory(G1="Dueño") == [("G1", "sheet.header.unknown"), ("", "sheet.header.missing")]
    assert inventory(J1="Código") == [("J1", "sheet.header.repeated"), ("", "sheet.header.missing")]


def test_columns_may_stand_in_another_order_and_empty_rows_are_passed_over():
    book = Workbook()
    headings = [column.heading for column in reversed(sheets.INVENTORY.columns)]
    book.active.append(headings)
    book.active.append([])
    book.active.append([None, None, "bueno", "Municipalidad", 2.5, "m", 2, "Pozo", "Tubo", "T-1"])
    buffer = io.BytesIO()
    book.save(buffer)

    result = sheets.read(buffer, sheets.INVENTORY)

    assert result.faults == []
    assert result.rows[0][0] == 3
    assert (result.rows[0][1]["code"], result.rows[0][1]["unit_value"]) == ("T-1", "2.50")


@pytest.mark.parametrize("kind", sheets.SHEETS)
def test_the_template_has_every_column_and_no_row(kind):
    sheet, content = sheets.SHEETS[kind], sheets.template(sheets.SHEETS[kind])

    book = load_workbook(io.BytesIO(content))
    headings = [cell.value for cell in book[sheet.title][1]]
    assert headings == [column.heading for column in sheet.columns]
    assert len(book.worksheets[1]["A"]) == len(sheet.columns) + 1  # what goes into each
    assert codes(io.BytesIO(content), sheet) == ["sheet.rows.none"]


# Out and in again

WORDS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40)
WORDS = WORDS.map(lambda words: " ".join(words.split())).filter(bool)
AMOUNTS = st.decimals(0, 10**9, places=2).map(str)
VALUES = {
    "text": WORDS,
    "identity": st.from_regex(r"[0-9]{8}|[0-9]{11}", fullmatch=True),
    "amount": AMOUNTS,
    "day": st.dates(date(1950, 1, 1), date(2060, 1, 1)).map(str),
    "month": st.dates(date(1990, 1, 1), date(2060, 1, 1)).map(lambda day: f"{day:%Y-%m}"),
}


def values_of(column):
    some = st.sampled_from(sorted(column.choices)) if column.choices else VALUES[column.kind]
    if column.kind == "text":
        some = some.map(lambda words: words[: column.limit].strip()).filter(bool)
    return some if column.required else some | st.just("")


def rows_of(sheet):
    row = st.fixed_dictionaries({column.key: values_of(column) for column in sheet.columns})
    once = lambda row: row[sheet.unique].casefold()  # noqa: E731
    return st.lists(row, min_size=1, max_size=4, unique_by=once)


@pytest.mark.parametrize("kind", sheets.SHEETS)
def test_what_is_exported_comes_back_the_same(kind):  # rules 107, 109, 110, 112
    sheet = sheets.SHEETS[kind]

    @settings(max_examples=25)
    @given(rows_of(sheet))
    def comes_back(rows):
        result = sheets.read(io.BytesIO(sheets.export(sheet, rows)), sheet)
        assert result.faults == []
        assert [values for _number, values in result.rows] == rows

    comes_back()


@pytest.mark.parametrize("words", ["=1+1", "+51 999", "-3", "@SUMA(A1)", '=cmd|"/c calc"!A1'])
def test_text_never_becomes_a_formula_in_an_export(words):
    row = ASSET | {"description": words, "note": words}
    content = sheets.export(sheets.INVENTORY, [row])

    cell = load_workbook(io.BytesIO(content)).active["B2"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", words, True)
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_a_character_that_no_workbook_holds_is_left_out():
    content = sheets.export(sheets.INVENTORY, [ASSET | {"note": "uno\x01dos"}])
    assert load_workbook(io.BytesIO(content)).active["J2"].value == "unodos"


# Files that mean harm

GOOD = sheets.export(sheets.INVENTORY, ROWS["inventory"])
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ja"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"
t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""
OUTSIDE = LAUGHS.replace(b'"ja"', b'SYSTEM "file:///etc/passwd"')
FAR_ROW = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="999999999"><c r="A999999999" t="n"><v>1</v></c></row></sheetData></worksheet>"""


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (io.BytesIO(b""), "sheet.file.not-a-workbook"),
        (io.BytesIO(b"%PDF-1.4 no es un libro"), "sheet.file.not-a-workbook"),
        (io.BytesIO(GOOD[:2000]), "sheet.file.not-a-workbook"),
        (rezipped(GOOD, sheet1__xml=b"<worksheet"), "sheet.file.not-a-workbook"),
        (rezipped(GOOD, sheet1__xml=LAUGHS), "sheet.file.not-a-workbook"),
        (rezipped(GOOD, sheet1__xml=OUTSIDE), "sheet.file.not-a-workbook"),
        (rezipped(GOOD, sheet1__xml=b" " * (reading.SMALL * 3)), "sheet.file.unpacks-too-large"),
    ],
    ids=["empty", "pdf", "cut", "broken", "laughs", "outside", "bomb"],
)
def test_a_hostile_or_damaged_file_is_refused(file, code):
    assert codes(file) == [code]


def test_a_file_that_is_too_large_is_refused_unread(monkeypatch):
    monkeypatch.setattr(reading, "LIMIT", len(GOOD) - 1)
    assert codes(io.BytesIO(GOOD)) == ["sheet.file.too-large"]
    monkeypatch.setattr(reading, "LIMIT", len(GOOD))
    assert sheets.read(io.BytesIO(GOOD), sheets.INVENTORY).faults == []


def test_a_file_of_too_many_parts_or_too_much_in_all_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "PARTS", 3)
    assert codes(io.BytesIO(GOOD)) == ["sheet.file.unpacks-too-large"]
    monkeypatch.undo()
    monkeypatch.setattr(reading, "UNPACKED", 1000)
    assert codes(io.BytesIO(GOOD)) == ["sheet.file.unpacks-too-large"]


def test_a_row_that_claims_to_be_far_away_costs_nothing():
    assert codes(rezipped(GOOD, sheet1__xml=FAR_ROW))[0] == "sheet.header.missing"


def test_more_rows_than_any_town_has_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "ROWS", 1)
    assert codes(io.BytesIO(GOOD)) == ["sheet.rows.too-many"]
    monkeypatch.setattr(reading, "ROWS", 2)
    assert len(sheets.read(io.BytesIO(GOOD), sheets.INVENTORY).rows) == 2


def test_whoever_looks_on_hears_how_far_the_reading_is(monkeypatch):
    monkeypatch.setattr(reading, "STEP", 2)
    heard = []
    sheets.read(io.BytesIO(GOOD), sheets.INVENTORY, told=heard.append)
    assert heard == [2]
    assert sheets.rows_told(io.BytesIO(b"x"), sheets.INVENTORY) == 0


def test_every_fault_has_its_sentence_in_spanish(settings):
    fault = sheets.Fault("H2", "state", "sheet.cell.not-a-choice", {"value": "x", "choices": ["a", "b"]})
    assert "a, b" in fault.sentence
