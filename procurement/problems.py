"""What a check finds wrong with something proposed, in a form that pages, papers and scripts can all say.

No Django here: the sentences are English message ids, and whoever shows them translates.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Translate = Callable[[str], str]
Show = Callable[[Any], str]


def gettext_noop(text: str) -> str:
    """Mark a message id for the catalogue; modules without Django import it as `_`."""
    return text


class Word(str):
    """A fact that is itself a message id, to be translated when the sentence is said."""

    __slots__ = ()


class Source(str):
    """A fact that cites where a rule stands."""

    __slots__ = ()


@dataclass(frozen=True)
class Problem:
    """One finding: a block, or a warning that a named person may override with a reason.

    `code` is stable; `text` is a message id whose %(placeholders)s are the keys of `facts`; `rule` is its
    source; `subject` is the milestone or parameter that it concerns, where it concerns one.
    """

    code: str
    text: str
    rule: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    warning: bool = False

    def said(self, translate: Translate = str, show: Show = str) -> dict[str, str]:
        """Return the facts in words: `translate` turns a message id, `show` an instant, a date, a number."""

        def say(fact: Any) -> str:
            if isinstance(fact, tuple):
                return ", ".join(map(say, fact))
            return translate(fact) if isinstance(fact, Word) else show(fact)

        return {name: say(fact) for name, fact in self.facts.items()}

    def sentence(self, translate: Translate = str, show: Show = str) -> str:
        """Return the whole sentence in words."""
        return translate(self.text) % self.said(translate, show)


def blocking(problems: list[Problem]) -> list[Problem]:
    """Leave out what only warns."""
    return [problem for problem in problems if not problem.warning]
