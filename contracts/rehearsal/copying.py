"""What a rehearsal takes over of a draft call: the town, the rules, the dates; nobody's name."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.forms.models import model_to_dict

from procurement import clock, roles
from procurement.models import Schedule, Tender

PLACE = ("name", "kind", "department", "province", "ubigeo", "legal_number", "has_notary")
TOWN = (
    *("name", "region", "population", "households", "water_coverage", "sewer_coverage", "hours_per_day"),
    *("monthly_charge", "annual_turnover", "monthly_operating_cost", "house_value"),
    *("source", "latitude", "longitude"),
)
MODEL = (
    *("operator_kind", "origin", "municipal_share", "partner", "years", "supervision", "water_coverage"),
    *("sewer_coverage", "hours_per_day", "long_term_cost", "micro_measurement"),
)


def filled(record, names):
    """Return what stands in these fields of a record; what is empty is left out."""
    return {name: value for name, value in model_to_dict(record, names).items() if value not in (None, "")}


def regime_of(tender):
    """Return the regime that was chosen for the call; nothing while nobody has chosen."""
    decision = getattr(tender, "regime_decision", None)
    return {"code": decision.code, "profile": decision.profile} if decision else {}


def model_of(tender):
    """Return the targets that the delegates approved, as far as there are any."""
    model = tender.approved_models.filter(superseded_at=None).last()
    return filled(model, MODEL) if model else {}


def schedule_of(tender):
    """Return the dates of the call, and why a meeting is left out; nothing while there are none."""
    schedule = Schedule.objects.filter(tender=tender).first()
    if schedule is None:
        return {}
    dated = {name: getattr(schedule, name) for name in Schedule.MILESTONES}
    return {"dated": dated, "skipped": schedule.skipped}


def copy_of(tender):
    """Return what a rehearsal begins with, as JSON. Reads only."""
    tender = Tender.objects.select_related("municipality", "town").get(pk=tender.pk)
    held = {
        "title": tender.title,
        "municipality": filled(tender.municipality, PLACE),
        "town": filled(tender.town, TOWN),
        "days_off": list(tender.municipality.days_off.values("date", "name", "kind", "source")),
        "seats": roles.committee(tender, clock.now()).count(),
        "regime": regime_of(tender),
        "model": model_of(tender),
        "parameters": tender.parameters,
        "schedule": schedule_of(tender),
    }
    return json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
