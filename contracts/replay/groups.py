"""Steps that several towns share, told once; and what a file may write in the place of a value. Pure."""

from datetime import date, datetime, time, timedelta
from string import Template
from zoneinfo import ZoneInfo

from .fault import BadScenario

LIMA = ZoneInfo("America/Lima")
MORNING = time(9)
PLAY = {"at", "play", "given", "assumed", "note", "expect", "stop"}
COUNTED = {"day", "time"}


def instant(value, where):
    """Return an aware datetime: what a file writes is an hour in Lima; a day alone is nine in the morning."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or LIMA)
    if isinstance(value, date):
        return datetime.combine(value, MORNING, LIMA)
    raise BadScenario(
        "scenario.step.wrong-date", where, f"“{value}” is not a date: write 2005-02-14T09:00:00"
    )


def counted(value, start):
    """Return the day, or with a `time` the instant, that many days from the day of `start`."""
    day = start.date() + timedelta(days=value["day"])
    return datetime.combine(day, value["time"], LIMA) if "time" in value else day


def filled(value, names, start=None):
    """Return a value with its `$names` in their places and its days counted from `start`.

    A text that is one `$name` alone becomes the value of that name, whatever it is. Names that nobody has
    given stay as they are: `$year` is known only when the step is taken.
    """
    if isinstance(value, str):
        whole = value[1:] if value.startswith("$") else ""
        if whole in names:
            return filled(names[whole], {}, start)
        return Template(value).safe_substitute(names) if "$" in value else value
    if isinstance(value, list):
        return [filled(each, names, start) for each in value]
    if not isinstance(value, dict):
        return value
    if start and "day" in value and set(value) <= COUNTED:
        return counted(value, start)
    return {key: filled(each, names, start) for key, each in value.items()}


def expand(steps, groups, names):
    """Yield (where, step) of each step, those of the groups that are played in their place."""
    for number, step in enumerate(steps, 1):
        where = f"step {number}"
        if "play" in step:
            found = played(where, step, groups, names)
        else:
            start = instant(step["at"], where) if "at" in step else None
            found = [(where, filled(step, names, start))]
        for place, told in found:
            yield from one_each(place, told)


def one_each(where, step):
    """Yield a step once for each person that it names."""
    people = step["by"] if isinstance(step.get("by"), list) else None
    yield from ((where, step | {"by": person}) for person in people) if people else [(where, step)]


def played(where, call, groups, names):
    """Yield the steps of one group, each so many days after the day on which it is played."""
    if call["play"] not in groups or set(call) - PLAY or "at" not in call:
        raise BadScenario("scenario.step.unknown-group", where, f"no group fits “{call['play']}”")
    group, start = groups[call["play"]], instant(call["at"], where)
    names = names | {"at": start} | filled(call.get("given", {}), names, start)
    for number, step in enumerate(group, 1):
        step = dict(step)
        hour = step.pop("time", start.timetz().replace(tzinfo=None))
        own = {"at": counted({"day": step.pop("day", 0), "time": hour}, start)}
        own |= {key: call[key] for key in ("assumed", "note") if key in call and key not in step}
        if number == len(group):
            own |= {key: call[key] for key in ("expect", "stop") if key in call}
        yield f"{where}, {call['play']} {number}", filled(step, names, start) | own
