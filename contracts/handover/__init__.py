"""What an incoming mayor has to know about a call: decided and why, in force, due, what it costs to leave.

Changes of authority do not void what was agreed; new authorities who knew nothing of it were the failure of
the towns (rules 101, 158). The same tables make the page and the pack.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from procurement.guards.problems import show


class Table(NamedTuple):
    """Rows of one kind: `columns` are (key, label), a row is {key: date, number or text}."""

    key: str
    title: str
    columns: tuple
    rows: list

    @property
    def labels(self):
        return [label for _key, label in self.columns]

    @property
    def cells(self):
        """The rows as people read them: [(key, label, text)] for each."""
        return [[(key, label, shown(row.get(key, ""))) for key, label in self.columns] for row in self.rows]


class Section(NamedTuple):
    """One of the questions of whoever comes new, and what answers it."""

    key: str
    title: str
    lead: str
    tables: list


def shown(value):
    """Return a value as people read it."""
    if isinstance(value, list | tuple):
        return "; ".join(shown(each) for each in value)
    return f"{value:,}" if isinstance(value, Decimal) else "" if value is None else show(value)


def plain(value):
    """Return a value as the data of the pack keep it: text, whole numbers, lists."""
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if value is None or isinstance(value, int):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def data(sections):
    """Return the sections as data: {section: {table: [{key: value}]}}."""
    return {
        section.key: {
            table.key: [{key: plain(row.get(key, "")) for key, _label in table.columns} for row in table.rows]
            for table in section.tables
        }
        for section in sections
    }
