"""The whole procedure of one tender as a list of tasks, part by part, for whoever works on it.

A part of the product appends to `PARTS` a function `source(tender, user, at)` that yields `Step`s. Every step
of the procedure is there from the first day on, with its state and what blocks it (interface.md).
"""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Step(NamedTuple):
    """One task: what, where, who does it, until when, how it stands, every reason against it.

    `state` is the look of its tag: done, ready, open, pending, blocked, overdue. `mine` says whether this
    user may take it now.
    """

    title: str
    url: str = ""
    note: str = ""
    who: str = ""
    until: datetime | None = None
    state: str = "pending"
    state_text: str = ""
    refusals: list = []
    mine: bool = False
    open: bool = False


PARTS = {
    "prepare": [],
    "announce": [],
    "inform": [],
    "receive": [],
    "decide": [],
    "sign": [],
    "run": [],
}
TITLES = {
    "prepare": _("1. Prepare"),
    "announce": _("2. Announce"),
    "inform": _("3. Inform and answer"),
    "receive": _("4. Receive the bids"),
    "decide": _("5. Open, evaluate and award"),
    "sign": _("6. Sign and hand over"),
    "run": _("7. Run the service"),
}


def of(tender, user, at):
    """Return (title, steps) of every part that has steps, in the order of the procedure."""
    tender.judged_at = at
    found = [
        (TITLES[part], [step for source in sources for step in source(tender, user, at)])
        for part, sources in PARTS.items()
    ]
    return [(title, steps) for title, steps in found if steps]


def first(parts):
    """Return the step that comes next: of those that wait for this user, else for others, the first due."""
    steps = [step for _title, steps in parts for step in steps]
    waiting = [step for step in steps if step.state in ("ready", "blocked", "overdue", "open")]
    mine = [step for step in waiting if step.mine]
    return min(mine or waiting, key=lambda step: (step.until is None, step.until or 0), default=None)
