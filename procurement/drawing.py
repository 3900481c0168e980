"""Pictures as SVG, the same on a page and on paper: plain data in, markup out. Pure: no words of its own.

Geometry stands in attributes, colour twice: as a class, which a page paints by its theme, and as an
attribute, which paper prints. Every mark has its figure in a `title`: picture and table can be compared.
Drawn 340 units wide, as a telephone is: letters of 14 units are read there without enlarging.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from typing import NamedTuple

Number = int | Decimal
WIDTH = 340
LETTER = Decimal("7.3")  # the mean width of a letter
FIGURE = 9  # the width of a figure of a wide font
LOOKS = {  # meaning -> (class, how it prints)
    "action": ("f-a", "#0b5566"),
    "done": ("f-d", "#26602f"),
    "attention": ("f-w", "#854700"),
    "refused": ("f-r", "#9c241b"),
    "faint": ("f-l", "#dcd2c2"),
    "hollow": ("f-c rim", "#ffffff"),
}
INK, RIM = "#231f1a", "#857a69"


def tenth(number: Number) -> str:
    """Write a coordinate with one decimal at most."""
    return f"{Decimal(number).quantize(Decimal('0.1'), ROUND_HALF_UP).normalize():f}"


def element(name: str, *content: str, **attributes: object) -> str:
    """Return one element; attributes are escaped, and a name that Python keeps for itself ends in `_`."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for key, value in attributes.items()
    )
    return f"<{name}{said}>{''.join(content)}</{name}>"


def titled(text: str) -> str:
    return element("title", escape(text)) if text else ""


def words(text: object, x: Number, y: Number, anchor: str = "start") -> str:
    """Write something in the picture."""
    look = {"fill": INK, "font_family": "Paper, sans-serif", "font_size": "14", "text_anchor": anchor}
    return element("text", escape(str(text)), x=tenth(x), y=tenth(y), **look)


def cut(text: str, room: Number) -> str:
    """Shorten what is too long for its room; the table beside the picture holds it whole."""
    most = int(room / LETTER)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def box(x: Number, y: Number, width: Number, height: Number, look: str, title: str = "") -> str:
    """Draw a rectangle in the look of a meaning."""
    name, fill = LOOKS[look]
    paint = {"class_": name, "fill": fill}
    if look == "hollow":
        paint |= {"stroke": RIM, "stroke_width": "2"}
    sides = {"x": tenth(x), "y": tenth(y), "width": tenth(width), "height": tenth(height)}
    return element("rect", titled(title), **paint, **sides)


def line(path: str, look: str = "ax", **more: object) -> str:
    return element("path", class_=look, d=path, fill="none", stroke=INK if "st-i" in look else RIM, **more)


def area(path: str, look: str) -> str:
    """Fill a closed path in the look of a meaning."""
    name, fill = LOOKS[look]
    return element("path", class_=name, fill=fill, d=path)


def picture(title: str, height: Number, *content: str) -> str:
    """Return the whole picture under its title."""
    frame = {"class_": "pic chart", "viewBox": f"0 0 {WIDTH} {tenth(height)}", "role": "img"}
    return element("svg", titled(title), *content, **frame)


def scale(least: Number, most: Number, left: Number, right: Number) -> Callable[[Number], Decimal]:
    """Return what turns a figure into a place between left and right; outside figures stop at the edge."""
    span = Decimal(most - least)

    def place(figure: Number) -> Decimal:
        part = (Decimal(figure) - Decimal(least)) / span if span else Decimal(0)
        return Decimal(left) + (Decimal(right) - Decimal(left)) * min(max(part, Decimal(0)), Decimal(1))

    return place


# Bars: how much of each


class Bar(NamedTuple):
    """A line of a picture of bars: what, its pieces as (figure, look), and the figure that is written."""

    label: str
    pieces: Sequence[tuple[Number, str]]
    figure: str


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Draw a bar of every row, its label and its figure above it, on a scale that ends at the longest."""
    most = max((sum(figure for figure, _look in row.pieces) for row in rows), default=0)
    place = scale(0, most, 0, WIDTH - 2)
    drawn = []
    for number, row in enumerate(rows):
        y, from_ = 42 * number, Decimal(0)
        room = WIDTH - LETTER * len(row.figure) - 12
        drawn += [words(cut(row.label, room), 0, y + 15), words(row.figure, WIDTH, y + 15, "end")]
        drawn.append(line(f"M1 {y + 29}H{WIDTH - 1}", "ln"))
        for figure, look in row.pieces:
            drawn.append(box(place(from_) + 1, y + 21, place(figure), 15, look, f"{row.label}: {figure}"))
            from_ += figure
    return picture(title, 42 * len(rows), *drawn)


# Spans: from when to when, or from which figure to which


class Span(NamedTuple):
    """A piece of a line of spans, in the look of a meaning."""

    first: Number
    last: Number
    look: str
    title: str


class Lane(NamedTuple):
    """A line of a picture of spans: its label, the spans, and below them what they are measured by."""

    label: str
    spans: Sequence[Span]
    below: Sequence[Span] = ()


class Mark(NamedTuple):
    """A place on the scale with its word."""

    at: Number
    text: str


def spans(title: str, lanes: Sequence[Lane], marks: Sequence[Mark], now: Mark | None = None) -> str:
    """Draw lanes under one scale from the first mark to the last, and a dashed line where `now` is."""
    place = scale(marks[0].at, marks[-1].at, 4, WIDTH - 4)
    top = 40 if now else 20
    bottom = top + 46 * len(lanes)
    drawn = []
    for number, lane in enumerate(lanes):
        y = top + 46 * number
        grid = "".join(f"M{tenth(place(mark.at))} {y + 18}v24" for mark in marks)
        drawn += [line(grid, "ln"), *lane_drawn(lane, y, place)]
        if now:
            drawn.append(line(f"M{tenth(place(now.at))} {y + 18}v24", "st-i dash", stroke_dasharray="4 3"))
    if now:
        drawn.append(words(now.text, *beside(place(now.at), now.text, 12)))
    return picture(title, bottom + 4, *heads(marks, place, top - 4), *drawn)


def lane_drawn(lane: Lane, y: Number, place: Callable[[Number], Decimal]) -> Iterable[str]:
    yield words(cut(lane.label, WIDTH - 8), 4, y + 15)
    for height, rows in ((15, lane.spans), (5, lane.below)):
        for span in rows:
            first, last = place(span.first), place(span.last)
            above = 20 if height == 15 else 36
            yield box(first, y + above, max(last - first, Decimal(2)), height, span.look, span.title)


def beside(x: Number, text: str, y: Number) -> tuple[Number, Number, str]:
    """Return where a word stands that belongs to a place: over it, or inside of it at the edges."""
    half = Decimal(FIGURE * len(text)) / 2
    if x - half < 0:
        return 0, y, "start"
    return (WIDTH, y, "end") if x + half > WIDTH else (x, y, "middle")


def heads(marks: Sequence[Mark], place: Callable[[Number], Decimal], top: Number) -> Iterable[str]:
    """Write the marks of a scale over its lanes; a word that would cover the one before is left out."""
    edge = Decimal(-100)
    for mark in marks:
        at, y, anchor = beside(place(mark.at), mark.text, top)
        width = Decimal(FIGURE * len(mark.text))
        left = {"start": at, "middle": at - width / 2, "end": at - width}[anchor]
        if left >= edge + 4:
            yield words(mark.text, at, y, anchor)
            edge = left + width


# Steps: a procedure on a scale of time


def spread(wanted: Sequence[int], widths: Sequence[int], left: int, right: int) -> list[int]:
    """Move the centres of things apart, as little as needed, so that none covers the next; the order stays.

    Where they do not fit at all, they share the room in equal parts.
    """
    if sum(widths) > right - left:
        widths = [(right - left) // len(widths)] * len(widths)
    places: list[int] = []
    edge = left
    for centre, width in zip(wanted, widths, strict=True):
        places.append(max(centre, edge + width // 2))
        edge = places[-1] + width // 2
    edge = right
    for index in reversed(range(len(places))):
        places[index] = min(places[index], edge - widths[index] // 2)
        edge = places[index] - widths[index] // 2
    return places


def steps(title: str, numbered: Sequence[Mark], marks: Sequence[Mark]) -> str:
    """Draw the steps of a procedure where they are in time, each under its number; the list names them."""
    place = scale(marks[0].at, marks[-1].at, 12, WIDTH - 12)
    wanted = [int(place(step.at)) for step in numbered]
    over = spread(wanted, [22] * len(wanted), 0, WIDTH)
    drawn = [line(f"M4 40H{WIDTH - 4}")]
    for step, x, above in zip(numbered, wanted, over, strict=True):
        drawn.append(line(f"M{x} 40 {above} 20"))
        drawn.append(element("circle", class_="f-a", fill=LOOKS["action"][1], cx=x, cy=40, r=5))
        drawn.append(words(step.text, above, 15, "middle"))
    return picture(title, 64, *drawn, *heads(marks, place, 60))


# Columns: what was promised, what came in, and what is left, period by period


class Column(NamedTuple):
    """One period: promised (None while nobody knows it), what came in, what the fund holds at its end."""

    label: str
    promised: Number | None
    came: Number
    held: Number


def columns(
    title: str, rows: Sequence[Column], headings: tuple[str, str], show: Callable[[Number], str]
) -> str:
    """Draw promised and came in side by side, hollow and full; below, what the fund holds."""
    most = max((figure for row in rows for figure in (row.promised or 0, row.came)), default=0)
    held = max((row.held for row in rows), default=0)
    step = Decimal(WIDTH) / max(len(rows), 4)
    drawn = [words(headings[0].format(show(most)), 0, 14), words(headings[1].format(show(held)), 0, 182)]
    upper, lower = scale(0, most, 0, 110), scale(0, held, 0, 70)
    wide, edge = step * Decimal("0.36"), Decimal(-100)
    for number, row in enumerate(rows):
        x = step * number + step * Decimal("0.1")
        for shift, figure, look in ((0, row.promised, "hollow"), (wide + 3, row.came, "action")):
            if figure is not None:
                high = upper(figure)
                drawn.append(box(x + shift, 138 - high, wide, high, look, f"{row.label}: {show(figure)}"))
        high = lower(row.held)
        drawn.append(box(x, 266 - high, 2 * wide + 3, high, "done", f"{row.label}: {show(row.held)}"))
        if x >= edge + 4:
            drawn += [words(row.label, x, 156), words(row.label, x, 284)]
            edge = x + FIGURE * len(row.label)
    return picture(title, 290, line("M0 138H340"), line("M0 266H340"), *drawn)


# The square: two offers against each other


def square(
    title: str, points: Sequence[tuple[Number, Number | None]], top: Number, labels: tuple[str, str]
) -> str:
    """Draw who wins for every pair of offers up to `top`.

    `points` are (offer from outside, least local offer that beats it): above that line the local bidder wins,
    above the diagonal it would have won without preference. Labels are those of both axes.
    """
    least_of_all = points[0][0]
    place_x, place_y = scale(least_of_all, top, 40, 330), scale(least_of_all, top, 310, 10)
    edge = [(place_x(outside), place_y(top if least is None else least)) for outside, least in points]
    path = " ".join(f"L{tenth(x)} {tenth(y)}" for x, y in edge)
    corner = f"{tenth(place_x(top))} {tenth(place_y(top))}"
    won = f"M{tenth(edge[0][0])} {tenth(edge[0][1])} {path}"
    drawn = [
        box(40, 10, 290, 300, "faint"),
        area("M40 310V10H330Z", "done"),
        area(f"{won} L{corner} Z", "attention"),
        line("M40 310 330 10", "st-i dash", stroke_dasharray="4 3"),
        words(labels[0], 330, 348, "end"),
        words(labels[1], 0, 372),
    ]
    ticks = [least_of_all + Decimal(top - least_of_all) * part / 4 for part in range(5)]
    drawn += [words(tenth(tick), *beside(place_x(tick), "00.0", 328)) for tick in ticks]
    drawn += [words(tenth(tick), 36, place_y(tick) + 5, "end") for tick in ticks[1:]]
    return picture(title, 380, *drawn)
