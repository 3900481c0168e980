"""A pytest plugin that lets one guard always pass, the one that PASSING_GUARD names as module:function.

It is loaded before anything of Convoca, so that every module gets the decorators from here.
"""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

from procurement import workflow
from procurement.guards import problems

CHOSEN = os.environ.get("PASSING_GUARD", "")


def is_chosen(question: Callable) -> bool:
    return f"{question.__module__}:{question.__name__}" == CHOSEN


def with_answer(decorator: Callable, answer: Any) -> Callable:
    """Return a decorator of guards that puts `answer` in the place of the chosen guard's own."""

    def decorate(question: Callable) -> Any:
        return decorator(wraps(question)(lambda subject, at: answer) if is_chosen(question) else question)

    return decorate


_guard = workflow.guard
workflow.guard = lambda **named: with_answer(_guard(**named), True)
problems.guard_of_problems = with_answer(problems.guard_of_problems, [])
