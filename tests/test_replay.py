"""Scenarios: read strictly, run through the services, refused where the file says so (docs/scenarios.md)."""

import json
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command

from contracts.replay import outcome_of, runner, scenario
from contracts.replay.fault import BadScenario
from contracts.replay.groups import LIMA
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
