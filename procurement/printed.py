"""Which papers of a tender can be printed. Each part of the procedure adds its own to `PAPERS`."""

from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from procurement import chronicle, merkle, printing, roles
from procurement.models import Event
from procurement.roles import Role
from procurement.services.notices import said, spanish
from procurement.services.papers import moment


class Paper(NamedTuple):
    """A kind of paper: how its record is found on a tender, what its template gets, who may read it.

    `find(tender, number)` returns the record or raises Http404; `facts(record)` gives what its template in
    templates/documents/ prints; `may(tender, user, at)` is asked beside whether the tender is visible.
    """

    find: Callable
    facts: Callable
    template: str
    may: Callable = lambda tender, user, at: True


def html(kind, record):
    """Return one paper as HTML."""
    paper = PAPERS[kind]
    return printing.html_of(paper.template, **paper.facts(record))


def address_of(url):
    """Return the public address of a page, as a paper prints it."""
    return settings.ADDRESS + url


def frame(record, url, *, title, written_at, signers=(), **more):
    """Return what every paper prints: whose, its title, its QR, its place in the log, who signs."""
    return {
        "tender": record.tender,
        "title": spanish(title),
        "name": spanish(title),
        "written_at": written_at,
        "address": address_of(url),
        "signers": signers,
        "sha256": "",
    } | more


# Minutes


def committee_of(tender, at):
    """Return who signs an act of the committee: its members at that instant, and the JVS."""
    seats = roles.committee(tender, at).order_by("start", "pk")
    return [(str(seat.user), spanish(seat.get_position_display())) for seat in seats]


def signers_of(minutes):
    """Return (name, in which quality) of each line to sign."""
    if minutes.office != "committee":
        return [(chronicle.actor_name(minutes.entered_by), spanish(minutes.office_name))]
    return [*committee_of(minutes.tender, minutes.happened_at), ("", spanish(Role.JVS.label))]


def minutes_facts(minutes):
    signed = [{"by": str(each.by), "said": moment(each.at)} for each in minutes.witnessings.all()]
    mended = [
        {name: getattr(each, name) for name in ("place", "old", "new", "why")}
        | {"by": str(each.by), "said": moment(each.at)}
        for each in minutes.errata.all()
    ]
    return frame(
        minutes,
        minutes.get_absolute_url(),
        title=minutes,
        written_at=minutes.entered_at,
        signers=signers_of(minutes),
        log_index=minutes.log_index,
        log_root=minutes.log_root,
        sha256=minutes.sha256,
        minutes=minutes,
        happened=moment(minutes.happened_at),
        entered=moment(minutes.entered_at),
        author=chronicle.actor_name(minutes.entered_by),
        errata=mended,
        witnesses=signed,
    )


def minutes_of(tender, number):
    found = tender.minutes.select_related("tender__municipality").prefetch_related(
        "errata__by", "witnessings__by"
    )
    return get_object_or_404(found, pk=number)


# Terms and circulars


def place_in_log(tender, sha256):
    """Return where the log first names a text, and the root of the log up to there."""
    events = Event.objects.of(tender).order_by("index")
    named = events.filter(body__facts__sha256=sha256).first()
    if named is None:
        return {}
    leaves = [event.leaf for event in events.filter(index__lte=named.index)]
    return {"log_index": named.index, "log_root": merkle.root_of(leaves).hex()}


def text_facts(record, text, **more):
    """Return what a paper of clauses prints: a text whose digest stands in the log."""
    return frame(
        record,
        record.get_absolute_url(),
        written_at=record.published_at,
        sha256=record.sha256,
        text=text,
        **place_in_log(record.tender, record.sha256),
        **more,
    )


def terms_facts(version):
    return text_facts(version, version.text, title=said(_("Terms, %(version)s"), version=version))


def terms_of(tender, number):
    found = tender.terms.published().select_related("tender__municipality")
    return get_object_or_404(found, number=number)


def circular_facts(circular):
    signers = committee_of(circular.tender, circular.published_at)
    return text_facts(circular, circular.body, title=circular, signers=signers)


def circular_of(tender, number):
    found = tender.circulars.exclude(published_at=None).select_related("tender__municipality")
    return get_object_or_404(found, number=number)


PAPERS = {
    "minutes": Paper(minutes_of, minutes_facts, "minutes"),
    "terms": Paper(terms_of, terms_facts, "clauses"),
    "circular": Paper(circular_of, circular_facts, "clauses"),
}
