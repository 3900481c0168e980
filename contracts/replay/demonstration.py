"""The demonstration: every town of demo.toml, each moved in time so that it stops today (decision 30)."""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procurement.models import Municipality, Tender
from procurement.roles import Role

from . import runner, scenario, shift
from .fault import BadScenario
from .stage import THE_HOST

FOLDER = Path(__file__).resolve().parent.parent / "scenarios"
MOST_WEEKS_LESS = 2
PARTS = {  # what an actor of a scenario does, by the name that the files give the actor
    "mayor": Role.MAYOR.label,
    "manager": Role.MANAGER.label,
    "legal": Role.LEGAL.label,
    "treasurer": Role.TREASURY.label,
    "clerk": Role.DESK.label,
    "atm": Role.ATM.label,
    "chair": _("Committee, chair"),
    "member": _("Committee, member"),
    "third": _("Committee, member"),
    "alternate": _("Committee, alternate"),
    "secretary": Role.SECRETARY.label,
    "observer": Role.JVS.label,
    "adviser": Role.ADVISER.label,
}
ANOTHER_PART = _("Buyer of the terms or bidder")


@dataclass(frozen=True)
class Town:
    """One town of the demonstration: its scenario, and the moment of it at which it stops."""

    scenario: scenario.Scenario
    stop: str

    @property
    def name(self):
        return self.scenario.town["name"]

    @property
    def municipality(self):
        return self.scenario.municipality["name"]

    @property
    def is_loaded(self):
        """Whether it is there; it was loaded whole or not at all."""
        return Municipality.objects.filter(name=self.municipality).exists()

    def tenders(self):
        """Return its calls, the first one first."""
        return Tender.objects.filter(municipality__name=self.municipality).order_by("year", "sequence")

    def people(self):
        """Return (part, document, name) of everybody who acts in the town."""
        actors = self.scenario.actors.items()
        return [(PARTS.get(key, ANOTHER_PART), actor["dni"], actor["name"]) for key, actor in actors]


@cache
def plan():
    """Return the password that opens every account, and the towns."""
    told = tomllib.loads((FOLDER / "demo.toml").read_text(encoding="utf-8"))
    towns = [Town(scenario.read(FOLDER / row["file"]), row["stop"]) for row in told["town"]]
    return told["password"], towns


def host():
    return (Role.HOST.label, THE_HOST["dni"], THE_HOST["name"])


def load(town, *, at, password):
    """Load one town as of `at`, whole or not at all; return its stage. `password` is a hash.

    Where holidays fall so that the rules refuse a moved step, it is moved a week less.
    """
    for weeks in range(MOST_WEEKS_LESS):
        try:
            return load_as_of(town, at=at - shift.WEEK * weeks, password=password)
        except BadScenario:
            continue
    return load_as_of(town, at=at - shift.WEEK * MOST_WEEKS_LESS, password=password)


@transaction.atomic
def load_as_of(town, *, at, password):
    """Load one town, moved so that its stop is in the week before `at`."""
    stage, outcomes = runner.play(shift.to_stop(town.scenario, town.stop, at), password=password)
    last = outcomes[-1]
    if not last.as_expected:
        raise BadScenario("scenario.step.not-as-expected", last.step.where, f"{last} {last.sentences}")
    keep_sheets(town, stage)
    return stage


# The sheets of custodians. In a real call they exist on paper alone (decision 15); whoever tries the opening
# of a demonstration has no paper, so that a file beside its database stands for it.


def sheets_file():
    return settings.DATA_DIR / "demonstration-sheets.json"


def sheets():
    """Return {municipality: [(custodian, words)]} of the demonstration's calls with digital envelopes."""
    file = sheets_file()
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def keep_sheets(town, stage):
    """Write down the words of the town's custodians, if it has any."""
    made = [name.removeprefix("words_") for name in stage.named if name.startswith("words_")]
    found = [(str(stage.named[f"custodian_{each}"].name), stage.named[f"words_{each}"]) for each in made]
    if found:
        kept = sheets() | {town.municipality: found}
        sheets_file().write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
