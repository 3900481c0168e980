"""What a pure check finds (`procurement.problems.Problem`), as refusals of the kernel."""

from datetime import date, datetime
from functools import wraps

from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy

from procurement.citations import cited
from procurement.problems import Source, Word
from procurement.workflow import Refusal


def show(fact):
    """Say one fact in the active language: a word translated, an instant in Lima, a number as it is."""
    if isinstance(fact, tuple):
        return ", ".join(map(show, fact))
    if isinstance(fact, Source):
        return cited(fact)
    if isinstance(fact, Word):
        return gettext(fact)
    if isinstance(fact, datetime):
        local = localtime(fact)
        return f"{date_format(local.date())}, {local:%H:%M:%S}"
    return date_format(fact) if isinstance(fact, date) else str(fact)


lazily_shown = lazy(show, str)


def refusal(problem):
    """Return a problem as a refusal with the same code; what only warns may be overridden."""
    facts = {name: lazily_shown(fact) for name, fact in problem.facts.items()}
    return Refusal(
        problem.code, gettext_lazy(problem.text), gettext_lazy(problem.rule), facts, problem.warning
    )


def answered(tender):
    """Return what somebody answers for, each as the digest of a warning and its facts."""
    return {override.digest for override in tender.overrides.all()}


def standing(problems, tender):
    """Return as refusals what still stands in the way: blocks, and warnings that nobody answers for."""
    found = [refusal(problem) for problem in problems]
    taken = answered(tender) if any(each.warning for each in found) else set()
    return [each for each in found if not (each.warning and each.digest in taken)]


def guard_of_problems(question):
    """Make a transition condition of a question that answers with a list of problems (none: it passes)."""

    @wraps(question)
    def condition(subject, at=None):
        return not condition.refusals(subject, at or subject.judged_at)

    condition.refusals = lambda subject, at: standing(question(subject, at), subject.tender)
    return condition
