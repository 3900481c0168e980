"""Each guard is found with the tests that name its code, and is noticed when it is taken away."""

import pytest

from script import guard_mutants as mutants

PLACE = "procurement.guards.meetings:place_is_known"


@pytest.fixture
def guards():
    found = mutants.guards()
    mutants.find_tests(found)
    return {guard.name: guard for guard in found}


def test_each_guard_is_found_with_the_tests_that_name_its_code(guards):
    assert len(guards) > 100
    assert guards[PLACE].code.endswith(".place-missing")
    assert all(test.startswith("tests/test_meetings.py::") for test in guards[PLACE].tests)
    assert [name for name, guard in guards.items() if not guard.tests] == []


def test_a_guard_that_no_test_names_survives():
    lonely = mutants.Guard("procurement.guards.call:lonely", f"tender.call.{'lonely'}", "rule 0")

    mutants.find_tests([lonely])
    _guard, why = mutants.judge(lonely, None)
    assert why == "no test names its code"


@pytest.mark.slow
def test_a_guard_that_is_taken_away_is_noticed(guards, tmp_path):
    tests = guards[PLACE].tests

    assert mutants.run(tests, tmp_path)[0]  # with its guard in place everything passes
    assert not mutants.run(tests, tmp_path, PLACE)[0]
    assert mutants.run(tests, tmp_path, "procurement.guards.meetings:nobody_came")[
        0
    ]  # these are not about it
