"""Random people and steps: what is seen is in docs/states.md, and what must always hold holds."""

import os

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django_fsm import Transition
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bids.models import Award, Bid
from procurement import clock, roles
from procurement.models import Event, Log, Tender
from procurement.services import tenders

from . import deciding
from .machine import invariants
from .machine.procedure import begun_from
from .machine.steps import CASCADES, STEPS
from .machine.table import TABLE
from .world import PATH

FAST = settings(max_examples=2, stateful_step_count=8, derandomize=True, database=None)
LONG = settings(
    max_examples=int(os.environ.get("MACHINE_EXAMPLES", "6")), stateful_step_count=25, database=None
)
UNTIL_FOUND = settings(
    max_examples=100, stateful_step_count=6, derandomize=True, database=None, phases=[Phase.generate]
)


def run(world, tender, how, journal):
    run_state_machine_as_test(lambda: begun_from(world, tender, journal)(), settings=how)


def walk(world, how, *some):
    """Run the machine from each state of the path, or from some, each example undone again; return the rows
    seen.
    """
    journal, tender = set(), world.draft()
    if not some:
        run(world, tender, how, journal)
    for reached, step in PATH:
        tender = Tender.objects.get(pk=step(world, tender).pk)
        assert reached in (tender.state, *tender.contracts.values_list("state", flat=True), "running")
        if not some or reached in some:
            run(world, tender, how, journal)
    return journal


def test_each_verb_of_the_page_has_a_step_that_takes_it():
    assert set(STEPS) | set(CASCADES) == TABLE.verbs


def test_what_people_do_is_what_the_page_says(world):
    journal = walk(world, FAST, "announced", "evaluating", "consented", "transferring")
    assert len({row.model for row in journal}) >= 4


@pytest.mark.slow
def test_what_people_do_for_long_is_what_the_page_says(world):
    journal = walk(world, LONG)
    assert len(journal) >= len(TABLE.rows) / 3


# The machine finds what is planted.


def plant(verb, **changed):
    """Return a transition of the tender with something changed, as the kernel would find it."""
    rule = next(rule for rule in Tender().get_all_state_transitions() if rule.name == verb)
    named = ("method", "source", "target", "on_error", "conditions", "permission", "custom")
    return Transition(**{name: getattr(rule, name) for name in named} | changed)


def planted_in(monkeypatch, verb, **changed):
    rule = plant(verb, **changed)
    monkeypatch.setitem(getattr(Tender, verb)._django_fsm.transitions, rule.source, rule)


@pytest.fixture
def machine(world):
    tender = world.draft()
    return lambda: run(world, tender, UNTIL_FOUND, set())


def test_a_planted_transition_is_found(machine, monkeypatch):
    may = roles.may("view_tender")
    planted_in(monkeypatch, "cancel", source="draft", target="withdrawn", permission=may)
    with pytest.raises(AssertionError, match="took tender.cancel from draft"):
        machine()


def test_a_planted_right_is_found(machine, monkeypatch):
    planted_in(monkeypatch, "withdraw", source="draft", permission=roles.may("view_tender"))
    with pytest.raises(AssertionError, match="took tender.withdraw from draft"):
        machine()


def test_a_planted_side_door_is_found(machine, monkeypatch):
    def approve(tender, *, by):
        Tender.objects.filter(pk=tender.pk).update(state="approved")

    monkeypatch.setattr(tenders, "approve", approve)
    with pytest.raises(AssertionError, match="unexplained"):
        machine()


def test_a_refusal_that_leaves_something_half_done_is_found(machine, monkeypatch):
    def approve(tender, *, by):
        Tender.objects.filter(pk=tender.pk).update(title="A medias")
        raise PermissionDenied

    monkeypatch.setattr(tenders, "approve", approve)
    with pytest.raises(AssertionError, match="procurement_tender"):
        machine()


# What must always hold does not hold where it is broken on purpose.


def reveal_envelope_2(tender):
    bid = tender.bids.last()
    Bid.objects.filter(pk=bid.pk).update(state="not-admitted")
    bid.envelopes.filter(stage=2).update(content={"percentage": "8.50"}, opened_at=clock.now())


def two_winners(tender):
    Award.objects.update(ended_at=clock.now(), ended_reason="x")


def hide_the_announcement(tender):
    Tender.objects.filter(pk=tender.pk).update(announced_at=None, state="draft")


def lose_a_state(tender):
    Bid.objects.filter(tender=tender).update(state="drafting")


def miscount(tender):
    Log.objects.filter(origin=tender.log_origin).update(size=1)


BREACHES = {
    two_winners: invariants.one_winner_and_the_best,
    hide_the_announcement: invariants.nothing_is_public_before_its_event,
    lose_a_state: invariants.the_log_replays,
    miscount: invariants.the_log_replays,
}


def is_found(breach, invariant, tender):
    """Whether the invariant finds the breach; which is undone again."""
    with transaction.atomic():
        breach(tender)
        try:
            invariant(Tender.objects.get(pk=tender.pk), list(Event.objects.of(tender)))
        except AssertionError:
            return True
        finally:
            transaction.set_rollback(True)
    return False


@pytest.mark.slow
def test_what_is_broken_on_purpose_is_found(world):
    tender = world.at("evaluating")
    invariants.check(tender)
    assert is_found(reveal_envelope_2, invariants.envelope_2_of_who_is_out_stays_shut, tender)

    tender = deciding.give_award(world, tender)
    invariants.check(tender)
    assert [breach for breach in BREACHES if not is_found(breach, BREACHES[breach], tender)] == []
