"""Whatever the dates and the rules: what is proposed is sound, and what is moved stays sound."""

from datetime import date, time

from hypothesis import given
from hypothesis import strategies as st

from procurement import schedule
from procurement.business_days import DayType
from procurement.planning import at_hour, left_behind, propose, shift
from procurement.problems import blocking
from procurement.schedule import IN_ORDER, Rules, check

from .test_schedule import PERU

HOURS = st.times(time(8), time(18))
RULES = st.builds(
    Rules,
    day_type=st.sampled_from(DayType),
    tolerance_days=st.integers(0, 3),
    minimum_preparation_days=st.just(0),
    upload_grace_minutes=st.integers(0, 1440),
    has_second_opening=st.booleans(),
    evaluation_days=st.integers(0, 20),
)


@st.composite
def three_dates(draw):
    """A call, the end of its queries and its deadline, with room for what lies between."""
    start = draw(st.dates(date(2005, 1, 3), date(2029, 6, 1)))
    days = [start]
    for room in (st.integers(9, 40), st.integers(9, 60)):
        days.append(PERU.add(days[-1], draw(room), DayType.BUSINESS))
    return [at_hour(day, draw(HOURS)) for day in days]


@given(three_dates(), RULES)
def test_a_proposed_schedule_always_passes(dates, rules):  # rules 43-50
    proposed = propose(*dates, rules, PERU)

    assert blocking(check(proposed, rules, PERU)) == []


@given(
    three_dates(),
    RULES,
    st.sampled_from(["query_deadline", "integration", "submission_deadline", "opening_1", "award"]),
    st.integers(1, 60),
)
def test_a_postponed_schedule_still_passes(dates, rules, milestone, days):  # rule 68
    before = propose(*dates, rules, PERU)
    to = at_hour(PERU.add(schedule.local_day(before.get(milestone)), days, DayType.BUSINESS), time(17, 30))

    after = shift(before, milestone, to, rules, PERU, at=before.announcement)

    assert blocking(check(after, rules, PERU)) == []
    assert left_behind(before, after) == []
    assert all(after.get(name) >= at for name, at in before.dated(IN_ORDER))
