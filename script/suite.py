"""Runs the parts of the test suite and adds them up: python -m script.suite [--fast | PART...].

A part that failed does not keep the next from running. Budgets are in seconds on two cores; going over one is
told but does not fail, because a busy machine would fail good work.
"""

import argparse
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from script.postgres import private_cluster

ROOT = Path(__file__).resolve().parent.parent
PURE = (
    "business_days",
    "drawing",
    "fund",
    "merkle",
    "money",
    "schedule",
    "scoring",
    "sealing",
    "sizing",
    "term",
    "trial",
)  # import no Django
CHOSEN_BY_US = ("ALLOWED_HOSTS", "DATABASE_URL", "DEBUG", "HTTPS", "SECRET_KEY")  # not by who runs the suite
PRODUCTION = {"DEBUG": "0", "SECRET_KEY": secrets.token_urlsafe(64), "ALLOWED_HOSTS": "convoca.example"}
COVERAGE = ("--cov", "--cov-report=term-missing:skip-covered", "--cov-fail-under=95")
BOTH_CORES = ("-n", "2")
SERVER_SIDE = "not browser and not sheets"  # what needs neither Chromium nor LibreOffice


@dataclass
class Run:
    """One run of the suite: its folder, what passed and failed, and the parts that failed."""

    folder: Path
    passed: int = 0
    failed: int = 0
    broken: list[str] = field(default_factory=list)

    def python(self, *arguments: str, **environment: str) -> int:
        """Run Python in the project, with a data folder of this run's own; return its exit code."""
        inherited = {name: value for name, value in os.environ.items() if name not in CHOSEN_BY_US}
        own = {"DATA_DIR": str(self.folder / "data"), "COVERAGE_FILE": str(self.folder / "coverage")}
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=ROOT, env=inherited | own | environment, check=False).returncode

    def check(self, *arguments: str, **environment: str) -> None:
        """Run a check that holds no tests: it counts only where it fails."""
        self.failed += self.python(*arguments, **environment) != 0

    def pytest(self, *arguments: str, **environment: str) -> None:
        """Run tests and count them; a bad end without a failed test, such as low coverage, is one failure."""
        report = self.folder / "report.xml"
        report.unlink(missing_ok=True)
        code = self.python("-m", "pytest", "-q", f"--junit-xml={report}", *arguments, **environment)
        passed, failed = outcomes(report)
        self.passed += passed
        self.failed += failed or int(code != 0)


def outcomes(report: Path) -> tuple[int, int]:
    """How many tests passed and how many failed, from pytest's JUnit report; nothing where there is none."""
    if not report.exists():
        return 0, 0
    suite = ElementTree.parse(report).getroot()[0].attrib
    failed = int(suite["failures"]) + int(suite["errors"])
    return int(suite["tests"]) - int(suite["skipped"]) - failed, failed


def lint(run: Run) -> None:
    run.check("-m", "ruff", "check", "--quiet")
    run.check("-m", "ruff", "format", "--check", "--quiet")


def types(run: Run) -> None:
    kinds = [kind for name in PURE for kind in (f"{name}.py", name)]  # a module or a package
    pure = sorted(str(path) for kind in kinds for path in ROOT.glob(f"[!.]*/{kind}"))
    run.check("-m", "mypy", "script", *pure)


def migrations(run: Run) -> None:
    run.check("manage.py", "makemigrations", "--check", "--dry-run")


def deploy(run: Run) -> None:
    run.check("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)


def quick(run: Run) -> None:
    # Tables straight from the models: replaying the migrations takes a quarter of the minute.
    run.pytest(*BOTH_CORES, "--dist", "worksteal", "--nomigrations", "-m", f"{SERVER_SIDE} and not slow")


def unit(run: Run) -> None:
    run.pytest(*BOTH_CORES, *COVERAGE, "-m", SERVER_SIDE)


def postgres(run: Run) -> None:
    with private_cluster() as url:
        run.pytest(*BOTH_CORES, "-m", f"{SERVER_SIDE} and not pages", DATABASE_URL=url)


def program(run: Run) -> None:
    run.check("-m", "script.program", "--check")


def browser(run: Run) -> None:
    run.pytest("-m", "browser")


def sheets(run: Run) -> None:
    run.pytest("--nomigrations", "tests/sheets")


PARTS = {
    part.__name__: part
    for part in (lint, types, migrations, deploy, program, unit, postgres, browser, sheets)
}
FAST = {part.__name__: part for part in (lint, types, quick)}
BUDGETS = {"quick": 50, "unit": 6 * 60, "postgres": 3 * 60, "browser": 12 * 60, "sheets": 2 * 60}


def run_part(run: Run, name: str) -> str:
    """Run one part; return its line of the closing table."""
    print(f"== {name}", flush=True)
    failed, began = run.failed, time.monotonic()
    (PARTS | FAST)[name](run)
    seconds, budget = time.monotonic() - began, BUDGETS.get(name)
    if run.failed > failed:
        run.broken.append(name)
    told = f"of {budget}" if budget else ""
    over = "OVER ITS BUDGET" if budget and seconds > budget else ""
    return f"{name:<11}{seconds:7.1f} s {told:<7}{over}".rstrip()


def arguments() -> list[str]:
    """The names of the parts to run."""
    parser = argparse.ArgumentParser(prog="script/test")
    parser.add_argument("parts", nargs="*", metavar="PART", help=" ".join(PARTS))
    parser.add_argument("--fast", action="store_true", help="the inner loop: " + " ".join(FAST))
    given = parser.parse_args()
    unknown = sorted(set(given.parts) - set(PARTS))
    if unknown:
        parser.error(f"no part called {' '.join(unknown)}; there are {' '.join(PARTS)}")
    return list(FAST) if given.fast else given.parts or list(PARTS)


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the private cluster is stopped too
    names = arguments()
    with tempfile.TemporaryDirectory(prefix="convoca-test-") as folder:
        run = Run(Path(folder))
        lines = [run_part(run, name) for name in names]
    print("", *lines, sep="\n")
    if run.broken:
        print(f"Failed: {' '.join(run.broken)}")
    print(f"\n{run.passed} passed, {run.failed} failed")
    return int(run.failed > 0)


if __name__ == "__main__":
    sys.exit(main())
