"""Reminders of the dates of a call: 7, 3 and 1 days and 3 hours before, once, to whom it concerns only."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from bids.services import opening
from procurement import clock, clockwork, planning
from procurement.guards.call import rules_of
from procurement.models import Notice, Schedule
from procurement.schedule import MILESTONES, local_day
from procurement.services import changes, reminders

from .world import DEADLINE

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
with override("es"):
    PRESENT = str(Schedule._meta.get_field("submission_deadline").verbose_name)


def remind():
    """Let the clock remind, as each pass of the background does."""
    job = next(job for job in clockwork.JOBS if job.name == "reminders")
    return [outcome.went for outcome in clockwork.run(job)]


def told(user):
    """Return how often somebody was reminded of the deadline for bids."""
    return Notice.objects.filter(user=user, subject__startswith="En ", subject__contains=PRESENT).count()


@pytest.fixture
def tender(world):
    """A call whose terms are integrated, with one buyer."""
    found = world.at("integrated")
    remind()
    return found


@pytest.fixture
def buyer(tender):
    return tender.terms_sales.bought().get().buyer


def test_each_reminder_comes_once_at_its_hour_and_not_before(world, tender, buyer):
    heard = []
    for lead in (7 * DAY, 3 * DAY, DAY, 3 * HOUR):
        world.move(DEADLINE - lead - SECOND)
        remind()
        before = told(buyer)
        world.move(DEADLINE - lead)
        remind()
        remind()  # a background that was started again
        heard.append((before, told(buyer)))

    assert heard == [(0, 1), (1, 2), (2, 3), (3, 4)]
    world.move(DEADLINE)
    remind()
    assert told(buyer) == 4


def test_who_comes_late_tells_what_holds_now_only(world, tender, buyer):
    world.move(DEADLINE - 2 * HOUR)
    remind()

    assert told(buyer) == 1
    assert Notice.objects.get(user=buyer, subject__contains=PRESENT).subject.startswith("En 2 horas")


def test_only_those_concerned_are_reminded(world, tender, buyer):
    world.move(DEADLINE - DAY)
    remind()

    assert [told(user) for user in (buyer, world.outsider, world.mayor, world.chair)] == [1, 0, 0, 0]


def test_a_postponement_moves_the_reminders(world, tender, buyer):
    world.move(DEADLINE - DAY)
    remind()
    calendar, rules = tender.municipality.calendar(), rules_of(tender)
    moved_to = DEADLINE + 14 * DAY
    dates = tender.schedule.dates()
    after = planning.shift(dates, "submission_deadline", moved_to, rules, calendar, at=clock.now())
    new = {name: after.get(name) for name in MILESTONES}
    act = {"act": "Acta 012", "reason": "Faltan socios", "happened_on": local_day(clock.now())}
    changes.postpone(tender, new=new, by=world.chair, **act)
    heard = told(buyer)
    remind()
    world.move(moved_to - 7 * DAY - SECOND)
    remind()
    too_early = told(buyer)
    world.move(moved_to - 7 * DAY)
    remind()

    assert (heard, too_early, told(buyer)) == (1, 1, 2)


def test_a_call_that_ended_reminds_nobody(world, tender, buyer):
    assert reminders.due(DEADLINE - DAY) == [tender]
    act = {"act": "Acuerdo 9", "reason": "Sin presupuesto", "happened_on": local_day(clock.now())}
    tender.parameters |= {"cancel.authority": "mayor"}
    tender.save()
    changes.cancel(tender, by=world.mayor, **act)

    assert reminders.due(DEADLINE - DAY) == []


def test_of_the_opening_all_who_take_part_are_reminded(world):
    tender = world.at("closed")
    world.move(tender.schedule.opening_1 - HOUR)
    known = set(Notice.objects.values_list("pk", flat=True))
    remind()

    reminded = {notice.user for notice in Notice.objects.exclude(pk__in=known)}
    bidders = {bid.bidder.account for bid in tender.bids.presented()} - {None}
    assert bidders
    assert bidders | {world.chair, world.observer} <= reminded
    assert world.outsider not in reminded


def test_an_act_that_is_put_off_reminds_of_its_own_hour(world):
    tender = world.at("closed")
    hour = tender.schedule.opening_1 + 3 * DAY
    opening.convene(tender, stage=1, place="Local comunal", notary="", planned_at=hour, by=world.chair)
    remind()
    known = set(Notice.objects.values_list("pk", flat=True))
    world.move(hour - DAY)
    remind()

    texts = set(Notice.objects.exclude(pk__in=known).values_list("text", flat=True))
    assert any("Local comunal" in text for text in texts)
