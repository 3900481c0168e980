"""Moving a scenario in time, so that a demonstration stops today (decision 30). Pure."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from procurement.business_days import Calendar

from .groups import LIMA

WEEK = timedelta(days=7)
A_SECOND = timedelta(seconds=1)


class Shift:
    """So many weeks later. A day that was worked stays one: from a holiday it goes on to the next."""

    def __init__(self, weeks):
        self.by = WEEK * weeks
        self.calendar = Calendar()

    def day(self, day):
        moved = day + self.by
        return self.calendar.business_from(moved) if self.calendar.is_business(day) else moved

    def moment(self, at):
        local = at.astimezone(LIMA) if at.tzinfo else at
        return datetime.combine(self.day(local.date()), local.timetz())

    def value(self, value):
        """Return a value with every date in it moved."""
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, list):
            return [self.value(each) for each in value]
        return {key: self.value(each) for key, each in value.items()} if isinstance(value, dict) else value

    def steps(self, steps):
        """Yield the steps moved; two that a holiday would turn around keep their order."""
        last = None
        for step in steps:
            at = self.moment(step.at)
            at = max(at, last + A_SECOND) if last and at < last else at
            yield replace(step, at=at, particulars=self.value(step.particulars))
            last = at


def to_stop(scenario, stop, at):
    """Return the scenario up to that stop, moved by the most whole weeks that do not bring it past `at`."""
    last = scenario.stop_at(stop)
    weeks = (at - last.at) // WEEK
    while Shift(weeks).moment(last.at) > at:
        weeks -= 1
    shift = Shift(weeks)
    steps = tuple(shift.steps(scenario.steps[: last.number]))
    return replace(scenario, steps=steps, tables=shift.value(scenario.tables), shifted=True)
