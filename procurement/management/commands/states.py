from pathlib import Path
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from procurement import roles

PAGE = Path("docs") / "states.md"
INTRODUCTION = """# States

Written by `manage.py states` from the transitions in the code; a test fails when this page says other things.

Nothing but `procurement/workflow.py` moves a state: it locks the tender, asks whether whoever acts may, asks
every guard, moves, saves and records, in one transaction. A verb tried in another state, by somebody else or
against a guard changes nothing. *Who* names roles (`procurement/roles.py`), the clock, or whoever the thing
belongs to. A guard is named by the code of its refusal, or in words where it may have several; one marked
*warning* may be passed by a named person with a reason.
"""
HEADINGS = ("state", "verb", "next state", "who", "guards")


class Step(NamedTuple):
    """One transition, as the table tells it."""

    state: str
    verb: str
    next_state: str
    who: str
    guards: str


def stateful():
    """Every model whose state changes through the kernel, in the order of the procedure."""
    return [model for model in apps.get_models() if hasattr(model, "get_all_state_transitions")]


def who(permission):
    """Name whoever a transition lets act: roles, the clock, the owner."""
    codenames = getattr(permission, "codenames", (getattr(permission, "codename", None),))
    able = [role.value for role in roles.Role if set(codenames) & set(roles.GRANTS.get(role, []))]
    if permission is roles.the_clock or getattr(permission, "clock_too", False):
        able.append("clock")
    if owner := getattr(permission, "owner", None):
        able.append(owner)
    if not able:
        raise CommandError(f"{permission.__qualname__} does not say whom it lets act")
    return ", ".join(able)


def guard_of(condition):
    refusal = getattr(condition, "refusal", None)
    if refusal is None:
        return f"{condition.__name__.replace('_', ' ')} (several codes)"
    return f"`{refusal.code}` ({refusal.rule}{', warning' if refusal.warning else ''})"


def targets(rule):
    """The states that a transition leads to; several where it leads back to whichever it came from."""
    return getattr(rule.target, "allowed_states", None) or [rule.target]


def steps(model):
    """Every transition of a model, by the order of its states."""
    order = {state.value: place for place, state in enumerate(model.State)}
    found = [
        Step(
            rule.source,
            rule.name,
            target,
            who(rule.permission),
            "<br>".join(map(guard_of, rule.conditions)),
        )
        for rule in model().get_all_state_transitions()
        for target in targets(rule)
    ]
    return sorted(found, key=lambda step: (order[step.state], order[step.next_state], step.verb))


def diagram(model, rows):
    """A picture of the states; the first state of the class begins, one that nothing leaves ends."""
    names = {state.value: state.name.lower() for state in model.State}
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield from (f'  state "{state.label}" as {names[state.value]}' for state in model.State)
    yield f"  [*] --> {names[model._meta.get_field('state').default]}"
    yield from (f"  {names[step.state]} --> {names[step.next_state]}: {step.verb}" for step in rows)
    left = {step.state for step in rows}
    yield from (f"  {name} --> [*]" for value, name in names.items() if value not in left)
    yield "```"


def table(rows):
    yield "| " + " | ".join(HEADINGS) + " |"
    yield "|" + "---|" * len(HEADINGS)
    yield from ("| " + " | ".join(step) + " |" for step in rows)


def section(model):
    rows = steps(model)
    summary = model.__doc__.split("\n\n")[0].replace("\n", " ")
    lines = [f"## {model.__name__}", "", " ".join(summary.split()), ""]
    return "\n".join([*lines, *diagram(model, rows), "", *table(rows), ""])


def written():
    """The whole page."""
    with override("en"):
        return "\n".join([INTRODUCTION, *map(section, stateful())])


class Command(BaseCommand):
    help = f"Write {PAGE} from the transitions in the code."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the page is stale")

    def handle(self, *, check, **options):
        page, text = settings.BASE_DIR / PAGE, written()
        if not check:
            page.write_text(text)
        elif not page.exists() or page.read_text() != text:
            raise CommandError(f"{PAGE} does not say what the code does: run manage.py states")
