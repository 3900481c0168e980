"""Whose turn it is in the transfer, and what they do next: for the pages, the list of tasks, one's work."""

from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts.parties import Side
from procurement import workflow
from procurement.schedule import local_day


class Turn(NamedTuple):
    """The next thing to do: what, where, until when, whose it is (a side, "mayor", or nobody's)."""

    title: str
    url: str
    side: str = ""
    until: date | None = None
    text: str = ""


def address(transfer, name, *more):
    return reverse(name, args=[transfer.tender_id, *more])


def before_the_items(transfer):
    """What comes before the seven items: the plan, the works, the joint committee."""
    title, name = _("Install the joint committee"), "transfer-install"
    text = _("Both sides name their people, meet with the JVS looking on, and sign the plan.")
    until = transfer.due_on
    if transfer.works and not (transfer.works_done_on or transfer.works_agreement):
        title, name, until = _("Wait for the impact works"), "transfer-works", transfer.works_due_on
        text = _("Record that they are finished, or the agreement to start before they are.")
    return Turn(title, address(transfer, name), Side.MUNICIPALITY, until, text)


def of_delivery(transfer):
    """What comes after the seven items: the delivery act, its two signatures."""
    url = address(transfer, "transfer-act")
    if not transfer.starts_on:
        text = _("Place, readings of meters and levels, first day of operations.")
        return Turn(_("Write the delivery act"), url, Side.MUNICIPALITY, transfer.due_on, text)
    if not transfer.received_at:
        side = Side.OPERATOR if transfer.contract.operator_id else Side.MUNICIPALITY
        return Turn(_("Sign the delivery act for the operator"), url, side, transfer.starts_on)
    return Turn(_("Record the delivery"), url, "mayor", transfer.starts_on)


def of_item(item, side):
    """Return what this side does next about an item, or None where it waits or is done."""
    if item.is_settled or side is None:
        return None
    mine = item.municipality_accepted_at if side == Side.MUNICIPALITY else item.operator_accepted_at
    if side == Side.MUNICIPALITY and item.contract.operator_id is None:
        mine = item.municipality_accepted_at and item.operator_accepted_at
    named = {"item": item.about.title}
    if item.waiver_reason:
        title = None if mine else _("Say whether “%(item)s” may be left out")
    elif item.state == item.State.EVIDENCED:
        title = None if mine else _("Look at “%(item)s” and accept it, or say what is wrong")
    else:
        title = _("Work on “%(item)s” and hand in the proof")
    who = "" if item.state == item.State.EVIDENCED or item.waiver_reason else item.responsible
    text = who and _("Who does it: %(who)s.") % {"who": who}
    return title and Turn(str(title) % named, item.get_absolute_url(), side, item.due_on, text)


def of_items(transfer, side):
    """Return the turns of a side: what only waits for its answer first, then by the day."""
    items = list(transfer.items.all())
    for item in items:
        item.transfer = transfer
    found = [(item, of_item(item, side)) for item in items]
    turns = [(not (item.waiver_reason or item.evidence_id), turn) for item, turn in found if turn]
    return [turn for _later, turn in sorted(turns, key=lambda pair: (pair[0], pair[1].until))]


def next_turn(transfer, side):
    """Return what comes next: of this side if it has something to do, else of whoever it waits for."""
    if transfer.state in ("planned", "waiting"):
        return before_the_items(transfer)
    if transfer.state == "all_done":
        return of_delivery(transfer)
    if transfer.state == "in_progress":
        turns = of_items(transfer, side) or [
            turn for each in Side if each != side for turn in of_items(transfer, each)
        ]
        return next(iter(turns), None)
    return None


def against_delivery(transfer, at):
    """Return every reason why the service cannot be delivered now."""
    transfer.judged_at = transfer.tender.judged_at = at
    verb = "hand_over" if transfer.state == "all_done" else "complete"
    rules = [rule for rule in transfer.get_all_state_transitions() if rule.name == verb]
    return workflow.refusals(transfer, rules[0]) if rules and transfer.state != "handed" else []


def days_since(transfer, at):
    """Return which day since the signature it is."""
    return (local_day(at) - transfer.contract.signed_on).days
