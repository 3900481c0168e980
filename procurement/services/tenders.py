"""The tender as a whole: its creation, its particulars, and the steps from one state to the next."""

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime

from procurement import clock, roles
from procurement.log import record
from procurement.models import Municipality, Override, Tender
from procurement.roles import Role
from procurement.workflow import advance, lock


@transaction.atomic
def create(municipality, *, town, title, by, assumed="", previous=None):
    """Begin the draft of a call, as the manager; it may exist before the council has agreed (rule 15)."""
    at = clock.now()
    municipality = Municipality.objects.select_for_update().get(pk=municipality.pk)
    roles.require_office(by, Role.MANAGER, municipality, at)
    year = localtime(at).year
    sequence = municipality.tenders.filter(year=year).count() + 1
    tender = Tender.objects.create(
        municipality=municipality,
        town=town,
        title=title,
        year=year,
        sequence=sequence,
        ocid=f"{settings.OCID_PREFIX}-{municipality.ubigeo}-{year}-{sequence:03}",
        previous=previous,
        call_number=previous.call_number + 1 if previous else 1,
        assumed=assumed,
        created_at=at,
        created_by=by,
    )
    roles.apply_grants(Tender.objects.filter(pk=tender.pk))
    record(tender, "create", by=by, at=at, ocid=tender.ocid, call=tender.call_number)
    return tender


@transaction.atomic
def override(tender, *, code, reason, by):
    """Go on past a warning, by name and with a reason (product.md, principle 7); twice is once."""
    tender = lock(tender, by=by)
    roles.require(by, "change_tender", tender, tender.judged_at)
    found = tender.overrides.filter(code=code).first()
    if found:
        return found
    record(tender, "override", by=by, at=tender.judged_at, code=code, reason=reason)
    return Override.objects.create(tender=tender, code=code, reason=reason, by=by, at=tender.judged_at)


def approve(tender, *, by):
    """Approve the terms of the tender."""
    return advance(tender, "approve", by=by)


def announce(tender, *, by):
    """Open the call to the public."""
    return advance(tender, "announce", by=by)


def integrate(tender, *, by):
    """Publish the integrated terms; from here bids may be presented."""
    return advance(tender, "integrate", by=by)


def close(tender, *, by):
    """Close the tender for bids; only `clock.ACTOR` may."""
    return advance(tender, "close", by=by)


def withdraw(tender, *, reason, by):
    """Give up the process before the envelopes are opened (rule 23)."""
    return advance(tender, "withdraw", by=by, reason=reason)


def cancel(tender, *, reason, by):
    """End the call with reasons, before anything is signed."""
    return advance(tender, "cancel", by=by, reason=reason)
