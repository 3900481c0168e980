"""What can be seen from outside: states in the database, events in the log, and who held which role."""

import hashlib
from typing import NamedTuple

from django.apps import apps
from django.db import connection
from django.db.models import Q

from procurement import clock
from procurement.models import Appointment, User

OURS = ("procurement", "guarantees", "bids", "contracts")
MODELS = {
    model._meta.model_name: model
    for model in apps.get_models()
    if hasattr(model, "get_all_state_transitions")
}
TABLES = sorted(
    table
    for model in apps.get_models(include_auto_created=True)
    if model._meta.app_label in OURS
    for table in [model._meta.db_table]
)
OWNERS = {
    "the buyer": ("termssale", lambda sale: sale.buyer),
    "whoever asks": ("query", lambda query: query.asker),
    "the bidder": ("bid", lambda bid: bid.bidder.account),
    "asker": ("funduse", lambda use: use.requested_by),
}


class Step(NamedTuple):
    """One change of state, as its event tells it."""

    model: str
    pk: int
    state: str
    verb: str
    next_state: str
    actor: str
    event: object


def everything():
    """Return a digest of every table of ours: whatever a refused step left behind shows."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = hashlib.sha256(repr(sorted(map(repr, cursor.fetchall()))).encode()).hexdigest()
    return found


def states(tender):
    """Return the state of the tender and of everything below it, by model and key."""
    found = {("tender", tender.pk): type(tender).objects.values_list("state", flat=True).get(pk=tender.pk)}
    for name, model in MODELS.items():
        if name != "tender":
            rows = model.objects.filter(tender=tender).values_list("pk", "state")
            found |= {(name, pk): state for pk, state in rows}
    return found


def first_state(model_name):
    return MODELS[model_name]._meta.get_field("state").default


def steps(events, tender):
    """Yield the changes of state among these events."""
    for event in events:
        facts, action = event.body["facts"], event.body["action"]
        if "before" in facts and "after" in facts:
            model, _, verb = action.rpartition(".")
            pk = facts[model] if model else tender.pk
            told = facts["before"], verb, facts["after"], event.body["actor"]
            yield Step(model or "tender", pk, *told, event)


def roles_of(user, tender, at):
    """Return the roles in which the user acted then, from the appointments alone; an alternate waits."""
    if user is clock.ACTOR:
        return {"clock"}
    here = Q(tender=tender) | Q(tender=None, municipality=tender.municipality_id)
    standing = Q(start__lte=at) & (Q(end=None) | Q(end__gt=at))
    held = Appointment.objects.filter(here, standing, user=user).exclude(position="alternate")
    return set(held.values_list("group__name", flat=True))


def owned(user, thing):
    """Return the words under which the page lets the user act on what is their own."""
    words = {word for word, (model, owner) in OWNERS.items() if is_own(user, thing, model, owner)}
    contract = getattr(thing, "contract", None)
    return words | ({"operator"} if contract is not None and contract.operator == user else set())


def is_own(user, thing, model, owner):
    return thing._meta.model_name == model and owner(thing) == user


def actor_of(name, acting):
    """Return the user that an event names; a buyer or a pseudonym stands for whoever acts now."""
    if name == str(clock.ACTOR):
        return clock.ACTOR
    if name.startswith("user:"):
        return User.objects.get(pk=name.removeprefix("user:"))
    return acting
