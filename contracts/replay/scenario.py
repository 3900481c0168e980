"""Reading a scenario file (docs/scenarios.md). Pure: no database, no clock, no Django."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from . import groups
from .fault import BadScenario

NEEDED = {"scenario", "municipality", "town", "actors", "step"}
SHARED = {"tables", "groups", "given"}  # what a file that others use may hold
TABLES = NEEDED | SHARED
STEP = {"at", "by", "do", "with", "as", "expect", "assumed", "note", "stop", "when_shifted"}


@dataclass(frozen=True)
class Step:
    """One dated act: who does what, with which particulars, and which refusal the file expects, if any.

    `name` is what it makes is called, several names for a service that returns several things; `stop` marks a
    moment at which a demonstration may stop; a step `when_shifted` is taken in a demonstration only.
    """

    number: int
    where: str
    at: datetime
    by: str
    do: str
    particulars: dict
    name: str | list
    expect: str
    assumed: bool
    note: str
    stop: str
    when_shifted: bool


@dataclass(frozen=True)
class Scenario:
    """A municipality, its town, its people, and the steps in the order of time."""

    title: str
    source: str
    assumed: str
    municipality: dict
    town: dict
    actors: dict
    tables: dict = field(repr=False)
    steps: tuple[Step, ...] = field(repr=False)
    shifted: bool = False

    @property
    def acted(self):
        """The steps that are taken: those for moved dates only where dates are moved."""
        return [step for step in self.steps if self.shifted or not step.when_shifted]

    def stop_at(self, stop):
        """Return the step that a demonstration calls by this name."""
        found = [step for step in self.steps if step.stop == stop]
        if not found:
            raise BadScenario("scenario.step.unknown-stop", "file", f"no step has the stop “{stop}”")
        return found[-1]


def read_step(number, where, table, actors):
    """Return one step, or say what is wrong with it."""
    if unknown := set(table) - STEP:
        raise BadScenario("scenario.step.unknown-key", where, f"unknown key: {', '.join(sorted(unknown))}")
    if missing := {"at", "by", "do"} - set(table):
        raise BadScenario("scenario.step.missing-key", where, f"missing: {', '.join(sorted(missing))}")
    if table["by"] not in actors and table["by"] not in ("clock", "host"):
        raise BadScenario("scenario.step.unknown-actor", where, f"nobody is called “{table['by']}”")
    return Step(
        number=number,
        where=where,
        at=groups.instant(table["at"], where),
        by=table["by"],
        do=table["do"],
        particulars=table.get("with", {}),
        name=table.get("as", ""),
        expect=table.get("expect", ""),
        assumed=table.get("assumed", False),
        note=table.get("note", ""),
        stop=table.get("stop", ""),
        when_shifted=table.get("when_shifted", False),
    )


def load(text):
    """Return the tables of a TOML text; numbers with a point are exact decimals."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as fault:
        raise BadScenario("scenario.file.unreadable", "file", str(fault)) from fault


def read(path):
    """Return the scenario of a file, with what the files beside it that it `uses` hold."""
    text = path.read_text(encoding="utf-8")
    shared = {kind: {} for kind in SHARED}
    for name in load(text).get("scenario", {}).get("uses", []):
        beside = load((path.parent / name).read_text(encoding="utf-8"))
        for kind in SHARED:
            shared[kind] |= beside.get(kind, {})
    return parse(text, shared)


def parse(text, shared=None):
    """Return the scenario that this TOML text tells; raise `BadScenario` with what to mend.

    `shared` are tables, groups and given names from other files; those of this file count before them.
    """
    tables = load(text)
    if unknown := set(tables) - TABLES:
        raise BadScenario("scenario.file.unknown-table", "file", f"unknown: {', '.join(sorted(unknown))}")
    if missing := NEEDED - set(tables):
        raise BadScenario("scenario.file.missing-table", "file", f"missing: {', '.join(sorted(missing))}")
    shared, head, actors = shared or {}, tables["scenario"], tables["actors"]
    own = {kind: shared.get(kind, {}) | tables.get(kind, {}) for kind in SHARED}
    names = {"assumed": head.get("assumed", "")} | own["given"]
    told = groups.expand(tables["step"], own["groups"], names)
    steps = tuple(read_step(number, *step, actors) for number, step in enumerate(told, 1))
    for earlier, later in zip(steps, steps[1:], strict=False):
        if later.at < earlier.at:
            raise BadScenario("scenario.step.out-of-order", later.where, "it comes before the step above it")
    return Scenario(
        title=head.get("title", ""),
        source=head.get("source", ""),
        assumed=head.get("assumed", ""),
        municipality=tables["municipality"],
        town=tables["town"],
        actors=actors,
        tables=groups.filled(own["tables"], names),
        steps=steps,
    )
