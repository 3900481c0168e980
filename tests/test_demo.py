"""The demonstration: every town stops today, whole or not at all; its people can sign in."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from bids.services import envelopes, opening
from contracts.models import Contract, Fund, TransferItem
from contracts.replay import demonstration, runner, scenario, shift
from contracts.replay.groups import LIMA
from contracts.whereabouts import STANDS
from procurement import clock
from procurement.business_days import Calendar
from procurement.models import Event, Municipality, Tender, User

NOW = datetime(2026, 12, 16, 8, tzinfo=LIMA)  # a Wednesday, soon after two holidays in a row


@pytest.fixture(scope="module")
def towns():
    return demonstration.plan()[1]


@pytest.fixture(scope="module")
def shortest(towns):
    """The town with the fewest steps."""
    return min(towns, key=lambda town: len(moved(town).steps))


def moved(town, now=NOW):
    return shift.to_stop(town.scenario, town.stop, now)


def test_the_stop_of_every_town_is_in_the_last_week(towns):  # decision 30
    for town in towns:
        last = moved(town).steps[-1].at
        assert NOW - timedelta(days=8) < last <= NOW, town.name


def test_a_moved_day_keeps_its_weekday_unless_it_is_a_holiday(towns):
    calendar = Calendar()
    for town in towns:
        told = moved(town)
        for before, after in zip(town.scenario.steps, told.steps, strict=False):
            if calendar.is_business(before.at.date()):
                assert calendar.is_business(after.at.astimezone(LIMA).date())


@pytest.mark.parametrize("week", range(0, 52, 13))
def test_moved_steps_keep_their_order(towns, week):
    for town in towns:
        times = [step.at for step in moved(town, NOW + timedelta(weeks=week)).steps]
        assert times == sorted(times), town.name


def test_loading_twice_changes_nothing(db, monkeypatch, shortest):
    monkeypatch.setattr(demonstration, "plan", lambda: ("clave de prueba", [shortest]))
    call_command("demo")
    before = Event.objects.count(), User.objects.count()

    call_command("demo")

    assert (Event.objects.count(), User.objects.count()) == before


def test_every_account_has_the_one_password(db, monkeypatch, shortest):
    monkeypatch.setattr(demonstration, "plan", lambda: ("clave de prueba", [shortest]))
    call_command("demo")

    for _part, dni, _name in [*shortest.people(), demonstration.host()]:
        assert User.objects.get(dni=dni).check_password("clave de prueba")


def test_a_town_that_fails_leaves_nothing_behind(db):
    """The step that fails comes last: everything before it is undone (whole or not at all)."""
    broken = scenario.parse(BROKEN)

    with clock.stopped_at(NOW), pytest.raises(CommandError):
        load_alone(broken)

    assert not Municipality.objects.exists()
    assert not Tender.objects.exists()


BROKEN = """
[scenario]
title = "Rota"
[municipality]
name = "Rota"
kind = "district"
department = "Loreto"
province = "Maynas"
ubigeo = "160104"
[town]
name = "Rota"
population = 6079
[actors]
mayor = { dni = "40000001", name = "Mayra Alcaldesa" }
[[step]]
at = 2005-01-10
by = "mayor"
do = "people.appoint_official"
with = { role = "manager", user = "@mayor", document = "RA 001-2005" }
[[step]]
at = 2005-01-10
by = "mayor"
do = "people.appoint_official"
with = { role = "manager", user = "@mayor", document = "RA 001-2005" }
stop = "here"
"""


def load_alone(told):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demonstration, "plan", lambda: ("clave", [demonstration.Town(told, "here")]))
        call_command("demo")


def up_to(towns, name, stop):
    """Return a town of the demonstration that stops at another moment."""
    told = next(town for town in towns if town.name == name)
    return demonstration.Town(told.scenario, stop)


def test_a_replay_keeps_the_dates_of_the_file(db, towns):  # decision 30
    told = up_to(towns, "Sechura", "approved").scenario
    first = told.stop_at("approved").number

    stage, _outcomes = runner.play(replace(told, steps=told.steps[:first]))

    tender = stage.named["tender"]
    assert tender.created_at.year == 2005
    assert tender.bands == ["assumed-data"]


def test_a_moved_town_says_that_its_rules_are_no_longer_in_force(db, towns):  # decision 22
    stage = demonstration.load(up_to(towns, "Sechura", "approved"), at=NOW, password="")

    assert stage.named["tender"].bands == ["expired-regime", "assumed-data"]


def test_the_page_of_accounts_lists_them_with_the_password(db, client, settings, monkeypatch, shortest):
    settings.DEMONSTRATION = True
    monkeypatch.setattr(demonstration, "plan", lambda: ("clave de prueba", [shortest]))
    call_command("demo")

    shown = client.get(reverse("demonstration")).content.decode()

    assert "clave de prueba" in shown
    assert all(dni in shown for _part, dni, _name in shortest.people())


def test_there_is_no_page_of_accounts_on_a_real_installation(db, client):
    assert client.get(reverse("demonstration")).status_code == 404


@pytest.mark.slow
def test_the_sheets_on_the_page_open_the_envelopes(db, settings, tmp_path, towns):  # decision 15
    settings.DATA_DIR = tmp_path
    town = next(town for town in towns if town.name == "Villa Manantial")
    stage = demonstration.load(town, at=NOW, password="")
    chair, members = stage.named["chair"], [stage.named[name] for name in ("chair", "member", "third")]
    words = dict(demonstration.sheets()["Villa Manantial"])

    with clock.stopped_at(NOW):
        tender = town.tenders().get()
        act = opening.convene(tender, stage=1, place="Coliseo", notary="Juez de paz", by=chair)
        act = opening.begin(act, present=members, by=chair)
        trio = list(tender.custodians.all())[:3]
        for custodian in trio:
            envelopes.check_envelopes(act, custodian=custodian, words=words[custodian.name], by=chair)
        for custodian in trio:
            envelopes.release_shares(act, custodian=custodian, words=words[custodian.name], by=chair)

    assert len(words) == 5
    presented = tender.envelopes.filter(part="public", bid__in=tender.bids.presented())
    assert set(presented.filter(stage=1).values_list("status", flat=True)) == {"open"}
    assert set(presented.filter(stage=2).values_list("status", flat=True)) == {"presented"}


STATES = {
    "Sechura": ["consented"],
    "Tabalosos": ["deserted", "awarded"],
    "Nauta": ["consented"],
    "Tamshiyacu": ["deserted", "draft"],
    "Talavera": ["draft"],
    "Laredo": ["announced"],
    "Nueva Cajamarca": ["consented"],
    "Urcos": ["consented"],
    "Tumán": ["evaluating"],
    "Ayabaca": ["withdrawn"],
    "San Juan del Agua": ["integrated"],
    "Villa Manantial": ["closed"],
}


CONTRACTS = {"Sechura": "in_force", "Nauta": "transferring", "Nueva Cajamarca": "closed", "Urcos": "ready"}


@pytest.mark.slow
def test_each_town_stops_at_another_moment(db, client, settings, tmp_path, towns):
    """On a day after two holidays in a row, which several dates of the towns meet."""
    settings.DATA_DIR = tmp_path
    with clock.stopped_at(NOW):
        call_command("demo")

    shown = {town.name: [tender.state for tender in town.tenders()] for town in towns}
    assert shown == STATES
    contracts = Contract.objects.select_related("tender__town")
    assert {each.tender.town.name: each.state for each in contracts} == CONTRACTS
    nauta = TransferItem.objects.filter(transfer__contract__state="transferring")
    assert Counter(nauta.values_list("state", flat=True)) == {"accepted": 3, "evidenced": 1, "agreed": 3}
    assert Fund.objects.get(contract__state="in_force").contributions.count() >= 2
    laredo, sanjuan = (Tender.objects.get(town__name=name) for name in ("Laredo", "San Juan del Agua"))
    assert laredo.schedule.query_deadline > NOW
    assert sanjuan.schedule.submission_deadline > NOW
    front = client.get(reverse("home")).content.decode()
    for contract in contracts:
        _look, words = STANDS[contract.state]
        assert str(words) in front, contract
    signed = [each for each in contracts if each.signed_on]
    assert front.count('<span class="small">Contrato ') == len(signed) == 3
