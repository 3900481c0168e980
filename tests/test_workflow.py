"""The one door for state changes: lock, permission, guards, transition, save, event (product.md, 1-3)."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import override

from procurement import clock, workflow
from procurement.guards.problems import lazily_shown
from procurement.models import Event, Override, Tender
from procurement.services import minutes
from procurement.workflow import Blocked, Refusal, Unmet, actions, advance, check, guard, lock

from .world import NOON

DRAFT, WITHDRAWN = Tender.State.DRAFT, Tender.State.WITHDRAWN


@guard(code="test.well.dry", reason="The well is dry.", rule="rule 0")
def well_has_water(subject, at):
    return subject.water


@guard(code="test.well.shallow", reason="%(metres)s metres of %(needed)s.", rule="rule 0")
def well_is_deep(subject, at):
    return subject.metres >= 10 or Unmet(metres=subject.metres, needed=10)


@guard(code="test.well.far", reason="The well is far.", rule="rule 0", warning=True)
def well_is_near(subject, at):
    return False


@pytest.fixture
def tender(world):
    return world.draft()


@pytest.fixture
def withdrawal(monkeypatch):
    """Put guards before `withdraw`; return the function that says which."""

    def guarded_by(*guards):
        for rule in Tender().get_all_state_transitions():
            if rule.name == "withdraw":
                monkeypatch.setattr(rule, "conditions", list(guards))

    return guarded_by


# Guards and refusals


def test_a_guard_says_no_with_its_code_its_words_and_its_rule():
    [refusal] = well_has_water.refusals(SimpleNamespace(water=False), NOON)

    assert (refusal.code, str(refusal)) == ("test.well.dry", "The well is dry. (rule 0)")
    assert well_has_water.refusals(SimpleNamespace(water=True), NOON) == []


def test_a_guard_may_say_how_much_is_missing():
    [refusal] = well_is_deep.refusals(SimpleNamespace(metres=7), NOON)

    assert refusal.sentence == "7 metres of 10."
    assert well_is_deep.refusals(SimpleNamespace(metres=10), NOON) == []


def test_facts_that_unmet_gives_are_no_agreement():
    assert not Unmet(metres=7)
    assert Unmet() == {}


def test_a_sentence_without_facts_may_hold_a_percent_sign():
    assert Refusal("a.b.c", "50 % is enough.", "rule 0").sentence == "50 % is enough."


def test_a_check_names_every_reason_at_once():
    subject = SimpleNamespace(water=False, metres=7, judged_at=NOON)

    with pytest.raises(Blocked) as blocked:
        check(subject, well_has_water, well_is_deep)

    assert blocked.value.codes == ["test.well.dry", "test.well.shallow"]
    assert [error.code for error in blocked.value.error_list] == blocked.value.codes
    check(SimpleNamespace(water=True, metres=10, judged_at=NOON), well_has_water, well_is_deep)


def test_a_guard_asked_past_the_kernel_fails():
    with pytest.raises(AttributeError):
        well_has_water(SimpleNamespace(water=True))


def answer(world, tender, refusal):
    said = {"code": refusal.code, "digest": refusal.digest, "reason": "se verá"}
    return Override.objects.create(tender=tender, by=world.chair, at=clock.now(), **said)


@guard(code="test.well.low", reason="%(metres)s m.", rule="rule 0", warning=True, holds_for=("metres",))
def well_is_full(tender, at):
    return Unmet(metres=tender.metres, day=tender.day)


def test_an_answer_holds_for_the_facts_that_it_was_given_for(world, tender):  # principle 7
    tender.metres, tender.day = 3, "Monday"
    answer(world, tender, well_is_full.refusals(tender, NOON)[0])
    assert well_is_full.refusals(tender, NOON) == []

    tender.day = "Tuesday"  # changes by itself
    assert well_is_full.refusals(tender, NOON) == []
    tender.metres = 2
    [asked_again] = well_is_full.refusals(tender, NOON)
    assert asked_again.facts == {"metres": 2, "day": "Tuesday"}


def test_an_answer_about_one_thing_says_nothing_of_another(tender):  # principle 7
    of_one, of_another = (Refusal("a.b.c", "", "", warning=True, thing=name) for name in ("bid/1", "bid/2"))
    assert of_one.digest != of_another.digest
    assert of_one.digest == Refusal("a.b.c", "other words", "", warning=True, thing="bid/1").digest
    assert [workflow.thing_of(each) for each in (tender, SimpleNamespace(tender=tender, pk=3))] == [
        "",
        "simplenamespace/3",
    ]


def test_an_answer_holds_in_every_language():  # decision 28
    told = Refusal("a.b.c", "", "", {"day": lazily_shown(date(2026, 5, 1))}, warning=True)
    with override("en"):
        in_english = told.digest
    assert in_english == told.digest


def test_a_warning_stops_until_somebody_answers_for_it(world, tender, withdrawal):  # principle 7
    withdrawal(well_is_near)

    with pytest.raises(Blocked) as blocked:
        advance(tender, "withdraw", by=world.manager)
    answer(world, tender, blocked.value.refusals[0])

    assert blocked.value.refusals[0].warning
    assert advance(tender, "withdraw", by=world.manager).state == WITHDRAWN


def test_an_override_of_one_warning_lets_no_block_through(world, tender, withdrawal):
    withdrawal(well_has_water, well_is_near)
    Tender.water = False
    answer(world, tender, well_has_water.refusal)
    try:
        with pytest.raises(Blocked) as blocked:
            advance(tender, "withdraw", by=world.manager)
    finally:
        del Tender.water

    assert blocked.value.codes == ["test.well.dry", "test.well.far"]


# The lock


def test_somebody_must_act(tender):
    with pytest.raises(TypeError), transaction.atomic():
        lock(tender, by=None)


def test_the_lock_reads_the_clock_once_and_fetches_afresh(tender, world, monkeypatch):
    seen = tender.title
    Tender.objects.update(title="otro")
    readings = iter([clock.now()])
    monkeypatch.setattr(clock, "now", lambda: next(readings))

    with transaction.atomic():
        fresh = lock(tender, by=world.manager)

    assert (seen, fresh.title) == ("Operador para Laredo", "otro")


def test_a_child_is_locked_through_its_tender_and_judged_at_one_instant(world, tender):
    remark = minutes.remark(tender, text="x", by=world.observer)

    with transaction.atomic():
        locked = lock(remark, by=world.chair)

    assert locked.tender == tender
    assert locked.judged_at == locked.tender.judged_at == clock.now()


def test_a_lock_is_taken_in_a_transaction_or_not_at_all(tender, world, monkeypatch):
    at = clock.now().replace(hour=1)

    with transaction.atomic():
        assert lock(tender, by=world.manager, at=at).judged_at == at


# A step


def test_a_step_moves_the_state_and_leaves_an_event_with_both(world, tender):
    moved = advance(tender, "withdraw", by=world.manager, private={"who": "x"}, reason="el pueblo no quiso")

    event = Event.objects.of(tender).get(body__action="withdraw")
    assert (moved.state, moved.ended_at) == (WITHDRAWN, clock.now())
    assert Tender.objects.get().state == WITHDRAWN
    assert event.body["actor"] == f"user:{world.manager.pk}"
    assert event.body["facts"] == {"before": "draft", "after": "withdrawn", "reason": "el pueblo no quiso"}
    assert event.private_part.content == {"who": "x"}
    assert moved.event == event


def test_the_log_may_name_the_actor_by_another_word(world, tender):  # decision 13
    moved = advance(tender, "withdraw", by=world.manager, actor="buyer")

    assert moved.event.body["actor"] == "buyer"


def test_a_refused_step_changes_nothing_and_names_every_reason(world, tender, withdrawal):
    withdrawal(well_has_water, well_is_deep)
    Tender.water, Tender.metres = False, 7
    before = Event.objects.count()
    try:
        with pytest.raises(Blocked) as blocked:
            advance(tender, "withdraw", by=world.manager)
    finally:
        del Tender.water, Tender.metres

    assert blocked.value.codes == ["test.well.dry", "test.well.shallow"]
    assert (Tender.objects.get().state, Event.objects.count()) == (DRAFT, before)


def test_a_step_that_breaks_leaves_neither_state_nor_event(world, tender, monkeypatch):
    def broken(*arguments, **named):
        raise RuntimeError

    monkeypatch.setattr(workflow, "record", broken)
    with pytest.raises(RuntimeError):
        advance(tender, "withdraw", by=world.manager)

    assert Tender.objects.get().state == DRAFT


def test_the_wrong_state_has_a_code_and_names_the_state(world, tender):
    advance(tender, "withdraw", by=world.manager)

    with pytest.raises(Blocked) as blocked, override("es"):
        advance(tender, "withdraw", by=world.manager)

    assert blocked.value.codes == ["tender.withdraw.wrong-state"]
    assert "Retirada" in blocked.value.refusals[0].sentence


@pytest.mark.parametrize("is_superuser", [False, True])
def test_permission_comes_before_anything_is_said_about_the_state(world, tender, is_superuser):
    world.outsider.is_superuser = is_superuser
    world.outsider.save()
    advance(tender, "withdraw", by=world.manager)

    for verb in ("withdraw", "approve", "award"):
        with pytest.raises(PermissionDenied):
            advance(tender, verb, by=world.outsider)


@pytest.mark.parametrize("who", ["chair", "observer", "clerk", "host"])
def test_a_role_without_the_grant_is_told_no(world, tender, who):
    with pytest.raises(PermissionDenied):
        advance(tender, "withdraw", by=getattr(world, who))

    assert Tender.objects.get().state == DRAFT


def test_what_time_does_nobody_else_does(world, tender):  # principle 3
    for who in (world.chair, world.mayor, world.host):
        with pytest.raises(PermissionDenied):
            advance(tender, "close", by=who)


def test_the_clock_does_nothing_but_what_is_its_own(tender):
    with pytest.raises(PermissionDenied):
        advance(tender, "withdraw", by=clock.ACTOR)
    with pytest.raises(Blocked) as blocked:
        advance(tender, "close", by=clock.ACTOR)

    assert blocked.value.codes == ["tender.close.wrong-state"]


def test_the_clock_is_read_once_per_step(world, tender, monkeypatch):  # principle 3
    readings = iter([clock.now()])  # a second reading would raise StopIteration
    monkeypatch.setattr(clock, "now", lambda: next(readings))

    assert advance(tender, "withdraw", by=world.manager).state == WITHDRAWN


# What the screen offers


def test_the_screen_offers_what_the_role_may_do_from_here_with_what_blocks_it(world, tender, withdrawal):
    withdrawal(well_is_near)

    offered = {action.name: action for action in actions(tender, world.manager, at=clock.now())}

    assert offered["withdraw"].blocked
    assert [refusal.code for refusal in offered["withdraw"].refusals] == ["test.well.far"]
    assert "announce" not in offered  # not from here
    assert "cancel" not in offered


@pytest.mark.parametrize("who", ["observer", "clerk", "outsider", "host"])
def test_who_decides_nothing_is_offered_nothing(world, tender, who):
    assert actions(tender, getattr(world, who), at=clock.now()) == []


def test_every_transition_says_who_may_and_what_the_button_says():
    for rule in Tender().get_all_state_transitions():
        assert callable(rule.permission), rule.name
        assert rule.custom["label"], rule.name
        assert isinstance(rule.source, str), rule.name  # no source="*"
        assert rule.source != "*"
        assert all(hasattr(condition, "refusals") for condition in rule.conditions), rule.name
