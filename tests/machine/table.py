"""docs/states.md, read back: the page is the measure, not the code that it was written from."""

from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parents[2] / "docs" / "states.md"


class Row(NamedTuple):
    """One line of the page: from which state, by which verb, to which state, and who may."""

    model: str
    state: str
    verb: str
    next_state: str
    who: frozenset


def read(text):
    """Yield every row of the page; a heading names the model of the rows below it."""
    model = None
    for line in text.splitlines():
        if line.startswith("## "):
            model = line.removeprefix("## ").lower()
        elif line.startswith("| ") and not line.startswith("| state |"):
            state, verb, next_state, who = [cell.strip() for cell in line.split("|")[1:5]]
            yield Row(model, state, verb, next_state, frozenset(who.split(", ")))


class Table:
    """The rows, by what one asks of them."""

    def __init__(self, text):
        self.rows = list(read(text))
        self.by_step = {(row.model, row.state, row.verb, row.next_state): row for row in self.rows}
        self.verbs = {(row.model, row.verb) for row in self.rows}

    def leaving(self, model, state):
        return [row for row in self.rows if (row.model, row.state) == (model, state)]

    def who(self, model, state, verb):
        """Return everybody whom the page lets take this verb in this state."""
        return frozenset().union(*[row.who for row in self.leaving(model, state) if row.verb == verb])


TABLE = Table(PAGE.read_text())
