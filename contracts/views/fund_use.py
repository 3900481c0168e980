"""The pages of the uses of the Investment Fund: asked for, agreed, authorised, paid (rules 83-85)."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from bids.views.asking import ask, holds, require
from contracts.forms import fund as forms
from contracts.models import FundUse
from contracts.parties import is_operator
from contracts.services import fund_uses
from contracts.views.fund import sheet_or_404
from procurement import clock, workflow
from procurement.money import display
from procurement.places import located
from procurement.views.base import page, visible_tender


def one(request, pk, number):
    tender = visible_tender(request, pk)
    found = FundUse.objects.select_related("fund__contract", "requested_by")
    use = get_object_or_404(found, tender=tender, number=number)
    use.tender = use.fund.tender = use.fund.contract.tender = tender
    return tender, use


def use_detail(request, pk, number):
    """One use: what for, how much, who agreed; and the step of whoever looks."""
    tender, use = one(request, pk, number)
    user, at = request.user, clock.now()
    steps = {
        step.name: step._replace(refusals=located(step.refusals, tender))
        for step in workflow.actions(use, user, at=at)
    }
    own, waits = is_operator(use.contract, user), use.needs_the_operator and not use.agreed_at
    asked = use.state == use.State.REQUESTED
    shown = {
        "use": use,
        "steps": steps,
        "decides": holds(request, "authorise_fund", tender) and use.requested_by_id != user.pk and asked,
        "waits_for_operator": waits and asked,
        "agrees": own and waits and asked,
        "enters_letter": not own and waits and asked and holds(request, "keep_fund", tender),
        "pays": use.state == use.State.AUTHORISED and holds(request, "keep_fund", tender),
        "may_opine": asked and holds(request, "observe_tender", tender) and not spoke(use, user),
        "by_operator": use.requested_by_id == use.contract.operator_id,
        "opinions": use.opinions.select_related("by"),
    }
    return page(request, "contracts/fund_use.html", tender, **shown)


def spoke(use, user):
    return use.opinions.filter(by=user).exists()


@login_required
def use_request(request, pk):
    """Ask for money of the fund."""
    tender = visible_tender(request, pk)
    sheet = sheet_or_404(tender)
    if not fund_uses.may_ask(sheet.contract, request.user, clock.now()):
        raise PermissionDenied
    said = {"free": display(sheet.free)}
    return ask(
        request,
        tender,
        forms.UseForm(request.POST or None),
        fund_uses.request,
        sheet.fund,
        title=_("Ask for money of the fund"),
        intro=_("%(free)s of the fund is free.") % said,
        button=_("Ask for it"),
        done=_("It is asked for. Whoever decides has been told."),
        to=reverse("fund", args=[tender.pk]),
    )


def step(request, pk, number, form, verb, **words):
    tender, use = one(request, pk, number)
    said = {"what": use.get_purpose_display(), "amount": display(use.amount), "work": use.work}
    quoted = _("%(what)s: %(amount)s\n%(work)s") % said
    return ask(request, tender, form, verb, use, quoted=quoted, to=use.get_absolute_url(), **words)


@login_required
def use_agree(request, pk, number):
    """Agree, as the operator; or enter its letter, as the treasury."""
    tender, use = one(request, pk, number)
    own = is_operator(use.contract, request.user)
    if not own:
        require(request, "keep_fund", tender)
    form = forms.YesForm if own else forms.AgreeForm
    return step(
        request,
        pk,
        number,
        form(request.POST if request.method == "POST" else None),
        fund_uses.agree,
        title=_("Agree to this use of the fund") if own else _("Enter the letter of the operator"),
        button=_("I agree") if own else _("Record it"),
        done=_("The operator agrees. The municipality decides now."),
    )


@login_required
def use_authorise(request, pk, number):
    """Authorise a use by a resolution."""
    tender, _use = one(request, pk, number)
    require(request, "authorise_fund", tender)
    return step(
        request,
        pk,
        number,
        forms.AuthoriseForm(request.POST or None),
        fund_uses.authorise,
        title=_("Authorise this use of the fund"),
        consequence=_("The money is set aside and the treasury may pay. Everybody is told."),
        button=_("Authorise it"),
        done=_("It is authorised. The treasury has been told."),
    )


@login_required
def use_refuse(request, pk, number):
    """Do not authorise a use, and say why."""
    tender, _use = one(request, pk, number)
    require(request, "authorise_fund", tender)
    return step(
        request,
        pk,
        number,
        forms.ReasonsForm(request.POST or None),
        fund_uses.refuse,
        title=_("Do not authorise this use of the fund"),
        button=_("Do not authorise it"),
        done=_("It is not authorised. Whoever asked has been told why."),
    )


@login_required
def use_drop(request, pk, number):
    """Give a use up, as whoever asked or as the treasury."""
    tender, use = one(request, pk, number)
    if use.requested_by_id != request.user.pk:
        require(request, "keep_fund", tender)
    return step(
        request,
        pk,
        number,
        forms.ReasonsForm(request.POST or None),
        fund_uses.drop,
        title=_("Give this use of the fund up"),
        button=_("Give it up"),
        done=_("It is given up."),
    )


@login_required
def use_pay(request, pk, number):
    """Record the payment of a use, as the treasury."""
    tender, use = one(request, pk, number)
    require(request, "keep_fund", tender)
    return step(
        request,
        pk,
        number,
        forms.PayForm(request.POST or None, initial={"paid": use.amount}),
        fund_uses.execute,
        title=_("Record the payment"),
        button=_("Record it"),
        done=_("The payment is recorded, with its minutes."),
    )


@login_required
def use_opine(request, pk, number):
    """Say what the JVS thinks of a use."""
    tender, _use = one(request, pk, number)
    require(request, "observe_tender", tender)
    return step(
        request,
        pk,
        number,
        forms.TextForm(request.POST or None),
        fund_uses.opine,
        title=_("Say what you think of this use"),
        consequence=_("Everybody reads it, nobody can delete it, and it stands in the minutes."),
        button=_("Publish it"),
        done=_("Your opinion is public."),
    )
