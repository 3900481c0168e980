"""What the pages of custodians ask and tell: public keys, trials, checks, parts, the key of a reserved part.

Words are typed into the page and stay there; no word, seed or private key of a sheet has a place in what
comes here. Answers are JSON.
"""

from io import BytesIO

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from bids.forms import opening as forms
from bids.models import Custodian
from bids.refusals import sentences
from bids.services import custody, envelopes, offline, reserved, trials
from bids.views.asking import ask, holds, require
from bids.views.custody import one
from bids.views.opening import act_of, has_checked, here, one_envelope, waiting
from bids.views.receiving import posted, refusing
from procurement import log_key
from procurement.services import checkpoints
from procurement.workflow import Blocked

SHUT_FOR_GOOD = ("not-admitted", "withdrawn", "returned")


# The sheet, and its trial


@never_cache
@login_required
@require_GET
def custodian_told(request, pk, index):
    """What the program needs to make a sheet, or to try one."""
    custodian = one(request, pk, index)
    tender = custodian.tender
    routes = {
        "public": reverse("custodian-public", args=[pk, index]),
        "trial": reverse("custodian-trial", args=[pk, index]),
        "ready": reverse("custodian-ready", args=[pk, index]),
    }
    about = {"tender": tender.ocid, "round": tender.round, "name": custodian.name, "routes": routes}
    about |= {"reads": custodian.group == Custodian.Group.COMMITTEE, "verify": custodian.verify_key}
    return JsonResponse(about | {"sentences": sentences()})


@never_cache
@login_required
@require_POST
@refusing
def custodian_public(request, pk, index):
    """Take the public keys of a sheet that was made in the page."""
    custodian = one(request, pk, index)
    custody.take_sheet(custodian, public=posted(request), by=request.user)
    return JsonResponse({"next": reverse("custodian-prove", args=[pk, index])})


@never_cache
@login_required
@require_GET
@refusing
def custodian_trial(request, pk, index):
    """Hand out trial envelopes that were sealed for this sheet."""
    custodian = one(request, pk, index)
    if not custodian.made_at:
        raise Blocked(custody.NO_SHEET.about(custodian=custodian.name))
    token, shown = trials.begin(custodian)
    return JsonResponse({"token": token, "trials": shown})


@never_cache
@login_required
@require_POST
@refusing
def custodian_ready(request, pk, index):
    """Take what the sheet handed over of its trial envelopes."""
    custodian = one(request, pk, index)
    said = posted(request)
    trials.take(custodian, token=said.get("token"), releases=said.get("releases"), by=request.user)
    return JsonResponse({"next": reverse("custodians", args=[pk])})


# The act


def acting(request, pk, stage, index):
    """Return tender, act and custodian, for the custodian or for the committee at whose screen they are."""
    tender, act = act_of(request, pk, stage)
    custodian = get_object_or_404(tender.custodians.filter(round=tender.round), index=index)
    if act is None or not (holds(request, "open_envelopes", tender) or custodian.user_id == request.user.pk):
        raise PermissionDenied
    custodian.tender = tender
    return tender, act, custodian


@never_cache
@sensitive_post_parameters("words")
@login_required
def opening_words(request, pk, stage, index):
    """A custodian checks the envelopes, then hands over: in the page, or by words where no program runs."""
    tender, act, custodian = acting(request, pk, stage, index)
    second = has_checked(act, custodian) and not envelopes.missing_checks(act, waiting(act))
    step = request.POST.get("step") or ("release" if second else "check")
    verb = envelopes.release_shares if step == "release" else envelopes.check_envelopes
    return ask(
        request,
        tender,
        forms.WordsForm(request.POST or None),
        lambda act, **said: verb(act, custodian=custodian, **said),
        act,
        title=_("Words of %(person)s") % {"person": custodian.name},
        button=_("Check the envelopes") if step == "check" else _("Hand over my part"),
        done=_("Every envelope was checked.") if step == "check" else _("Your part is handed over."),
        to=here(tender, stage),
        template="bids/opening_words.html",
        act=act,
        stage=stage,
        custodian=custodian,
    )


@never_cache
@login_required
@require_GET
@refusing
def opening_told(request, pk, stage, index):
    """What the program needs in an act: where the log is, the manifests, how far the others are."""
    tender, act, custodian = acting(request, pk, stage, index)
    if act.state != act.State.HELD:
        raise Blocked(envelopes.NOT_HELD)
    if log_key.present():
        checkpoints.sign_close(tender)
    kit = envelopes.kit_of(act)
    routes = {
        "log": reverse("log-json", args=[pk]),
        "checkpoint": reverse("checkpoint", args=[pk]),
        "keys": reverse("log-keys"),
        "signed": reverse("opening-signed", args=[pk, stage, index]),
        "act": here(tender, stage),
    }
    about = {"tender": tender.ocid, "log": tender.log_origin, "round": tender.round, "stage": int(stage)}
    about |= {"i": custodian.index, "name": custodian.name, "checked": has_checked(act, custodian)}
    people = tender.custodians.filter(round=tender.round)
    ready = sum(has_checked(act, each) for each in people)
    about |= {"counts": {"ready": ready, "needed": sum(group["k"] for group in kit["groups"])}}
    about |= {"opens": not envelopes.missing_checks(act, waiting(act)), "manifests": asked_of(act)}
    return JsonResponse(about | {"routes": routes, "sentences": sentences()})


def asked_of(act):
    """Return the manifests that custodians are asked about; the log alone says the same to the program."""
    listed = envelopes.to_open(act)
    if act.stage == 2:
        return [each.manifest for each in listed if each.bid.state == "qualified"]
    return [each.manifest for each in listed if each.bid.state not in SHUT_FOR_GOOD]


@never_cache
@login_required
@require_POST
@refusing
def opening_signed(request, pk, stage, index):
    """Take checks or parts that a custodian signed in the page; what suffices is opened."""
    _tender, act, _custodian = acting(request, pk, stage, index)
    offline.bring(act, file=BytesIO(request.body), by=request.user)
    return JsonResponse({"next": here(act.tender, stage)})


# The reserved part


def reading(request, pk, number):
    """Return tender, envelope and the custodian who reads it, for a member of the committee with a sheet."""
    tender, envelope = one_envelope(request, pk, number)
    require(request, "evaluate_bids", tender)
    mine = tender.custodians.filter(round=tender.round, user=request.user).exclude(reader="").first()
    if mine is None:
        raise PermissionDenied
    return tender, envelope, mine


@never_cache
@sensitive_post_parameters("words")
@login_required
def envelope_reserved(request, pk, number):
    """Open the reserved part: in the page, or by words where no program runs."""
    tender, envelope, mine = reading(request, pk, number)
    return ask(
        request,
        tender,
        forms.WordsForm(request.POST or None),
        lambda envelope, **said: envelopes.read_reserved(envelope, custodian=mine, **said),
        envelope,
        title=_("Reserved papers of %(bidder)s") % {"bidder": envelope.bid},
        button=_("Open the reserved part"),
        done=_("The papers are open for the committee."),
        to=reverse("evaluation-bid", args=[tender.pk, envelope.bid_id]),
        template="bids/envelope_reserved.html",
        envelope=envelope,
        custodian=mine,
    )


@never_cache
@login_required
@require_GET
@refusing
def envelope_reserved_told(request, pk, number):
    """What the program needs to put the key of a reserved part together."""
    tender, envelope, _mine = reading(request, pk, number)
    envelope.tender = tender
    act = envelopes.act_of(envelope, tender)
    act.tender = tender
    about = {"tender": tender.ocid, "round": tender.round, "kit": envelopes.kit_of(act)}
    about |= {"manifest": envelope.manifest, "releases": envelopes.bodies(act, envelope)}
    routes = {"key": reverse("envelope-reserved-key", args=[pk, number])}
    return JsonResponse(about | {"routes": routes, "sentences": sentences()})


@never_cache
@login_required
@require_POST
@refusing
def envelope_reserved_key(request, pk, number):
    """Take the key of a reserved part, put together by a member of the committee."""
    tender, envelope, _mine = reading(request, pk, number)
    reserved.open_with_identity(envelope, identity=posted(request).get("identity"), by=request.user)
    return JsonResponse({"next": reverse("evaluation-bid", args=[tender.pk, envelope.bid_id])})
