"""How long each guarantee holds, drawn over time beside what it must cover (domain.md 2.4)."""

from datetime import date
from typing import NamedTuple

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from guarantees.guards.acceptance import must_last_until
from procurement import drawing

LOOKS = {"renewal_due": "attention", "expired": "refused", "lost": "refused", "claimed": "attention"}
OVER = ("executed", "released", "returned", "rejected")
MOST_YEARS = 5  # names of years that fit over the lanes


class Held(NamedTuple):
    """One guarantee in time: from when to when it holds, may be claimed, must hold; None where unknown."""

    name: str
    look: str
    start: date
    expiry: date | None
    claim_until: date | None
    required_until: date | None

    @property
    def lacking(self):
        """How many days are not covered of what it must cover."""
        if self.expiry is None or self.required_until is None:
            return 0
        return max((self.required_until - self.expiry).days, 0)


def held(guarantee, contract_ends):
    look = "faint" if guarantee.state in OVER else LOOKS.get(guarantee.state, "done")
    days = (guarantee.start, guarantee.expiry, guarantee.claim_until, covers_until(guarantee, contract_ends))
    return Held(str(guarantee), look, *days)


def covers_until(guarantee, contract_ends):
    """Return what it must hold until: as it was asked, else the end of the contract that it guarantees."""
    if guarantee.required_until is None and (guarantee.slot == "bid" or guarantee.kind.yearly):
        return None
    return must_last_until(guarantee) or contract_ends


def rows_of(guarantees, contract_ends):
    """Return those that were brought and say from when they hold."""
    return [held(each, contract_ends) for each in guarantees if each.start]


def said(day):
    return f"{day:%d/%m/%Y}"


def validity(rows, today=None):
    """Draw the guarantees over time: a bar while it holds, the days to claim it, below what it must cover."""
    if not rows:
        return ""
    days = [day for row in rows for day in (row.start, *row[3:]) if day]
    first, last = min(days), max(days)
    now = drawing.Mark(today.toordinal(), _("Today")) if today and first <= today <= last else None
    title = _("How long each guarantee holds. The table says the same.")
    lanes = [lane(row, last) for row in rows]
    return mark_safe(drawing.spans(title, lanes, marks(first, last), now))  # noqa: S308


def marks(first, last):
    """Return the scale: both ends, and some first days of years between them."""
    years = range(first.year + 1, last.year + 1)
    shown = years[:: 1 + len(years) // MOST_YEARS]
    inner = [drawing.Mark(date(year, 1, 1).toordinal(), str(year)) for year in shown]
    ends = [drawing.Mark(day.toordinal(), f"{day:%m/%y}") for day in (first, last)]
    return [ends[0], *inner, ends[1]]


def lane(row, last):
    """Return one guarantee as a lane; without end it goes on to the edge of the picture."""
    start, end = row.start.toordinal(), (row.expiry or last).toordinal()
    until = said(row.expiry) if row.expiry else _("without end")
    spans = [drawing.Span(start, end, row.look, f"{row.name}: {said(row.start)} – {until}")]
    if row.claim_until and row.expiry and row.claim_until > row.expiry:
        text = _("may be claimed until %(day)s") % {"day": said(row.claim_until)}
        spans.append(drawing.Span(end, row.claim_until.toordinal(), "hollow", text))
    below = []
    if row.required_until:
        text = _("must hold until %(day)s") % {"day": said(row.required_until)}
        covered = min(row.required_until, row.expiry or row.required_until).toordinal()
        below.append(drawing.Span(start, max(covered, start), "action", text))
        if row.lacking:
            below.append(drawing.Span(max(covered, start), row.required_until.toordinal(), "refused", text))
    return drawing.Lane(row.name, spans, below)
