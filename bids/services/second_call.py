"""The second call after a deserted one: a new tender that answers the barriers in five points."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids.models import Point
from procurement import five_points, roles
from procurement.guards.award import barriers_were_reported, open_points, values_of
from procurement.log import record
from procurement.models import ApprovedModel, Assembly, Study, Tender
from procurement.services import tenders
from procurement.workflow import Blocked, Refusal, lock

NOT_DESERTED = Refusal(
    "tender.second-call.not-deserted",
    _("A second call follows a call that was declared deserted."),
    _("rule 60"),
)
EXISTS = Refusal(
    "tender.second-call.exists", _("The call that follows this one is there already."), _("rule 60")
)
NOT_SECOND = Refusal(
    "tender.second-call.not-second", _("This call does not follow another one."), _("rules 62-67")
)
UNKNOWN_POINT = Refusal(
    "tender.second-call.unknown-point", _("It is none of the five points."), _("rules 62-67")
)
REASON_MISSING = Refusal(
    "tender.second-call.reason-missing", _("Write why this point stays as it was."), _("rule 67")
)
FROZEN = Refusal(
    "tender.change.published-text-frozen",
    _("The call is approved: its five points no longer change."),
    _("product.md, principle 4"),
)


@transaction.atomic
def begin(previous, *, by, title=""):
    """Begin the second call, as the manager: a new draft, with the terms of the first and what it stood on.

    The report on the barriers comes first (rule 61). What council and neighbours decide about this call is
    recorded anew; studies, assemblies and the approved model are taken over.
    """
    previous = lock(previous, by=by)
    if previous.state != Tender.State.DESERTED:
        raise Blocked(NOT_DESERTED)
    if hasattr(previous, "next_call"):
        raise Blocked(EXISTS)
    reported = type(previous)(previous=previous)
    if reasons := barriers_were_reported.refusals(reported, previous.judged_at):
        raise Blocked(*reasons)
    tender = tenders.create(
        previous.municipality,
        town=previous.town,
        title=title or previous.title,
        by=by,
        assumed=previous.assumed,
        previous=previous,
    )
    tender.parameters = previous.parameters
    tender.save()
    take_over(previous, tender)
    record(previous, "second-call", by=by, at=previous.judged_at, ocid=tender.ocid)
    facts = {"previous": previous.ocid, "parameters": sorted(previous.parameters)}
    record(tender, "second-call.begin", by=by, at=previous.judged_at, **facts)
    return tender


def take_over(previous, tender):
    """Let the new call stand on the studies, assemblies and model of the first: the town is the same."""
    for study in Study.objects.filter(tender=previous, superseded_at=None):
        copied(study, tender)
    assemblies = {
        each.pk: copied(each, tender) for each in Assembly.objects.filter(tender=previous, superseded_at=None)
    }
    for model in ApprovedModel.objects.filter(tender=previous, superseded_at=None):
        copied(model, tender, assembly=assemblies.get(model.assembly_id) or model.assembly)


def copied(fact, tender, **changes):
    """Return a copy of a fact, under another tender; its papers are the same."""
    columns = [field.attname for field in fact._meta.concrete_fields if not field.primary_key]
    values = {name: getattr(fact, name) for name in columns if name != "tender_id"}
    for name, changed in changes.items():
        values.pop(f"{name}_id", None)
        values[name] = changed
    return type(fact).objects.create(tender=tender, **values)


@transaction.atomic
def justify(tender, *, point, reason, by):
    """Say why one of the five points stays as it was in the first call; the latest reason counts."""
    tender = lock(tender, by=by)
    roles.require(by, "change_tender", tender, tender.judged_at)
    if tender.previous_id is None:
        raise Blocked(NOT_SECOND)
    if tender.state != Tender.State.DRAFT:
        raise Blocked(FROZEN)
    if point not in {each.key for each in five_points.POINTS}:
        raise Blocked(UNKNOWN_POINT)
    if not reason.strip():
        raise Blocked(REASON_MISSING)
    at = tender.judged_at
    record(tender, "second-call.justify", by=by, at=at, point=point, reason=reason.strip())
    found, _made = Point.objects.update_or_create(
        tender=tender, point=point, defaults={"reason": reason.strip(), "by": by, "at": at}
    )
    return found


def comparison(tender):
    """Return the five points: each with its values before and after, whether it changed, and why if not."""
    before, after = values_of(tender.previous), values_of(tender)
    reasons = {each.point: each for each in tender.five_points.all()}
    rows = []
    for point in five_points.POINTS:
        found = five_points.differences(point, before, after)
        changed = any(row.changed for row in found)
        rows.append({"point": point, "rows": found, "changed": changed, "reason": reasons.get(point.key)})
    return rows


def still_open(tender):
    return open_points(tender)
