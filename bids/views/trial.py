"""The rules of a draft call tried on invented bidders: who would win, and who could not give what is asked.

Nothing is kept, here or in the log: what is invented stands in the address of the page alone.
"""

from decimal import Decimal

from django.contrib.auth.decorators import login_required

from bids import trial
from bids.criteria import has_technical_proposal, value
from bids.forms.trial import FEWEST, MOST, BidderForm, RuleForm, Trial, initial_bidder
from bids.scoring import hundredths
from bids.services.ranking import LINKS
from bids.trial_said import Outcome, guarantees_of
from bids.views.asking import require
from guarantees.barriers import town_of
from guarantees.guards.reception import accepted_for, slots_of
from guarantees.services.reception import asked
from procurement.views.base import page, visible_tender

SHOWN_AT_FIRST = 3
SLOTS = ("bid", "performance")


@login_required
def trial_page(request, pk):
    """Try the rules; whoever may still change the terms of the call."""
    tender = visible_tender(request, pk)
    require(request, "change_tender", tender)
    number = how_many(request.GET)
    tried = forms_of(tender, request.GET, number)
    shown = {"trial_form": tried, "number": number, "may_add": number < MOST}
    if tried.is_valid():
        shown |= outcome_of(tender, tried.rule, tried.bidders)
    return page(request, "bids/trial.html", tender, **shown)


def how_many(asked_for):
    """Return how many bidders are invented: as many as there were, one more where that was asked for."""
    text = asked_for.get("n", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else SHOWN_AT_FIRST
    return min(max(number + ("more" in asked_for), FEWEST), MOST)


def forms_of(tender, typed, number):
    """Return the forms, what was typed over what the terms state; unbound while the rules lack something."""
    stated = rules_of(tender)
    invented = {
        f"b{each}-{name}": found
        for each in range(1, number + 1)
        if f"b{each}-name" not in typed
        for name, found in initial_bidder(each).items()
        if found is not False
    }
    data = (stated if "n" not in typed else {}) | invented | typed.dict()
    bound = data if "n" in typed or {"minimum", "ranking_values", "mode"} <= stated.keys() else None
    chain = chain_of(tender)
    technical = tender.profile is not None and has_technical_proposal(tender)
    named = {"technical": technical, "slots": slots_of(tender) or SLOTS, "number": number, "chain": chain}
    rule = RuleForm(bound, initial=data, **named)
    made = [
        BidderForm(bound, prefix=f"b{each}", initial=initial_bidder(each), technical=technical)
        for each in range(1, number + 1)
    ]
    return Trial(rule, made)


def chain_of(tender):
    """Return the tie chain of the terms as the account names it; that of the model while it is owed."""
    links = value(tender, "ties", ("higher_percentage", "local", "draw"))
    return tuple(LINKS[link] for link in links if link in LINKS and link != "draw")


def rules_of(tender):
    """Return what the terms state of the rules, as a form takes it."""
    found = {
        "mode": value(tender, "local_preference.mode"),
        "value": value(tender, "local_preference.value"),
        "minimum": value(tender, "fund_percentage.minimum"),
        "ranking_values": value(tender, "ranking_values"),
        "technical_weight": value(tender, "factors.technical_weight"),
    }
    bonds = {slot: asked(tender, slot) for slot in SLOTS}
    found |= {slot: bond[0] for slot, bond in bonds.items() if bond and bond[1] == "PEN"}
    stated = {name: str(each) for name, each in found.items() if each is not None}
    return stated | {"ties": ",".join(chain_of(tender)), "moving": "2", "top": "20.00"}


# What comes out


def outcome_of(tender, rule, bidders):
    """Return everything that the page says of one trial."""
    said = rule.cleaned_data
    names = {str(number): each.cleaned_data["name"] for number, each in enumerate(bidders, start=1)}
    offers = [each.offer(number) for number, each in enumerate(bidders, start=1)]
    means = [(each.cleaned_data["means"], each.cleaned_data["instrument"]) for each in bidders]
    town = town_of(tender)
    bonds = [trial.Bond(slot, said[slot], accepted_for(tender, slot)) for slot in SLOTS if said.get(slot)]
    outcome = Outcome(names, offers, scale_of(tender, rule), str(said["moving"]), hundredths(said["top"]))
    return {"outcome": outcome, "guarantees": guarantees_of(names, means, bonds, town)}


def scale_of(tender, rule):
    """Return the rules that are tried; what is not tried is as the terms have it."""
    points = Decimal(tender.profile.find("factors.scale", 100)) if tender.profile else Decimal(100)
    return rule.scale(
        points=points,
        maximum=value(tender, "fund_percentage.maximum"),
        zero_forbidden=value(tender, "zero_forbidden", True),
    )
