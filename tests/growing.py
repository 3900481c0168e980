"""Thirty of each: rows cloned from one that the services made, so that pages can be measured full."""

import itertools
import uuid

from django.apps import apps
from django.db import IntegrityError, models, transaction

from bids.models import Kit, OpeningAct
from procurement import clock
from procurement.log import record
from procurement.models import BidderMeeting, Event, Log, PrivatePart, Tender
from procurement.roles import Role, apply_grants
from procurement.services import people

OURS = ("procurement", "guarantees", "bids", "contracts")
APPENDED = {Event, Log, PrivatePart}
FEW = {BidderMeeting, Kit, OpeningAct}  # three meetings, an act and its keys for each envelope
NOT_CLONED = APPENDED | FEW | {Tender}  # a tender needs its grants
IDENTIFIERS = {"code", "dni", "number", "ocid", "ruc", "ubigeo", "voucher"}  # texts that may be anything
SERIAL = itertools.count(1000)


def unique_sets(model):
    """Return the sets of fields of which no two rows may have the same values."""
    meta = model._meta
    single = [{field.name} for field in meta.local_fields if field.unique and not field.primary_key]
    several = [set(rule.fields) for rule in meta.constraints if isinstance(rule, models.UniqueConstraint)]
    return single + several


def varied(field):
    """Return another value for a field that tells rows apart; None where it cannot be varied."""
    if isinstance(field, models.IntegerField):
        return next(SERIAL)
    if field.name in IDENTIFIERS and isinstance(field, models.CharField):
        return uuid.uuid4().hex[: field.max_length]
    return None


def changes_for(row):
    """Return what a clone of a row must have otherwise; None where it cannot be cloned."""
    changes = {}
    for names in unique_sets(type(row)):
        if names & changes.keys() or any(getattr(row, name) is None for name in names):
            continue
        fields = [row._meta.get_field(name) for name in sorted(names)]
        fields.sort(key=lambda field: not isinstance(field, models.IntegerField))
        other = {field.name: varied(field) for field in fields if not field.is_relation}
        found = next((name for name, value in other.items() if value is not None), None)
        if found is None:
            return None
        changes[found] = other[found]
    return changes


def clone(row, **others):
    """Save a copy of a row; return it, or None where its constraints allow no other one like it."""
    changes = others or changes_for(row)
    if changes is None:
        return None
    copy = type(row).objects.get(pk=row.pk)
    copy.pk, copy._state.adding = None, True
    for name, value in changes.items():
        setattr(copy, name, value)
    try:
        with transaction.atomic():
            models.Model.save_base(copy, force_insert=True)
    except IntegrityError:
        return None
    return copy


def multiply(number):
    """Clone a row of each of our tables that often; return the models of which there are more now."""
    grown = set()
    for model in apps.get_models():
        if model._meta.app_label in OURS and model not in NOT_CLONED and not model._meta.proxy:
            for row in list(model.objects.all()[:1]):
                grown |= {model} if [clone(row) for _ in range(number)][-1] else set()
    return grown


def more_events(subject, number):
    with transaction.atomic():
        for _ in range(number):
            record(subject, "remark", by=clock.ACTOR, at=clock.now(), private={"x": "x"})


def more_tenders(tender, number):
    """Clone the tender itself, with its grants."""
    copies = [clone(tender) for _ in range(number)]
    apply_grants(Tender.objects.filter(pk__in=[copy.pk for copy in copies]))
    return copies


def more_bids(tender, number):
    """Clone the first bid with its bidder and everything below it."""
    from .world import account

    bid = tender.bids.first()
    for each in range(number if bid else 0):
        owner = account(6000 + each, "Otra", "Postora")
        copy = clone(bid, bidder=clone(bid.bidder, account=owner, ruc=f"1{next(SERIAL):010}"))
        for relation in bid._meta.related_objects:
            if relation.one_to_many:
                for row in relation.related_model.objects.filter(**{relation.field.name: bid}):
                    clone(row, **{relation.field.name: copy})


def more_observers(world, tender, number):
    from .world import account

    for each in range(number):
        user = account(5000 + each, "Otra", f"Vecina {each}")
        people.appoint(tender, Role.JVS, user, document="Ordenanza 002-2026", by=world.mayor)
