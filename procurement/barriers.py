"""What can be measured of the known barriers before a call (rules 39, 163); later apps add their measures.

A source is a function of the tender that yields `Finding`s; the committee reads them beside what it writes.
"""

from typing import NamedTuple


class Finding(NamedTuple):
    """One measure in words: where its rule stands, whether it warns, and the page that shows the account."""

    text: str
    rule: str
    warns: bool = False
    url: str = ""
    link: str = ""


SOURCES = {"guarantee": [], "technical": [], "origin": [], "time": []}


def findings(tender, item):
    """Return what was measured of one barrier of this call."""
    return [finding for source in SOURCES[item] for finding in source(tender)]
