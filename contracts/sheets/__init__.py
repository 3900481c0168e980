"""Workbooks in and out: each column is declared once and gives template, check and export."""

from .declared import INVENTORY, RECEIVABLES, SHEETS, STAFF, USERS, Sheet
from .faults import SENTENCES, Fault
from .reading import ROWS, Reading, Unreadable, judge, read, rows_told
from .writing import export, template

__all__ = [
    "INVENTORY",
    "RECEIVABLES",
    "ROWS",
    "SENTENCES",
    "SHEETS",
    "STAFF",
    "USERS",
    "Fault",
    "Reading",
    "Sheet",
    "Unreadable",
    "export",
    "judge",
    "read",
    "rows_told",
    "template",
]
