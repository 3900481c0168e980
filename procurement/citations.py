"""Where a rule stands, as people read it: a regime writes its sources for whoever checks them."""

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

HEADS = {
    "rule": _("rule"),
    "rules": _("rules"),
    "decision": _("decision"),
    "design": _("decision of those who made Convoca"),
    "standard terms of Ley 32069": _("standard terms of Ley 32069"),
}
HEAD = re.compile("|".join(sorted(HEADS, key=len, reverse=True)))
LINES_OF_THE_NOTE = re.compile(r",? *note L[\dL, -]+")


def cited(source):
    """Return a source in the active language, without the note's lines and what only explains."""
    parts = [LINES_OF_THE_NOTE.sub("", part).partition(":")[0].strip() for part in source.split(";")]
    return "; ".join(HEAD.sub(said, part, count=1) for part in parts if part)


def said(head):
    return gettext(HEADS[head[0]])
