"""What is carried by hand: an act without internet, and sealed files that are kept or delivered again."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from bids.forms import opening as forms
from bids.services import ciphertexts, envelopes, lost_receipts, offline
from bids.views.asking import ask, holds, require
from bids.views.opening import act_of, here, one_envelope
from bids.views.zipped import zipped
from procurement import clock
from procurement.views.base import visible_tender


@login_required
def opening_bring(request, pk, stage):
    """Bring what custodians signed in an act without internet (decision 7)."""
    tender, act = act_of(request, pk, stage)
    mine = tender.custodians.filter(round=tender.round, user=request.user).exists()
    if act is None or not (mine or holds(request, "open_envelopes", tender)):
        raise PermissionDenied
    return ask(
        request,
        tender,
        forms.SignedForm(request.POST or None, request.FILES or None),
        offline.bring,
        act,
        title=_("Bring what was signed without internet"),
        intro=_("Checks and parts that custodians signed with the program. What suffices is opened at once."),
        button=_("Take them in"),
        done=_("What was signed is here."),
        to=here(tender, stage),
    )


@login_required
def opening_bundle(request, pk, stage):
    """Hand out what an act without internet needs; there is no key in it (decision 7)."""
    tender = visible_tender(request, pk)
    if not holds(request, "observe_tender", tender):
        require(request, "open_envelopes", tender)
    if tender.closed_at is None or not tender.kits.filter(round=tender.round, stage=stage).exists():
        raise Http404
    return zipped(f"acto-{tender.number}-sobre-{stage}.zip", offline.write, tender, stage)


@login_required
def envelope_again(request, pk, number):
    """Deliver the sealed file of an envelope that the server lost: the same bytes, or nothing."""
    tender, envelope = one_envelope(request, pk, number)
    if not ciphertexts.may_deliver(envelope, request.user, clock.now()):
        raise PermissionDenied
    return ask(
        request,
        tender,
        forms.SealedFileForm(request.POST or None, request.FILES or None),
        deliver_again,
        envelope,
        title=_("Deliver a sealed file again"),
        intro=_(
            "The server does not hold it as it was presented. Its digest stands in the signed manifest: only "
            "the same file is taken, whoever brings it."
        ),
        button=_("Deliver this file"),
        done=_("The file is here again, as it was sealed."),
        to=here(tender, envelope.stage),
    )


def deliver_again(envelope, *, file, by):
    return envelopes.open_again(ciphertexts.deliver(envelope, file=file, by=by))


@login_required
def envelope_sealed(request, pk, number):
    """Hand out a sealed file as it is: to its bidder, and after the close to the hall as a copy to keep."""
    tender, envelope = one_envelope(request, pk, number)
    mine = envelope.bid.bidder.account_id == request.user.pk
    if not mine and not (tender.closed_at and ciphertexts.may_deliver(envelope, request.user, clock.now())):
        raise PermissionDenied
    if not envelope.manifest or not ciphertexts.is_whole(envelope):
        raise Http404
    name = f"sobre-{envelope.stage}-{envelope.part}-{envelope.manifest_sha256[:12]}.age"
    return FileResponse(
        envelope.ciphertext.open("rb"),
        as_attachment=True,
        filename=name,
        content_type="application/octet-stream",
    )


@login_required
def receipt_lost(request, pk):
    """Bring a receipt whose entry the log does not have, since a copy was put back: it proves what was."""
    tender = visible_tender(request, pk)
    return ask(
        request,
        tender,
        forms.ReceiptForm(request.POST or None, request.FILES or None),
        lost_receipts.enter,
        tender,
        title=_("My receipt does not stand in the log"),
        intro=_(
            "Where the server lost records, your receipt proves that you had presented: our own key signed "
            "it. What it proves is noted in the log. Afterwards present the same sealed file again."
        ),
        button=_("Note what my receipt proves"),
        done=_("It is noted. Now present the same sealed file again, on the page «My bid»."),
        to=reverse("sealed-list", args=[tender.pk]),
    )
