"""Running a scenario: every step goes through the service that the web page would call."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from procurement import clock
from procurement.workflow import Blocked

from . import verbs
from .fault import BadScenario
from .stage import Stage

FORBIDDEN = "access.role.not-allowed"  # the code of a step that the actor's role may not take


@dataclass(frozen=True)
class Outcome:
    """How one step ended: done, or refused with these codes; `as_expected` is what the file said."""

    step: object
    codes: list = field(default_factory=list)
    sentences: list = field(default_factory=list)

    @property
    def as_expected(self):
        return self.step.expect in self.codes if self.step.expect else not self.codes

    def as_facts(self):
        """The outcome as JSON: who did what, when, and how it ended."""
        return {
            "step": self.step.number,
            "at": self.step.at.isoformat(),
            "by": self.step.by,
            "do": self.step.do,
            "assumed": self.step.assumed,
            "refused": self.codes,
            "as_expected": self.as_expected,
        }

    def __str__(self):
        mark = "✓" if self.as_expected else "✗"
        said = f" — refused: {', '.join(self.codes)}" if self.codes else ""
        return f"{mark} {self.step.at:%Y-%m-%d %H:%M:%S}  {self.step.by}: {self.step.do}{said}"


def act(stage, step):
    """Run one step at its instant; return its outcome. Of a refused step stays what the service keeps."""
    verb = verbs.find(step)
    actor = clock.ACTOR if step.by == "clock" else stage.account(step.by)
    try:
        with clock.stopped_at(step.at):
            result = verb(by=actor, **stage.resolve(step))
            stage.keep(step.name, result)
    except Blocked as blocked:
        return Outcome(step, blocked.codes, [str(refusal) for refusal in blocked.refusals])
    except PermissionDenied:
        return Outcome(step, [FORBIDDEN])
    except (TypeError, ValidationError) as fault:
        raise BadScenario("scenario.step.wrong-particulars", step.where, str(fault)) from fault
    return Outcome(step)


@transaction.atomic
def play(scenario, *, password=None, tell=lambda outcome: None):
    """Run the steps; return (stage, outcomes). Stops after the first outcome that the file did not expect.

    In one transaction: one flush to the disk, not hundreds.
    """
    for step in scenario.steps:
        verbs.find(step)  # an unknown verb is told before anything happens
    stage = Stage.set(scenario, password)
    outcomes = []
    for step in scenario.acted:
        stage.now = step.at
        outcomes.append(act(stage, step))
        tell(outcomes[-1])
        if not outcomes[-1].as_expected:
            break
    return stage, outcomes
