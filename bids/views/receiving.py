"""What the sealing program asks and tells the server: for whom to seal, the manifests, the bytes in pieces.

Answers are JSON. No key, share or plaintext has a place in what comes here.
"""

import json
from functools import wraps

from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bids import content
from bids.forms import bids as forms
from bids.models import Envelope
from bids.papers import GUARANTEE, papers_of
from bids.refusals import SENTENCES, sentences
from bids.services import receiving, submission
from bids.uploads import LARGEST
from bids.views.bid import mine, stand
from procurement import clock
from procurement.log import instant
from procurement.views.base import page
from procurement.workflow import Blocked, Refusal

UNPROCESSABLE, CONFLICT, FULL = 422, 409, 507
STATUS = {
    "bid.upload.another-place": CONFLICT,
    "bid.upload.another-writer": CONFLICT,
    "bid.upload.no-space": FULL,
}
NOT_READ = Refusal(
    "envelope.shape.invalid", SENTENCES["envelope.shape.invalid"], "sobre/1", {"defect": "json"}
)


def refused(blocked, **more):
    """Tell why not, to a program: codes and sentences."""
    rows = [{"code": each.code, "text": each.sentence, "rule": str(each.rule)} for each in blocked.refusals]
    status = STATUS.get(blocked.codes[0], UNPROCESSABLE)
    return JsonResponse({"refusals": rows} | more, status=status)


def refusing(view):
    """Tell the program what stops a view, in codes and sentences."""

    @wraps(view)
    def answered(*arguments, **named):
        try:
            return view(*arguments, **named)
        except Blocked as blocked:
            return refused(blocked)

    return answered


# --- the page, and what is told to the program ---


@never_cache
@login_required
@require_GET
@csp_update({"worker-src": ["blob:"]})  # the worker is the program itself, read with its fingerprint
def bid_write(request, pk):
    """The page on which a bid is written and sealed: what is typed never leaves the browser open."""
    bid = mine(request, pk)
    tender = bid.tender
    shown = {
        "bid": bid,
        "papers": papers_of(tender, bid.bidder),
        "statement": forms.StatementForm(tender),
        "team": forms.Team(tender=tender),
        "offer": forms.OfferForm(tender),
        "kits": tender.kits.filter(round=tender.round),
        "largest": LARGEST // (1024 * 1024),
        "upload_until": receiving.until(tender),
    }
    return page(request, "bids/bid_write.html", tender, **shown | stand(bid))


@login_required
@require_GET
def bid_hand_in(request, pk):
    """The page to which envelopes are brought that were sealed elsewhere."""
    bid = mine(request, pk)
    return page(request, "bids/bid_hand_in.html", bid.tender, bid=bid, **stand(bid))


def told(bid):
    """Return all that the program needs to seal for a bidder, here or without network."""
    tender = bid.tender
    team, offer = forms.Team(tender=tender), forms.OfferForm(tender)
    kits = [kit.body for kit in tender.kits.filter(round=tender.round).order_by("stage")]
    last = {(each.stage, each.part): each for each in submission.numbered(bid)}
    return {
        "v": "convoca/1",
        "tender": tender.ocid,
        "number": tender.number,
        "title": tender.title,
        "round": tender.round,
        "kits": kits,
        "bidder": bid.pseudonym,
        "name": bid.bidder.name,
        "key": bid.bidder_key,
        "last": [
            {"stage": stage, "part": part, "seq": each.seq, "manifest": each.manifest_sha256}
            for (stage, part), each in last.items()
        ],
        "fields": fields_of(forms.StatementForm(tender)),
        "reserved": forms.StatementForm.RESERVED,
        "team": {"least": team.least, "sector": team.needs_sector, "fields": fields_of(forms.MemberForm())},
        "offer": {
            "least": f"{offer.least:.2f}",
            "most": f"{offer.most:.2f}",
            "zero": not offer.no_zero,
            "fields": fields_of(offer),
        },
        "papers": [
            {"key": each.key, "label": translated(each.label), "rule": translated(each.rule)}
            for each in papers_of(tender, bid.bidder)
        ],
        "guarantee": GUARANTEE,
        "files": {"form": content.FORM, "reserved": "reservado.json", "offer": content.OFFER},
        "limit": LARGEST,
        "deadline": instant(tender.schedule.submission_deadline),
        "until": instant(receiving.until(tender)),
        "sentences": sentences(),
    }


def translated(label):
    return str(label) if isinstance(label, Promise) else gettext(label)


def fields_of(form):
    """Describe the questions of a form for a page without Django."""
    return [
        {
            "name": name,
            "label": str(field.label),
            "hint": str(field.help_text),
            "required": field.required,
            "kind": type(field.widget).__name__.lower(),
        }
        for name, field in form.fields.items()
    ]


@never_cache
@login_required
@require_GET
def bid_told(request, pk):
    """What the program needs: kits, pseudonym, the last envelopes, where things go, what is awaited."""
    bid = mine(request, pk)
    routes = {
        "present": reverse("bid-manifests", args=[pk]),
        "withdraw": reverse("bid-withdrawals", args=[pk]),
        "receipt": reverse("bid-receipt", args=[pk]),
        "home": reverse("my-bid", args=[pk]),
    }
    standing = [awaited(pk, each) for each in bid.envelopes.presented()]
    return JsonResponse(told(bid) | {"routes": routes, "standing": standing})


@never_cache
@login_required
@require_GET
def bid_told_file(request, pk):
    """The same as a file, for the program that works without network."""
    bid = mine(request, pk)
    response = JsonResponse(told(bid), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="para-sellar-{bid.tender.number}.json"'
    return response


def awaited(pk, envelope):
    """Return where the bytes of an envelope go, and how many are here."""
    return {
        "manifest": envelope.manifest_sha256,
        "url": reverse("bid-envelope", args=[pk, envelope.manifest_sha256]),
        "size": envelope.manifest["ciphertext"]["size"],
        "offset": receiving.offset_of(envelope),
        "received": envelope.received_at is not None,
    }


# --- presenting, sending, withdrawing ---


def posted(request):
    """Return the JSON object that a request carries; refuse whatever else came."""
    try:
        document = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Blocked(NOT_READ) from None
    if not isinstance(document, dict):
        raise Blocked(NOT_READ)
    return document


def manifests_in(document):
    """Return the pairs of manifest and signature, and what is declared."""
    parts, declared = document.get("parts"), document.get("declared", [])
    sound = isinstance(parts, list) and all(isinstance(part, dict) for part in parts)
    if not sound or not isinstance(declared, list) or not set(map(str, declared)) <= {GUARANTEE}:
        raise Blocked(NOT_READ)
    return [(part.get("manifest"), str(part.get("sig", ""))) for part in parts], declared


@never_cache
@login_required
@require_POST
@refusing
def bid_manifests(request, pk):
    """Present or replace: the instant at which the whole request is here decides (decision 12)."""
    bid = mine(request, pk)
    document = posted(request)
    stamp = clock.now()
    parts, declared = manifests_in(document)
    means = Envelope.Means.FILE if document.get("means") == "file" else Envelope.Means.PAGE
    how = {"parts": parts, "declared": declared, "means": means}
    bid = receiving.present(bid, **how, stamp=stamp, by=request.user)
    standing = [awaited(pk, each) for each in bid.envelopes.presented()]
    submitted = instant(bid.submitted_at)
    return JsonResponse({"at": submitted, "receipt": reverse("bid-receipt", args=[pk]), "standing": standing})


@never_cache
@login_required
@require_http_methods(["GET", "PUT"])
def bid_envelope(request, pk, manifest):
    """How much of an envelope is here; or its next piece, which begins at `?offset=`."""
    stamp = clock.now()
    bid = mine(request, pk)
    envelope = get_object_or_404(bid.envelopes.exclude(status="sealed"), manifest_sha256=manifest)
    if envelope.manifest is None:
        raise Http404
    envelope.bid, envelope.tender = bid, bid.tender
    if request.method == "PUT":
        try:
            put(request, envelope, stamp)
        except Blocked as blocked:
            return refused(blocked, offset=receiving.offset_of(envelope))
        envelope = Envelope.objects.get(pk=envelope.pk)
    return JsonResponse(awaited(pk, envelope))


def put(request, envelope, stamp):
    try:
        offset = int(request.GET.get("offset", ""))
    except ValueError:
        raise Blocked(receiving.ANOTHER_PLACE.about(offset=receiving.offset_of(envelope))) from None
    piece = request.read(receiving.LARGEST_PIECE + 1)
    receiving.receive(envelope, offset=offset, piece=piece, stamp=stamp, by=request.user)


@never_cache
@login_required
@require_POST
@refusing
def bid_withdrawals(request, pk):
    """Take the bid back with signatures made by the bidder's key elsewhere."""
    stamp = clock.now()
    bid = mine(request, pk)
    signatures = posted(request).get("signatures")
    if not isinstance(signatures, dict):
        raise Blocked(NOT_READ)
    signed = {str(name): str(sig) for name, sig in signatures.items()}
    receiving.withdraw(bid, signatures=signed, stamp=stamp, by=request.user)
    return JsonResponse({"home": reverse("my-bid", args=[pk])})
