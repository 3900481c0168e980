"""Pictures of the pages, drawn here as SVG: geometry as attributes, colour by class, the same said in words.

Bars use percentages, so that they stretch while their text does not. Nothing in a picture can be focused.
"""

from collections import namedtuple
from datetime import datetime, timedelta
from decimal import Decimal
from math import cos, pi, sin

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement.drawing import spread
from procurement.money import rounded
from procurement.templatetags.ui import LIMA, symbol, when

register = template.Library()


def read(rows, names):
    """Accept tuples and objects alike: a picture asks only for these names, in this order."""
    row = namedtuple("row", names)
    return [
        row(*each) if isinstance(each, tuple) else row(*(getattr(each, n) for n in row._fields))
        for each in rows
    ]


def share(part, whole):
    """Return a part as a percentage of the whole, for an attribute; an empty whole has empty parts."""
    return rounded(100 * Decimal(part) / Decimal(whole)) if whole else Decimal(0)


def short(text, length):
    """Cut a long name for a drawing; the list beside the drawing holds it whole."""
    return Truncator(str(text)).chars(length)


# Line of time

LEFT, RIGHT = 20, 1080
TimedStep = namedtuple("TimedStep", "instant label kind number tense")


class Ruler:
    """A true scale of time, from a little before the first step to a little after the last."""

    def __init__(self, instants):
        first, last = min(instants), max(instants)
        margin = max((last - first) // 25, timedelta(days=1))
        self.first, self.last = (
            timezone.localtime(first - margin, LIMA),
            timezone.localtime(last + margin, LIMA),
        )

    def __call__(self, instant):
        length = (RIGHT - LEFT) * (instant - self.first) // (self.last - self.first)
        return LEFT + min(max(length, 0), RIGHT - LEFT)

    def marks(self):
        """List nine marks at most, with how to write them: days in a short process, else months or years."""
        days = (self.last - self.first).days
        if days <= 45:
            midnight = self.first.replace(hour=0, minute=0, second=0, microsecond=0)
            return [(midnight + timedelta(n), "j b") for n in range(1, days + 1, 1 + days // 8)]
        months = next((n for n in (1, 2, 3, 6, 12) if days <= n * 240), 12 * (1 + days // 2900))
        numbers = range(self.first.year * 12, self.last.year * 12 + 12, months)
        starts = [datetime(n // 12, n % 12 + 1, 1, tzinfo=LIMA) for n in numbers]
        how = "F" if self.first.year == self.last.year else "F Y"
        return [(start, how) for start in starts if self.first < start < self.last]


def drawn_marks(ruler):
    rows = []
    for instant, how in ruler.marks():
        x = ruler(instant)
        edge = (x + 6, "start") if x < RIGHT - 120 else (x - 6, "end")
        rows.append((x, *edge, date_format(instant, how)))
    return format_html_join(
        "", '<path class="ln" d="M{} 74v42"/><text class="m" x="{}" y="116" text-anchor="{}">{}</text>', rows
    )


def heading(kind):
    """Return the words over a dot for a meeting or an envelope, which are what people look for."""
    what, _dash, number = kind.partition("-")
    if what == "meeting":
        return _("Meeting %(number)s") % {"number": number}
    return _("Envelope %(number)s") % {"number": number} if what == "envelope" else ""


def drawn_heading(step, x, middle):
    if step.kind.startswith("meeting"):
        line = format_html('<path class="ln" d="M{} 66 {} 52"/>', x, middle)
        return line, middle, 46, heading(step.kind)
    drawing = format_html(
        '<path class="ln" d="M{} 66 {} 57"/><use href="{}" x="{}" y="22" width="44" height="33"/>',
        *(x, middle, symbol("env-open" if step.tense == "past" else "env-sealed"), middle - 22),
    )
    return drawing, middle, 16, heading(step.kind)


def drawn_headings(steps, places):
    """Draw meetings and envelopes over their dots; where they do not fit, the list alone names them."""
    marked = [(step, x) for step, x in zip(steps, places, strict=True) if heading(step.kind)]
    widths = [max(52, 8 * len(heading(step.kind)) + 12) for step, _x in marked]
    if sum(widths) > RIGHT + 20:
        return ""
    middles = spread([x for _step, x in marked], widths, 0, RIGHT + 20)
    return format_html_join(
        "",
        '{}<text x="{}" y="{}" text-anchor="middle">{}</text>',
        [drawn_heading(step, x, middle) for (step, x), middle in zip(marked, middles, strict=True)],
    )


def drawn_dots(steps, places, radius):
    """Draw the numbered steps: filled where past, lit where next, hollow where still to come."""
    looks = {"past": ("f-d", "inv"), "here": ("f-a", "inv"), "": ("f-c rim", "m")}
    rows = [
        (looks[step.tense][0], x, radius, looks[step.tense][1], x, step.number if radius > 7 else "")
        for step, x in zip(steps, places, strict=True)
    ]
    return format_html_join(
        "",
        '<circle class="{}" cx="{}" cy="80" r="{}"/>'
        '<text class="{}" x="{}" y="85" text-anchor="middle">{}</text>',
        rows,
    )


def drawn_now(ruler, now):
    if not ruler.first <= now <= ruler.last:
        return ""
    return format_html(
        '<path class="st-i dash" d="M{0} 62V128"/><text x="{0}" y="144" text-anchor="middle">{1}</text>',
        ruler(now),
        _("Today"),
    )


def drawn_line(steps, now):
    """Draw the steps that have an instant; their numbers are those of the list below the picture."""
    steps = sorted((step for step in steps if step.instant), key=lambda step: step.instant)
    if not steps:
        return ""
    ruler = Ruler([step.instant for step in steps])
    room = min(27, (RIGHT - LEFT) // len(steps))
    wanted = [ruler(step.instant) for step in steps]
    places = spread(wanted, [room] * len(steps), LEFT - 12, RIGHT + 12)
    title = _("Line of time of the procedure; the list below says the same. Today is %(day)s.")
    return format_html(
        '<svg viewBox="0 0 1100 150" role="img"><title>{}</title>'
        '<path class="ln" d="M20 80H1080"/>{}<path class="st-a thick" d="M20 80H{}"/>{}{}{}</svg>',
        title % {"day": date_format(timezone.localtime(now, LIMA))},
        drawn_marks(ruler),
        ruler(now),
        drawn_headings(steps, places),
        drawn_dots(steps, places, room * 12 // 27),
        drawn_now(ruler, now),
    )


def timed(steps, now):
    """Number the steps and tell which are past and which one is next."""
    rows = read(steps, "instant label kind")
    coming = min((row.instant for row in rows if row.instant and row.instant > now), default=None)

    def tense(instant):
        if instant is None or (instant > now and instant != coming):
            return ""
        return "here" if instant == coming else "past"

    return [TimedStep(*row, number, tense(row.instant)) for number, row in enumerate(rows, 1)]


@register.simple_tag
def timeline(steps, now):
    """Draw the steps (instant, label, kind) of a procedure on a scale of time, over the list of them.

    An instant may be None while it is not fixed. Kind is "meeting-1", "envelope-2" or "". On a phone the list
    is drawn as a line and the picture is not shown.
    """
    steps = timed(steps, now)
    said = {"past": _("Already past: "), "here": _("What comes next: "), "": ""}
    rows = [(step.tense, said[step.tense], step.label, when(step.instant, zone=False)) for step in steps]
    return format_html(
        '<div class="time">{}<ol aria-label="{}">{}</ol><p class="small">{}</p></div>',
        drawn_line(steps, now),
        _("Dates of the procedure"),
        format_html_join("", '<li class="{}"><span class="sr">{}</span>{} {}</li>', rows),
        _("All hours are of Lima."),
    )


@register.filter
def steps(milestones):
    """Turn the milestones (name, label, instant) of a schedule into the steps of a timeline."""
    kinds = {"meeting": "meeting", "opening": "envelope"}
    return [
        (instant, label, f"{kinds[what]}-{number}" if what in kinds else "")
        for name, label, instant in milestones
        for what, _dash, number in [name.partition("_")]
    ]


# Bars

FILLS = {
    "action": "f-a",
    "done": "f-d",
    "attention": "f-w",
    "refused": "f-r",
    "sealed": "f-s",
    "faint": "f-l",
}


@register.simple_tag
def hatch():
    """Define the hatching, once in a page that uses it, before the first picture that does."""
    return mark_safe(
        '<svg width="0" height="0" aria-hidden="true"><defs><pattern id="hatch" width="8" height="8" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="f-c" width="3" height="8"/></pattern></defs></svg>'
    )


@register.simple_tag
def key(meaning, hatched=False):
    """Draw the small sample of a legend: action, done, attention, refused or sealed."""
    over = mark_safe('<rect fill="url(#hatch)" width="100%" height="100%"/>') if hatched else ""
    return format_html(
        '<svg class="key" aria-hidden="true"><rect class="{}" width="100%" height="100%"/>{}</svg>',
        FILLS[meaning],
        over,
    )


@register.simple_tag
def rank_bar(offer, local, top):
    """Draw the points for the offer (solid) and for being local (hatched) on a scale that ends at `top`."""
    solid, extra = share(offer, top), share(local, top)
    bar = format_html('<rect class="f-a" y="2" width="{}%" height="20"/>', solid)
    if extra:
        both = [("f-d", "", solid, extra), ("", "url(#hatch)", solid, extra)]
        bar += format_html_join(
            "", '<rect class="{}" fill="{}" x="{}%" y="2" width="{}%" height="20"/>', both
        )
    return format_html(
        '<svg class="b" aria-hidden="true"><rect class="f-l" y="10" width="100%" height="4"/>{}</svg>', bar
    )


@register.simple_tag
def funnel(rows):
    """Draw how many reached each step of a tender, from (label, count); the number stands before its bar."""
    rows = read(rows, "label count")
    top = max((row.count for row in rows), default=0)
    bars = [(row.count, row.label, 50 - share(row.count, 2 * top), share(row.count, top)) for row in rows]
    return format_html(
        '<table class="funnel"><caption class="sr">{}</caption><tbody>{}</tbody></table>',
        _("From those who bought the terms to who won"),
        format_html_join(
            "",
            '<tr><th scope="row">{} {}</th><td class="pix"><svg class="b" aria-hidden="true">'
            '<rect class="f-a" x="{}%" y="2" width="{}%" height="20" rx="3"/></svg></td></tr>',
            bars,
        ),
    )


# Custodians


def around(number):
    """Return the places of so many seals on an arc over the envelope, from left to right."""
    steps = number - 1
    angles = [pi * (1.07 - 1.14 * n / steps) for n in range(number)] if steps > 0 else [pi / 2] * number
    return [(round(170 + 136 * cos(angle)), round(136 - 108 * sin(angle))) for angle in angles]


def drawn_seals(people):
    """Draw each custodian's seal over the name; more than five names do not fit and stand as numbers."""
    rows = []
    side = 48 if len(people) <= 5 else 240 // len(people)
    for (name, lit), (x, y) in zip(people, around(len(people)), strict=True):
        text = short(name, 12) if len(people) <= 5 else len(rows) + 1
        seal = (symbol("seal-on" if lit else "seal-off"), x - side // 2, y - side // 2, side, side)
        rows.append((*seal, "inked" if lit else "", x, y + side // 2 + 17, text))
    return format_html_join(
        "",
        '<use class="dim" href="{}" x="{}" y="{}" width="{}" height="{}"/>'
        '<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>',
        rows,
    )


@register.simple_tag
def custody(names, lit, state="sealed"):
    """Draw an envelope and the seals of its custodians around it; `lit` says of each if it was released."""
    people = list(zip(names, lit, strict=True))
    said = [
        (_("%(name)s: released") if on else _("%(name)s: not yet")) % {"name": name} for name, on in people
    ]
    count = sum(bool(on) for on in lit)
    title = ngettext(
        "Envelope with the seals of its custodians, %(count)d lit.",
        "Envelope with the seals of its custodians, %(count)d lit.",
        count,
    )
    return format_html(
        '<svg class="pic custody" viewBox="0 0 340 210" role="img"><title>{} {}</title>'
        '<use href="{}" x="110" y="100" width="120" height="90"/>{}</svg>',
        title % {"count": count},
        "; ".join(said),
        symbol(f"env-{state}"),
        drawn_seals(people),
    )


# Map

SHAPES = {
    "done": '<circle class="f-d" cx="{0}" cy="{1}" r="6"/>',
    "refused": '<path class="f-r" d="M{0} {1}m0-7 7 7-7 7-7-7z"/>',
    "open": '<path class="f-a" d="M{0} {1}m-6-6h12v12h-12z"/>',
}
# Where the name of a town may stand: shift of its anchor, the anchor, and the part of its width left of it.
SIDES = {
    "west": (-11, 5, "end", 1),
    "east": (11, 5, "start", 0),
    "north": (0, -11, "middle", Decimal("0.5")),
    "south": (0, 22, "middle", Decimal("0.5")),
}
Box = namedtuple("Box", "left top right bottom")


def place(latitude, longitude):
    """Return where a point of Peru is in the drawing, 25 units to a degree."""
    return round((Decimal(str(longitude)) + Decimal("81.6")) * 25), round(-Decimal(str(latitude)) * 25 + 4)


def covers(box, other):
    return (
        box.left < other.right
        and other.left < box.right
        and box.top < other.bottom
        and other.top < box.bottom
    )


def label_box(x, y, side, text):
    dx, dy, _anchor, part_left = SIDES[side]
    width = 8 * len(text)
    left = round(x + dx - width * part_left)
    return Box(left, y + dy - 13, left + width, y + dy + 4)


def free_side(x, y, text, taken):
    """Choose the side of a town where its name covers nothing: towards the sea if it can, else none."""
    for side in SIDES:
        box = label_box(x, y, side, text)
        if box.left > -62 and box.right < 330 and not any(covers(box, other) for other in taken):
            taken.append(box)
            return side
    return None


def drawn_town(x, y, name, kind, taken):
    shape = format_html(SHAPES.get(kind, '<circle class="f-c rim" cx="{0}" cy="{1}" r="6"/>'), x, y)
    text = short(name, 20)
    side = free_side(x, y, text, taken)
    if side is None:
        return shape
    dx, dy, anchor, _part = SIDES[side]
    return shape + format_html('<text x="{}" y="{}" text-anchor="{}">{}</text>', x + dx, y + dy, anchor, text)


@register.simple_tag
def peru_map(towns):
    """Draw towns (name, latitude, longitude, kind) on Peru: done a circle, refused a rhomb, open a square.

    A town without coordinates is not drawn; the list beside the map says the same in words.
    """
    rows = [row for row in read(towns, "name latitude longitude kind") if row.latitude is not None]
    points = [place(row.latitude, row.longitude) for row in rows]
    taken = [Box(x - 7, y - 7, x + 7, y + 7) for x, y in points]
    drawn = [(drawn_town(x, y, row.name, row.kind, taken),) for row, (x, y) in zip(rows, points, strict=True)]
    title = ngettext(
        "Map of Peru with %(count)d town; the list says the same.",
        "Map of Peru with %(count)d towns; the list says the same.",
        len(rows),
    )
    return format_html(
        '<svg class="pic map" viewBox="-62 0 392 470" role="img"><title>{}</title>'
        '<use href="{}" x="-62" width="392" height="470"/>{}</svg>',
        title % {"count": len(rows)},
        symbol("peru"),
        format_html_join("", "{}", drawn),
    )


@register.simple_tag
def qr(svg, label):
    """Show the square code that a library drew, inside the page: images from data addresses are refused."""
    return format_html(
        '<div class="qr" role="img" aria-label="{}">{}</div>', label, mark_safe(svg[svg.index("<svg") :])
    )
