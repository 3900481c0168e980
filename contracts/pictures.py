"""What was promised to the Investment Fund, what came in and what it held, period by period (rule 84)."""

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from procurement import drawing
from procurement.money import display

LATEST = 8  # periods that are drawn; the page lists all


def columns_of(sheet, until=None):
    """Return the latest periods, the oldest first; up to the one that ends on `until` where it is given."""
    quarters = [each for each in reversed(sheet.quarters) if until is None or each.period.end <= until]
    return [column(sheet, each) for each in quarters[-LATEST:]]


def column(sheet, quarter):
    """Return one period with what lay in the fund on its last day."""
    start, end = quarter.period
    lines = [line.balance for line in sheet.account if line.on <= end]
    held = lines[-1] if lines else 0
    return drawing.Column(f"{start:%m/%y}", quarter.due, quarter.paid, held)


def fund(columns):
    """Draw the periods: promised hollow, came in full, and below what the fund held at their end."""
    if not columns:
        return ""
    headings = (_("Owed and came in, up to {}"), _("In the fund, up to {}"))
    title = _("The fund period by period. The table says the same.")
    return mark_safe(drawing.columns(title, columns, headings, display))  # noqa: S308
