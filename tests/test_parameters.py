import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement import parameters, regimes
from procurement.parameters import Kind, Unreadable

from .worked_terms import TYPED, worked_terms

PILOT = regimes.load("pppl-2003")
SECOND = PILOT.profile(2)
TODAY = regimes.load("servicio-universal-2024").profile()
CASES = [
    profile
    for regime in regimes.all_regimes()
    for profile in regime.profiles.values()
    if profile.name != "any-call" or regime is not PILOT
]


def refused(key, text):
    with pytest.raises(Unreadable) as caught:
        parameters.parse(key, text)
    return caught.value.problem.code


def codes(problems):
    return [problem.code for problem in problems]


def test_no_key_stands_in_two_sections():
    keys = [parameter.key for section in parameters.SECTIONS for parameter in section.parameters]

    assert len(keys) == len(set(keys)) == len(parameters.PARAMETERS)


def test_every_parameter_has_words_and_a_rule():
    for parameter in parameters.PARAMETERS.values():
        assert parameter.label
        assert parameter.help.endswith((".", "?"))
        assert parameter.rule
        assert bool(parameter.choices) == (parameter.kind in (Kind.CHOICE, Kind.CHOICES, Kind.ORDERED))


def test_everything_that_a_regime_requires_is_in_the_catalogue():
    required = {key for profile in CASES for key in profile.required}

    assert required <= parameters.PARAMETERS.keys()
    assert parameters.PARAMETERS.keys() - required == {
        "fund_percentage.alert_above",
        "guarantees.contingency",
    }


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("meetings.tolerance_days", " 2 ", 2),
        ("fund_percentage.minimum", "5", Decimal("5.00")),
        ("fund_percentage.minimum", "100.00", Decimal("100.00")),
        ("guarantees.bid.amount", "1,234.50", Decimal("1234.50")),
        ("guarantees.bid.amount", "1234.5", Decimal("1234.50")),
        ("guarantees.bid.amount", "0", Decimal("0.00")),
        ("zero_forbidden", "true", True),
        ("zero_forbidden", "false", False),
        ("receipts_public", "close", "close"),
        ("ties", "local, draw", ("local", "draw")),
        ("ties", "draw", ("draw",)),
        ("guarantees.bid.instruments", "PAGARE\nDEPOSITO", ("PAGARE", "DEPOSITO")),
        ("penalty_scale", " Una cuota por día. ", "Una cuota por día."),
    ],
)
def test_what_a_person_types_is_read(key, text, value):
    read = parameters.parse(key, text)

    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("key", "text", "what"),
    [
        ("terms.payment", "   ", "empty"),
        ("meetings.tolerance_days", "2.0", "not-whole"),
        ("meetings.tolerance_days", "-1", "not-whole"),
        ("meetings.tolerance_days", "tres", "not-whole"),
        ("meetings.tolerance_days", "9" * 5000, "not-whole"),
        ("meetings.tolerance_days", "²", "not-whole"),
        ("meetings.tolerance_days", "6", "out-of-range"),
        ("remedy_days", "0", "out-of-range"),
        ("town.connections", "0", "out-of-range"),
        ("fund_percentage.minimum", "10,2", "not-a-number"),
        ("fund_percentage.minimum", "10.2 %", "not-a-number"),
        ("fund_percentage.minimum", "NaN", "not-a-number"),
        ("fund_percentage.minimum", "1e1", "not-a-number"),
        ("fund_percentage.minimum", "", "empty"),
        ("fund_percentage.minimum", "10.205", "too-many-decimals"),
        ("fund_percentage.maximum", "100.01", "out-of-range"),
        ("guarantees.bid.amount", "12,34", "not-a-number"),
        ("guarantees.bid.amount", "9" * 40, "not-a-number"),
        ("town.house_value", "0", "out-of-range"),
        ("zero_forbidden", "sí", "not-a-choice"),
        ("receipts_public", "never", "not-a-choice"),
        ("ties", "draw, local", "open-ended"),
        ("ties", "local, local, draw", "repeated"),
        ("ties", "luck, draw", "not-a-choice"),
        ("penalty_scale", "x" * 2001, "too-long"),
    ],
)
def test_what_is_no_value_is_refused_with_its_code(key, text, what):
    assert refused(key, text) == f"terms.parameter.{what}"


def test_a_refused_value_names_its_parameter_and_its_limits():
    with pytest.raises(Unreadable) as caught:
        parameters.parse("fund_percentage.maximum", "100.01")

    problem = caught.value.problem
    assert problem.subject == "fund_percentage.maximum"
    assert problem.said()["maximum"] == "100"
    assert problem.sentence().startswith("“highest percentage admitted” is 100.01")


def test_the_longest_text_is_still_read():  # the control beside too-long
    assert len(parameters.parse("penalty_scale", "x" * 2000)) == 2000


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("meetings.tolerance_days", 1, "1 day"),
        ("meetings.tolerance_days", 3, "3 days"),
        ("fund_percentage.minimum", Decimal("5.00"), "5.00 %"),
        ("guarantees.bid.amount", Decimal("1234.50"), "S/ 1,234.50"),
        ("zero_forbidden", True, "Yes"),
        ("receipts_public", "close", "from the close"),
        ("ties", ("local", "draw"), "1) the local bidder; 2) a draw by lot, in public"),
        ("guarantees.bid.instruments", ("PAGARE", "DEPOSITO"), "promissory note, cash deposit"),
        ("local_preference.value", Decimal("10.00"), "10.00"),
        ("penalty_scale", "Una cuota", "Una cuota"),
    ],
)
def test_a_value_is_shown_in_words(key, value, shown):
    assert parameters.format(key, value) == shown


def test_a_value_is_shown_in_the_readers_language_and_currency():
    assert parameters.format("zero_forbidden", False, {"No": "No, señor"}.get) == "No, señor"
    shown = parameters.format("guarantees.performance.amount", Decimal(100000), currency="USD")
    assert shown == "US$ 100,000.00"


@pytest.mark.parametrize("profile", CASES, ids=lambda profile: f"{profile.regime.code} {profile.name}")
def test_worked_terms_owe_nothing_and_survive_json(profile):
    values = worked_terms(profile)

    stored = json.loads(json.dumps(parameters.dump(values)))

    assert parameters.missing(profile, values) == []
    assert parameters.undecided(profile, values) is None
    assert parameters.load(stored) == values
    assert all(
        type(old) is type(new)
        for old, new in zip(values.values(), parameters.load(stored).values(), strict=True)
    )


def test_the_worked_terms_know_every_required_parameter():
    assert TYPED.keys() == parameters.PARAMETERS.keys() - {
        "fund_percentage.alert_above",
        "guarantees.contingency",
    }


def test_each_missing_value_is_named():  # product.md, principle 6: no silent default
    values = worked_terms(SECOND)

    for key in values:
        left = {other: value for other, value in values.items() if other != key}
        assert key in parameters.missing(SECOND, left)
        assert parameters.undecided(SECOND, left).code == "tender.regime.parameter-undecided"


def test_what_is_undecided_is_said_by_its_label():
    values = worked_terms(SECOND)
    del values["zero_forbidden"], values["draw.method"]

    problem = parameters.undecided(SECOND, values)

    assert problem.said()["missing_parameters"] == "an offer of 0.00 % is not valid, method of the draw"


def test_paper_envelopes_owe_no_custodians():  # decision 11
    digital = worked_terms(SECOND)
    paper = worked_terms(SECOND, envelopes__form="paper")

    assert digital.keys() - paper.keys() == {
        "upload_grace_minutes",
        "sealing.custodians",
        "sealing.threshold",
        "sealing.neighbours",
        "sealing.liability_norm",
        "outage.window_hours",
        "outage.minutes",
        "outage.minimum_extension_hours",
    }


def test_no_preference_owes_no_points():  # rule 65
    values = worked_terms(SECOND, local_preference__mode="none")

    assert [key for key in values if key.startswith("local_preference.")] == ["local_preference.mode"]
    assert "local_preference.value" in worked_terms(SECOND, local_preference__mode="pct_bonus")


@pytest.mark.parametrize(
    ("rule", "owed"),
    [
        ("fixed", {"currency", "amount"}),
        ("percentage", {"percentage"}),
        ("months", {"months"}),
        ("inventory", set()),
    ],
)
def test_the_performance_bond_owes_what_its_rule_needs(rule, owed):  # rules 77, 80
    values = worked_terms(SECOND, guarantees__performance__rule=rule)

    stated = {key.removeprefix("guarantees.performance.") for key in values if ".performance." in key}
    assert stated == {"rule", "instruments"} | owed


def test_the_first_call_states_a_technical_weight_and_the_second_its_thresholds():  # rules 58, 160
    first, second = worked_terms(PILOT.profile(1)), worked_terms(SECOND)

    assert "factors.technical_weight" in first
    assert "factors.technical_weight" not in second
    assert {"thresholds.administrative", "thresholds.technical"} <= second.keys() - first.keys()


def test_what_the_regime_fixes_is_not_asked_and_prevails():
    values = worked_terms(TODAY)

    assert "appeal.day_type" not in values
    assert parameters.settled(TODAY, {"appeal.day_type": "calendar"}, "appeal.day_type") == "business"
    assert parameters.settled(TODAY, {}, "guarantees.performance.percentage") == Decimal("10.00")
    assert parameters.settled(TODAY, values, "appeal.days") == 8


def test_a_value_that_nobody_gave_is_not_made_up():
    with pytest.raises(parameters.Undecided):
        parameters.settled(SECOND, {}, "appeal.days")
    with pytest.raises(KeyError):
        parameters.parse("no.such.parameter", "1")


def test_a_step_that_is_not_covered_cannot_be_stated_either():  # decision 22
    stated = {"fund_percentage.minimum": Decimal("5.00")}

    with pytest.raises(regimes.NotCovered):
        parameters.settled(TODAY, stated, "fund_percentage.minimum")
    assert parameters.settled(SECOND, stated, "fund_percentage.minimum") == Decimal("5.00")


def test_an_example_is_shown_with_its_source_and_never_filled_in():  # rule 91
    value, source = parameters.example(SECOND, "electoral_buffer_days")

    assert (value, "rule 91" in source) == (180, True)
    assert "electoral_buffer_days" in parameters.missing(SECOND, {})
    assert parameters.example(SECOND, "terms.price") is None


def test_sound_terms_have_no_problem():
    assert parameters.check(SECOND, worked_terms(SECOND)) == []
    assert parameters.check(TODAY, worked_terms(TODAY, contract__years="2")) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"contract__years": "6"}, "contract.term.out-of-range"),
        ({"contract__years": "11"}, "contract.term.out-of-range"),
        ({"committee__quorum": "4"}, "committee.quorum.above-size"),
        ({"sealing__threshold": "6"}, "terms.sealing.threshold-above-custodians"),
        ({"sealing__neighbours": "3"}, "terms.sealing.committee-left-out"),
        ({"fund_percentage__maximum": "4.99"}, "terms.fund.minimum-above-maximum"),
        ({"appeal__authority": "manager"}, "terms.parameter.not-in-regime"),
        ({"guarantees__bid__instruments": "HIPOTECA, DEPOSITO"}, "terms.parameter.not-in-regime"),
        ({"envelopes__form": "official_platform"}, "terms.parameter.not-in-regime"),
    ],
)
def test_terms_that_contradict_the_regime_or_themselves_are_blocked(changes, code):  # rule 90
    problems = parameters.check(SECOND, worked_terms(SECOND, **changes))

    assert codes(problems) == [code]
    assert not problems[0].warning
    assert problems[0].sentence()


@pytest.mark.parametrize("years", ["7", "10"])
def test_the_first_and_the_last_year_of_the_range_are_allowed(years):  # rule 90
    assert parameters.check(SECOND, worked_terms(SECOND, contract__years=years)) == []


def test_a_committee_that_can_tie_only_warns():
    (problem,) = parameters.check(SECOND, worked_terms(SECOND, committee__size="4"))

    assert (problem.code, problem.warning) == ("committee.size.even", True)


def test_five_days_to_appeal_are_allowed_today_and_six_are_not():
    allowed = parameters.check(TODAY, worked_terms(TODAY, appeal__days="5", contract__years="1"))
    (problem,) = parameters.check(TODAY, worked_terms(TODAY, appeal__days="6", contract__years="1"))

    assert allowed == []
    assert problem.said()["allowed"] == "8, 5"


@given(st.decimals(min_value=0, max_value=100, places=2))
def test_every_percentage_of_two_decimals_survives_being_shown_stored_and_read(value):
    parameter = parameters.PARAMETERS["fund_percentage.minimum"]

    assert parameter.from_json(parameter.to_json(parameter.parse(str(value)))) == value
    assert parameter.format(value) == f"{value} %"


def outcome(parameter, text):
    try:
        return parameter.from_json(parameter.to_json(parameter.parse(text)))
    except Unreadable as refusal:
        return refusal.problem.code


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused_with_a_code(text):
    for parameter in parameters.PARAMETERS.values():
        found = outcome(parameter, text)

        assert found is not None
        assert parameter.kind is not Kind.INTEGER or isinstance(found, int) or found.startswith("terms.")
