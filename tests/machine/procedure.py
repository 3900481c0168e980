"""The machine: whoever tries whatever, whenever; each example begins where the test stopped the tender."""

import copy
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from procurement import clock
from procurement.models import Event, Tender
from procurement.workflow import Blocked, advance

from . import invariants, seen
from .makers import BEGINNERS, MAKERS
from .steps import CASCADES, STEPS
from .table import TABLE

REFUSED = (Blocked, PermissionDenied)
MOMENTS = [timedelta(hours=-1), timedelta(microseconds=1), timedelta(hours=5), timedelta(days=1)]
# An envelope opens when the last share is handed over: by whichever custodian, or by its bidder's key.
BY_THE_LAST_SHARE = {"open_first", "open_second", "exclude", "reject_offer"}
EVIDENCE = {  # what a refused attempt to present leaves on purpose (decision 12)
    "bids_attempt",
    "procurement_event",
    "procurement_log",
    "procurement_notice",
    "procurement_privatepart",
}


def people_of(world):
    """Return everybody who tries something, and the clock."""
    named = {name: user for name, user in vars(world).items() if hasattr(user, "dni")}
    return named | {"the clock": clock.ACTOR}


class Procedure(RuleBasedStateMachine):
    """Rules that try; what happened is judged after each. `begun_from` makes one for a world and a tender."""

    world = tender = None
    journal = None  # the rows of the table that were seen, over all examples

    def __init__(self):
        super().__init__()
        self.original, self.began = type(self).world, clock.now()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.world = copy.copy(self.original)
        self.world.key_files = dict(getattr(self.original, "key_files", {}))
        self.acting = None
        self.sound = True
        self.read = Event.objects.of(self.tender).count()
        self.states = seen.states(self.tender)

    def teardown(self):
        try:
            if self.sound:  # else what was found already is what is told
                invariants.check(self.fresh())
        finally:
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)
            self.original.move(self.began)

    def fresh(self):
        return Tender.objects.get(pk=self.tender.pk)

    def things(self, model):
        """Return what there is of a model in this tender, each with the tender afresh."""
        if model == "tender":
            return [self.fresh()]
        return list(seen.MODELS[model].objects.filter(tender=self.tender).order_by("pk"))

    # --- what is seen ---

    def watch(self):
        """Judge every change of state since the last look: it is in the table, and its event tells it."""
        events = list(Event.objects.of(self.tender).filter(index__gte=self.read))
        self.read += len(events)
        expected = dict(self.states)
        for step in seen.steps(events, self.tender):
            thing = (step.model, step.pk)
            assert expected.get(thing, seen.first_state(step.model)) == step.state, f"{step}: a gap"
            expected[thing] = step.next_state
            self.judge(step)
        self.states = seen.states(self.tender)
        for thing, state in self.states.items():
            assert expected.get(thing, seen.first_state(thing[0])) == state, f"{thing}: {state} unexplained"
        self.sound = True

    def judge(self, step):
        row = TABLE.by_step.get((step.model, step.state, step.verb, step.next_state))
        assert row, f"not in the table: {step}"
        actor = seen.actor_of(step.actor, self.acting)
        if actor is not None:
            thing = seen.MODELS[step.model].objects.get(pk=step.pk)
            titles = seen.roles_of(actor, self.tender, clock.now()) | seen.owned(actor, thing)
            lawful = titles & row.who or ("clock" in row.who and step.verb in BY_THE_LAST_SHARE)
            assert lawful, f"{actor} ({titles}) may not: {step}"
        self.journal.add(row)

    def trying(self, act, *, leaves=frozenset()):
        """Do something as somebody; a refusal leaves nothing, but what it `leaves` on purpose."""
        before, self.sound = seen.everything(), False
        try:
            act()
        except REFUSED:
            after = seen.everything()
            left = {table for table in after if after[table] != before[table]} - leaves
            assert not left, f"a refusal left something in {left}"
        self.watch()
        self.acting = None

    # --- what people do ---

    @rule(step=st.sampled_from(sorted(STEPS)), who=st.data(), pick=st.integers(0, 3))
    def somebody_tries(self, step, who, pick):
        """Anybody tries any verb on anything."""
        things = self.things(step[0])
        if things:
            self.take(STEPS[step], things[pick % len(things)], self.somebody(who))

    @rule(times=st.integers(1, 4), data=st.data())
    def somebody_may(self, times, data):
        """Somebody whom the page lets takes a verb that it shows here, made ready for it; and once more."""
        for _ in range(times):
            if rows := self.rows_here():
                model = data.draw(st.sampled_from(sorted(rows)))
                self.go_on(*data.draw(st.sampled_from(rows[model])), data)

    def rows_here(self):
        """Return (row, thing) of what the page shows now, by model."""
        found = {}
        for model in seen.MODELS:
            for thing in self.things(model):
                found.setdefault(model, []).extend((row, thing) for row in TABLE.leaving(model, thing.state))
        return {model: rows for model, rows in found.items() if rows}

    def go_on(self, row, thing, data):
        """Let somebody who may take the verb of a row, or the one that it follows from."""
        model, verb = CASCADES.get((row.model, row.verb), (row.model, row.verb))
        if not self.things(model):
            self.make_ready(BEGINNERS[model], self.fresh())
        for subject in [thing] if model == row.model else self.things(model)[-1:]:
            self.make_ready(STEPS[model, verb], subject)
            subject = self.again(subject)
            able = [user for user in people_of(self.world).values() if self.may(user, subject, verb)]
            if able:
                self.take(STEPS[model, verb], subject, data.draw(st.sampled_from(able)))

    @rule(maker=st.sampled_from(sorted(MAKERS)), who=st.data())
    def somebody_begins(self, maker, who):
        """Somebody asks for the terms, asks a query, begins a bid, convenes an act, appeals."""
        self.make_ready(MAKERS[maker], self.fresh())
        self.take(MAKERS[maker], self.fresh(), self.somebody(who))

    @rule(model=st.sampled_from(sorted(seen.MODELS)), who=st.data())
    def somebody_forces(self, model, who):
        """Somebody tries through the kernel every verb that the page does not show them on such things."""
        actor = people_of(self.world)[who.draw(st.sampled_from(sorted(people_of(self.world))))]
        things = self.things(model) or self.things("tender")
        before, roles = seen.everything(), seen.roles_of(actor, self.tender, clock.now())
        verbs = sorted({each.name for each in things[0].get_all_state_transitions()})
        for thing in things[:2]:
            for verb in verbs:
                if not self.may(actor, thing, verb, roles):
                    self.force(thing, verb, actor)
        assert seen.everything() == before

    def force(self, thing, verb, actor):
        try:
            with transaction.atomic():
                advance(thing, verb, by=actor)
        except REFUSED:
            return
        self.sound = False
        raise AssertionError(f"{actor} took {thing._meta.model_name}.{verb} from {thing.state}")

    @rule(by=st.sampled_from(MOMENTS))
    def time_passes(self, by):
        self.world.move(clock.now() + by)

    @precondition(lambda self: hasattr(self.fresh(), "schedule"))
    @rule()
    def the_next_date_comes(self):
        if found := self.fresh().schedule.next_after(clock.now()):
            self.world.move(found[2])

    # --- how ---

    def somebody(self, who):
        """Return one of the people; the clock is nobody, and takes its own steps alone."""
        people = people_of(self.world)
        return people[who.draw(st.sampled_from(sorted(set(people) - {"the clock"})))]

    def may(self, user, thing, verb, roles=None):
        """Whether the page lets this user, who holds these roles, take the verb on this thing as it is."""
        who = TABLE.who(thing._meta.model_name, thing.state, verb)
        roles = seen.roles_of(user, self.tender, clock.now()) if roles is None else roles
        return bool(who & (roles | seen.owned(user, thing)))

    def again(self, thing):
        return type(thing).objects.get(pk=thing.pk)

    def make_ready(self, step, thing):
        known = dict(vars(self.world))
        try:
            with transaction.atomic():
                step.ready(self.world, thing)
        except REFUSED:
            vars(self.world).update(known)  # it is not its time: whoever tries now is told why
            for name in vars(self.world).keys() - known:
                delattr(self.world, name)
        self.watch()

    def take(self, step, thing, user):
        self.acting = user
        leaves = EVIDENCE if step is STEPS["bid", "submit"] else frozenset()
        self.trying(lambda: step.call(self.world, thing, user), leaves=leaves)


def begun_from(world, tender, journal):
    """Return a machine whose examples all begin with this tender as it is now."""
    return type("Procedure", (Procedure,), {"world": world, "tender": tender, "journal": journal})
