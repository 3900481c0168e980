"""What it takes to print minutes of twenty sheets, beside WeasyPrint alone drawing the same HTML."""

from contextlib import ExitStack
from statistics import median

from django.db import transaction
from weasyprint import HTML

from bench import seconds
from procurement import clock, printed, printing
from procurement.services import minutes
from tests.world import NOON, World

PARAGRAPHS = 133  # they fill twenty sheets
PARAGRAPH = "El comité leyó en voz alta lo presentado y dejó constancia de cada observación. " * 7
ROUNDS = 5
LIMIT = 1.3


def long_minutes(stack):
    """Write minutes that fill twenty sheets."""
    world = World(lambda instant: stack.enter_context(clock.stopped_at(instant)))
    tender = world.draft()
    told = {"office": "committee", "kind": "test", "title": "Acto largo", "happened_at": NOON, "at": NOON}
    text = "\n\n".join([PARAGRAPH] * PARAGRAPHS)
    return minutes.write(tender, text=text, by=world.secretary, **told)


def ours(record):
    return printing.pdf(printed.html("minutes", record))


def bare(html):
    return HTML(string=html, url_fetcher=printing.fetcher()).write_pdf()


def run():
    with ExitStack() as stack, transaction.atomic():
        record = long_minutes(stack)
        html = printed.html("minutes", record)
        sheets = len(HTML(string=html, url_fetcher=printing.fetcher()).render().pages)
        rounds = [(seconds(ours, record), seconds(bare, html)) for _ in range(ROUNDS)]
        transaction.set_rollback(True)
    return [
        {
            "name": "minutes-printed",
            "value": round(median(drawn / alone for drawn, alone in rounds), 2),
            "unit": "times WeasyPrint alone, of the same HTML",
            "limit": LIMIT,
            "size": f"{sheets} sheets",
            "seconds": round(median(drawn for drawn, _alone in rounds), 2),
            "bare_seconds": round(median(alone for _drawn, alone in rounds), 2),
        }
    ]
