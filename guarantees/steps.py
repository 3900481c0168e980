"""The guarantees on the page of a tender and in the list of one's work; where a refusal is removed."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guarantees.models import Guarantee, Slot
from guarantees.windows import end_of
from procurement import agenda, places, roles, tasks, workflow

PLACES = {
    "guarantee": "guarantee-list",
    "guarantee.contingency": "contingency-plan",
    "guarantee.amount.exceeds-local-sense": "guarantee-sizing",
}
places.PLACES |= PLACES
places.FIELDS |= {
    "guarantee.claim.above-amount": ("amount",),
    "guarantee.claim.in-future": ("demanded_on",),
    "guarantee.claim.other-cause": ("cause",),
    "guarantee.claim.takeover-act-missing": ("takeover_act",),
    "guarantee.claim.window-closed": ("demanded_on",),
    "guarantee.execution.above-claim": ("paid",),
    "guarantee.execution.proceeds-missing": ("paid",),
    "guarantee.registration.amount-low": ("amount",),
    "guarantee.registration.in-future": ("inscribed_on",),
    "guarantee.release.open-obligation": ("replaced_by",),
    "guarantee.renewal.amount-low": ("amount",),
    "guarantee.renewal.not-confirmed": ("confirmed_by",),
    "guarantee.renewal.not-later": ("new_expiry",),
    "guarantee.renewal.premium-unpaid": ("premium_paid_until",),
    "guarantee.replacement.other": ("replaced_by",),
    "guarantee.requirement.amount-missing": ("required_amount",),
}

OWED = ["performance", "assets", "third_parties"]
GOOD = ["accepted", "registered", "in_force", "renewal_due"]
TITLES = {
    "performance": gettext_lazy("Receive and accept the performance guarantee"),
    "assets": gettext_lazy("Receive and accept the guarantee of the assets"),
    "third_parties": gettext_lazy("Receive and accept the insurance for damage to others"),
}
NEXT = {  # state -> who acts now, and what for
    "presented": ("verify_guarantee", gettext_lazy("Verify a guarantee")),
    "observed": ("keep_guarantees", gettext_lazy("Receive a corrected guarantee")),
    "verified": (None, gettext_lazy("Decide whether a guarantee is accepted")),
    "accepted": ("verify_guarantee", gettext_lazy("Record the registration of a guarantee")),
    "renewal_due": ("keep_guarantees", gettext_lazy("Have a guarantee renewed")),
    "expired": ("execute_guarantee", gettext_lazy("A guarantee has expired: decide whether it is claimed")),
    "claimed": ("keep_guarantees", gettext_lazy("Record what a guarantee paid")),
    "released": ("keep_guarantees", gettext_lazy("Hand a guarantee back")),
    "rejected": ("keep_guarantees", gettext_lazy("Hand a guarantee back")),
}


def owed_by(tender):
    """Return the slots that the contract of this call needs."""
    known = tender.profile.find("guarantees.slots", ()) if tender.profile else ()
    return [slot for slot in OWED if slot in known]


def sign(tender, user, at):
    """Return the step of each guarantee of the contract: what was brought, and how it stands."""
    found = list(tender.guarantees.exclude(slot=Slot.BID).filter(waived_at=None))
    for slot in owed_by(tender):
        mine = [each for each in found if each.slot == slot]
        yield step_of(tender, user, at, slot, mine)


def step_of(tender, user, at, slot, found):
    """Return one step: pending until the award is final, then open until it is accepted."""
    good = [each for each in found if each.state in GOOD]
    begun = [each for each in found if each.state in ("presented", "observed", "verified")]
    state = "done" if good else "open" if begun else "ready" if tender.consented_at else "pending"
    there = (good or begun or [None])[-1]
    return agenda.Step(
        TITLES[slot],
        there.get_absolute_url() if there else reverse("guarantee-list", args=[tender.pk]),
        state=state,
        note=str(there.get_state_display()) if there else "",
        who=_("Treasury, legal adviser, manager"),
        mine=state != "done" and roles.holds(user, "keep_guarantees", tender, at),
    )


agenda.PARTS["sign"].append(sign)


def codename_of(guarantee):
    codename, _title = NEXT[guarantee.state]
    return codename or guarantee.accepted_by_codename


def until_of(guarantee):
    """Return the instant at which it is too late; nothing where no day runs."""
    days = {
        "observed": guarantee.correct_by,
        "renewal_due": guarantee.expiry,
        "expired": guarantee.claim_until,
    }
    day = days.get(guarantee.state)
    return day and end_of(day)


def waits(guarantee):
    """Whether somebody has to act on it: an accepted one only if it must be registered."""
    return guarantee.state != "accepted" or guarantee.needs_registration


def guarantees_waiting(tenders_seen, user, at):
    """What waits for treasury, legal adviser, committee, manager and mayor about guarantees."""
    mine = tasks.granted(tenders_seen, user, at)
    calls = {tender.pk: tender for tender in tenders_seen}
    found = Guarantee.objects.filter(tender__in=tenders_seen, state__in=NEXT, waived_at=None)
    for guarantee in found:
        if (guarantee.tender_id, codename_of(guarantee)) in mine and waits(guarantee):
            title = NEXT[guarantee.state][1]
            url, note = guarantee.get_absolute_url(), f"{guarantee}, {guarantee.obligor_name}"
            task = tasks.Task(str(title), url, until_of(guarantee), note=note)
            yield calls[guarantee.tender_id], task


def guarantees_to_receive(tenders_seen, user, at):
    """What the winner still has to bring, for treasury."""
    final = [tender for tender in tenders_seen if tender.state == "consented"]
    final = tasks.with_codename("keep_guarantees", final, user, at) if final else []
    brought = Guarantee.objects.filter(tender__in=final, slot=Slot.PERFORMANCE).exclude(
        state__in=["required", "rejected", "returned"]
    )
    there = set(brought.values_list("tender", flat=True))
    for tender in final:
        if tender.pk not in there:
            url = reverse("guarantee-list", args=[tender.pk])
            yield tender, tasks.Task(_("Receive the performance guarantee"), url)


def warnings(tender):
    """Return what only warns about accepting a guarantee, or about its first day."""
    found = []
    for guarantee in tender.guarantees.filter(state__in=["verified", "accepted", "registered"]):
        guarantee.tender, guarantee.judged_at = tender, tender.judged_at
        for rule in workflow.here(guarantee):
            if rule.name in ("accept", "take_effect"):
                found += workflow.refusals(guarantee, rule)
    return found


places.WARNINGS.append(warnings)
tasks.SOURCES += [guarantees_waiting, guarantees_to_receive]
