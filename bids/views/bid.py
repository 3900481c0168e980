"""My bid: what is missing, sealing, presenting, the receipt, replacing and withdrawing.

What is typed here is sealed or handed back; no session, message or database row holds it (decision 15).
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from bids import content, sealing
from bids.forms import bids as forms
from bids.guards import bids as guards
from bids.models import Bid, Bidder
from bids.outcome import outcome
from bids.papers import GUARANTEE, papers_of
from bids.refusals import refusal
from bids.scoring import words
from bids.services import submission
from bids.uploads import LARGEST, NOT_READ, SECRET, InMemory, IntoEnvelope, refuse_early
from procurement import clock
from procurement.forms.call import ConfirmForm
from procurement.guards.custody import has_kits, is_digital
from procurement.models import Event, TermsSale
from procurement.places import located
from procurement.services import checkpoints
from procurement.views.base import page, try_form, visible_tender
from procurement.workflow import Blocked, refusals


def mine(request, pk):
    """Return the user's own bid in the present round of a tender; whoever has none gets 404."""
    tender = visible_tender(request, pk)
    bids = Bid.objects.of(request.user).select_related("bidder__account")
    bid = get_object_or_404(bids, tender=tender, round=tender.round)
    bid.tender, bid.judged_at = tender, clock.now()
    return bid


# --- what is missing ---


@login_required
def my_bid(request, pk):
    """My bid in this call: the next step, what blocks it, until when; or who bids, where nobody does yet."""
    tender = visible_tender(request, pk)
    if not is_digital(tender):
        return page(request, "bids/bid_on_paper.html", tender)
    if not Bid.objects.of(request.user).filter(tender=tender, round=tender.round).exists():
        return page(request, "bids/bid_begin.html", tender, **before(request, tender))
    bid = mine(request, pk)
    papers = papers_of(tender, bid.bidder)
    ticks = forms.TicksForm(papers, initial={"ticks": bid.draft.get("ticks", []), "version": bid.version})
    shown = {"bid": bid, "papers": papers, "ticks_form": ticks, "who": who(bid)} | stand(bid) | outcome(bid)
    return page(request, "bids/bid_home.html", tender, **shown)


def before(request, tender):
    bought = TermsSale.objects.bought().of(request.user).filter(tender=tender).exists()
    open_now = tender.state in submission.PREPARING and clock.now() < tender.schedule.submission_deadline
    bidders = Bidder.objects.of(request.user).order_by("name")
    return {"bidders": bidders, "bought": bought, "open_now": open_now}


def who(bid):
    """Return whether each condition of who may bid holds, and what its refusals are."""
    asked = [
        (_("You bought the terms"), guards.terms_were_bought),
        (_("The till has seen your RUC"), guards.ruc_is_confirmed),
        (_("Nobody in it judges this call"), guards.nobody_judges_their_own),
        (_("Nobody in it has an office in the municipality"), guards.nobody_bids_from_office),
        (_("Nobody in it is in another bid"), guards.nobody_is_in_two_bids),
        (_("The shares are in order"), guards.shares_are_sound),
    ]
    found = [(label, located(guard.refusals(bid, bid.judged_at), bid.tender)) for label, guard in asked]
    return [
        {"title": label, "state": "blocked" if against else "done", "refusals": against}
        for label, against in found
    ]


def stand(bid):
    """Return how far the bid has come, and what stands against presenting it now."""
    envelopes = list(bid.envelopes.all())
    sealed = [each for each in envelopes if each.status == each.Status.SEALED]
    rule = next((rule for rule in bid.get_all_state_transitions() if presents(bid, rule)), None)
    over = clock.now() >= bid.tender.schedule.submission_deadline or bid.tender.closed_at is not None
    return {
        "sealed": sealed,
        "presented": [each for each in envelopes if each.status == each.Status.PRESENTED],
        "opened": [each for each in envelopes if each.status in ("open", "unopened", "returned")],
        "against": located(refusals(bid, rule), bid.tender) if rule else [],
        "over": over,
        "has_keys": has_kits(bid.tender),
        "receives": bid.tender.state == guards.OPEN and not over,
    }


def presents(bid, rule):
    return rule.name == "submit" and rule.source == bid.state


@login_required
@require_POST
def bid_begin(request, pk):
    """Begin the draft of one of my bidders."""
    tender = visible_tender(request, pk)
    bidder = get_object_or_404(Bidder.objects.of(request.user), pk=request.POST.get("bidder") or 0)
    try:
        submission.begin(tender, bidder=bidder, by=request.user)
    except Blocked as blocked:
        messages.error(request, str(blocked.refusals[0]))
    return redirect("my-bid", pk)


@login_required
@require_POST
def bid_ticks(request, pk):
    """Keep which papers I have together."""
    bid = mine(request, pk)
    form = forms.TicksForm(papers_of(bid.tender, bid.bidder), request.POST)
    if try_form(form, submission.remember, bid, by=request.user):
        messages.success(request, _("Saved. You can go on another day, from any phone."))
    for refused in getattr(form, "refusals", []):
        messages.error(request, str(refused))
    return redirect("my-bid", pk)


# --- sealing ---


@never_cache
@login_required
def bid_seal(request, pk):
    """The page on which a bid is written and sealed."""
    bid = mine(request, pk)
    if request.method == "POST":
        return seal(request, bid)
    return ask(request, bid)


bid_seal = sensitive_post_parameters()(csrf_exempt(bid_seal))  # CSRF is asked once the body may be read


def ask(request, bid, *, answers=None, members=None, status=200, **more):
    """Show the form: empty, as the draft says, or as it was posted."""
    tender = bid.tender
    shown = {
        "bid": bid,
        "papers": papers_of(tender, bid.bidder),
        "statement": forms.StatementForm(tender, initial=answers),
        "team": forms.Team(tender=tender, initial=members),
        "offer": forms.OfferForm(tender),
        "largest": LARGEST // (1024 * 1024),
        "kits": tender.kits.filter(round=tender.round),
    }
    response = page(request, "bids/bid_seal.html", tender, **shown | stand(bid) | more)
    response.status_code = status
    return response


def seal(request, bid):
    """Seal what is posted while it arrives; whatever goes wrong, nothing of it stays."""
    try:
        refuse_early(int(request.META.get("CONTENT_LENGTH") or 0))
        sealing_now = submission.Sealing(bid, by=request.user)
    except Blocked as blocked:
        return ask(request, bid, status=422, stopped=blocked.refusals)
    handler = IntoEnvelope(sealing_now)
    request.upload_handlers = [handler]
    try:
        return seal_posted(request, bid, sealing_now, handler)
    finally:
        if not sealing_now.finished:
            sealing_now.discard()


@csrf_protect
def seal_posted(request, bid, sealing_now, handler):
    """Judge what was typed, add it to the envelopes and close them; show the key file, once."""
    tender, posted = bid.tender, request.POST
    statement = forms.StatementForm(tender, posted)
    team = forms.Team(posted, tender=tender)
    offer = forms.OfferForm(tender, posted)
    without = forms.IncompleteForm(posted)
    asked = {"statement": statement, "team": team, "offer": offer, "without": without}
    stopped = list(handler.refusal.refusals) if handler.refusal else []
    if not posted:
        stopped.append(NOT_READ)
    if not all([statement.is_valid(), team.is_valid(), offer.is_valid(), without.is_valid()]) or stopped:
        return ask(request, bid, status=422, stopped=stopped, **asked)
    missing = [paper for paper in papers_of(tender, bid.bidder) if paper.key not in handler.papers]
    if missing and not without.cleaned_data["without"]:
        return ask(request, bid, status=422, missing=missing, **asked)
    try:
        write(sealing_now, bid, handler.papers, asked)
        declared = [GUARANTEE] if statement.cleaned_data["bid_bond"] else []
        key_file = sealing_now.finish(declared)
    except Blocked as blocked:
        return ask(request, bid, status=422, stopped=blocked.refusals, **asked)
    offered = offer.cleaned_data["percentage"]
    shown = {"bid": mine(request, tender.pk), "key_file": key_file.decode(), "offered": offered}
    shown["in_words"] = words(offered)
    return page(request, "bids/bid_sealed.html", tender, **shown | stand(shown["bid"]))


def write(sealing_now, bid, papers, asked):
    """Put what was typed into the envelopes: the public form, the reserved one, the offer."""
    statement, members = asked["statement"], asked["team"].members()
    open_names = [name for name in statement.fields if name not in statement.RESERVED]
    form = statement.said(open_names) | {"name": bid.bidder.name, "team": members, "papers": papers}
    sealing_now.put(1, "public", content.FORM, content.written(form))
    reserved = content.written(statement.said(statement.RESERVED))
    sealing_now.put(1, sealing_now.part, "reservado.json", reserved)
    sealing_now.put(sealing_now.offer_stage, "public", content.OFFER, asked["offer"].written())


def attachment(data, name):
    """Hand bytes back as a file; nothing of it is kept."""
    response = HttpResponse(data, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@never_cache
@login_required
@require_POST
@sensitive_post_parameters()
def bid_save(request, pk):
    """Hand back what was typed as a file of the bidder's own."""
    bid = mine(request, pk)
    return attachment(forms.written_draft(bid.tender, request.POST), f"borrador-{bid.tender.number}.json")


@never_cache
@login_required
@require_POST
@sensitive_post_parameters()
def bid_key(request, pk):
    """Hand the key file back as a download; it came with the page and is kept nowhere."""
    bid = mine(request, pk)
    data = request.POST.get("key", "").encode()
    try:
        document = sealing.read_key_file(data)
    except sealing.SealingError as error:
        messages.error(request, str(refusal(error)))
        return redirect("my-bid", pk)
    if document["bidder"] != bid.pseudonym:
        raise Http404
    return attachment(data, f"clave-{bid.tender.number}.json")


def in_memory(view):
    """Let a view read small secret files from memory: no temporary file, CSRF asked after that is settled."""
    protected = csrf_protect(view)

    def wrapped(request, pk):
        request.secrets = InMemory()
        request.upload_handlers = [request.secrets]
        return protected(request, pk)

    return csrf_exempt(wrapped)


@in_memory
@never_cache
@login_required
@require_POST
def bid_load(request, pk):
    """Show the form as a draft file says."""
    bid = mine(request, pk)
    request.POST  # noqa: B018 - reads the file into memory
    try:
        answers, members = forms.read_draft(bid.tender, request.secrets.found.get("draft", b""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("bid-seal", pk)
    return ask(request, bid, answers=answers, members=members)


# --- presenting, receipt, withdrawing ---


@login_required
def bid_present(request, pk):
    """The last look, and the act: the instant at which the whole request is here decides (decision 12)."""
    stamp = clock.now()
    bid = mine(request, pk)
    form = forms.PresentForm(bid.tender, request.POST or None)
    if request.method == "POST" and try_form(form, submission.present, bid, stamp=stamp, by=request.user):
        return redirect("bid-receipt", pk)
    if refused := getattr(form, "refusals", []):
        late = any(each.code.startswith("bid.submission.") for each in refused)
        return page(request, "bids/bid_refused.html", bid.tender, form=form, bid=bid, stamp=stamp, late=late)
    return page(request, "bids/bid_present.html", bid.tender, form=form, bid=bid, **stand(bid))


@login_required
def bid_receipt(request, pk):
    """The receipt: hour to the second, fingerprints, places in the log; one's own and nobody else's."""
    bid = mine(request, pk)
    if not bid.seq:
        raise Http404
    envelopes = bid.envelopes.exclude(status="sealed").order_by("-seq", "stage", "part")
    attempts = bid.tender.attempts.filter(bidder=bid.bidder)
    shown = {"bid": bid, "envelopes": envelopes, "attempts": attempts} | stand(bid)
    return page(request, "bids/bid_receipt.html", bid.tender, **shown)


def proofs_of(bid, entries):
    """Return the proof of each entry against the signed head; none where the installation has no log key."""
    places = entries.filter(index__lt=bid.log_size).order_by("index").values_list("index", flat=True)
    try:
        return [checkpoints.receipt(bid.tender, each, bid.log_size, at=clock.now()) for each in places]
    except Blocked:
        return []


@login_required
def bid_receipt_json(request, pk):
    """The receipt for machines: the entries of the log, the head after them, and the signed proof of each."""
    bid = mine(request, pk)
    if not bid.seq:
        raise Http404
    own = ["manifest", "withdraw"]
    entries = Event.objects.of(bid.tender).filter(body__actor=bid.pseudonym, body__action__in=own)
    receipt = {
        "log": bid.tender.log_origin,
        "bidder": bid.pseudonym,
        "entries": [event.body for event in entries.order_by("index")],
        "head": {"size": bid.log_size, "root": bid.log_root},
        "receipts": proofs_of(bid, entries),
    }
    response = JsonResponse(receipt, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="constancia-{bid.tender.number}.json"'
    return response


@in_memory
@never_cache
@login_required
def bid_withdraw(request, pk):
    """Take the bid back, with the key file that proves whose it is."""
    stamp = clock.now()
    bid = mine(request, pk)
    form = ConfirmForm(bid.tender, request.POST or None)
    key_file = request.secrets.found.get(SECRET, b"")
    if request.method == "POST":
        done = try_form(form, submission.withdraw, bid, key_file=key_file, stamp=stamp, by=request.user)
        if done:
            messages.success(request, _("Your bid is withdrawn. Its envelopes stay closed."))
            return redirect(reverse("my-bid", args=[pk]))
    return page(request, "bids/bid_withdraw.html", bid.tender, form=form, bid=bid, **stand(bid))
