"""The home of a tender: the tasks of the whole procedure for its people, the call for everybody."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement import agenda, clock, roles, tasks
from procurement.guards import call as guards
from procurement.guards.sale import is_open
from procurement.models import Delivery, Proposal, PublicQuestion, TermsSale, TimeRequest
from procurement.places import located
from procurement.roles import Role
from procurement.services import notices, tenders, terms
from procurement.services.sale import buyers_are_public, may_see_buyers
from procurement.views.base import page, visible_tender
from procurement.views.library import published
from procurement.views.schedule import before_the_call, may_postpone, steps_of

LOOKS_ON = {Role.JVS}  # who watches sees the page of the public, and what it may do there


def tender_detail(request, pk):
    """The home of a tender, as the person before it needs it."""
    tender = visible_tender(request, pk)
    at = clock.now()
    mine = roles.roles_on(tender, request.user, at)
    if set(mine) - LOOKS_ON and not request.GET.get("public"):
        return page(request, "procurement/tender_home.html", tender, **for_officials(request, tender, at))
    return page(request, "procurement/tender_detail.html", tender, **for_everybody(request, tender, at))


# For those who work on it


def for_officials(request, tender, at):
    """Return the tasks of the whole procedure, the next one, and the acts that alter its course."""
    parts = agenda.of(tender, request.user, at)
    first = agenda.first(parts)
    return {
        "parts": parts,
        "first": first,
        "first_kind": "stop" if first and first.refusals else "",
        "steps": steps_of(getattr(tender, "schedule", None)),
        "acts": acts(tender, request.user, at),
        "moves": tender.changes.filter(kind="postponement").count(),
        "is_public": tender.announced_at is not None,
        "may_rehearse": may_rehearse(tender, request.user, at),
    }


def may_rehearse(tender, user, at):
    """Whether this is a draft that its committee may try out (ADR 0007); not within a rehearsal."""
    is_draft = tender.announced_at is None and tender.ended_at is None
    return is_draft and not settings.REHEARSAL and roles.holds(user, "change_tender", tender, at)


def acts(tender, user, at):
    """Return (label, address) of the acts that alter the course of the call and are this user's."""
    found = []
    if may_postpone(user, tender, at):
        found.append((_("Postpone"), reverse("tender-postpone", args=[tender.pk])))
        if guards.outage_holds_the_close(tender):
            found.append((_("Close after an interruption"), reverse("tender-close", args=[tender.pk])))
    for name, codename, label in (
        ("return_to_phase", "return_tender", _("Return to an earlier phase")),
        ("withdraw", "withdraw_tender", _("Withdraw from the process")),
        ("cancel", "cancel_tender", _("Cancel the call")),
    ):
        possible = any(rule.name == name for rule in tenders.here(tender))
        if possible and roles.holds(user, codename, tender, at):
            address = f"tender-{name.removesuffix('_to_phase')}"
            found.append((label, reverse(address, args=[tender.pk])))
    return found


def task(tender, user, at, title, name, *, codename="", done=False, against=(), **more):
    """Return one step; whoever may not take it gets no link."""
    mine = not codename or roles.holds(user, codename, tender, at)
    state = more.pop("state", "done" if done else "blocked" if against else "ready")
    url = reverse(name, args=[tender.pk]) if name and (mine or more.pop("readable", False)) else ""
    more.pop("readable", None)
    return agenda.Step(
        title, url, state=state, refusals=located(against, tender), mine=mine and bool(codename), **more
    )


def prepare(tender, user, at):
    """What comes before the call: the decision of the town, the terms, the dates, the barriers."""
    draft = tender.state == tender.State.DRAFT
    against = tenders.reasons_against(tender, "approve") if draft else []
    decided = [each for each in against if not each.code.startswith(("tender.regime.parameter", "terms."))]
    yield task(
        tender,
        user,
        at,
        _("Decision, studies, regime, committee"),
        "tender-preparation",
        codename="prepare_tender",
        readable=True,
        done=not decided,
        against=decided,
        who=_("Manager, legal adviser, technical area"),
    )
    yield terms_task(tender, user, at)
    yield dates_task(tender, user, at)
    looked = tender.barrier_checks.count()
    yield task(
        tender,
        user,
        at,
        _("Barriers that keep people out"),
        "barriers",
        codename="change_tender",
        done=looked == len(tender.barrier_checks.model.Item),
        note=_("%(looked)s of 4 looked at.") % {"looked": looked},
        who=_("Committee or secretary"),
    )
    yield task(
        tender,
        user,
        at,
        _("Approve the terms"),
        "tender-approve" if draft else "terms-list",
        codename="approve_tender",
        readable=not draft,
        done=not draft,
        against=against,
        who=_("Manager"),
    )


def terms_task(tender, user, at):
    owed = guards.terms_are_stated.refusals(tender, at) if tender.profile else []
    return task(
        tender,
        user,
        at,
        _("What the terms state"),
        "terms-state",
        codename="change_tender",
        done=tender.profile is not None and not owed,
        against=owed,
        who=_("Committee or secretary"),
    )


def planned(tender, at):
    """Return the instant at which the call is to be announced: its dates are judged as of then."""
    dated = getattr(tender, "schedule", None)
    return max(at, dated.announcement) if dated else at


def dates_task(tender, user, at):
    dated = getattr(tender, "schedule", None)
    day = planned(tender, at)
    against = guards.schedule_is_sound.refusals(tender, day) if before_the_call(tender) else []
    return task(
        tender,
        user,
        at,
        _("Dates of the call"),
        "tender-schedule" if dated else "schedule-anchors",
        codename="change_tender",
        readable=bool(dated),
        done=bool(dated) and not against,
        against=against,
        who=_("Chair or secretary"),
    )


def announce(tender, user, at):
    """The announcement by two people, and the invitations."""
    due = tender.state == tender.State.APPROVED
    tender.judged_at = planned(tender, at)
    against = tenders.reasons_against(tender, "announce") if due else []
    tender.judged_at = at
    look = announce_look(against) if due else "done" if tender.announced_at else "pending"
    dated = getattr(tender, "schedule", None)
    yield task(
        tender,
        user,
        at,
        _("Announce the call"),
        "tender-announce" if due else "",
        codename="announce_tender",
        against=[] if look == "ready" else against,
        state=look,
        who=_("Committee"),
        note=_("Two people: one of the committee proposes, another one confirms."),
        until=dated.announcement if dated and due else None,
    )
    invited = tender.contacts.filter(kind="invitation").values("prospect").distinct().count()
    yield task(
        tender,
        user,
        at,
        _("Possible bidders and invitations"),
        "prospects",
        codename="promote_tender",
        state="done" if invited or tender.closed_at else "ready",
        note=ngettext("%(count)s invited.", "%(count)s invited.", invited) % {"count": invited},
        who=_("Committee or secretary"),
    )


def announce_look(against):
    """A call that only waits for somebody to propose it is ready, not blocked."""
    only_people = all(each.code == "tender.call.not-proposed" for each in against)
    return "ready" if only_people else "blocked"


def inform(tender, user, at):
    """The sale of the terms, and what the town and the buyers are told."""
    dated = getattr(tender, "schedule", None)
    opened = bool(is_open(tender, at))
    seller = may_see_buyers(tender, user, at)
    number = tender.terms_sales.bought().count()
    yield agenda.Step(
        _("Sale of the terms"),
        reverse("sale-list", args=[tender.pk]) if seller else "",
        note=ngettext("%(count)s sold.", "%(count)s sold.", number) % {"count": number},
        who=_("Treasury and desk"),
        until=dated.sale_until if dated else None,
        state="open" if opened else "done" if dated and at >= dated.sale_until else "pending",
        mine=False,
    )
    waiting = tender.time_requests.filter(answered_at=None).count()
    waiting += tender.public_questions.filter(answered_at=None, set_aside=False).count()
    yield task(
        tender,
        user,
        at,
        _("Communication, questions and requests for time"),
        "tender-communication",
        codename="promote_tender",
        readable=True,
        state="ready" if waiting else look_of_communication(tender),
        note=ngettext("%(count)s waits for an answer.", "%(count)s wait for an answer.", waiting)
        % {"count": waiting}
        if waiting
        else "",
        who=_("Committee or secretary"),
    )


def look_of_communication(tender):
    """It goes on from the announcement to the close; afterwards it is no longer what comes next."""
    if tender.closed_at:
        return "done"
    return "open" if tender.announced_at else "pending"


def receive(tender, user, at):
    """The close, which the clock makes."""
    dated = getattr(tender, "schedule", None)
    held = tender.state == tender.State.INTEGRATED and guards.outage_holds_the_close(tender)
    held = held and dated.submission_deadline <= at
    yield agenda.Step(
        _("Close of the reception"),
        reverse("tender-close", args=[tender.pk]) if held and may_postpone(user, tender, at) else "",
        note=_("Nobody can bring it forward."),
        who=_("The system, at its hour"),
        until=dated.submission_deadline if dated else None,
        state="blocked" if held else "done" if tender.closed_at else "pending",
        refusals=located(guards.no_outage_before_the_deadline.refusals(tender, at), tender) if held else [],
        mine=held and may_postpone(user, tender, at),
    )


agenda.PARTS["prepare"].append(prepare)
agenda.PARTS["announce"].append(announce)
agenda.PARTS["inform"].append(inform)
agenda.PARTS["receive"].append(receive)


# What waits for a person, over all their tenders


def waiting(tenders, user, at):
    """Requests at the till, papers at the desk, an announcement to confirm, requests for time."""
    mine = tasks.granted(tenders, user, at)
    by_pk = {tender.pk: tender for tender in tenders}
    for codename, rows, title, address in (
        (
            "take_payment",
            TermsSale.objects.filter(state="requested"),
            _("Requests for the terms"),
            "sale-list",
        ),
        (
            "deliver_terms",
            Delivery.objects.filter(delivered_at=None),
            _("Papers to hand over"),
            "sale-papers",
        ),
        (
            "announce_tender",
            Proposal.objects.filter(action="announce", settled_at=None).exclude(by=user),
            _("An announcement to confirm"),
            "tender-announce",
        ),
        (
            "promote_tender",
            PublicQuestion.objects.filter(answered_at=None, set_aside=False),
            _("Questions of neighbours"),
            "tender-communication",
        ),
        (
            "postpone_tender",
            TimeRequest.objects.filter(answered_at=None),
            _("Requests for more time"),
            "tender-communication",
        ),
    ):
        theirs = [pk for pk in by_pk if (pk, codename) in mine]
        for pk in rows.filter(tender__in=theirs).values_list("tender", flat=True).distinct().order_by():
            yield by_pk[pk], tasks.Task(title, reverse(address, args=[pk]))


tasks.SOURCES.append(waiting)


# For everybody


def for_everybody(request, tender, at):
    """Return what the public reads of a call: what one can do now, the rules in a few words, the papers."""
    dated = getattr(tender, "schedule", None)
    return {
        "steps": steps_of(dated),
        "dated": dated,
        "sale_is_open": bool(is_open(tender, at)),
        "bought": TermsSale.objects.live().filter(tender=tender).of(request.user).first(),
        "version": tender.terms.published().last(),
        **published(tender, at),
        "moves": tender.changes.filter(kind="postponement").count(),
        "pasted": notices.pasted_call(tender, at),
        "change": tender.changes.order_by("-at").first(),
        "rules": in_few_words(tender),
        "price": terms.value(tender, "terms.price"),
        "buyers_public": buyers_are_public(tender),
        "official": bool(set(roles.roles_on(tender, request.user, at)) - LOOKS_ON),
    }


def in_few_words(tender):
    """Return the values that the public page shows, by the name that a template can write."""
    if tender.profile is None:
        return {}
    values = terms.held(tender)
    words = terms.shown(tender, values)
    return {
        "words": words,
        "digital": values.get("envelopes.form") == "digital",
        "preference": values.get("local_preference.mode", "none"),
        "bond": terms.performance_bond(values.get("guarantees.performance.rule"), words),
        "bid_bond": "bid" in tender.profile.find("guarantees.slots", []),
    }
