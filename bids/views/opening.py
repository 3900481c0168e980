"""The pages of the acts of opening: who is there, seals, envelopes, what each holds (rules 59, 162)."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bids import content
from bids.criteria import has_two_envelopes
from bids.forms import opening as forms
from bids.guards import opening as guards
from bids.guards.evaluation import first_result_of
from bids.models import BidFile, Envelope
from bids.papers import BID_GUARANTEE, GUARANTEE, OF_CRITERION
from bids.services import ciphertexts, envelopes, opening, reading
from bids.views.asking import ask, holds, require
from procurement import clock, committee, roles, workflow
from procurement.business_days import DayType
from procurement.guards.custody import is_digital
from procurement.places import located
from procurement.planning import at_hour
from procurement.schedule import local_day
from procurement.views.base import attempt, page, visible_tender

ASKED_BY_THE_ROLL = "committee.quorum.not-met"
DRAWN = {
    "sealed": "sealed",
    "presented": "sealed",
    "open": "open",
    "unopened": "none",
    "returned": "returned",
}


def act_of(request, pk, stage):
    """Return the tender that the user may see and its standing act of this stage, or None."""
    tender = visible_tender(request, pk)
    act = guards.live_acts(tender).filter(stage=stage).first()
    if act:
        act.tender = tender
    return tender, act


def one_act(request, pk, stage, codename="open_envelopes"):
    tender = visible_tender(request, pk)
    require(request, codename, tender)
    act = get_object_or_404(guards.live_acts(tender), stage=stage)
    act.tender = tender
    return tender, act


def here(tender, stage):
    return reverse("opening", args=[tender.pk, stage])


def opening_detail(request, pk, stage):
    """An act as everybody sees it, on a phone or on the wall: envelopes, seals, what was read."""
    tender, act = act_of(request, pk, stage)
    at = clock.now()
    opens = holds(request, "open_envelopes", tender)
    shown = {"act": act, "stage": stage, "opens": opens, "digital": is_digital(tender), "at": at}
    shown |= {"types": holds(request, "keep_minutes", tender), "two": has_two_envelopes(tender)}
    shown["planned"] = planned(tender, stage)
    if act is None:
        shown["count"] = tender.bids.presented().count() if tender.closed_at else None
        return page(request, "bids/opening_detail.html", tender, **shown)
    tender.judged_at = act.judged_at = at
    shown["steps"] = [
        step._replace(refusals=located(unasked(step), tender))
        for step in workflow.actions(act, request.user, at=at)
    ]
    shown["rows"] = rows_of(act, request.user, opens)
    shown["opened"] = sum(row["envelope"].status == "open" for row in shown["rows"])
    shown |= seals(act, request.user, opens) if shown["digital"] else {}
    shown["my_turn"] = my_turn(act, request.user, shown)
    return page(request, "bids/opening_detail.html", tender, **shown)


def unasked(step):
    """Return the refusals of a step but the one that its own page settles: there the roll is called."""
    return [reason for reason in step.refusals if reason.code != ASKED_BY_THE_ROLL]


def planned(tender, stage):
    schedule = getattr(tender, "schedule", None)
    return schedule and (schedule.opening_1 if stage == 1 else schedule.opening_2)


def rows_of(act, user, opens):
    """Return each envelope of the act: its drawing, its name once open, its files, what waits for it."""
    found = act.envelopes().filter(part="public").select_related("entry__by").prefetch_related("files")
    checked = set(act.releases.filter(mode="check").values_list("envelope", flat=True))
    watches = opens or (
        user.is_authenticated and roles.holds(user, "observe_tender", act.tender, clock.now())
    )
    rows = []
    for number, envelope in enumerate(opening.in_order(act, found), start=1):
        named = act.stage == 2 or envelope.status == Envelope.Status.OPEN
        mine = user.is_authenticated and envelope.bid.bidder.account_id == user.pk
        rows.append(
            {
                "number": number,
                "envelope": envelope,
                "drawn": look_of(envelope, checked),
                "name": str(envelope.bid) if named or mine else "",
                "files": envelope.files.all(),
                "entry": getattr(envelope, "entry", None),
                "said": said_in(envelope),
                "typed": reading.is_to_be_typed(envelope),
                "mine": mine and not opens,
                "lost": envelope.fault == ciphertexts.LOST,
                "may_deliver": watches or mine,
            }
        )
    return rows


def said_in(envelope):
    """Return what an open envelope 1 says of its bidder, and which papers it declares; nothing before."""
    form = (envelope.content or {}).get("form", {}) if envelope.stage == 1 else {}
    if envelope.status != Envelope.Status.OPEN or not isinstance(form, dict):
        return {}
    labels = {key: label for key, (label, _source) in OF_CRITERION.items()} | {GUARANTEE: BID_GUARANTEE}
    declared = [(_(labels.get(key, key)), names) for key, names in content.papers(form)]
    return content.known(form) | {"papers": declared}


def look_of(envelope, checked):
    """Return how an envelope is drawn: half once a custodian has checked it, and it is still shut."""
    waits = envelope.status == Envelope.Status.PRESENTED and envelope.pk in checked
    return "half" if waits else DRAWN[envelope.status]


def seals(act, user, opens):
    """Return the custodians with what each has done, and which of them may sign here."""
    people = list(act.tender.custodians.filter(round=act.round).select_related("user"))
    wanted = {envelope.pk for envelope in act.envelopes() if envelope.manifest}
    done = {}
    for custodian, mode, envelope in act.releases.values_list("custodian", "mode", "envelope"):
        done.setdefault((custodian, mode), set()).add(envelope)
    rows = []
    for person in people:
        checked = bool(wanted) and wanted <= done.get((person.pk, "check"), set())
        released = bool(done.get((person.pk, "release")))
        mine = opens or (user.is_authenticated and person.user_id == user.pk)
        rows.append({"person": person, "checked": checked, "released": released, "mine": mine})
    names = [row["person"].name.split()[0] for row in rows]  # the list beside the picture holds them whole
    lit = [row["released"] for row in rows]
    kit = act.tender.kits.filter(round=act.round, stage=act.stage).first()
    return {
        "custodians": rows,
        "names": names,
        "lit": lit,
        "lit_count": sum(row["released"] for row in rows),
        "kit": kit,
        "may_release": kit is not None and not envelopes.missing_checks(act, waiting(act)),
    }


def my_turn(act, user, shown):
    """Return the row of the custodian who looks, while their words are still wanted."""
    if act.state != act.State.HELD or not waiting(act):
        return None
    rows = [row for row in shown.get("custodians", []) if row["person"].user_id == user.pk and user.pk]
    wanted = [row for row in rows if not row["checked"] or (shown["may_release"] and not row["released"])]
    return next(iter(wanted), None)


def waiting(act):
    return [each for each in act.envelopes() if each.status == "presented" and each.manifest]


def has_checked(act, custodian):
    """Whether this custodian has checked every envelope that is still shut, and may hand the part over."""
    checked = act.releases.filter(mode="check", custodian=custodian).values_list("envelope", flat=True)
    return {each.pk for each in waiting(act)} <= set(checked)


def proposed(tender, stage):
    """Return the announced hour, if it lies ahead and what is opened before can no longer be appealed.

    Envelope 2 otherwise waits for the business day after the term to appeal, at the announced hour.
    """
    hour, result = planned(tender, stage), first_result_of(tender)
    if stage == 2 and hour and result and hour <= result.appeal_until:
        day = tender.municipality.calendar().add(local_day(result.appeal_until), 1, DayType.BUSINESS)
        hour = at_hour(day, localtime(hour).time())
    return hour if hour and hour >= clock.now() else None


@login_required
def opening_convene(request, pk, stage):
    """Convene an act: hour, place, who certifies."""
    tender = visible_tender(request, pk)
    require(request, "open_envelopes", tender)
    ahead = {"planned_at": hour} if (hour := proposed(tender, stage)) else {}
    form = forms.ConveneForm(request.POST or None, initial=ahead)
    return ask(
        request,
        tender,
        form,
        lambda tender, **said: opening.convene(tender, stage=stage, **said),
        tender,
        title=_("Convene the opening of envelope %(stage)s") % {"stage": stage},
        intro=_("Bidders, custodians and the JVS are told at once. Anybody may come."),
        button=_("Convene the act"),
        done=_("The act is convened, and everybody has been told."),
        to=here(tender, stage),
    )


@login_required
def opening_postpone(request, pk, stage):
    tender, act = one_act(request, pk, stage)
    return ask(
        request,
        tender,
        forms.PostponeForm(request.POST or None),
        opening.postpone,
        act,
        title=_("Postpone the act"),
        intro=_("The envelopes stay closed. It leaves minutes, and everybody is told."),
        button=_("Postpone the act"),
        done=_("The act has a new hour."),
        to=here(tender, stage),
    )


@login_required
def opening_begin(request, pk, stage):
    """Call the roll and begin the act, or go on with a suspended one."""
    tender, act = one_act(request, pk, stage)
    again = act.state == act.State.SUSPENDED
    seats = [seat.user_id for seat in committee.sitting(tender, clock.now())]
    form = forms.RollForm(tender, clock.now(), request.POST or None, initial={"present": seats})
    return ask(
        request,
        tender,
        form,
        opening.resume if again else opening.begin,
        act,
        title=_("Who is here?"),
        intro=_("Without quorum the act does not begin. The roll stands in the minutes."),
        button=_("Resume the act") if again else _("Begin the act"),
        done=_("The act is in progress."),
        to=here(tender, stage),
    )


@login_required
def opening_suspend(request, pk, stage):
    tender, act = one_act(request, pk, stage)
    return ask(
        request,
        tender,
        forms.ReasonForm(request.POST or None),
        opening.suspend,
        act,
        title=_("Suspend the act"),
        intro=_("What is shut stays shut. The act goes on later where it stopped."),
        button=_("Suspend the act"),
        done=_("The act is suspended, with its minutes."),
        to=here(tender, stage),
    )


@require_POST
@login_required
def opening_conclude(request, pk, stage):
    tender, act = one_act(request, pk, stage)
    done = _("The act is closed. Its minutes are published.")
    return attempt(request, opening.conclude, act, done=done, to=here(tender, stage))


@login_required
def opening_annul(request, pk):
    """Annul a faulty opening, as the mayor."""
    tender = visible_tender(request, pk)
    require(request, "annul_act", tender)
    return ask(
        request,
        tender,
        forms.AnnulForm(request.POST or None),
        opening.annul,
        tender,
        title=_("Annul the opening"),
        intro=_("Everything goes back to the close. What was read stays read, and the minutes stay."),
        consequence=_("Nobody but the mayor does this, by a resolution with reasons."),
        button=_("Annul the opening"),
        done=_("The opening is annulled."),
        to=tender.get_absolute_url(),
    )


# One envelope


def one_envelope(request, pk, number):
    tender = visible_tender(request, pk)
    envelope = get_object_or_404(tender.envelopes.select_related("bid__bidder"), pk=number)
    envelope.tender = envelope.bid.tender = tender
    return tender, envelope


@never_cache
@login_required
def envelope_key(request, pk, number):
    """Open an envelope with the bidder's own key file, where custodians are missing."""
    tender, envelope = one_envelope(request, pk, number)
    if envelope.bid.bidder.account_id != request.user.pk:
        require(request, "open_envelopes", tender)
    return ask(
        request,
        tender,
        forms.KeyFileForm(request.POST or None, request.FILES or None),
        envelopes.open_with_key,
        envelope,
        title=_("Open with the bidder's key file"),
        intro=_(
            "The way out where custodians are missing. It opens the bytes that were presented, or nothing."
        ),
        button=_("Open this envelope"),
        done=_("The envelope is open."),
        to=here(tender, envelope.stage),
    )


@login_required
def envelope_enter(request, pk, number):
    """Type what an envelope of paper says, as the secretary."""
    tender, envelope = one_envelope(request, pk, number)
    require(request, "keep_minutes", tender)
    form_class = forms.OfferForm if envelope.stage == 2 else forms.FirstPaperForm
    if not has_two_envelopes(tender):
        form_class = forms.WholePaperForm
    entry = getattr(envelope, "entry", None)
    initial = {}
    if entry:
        initial = entry.content | entry.content.get("form", {})
        initial["documents"] = "\n".join(entry.content.get("documents", []))
    return ask(
        request,
        tender,
        form_class(request.POST or None, initial=initial),
        reading.enter,
        envelope,
        title=_("What the envelope says: %(bidder)s") % {"bidder": envelope.bid},
        intro=_("Letter by letter, as it is read aloud. Nothing is mended. Another member confirms it."),
        button=_("Save what was read"),
        done=_("Now another member compares it with the paper and confirms it."),
        to=here(tender, envelope.stage),
    )


@require_POST
@login_required
def envelope_confirm(request, pk, number):
    tender, envelope = one_envelope(request, pk, number)
    done = _("Confirmed: the envelope is open.")
    return attempt(request, reading.confirm, envelope, done=done, to=here(tender, envelope.stage))


@login_required
def envelope_give_up(request, pk, number):
    """Record that an envelope cannot be opened, after every way was tried."""
    tender, envelope = one_envelope(request, pk, number)
    require(request, "open_envelopes", tender)
    return ask(
        request,
        tender,
        forms.ReasonForm(request.POST or None),
        envelopes.give_up,
        envelope,
        title=_("This envelope cannot be opened"),
        intro=_("First try the custodians who are missing, and the bidder's key file."),
        consequence=_("The bid then counts as not presented, and the minutes say why."),
        button=_("Record that it cannot be opened"),
        done=_("It is recorded."),
        to=here(tender, envelope.stage),
    )


def bid_file(request, pk, number):
    """Hand out one file of an open envelope, as it was sealed; never shown inside a page (decision 18)."""
    tender = visible_tender(request, pk)
    found = get_object_or_404(
        BidFile.objects.select_related("envelope__bid__bidder"), pk=number, tender=tender
    )
    account = found.envelope.bid.bidder.account_id
    mine = request.user.is_authenticated and account == request.user.pk
    if found.reserved and not (mine or holds(request, "evaluate_bids", tender)):
        require(request, "keep_minutes", tender)
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type="application/octet-stream",
    )
