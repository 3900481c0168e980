"""The transfer room: what is done, by whom, until when, what stops it; plan, committee, delivery."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bids.views.asking import ask, holds, require
from contracts import transfer_turns as turns
from contracts.forms import transfer as forms
from contracts.models import contract_of, transfer_of
from contracts.parties import Side, is_operator, side_of
from contracts.services import transfer as services
from contracts.transfer_items import window
from procurement import clock
from procurement.forms.call import ConfirmForm
from procurement.models import Minutes
from procurement.places import located
from procurement.schedule import local_day
from procurement.views.base import attempt, page, try_form, visible_tender


def room(request, pk):
    """Return the tender and its transfer; without one there is nothing to see yet."""
    tender = visible_tender(request, pk)
    transfer = transfer_of(tender)
    if transfer is None:
        raise Http404
    return tender, transfer


def guarded(request, pk, codename="run_transfer"):
    """The same for those officials alone who hold a right; asked before whether there is anything."""
    tender = visible_tender(request, pk)
    require(request, codename, tender)
    return room(request, pk)


def here(tender):
    return reverse("transfer", args=[tender.pk])


def transfer_room(request, pk):
    """The room, for everybody: the seven items, how far they are, what comes next."""
    tender = visible_tender(request, pk)
    contract, transfer = contract_of(tender), transfer_of(tender)
    may_plan = holds(request, "run_transfer", tender)
    if transfer is None:
        ready = contract is not None and contract.state == contract.State.SIGNED
        shown = {"contract": contract, "may_plan": may_plan and ready}
        return page(request, "contracts/transfer_none.html", tender, **shown)
    at = clock.now()
    day, side = local_day(at), side_of(transfer.contract, request.user, at)
    items = list(transfer.items.select_related("workbook", "minutes"))
    for item in items:
        item.transfer = transfer
    turn = turns.next_turn(transfer, side)
    refusals = elsewhere(turns.against_delivery(transfer, at), tender) if transfer.installed_on else []
    papers = Minutes.objects.filter(tender=tender, office=services.OFFICE).order_by("-pk")
    shown = {
        "transfer": transfer,
        "contract": transfer.contract,
        "rows": [(item, turns.of_item(item, side), item.is_overdue(day)) for item in items],
        "settled": sum(item.is_settled for item in items),
        "side": side,
        "turn": turn,
        "mine": turn is not None and is_mine(request, tender, side, turn),
        "overdue": transfer.is_overdue(day),
        "days": turns.days_since(transfer, at),
        "refusals": refusals,
        "blockers": refusals if turn and turn.side == "mayor" else None,
        "papers": papers[:5],
        "may_plan": may_plan,
    }
    return page(request, "contracts/transfer_room.html", tender, **shown)


def elsewhere(refusals, tender):
    """Return the refusals with the page that removes each, unless it is the room itself."""
    found = located(refusals, tender)
    for each in found:
        each.url = "" if each.url == here(tender) else each.url
    return found


def is_mine(request, tender, side, turn):
    """Whether the next step waits for this person."""
    return turn.side == side or (turn.side == "mayor" and holds(request, "sign_contract", tender))


@login_required
def transfer_plan(request, pk):
    """Plan the transfer, or change its dates and who does what."""
    tender = visible_tender(request, pk)
    require(request, "run_transfer", tender)
    contract, transfer = contract_of(tender), transfer_of(tender)
    if contract is None or contract.signed_on is None:
        raise Http404
    form = forms.PlanForm(contract, transfer, request.POST or None)
    verb, subject = (services.replan, transfer) if transfer else (services.plan, contract)
    if request.method == "POST" and try_form(form, verb, subject, by=request.user):
        messages.success(request, _("The plan is saved, and both sides have been told."))
        return redirect("transfer", tender.pk)
    first, last = window(contract.signed_on)
    shown = {"contract": contract, "transfer": transfer, "first": first, "last": last}
    return page(request, "contracts/transfer_plan.html", tender, form=form, **shown)


@login_required
def transfer_works(request, pk):
    """Record that the impact works are finished, or the agreement to start before they are."""
    tender, transfer = guarded(request, pk)
    return ask(
        request,
        tender,
        forms.WorksForm(request.POST or None),
        services.settle_works,
        transfer,
        title=_("The impact works"),
        intro=_("The transfer waits for: %(works)s.") % {"works": transfer.works or _("no works")},
        button=_("Record it"),
        done=_("It is recorded. The joint committee can be installed."),
        to=here(tender),
    )


@login_required
def transfer_install(request, pk):
    """Record the installation of the joint committee."""
    tender, transfer = guarded(request, pk)
    transfer.judged_at = clock.now()
    lacking = [item for item in transfer.items.all() if not item.is_planned]
    return ask(
        request,
        tender,
        forms.InstallForm(request.POST or None, initial={"installed_on": local_day(transfer.judged_at)}),
        services.install,
        transfer,
        title=_("Install the joint committee"),
        intro=_("The act leaves minutes with the plan of the seven items. The JVS looks on."),
        consequence=_("First complete the plan: an item lacks who does it or until when.") if lacking else "",
        button=_("Record the installation"),
        done=_("The joint committee is at work."),
        to=here(tender),
    )


# The delivery


def transfer_act(request, pk):
    """The delivery act: what both sides sign, who has signed, what comes next."""
    tender, transfer = room(request, pk)
    at = clock.now()
    contract = transfer.contract
    shown = {
        "transfer": transfer,
        "contract": contract,
        "value": services.inventory_value(contract),
        "refusals": located(turns.against_delivery(transfer, at), tender),
        "may_write": holds(request, "run_transfer", tender) and transfer.state == "all_done",
        "may_sign": signs_for_operator(request, transfer, at),
        "by_paper": contract.operator_id is None,
        "may_record": holds(request, "sign_contract", tender) and transfer.state == "all_done",
        "form": ConfirmForm(tender),
    }
    return page(request, "contracts/transfer_act.html", tender, **shown)


def signs_for_operator(request, transfer, at):
    """Whether this person signs the act for the operator now."""
    if transfer.state != "all_done" or not transfer.starts_on or transfer.received_at:
        return False
    side = side_of(transfer.contract, request.user, at)
    return side == (Side.OPERATOR if transfer.contract.operator_id else Side.MUNICIPALITY)


@login_required
def transfer_act_write(request, pk):
    """Write the delivery act."""
    tender, transfer = guarded(request, pk)
    known = {name: getattr(transfer, name) for name in ["place", "readings", "starts_on"]}
    return ask(
        request,
        tender,
        forms.HandoverForm(request.POST or None, initial=known),
        services.prepare_handover,
        transfer,
        title=_("Write the delivery act"),
        consequence=_("The operator signs what stands here. If you change it, the operator signs again.")
        if transfer.received_at
        else "",
        button=_("Save the act"),
        done=_("The act is written. The operator has been told to sign."),
        to=reverse("transfer-act", args=[tender.pk]),
    )


@login_required
def transfer_receive(request, pk):
    """Sign the delivery act as the operator; for one without account an official enters the signed paper."""
    tender = visible_tender(request, pk)
    transfer = transfer_of(tender)
    if not (transfer and is_operator(transfer.contract, request.user)):
        require(request, "run_transfer", tender)
    if transfer is None:
        raise Http404
    to = reverse("transfer-act", args=[tender.pk])
    done = _("The operator has signed. The mayor records the delivery.")
    if is_operator(transfer.contract, request.user):
        return (
            attempt(request, services.receive, transfer, done=done, to=to)
            if request.method == "POST"
            else redirect(to)
        )
    form = forms.PaperForm(request.POST or None)
    words = {"title": _("Enter the operator's signature"), "button": _("Enter it"), "done": done, "to": to}
    return ask(request, tender, form, services.receive, transfer, **words)


@require_POST
@login_required
def transfer_hand_over(request, pk):
    """Record the delivery, as the mayor."""
    tender, transfer = guarded(request, pk, "sign_contract")
    return ask(
        request,
        tender,
        ConfirmForm(tender, request.POST),
        services.hand_over,
        transfer,
        title=_("Record the delivery"),
        consequence=_("Operations start, and the years of the contract run."),
        confirm=True,
        button=_("Record the delivery"),
        done=_("The service is handed over. The operator runs it now."),
        to=here(tender),
    )
