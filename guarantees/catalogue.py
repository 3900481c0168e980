"""The instruments that guarantee something: what each covers, asks and hides, with its article (domain 2.1).

The data are in `catalogue.toml`. What a call accepts for which slot is said by its regime and its terms.
Pure: no database, no clock.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from procurement.parameters.contract import INSTRUMENTS

FILE = Path(__file__).parent / "catalogue.toml"
SLOTS = ("bid", "performance", "assets", "third_parties")


@dataclass(frozen=True)
class Line:
    """A sentence in both languages, and the article or rule that it stands on."""

    en: str
    es: str
    source: str = ""
    key: str = ""

    def said(self, language: str) -> str:
        return self.es if language.startswith("es") else self.en


@dataclass(frozen=True)
class Instrument:
    """One way to guarantee something.

    `at_once`: it turns into cash at the first demand (rules 72, 78). `registration`: `validity` where it does
    not count before it is registered, `third_parties` where it does not hold against others. `claim_days`:
    calendar days after the expiry, or the maturity, in which it may still be demanded. `last_constituted`:
    the last day on which one could be made.
    """

    code: str
    family: str
    covers: Line
    constituted_by: Line
    formality: Line
    realization: Line
    execution: Line
    at_once: bool
    traps: tuple[Line, ...]
    checks: tuple[Line, ...] = ()
    presentable: bool = True
    written: bool = False
    public_deed: bool = False
    registry: str = ""
    registration: str = ""
    issuer: bool = False
    premium: bool = False
    yearly: bool = False
    appraisers: int = 0
    claim_days: int = 0
    claim_source: str = ""
    protest_days: int = 0
    wording: tuple[str, ...] = ()
    last_constituted: date | None = None
    label: str = field(default="", compare=False)

    @property
    def is_surety(self) -> bool:
        """Whether an extension without the guarantor's assent ends it (CC 1901)."""
        return self.family == "surety"

    @property
    def is_insurance(self) -> bool:
        return self.family == "insurance"

    @property
    def has_value(self) -> bool:
        """Whether goods stand behind it, which somebody appraises."""
        return self.appraisers > 0


def read(path: Path = FILE) -> Mapping[str, Instrument]:
    """Return the instruments of a file, by code."""
    return {code: instrument(code, row) for code, row in tomllib.loads(path.read_text()).items()}


SINGLE = ("covers", "constituted_by", "formality", "realization", "execution")


def instrument(code: str, row: Mapping[str, Any]) -> Instrument:
    """Make one instrument of its table."""
    parts: dict[str, Any] = dict(row)
    parts |= {name: Line(**row[name]) for name in SINGLE}
    parts |= {name: tuple(Line(**line) for line in row.get(name, ())) for name in ("traps", "checks")}
    parts["wording"] = tuple(row.get("wording", ()))
    return Instrument(code=code, label=INSTRUMENTS[code], **parts)


CATALOGUE = read()


def allowed(profile: Any, slot: str) -> tuple[str, ...]:
    """Return what the regime accepts for a slot; nothing where it knows no such guarantee.

    `NotCovered` where the sources at hand do not say it.
    """
    profile.must_cover(f"guarantees.{slot}")
    if slot not in profile.find("guarantees.slots", ()):
        return ()
    return tuple(profile.find(f"guarantees.{slot}.instruments.allowed", ()))
