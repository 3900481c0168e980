from datetime import date
from pathlib import Path

import pytest

from procurement import parameters, regimes

PILOT = regimes.load("pppl-2003")
SMALL_CITIES = regimes.load("oe-2009")
TODAY = regimes.load("servicio-universal-2024")
PROFILES = [profile for regime in regimes.all_regimes() for profile in regime.profiles.values()]


def names(profile):
    return f"{profile.regime.code} {profile.name}"


def test_the_regimes_come_oldest_first():
    assert [regime.code for regime in regimes.all_regimes()] == [
        "pppl-2003",
        "oe-2009",
        "servicio-universal-2024",
    ]


@pytest.mark.parametrize("regime", regimes.all_regimes(), ids=lambda regime: regime.code)
def test_a_regime_is_the_exact_text_of_its_file_and_reads_back_equal(regime):
    on_disk = Path(regimes.__file__).with_name(f"{regime.code}.toml").read_bytes()

    assert regime.text.encode() == on_disk
    assert regimes.parse(regime.text) == regime
    assert regimes.parse(regime.text).profile(2).provisions == regime.profile(2).provisions


def test_a_frozen_text_does_not_follow_a_later_change():  # product.md, principle 6
    changed = PILOT.text.replace("value = 7, source", "value = 5, source")

    assert regimes.parse(changed).profile().value("contract.min_years") == 5
    assert PILOT.profile().value("contract.min_years") == 7


@pytest.mark.parametrize("code", ["app-1900", "../pppl-2003", "", "*"])
def test_an_unknown_code_is_no_regime(code):
    with pytest.raises(KeyError):
        regimes.load(code)


@pytest.mark.parametrize("profile", PROFILES, ids=names)
def test_every_provision_says_where_it_stands(profile):
    assert [key for key, row in profile.provisions.items() if not row.source.strip()] == []
    assert len(profile.provisions) > 20


@pytest.mark.parametrize("regime", regimes.all_regimes(), ids=lambda regime: regime.code)
def test_titles_and_gaps_are_said_in_both_languages(regime):
    assert regime.title("es") != regime.title("en")
    assert all(gap["es"].endswith(".") and gap["en"].endswith(".") for gap in regime.not_covered.values())
    assert regime.sources


@pytest.mark.parametrize("profile", PROFILES, ids=names)
def test_what_a_regime_fixes_about_a_parameter_is_a_value_of_it(profile):
    for key in parameters.PARAMETERS:
        if profile.fixes(key):
            assert parameters.settled(profile, {}, key) is not None
        for choice in profile.find(f"{key}.allowed", []):
            assert not isinstance(choice, str) or choice in parameters.PARAMETERS[key].choices
        assert not profile.fixes(f"{key}.example") or parameters.example(profile, key)


@pytest.mark.parametrize(
    ("regime", "day", "holds"),
    [
        (PILOT, date(2003, 8, 13), False),
        (PILOT, date(2003, 8, 14), True),
        (PILOT, date(2009, 10, 15), True),
        (PILOT, date(2009, 10, 16), False),
        (SMALL_CITIES, date(2009, 10, 16), True),
        (SMALL_CITIES, date(2017, 6, 27), False),
        (TODAY, date(2025, 4, 21), False),
        (TODAY, date(2025, 4, 22), True),
        (TODAY, date(2030, 1, 1), True),
    ],
)
def test_the_first_and_the_last_day_are_in_force(regime, day, holds):  # decision 22
    assert regime.in_force(day) is holds


def test_the_figures_of_the_field_note():  # rules 1, 44, 45, 48, 90
    pilot = PILOT.profile(1)

    assert (pilot.value("population.min"), pilot.value("population.max")) == (2001, 30000)
    assert (pilot.value("contract.min_years"), pilot.value("contract.max_years")) == (7, 10)
    assert pilot.value("meetings.first_within_days") == pilot.value("meetings.days_before") == 3
    assert pilot.value("guarantees.slots") == ["bid", "performance", "assets", "third_parties"]
    assert "L1556" in pilot.source("contract.max_years")


def test_the_second_call_changes_five_things():  # rules 58, 62-67
    first, second = PILOT.profile(1), PILOT.profile(2)

    assert first.value("factors.competitive") == ["technical_proposal", "fund_percentage"]
    assert second.value("factors.competitive") == ["fund_percentage"]
    assert first.value("guarantees.amounts") == "larger"
    assert second.value("guarantees.amounts") == "reduced"
    assert set(second.value("factors.gate")) - set(first.value("factors.gate")) == {
        "administrative",
        "technical",
    }
    assert first.value("local_preference.mode") == "none"
    assert not second.fixes("local_preference.mode")
    assert (first.value("envelopes.count"), second.value("envelopes.count")) == (1, 2)
    assert len(second.value("second_call.five_points")) == 5


def test_a_third_call_is_like_a_second_and_a_first_may_choose_to_be():  # rule 67
    assert PILOT.profile(3).name == PILOT.profile(1, "second-call").name == "second-call"
    assert PILOT.profile(1).name == "first-call"
    assert TODAY.profile(2).name == "any-call"


def test_every_regime_asks_the_votes_and_the_buffer():  # rules 15, 91
    for profile in PROFILES:
        assert {"council_majority", "electoral_buffer_days", "contract.years"} <= set(profile.required)


def test_the_list_of_what_the_pilot_leaves_open():  # rules 49, 55, 65
    assert {
        "council_majority",
        "committee.size",
        "committee.quorum",
        "committee.casting_vote",
        "meetings.day_type",
        "meetings.tolerance_days",
        "late_change_days",
        "minimum_days_after_change",
        "local_preference.mode",
        "local_preference.value",
        "local_preference.consortium_rule",
        "ranking_values",
        "fund_percentage.minimum",
        "fund_percentage.base",
        "single_bid.award_allowed",
        "ties",
        "appeal.days",
        "appeal.day_type",
        "appeal.guarantee",
        "signing_days",
        "offer_validity_days",
        "electoral_buffer_days",
        "receipts_public",
        "upload_grace_minutes",
        "envelopes.form",
        "notification",
        "buyers_public_from",
        "zero_forbidden",
        "penalty_scale",
        "remedy_days",
    } <= set(PILOT.required)


def test_todays_law_has_four_performance_instruments_and_no_bid_bond():  # vector G4
    profile = TODAY.profile()

    instruments = profile.value("guarantees.performance.instruments.allowed")

    assert len(instruments) == 4
    assert "HIPOTECA" not in instruments
    assert "HIPOTECA" in PILOT.profile(2).value("guarantees.performance.instruments.allowed")
    assert profile.value("guarantees.slots") == ["performance"]
    with pytest.raises(regimes.NotCovered) as refused:
        profile.value("guarantees.bid.amount")
    assert refused.value.step == "guarantees.bid"


def test_todays_local_preference_is_ten_per_cent_of_the_total():  # rule 65
    assert TODAY.profile().value("local_preference.mode") == "pct_bonus"
    assert str(parameters.settled(TODAY.profile(), {}, "local_preference.value")) == "10.00"


def test_todays_call_takes_no_envelopes():  # decision 22
    profile = TODAY.profile()

    assert profile.value("envelopes.form") == "official_platform"
    with pytest.raises(regimes.NotCovered) as refused:
        profile.value("envelopes.count")
    problem = refused.value.problem("en")
    assert problem.code == regimes.NotCovered.code == "tender.regime.step-not-covered"
    assert not problem.warning
    assert "platform" in problem.sentence()
    assert "plataforma" in refused.value.problem("es").sentence()


def test_a_silent_step_is_refused_and_a_stated_one_answered():
    profile = SMALL_CITIES.profile()

    assert not profile.covers("envelopes.count")
    assert not profile.covers("appeal.days")
    assert profile.value("appeal.authority") == "manager"
    assert profile.covers("committee.size")
    assert profile.covers("appealing")
    with pytest.raises(KeyError):
        profile.value("committee.size")


def test_find_gives_a_default_only_where_nothing_is_fixed():
    assert PILOT.profile().find("contract.max_years", 99) == 10
    assert PILOT.profile().find("consent.single_same_day", False) is False
    assert TODAY.profile().find("consent.single_same_day", False) is True
