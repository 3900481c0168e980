"""The guarantees of a call: what is asked, what was brought, and the next step of each."""

from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guarantees import windows
from guarantees.catalogue import CATALOGUE
from guarantees.forms.steps import ReceiveForm, substitutes
from guarantees.guards import without_assent
from guarantees.guards.acceptance import PERSONAL
from guarantees.guards.life import open_obligation
from guarantees.guards.reception import accepted_for, follows_inventory, slots_of
from guarantees.models import Slot
from guarantees.services import parties, reception
from guarantees.services.rents import BRINGS_RENT
from guarantees.views.asking import INSIDE, ask, holds, require
from guarantees.views.steps import VERBS, one
from procurement import clock, roles, tasks, workflow
from procurement.places import located
from procurement.schedule import local_day
from procurement.views.base import page, visible_tender

OF_THE_CONTRACT = [slot.value for slot in Slot if slot != Slot.BID]
BY_FORM = {  # what the form of the step asks for is not in its way
    "guarantee.verification.report-missing",
    "guarantee.observation.reason-missing",
    "guarantee.rejection.reason-missing",
    "guarantee.renewal.not-later",
    "guarantee.renewal.amount-low",
    "guarantee.renewal.not-confirmed",
    "guarantee.renewal.premium-unpaid",
    "guarantee.claim.outcome-missing",
    "guarantee.execution.proceeds-missing",
    "guarantee.execution.above-claim",
    "guarantee.return.receiver-missing",
    "guarantee.return.registration-standing",
    "guarantee.mortgage.not-registered register",
    "guarantee.movable.notice-missing register",
    "guarantee.antichresis.not-registered register",
}
ON_ITS_PAGE = {
    "guarantee.surety.nobody": "guarantee-guarantor",
    "guarantee.appraisal.missing": "guarantee-appraise",
}
BEFORE_ACCEPTANCE = ("presented", "verified")  # when treasury and legal adviser add what is known
AT_ONCE = 8  # so many say on the list what blocks them; the others say it on their own page
WORKS = {"keep_guarantees", "verify_guarantee", "accept_bid_guarantee", "accept_contract_guarantee"}
WORKS |= {"execute_guarantee"}
PAGES = {"return_it": "return"}
RUNS_OUT = ("renewal_due", "expired")
FIRST = ["guarantor", "appraise"]  # before the report: without them nobody can accept it
MAIN = ["present", *FIRST, "verify", "accept", "register", "execute", "return_it", "renew", "claim"]
WAITS = {  # state -> what is waited for
    "required": gettext_lazy("It waits for whoever must bring it to the till."),
    "presented": gettext_lazy("It waits for the report of the legal adviser."),
    "observed": gettext_lazy("It waits for the correction."),
    "verified": gettext_lazy(
        "It waits for who decides: the committee for a bid, the manager for the contract."
    ),
    "accepted": gettext_lazy("It waits for its registration, or for its first day."),
    "registered": gettext_lazy("It waits for its first day."),
    "in_force": gettext_lazy("It is in force. Nothing has to be done now."),
    "renewal_due": gettext_lazy("It must be renewed before its last day, or claimed."),
    "expired": gettext_lazy("It has expired. It may still be claimed for some days, by notary or judge."),
    "claimed": gettext_lazy("It waits for the money, or for the claim to be dropped."),
    "executed": gettext_lazy("It was paid out. The operator must bring another one."),
    "released": gettext_lazy("It is free. Treasury hands the original back."),
    "rejected": gettext_lazy("It was not accepted. Treasury hands the original back."),
    "returned": gettext_lazy("It was given back. Nothing is left to do."),
    "lost": gettext_lazy("Nobody claimed it in time. Ask the operator for another one."),
}


class Step(NamedTuple):
    """A step that the user may take from here: its page, and what blocks it."""

    name: str
    label: str
    url: str
    refusals: list


def before_report(guarantee, user, at):
    """Return what this user writes before it is reported on: who answers, what the goods are worth."""
    if guarantee.state not in ("presented", "verified"):
        return []
    lacks = [guarantee.instrument in PERSONAL and not guarantee.guarantors.exists()]
    lacks += [guarantee.kind.has_value and not guarantee.appraisals.exists()]
    verbs = [verb for verb, is_lacking in zip(FIRST, lacks, strict=True) if is_lacking]
    return [
        Step(
            verb,
            VERBS[verb].title,
            reverse(f"guarantee-{verb}", args=[guarantee.tender_id, guarantee.pk]),
            [],
        )
        for verb in verbs
        if any(roles.holds(user, codename, guarantee.tender, at) for codename in VERBS[verb].codenames)
    ]


def is_asked(refusal, action, guarantee):
    """Whether the form of the step asks for what the refusal misses, or for who stands in its place."""
    if refusal.code == "guarantee.release.open-obligation":
        return substitutes(guarantee).exists()
    return refusal.code in BY_FORM or f"{refusal.code} {action.name}" in BY_FORM


def steps_of(guarantee, user, at):
    """Return the steps of this user, those that lead on first."""
    found = before_report(guarantee, user, at)
    for action in workflow.actions(guarantee, user, at=at):
        against = [each for each in action.refusals if not is_asked(each, action, guarantee)]
        verb = PAGES.get(action.name, action.name)
        if action.name == "present" and guarantee.state == "required":
            url = reverse("guarantee-receive", args=[guarantee.tender_id, guarantee.slot])
        else:
            url = reverse(f"guarantee-{verb}", args=[guarantee.tender_id, guarantee.pk])
        found.append(Step(action.name, action.label, url, here(against, guarantee)))
    return sorted(found, key=lambda step: MAIN.index(step.name) if step.name in MAIN else len(MAIN))


def here(against, guarantee):
    """Return the refusals with the page that removes each; none leads back to this one."""
    found = located(against, guarantee.tender)
    for each in found:
        if each.code in ON_ITS_PAGE:
            each.url = reverse(ON_ITS_PAGE[each.code], args=[guarantee.tender_id, guarantee.pk])
        elif each.url == reverse("guarantee-list", args=[guarantee.tender_id]):
            each.url = ""
    return found


def until_of(guarantee):
    """Return (label, day) of what comes next in time for a guarantee; nothing where nothing runs."""
    if guarantee.state == "expired":
        return _("Last day to claim"), guarantee.claim_until
    if guarantee.state in ("in_force", "renewal_due", "accepted", "registered") and guarantee.expiry:
        return _("Last day"), guarantee.expiry
    if guarantee.state == "observed" and guarantee.correct_by:
        return _("Until when"), guarantee.correct_by
    return None


def asked_of(tender, slot):
    """Return what the page says of a slot: what is asked, and what is accepted."""
    codes = accepted_for(tender, slot.value)
    return {
        "slot": slot,
        "asked": reception.asked(tender, slot.value),
        "as_inventory": slot == Slot.PERFORMANCE and follows_inventory(tender),
        "accepted": [CATALOGUE[code] for code in codes],
        "found": [],
    }


def rights_of(user, tender, at):
    """Return which rights about guarantees this user holds here, with one question."""
    granted = tasks.granted([tender], user, at) if user.is_authenticated else ()
    return {codename for _tender, codename in granted} & WORKS


def pressing(guarantee):
    """Return the steps that a guarantee may wait for: to renew and to claim only where its time runs out."""
    return MAIN if guarantee.state in RUNS_OUT else MAIN[:-2]


def may_wait(guarantee, held):
    """Whether a step of this guarantee may wait for who holds these rights; the database is not asked."""
    names = pressing(guarantee)
    leads_on = [rule.permission for rule in workflow.here(guarantee) if rule.name in names]
    needed = {getattr(each, "codename", guarantee.accepted_by_codename) for each in leads_on}
    return bool(needed & held or (guarantee.state in BEFORE_ACCEPTANCE and held))


def waiting_for(guarantees, user, held, at):
    """Yield (guarantee, step, what runs out, look) of what waits; beyond the first eight without the step."""
    looked_at = 0
    for guarantee in guarantees:
        waits, step, names = guarantee.state in RUNS_OUT, None, pressing(guarantee)
        if may_wait(guarantee, held):
            looked_at += 1
            steps = steps_of(guarantee, user, at) if looked_at <= AT_ONCE else ()
            step = next((each for each in steps if each.name in names), None)
            waits = waits or step or looked_at > AT_ONCE
        if waits:
            yield guarantee, step, until_of(guarantee), "" if step and not step.refusals else "stop"


def guarantee_list(request, pk):
    """What is asked in each slot, what was brought, how it stands; the next step first."""
    tender = visible_tender(request, pk)
    at = clock.now()
    slots = {slot.value: asked_of(tender, slot) for slot in Slot if slot.value in slots_of(tender)}
    guarantees = list(tender.guarantees.all())
    for guarantee in guarantees:
        guarantee.tender = tender
        if guarantee.slot not in slots:
            slots[guarantee.slot] = asked_of(tender, Slot(guarantee.slot))
        slots[guarantee.slot]["found"].append(guarantee)
    may_receive = holds(request, tender, "keep_guarantees") and tender.consented_at is not None
    shown = {
        "slots": slots.values(),
        "waiting": list(waiting_for(guarantees, request.user, rights_of(request.user, tender, at), at)),
        "may_receive": may_receive,
        "owed": [slot for slot in slots.values() if slot["slot"] != Slot.BID and not slot["found"]],
        "plan": tender.contingency_plans.last(),
        "sureties": without_assent(tender, at),
        "day": local_day(at),
    }
    return page(request, "guarantees/guarantee_list.html", tender, **shown)


def guarantee_detail(request, pk, number):
    """One guarantee: the next step, what blocks it and until when; the law; its history."""
    tender, guarantee = one(request, pk, number)
    at = clock.now()
    steps = steps_of(guarantee, request.user, at)
    names = {step.name for step in steps}
    main = next((step for step in steps if step.name in MAIN), None)
    if main and main.name in ("renew", "claim") and guarantee.state in ("in_force", "lost"):
        main = None
    inside = holds(request, tender, *INSIDE)
    adds = inside and guarantee.state not in reception.ENDED and guarantee.kind is not None
    shown = {
        "guarantee": guarantee,
        "kind": guarantee.kind,
        "main": main,
        "look": "stop" if guarantee.state in RUNS_OUT or (main and main.refusals) else "",
        "others": [step for step in steps if step is not main],
        "urgent": guarantee.state in ("renewal_due", "expired", "lost"),
        "waits": WAITS[guarantee.state],
        "until": until_of(guarantee),
        "inside": inside,
        "prints": guarantee.presented_at and (inside or guarantee.account_id == request.user.pk),
        "adds_guarantor": adds
        and not guarantee.kind.issuer
        and "guarantor" not in names
        and holds(request, tender, "keep_guarantees", "verify_guarantee"),
        "adds_value": adds
        and guarantee.kind.has_value
        and "appraise" not in names
        and holds(request, tender, "verify_guarantee"),
        "adds_rent": guarantee.instrument == "ANTICRESIS"
        and guarantee.state in BRINGS_RENT
        and holds(request, tender, "keep_guarantees"),
        "rents": guarantee.rents.all(),
        "adds_assent": adds
        and guarantee.kind.is_surety
        and holds(request, tender, "keep_guarantees", "verify_guarantee"),
        "waives": guarantee.state == "required"
        and not guarantee.waived_at
        and holds(request, tender, guarantee.accepted_by_codename),
        "obligation": open_obligation(guarantee) if guarantee.amount else "",
        "protest_until": guarantee.kind and windows.protest_until(guarantee.kind, guarantee.expiry),
        "minutes": guarantee.minutes.order_by("-pk"),
        "claims": guarantee.claims.all(),
        "renewals": guarantee.renewals.all(),
        "assents": guarantee.assents.all(),
        "day": local_day(at),
    }
    return page(request, "guarantees/guarantee_detail.html", tender, **shown)


@login_required
def guarantee_choose(request, pk, slot):
    """Say what was brought: one of the instruments that are accepted for this."""
    tender = visible_tender(request, pk)
    require(request, tender, "keep_guarantees")
    if slot not in OF_THE_CONTRACT:
        raise Http404
    chosen = asked_of(tender, Slot(slot))
    owed = parties.obligor(tender)
    shown = {
        "slot": chosen,
        "owed": owed,
        "others": [k for k in CATALOGUE.values() if k not in chosen["accepted"]],
    }
    return page(request, "guarantees/guarantee_choose.html", tender, **shown)


@login_required
def guarantee_receive(request, pk, slot, instrument):
    """Receive the original of a guarantee of the contract, at the till."""
    tender = visible_tender(request, pk)
    require(request, tender, "keep_guarantees")
    if slot not in OF_THE_CONTRACT or instrument not in CATALOGUE:
        raise Http404
    owed = parties.obligor(tender)
    if not owed:
        raise Http404
    kind, known = CATALOGUE[instrument], reception.asked(tender, slot)
    initial = {"start": local_day(clock.now()), "required_until": parties.must_last_until(tender)}
    if known:
        initial |= {"amount": known[0], "currency": known[1]}
    form = ReceiveForm(tender, slot, kind, request.POST or None, request.FILES or None, initial=initial)

    def verb(tender, *, by, **said):
        return reception.receive(tender, slot=slot, instrument=instrument, by=by, **owed, **said)

    return ask(
        request,
        tender,
        form,
        verb,
        tender,
        title=_("Receive: %(instrument)s") % {"instrument": _(kind.label)},
        button=_("Receive it and hand out the receipt"),
        done=_("It is received, with its receipt. The legal adviser has been told."),
        to=None,
        back=reverse("guarantee-list", args=[pk]),
        kind=kind,
        slot=Slot(slot),
        known=known,
        obligor=owed["obligor_name"],
    )


def guarantee_instruments(request, pk):
    """What the law knows to guarantee something with, and what this call accepts for what."""
    tender = visible_tender(request, pk)
    accepted = {slot: accepted_for(tender, slot.value) for slot in Slot}
    rows = [(kind, [slot for slot in Slot if code in accepted[slot]]) for code, kind in CATALOGUE.items()]
    rows.sort(key=lambda row: not row[1])
    return page(request, "guarantees/instruments.html", tender, rows=rows)
