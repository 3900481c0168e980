"""The words of what is printed and sealed: always Spanish, whatever the language of the page (decision 6)."""

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

from procurement.schedule import LIMA
from procurement.services.notices import LANGUAGE


def render(name, **facts):
    """Return the text of one paper, templates/documents/<name>.txt, with these facts in their places."""
    with translation.override(LANGUAGE):
        text = render_to_string(f"documents/{name}.txt", facts)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def in_spanish(function):
    """Let what a function puts into words for a paper be Spanish, also what it says before it is printed."""
    return translation.override(LANGUAGE)(function)


def moment(at):
    """Return an instant in Spanish: weekday, date, and its hour in Lima to the second."""
    with translation.override(LANGUAGE):
        local = localtime(at, LIMA)
        return f"{date_format(local.date())}, {local:%H:%M:%S}, hora de Lima"
