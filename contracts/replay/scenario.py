"""Reading a scenario file (docs/scenarios.md). Pure: no database, no clock, no Django."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

LIMA = ZoneInfo("America/Lima")
NEEDED = {"scenario", "municipality", "town", "actors", "step"}
TABLES = NEEDED | {"tables"}
STEP = {"at", "by", "do", "with", "as", "expect", "assumed", "note"}


class BadScenario(Exception):
    """The file cannot be run; `code` is stable, `where` names the line of the file's own order."""

    def __init__(self, code, where, detail):
        self.code, self.where, self.detail = code, where, detail
        super().__init__(f"{where}: {detail} [{code}]")


@dataclass(frozen=True)
class Step:
    """One dated act: who does what, with which particulars, and which refusal the file expects, if any."""

    number: int
    at: datetime
    by: str
    do: str
    particulars: dict
    name: str
    expect: str
    assumed: bool
    note: str

    @property
    def where(self):
        return f"step {self.number}"


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


def instant(value, where):
    """Return an aware datetime: what a file writes is an hour in Lima; a day alone is nine in the morning."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or LIMA)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, 9, tzinfo=LIMA)
    raise BadScenario(
        "scenario.step.wrong-date", where, f"“{value}” is not a date: write 2005-02-14T09:00:00"
    )


def read_step(number, table, actors):
    """Return one step, or say what is wrong with it."""
    where = f"step {number}"
    if unknown := set(table) - STEP:
        raise BadScenario("scenario.step.unknown-key", where, f"unknown key: {', '.join(sorted(unknown))}")
    if missing := {"at", "by", "do"} - set(table):
        raise BadScenario("scenario.step.missing-key", where, f"missing: {', '.join(sorted(missing))}")
    if table["by"] not in actors and table["by"] != "clock":
        raise BadScenario("scenario.step.unknown-actor", where, f"nobody is called “{table['by']}”")
    return Step(
        number=number,
        at=instant(table["at"], where),
        by=table["by"],
        do=table["do"],
        particulars=table.get("with", {}),
        name=table.get("as", ""),
        expect=table.get("expect", ""),
        assumed=table.get("assumed", False),
        note=table.get("note", ""),
    )


def load(text):
    """Return the tables of a TOML text; numbers with a point are exact decimals."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as fault:
        raise BadScenario("scenario.file.unreadable", "file", str(fault)) from fault


def read(path):
    """Return the scenario of a file, with the tables of the files beside it that it `uses`."""
    text = path.read_text(encoding="utf-8")
    beside = {}
    for name in load(text).get("scenario", {}).get("uses", []):
        beside |= load((path.parent / name).read_text(encoding="utf-8")).get("tables", {})
    return parse(text, beside)


def parse(text, beside=()):
    """Return the scenario that this TOML text tells; raise `BadScenario` with what to mend.

    `beside` are tables from other files: a step's "&name" stands for the table of that name.
    """
    tables = load(text)
    if unknown := set(tables) - TABLES:
        raise BadScenario("scenario.file.unknown-table", "file", f"unknown: {', '.join(sorted(unknown))}")
    if missing := NEEDED - set(tables):
        raise BadScenario("scenario.file.missing-table", "file", f"missing: {', '.join(sorted(missing))}")
    actors = tables["actors"]
    steps = tuple(read_step(number, table, actors) for number, table in enumerate(tables["step"], 1))
    for earlier, later in zip(steps, steps[1:], strict=False):
        if later.at < earlier.at:
            raise BadScenario("scenario.step.out-of-order", later.where, "it comes before the step above it")
    head = tables["scenario"]
    return Scenario(
        title=head.get("title", ""),
        source=head.get("source", ""),
        assumed=head.get("assumed", ""),
        municipality=tables["municipality"],
        town=tables["town"],
        actors=actors,
        tables=dict(beside) | tables.get("tables", {}),
        steps=steps,
    )
