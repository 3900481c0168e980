"""docs/rules.md tells the truth: every rule has its row, and every test that a row names exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROWS = re.findall(r"^\| (D?\d+) \| (.*) \| (.*) \| (.*) \|$", (ROOT / "docs/rules.md").read_text(), re.M)
NOW = {*range(1, 116), 117, 119, *range(130, 142), 149, 151, 152, 153, 155, 158, 159}  # of this version
NOW |= {160, 161, 162, 163}


def functions():
    """Return the names of all test functions."""
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                yield node.name


def test_every_rule_has_one_row():
    numbers = [number for number, _rule, _where, _tests in ROWS if number.isdigit()]

    assert numbers == [str(number) for number in range(1, 164)]


def test_every_rule_of_this_version_is_enforced_or_shown_and_tested():
    rows = {int(number): (where, tests) for number, _rule, where, tests in ROWS if number.isdigit()}

    assert [n for n in sorted(NOW) if rows[n][0] == "later" or "test_" not in rows[n][1]] == []


def test_every_test_that_a_row_names_exists():
    existing = set(functions())
    named = {name for *_row, tests in ROWS for name in re.findall(r"test_\w+", tests)}

    assert len(named) > 200
    assert named - existing == set()


def test_what_has_no_rule_number_is_tested_too():
    assert [number for number, *_row, tests in ROWS if number.startswith("D") and "test_" not in tests] == []
