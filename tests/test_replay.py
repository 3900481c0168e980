"""Scenarios: read strictly, run through the services, refused where the file says so (docs/scenarios.md)."""

import json
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.core.management import CommandError, call_command

from contracts.replay import outcome_of, runner, scenario, shift, verbs
from contracts.replay.fault import BadScenario
from contracts.replay.groups import LIMA
from contracts.replay.stage import Stage
from procurement.models import Appointment, Tender

HEAD = """
[scenario]
title = "Prueba"
[municipality]
name = "Fernando Lores"
kind = "district"
department = "Loreto"
province = "Maynas"
ubigeo = "160104"
[town]
name = "Tamshiyacu"
population = 6079
[actors]
mayor = { dni = "40000001", name = "Mayra Alcaldesa" }
manager = { dni = "40000002", name = "Manuel Gerente" }
"""
OFFICE = """
[[step]]
at = 2005-01-10T09:00:00
by = "mayor"
do = "people.appoint_official"
with = { role = "manager", user = "@manager", document = "RA 001-2005" }
"""
DRAFT = """
[[step]]
at = 2005-01-11T09:00:00
by = "manager"
do = "tenders.create"
as = "first"
with = { town = "@town", title = "Operador para Tamshiyacu" }
"""


def code_of(text):
    with pytest.raises(BadScenario) as bad:
        scenario.parse(text)
    return bad.value.code


def test_a_scenario_runs_on_its_own_clock(db):
    stage, outcomes = runner.play(scenario.parse(HEAD + OFFICE + DRAFT))

    assert [outcome.codes for outcome in outcomes] == [[], []]
    assert stage.named["first"].created_at == datetime(2005, 1, 11, 9, tzinfo=LIMA)
    assert outcome_of.everything(stage)[0]["state"] == "draft"


def test_a_refusal_that_the_file_expects_goes_on(db):
    refused = DRAFT.replace('by = "manager"', 'by = "mayor"\nexpect = "access.role.not-allowed"')

    _stage, outcomes = runner.play(scenario.parse(HEAD + OFFICE + refused + DRAFT))

    assert [outcome.codes for outcome in outcomes] == [[], ["access.role.not-allowed"], []]
    assert Tender.objects.count() == 1


def test_a_refusal_that_the_file_does_not_expect_stops(db):
    _stage, outcomes = runner.play(scenario.parse(HEAD + DRAFT + OFFICE.replace("01-10", "01-12")))

    assert [outcome.as_expected for outcome in outcomes] == [False]
    assert not Appointment.objects.filter(group__name="manager").exists()


def test_a_step_for_moved_dates_is_taken_there_alone(db):
    told = scenario.parse(HEAD + OFFICE + DRAFT + "when_shifted = true\n")

    _stage, replayed = runner.play(told)

    assert [outcome.step.do for outcome in replayed] == ["people.appoint_official"]
    assert [step.do for step in replace(told, shifted=True).acted] == [
        "people.appoint_official",
        "tenders.create",
    ]


def test_every_service_has_a_name_of_its_own():
    names = [name for name, _module in verbs.modules()]

    assert len(names) == len(set(names))
    assert {"reception.receive", "bonds.receive_bond", "transfer.receive", "fund_money.receive"} <= set(
        verbs.known()
    )
    assert not any(verb.startswith(("common.", "leaving.")) for verb in verbs.known())


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (OFFICE.replace("2005-01-10T09:00:00", '"mañana"'), "scenario.step.wrong-date"),
        (OFFICE.replace('by = "mayor"', 'by = "rosa"'), "scenario.step.unknown-actor"),
        (OFFICE.replace("do =", "haz ="), "scenario.step.unknown-key"),
        (OFFICE.replace("do =", "note ="), "scenario.step.missing-key"),
        (DRAFT + OFFICE, "scenario.step.out-of-order"),
        ("[[otro]]", "scenario.file.unknown-table"),
        ("", "scenario.file.missing-table"),
        ("[[step]", "scenario.file.unreadable"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(step, code):
    assert code_of(HEAD + step) == code


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (OFFICE.replace("appoint_official", "crown"), "scenario.step.unknown-verb"),
        (OFFICE.replace("@manager", "@nobody"), "scenario.step.unknown-name"),
        (OFFICE.replace("document", "paper_number"), "scenario.step.wrong-particulars"),
    ],
)
def test_a_step_that_nobody_can_take_says_why(db, step, code):
    with pytest.raises(BadScenario) as bad:
        runner.play(scenario.parse(HEAD + step))

    assert bad.value.code == code


def test_an_unknown_verb_is_told_before_anything_happens(db):
    with pytest.raises(BadScenario):
        runner.play(scenario.parse(HEAD + OFFICE + DRAFT.replace("tenders.create", "tenders.crown")))

    assert not Appointment.objects.exists()


def test_the_command_prints_one_json_document(db, tmp_path, capsys):
    file = tmp_path / "prueba.toml"
    file.write_text(HEAD + OFFICE + DRAFT)

    call_command("replay", str(file), "--here", "--json")

    told = json.loads(capsys.readouterr().out)
    assert [step["do"] for step in told["steps"]] == ["people.appoint_official", "tenders.create"]
    assert told["final"][0]["state"] == "draft"


def test_the_command_fails_where_a_step_does_not_end_as_expected(db, tmp_path, capsys):
    file = tmp_path / "prueba.toml"
    file.write_text(HEAD + DRAFT)

    with pytest.raises(CommandError):
        call_command("replay", str(file), "--here")

    assert "access.role.not-allowed" in capsys.readouterr().out


@pytest.mark.slow
def test_a_replay_touches_nothing_that_exists(db, tmp_path, capfd):
    file = tmp_path / "prueba.toml"
    file.write_text(HEAD + OFFICE + DRAFT)

    call_command("replay", str(file))

    assert "tenders.create" in capfd.readouterr().out
    assert not Tender.objects.exists()


# --- groups, names, and what stands in the place of a value ---

GROUPS = """
[given]
paper = "RA 002"
[[groups.offices]]
by = "mayor"
do = "people.appoint_official"
with = { role = "manager", user = "@manager", document = "$paper-$year" }
[[groups.offices]]
day = 2
time = 15:30:00
by = ["mayor", "manager"]
do = "dates.confirm_year"
with = { year = { year = { day = 40 } } }
"""
PLAYED = """
[[step]]
at = 2004-12-01T10:00:00
play = "offices"
assumed = true
stop = "offices"
"""


def test_a_group_counts_its_days_from_the_day_on_which_it_is_played():
    steps = scenario.parse(HEAD + GROUPS + PLAYED).steps

    assert [(step.by, step.at.day, step.at.hour) for step in steps] == [
        ("mayor", 1, 10),
        ("mayor", 3, 15),
        ("manager", 3, 15),
    ]
    assert steps[1].particulars == {"year": {"year": date(2005, 1, 10)}}
    assert all(step.assumed for step in steps)
    assert [step.stop for step in steps] == ["", "offices", "offices"]


def test_names_are_filled_and_years_are_those_of_the_dates(db):
    told = GROUPS.replace('["mayor", "manager"]', '"manager"') + PLAYED

    stage, outcomes = runner.play(scenario.parse(HEAD + told))

    assert [outcome.codes for outcome in outcomes] == [[], []]
    manager = stage.named["municipality"].appointments.get(group__name="manager")
    assert manager.document == "RA 002-2004"
    assert stage.named["municipality"].calendar_years.get().year == 2005


def test_tables_are_taken_over_with_values_of_ones_own(db):
    tables = """
    [tables.paper]
    document = "RA 001-2005"
    role = "legal"
    [[step]]
    at = 2005-01-10T09:00:00
    by = "mayor"
    do = "people.appoint_official"
    with = { from = ["&paper"], role = "manager", user = "@manager" }
    """

    stage, _outcomes = runner.play(scenario.parse(HEAD + tables))

    [manager] = stage.named["municipality"].appointments.filter(user=stage.named["manager"])
    assert (manager.group.name, manager.document) == ("manager", "RA 001-2005")


def test_what_a_step_made_is_found_through_what_it_belongs_to(db):
    renamed = """
    [[step]]
    at = 2005-01-12T09:00:00
    by = "mayor"
    do = "people.end_appointment"
    with = { appointment = "@municipality.appointments[group__name=manager]", document = "RA 003-2005" }
    """

    stage, _outcomes = runner.play(scenario.parse(HEAD + OFFICE + renamed))

    assert stage.named["municipality"].appointments.get(group__name="manager").end


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (PLAYED.replace('"offices"\nassumed', '"parties"\nassumed'), "scenario.step.unknown-group"),
        (PLAYED.replace("assumed", "supposed"), "scenario.step.unknown-group"),
    ],
)
def test_a_group_that_nobody_can_play_says_why(wrong, code):
    assert code_of(HEAD + GROUPS + wrong) == code


def test_a_name_that_nobody_gave_says_so(db):
    with pytest.raises(BadScenario) as bad:
        runner.play(scenario.parse(HEAD + OFFICE.replace("RA 001-2005", "$paper")))

    assert bad.value.code == "scenario.step.unknown-name"


def test_a_stop_that_no_step_has_says_so():
    with pytest.raises(BadScenario) as bad:
        scenario.parse(HEAD + OFFICE).stop_at("closed")

    assert bad.value.code == "scenario.step.unknown-stop"


# --- moving in time (decision 30) ---


def test_a_working_day_stays_one():
    """Tuesday 8 December 2026 is a holiday, and so is Wednesday the 9th."""
    by_a_week = shift.Shift(1)

    assert by_a_week.day(date(2026, 12, 1)) == date(2026, 12, 10)
    assert by_a_week.day(date(2026, 12, 3)) == date(2026, 12, 10)
    assert by_a_week.day(date(2026, 12, 5)) == date(2026, 12, 12)  # a Saturday remains one


def test_the_stop_is_today_or_in_the_six_days_before():
    told = scenario.parse(HEAD + OFFICE + 'stop = "office"\n' + DRAFT)
    now = datetime(2026, 11, 24, 12, tzinfo=LIMA)

    moved = shift.to_stop(told, "office", now)

    assert [step.at for step in moved.steps] == [datetime(2026, 11, 23, 9, tzinfo=LIMA)]
    assert moved.shifted


def test_a_stop_that_a_holiday_would_put_into_the_future_goes_a_week_back():
    """It would fall on Tuesday the 8th, go on to the 10th, and it is the 9th."""
    told = scenario.parse(HEAD + OFFICE.replace("2005-01-10", "2005-01-11") + 'stop = "office"\n')
    now = datetime(2026, 12, 9, 12, tzinfo=LIMA)

    [step] = shift.to_stop(told, "office", now).steps

    assert step.at == datetime(2026, 12, 1, 9, tzinfo=LIMA)


def test_texts_of_demonstrations_are_empty_in_a_replay(db):
    told = scenario.parse(HEAD + DRAFT.replace('town = "@town"', 'assumed = { when_shifted = "Movido" }'))

    here, there = (
        Stage(replace(told, shifted=shifted), None, None, {}).resolve(told.steps[0])
        for shifted in (False, True)
    )

    assert (here["assumed"], there["assumed"]) == ("", "Movido")
