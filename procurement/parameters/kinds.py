"""What a parameter of the terms is: its words, its kind, its bounds, and how its value is read and shown."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from procurement import money
from procurement.problems import Problem, Translate, Word
from procurement.problems import gettext_noop as _

Value = int | Decimal | str | bool | tuple[str, ...]
LONGEST_TEXT = 2000
LONGEST_NUMBER = 20  # characters; no sum of a small town needs more
NUMBER = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")  # 1234.50 or 1,234.50; a decimal comma is refused

YES_NO = {True: _("Yes"), False: _("No")}
UNITS = {  # one, several
    "days": (_("%(number)s day"), _("%(number)s days")),
    "hours": (_("%(number)s hour"), _("%(number)s hours")),
    "minutes": (_("%(number)s minute"), _("%(number)s minutes")),
    "months": (_("%(number)s month"), _("%(number)s months")),
    "years": (_("%(number)s year"), _("%(number)s years")),
    "people": (_("%(number)s person"), _("%(number)s people")),
    "members": (_("%(number)s member"), _("%(number)s members")),
    "connections": (_("%(number)s connection"), _("%(number)s connections")),
    "points": (_("%(number)s point"), _("%(number)s points")),
}


class Kind(StrEnum):
    """What sort of value a parameter takes, and so which field a form shows."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENTAGE = "percentage"
    MONEY = "money"  # in soles, unless another parameter names the currency
    CHOICE = "choice"
    CHOICES = "choices"  # any of them, at least one
    ORDERED = "ordered"  # some of them, the order matters
    BOOLEAN = "boolean"
    TEXT = "text"


class Unreadable(ValueError):
    """What was typed is no value of the parameter; `problem` says why."""

    def __init__(self, problem: Problem):
        super().__init__(problem.sentence())
        self.problem = problem


@dataclass(frozen=True)
class Parameter:
    """One thing that the terms must state. Label, help, choices and rule are message ids.

    `when` names another parameter and the values of it for which this one is asked at all. `last` is the
    choice that must close an ordered list.
    """

    key: str
    kind: Kind
    label: str
    help: str
    rule: str
    unit: str = ""
    minimum: int | Decimal = 0
    maximum: int | Decimal | None = None
    places: int = 2
    choices: Mapping[str, str] = field(default_factory=dict)
    when: tuple[str, tuple[str, ...]] | None = None
    last: str = ""

    def parse(self, text: str) -> Value:
        """Read what a person typed, strictly; `Unreadable` says what is wrong with it."""
        text = text.strip()
        if not text:
            raise self._unreadable("empty", _("“%(label)s” is empty."))
        return READERS[self.kind](self, text)

    def format(self, value: Value, translate: Translate = str, currency: str = "PEN") -> str:
        """Show a value in words for people, such as `3 days`, `10.20 %`, `S/ 1,234.50`."""
        if self.unit:
            one, several = UNITS[self.unit]
            return translate(one if value == 1 else several) % {"number": value}
        match self.kind:
            case Kind.MONEY:
                return money.display(value, currency)  # type: ignore[arg-type]
            case Kind.PERCENTAGE:
                return money.percentage(value, self.places)  # type: ignore[arg-type]
            case Kind.BOOLEAN:
                return translate(YES_NO[bool(value)])
            case Kind.CHOICE:
                return translate(self.choices[str(value)])
            case Kind.CHOICES | Kind.ORDERED:
                return self._listed(value, translate)  # type: ignore[arg-type]
        return str(value)

    def _listed(self, chosen: tuple[str, ...], translate: Translate) -> str:
        names = [translate(self.choices[choice]) for choice in chosen]
        if self.kind is Kind.ORDERED:
            return "; ".join(f"{place}) {name}" for place, name in enumerate(names, start=1))
        return ", ".join(names)

    def to_json(self, value: Value) -> Any:
        """Return the value as JSON can hold it: a Decimal as a string, a tuple as a list."""
        if isinstance(value, Decimal):
            return str(value)
        return list(value) if isinstance(value, tuple) else value

    def from_json(self, stored: Any) -> Value:
        """Read back what `to_json` returned, or what a regime fixes, by the same rules as what is typed."""
        if isinstance(stored, bool):
            return self.parse(str(stored).lower())
        return self.parse(", ".join(stored) if isinstance(stored, list | tuple) else str(stored))

    def _unreadable(self, what: str, text: str, **facts: Any) -> Unreadable:
        return Unreadable(
            Problem(f"terms.parameter.{what}", text, self.rule, {"label": Word(self.label)} | facts, self.key)
        )

    def _within(self, number: int | Decimal) -> int | Decimal:
        if number >= self.minimum and (self.maximum is None or number <= self.maximum):
            return number
        if self.maximum is None:
            text = _("“%(label)s” is %(number)s; it must be at least %(minimum)s.")
        else:
            text = _("“%(label)s” is %(number)s; it must lie between %(minimum)s and %(maximum)s.")
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        raise self._unreadable("out-of-range", text, number=number, **bounds)


def _integer(parameter: Parameter, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise parameter._unreadable("not-whole", _("“%(label)s” takes a whole number, such as 3."))
    return int(parameter._within(int(text)))


def _decimal(parameter: Parameter, text: str) -> Decimal:
    if not NUMBER.fullmatch(text) or len(text) > LONGEST_NUMBER:
        raise parameter._unreadable("not-a-number", _("“%(label)s” takes a number, such as 1,234.50."))
    number = Decimal(text.replace(",", ""))
    if number != money.rounded(number, parameter.places):
        text = _("“%(label)s” takes at most %(places)s decimals; it is not rounded for you.")
        raise parameter._unreadable("too-many-decimals", text, places=parameter.places)
    return money.rounded(parameter._within(number), parameter.places)


def _choice(parameter: Parameter, text: str) -> str:
    if text not in parameter.choices:
        raise parameter._unreadable("not-a-choice", _("Choose one of the answers for “%(label)s”."))
    return text


def _choices(parameter: Parameter, text: str) -> tuple[str, ...]:
    chosen = tuple(_choice(parameter, part.strip()) for part in re.split(r"[,\n]", text))
    if len(set(chosen)) < len(chosen):
        raise parameter._unreadable("repeated", _("“%(label)s” names the same answer twice."))
    if parameter.last and chosen[-1] != parameter.last:
        text = _("“%(label)s” must end with what always decides: %(last)s.")
        raise parameter._unreadable("open-ended", text, last=Word(parameter.choices[parameter.last]))
    return chosen


def _boolean(parameter: Parameter, text: str) -> bool:
    if text not in ("true", "false"):
        raise parameter._unreadable("not-a-choice", _("Choose one of the answers for “%(label)s”."))
    return text == "true"


def _text(parameter: Parameter, text: str) -> str:
    if len(text) > LONGEST_TEXT:
        too_long = _("“%(label)s” is too long: at most %(longest)s characters.")
        raise parameter._unreadable("too-long", too_long, longest=LONGEST_TEXT)
    return text


READERS: dict[Kind, Callable[[Parameter, str], Value]] = {
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.PERCENTAGE: _decimal,
    Kind.MONEY: _decimal,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.ORDERED: _choices,
    Kind.BOOLEAN: _boolean,
    Kind.TEXT: _text,
}
