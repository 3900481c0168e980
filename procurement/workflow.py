"""The one door for state changes: lock, permission, guards, transition, save, event."""

from dataclasses import dataclass, field, replace
from functools import wraps
from hashlib import sha256
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from . import clock
from .log import record


@dataclass(frozen=True)
class Refusal:
    """Why a step is not possible now: a stable code, a sentence for the user, the rule's source.

    `text` may hold %(named)s places, which `facts` fill. A `warning` is what the field note advises: a named
    person may override it with a reason, and that answer holds for the thing and the facts that it was asked
    about: for all of them, or for those named in `holds_for` where others change by themselves.
    """

    code: str
    text: str
    rule: str
    facts: dict = field(default_factory=dict)
    warning: bool = False
    holds_for: tuple = ()
    thing: str = ""

    @property
    def sentence(self):
        return str(self.text) % self.facts if self.facts else str(self.text)

    def __str__(self):
        return f"{self.sentence} ({self.rule})"

    def about(self, **facts):
        """Return this refusal with its places filled."""
        return replace(self, facts=facts)

    @property
    def digest(self):
        """What somebody answers for: this warning, about this thing, with these facts."""
        names = self.holds_for or sorted(self.facts)
        with translation.override(settings.LANGUAGE_CODE):
            told = [self.code, self.thing, *(f"{name}={self.facts.get(name)}" for name in names)]
        return sha256("\n".join(told).encode()).hexdigest()


def thing_of(subject):
    """Return how a warning names what it is about; a tender is meant where nothing is said."""
    is_tender = getattr(subject, "tender", subject) is subject
    return "" if is_tender else f"{type(subject).__name__.lower()}/{getattr(subject, 'pk', None)}"


class Unmet(dict):
    """A guard's "no" that says more: the facts for the places in its sentence."""

    def __bool__(self):
        return False


class Blocked(ValidationError):
    """A step was refused; `refusals` says every reason. Forms show it through `add_error`."""

    def __init__(self, *refusals):
        self.refusals = refusals
        super().__init__([ValidationError(str(refusal), code=refusal.code) for refusal in refusals])

    @property
    def codes(self):
        return [refusal.code for refusal in self.refusals]


class Action(NamedTuple):
    """A step that a user may take from here, and what still blocks it."""

    name: str
    label: str
    refusals: list[Refusal]

    @property
    def blocked(self):
        return bool(self.refusals)


def guard(*, code, reason, rule, warning=False, holds_for=()):
    """Mark a question about (subject, at) as a transition condition that can explain itself.

    An answer to a warning holds for its facts, or for those that `holds_for` names.

    The question answers True, False, or `Unmet(…)` with the facts for its sentence. django-fsm asks with the
    subject alone: it then gets the instant that the kernel has set, so that a transition called past the
    kernel fails instead of being judged by another clock.
    """

    def mark(question):
        refusal = Refusal(code, reason, rule, warning=warning, holds_for=holds_for)

        def told(answer, subject):
            facts = dict(answer) if isinstance(answer, Unmet) else {}
            return replace(refusal, facts=facts, thing=thing_of(subject))

        @wraps(question)
        def condition(subject, at=None):
            answer = question(subject, at or subject.judged_at)
            return answer or (warning and subject.tender.overrides.answer(told(answer, subject))) or answer

        def refusals(subject, at):
            """Return why not, as a list, so that one guard may have several reasons."""
            answer = condition(subject, at)
            return [] if answer else [told(answer, subject)]

        condition.refusal = refusal
        condition.refusals = refusals
        return condition

    return mark


def check(subject, *guards):
    """Stop here, with every reason, unless all these guards pass at the instant of the subject."""
    reasons = [reason for question in guards for reason in question.refusals(subject, subject.judged_at)]
    if reasons:
        raise Blocked(*reasons)


def lock(subject, *, by, at=None):
    """Fetch the subject afresh under its lock, and read the clock once, when the lock is held.

    A tender is the lock of everything below it: its row first, then the child's. A forgotten `by` is a fault
    of the program, not a refusal.
    """
    if by is None:
        raise TypeError("Say who acts; what time does, `clock.ACTOR` does.")
    tender = getattr(subject, "tender", subject)
    if tender is None or tender is subject:
        subject = type(subject).objects.select_for_update().get(pk=subject.pk)
        subject.judged_at = at or clock.now()
        return subject
    tender = lock(tender, by=by, at=at)
    subject = type(subject).objects.select_for_update().get(pk=subject.pk)
    subject.tender, subject.judged_at = tender, tender.judged_at
    return subject


def here(subject):
    """Return the transitions that leave the subject's state."""
    return [rule for rule in subject.get_all_state_transitions() if rule.source == subject.state]


def refusals(subject, rule):
    """Return why `rule` cannot run at the instant of the subject; an empty list means it can."""
    return [
        reason for condition in rule.conditions for reason in condition.refusals(subject, subject.judged_at)
    ]


def actions(subject, user, *, at):
    """Return the steps that this user may take from the subject's state, each with what blocks it."""
    subject.judged_at = subject.tender.judged_at = at
    return [
        Action(rule.name, rule.custom["label"], refusals(subject, rule))
        for rule in here(subject)
        if rule.has_perm(subject, user)
    ]


def wrong_state(subject, action):
    return Refusal(
        f"{subject._meta.model_name}.{action}.wrong-state",
        _("Not possible while the state is “%(state)s”."),
        _("order of the procedure"),
        {"state": subject.get_state_display()},
    )


@transaction.atomic
def advance(subject, action, *, by, at=None, private=None, actor=None, **facts):
    """Run one transition on behalf of `by` (a user, or `clock.ACTOR`); return the fresh object.

    `facts` and `private` go into the event beside the states; `actor` is how the log names somebody whom it
    may not name yet.
    """
    subject = lock(subject, by=by, at=at)
    rules = [rule for rule in subject.get_all_state_transitions() if rule.name == action]
    possible = [rule for rule in rules if rule.source == subject.state]

    if not any(rule.has_perm(subject, by) for rule in possible or rules):
        raise PermissionDenied
    if not possible:
        raise Blocked(wrong_state(subject, action))
    if reasons := refusals(subject, possible[0]):
        raise Blocked(*reasons)

    before = subject.state
    getattr(subject, action)(at=subject.judged_at)
    subject.save()
    if subject.tender is not subject:
        facts = {subject._meta.model_name: subject.pk} | facts
    subject.event = record(
        subject.tender,
        action if subject.tender is subject else f"{subject._meta.model_name}.{action}",
        by=actor or by,
        at=subject.judged_at,
        private=private,
        before=before,
        after=subject.state,
        **facts,
    )
    return subject
