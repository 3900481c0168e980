"""Postponement: any number of times, with act and reason, all later dates together (rule 68); the close."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from procurement import clock, planning
from procurement.guards.call import rules_of
from procurement.models import Event, Notice, Outage, Tender
from procurement.schedule import MILESTONES
from procurement.services import changes, tenders

from .refusing import refused
from .world import A_SECOND, DEADLINE

TODAY = date(2026, 3, 2)
LATER = datetime(2026, 5, 8, 20, tzinfo=UTC)  # two weeks after the deadline, at its hour
ACT = {"act": "Acta 012-2026 del comité", "reason": "Dos compradores buscan socios", "happened_on": TODAY}


def fresh(tender):
    return Tender.objects.get(pk=tender.pk)


@pytest.fixture
def tender(world):
    return world.at("announced")


def shifted(tender, to=LATER, milestone="submission_deadline"):
    """Return the dates that the page proposes."""
    calendar = tender.municipality.calendar()
    after = planning.shift(tender.schedule.dates(), milestone, to, rules_of(tender), calendar, at=clock.now())
    return {name: after.get(name) for name in MILESTONES}


def postpone(world, tender, by=None, new=None, **other):
    new = shifted(tender) if new is None else new
    return changes.postpone(tender, new=new, by=by or world.chair, **ACT | other)


def test_it_is_numbered_and_keeps_act_reason_old_and_new_dates(world, tender):
    change = postpone(world, tender)

    assert (change.number, change.act, change.reason) == (1, ACT["act"], ACT["reason"])
    assert change.old["submission_deadline"].startswith("2026-04-24T")
    assert change.new["submission_deadline"].startswith("2026-05-08T")
    assert fresh(tender).schedule.submission_deadline == LATER
    assert "viernes 8 de mayo de 2026" in change.minutes.text
    event = Event.objects.of(tender).filter(body__action="postpone").get()
    assert event.body["facts"]["new"] == change.new


def test_there_is_no_limit_to_their_number(world, tender):
    """Laredo's selection was postponed three times (rule 68)."""
    for weeks in (2, 4, 6):
        to = DEADLINE + timedelta(weeks=weeks)
        postpone(world, fresh(tender), new=shifted(fresh(tender), to))

    assert [change.number for change in tender.changes.all()] == [1, 2, 3]
    assert fresh(tender).terms.last().number == 5


def test_all_buyers_get_the_same_word(world, tender):
    buyers = [world.sell(tender).buyer, world.sell(tender, 22, "Ana", "Ruiz").buyer]
    postpone(world, tender)

    words = {notice.text for notice in Notice.objects.filter(user__in=buyers, subject__contains="n.º 1")}
    assert len(words) == 1
    assert ACT["reason"] in words.pop()


def test_it_makes_a_version_of_the_terms_with_the_new_dates(world, tender):
    postpone(world, tender)

    version = tender.terms.last()
    assert version.kind == "postponed"
    assert version.published_at
    assert "viernes 8 de mayo de 2026, 15:00:00" in version.text


def test_a_date_that_stays_behind_is_refused(world, tender):
    new = shifted(tender) | {"award": tender.schedule.award}

    assert "tender.postponement.date-left-behind" in refused(postpone, world, tender, new=new)
    assert fresh(tender).schedule.submission_deadline == DEADLINE


def test_nothing_is_brought_forward(world, tender):
    new = {"award": tender.schedule.award - timedelta(hours=1)}

    assert "tender.postponement.date-not-later" in refused(postpone, world, tender, new=new)


def test_an_impossible_order_is_refused(world, tender):  # rule 50
    new = shifted(tender) | {"opening_1": LATER - timedelta(hours=1)}

    assert "tender.schedule.order-broken" in refused(postpone, world, tender, new=new)


def test_it_says_why(world, tender):
    assert refused(postpone, world, tender, reason=" ") == ["tender.postponement.reason-missing"]
    assert refused(postpone, world, tender, act="") == ["tender.postponement.reason-missing"]


def test_the_act_has_taken_place(world, tender):  # decision 2
    codes = refused(postpone, world, tender, happened_on=TODAY + timedelta(days=1))

    assert codes == ["preparation.fact.in-future"]


def test_something_moves(world, tender):
    assert refused(postpone, world, tender, new={}) == ["tender.postponement.nothing-moved"]


def test_the_mayor_may_and_others_may_not(world, tender):
    for who in (world.outsider, world.manager, world.secretary, world.observer):
        with pytest.raises(PermissionDenied):
            postpone(world, tender, by=who)
    assert postpone(world, tender, by=world.mayor).by == world.mayor


def test_a_meeting_that_was_held_stays_where_it_was(world, tender):
    world.move(tender.schedule.meeting_1 + timedelta(hours=2))
    held = tender.schedule.meeting_1
    postpone(world, tender, happened_on=date(2026, 3, 5))

    assert fresh(tender).schedule.meeting_1 == held


def test_answers_that_come_late_are_given_time(world, tender):  # decision 8
    """The day of the integrated terms has passed; they are postponed together with what follows."""
    world.move(tender.schedule.integration + timedelta(hours=3))
    to = tender.schedule.integration + timedelta(days=2)
    postpone(world, tender, new=shifted(tender, to, "integration"), happened_on=date(2026, 4, 14))

    assert fresh(tender).schedule.integration == to
    assert fresh(tender).schedule.submission_deadline > DEADLINE


# Until the close


@pytest.fixture
def integrated(world):
    return world.at("integrated")


def test_until_the_deadline_and_no_second_later(world, integrated):  # decision 12
    world.move(DEADLINE)
    assert refused(postpone, world, integrated) == ["tender.postponement.after-deadline"]

    world.move(DEADLINE - A_SECOND)
    assert postpone(world, integrated).number == 1


def out(start, minutes):
    return Outage.objects.create(start=start, end=start + timedelta(minutes=minutes), note="Sin luz")


def close(tender):
    return tenders.close(tender, by=clock.ACTOR)


def test_an_interruption_in_the_last_hours_holds_the_close(world, integrated):  # decision 12
    out(DEADLINE - timedelta(hours=2), minutes=30)
    world.move(DEADLINE + timedelta(minutes=5))

    assert refused(close, integrated) == ["tender.close.outage"]
    assert postpone(world, integrated).number == 1
    assert fresh(integrated).schedule.submission_deadline == LATER


@pytest.mark.parametrize(
    ("before", "minutes"),
    [
        (timedelta(hours=2), 29),  # one minute less than the terms count
        (timedelta(hours=5), 50),  # before the window of four hours
        (timedelta(hours=4, minutes=20), 49),  # 29 minutes of it within the window
    ],
)
def test_a_short_or_early_interruption_holds_nothing(world, integrated, before, minutes):
    out(DEADLINE - before, minutes)
    world.move(DEADLINE + timedelta(seconds=60))

    assert close(integrated).state == "closed"


def test_an_interruption_that_goes_on_holds_the_close(world, integrated):
    Outage.objects.create(start=DEADLINE - timedelta(minutes=40), note="Sin internet")
    world.move(DEADLINE + timedelta(minutes=5))

    assert refused(close, integrated) == ["tender.close.outage"]


def test_the_committee_closes_with_reasons(world, integrated):
    out(DEADLINE - timedelta(hours=2), minutes=45)
    world.move(DEADLINE + timedelta(hours=1))
    told = {"act": "Acta 20", "reason": "Todos presentaron antes", "happened_on": date(2026, 4, 24)}
    change = changes.close_after_outage(integrated, by=world.chair, **told)

    event = Event.objects.of(integrated).filter(body__action="close").get()
    assert fresh(integrated).state == "closed"
    assert event.body["actor"] == "clock"
    assert "Todos presentaron antes" in change.minutes.text


def test_without_interruption_nobody_closes_by_hand(world, integrated):
    world.move(DEADLINE + timedelta(hours=1))
    told = {"act": "Acta 20", "reason": "Ya es hora", "happened_on": date(2026, 4, 24)}

    assert refused(changes.close_after_outage, integrated, by=world.chair, **told) == [
        "tender.close.no-outage"
    ]


def test_the_close_comes_sixty_seconds_after_the_deadline(world, integrated):  # decision 12
    world.move(DEADLINE + timedelta(seconds=60) - timedelta(microseconds=1))
    assert refused(close, integrated) == ["tender.close.too-early"]

    world.move(DEADLINE + timedelta(seconds=60))
    assert close(integrated).closed_at == DEADLINE + timedelta(seconds=60)


def test_only_the_clock_closes(world, integrated):
    world.move(DEADLINE + timedelta(seconds=60))

    with pytest.raises(PermissionDenied):
        tenders.close(integrated, by=world.chair)


# Pages


def typed(**other):
    sent = {"milestone": "submission_deadline", "to_0": "2026-05-08", "to_1": "15:00"}
    sent |= {"act": "Acta 012-2026", "happened_on": "2026-03-02", "reason": "Buscan socios"}
    return sent | other


def test_the_page_shows_every_date_that_moves_before_anything_is_saved(world, tender, client):
    client.force_login(world.chair)
    address = reverse("tender-postpone", args=[tender.pk])

    shown = client.post(address, typed(step="check"))

    assert shown.status_code == 200
    assert "miércoles 20 de mayo de 2026" in shown.content.decode()
    assert not tender.changes.exists()


def test_the_number_of_the_tender_confirms_it(world, tender, client):
    client.force_login(world.chair)
    address = reverse("tender-postpone", args=[tender.pk])

    assert client.post(address, typed(number="9")).status_code == 422
    assert not tender.changes.exists()
    assert client.post(address, typed(number=tender.number)).status_code == 302
    assert tender.changes.get().new["award"].startswith("2026-05-21")


def test_an_earlier_date_is_refused_at_its_field(world, tender, client):
    client.force_login(world.chair)

    answer = client.post(reverse("tender-postpone", args=[tender.pk]), typed(step="check", to_0="2026-04-20"))

    assert answer.status_code == 422
    assert "tender.postponement.date-not-later" in answer.content.decode()


def test_the_public_sees_how_often_and_why(world, tender, client):  # rule 68
    postpone(world, tender)

    home = client.get(reverse("tender", args=[tender.pk])).content.decode()
    listed = client.get(reverse("change-list", args=[tender.pk])).content.decode()

    assert reverse("change-list", args=[tender.pk]) in home
    assert ACT["reason"] in listed
    assert "viernes 24 de abril de 2026" in listed


def test_before_the_call_nothing_is_postponed(world, client):
    tender = world.at("approved")
    client.force_login(world.chair)

    assert client.get(reverse("tender-postpone", args=[tender.pk])).url == tender.get_absolute_url()
