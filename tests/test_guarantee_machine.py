"""Random people, steps and days over the guarantees of one contract: what must always hold, holds."""

import copy
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from guarantees.models import Guarantee
from procurement import clock, clockwork
from procurement.models import Event
from procurement.schedule import local_day
from procurement.workflow import Blocked

from . import guaranteeing
from .machine import guarantee_steps
from .machine.table import TABLE

REFUSED = (Blocked, PermissionDenied)
VERBS = sorted(set(guarantee_steps.GUARANTEE) - {"take_effect", "fall_due", "expire", "lose"})
PEOPLE = ["treasurer", "legal", "manager", "mayor", "chair", "observer", "outsider"]
ENDS = {"executed", "returned"}
HOW = settings(max_examples=12, stateful_step_count=30, derandomize=True, database=None)


class Life(RuleBasedStateMachine):
    """Every example begins from the consented award and is undone again."""

    world = tender = None
    seen = None

    def __init__(self):
        super().__init__()
        self.original, self.began = type(self).world, clock.now()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.world = copy.copy(self.original)
        self.states = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)
        self.original.move(self.began)

    @initialize()
    def one_is_brought(self):
        guarantee_steps.receive(self.world, self.tender, self.world.treasurer)

    def guarantees(self):
        return list(self.tender.guarantees.order_by("pk"))

    @rule(
        verb=st.sampled_from(VERBS), who=st.sampled_from(PEOPLE), pick=st.integers(0, 2), ready=st.booleans()
    )
    def somebody_tries(self, verb, who, pick, ready):
        """Anybody tries any step; a refusal leaves everything as it was."""
        found = self.guarantees()
        guarantee, (call, prepare) = found[pick % len(found)], guarantee_steps.GUARANTEE[verb]
        if ready:
            self.quietly(lambda: prepare(self.world, guarantee))
        before = self.rows()
        by = getattr(self.world, who)
        try:
            with transaction.atomic():
                call(self.world, Guarantee.objects.get(pk=guarantee.pk), by)
        except REFUSED:
            assert self.rows() == before

    @rule()
    def another_is_brought(self):
        if len(self.guarantees()) < 3:
            self.quietly(lambda: guarantee_steps.receive(self.world, self.tender, self.world.treasurer))

    @rule(days=st.sampled_from([1, 14, 15, 45, 91]), tick=st.booleans())
    def time_passes(self, days, tick):
        self.world.move(clock.now() + timedelta(days=days))
        if tick:
            jobs = [job for job in clockwork.JOBS if job.name.startswith("guarantee.")]
            assert not [str(each) for each in clockwork.run(*jobs) if each.went == "failed"]

    def quietly(self, act):
        try:
            with transaction.atomic():
                act()
        except REFUSED:
            return

    def path(self, guarantee):
        """Yield (state, verb, next state) of one guarantee, as the log tells it."""
        for event in Event.objects.of(self.tender):
            facts = event.body["facts"]
            if facts.get("guarantee") == guarantee.pk and "after" in facts:
                yield facts["before"], event.body["action"].split(".")[1], facts["after"]

    def rows(self):
        return list(Guarantee.objects.order_by("pk").values())

    @invariant()
    def every_change_is_in_the_table_and_in_the_log(self):
        for guarantee in self.guarantees():
            path = [
                (
                    event.body["facts"]["before"],
                    event.body["action"].split(".")[1],
                    event.body["facts"]["after"],
                )
                for event in Event.objects.of(self.tender)
                if event.body["facts"].get("guarantee") == guarantee.pk and "after" in event.body["facts"]
            ]
            state = "required"
            for before, verb, after in path:
                assert before == state
                assert ("guarantee", before, verb, after) in TABLE.by_step
                self.seen.add((before, verb, after))
                state = after
            assert guarantee.state == state

    @invariant()
    def what_stands_is_what_was_asked(self):
        """Nothing stands that covers less, is not registered where it must be, or has expired."""
        day = local_day(clock.now())
        for guarantee in self.tender.guarantees.standing(clock.now()):
            assert guarantee.amount >= guarantee.required_amount
            assert guarantee.currency == guarantee.required_currency
            assert guarantee.expiry is None or guarantee.expiry >= day
            if guarantee.state in ("in_force", "renewal_due") and guarantee.kind.registration == "validity":
                assert guarantee.registration is not None
            if guarantee.slot == "performance" and not guarantee.kind.at_once:
                assert self.tender.contingency_plans.exists()

    @invariant()
    def no_claim_was_late(self):
        for guarantee in self.guarantees():
            for claim in guarantee.claims.all():
                assert guarantee.claim_until is None or claim.demanded_on <= guarantee.claim_until
                assert claim.amount <= guarantee.amount
                assert claim.paid is None or claim.paid <= claim.amount

    @invariant()
    def what_is_paid_or_given_back_is_over(self):
        for guarantee in self.guarantees():
            was = self.states.get(guarantee.pk)
            assert was not in ENDS or guarantee.state == was
            self.states[guarantee.pk] = guarantee.state


def walk(world, how):
    """Run the machine; return the steps that were seen."""
    tender, seen = world.at("consented"), set()
    made = type("Walk", (Life,), {"world": world, "tender": tender, "seen": seen})
    run_state_machine_as_test(made, settings=how)
    return seen


@pytest.mark.slow
def test_what_must_always_hold_holds(world):  # rules 69-82
    seen = walk(world, HOW)
    assert {verb for _before, verb, _after in seen} >= {"present", "verify", "accept", "take_effect"}


def test_a_guard_that_is_taken_away_is_found(world, monkeypatch):

    rule = next(
        r for r in Guarantee().get_all_state_transitions() if (r.name, r.source) == ("claim", "in_force")
    )
    monkeypatch.setattr(rule, "conditions", [])
    tender = world.at("consented")
    guarantee = guaranteeing.in_force(world, tender, expiry=guaranteeing.today() + timedelta(days=90))
    world.move(clock.now() + timedelta(days=120))
    guarantee = guaranteeing.claim(world, guarantee)
    machine = type("Planted", (Life,), {"world": world, "tender": tender, "seen": set()})()
    with pytest.raises(AssertionError):
        machine.no_claim_was_late()
    machine.teardown()
