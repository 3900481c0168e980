"""What a URL names beside tender, municipality and town, as a function of the case."""

from uuid import uuid4

from procurement.services.delivery import calendar_key

from . import work_at_hand


def seat(position):
    return lambda case: case.tender.appointments.get(position=position).pk


def an_office(case):
    return case.world.municipality.appointments.get(user=case.world.atm).pk


def the_minutes(case):
    return case.minutes.pk


def some_work(case):
    """Return the id of a piece of work in the background."""
    return work_at_hand.write_nothing.enqueue().id


# (URL name, argument) -> function of the case.
OBJECTS = {
    ("inclusion", "index"): lambda case: 0,
    ("bid-envelope", "manifest"): lambda case: "0" * 64,
    ("installation-inclusion", "index"): lambda case: 0,
    ("paper", "kind"): lambda case: "minutes",
    ("paper", "number"): the_minutes,
    ("paper-pdf", "kind"): lambda case: "minutes",
    ("paper-pdf", "number"): the_minutes,
    ("paper-signed", "kind"): lambda case: "minutes",
    ("paper-signed", "number"): the_minutes,
    ("paper-signed-file", "kind"): lambda case: "minutes",
    ("paper-signed-file", "number"): the_minutes,
    ("paper-signed-file", "signed"): lambda case: 0,
    ("minutes", "number"): the_minutes,
    ("minutes-rectify", "number"): the_minutes,
    ("minutes-scan", "number"): the_minutes,
    ("minutes-witness", "number"): the_minutes,
    ("remark-answer", "number"): lambda case: case.remark.pk,
    ("committee-call-in", "appointment"): seat("alternate"),
    ("appointment-end", "pk"): an_office,
    ("appointment-code", "pk"): an_office,
    ("document", "pk"): lambda case: case.document.pk,
    ("shelf-message", "pk"): lambda case: case.notice.pk,
    ("shelf-read", "pk"): lambda case: case.notice.pk,
    ("reset-confirm", "pk"): lambda case: case.proposal.pk,
    ("outage-end", "pk"): lambda case: case.outage.pk,
    ("background-again", "row"): some_work,
    ("mail-again-one", "key"): lambda case: uuid4(),
    ("my-calendar", "key"): lambda case: calendar_key(case.world.mayor),
    ("board", "pk"): lambda case: case.world.town.pk,
}
