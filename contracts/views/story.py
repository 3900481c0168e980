"""The story of a call on one page, for everybody: read on a phone, or printed for the square."""

from contracts.story import Story
from procurement import clock
from procurement.views.base import page, visible_tender
from procurement.views.schedule import steps_of


def story(request, pk):
    """Tell a call in plain words: what is chosen, what is not sold, who may come, when, how to watch."""
    tender = visible_tender(request, pk)
    told = Story(tender, clock.now())
    steps = steps_of(told.schedule) if told.goes_on else []
    return page(request, "contracts/story.html", tender, story=told, steps=steps)
