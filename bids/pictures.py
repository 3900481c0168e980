"""Ranking and funnel of a call as they are printed; pages have them in their tables (rules 55, 61, 65)."""

from decimal import Decimal
from fractions import Fraction

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from bids.scoring import two_decimals
from bids.services.deserted import steps
from procurement import drawing
from procurement.drawing import Bar
from procurement.printed import PICTURES


def bar_of(row):
    """Return one bidder: full for what was offered, hollow for what being local adds, and the points."""
    parts = {name: two_decimals(Fraction(part)) for name, part in row["parts"].items()}
    pieces = [(parts["economic"] + parts["technical"], "action")]
    if parts["local"]:
        pieces.append((parts["local"], "hollow"))
    return Bar(f"{row['rank']}. {row['name']}", pieces, row["published"])


def ranking(rows):
    """Draw the rows of a ranking as the log keeps them; nothing where nobody is ranked."""
    if not rows:
        return ""
    title = _("Points of each bidder: full for the offer, hollow for being local.")
    return mark_safe(drawing.bars(title, [bar_of(row) for row in rows]))  # noqa: S308


def funnel(counts):
    """Draw how many were invited, bought, came, asked, presented, and were valid."""
    rows = [Bar(str(label), [(Decimal(count), "action")], str(count)) for label, count in steps(counts)]
    return mark_safe(drawing.bars(_("How far the call came"), rows))  # noqa: S308


def of_the_ranking(minutes):
    found = minutes.tender.rankings.filter(minutes=minutes).first()
    drawn = ranking(found.body["rows"]) if found else ""
    legend = _("Full: points for what was offered. Hollow: points for being local.")
    return drawn and format_html("{}<figcaption>{}</figcaption>", drawn, legend)


def of_the_desertion(minutes):
    return funnel(minutes.tender.desertion.funnel)


PICTURES |= {"ranking": of_the_ranking, "deserted": of_the_desertion}
