"""The steps of opening, evaluation and award on the page of a tender and in the list of one's work."""

from django.urls import reverse
from django.utils.translation import gettext as _

from bids.criteria import has_two_envelopes
from bids.guards import opening as guards
from bids.guards.evaluation import first_result_of, undecided
from bids.models import Appeal, Bid, Defect
from procurement import agenda, places, roles, tasks
from procurement.guards.award import award_of, ranking_of
from procurement.models import TermsSale
from procurement.places import located
from procurement.services.tenders import reasons_against

PLACES = {
    "appeal": "appeal-list",
    "award.consent.appeal-pending": "appeal-list",
    "award.minutes": "ranking-sign",
    "award.ranking": "ranking",
    "award.tie": "ranking-draw",
    "award.bids": "deserted",
    "award.single-bid": "deserted",
    "award.next": "deserted",
    "envelope.two": "evaluation",
    "envelope.two.appeal-open": "appeal-list",
    "evaluation": "evaluation",
    "tender.second-call": "second-call",
    "tender.second-call.barrier-report-missing": "deserted",
}
places.PLACES |= PLACES

BEFORE = ["draft", "approved", "announced", "integrated"]
OVER = ["deserted", "cancelled", "withdrawn"]


def step(tender, user, at, title, name, *, codename, state, args=(), against=(), **more):
    """Return one step; who may only look gets the link too, because these pages are public."""
    mine = roles.holds(user, codename, tender, at)
    url = reverse(name, args=[tender.pk, *args]) if state != "pending" else ""
    refusals = located(against, tender)
    return agenda.Step(title, url, state=state, refusals=refusals, mine=mine and state != "done", **more)


def look_of_act(act, ready):
    """Return how an act of opening stands: pending, ready, open or done."""
    if act is None:
        return "ready" if ready else "pending"
    return "done" if act.state == act.State.CLOSED else "open"


def decide(tender, user, at):
    """What comes between the close and the consent."""
    tender.judged_at = at
    schedule = getattr(tender, "schedule", None)
    acts = {act.stage: act for act in guards.live_acts(tender)} if tender.closed_at else {}
    closed = tender.state not in BEFORE + OVER
    committee = _("Committee, with notary and JVS")
    first = look_of_act(acts.get(1), closed)
    yield step(
        tender,
        user,
        at,
        _("Open envelope 1, in public"),
        "opening",
        args=[1],
        codename="open_envelopes",
        state=first,
        until=schedule.opening_1 if schedule and first != "done" else None,
        who=committee,
    )
    yield from evaluate(tender, user, at, first)
    yield from conclude(tender, user, at)


def evaluate(tender, user, at, first):
    """The decision on envelope 1, and the opening of envelope 2."""
    result, begun = first_result_of(tender), tender.state == tender.State.EVALUATING
    left = undecided(tender).count() if begun else 0
    state = "done" if result else "ready" if begun and first == "done" else "pending"
    note = _("%(count)s to decide.") % {"count": left} if left else ""
    yield step(
        tender,
        user,
        at,
        _("Evaluate envelope 1 and publish the result"),
        "evaluation",
        codename="evaluate_bids",
        state=state,
        note=note,
        who=_("Committee"),
    )
    if tender.profile is None or not has_two_envelopes(tender):
        return
    act = guards.live_acts(tender).filter(stage=2).first()
    schedule = getattr(tender, "schedule", None)
    until = act.planned_at if act else result.appeal_until if result else None
    look = look_of_act(act, result is not None and begun)
    yield step(
        tender,
        user,
        at,
        _("Open envelope 2 of who qualified"),
        "opening",
        args=[2],
        codename="open_envelopes",
        state=look,
        until=None if look == "done" else until or (schedule and schedule.opening_2),
        who=_("Committee, with notary and JVS"),
    )


def conclude(tender, user, at):
    """Ranking, award, consent; or the end without winner."""
    ranking, award = ranking_of(tender), award_of(tender)
    opened = guards.live_acts(tender).filter(stage=2, state="closed").exists()
    against = reasons_against(tender, "award") if ranking and not award else []
    signed = ranking and not any(each.code.startswith("award.minutes") for each in against)
    yield step(
        tender,
        user,
        at,
        _("Rank the offers and sign"),
        "ranking",
        codename="evaluate_bids",
        state="done" if award or signed else "open" if ranking else "ready" if opened else "pending",
        who=_("Committee"),
    )
    yield step(
        tender,
        user,
        at,
        _("Announce the award"),
        "award",
        codename="award_tender",
        state="done" if award else "blocked" if against else "ready" if ranking else "pending",
        against=against,
        who=_("Committee"),
    )
    waiting = award is not None and tender.state == tender.State.AWARDED
    held = reasons_against(tender, "consent") if waiting else []
    yield step(
        tender,
        user,
        at,
        _("The award becomes final"),
        "award",
        codename="consent_tender",
        state="done" if tender.consented_at else "blocked" if held else "ready" if waiting else "pending",
        against=held,
        until=award.appeal_until if waiting else None,
        who=_("The clock, or the secretary"),
    )
    if tender.state == tender.State.DESERTED:
        yield after_desertion(tender, user, at)


def after_desertion(tender, user, at):
    """What follows a deserted call: the report, and the second call."""
    reported = hasattr(tender, "barrier_report")
    title = _("Begin the second call") if reported else _("Write the report on barriers")
    codename = "approve_tender" if reported else "declare_deserted"
    state = "done" if hasattr(tender, "next_call") else "ready"
    return step(tender, user, at, title, "deserted", codename=codename, state=state)


agenda.PARTS["decide"].append(decide)


def waiting_for_bidders(tenders, user, at):
    """What waits for a bidder: a defect to be completed, an appeal to be completed."""
    mine = {"bid__bidder__account": user, "tender__in": tenders}
    for defect in Defect.objects.filter(answered_at=None, settled_at=None, **mine).select_related("tender"):
        url = reverse("defect-answer", args=[defect.tender_id, defect.pk])
        yield defect.tender, tasks.Task(_("Complete what is missing"), url, defect.due_at)
    for appeal in Appeal.objects.filter(state="observed", **mine).select_related("tender"):
        yield (
            appeal.tender,
            tasks.Task(_("Complete your appeal"), appeal.get_absolute_url(), appeal.complete_by),
        )


tasks.SOURCES.append(waiting_for_bidders)


def waiting_for_buyers(tenders, user, at):
    """The next step of whoever bought the terms: take them, read and ask, prepare a bid and present it."""
    bought = TermsSale.objects.bought().of(user).filter(tender__in=tenders)
    submitted = Bid.objects.filter(bidder__account=user, tender__in=tenders).exclude(state="drafting")
    presented = set(submitted.values_list("tender", flat=True))
    calls = {tender.pk: tender for tender in tenders}
    for purchase in bought:
        tender = calls[purchase.tender_id]
        if task := next_of_buyer(purchase, tender, presented, at):
            yield tender, task


def next_of_buyer(purchase, tender, presented, at):
    """Return what this buyer may do now, or nothing once the bids are in."""
    mine, deadline = purchase.get_absolute_url(), tender.schedule.submission_deadline
    if purchase.state == "paid" and at < deadline:
        return tasks.Task(_("Take the terms"), mine)
    if tender.state == "announced" and at < tender.schedule.query_deadline:
        return tasks.Task(_("Read the terms and ask"), mine, tender.schedule.query_deadline)
    if tender.state in BEFORE and at < deadline and tender.pk not in presented:
        url = reverse("my-bid", args=[tender.pk])
        return tasks.Task(_("Prepare your bid and present it"), url, deadline)
    return None


tasks.SOURCES.append(waiting_for_buyers)
