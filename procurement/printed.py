"""Which papers of a tender can be printed. Each part of the procedure adds its own to `PAPERS`."""

from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _

from procurement import chronicle, clock, merkle, printing, roles
from procurement.log import actor_id
from procurement.models import Event
from procurement.roles import Role
from procurement.services import sale, terms
from procurement.services.notices import LANGUAGE
from procurement.services.papers import moment


def everybody(record, user, at):
    return True


def holders(*codenames):
    """Return who may read a paper: whoever holds one of these on its tender."""

    def may(record, user, at):
        return user.is_authenticated and any(roles.holds(user, name, record.tender, at) for name in codenames)

    return may


class Paper(NamedTuple):
    """A kind of paper: what its file is called, how its record is found, its page, what is printed, for whom.

    `find(tender, number)` returns the record or raises Http404; `page(record)` the address that its QR leads
    to; `facts(record)` what its template in templates/documents/ prints beside `FRAME`;
    `may(record, user, at)` is asked beside whether the tender is visible.
    """

    name: str
    find: Callable
    page: Callable
    facts: Callable
    template: str
    may: Callable = everybody


FRAME = {  # what every paper prints, unless it says otherwise
    "signers": (),  # (name, in which quality) of each line to sign
    "received": False,  # whether somebody signs for having it
    "sha256": "",  # of the text that it prints, if the log holds that
    "warning": "",  # what has to be known before it is read: a draft, void
    "is_reserved": False,  # whether its page asks for an account
    "is_rehearsal": bool(settings.REHEARSAL),  # whether nothing that it says happened
}


def facts_of(kind, record):
    """Return everything that a paper prints, in Spanish whatever the language of the page."""
    paper = PAPERS[kind]
    with translation.override(LANGUAGE):
        address = settings.ADDRESS + paper.page(record)
        return FRAME | {"tender": record.tender, "address": address} | paper.facts(record)


def html(kind, record):
    """Return one paper as HTML."""
    return printing.html_of(PAPERS[kind].template, **facts_of(kind, record))


def own_page(record):
    return record.get_absolute_url()


def office(role):
    return str(role.label)


# Its place in the log


def place_at(tender, index):
    """Return a place in the log of a tender, and the root of the log up to there."""
    leaves = [event.leaf for event in Event.objects.of(tender).order_by("index").filter(index__lte=index)]
    return {"log_index": index, "log_root": merkle.root_of(leaves).hex()}


def place_of(tender, action, *, by=None, **facts):
    """Return the place of the last event of this action about these: `bid.` stands for all that begin so.

    404 where there is none: a paper without a place in the log would be one that nobody can check.
    """
    asked = {f"body__facts__{name}": value for name, value in facts.items()}
    asked["body__action__startswith" if action.endswith(".") else "body__action"] = action
    if by is not None:
        asked["body__actor"] = actor_id(by)
    found = Event.objects.of(tender).filter(**asked).order_by("index").last()
    if found is None:
        raise Http404
    return place_at(tender, found.index)


def place_in_log(tender, sha256):
    """Return where the log first names a text; nothing where it never does."""
    named = Event.objects.of(tender).filter(body__facts__sha256=sha256).order_by("index").first()
    return place_at(tender, named.index) if named else {}


# Minutes


def committee_of(tender, at):
    """Return who signs an act of the committee: its members at that instant."""
    seats = roles.committee(tender, at).order_by("start", "pk")
    return [(str(seat.user), seat.get_position_display()) for seat in seats]


BESIDE = {}  # kind of minutes -> function(minutes) that returns who signs them beside the committee
TWO_SIDES = {"transfer"}  # offices and kinds of minutes that municipality and operator sign, the JVS beside


def signers_of(minutes):
    """Return (name, in which quality) of each line to sign."""
    if TWO_SIDES & {minutes.office, minutes.kind}:
        return [("", _("For the municipality")), ("", _("For the operator")), ("", office(Role.JVS))]
    if minutes.entered_by == actor_id(clock.ACTOR):
        return [("", office(Role.SECRETARY)), ("", office(Role.JVS))]
    if minutes.office != "committee":
        return [(chronicle.actor_name(minutes.entered_by), str(minutes.office_name))]
    beside = BESIDE[minutes.kind](minutes) if minutes.kind in BESIDE else []
    return [*committee_of(minutes.tender, minutes.happened_at), *beside, ("", office(Role.JVS))]


PICTURES = {}  # kind of minutes -> function(minutes) that returns the picture printed under them, or nothing


def minutes_facts(minutes):
    signed = [{"by": str(each.by), "said": moment(each.at)} for each in minutes.witnessings.all()]
    mended = [
        {name: getattr(each, name) for name in ("place", "old", "new", "why")}
        | {"by": str(each.by), "said": moment(each.at)}
        for each in minutes.errata.all()
    ]
    return {
        "title": str(minutes),
        "written_at": minutes.entered_at,
        "signers": signers_of(minutes),
        "log_index": minutes.log_index,
        "log_root": minutes.log_root,
        "sha256": minutes.sha256,
        "minutes": minutes,
        "drawn": PICTURES[minutes.kind](minutes) if minutes.kind in PICTURES else "",
        "happened": moment(minutes.happened_at),
        "entered": moment(minutes.entered_at),
        "author": chronicle.actor_name(minutes.entered_by),
        "errata": mended,
        "witnesses": signed,
    }


def minutes_of(tender, number):
    found = tender.minutes.select_related("tender__municipality").prefetch_related(
        "errata__by", "witnessings__by"
    )
    return get_object_or_404(found, pk=number)


# The notice of the call


def notice_of(tender, number):
    found = tender.minutes.filter(kind="announcement").select_related("tender__municipality")
    return get_object_or_404(found, pk=number)


def notice_facts(minutes):
    """Return the notice as it was published, for the board, signed by the chair."""
    heading, _line, text = minutes.text.partition("\n")
    return minutes_facts(minutes) | {
        "title": f"{heading} · {minutes.number:03}-{minutes.year}",
        "text": text.strip(),
        "signers": committee_of(minutes.tender, minutes.happened_at)[:1],
    }


# Invitations


def invitation_of(tender, number):
    found = tender.invitations.select_related("meeting__tender", "tender__municipality")
    return get_object_or_404(found, pk=number)


def invitation_facts(invitation):
    meeting, tender = invitation.meeting, invitation.tender
    earlier = tender.invitations.filter(pk__lte=invitation.pk).count()
    noted = Event.objects.of(tender).filter(body__action="meeting.invite").order_by("index")
    return {
        "title": _("Invitation no. %(number)s: %(meeting)s") % {"number": earlier, "meeting": meeting},
        "written_at": invitation.at,
        "invitation": invitation,
        "meeting": meeting,
        "moment": moment(meeting.date) if meeting.date else "",
        "signers": [(str(invitation.by), _("For the committee"))],
        "received": True,
        "is_reserved": True,
    } | place_at(tender, noted[earlier - 1].index)


# The sale of the terms


def sale_of(tender, number):
    found = tender.terms_sales.exclude(receipt=None).select_related("tender__municipality", "cashier")
    return get_object_or_404(found, pk=number)


def may_read_sale(sold, user, at):
    mine = sold.buyer_id is not None and sold.buyer_id == user.pk
    return mine or (user.is_authenticated and sale.may_see_buyers(sold.tender, user, at))


def purchase_page(sold):
    """Return the page of the buyer; who has no account finds everything on that of the call."""
    return sold.get_absolute_url() if sold.buyer_id else sold.tender.get_absolute_url()


def sale_facts(sold):
    versions = sold.tender.terms.values("sha256")
    handed = sold.deliveries.exclude(delivered_at=None).filter(sha256__in=versions).first()
    void = sold.state in (sold.State.VOIDED, sold.State.REFUNDED)
    return {
        "title": _("Receipt no. %(number)s and certificate of purchase of the terms")
        % {"number": sold.receipt},
        "written_at": sold.paid_at,
        "sale": sold,
        "handed": handed,
        "paid": moment(sold.paid_at),
        "delivered": moment(handed.delivered_at) if handed else "",
        "warning": f"{sold.get_state_display()}. {sold.ended_reason}" if void else "",
        "signers": [(str(sold.cashier or ""), office(Role.TREASURY))],
        "received": True,
        "is_reserved": True,
    } | place_of(sold.tender, "termssale.pay", termssale=sold.pk)


# Terms and circulars


def text_facts(record, text, **more):
    """Return what a paper of clauses prints: a text whose digest stands in the log."""
    facts = {"written_at": record.published_at, "sha256": record.sha256, "text": text}
    return facts | place_in_log(record.tender, record.sha256) | more


def terms_facts(version):
    return text_facts(version, version.text, title=_("Terms, %(version)s") % {"version": version})


def terms_of(tender, number):
    found = tender.terms.published().select_related("tender__municipality")
    return get_object_or_404(found, number=number)


def changed_terms_of(tender, number):
    """Return a version that has one before it, to print both."""
    if not tender.terms.published().filter(number__lt=number).exists():
        raise Http404
    return terms_of(tender, number)


def change_facts(version):
    before = version.tender.terms.published().filter(number__lt=version.number).last()
    said = {"version": version, "before": before.number}
    title = _("Terms, %(version)s, with what changed since version %(before)s") % said
    rows = terms.difference(before.text, version.text)
    why = [change["why"] for change in version.changes if change.get("why")]
    return text_facts(version, version.text, title=title, before=before, rows=rows, why=why)


def circular_facts(circular):
    signers = committee_of(circular.tender, circular.published_at)
    return text_facts(circular, circular.body, title=str(circular), signers=signers)


def circular_of(tender, number):
    found = tender.circulars.exclude(published_at=None).select_related("tender__municipality")
    return get_object_or_404(found, number=number)


PAPERS = {
    "minutes": Paper("acta", minutes_of, own_page, minutes_facts, "minutes"),
    "notice": Paper(
        "aviso", notice_of, lambda minutes: minutes.tender.get_absolute_url(), notice_facts, "notice"
    ),
    "invitation": Paper(
        "invitacion",
        invitation_of,
        lambda invitation: invitation.meeting.get_absolute_url(),
        invitation_facts,
        "invitation",
        holders("convene_meeting", "keep_minutes"),
    ),
    "sale": Paper("recibo", sale_of, purchase_page, sale_facts, "sale", may_read_sale),
    "terms": Paper("bases", terms_of, own_page, terms_facts, "clauses"),
    "changes": Paper("bases-con-cambios", changed_terms_of, own_page, change_facts, "changes"),
    "circular": Paper("circular", circular_of, own_page, circular_facts, "clauses"),
}
