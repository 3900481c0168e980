"""Takes away each guard in turn; a test that names its code must fail: python -m script.guard_mutants [NAME]

Without names, every guard. A guard survives when no test names its code, or all that do still pass without
it: then nobody would notice if it were gone. Prints the survivors and ends with 1 where there are any.
"""

import ast
import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

import django

ROOT = Path(__file__).resolve().parent.parent
APPS = ("procurement", "guarantees", "bids", "contracts")
WORKERS = 2
LIMIT = 300  # seconds for one guard
OPTIONS = ("-q", "-x", "--no-header", "--reuse-db", "-p", "no:cacheprovider", "-p", "script.passing_guard")
# A guard of problems has the codes of a pure module; they begin like this.
SEVERAL = {
    "procurement.guards.call:terms_are_stated": "tender.regime.parameter-undecided",
    "procurement.guards.call:schedule_is_sound": "tender.schedule.",
    "procurement.guards.meetings:date_is_in_its_window": "tender.schedule.meeting-",
    "procurement.guards.queries:bidders_keep_their_days": "tender.schedule.offers-short",
    "bids.guards.bids:shares_are_sound": "bidder.shareholding.",
    "contracts.guards.signing:shares_are_sound": "contract.shares.",
}


@dataclass
class Guard:
    """One guard: `module:function`, the code that it refuses with (or how its codes begin), its tests."""

    name: str
    code: str
    rule: str
    tests: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.code}  ({self.rule})  {self.name}"


def modules() -> Iterator:
    """Every module of guards."""
    for app in APPS:
        package = importlib.import_module(app)
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".guards" in found.name:
                yield importlib.import_module(found.name)


def guards() -> list[Guard]:
    """Every guard of the product, by its name."""
    found = []
    for module in modules():
        for name, held in vars(module).items():
            if hasattr(held, "refusals") and held.__module__ == module.__name__:
                refusal = getattr(held, "refusal", None)
                named = f"{module.__name__}:{name}"
                code, rule = (refusal.code, str(refusal.rule)) if refusal else (SEVERAL[named], "several")
                found.append(Guard(named, code, rule))
    return sorted(found, key=lambda guard: guard.name)


def strings(node: ast.AST) -> set[str]:
    return {
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def is_test(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def tests() -> Iterator[tuple[str, set[str]]]:
    """Every test function of the unit tests with the strings in it; a module's own strings count for all."""
    for path in sorted((ROOT / "tests").glob("test_*.py")):
        nodes = ast.parse(path.read_text()).body
        shared = {text for node in nodes if not is_test(node) for text in strings(node)}
        for node in nodes:
            if isinstance(node, ast.FunctionDef) and is_test(node):
                yield f"tests/{path.name}::{node.name}", strings(node) | shared


def find_tests(found: list[Guard]) -> None:
    """Give each guard the tests that name its code."""
    named = list(tests())
    for guard in found:
        several = guard.rule == "several"
        for test, texts in named:
            if any(text.startswith(guard.code) if several else text == guard.code for text in texts):
                guard.tests.append(test)


def run(chosen: Iterable[str], folder: Path, guard: str = "") -> tuple[bool, str]:
    """Whether these tests pass while that guard always passes, and what pytest said last."""
    command = [sys.executable, "-m", "pytest", *OPTIONS, *chosen]
    environment = os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": "", "PASSING_GUARD": guard}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return True, f"no answer within {LIMIT} s"
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    return done.returncode != 1, lines[-1] if lines else done.stderr[-500:]  # 1: a test failed


def judge(guard: Guard, folders: SimpleQueue) -> tuple[Guard, str]:
    """Say why a guard survives, or nothing where a test notices that it is gone."""
    if not guard.tests:
        return guard, "no test names its code"
    folder = folders.get()
    try:
        survived, said = run(guard.tests, folder, guard.name)
    finally:
        folders.put(folder)
    print("SURVIVES" if survived else "noticed ", guard, flush=True)
    return guard, f"{len(guard.tests)} tests name its code: {said}" if survived else ""


def chosen(names: list[str]) -> list[Guard]:
    found = guards()
    find_tests(found)
    return [guard for guard in found if not names or any(name in str(guard) for name in names)]


def main(names: list[str]) -> int:
    """Judge the chosen guards, two at a time, each worker with a database of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="convoca-guards-") as place:
        os.environ["DATA_DIR"] = place
        django.setup()
        found = chosen(names)
        folders, named = SimpleQueue(), sorted({test for guard in found for test in guard.tests})
        with ThreadPoolExecutor(WORKERS) as pool:
            shares = [(named[each::WORKERS], Path(place) / str(each)) for each in range(WORKERS)]
            before = list(pool.map(lambda share: run(*share), shares))
        if not all(passes for passes, _said in before):
            print(f"Tests fail although no guard is taken away: {[said for _passes, said in before]}")
            return 1
        for _tests, folder in shares:
            folders.put(folder)
        with ThreadPoolExecutor(WORKERS) as pool:
            survivors = [(guard, why) for guard, why in pool.map(lambda g: judge(g, folders), found) if why]
    for guard, why in survivors:
        print(f"\n{guard}\n  {why}")
    print(f"\n{len(found)} guards, {len(survivors)} survive, {time.monotonic() - began:.0f} s")
    return int(bool(survivors))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
