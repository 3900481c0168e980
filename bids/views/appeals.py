"""The pages of appeals: file one, complete it, answer it, decide it; everybody may read them."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bids.criteria import value
from bids.forms import award as forms
from bids.models import Appeal
from bids.services import appeals
from bids.views.asking import ask, holds, require
from procurement import clock, roles, workflow
from procurement.places import located
from procurement.views.base import attempt, page, visible_tender


def list_page(tender):
    return reverse("appeal-list", args=[tender.pk])


def own_bid(request, tender):
    """Return the user's bid of the present round, or None."""
    return tender.bids.filter(round=tender.round).of(request.user).select_related("bidder").first()


def open_for(tender, bid, at):
    """Return what this bid may appeal now, with until when."""
    found = []
    for against in Appeal.Against:
        until = appeals.until_when(tender, against)
        if until and at < until and appeals.has_interest(bid, against):
            found.append((against, until))
    return found


def appeal_list(request, pk):
    """The appeals of a call; a bidder sees what may be appealed and until when."""
    tender = visible_tender(request, pk)
    bid, at = own_bid(request, tender), clock.now()
    if bid:
        bid.tender = tender
    shown = {
        "appeals": tender.appeals.select_related("bid__bidder"),
        "possible": open_for(tender, bid, at) if bid else [],
        "desk": holds(request, "receive_paper", tender),
        "authority": appeals.authority(tender)[1],
    }
    return page(request, "bids/appeal_list.html", tender, **shown)


@login_required
def appeal_file(request, pk, against):
    """File an appeal as a bidder; or register one on paper, as the desk."""
    tender = visible_tender(request, pk)
    if against not in Appeal.Against.values:
        raise Http404
    asked = value(tender, "appeal.guarantee", 0)
    bid = own_bid(request, tender)
    desk = bid is None and holds(request, "receive_paper", tender)
    if bid is None and not desk:
        raise PermissionDenied
    posted = (request.POST or None, request.FILES or None)
    bids = tender.bids.presented().select_related("bidder")
    form = forms.PaperFileForm(bids, asked, *posted) if desk else forms.FileForm(asked, *posted)

    def verb(tender, *, by, **said):
        return appeals.file(said.pop("bid", bid), against=against, by=by, **said)

    until = appeals.until_when(tender, against)
    return ask(
        request,
        tender,
        form,
        verb,
        tender,
        title=_("Appeal against %(what)s") % {"what": Appeal.Against(against).label},
        intro=_("Until %(until)s. It is public, and decided by %(authority)s, not by the committee.")
        % {"until": appeals.shown(until), "authority": appeals.authority(tender)[1]},
        button=_("File the appeal"),
        done=_("The appeal is filed, with its hour."),
        to=list_page(tender),
    )


def one(request, pk, number):
    tender = visible_tender(request, pk)
    appeal = get_object_or_404(Appeal.objects.select_related("bid__bidder"), tender=tender, number=number)
    appeal.tender = appeal.bid.tender = tender
    return tender, appeal


def decides(request, tender):
    role, _name = appeals.authority(tender)
    return request.user.is_authenticated and role in roles.roles_on(tender, request.user, clock.now())


def appeal_detail(request, pk, number):
    """One appeal: grounds, answers, decision; and the step of whoever looks."""
    tender, appeal = one(request, pk, number)
    at = clock.now()
    tender.judged_at = appeal.judged_at = at
    steps = {
        step.name: step._replace(refusals=located(step.refusals, tender))
        for step in workflow.actions(appeal, request.user, at=at)
    }
    user = request.user
    own = user.is_authenticated and appeal.bid.bidder.account_id == user.pk
    mine = own_bid(request, tender)
    answers = [answer.bid_id for answer in appeal.answers.all()]
    may_answer = mine and appeal.others().filter(pk=mine.pk).exists() and mine.pk not in answers
    shown = {
        "appeal": appeal,
        "steps": steps,
        "own": own,
        "may_complete": appeal.state in ("filed", "observed")
        and (own or holds(request, "receive_paper", tender)),
        "may_answer": may_answer
        and appeal.state == "admitted"
        and (not appeal.answer_by or at < appeal.answer_by),
        "decides": decides(request, tender) and appeal.state == "heard",
        "authority": appeals.authority(tender)[1],
        "answers": appeal.answers.select_related("bid__bidder"),
    }
    return page(request, "bids/appeal_detail.html", tender, **shown)


def step(request, pk, number, form, verb, **words):
    tender, appeal = one(request, pk, number)
    to = appeal.get_absolute_url()
    return ask(request, tender, form, verb, appeal, quoted=appeal.grounds, to=to, **words)


@login_required
def appeal_observe(request, pk, number):
    tender, _appeal = one(request, pk, number)
    require(request, "consent_tender", tender)
    return step(
        request,
        pk,
        number,
        forms.MissingForm(request.POST or None),
        appeals.observe,
        title=_("Ask to complete the appeal"),
        button=_("Ask for it"),
        done=_("The bidder has been told, with the term."),
    )


@login_required
def appeal_complete(request, pk, number):
    tender, appeal = one(request, pk, number)
    if appeal.bid.bidder.account_id != request.user.pk:
        require(request, "receive_paper", tender)
    return step(
        request,
        pk,
        number,
        forms.CompleteForm(request.POST or None, request.FILES or None),
        appeals.complete,
        title=_("Complete the appeal"),
        button=_("Hand it in"),
        done=_("It is handed in."),
    )


@require_POST
@login_required
def appeal_admit(request, pk, number):
    _tender, appeal = one(request, pk, number)
    done = _("The appeal is admitted. The other bidders may answer.")
    return attempt(request, appeals.admit, appeal, done=done)


@login_required
def appeal_turn_away(request, pk, number):
    tender, _appeal = one(request, pk, number)
    require(request, "consent_tender", tender)
    return step(
        request,
        pk,
        number,
        forms.ReasonsForm(request.POST or None),
        appeals.turn_away,
        title=_("Do not admit the appeal"),
        intro=_("Only because it is late, without interest, or was not completed."),
        button=_("Do not admit it"),
        done=_("The appeal is not admitted."),
    )


@login_required
def appeal_answer(request, pk, number):
    tender, _appeal = one(request, pk, number)
    bid = own_bid(request, tender)
    if bid is None:
        raise PermissionDenied
    return step(
        request,
        pk,
        number,
        forms.TextForm(request.POST or None),
        lambda appeal, **said: appeals.answer(appeal, bid=bid, **said),
        title=_("Answer the appeal"),
        intro=_("Your answer is public, and goes to who decides."),
        button=_("Send the answer"),
        done=_("Your answer is there."),
    )


@require_POST
@login_required
def appeal_hear(request, pk, number):
    _tender, appeal = one(request, pk, number)
    return attempt(request, appeals.hear, appeal, done=_("The answers are closed."))


@login_required
def appeal_decide(request, pk, number):
    """Uphold or dismiss, as who the terms say decides."""
    tender, appeal = one(request, pk, number)
    if not decides(request, tender):
        raise PermissionDenied

    def verb(appeal, *, by, upheld, resolution, reasons, remake, reopened, execute_guarantee=False):
        told = {"resolution": resolution, "reasons": reasons, "by": by}
        if upheld:
            return appeals.uphold(appeal, remake=remake, reopened=reopened, **told)
        return appeals.dismiss(appeal, execute_guarantee=execute_guarantee, **told)

    return step(
        request,
        pk,
        number,
        forms.DecideForm(appeal, request.POST or None),
        verb,
        title=_("Decide the appeal"),
        consequence=_("Upheld, the procedure goes back to the act that was wrong; the rest is kept."),
        button=_("Record the decision"),
        done=_("The decision is recorded, and everybody has been told."),
    )
