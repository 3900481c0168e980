"""What is wrong with a workbook, and in which cell: a stable code and a sentence for whoever filled it in."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "sheet.file.too-large": _(
        "The file has more than %(limit)s MB. Take out pictures and other sheets, and save it again."
    ),
    "sheet.file.not-a-workbook": _(
        "This is not an Excel workbook (.xlsx), or it is damaged or protected by a password. Save it as "
        ".xlsx and upload it again."
    ),
    "sheet.file.unpacks-too-large": _(
        "Unpacked, the file would take more room than any list of a town needs. Copy the rows alone into the "
        "workbook that you download here."
    ),
    "sheet.item.settled": _("The item was settled while the workbook was read: nothing was taken over."),
    "sheet.header.missing": _("The column “%(column)s” is missing. Do not change the first row."),
    "sheet.header.unknown": _("“%(value)s” is no column of this workbook. Take the column out."),
    "sheet.header.repeated": _("The column “%(column)s” is there twice."),
    "sheet.rows.none": _("There is no row below the names of the columns."),
    "sheet.rows.too-many": _("There are more than %(limit)s rows. Send it in parts."),
    "sheet.cell.formula": _(
        "There is a formula. Write the value itself: copy the column and paste it as values."
    ),
    "sheet.cell.error": _("The cell holds an error of the workbook: %(value)s."),
    "sheet.cell.missing": _("It is empty. Write it."),
    "sheet.cell.without-column": _(
        "“%(value)s” stands under no column. Take it out, or put it in its column."
    ),
    "sheet.cell.not-text": _("A text is expected."),
    "sheet.cell.too-long": _("It has more than %(limit)s letters."),
    "sheet.cell.not-a-number": _(
        "“%(value)s” is not a number. Write it with a point, without currency: 1234.50."
    ),
    "sheet.cell.negative": _("“%(value)s” is below zero."),
    "sheet.cell.too-many-decimals": _("“%(value)s” has more than two decimals."),
    "sheet.cell.too-big": _("“%(value)s” is too big to be true."),
    "sheet.cell.not-a-date": _("“%(value)s” is not a date. Write it like this: 31/12/2026."),
    "sheet.cell.not-a-month": _("“%(value)s” is not a month. Write it like this: 2026-12."),
    "sheet.cell.not-a-choice": _("“%(value)s” is none of these: %(choices)s."),
    "sheet.cell.not-an-identity-document": _(
        "It is not the number of an identity document: a DNI has 8 digits, a RUC 11. Excel takes leading "
        "zeros away: give the column the format “text” and write it again."
    ),
    "sheet.cell.duplicate": _("“%(value)s” is there already, in %(first)s. Each has its own."),
}


class Fault(NamedTuple):
    """One fault: the cell as the workbook names it ("C17"; empty where it concerns the file), the key of its
    column (or ""), the code, and the facts for the places of its sentence.
    """

    cell: str
    column: str
    code: str
    facts: dict

    @property
    def sentence(self):
        facts = self.facts | (
            {"choices": ", ".join(self.facts["choices"])} if "choices" in self.facts else {}
        )
        return str(SENTENCES[self.code]) % facts


class Wrong(Exception):
    """A value that its column does not take; `facts` fill the sentence of the code."""

    def __init__(self, code, **facts):
        super().__init__(code)
        self.code, self.facts = code, facts
