"""How a rehearsal begins: the draft of the call, with invented people, in a database that holds nothing else.

What its approval stands on (ordinances, studies, assemblies, the council) is invented by `rehearsal.toml`
through the same services as anywhere; what the terms of the draft do not state yet is taken from there too.
"""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from contracts.replay import runner, scenario, shift
from contracts.replay.demonstration import FOLDER
from contracts.replay.fault import BadScenario
from procurement import clock, parameters
from procurement.models import ApprovedModel, Tender, Town
from procurement.roles import Role
from procurement.services import committee, dates, log_keys, people, preparation, terms
from procurement.workflow import Blocked

COPY, NOTES = settings.DATA_DIR / "copy.json", settings.DATA_DIR / "notes.json"
MORE_SEATS = ["fourth", "fifth"]  # beside a committee of three
TIMES = 2  # what some values may be depends on others


def read(model, stated):
    """Return what JSON says of a record, as its fields hold it."""
    return {name: model._meta.get_field(name).to_python(value) for name, value in stated.items()}


def told(copied):
    """Return the story that leads to the draft, moved so that it ends now."""
    story = scenario.read(FOLDER / "rehearsal.toml")
    model = story.tables["model"] | read(ApprovedModel, copied["model"])
    story = replace(
        story,
        municipality=copied["municipality"],
        town=read(Town, copied["town"]),
        tables=story.tables | {"model": model},
    )
    return shift.to_stop(story, "draft", clock.now())


@transaction.atomic
def found(copied):
    """Make the draft of the rehearsal; return it and what it does not have from the real one."""
    stage, outcomes = runner.play(told(copied))
    last = outcomes[-1]
    if not last.as_expected:
        raise BadScenario("scenario.step.not-as-expected", last.step.where, f"{last} {last.sentences}")
    cast = stage.named
    tender = Tender.objects.get(pk=cast["tender"].pk)
    Tender.objects.filter(pk=tender.pk).update(title=copied["title"])
    seat_more(tender, copied["seats"], cast)
    choose_regime(tender, copied["regime"], cast)
    for day in copied["days_off"]:
        dates.add_day_off(tender.municipality, **day, by=cast["manager"])
    example = stage.named_table("all_terms", last.step)
    invented = state(
        tender, copied["parameters"], stage.value("texts", example, last.step), cast["secretary"]
    )
    return tender, {"invented": invented, "dated": set_dates(tender, copied["schedule"], cast)}


def seat_more(tender, seats, cast):
    """Appoint the fourth and the fifth member, where the committee has them."""
    for name in MORE_SEATS[: max(seats - 3, 0)]:
        post = {"position": "member", "document": "Resolución del simulacro"}
        people.appoint(tender, Role.COMMITTEE, cast[name], **post, by=cast["mayor"])
        committee.declare(tender, has_conflict=False, by=cast[name])


def choose_regime(tender, chosen, cast):
    """Take the regime of the draft, where it has one."""
    if not chosen:
        return
    why = {"legal_report": "012", "decided_by": "Gerencia Municipal", "reason": "El que eligió el borrador"}
    why |= {"out_of_force_reason": "Simulacro", "happened_on": clock.now().date()}
    preparation.choose_regime(tender, **chosen, **why, by=cast["legal"])


def state(tender, stated, invented, by):
    """State the terms as the draft does; return the keys of what it lacks, which are invented."""
    own = {key: as_typed(value) for key, value in stated.items()}
    revise(tender, own, by)
    for _time in range(TIMES):
        tender = Tender.objects.get(pk=tender.pk)
        for key in parameters.missing(tender.profile, tender.stated):
            revise(tender, {key: invented.get(key, "")}, by)
    return sorted(Tender.objects.get(pk=tender.pk).parameters.keys() - stated.keys())


def as_typed(stored):
    """Return a stored value as somebody types it."""
    if isinstance(stored, list):
        return ", ".join(stored)
    return str(stored).lower() if isinstance(stored, bool) else str(stored)


def revise(tender, texts, by):
    """State values; those that do not go with the others are left undecided, for the committee to see."""
    tender = Tender.objects.get(pk=tender.pk)
    with suppress(Blocked):
        terms.revise(tender, version=tender.version, texts=texts, by=by)


def set_dates(tender, schedule, cast):
    """Set the dates of the draft; whether they can be set still: some may have passed."""
    if not schedule:
        return False
    dated = {name: at and datetime.fromisoformat(at) for name, at in schedule["dated"].items()}
    with suppress(Blocked):
        for year in sorted({at.year for at in dated.values() if at}):
            dates.confirm_year(tender.municipality, year=year, by=cast["manager"])
        tender = Tender.objects.get(pk=tender.pk)
        dates.set_schedule(tender, version=0, dated=dated, skipped=schedule["skipped"], by=cast["secretary"])
        return True
    return False


def found_once():
    """Make the draft of this rehearsal where there is none yet."""
    if not Tender.objects.exists():
        _tender, notes = found(json.loads(COPY.read_text(encoding="utf-8")))
        log_keys.make()
        NOTES.write_text(json.dumps(notes), encoding="utf-8")
