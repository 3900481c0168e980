"""The text of the terms as a page: headings, clauses, tables. The text itself is what counts (its digest)."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

register = template.Library()
CLAUSE = re.compile(r"(\d+(?:\.\d+)+) (.*)")


def heading(line):
    """Return a heading of the page, with an anchor where it is a numbered section."""
    marks, _space, words = line.partition(" ")
    level = len(marks) + 1
    number = re.match(r"\d+", words)
    anchor = format_html(' id="s{}"', number[0]) if number else ""
    return format_html("<h{0}{1}>{2}</h{0}>", level, anchor, words)


def paragraph(line):
    """Return a clause with its number in bold and as an anchor, or a plain paragraph."""
    if found := CLAUSE.fullmatch(line):
        return format_html('<p id="c{0}"><b>{0}</b> {1}</p>', found[1], found[2])
    return format_html("<p>{}</p>", line)


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def table(lines):
    """Return a table that stacks on a phone: the first row names the columns."""
    head, rows = cells(lines[0]), [cells(line) for line in lines[2:]]
    columns = format_html_join("", '<th scope="col">{}</th>', [[name] for name in head])
    body = format_html_join("", "<tr>{}</tr>", [[row_of(head, row)] for row in rows])
    whole = '<table class="stack"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
    return format_html(whole, columns, body)


def row_of(head, row):
    first = format_html('<th scope="row">{}</th>', row[0])
    rest = format_html_join("", '<td data-label="{}">{}</td>', zip(head[1:], row[1:], strict=False))
    return format_html("{}{}", first, rest)


def blocks(text):
    """Yield the lines of the text, those of one table or list together."""
    kept, kind = [], ""
    for line in [*text.splitlines(), ""]:
        of_line = "|" if line.startswith("|") else "-" if line.startswith("- ") else ""
        if kept and of_line != kind:
            yield kind, kept
            kept = []
        kind = of_line
        if of_line:
            kept.append(line)
        elif line:
            yield "", [line]


def block(kind, lines):
    if kind == "|":
        return table(lines)
    if kind == "-":
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", [[line[2:]] for line in lines]))
    return heading(lines[0]) if lines[0].startswith("#") else paragraph(lines[0])


@register.filter
def clauses(text):
    """Return the text as headings, clauses and tables; all of it is escaped."""
    return mark_safe("".join(block(kind, lines) for kind, lines in blocks(text)))  # noqa: S308


@register.filter
def plain_line(line):
    """Return one line of the text without the signs that make a heading or a row of a table."""
    return " · ".join(cells(line)) if line.startswith("|") else line.lstrip("# ")


@register.filter
def sentence(words):
    """Return what somebody typed as a sentence: it ends with a full stop."""
    ended = str(words).rstrip()
    return ended if ended.endswith((".", "?", "!", ")")) else f"{ended}."


@register.filter
def sections(text):
    """Return (number, title) of the numbered sections, for the list at the top."""
    return re.findall(r"^## (\d+)\. (.*)$", text, re.MULTILINE)


@register.filter
def short_hash(digest):
    """Return the first sixteen signs of a digest, in groups of four, to compare by eye."""
    return " ".join(digest[place : place + 4] for place in range(0, 16, 4))
