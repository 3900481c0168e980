"""The page of one item of the transfer, and what both sides do with it."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bids.views.asking import ask
from contracts import transfer_turns as turns
from contracts.forms import transfer as forms
from contracts.models import transfer_of
from contracts.parties import Side, side_of
from contracts.services import transfer_items as services
from contracts.transfer_items import ITEMS
from procurement import clock, roles, workflow
from procurement.places import located
from procurement.schedule import local_day
from procurement.views.base import attempt, page, visible_tender


def one(request, pk, kind):
    """Return tender and item; without a transfer there is none."""
    tender = visible_tender(request, pk)
    transfer = transfer_of(tender)
    if transfer is None or kind not in ITEMS:
        raise Http404
    item = get_object_or_404(transfer.items.select_related("workbook", "evidence", "minutes"), kind=kind)
    item.transfer, item.tender = transfer, tender
    return tender, item


def side(request, pk, kind):
    """The same for the two sides alone, with the side of the user."""
    tender = visible_tender(request, pk)
    transfer = transfer_of(tender)
    if not works_on(request.user, tender, transfer):
        raise PermissionDenied
    tender, item = one(request, pk, kind)
    return tender, item, side_of(item.contract, request.user, clock.now())


def works_on(user, tender, transfer):
    """Whether the user is of one of the two sides."""
    if transfer is None:
        return roles.holds(user, "run_transfer", tender, clock.now())
    return side_of(transfer.contract, user, clock.now()) is not None


def sees(item, user, at):
    """Whether the user may open what was handed in for an item."""
    if item.about.seen_by == "everybody" or side_of(item.contract, user, at):
        return True
    return item.about.seen_by == "observers" and roles.holds(user, "observe_tender", item.tender, at)


def transfer_item(request, pk, kind):
    """One item: what it is, how it stands, what each side has to do; its papers for whom they concern."""
    tender, item = one(request, pk, kind)
    at, user = clock.now(), request.user
    mine = side_of(item.contract, user, at)
    steps = {
        step.name: step._replace(refusals=located(step.refusals, tender))
        for step in workflow.actions(item, user, at=at)
    }
    item.transfer.judged_at = at
    shown = {
        "item": item,
        "transfer": item.transfer,
        "contract": item.contract,
        "side": mine,
        "turn": turns.of_item(item, mine),
        "steps": steps,
        "open": item.transfer.state == "in_progress" and not item.is_settled,
        "may_accept": mine is not None and may_accept(item, mine),
        "by_paper": mine == Side.MUNICIPALITY and item.contract.operator_id is None,
        "sees": sees(item, user, at),
        "overdue": item.is_overdue(local_day(at)),
        "workbooks": item.workbooks.select_related("document")[:10] if mine else [],
        "may_witness": roles.holds(user, "observe_tender", tender, at),
    }
    return page(request, "contracts/transfer_item.html", tender, **shown)


def may_accept(item, mine):
    """Whether there is something that this side has not accepted yet."""
    return item.waits_for_answer and getattr(item, f"{mine}_accepted_at") is None


@require_POST
@login_required
def transfer_item_begin(request, pk, kind):
    _tender, item, _mine = side(request, pk, kind)
    return attempt(request, services.begin_work, item, done=_("The work has begun."))


@login_required
def transfer_hand_in(request, pk, kind):
    """Attach the proof of an item."""
    tender, item, _mine = side(request, pk, kind)
    form = forms.HandInForm(request.POST or None, request.FILES or None)
    words = {"title": _("Hand in the proof: %(item)s") % {"item": item.about.title}}
    words |= {"intro": _("What proves it: %(proof)s.") % {"proof": item.about.proof}}
    if item.municipality_accepted_at or item.operator_accepted_at:
        words["consequence"] = _("Who has accepted looks at it again: the acceptances fall.")
    words |= {"button": _("Hand it in"), "done": _("It is handed in. Both sides look at it now.")}
    return ask(request, tender, form, services.hand_in, item, to=item.get_absolute_url(), **words)


@require_POST
@login_required
def transfer_accept(request, pk, kind):
    """Accept an item, or its waiver, for one's side."""
    _tender, item, _mine = side(request, pk, kind)
    return attempt(request, services.accept, item, done=_("Your side has accepted."))


@login_required
def transfer_accept_paper(request, pk, kind):
    """Enter the acceptance of an operator that has no account."""
    tender, item, mine = side(request, pk, kind)
    if mine != Side.MUNICIPALITY or item.contract.operator_id is not None:
        raise PermissionDenied
    form = forms.PaperForm(request.POST or None)
    words = {"title": _("Enter the operator's acceptance: %(item)s") % {"item": item.about.title}}
    words |= {"button": _("Enter it"), "done": _("The acceptance of the operator is entered.")}
    return ask(request, tender, form, services.accept, item, to=item.get_absolute_url(), **words)


@login_required
def transfer_send_back(request, pk, kind):
    """Say what is wrong with an item."""
    tender, item, _mine = side(request, pk, kind)
    form = forms.ObjectionForm(request.POST or None)
    words = {"title": _("Say what is wrong: %(item)s") % {"item": item.about.title}}
    words |= {"button": _("Send it back"), "done": _("It was sent back. Both sides have been told.")}
    return ask(request, tender, form, services.send_back, item, to=item.get_absolute_url(), **words)


@login_required
def transfer_waive(request, pk, kind):
    """Propose to leave an item out."""
    tender, item, _mine = side(request, pk, kind)
    form = forms.WaiverForm(request.POST or None)
    words = {"title": _("Propose to leave it out: %(item)s") % {"item": item.about.title}}
    words |= {"intro": _("The other side has to agree. The reason is public.")}
    words |= {"button": _("Propose it"), "done": _("The other side has been asked.")}
    return ask(request, tender, form, services.propose_waiver, item, to=item.get_absolute_url(), **words)


@require_POST
@login_required
def transfer_keep(request, pk, kind):
    """Say that an item has to be done after all."""
    _tender, item, _mine = side(request, pk, kind)
    return attempt(
        request, services.drop_waiver, item, done=_("It has to be done. Both sides have been told.")
    )


def transfer_evidence(request, pk, kind):
    """Hand out the proof of an item, to those whom it concerns."""
    _tender, item = one(request, pk, kind)
    if item.evidence is None:
        raise Http404
    if not sees(item, request.user, clock.now()):
        if not request.user.is_authenticated:
            return redirect("account_login")
        raise PermissionDenied
    return private_file(item.evidence)


def private_file(document):
    """Hand a file out as a download that nobody on the way keeps."""
    response = FileResponse(
        document.file.open("rb"),
        as_attachment=True,
        filename=document.name,
        content_type=document.media_type,
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
