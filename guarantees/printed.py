"""The papers of a guarantee: the receipt of its original, and its return."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from guarantees import pictures
from guarantees.services.parties import must_last_until
from guarantees.views.asking import INSIDE
from procurement.printed import PAPERS, Paper, holders, office, own_page
from procurement.roles import Role
from procurement.services.papers import moment

works_on_it = holders(*INSIDE)


def may_read(guarantee, user, at):
    """Who gave it, and who works on it: number of the document and place of the original are reserved."""
    own = guarantee.account_id is not None and guarantee.account_id == user.pk
    return own or works_on_it(guarantee, user, at)


def received(tender, number):
    found = tender.guarantees.exclude(presented_at=None).select_related("tender__municipality")
    return get_object_or_404(found, pk=number)


def returned(tender, number):
    found = tender.guarantees.exclude(returned_on=None).select_related("tender__municipality")
    return get_object_or_404(found, pk=number)


def act_of(guarantee, kind):
    """Return the minutes of what happened to it; they hold its place in the log."""
    found = guarantee.minutes.filter(kind=kind).order_by("pk").last()
    if found is None:
        raise Http404
    return found


def facts_of(guarantee, kind, title):
    act = act_of(guarantee, kind)
    return {
        "title": title % {"number": f"{act.number:03}-{act.year}"},
        "written_at": act.entered_at,
        "happened": moment(act.happened_at),
        "guarantee": guarantee,
        "slot": str(guarantee.get_slot_display()),
        "drawn": pictures.validity(pictures.rows_of([guarantee], must_last_until(guarantee.tender))),
        "log_index": act.log_index,
        "log_root": act.log_root,
        "signers": [("", office(Role.TREASURY))],
        "received": True,
        "is_reserved": True,
    }


def receipt_facts(guarantee):
    return facts_of(guarantee, "guarantee-received", _("Receipt of guarantee no. %(number)s"))


def return_facts(guarantee):
    return facts_of(guarantee, "guarantee-returned", _("Return of guarantee no. %(number)s"))


PAPERS |= {
    "guarantee": Paper("garantia", received, own_page, receipt_facts, "guarantee", may_read),
    "guarantee-return": Paper("devolucion", returned, own_page, return_facts, "guarantee_return", may_read),
}
