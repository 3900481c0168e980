"""Regimes: the law that a call is made under, as data with dates and sources (product.md, principle 6).

Each TOML file beside this one is a regime. Every provision in it carries its source; what a regime leaves to
the terms is in `required`; what the sources at hand do not say is in `not_covered`, and asking for it is
refused. A tender freezes the text of its regime when it is announced, and `parse` reads that text back. No
Django here.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from procurement.problems import Problem
from procurement.problems import gettext_noop as _

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Provision:
    """One thing that a regime fixes, and where it stands: an article, a rule, a line of the field note."""

    value: Any
    source: str


class NotCovered(LookupError):
    """The sources at hand do not say how this step goes under this regime; nothing is invented."""

    code = "tender.regime.step-not-covered"

    def __init__(self, regime: "Regime", step: str, reasons: Mapping[str, str]):
        super().__init__(f"{regime.code} does not cover {step}: {reasons['en']}")
        self.regime = regime
        self.step = step
        self.reasons = reasons

    def problem(self, language: str = "es") -> Problem:
        """Return it as a refusal, with the regime's own sentence in that language."""
        facts = {"regime_code": self.regime.code, "step": self.step, "reason": self.reasons[language]}
        text = _("Regime %(regime_code)s does not cover this step (%(step)s). %(reason)s")
        return Problem(self.code, text, _("product.md, principle 6"), facts, self.step)


@dataclass(frozen=True)
class Profile:
    """A regime as it holds for one call: its provisions, those of the first or second call over them."""

    regime: "Regime" = field(repr=False)
    name: str
    provisions: Mapping[str, Provision] = field(repr=False)
    required: tuple[str, ...] = field(repr=False)

    def fixes(self, key: str) -> bool:
        """Whether the regime itself gives this value."""
        return key in self.provisions

    def covers(self, key: str) -> bool:
        """Whether the regime gives this value, or leaves it to the terms."""
        return self.fixes(key) or self.regime.gap(key) is None

    def value(self, key: str) -> Any:
        """Return what the regime fixes; `NotCovered` where it is silent, KeyError where the terms say it."""
        return self._provision(key).value

    def find(self, key: str, default: Any = None) -> Any:
        """Return what the regime fixes, or the default where it fixes nothing."""
        return self.provisions[key].value if key in self.provisions else default

    def source(self, key: str) -> str:
        """Return where the value stands."""
        return self._provision(key).source

    def must_cover(self, key: str) -> None:
        """Refuse a step about which the sources at hand are silent."""
        if not self.fixes(key) and (step := self.regime.gap(key)):
            raise NotCovered(self.regime, step, self.regime.not_covered[step])

    def _provision(self, key: str) -> Provision:
        self.must_cover(key)
        return self.provisions[key]


@dataclass(frozen=True)
class Regime:
    """One regime. `text` is its exact TOML; `valid_to` is the last day, None while in force."""

    code: str
    titles: Mapping[str, str]
    valid_from: date
    valid_to: date | None
    sources: tuple[str, ...] = field(repr=False)
    not_covered: Mapping[str, Mapping[str, str]] = field(repr=False)
    profiles: Mapping[str, Profile] = field(repr=False, compare=False)
    text: str = field(repr=False)

    def title(self, language: str = "es") -> str:
        return self.titles[language]

    def in_force(self, day: date) -> bool:
        """Whether the regime held on that day; a legal report must say why else (decision 22)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def profile(self, call_number: int = 1, name: str = "") -> Profile:
        """Return the rules of the first call or of a later one; `name` chooses another profile."""
        usual = "first-call" if call_number == 1 else "second-call"
        return self.profiles[name] if name else self.profiles.get(usual, self.profiles["any-call"])

    @property
    def required(self) -> tuple[str, ...]:
        """What every call under this regime must state in its terms, whichever its profile."""
        return self.profiles["any-call"].required

    def gap(self, key: str) -> str | None:
        """Return the step that is not covered and to which this key belongs, if there is one."""
        steps = [step for step in self.not_covered if f"{key}.".startswith(f"{step}.")]
        return max(steps, key=len, default=None)


@lru_cache(maxsize=64)
def parse(text: str) -> Regime:
    """Read a regime from its text, such as a tender froze it."""
    data = tomllib.loads(text)
    profiles: dict[str, Profile] = {}
    regime = Regime(
        code=data["code"],
        titles=data["title"],
        valid_from=data["valid_from"],
        valid_to=data.get("valid_to"),
        sources=tuple(data["sources"]),
        not_covered={gap["step"]: gap for gap in data.get("not_covered", [])},
        profiles=profiles,
        text=text,
    )
    for name, own in {"any-call": {}, **data.get("profile", {})}.items():
        profiles[name] = Profile(
            regime=regime,
            name=name,
            provisions=_provisions(data["provisions"]) | _provisions(own.get("provisions", {})),
            required=(*data["required"], *own.get("required", [])),
        )
    return regime


def _provisions(table: Mapping[str, Mapping[str, Any]]) -> dict[str, Provision]:
    return {key: Provision(**row) for key, row in table.items()}


@cache
def load(code: str) -> Regime:
    """Return the regime of that code; KeyError where there is none."""
    path = FOLDER / f"{code}.toml"
    if path not in FOLDER.glob("*.toml"):  # a code never reaches outside the folder
        raise KeyError(code)
    return parse(path.read_bytes().decode())


def all_regimes() -> list[Regime]:
    """Return every regime, oldest first."""
    regimes = [load(path.stem) for path in FOLDER.glob("*.toml")]
    return sorted(regimes, key=lambda regime: regime.valid_from)
