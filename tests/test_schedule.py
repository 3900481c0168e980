from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from procurement import regimes, schedule
from procurement.business_days import Calendar, DayOff, DayType, Kind
from procurement.planning import left_behind, propose, readings, shift
from procurement.problems import blocking
from procurement.schedule import IN_ORDER, LIMA, MILESTONES, Rules, Schedule, behind, check, window

from .worked_terms import worked_terms

PERU = Calendar()
BUSINESS = Rules(day_type=DayType.BUSINESS, tolerance_days=0, minimum_preparation_days=45)
CALENDAR = replace(BUSINESS, day_type=DayType.CALENDAR)
A_SECOND = timedelta(seconds=1)
PILOT = regimes.load("pppl-2003")
TODAY = regimes.load("servicio-universal-2024").profile()


def lima(text):
    return datetime.fromisoformat(text).replace(tzinfo=LIMA)


# The dates of the vectors: call 2 March, queries until 6 April (after Holy Week), bids until 24 April 2026.
SOUND = Schedule(
    announcement=lima("2026-03-02 09:00"),
    sale_from=lima("2026-03-02 09:00"),
    meeting_1=lima("2026-03-05 16:00"),
    meeting_2=lima("2026-03-30 16:00"),
    query_deadline=lima("2026-04-06 17:00"),
    integration=lima("2026-04-13 17:00"),
    meeting_3=lima("2026-04-21 16:00"),
    sale_until=lima("2026-04-23 16:00"),
    submission_deadline=lima("2026-04-24 15:00"),
    opening_1=lima("2026-04-24 17:30"),
    opening_2=lima("2026-05-07 10:00"),
    award=lima("2026-05-08 11:00"),
)


def found(rules=BUSINESS, calendar=PERU, **changes):
    """The problems of the sound dates with some of them changed, as (code, milestone)."""
    dates = replace(SOUND, **{name: lima(at) if isinstance(at, str) else at for name, at in changes.items()})
    return [
        (problem.code.removeprefix("tender.schedule."), problem.subject)
        for problem in check(dates, rules, calendar)
    ]


def test_the_sound_dates_have_no_problem():
    assert found() == []


def test_every_date_has_a_label_and_a_place_in_the_order():
    assert set(MILESTONES) == {field.name for field in fields(Schedule)} - {"skipped"}
    assert set(MILESTONES) - set(IN_ORDER) == {"sale_from", "sale_until"}


def test_an_hour_without_zone_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="zone"):
        Schedule(announcement=datetime(2026, 3, 2, 9, tzinfo=None))  # noqa: DTZ001 - the fault itself


# --- order ---


@pytest.mark.parametrize(
    "pair", list(zip(IN_ORDER, IN_ORDER[1:], strict=False)), ids=lambda pair: "-".join(pair)
)
def test_the_order_blocks_at_every_place(pair):  # rule 50
    earlier, later = pair
    dates = replace(SOUND, **{later: SOUND.get(earlier) - A_SECOND})

    problems = [problem for problem in check(dates, BUSINESS, PERU) if problem.subject == later]

    assert "tender.schedule.order-broken" in [problem.code for problem in blocking(problems)]


def test_two_milestones_at_one_instant_have_no_order():  # rule 50
    assert ("order-broken", "integration") in found(integration=SOUND.query_deadline)
    assert ("order-broken", "integration") not in found(integration=SOUND.query_deadline + A_SECOND)


def test_the_award_may_close_the_act_of_the_second_opening():  # rule 159
    assert found(award=SOUND.opening_2) == []


def test_the_sale_begins_with_the_announcement_and_ends_with_the_deadline():  # rule 35
    deadline = SOUND.submission_deadline

    assert found(sale_until=deadline) == []
    assert found(sale_until=deadline + A_SECOND) == [("sale-after-submission", "sale_until")]
    assert found(sale_from=SOUND.announcement - A_SECOND) == [("order-broken", "sale_from")]
    assert found(sale_until=SOUND.sale_from) == [("order-broken", "sale_until")]


def test_a_date_that_is_not_set_blocks():
    assert found(integration=None) == [("date-missing", "integration")]
    assert found(opening_2=None) == [("date-missing", "opening_2")]
    assert found(rules=replace(BUSINESS, has_second_opening=False), opening_2=None) == []


# --- meetings ---


@pytest.mark.parametrize(
    ("day", "problems"),
    [
        ("2026-03-02", [("meeting-1-outside-window", "meeting_1")]),
        ("2026-03-03", []),
        ("2026-03-05", []),
        ("2026-03-06", [("meeting-1-outside-window", "meeting_1")]),
    ],
)
def test_d1_the_first_meeting_is_one_to_three_days_after_the_call(day, problems):  # D1, rule 44
    assert found(meeting_1=f"{day} 16:00") == problems
    assert found(rules=CALENDAR, meeting_1=f"{day} 16:00", meeting_2="2026-04-01 16:00")[: len(problems)] == (
        problems
    )


def test_the_first_meeting_counts_over_a_weekend_by_the_kind_of_days():  # rules 44, 49
    friday = {"announcement": "2026-03-06 09:00", "sale_from": "2026-03-06 09:00"}

    assert (
        found(**friday, meeting_1="2026-03-11 16:00", rules=replace(BUSINESS, minimum_preparation_days=0))
        == []
    )
    problems = check(
        replace(
            SOUND, announcement=lima("2026-03-06 09:00"), sale_from=None, meeting_1=lima("2026-03-10 16:00")
        ),
        CALENDAR,
        PERU,
    )
    first = next(problem for problem in problems if problem.subject == "meeting_1")
    assert first.code == "tender.schedule.meeting-1-outside-window"
    assert first.facts["latest"] == date(2026, 3, 9)


def test_d2_the_second_meeting_is_three_days_before_the_queries_end():  # D2, rule 45
    assert found(meeting_2="2026-03-30 16:00") == []
    for day in ("2026-03-27", "2026-03-31"):
        assert found(meeting_2=f"{day} 16:00") == [("meeting-2-outside-window", "meeting_2")]


def test_d2_by_calendar_days_it_is_good_friday_and_warns():  # D2, rules 45, 49
    problems = check(replace(SOUND, meeting_2=lima("2026-04-03 16:00")), CALENDAR, PERU)

    assert [(problem.code, problem.warning) for problem in problems] == [
        ("tender.schedule.non-working-day", True)
    ]
    assert problems[0].said()["holiday_name"] == "Good Friday"


def test_d3_the_third_meeting_is_three_days_before_the_deadline():  # D3, rule 48
    assert found(meeting_3="2026-04-21 16:00") == []
    for day in ("2026-04-20", "2026-04-22"):
        assert found(meeting_3=f"{day} 16:00") == [("meeting-3-off-average", "meeting_3")]


@pytest.mark.parametrize(
    ("day", "problems"),
    [
        ("2026-03-25", [("meeting-2-outside-window", "meeting_2")]),
        ("2026-03-26", []),
        ("2026-04-01", []),
        ("2026-04-02", [("meeting-2-outside-window", "meeting_2"), ("non-working-day", "meeting_2")]),
    ],
)
def test_the_tolerance_that_the_terms_state_is_the_limit(day, problems):  # rules 45, 48; decision 21
    assert found(rules=replace(BUSINESS, tolerance_days=2), meeting_2=f"{day} 16:00") == problems


def test_a_wide_tolerance_never_breaks_the_order():  # rule 50; decision 21
    rules = replace(BUSINESS, tolerance_days=5)

    assert ("order-broken", "query_deadline") in found(rules=rules, meeting_2="2026-04-07 16:00")


def test_the_sentence_says_what_was_found_and_what_is_right():
    (problem,) = check(replace(SOUND, meeting_2=lima("2026-03-27 16:00")), BUSINESS, PERU)

    assert "2026-03-27 and must be on 2026-03-30 (3 business days before" in problem.sentence()
    assert problem.rule == "rule 45"


def test_the_kind_of_days_must_be_stated():  # rule 49
    assert found(rules=replace(BUSINESS, day_type=None)) == [("day-type-missing", "meeting_1")]
    with pytest.raises(ValueError, match="rule 49"):
        window(date(2026, 4, 6), replace(BUSINESS, day_type=None), PERU)


def test_a_meeting_is_left_out_only_with_a_reason():  # rule 43
    assert found(meeting_2=None) == [("meeting-skipped-no-reason", "meeting_2")]
    assert found(meeting_2=None, skipped={"meeting_2": "  "}) == [("meeting-skipped-no-reason", "meeting_2")]
    assert found(meeting_2=None, skipped={"meeting_2": "Se juntó con la primera"}) == []


def test_a_regime_without_meetings_asks_for_none():
    free = replace(BUSINESS, day_type=None, has_meetings=False)

    assert found(rules=free, meeting_1=None, meeting_2=None, meeting_3=None) == []
    assert found(rules=free, meeting_1="2026-03-20 16:00") == []


# --- hours, days, terms ---


@pytest.mark.parametrize("hour", ["00:00:00", "00:00:59"])
def test_midnight_is_no_hour(hour):  # principle 3
    assert ("midnight-hour", "award") in found(award=f"2026-05-11 {hour}")
    assert found(award="2026-05-11 00:01:00") == []


def test_midnight_is_judged_in_lima():  # principle 3
    assert found(award=datetime(2026, 5, 11, 0, 0, tzinfo=UTC)) == [
        ("non-working-day", "award")
    ]  # Sunday, 19:00
    assert ("midnight-hour", "award") in found(award=datetime(2026, 5, 11, 5, 0, tzinfo=UTC))


def test_a_day_off_warns_with_its_name_and_the_towns_own_days_too():
    town = Calendar([DayOff(date(2026, 5, 8), "Aniversario de Laredo", Kind.LOCAL, "OM 3")])

    assert found(award="2026-05-09 11:00") == [("non-working-day", "award")]
    (problem,) = check(SOUND, BUSINESS, town)
    assert problem.said()["holiday_name"] == "Aniversario de Laredo"
    assert problem.warning


def test_a_year_whose_days_nobody_entered_warns():
    assert found(calendar=Calendar(confirmed_years=[2025])) == [("calendar-year-missing", "")]
    assert found(calendar=Calendar(confirmed_years=[2026])) == []


def test_little_time_to_prepare_warns():  # rule 37
    rules = replace(BUSINESS, minimum_preparation_days=53)

    assert found(rules=rules) == []
    problems = check(SOUND, replace(rules, minimum_preparation_days=54), PERU)
    assert [(problem.code, problem.warning) for problem in problems] == [
        ("tender.schedule.preparation-short", True)
    ]
    assert problems[0].facts["preparation_days"] == 53


def test_the_opening_waits_for_the_close():  # decision 12
    deadline = SOUND.submission_deadline

    assert found(opening_1=deadline + timedelta(seconds=60)) == []
    assert found(opening_1=deadline + timedelta(seconds=59)) == [("opening-before-close", "opening_1")]


def test_the_opening_waits_for_the_uploads():  # rule 59
    rules = replace(BUSINESS, upload_grace_minutes=120)
    uploaded = SOUND.submission_deadline + timedelta(minutes=120)

    assert schedule.upload_deadline(SOUND.submission_deadline, rules) == uploaded
    assert found(rules=rules, opening_1=uploaded) == [("opening-before-upload-end", "opening_1")]
    assert found(rules=rules, opening_1=uploaded + A_SECOND) == []


def test_todays_law_asks_seven_business_days_twice():
    rules = Rules.from_terms(TODAY, {})
    free = {"meeting_1": None, "meeting_2": None, "meeting_3": None, "opening_2": None}

    assert found(rules=rules, **free) == []
    assert found(rules=rules, **free, query_deadline="2026-03-10 17:00") == [
        ("queries-short", "query_deadline")
    ]
    assert found(rules=rules, **free, query_deadline="2026-03-11 17:00") == []
    assert found(rules=rules, **free, integration="2026-04-16 17:00") == [
        ("offers-short", "submission_deadline")
    ]


def test_a_date_behind_us_is_told():  # principle 3
    at = SOUND.meeting_1

    assert [problem.subject for problem in behind(SOUND, at)] == ["announcement", "sale_from"]
    assert [problem.subject for problem in behind(SOUND, at + A_SECOND, ("meeting_1", "award"))] == [
        "meeting_1"
    ]


# --- from the terms ---


def test_the_rules_are_read_from_the_terms():  # rules 37, 44-49
    profile = PILOT.profile(2)

    rules = Rules.from_terms(profile, worked_terms(profile, meetings__tolerance_days="1"))

    assert rules == Rules(
        day_type=DayType.BUSINESS,
        tolerance_days=1,
        minimum_preparation_days=45,
        upload_grace_minutes=120,
        has_second_opening=True,
        evaluation_days=7,
    )


def test_terms_that_say_nothing_yet_give_no_kind_of_days():  # rule 49
    rules = Rules.from_terms(PILOT.profile(1), {})

    assert rules.day_type is None
    assert not rules.has_second_opening  # the first calls had one envelope


# --- readings ---


def test_both_readings_of_three_days_side_by_side():  # rule 49, D2
    both = readings(date(2026, 4, 6), 3, PERU)

    assert (both.business.day, both.calendar.day) == (date(2026, 3, 30), date(2026, 4, 3))
    assert both.calendar.off.name == "Good Friday"
    assert [off.name for off in both.business.skipped] == [
        "Maundy Thursday",
        "Good Friday",
        "Saturday",
        "Sunday",
    ]
    assert not both.agree


def test_both_readings_agree_in_a_plain_week_forwards_too():  # D1, D3
    assert readings(date(2026, 4, 24), 3, PERU).agree
    ahead = readings(date(2026, 3, 2), 3, PERU, after=True)
    assert ahead.agree
    assert (ahead.business.day, ahead.calendar.off) == (date(2026, 3, 5), None)


# --- proposing and moving ---


def test_a_proposal_around_the_dates_of_the_vectors():  # D1-D3
    proposed = propose(SOUND.announcement, SOUND.query_deadline, SOUND.submission_deadline, BUSINESS, PERU)

    assert check(proposed, BUSINESS, PERU) == []
    assert [schedule.local_day(proposed.get(name)).isoformat() for name in schedule.MEETINGS] == [
        "2026-03-05",
        "2026-03-30",
        "2026-04-21",
    ]
    assert proposed.opening_1 == lima("2026-04-24 15:31")
    assert proposed.integration == lima("2026-04-14 17:00")


def test_a_proposal_by_calendar_days_uses_the_tolerance_to_avoid_good_friday():  # D2, rule 49
    tolerant = replace(CALENDAR, tolerance_days=2)
    dates = (SOUND.announcement, SOUND.query_deadline, SOUND.submission_deadline)

    assert propose(*dates, CALENDAR, PERU).meeting_2 == lima("2026-04-03 16:00")
    assert propose(*dates, tolerant, PERU).meeting_2 == lima("2026-04-01 16:00")
    assert check(propose(*dates, tolerant, PERU), tolerant, PERU) == []


def test_a_late_upload_is_opened_the_next_morning():
    proposed = propose(
        SOUND.announcement,
        SOUND.query_deadline,
        lima("2026-04-24 17:00"),
        replace(BUSINESS, upload_grace_minutes=60),
        PERU,
    )

    assert proposed.opening_1 == lima("2026-04-27 10:00")


def test_an_upload_that_ends_at_dawn_is_opened_that_morning():
    rules = replace(BUSINESS, upload_grace_minutes=600)

    proposed = propose(SOUND.announcement, SOUND.query_deadline, lima("2026-04-23 17:00"), rules, PERU)

    assert proposed.opening_1 == lima("2026-04-24 10:00")


def test_dates_too_close_are_proposed_and_refused():  # rule 50
    proposed = propose(SOUND.announcement, lima("2026-03-05 17:00"), lima("2026-03-09 15:00"), BUSINESS, PERU)

    assert "tender.schedule.order-broken" in [
        problem.code for problem in blocking(check(proposed, BUSINESS, PERU))
    ]


def test_a_regime_without_meetings_is_proposed_none():
    rules = Rules.from_terms(TODAY, {})

    proposed = propose(SOUND.announcement, SOUND.query_deadline, SOUND.submission_deadline, rules, PERU)

    assert [proposed.get(name) for name in (*schedule.MEETINGS, "opening_2")] == [None] * 4
    assert check(proposed, rules, PERU) == []


def test_meetings_stay_open_while_nobody_has_said_how_days_count():  # rule 49
    unstated = replace(BUSINESS, day_type=None)

    proposed = propose(SOUND.announcement, SOUND.query_deadline, SOUND.submission_deadline, unstated, PERU)
    moved = shift(
        SOUND, "submission_deadline", lima("2026-05-08 15:00"), unstated, PERU, at=SOUND.announcement
    )

    assert proposed.meeting_1 is None
    assert moved.meeting_3 == SOUND.meeting_3
    assert "tender.schedule.day-type-missing" in [p.code for p in check(proposed, unstated, PERU)]


def test_a_postponement_moves_all_that_follows():  # rule 68
    moved = shift(
        SOUND, "submission_deadline", lima("2026-05-08 15:00"), BUSINESS, PERU, at=lima("2026-04-14 10:00")
    )

    assert check(moved, BUSINESS, PERU) == []
    assert moved.meeting_3 == lima("2026-05-05 16:00")
    assert moved.opening_1 == lima("2026-05-08 17:30")
    assert moved.opening_2 == lima("2026-05-21 10:00")
    assert moved.sale_until == lima("2026-05-07 16:00")
    assert moved.integration == SOUND.integration
    assert left_behind(SOUND, moved) == []


def test_holidays_that_leave_no_room_push_the_deadline_on():  # rules 48, 68: 28 and 29 July
    dates = (lima("2005-05-09 08:00"), lima("2005-07-05 08:00"), lima("2005-07-19 08:00"))
    before = propose(*dates, CALENDAR, PERU)

    moved = shift(before, "query_deadline", lima("2005-07-21 17:30"), CALENDAR, PERU, at=dates[0])

    assert moved.submission_deadline == lima("2005-08-05 08:00")  # sixteen days would be the 4th
    assert moved.integration < moved.meeting_3
    assert blocking(check(moved, CALENDAR, PERU)) == []


def test_what_has_happened_is_not_moved():  # rule 68
    after_meeting = lima("2026-04-22 10:00")
    moved = shift(SOUND, "submission_deadline", lima("2026-05-08 15:00"), BUSINESS, PERU, at=after_meeting)

    assert moved.meeting_3 == SOUND.meeting_3

    closed_sale = replace(SOUND, sale_until=lima("2026-04-20 16:00"))
    moved = shift(
        closed_sale, "submission_deadline", lima("2026-05-08 15:00"), BUSINESS, PERU, at=after_meeting
    )
    assert moved.sale_until == closed_sale.sale_until


def test_a_late_answer_moves_the_deadline_and_the_third_meeting_too():  # rules 47, 68
    moved = shift(SOUND, "integration", lima("2026-04-20 17:00"), BUSINESS, PERU, at=lima("2026-04-13 12:00"))

    assert moved.submission_deadline == lima("2026-05-04 15:00")  # Friday 1 May is Labour Day
    assert check(moved, BUSINESS, PERU) == []


def test_a_postponement_never_brings_a_date_forward():  # rule 68
    for milestone, to in (("submission_deadline", SOUND.submission_deadline), ("meeting_2", SOUND.meeting_1)):
        with pytest.raises(ValueError, match="later"):
            shift(SOUND, milestone, to, BUSINESS, PERU, at=SOUND.announcement)
    with pytest.raises(ValueError, match="exists"):
        shift(Schedule(), "award", SOUND.award, BUSINESS, PERU, at=SOUND.announcement)


def test_a_date_left_behind_is_named():  # rule 68
    moved = replace(SOUND, submission_deadline=lima("2026-04-24 16:00"), opening_1=lima("2026-04-24 18:30"))

    problems = left_behind(SOUND, moved)

    assert [(problem.code, problem.subject) for problem in problems] == [
        ("tender.postponement.date-left-behind", "opening_2"),
        ("tender.postponement.date-left-behind", "award"),
    ]
    assert left_behind(SOUND, SOUND) == []
    assert left_behind(SOUND, replace(SOUND, meeting_2=SOUND.meeting_2 + A_SECOND)) == []
