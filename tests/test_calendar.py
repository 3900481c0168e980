"""The calendars that a telephone subscribes to: every date, in Lima, under a name that stays."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from procurement import clock, feeds
from procurement.models import Event, Schedule, User
from procurement.services import delivery

from .world import DEADLINE

DAY = timedelta(days=1)


def events(answer):
    """Return {uid without its host: event} of a calendar as it was answered."""
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(event["uid"]).partition(".ocds")[0]: event for event in found}


@pytest.fixture
def tender(world):
    return world.at("announced")


def key_of(user):
    return delivery.calendar_key(User.objects.get(pk=user.pk))


def test_a_call_has_every_date_in_lima_time(client, world, tender):
    answer = client.get(f"/tenders/{tender.pk}/calendar.ics")

    found = events(answer)
    assert set(found) == {name for name, _label, _at in tender.schedule.milestones()}
    deadline = found["submission_deadline"]["dtstart"]
    assert (deadline.dt, deadline.params["TZID"]) == (DEADLINE, "America/Lima")
    assert b"BEGIN:VTIMEZONE" in answer.content
    assert b"TZOFFSETTO:-0500" in answer.content
    assert len({event["uid"] for event in found.values()}) == len(found)


def test_a_date_that_moves_keeps_its_name_and_counts_on(client, world, tender):
    before = events(client.get(f"/tenders/{tender.pk}/calendar.ics"))["award"]
    Schedule.objects.filter(tender=tender).update(award=tender.schedule.award + DAY)
    world.sell(tender)  # something in the log

    after = events(client.get(f"/tenders/{tender.pk}/calendar.ics"))["award"]

    assert before["uid"] == after["uid"]
    assert after["dtstart"].dt - before["dtstart"].dt == DAY
    assert after["sequence"] > before["sequence"]


def test_a_meeting_says_where_once_people_are_called(client, world, tender):
    world.convene(tender, 1)

    assert (
        events(client.get(f"/tenders/{tender.pk}/calendar.ics"))["meeting_1"]["location"] == "Local comunal"
    )


def test_what_a_call_that_ended_does_not_come_to_is_cancelled(client, world, tender):
    entry = feeds.of([tender], None, clock.now())[-1]
    tender.ended_at = entry.start - DAY
    ended = entry._replace(tender=tender)
    (event,) = Calendar.from_ical(feeds.ics("Convoca", [ended], clock.now())).walk("VEVENT")

    assert (entry.is_off, ended.is_off, str(event["status"])) == (False, True, "CANCELLED")


def test_names_with_strange_signs_stay_in_their_place(client, world, tender):
    title = 'Reunión "final"\r\nBEGIN:VEVENT; a, b \\ 💧 \u202e ' + "ñ" * 300
    entry = feeds.Entry(tender, "x", date(2026, 5, 1), title, "/")

    calendar = Calendar.from_ical(feeds.ics("Convoca", [entry], clock.now()))

    (event,) = calendar.walk("VEVENT")
    assert event["dtstart"].dt == date(2026, 5, 1)
    assert "ñ" * 300 in event["summary"]


def test_a_draft_has_no_public_calendar(client, world):
    tender = world.draft()

    assert client.get(f"/tenders/{tender.pk}/calendar.ics").status_code == 404


# One's own


def test_a_person_has_the_dates_of_their_calls_without_signing_in(client, world, tender):
    sold = world.sell(tender)
    for user, mine in ((world.chair, True), (sold.buyer, True), (world.outsider, False)):
        found = events(client.get(f"/calendar/{key_of(user)}.ics"))
        assert ("submission_deadline" in found) is mine


@pytest.mark.parametrize("key", ["x", "1", "1-", "99999999999999-abc", "²-abc", "1-" + "0" * 64])
def test_an_address_that_was_never_given_leads_nowhere(client, world, key):
    assert client.get(f"/calendar/{key}.ics").status_code == 404


def test_a_renewed_address_replaces_the_old_one_and_is_recorded(client, world):
    old = key_of(world.mayor)
    client.force_login(world.mayor)
    client.post("/accounts/notices/calendar/")
    client.logout()

    assert client.get(f"/calendar/{old}.ics").status_code == 404
    assert client.get(f"/calendar/{key_of(world.mayor)}.ics").status_code == 200
    assert Event.objects.filter(body__action="calendar.renew").count() == 1


def test_the_address_of_another_is_not_guessed_from_ones_own(world):
    mine, theirs = key_of(world.mayor), key_of(world.manager)

    assert delivery.owner_of(f"{world.manager.pk}-{mine.partition('-')[2]}") is None
    assert delivery.owner_of(theirs) == world.manager


def test_a_closed_account_has_no_calendar(client, world):
    key = key_of(world.mayor)
    User.objects.filter(pk=world.mayor.pk).update(is_active=False)

    assert client.get(f"/calendar/{key}.ics").status_code == 404


@pytest.mark.slow
def test_after_the_award_what_is_due_is_there(client, world):  # rule 158
    tender = world.at("running")
    public = events(client.get(f"/tenders/{tender.pk}/calendar.ics"))
    mine = events(client.get(f"/calendar/{key_of(world.treasurer)}.ics"))
    operator = events(client.get(f"/calendar/{key_of(tender.contracts.get().operator)}.ics"))

    due = [event for key, event in public.items() if not hasattr(event["dtstart"].dt, "hour")]
    assert due
    assert set(mine) - {name for name, _label, _at in tender.schedule.milestones()}
    assert operator


@pytest.mark.slow
def test_the_month_page_lists_what_the_calendar_has(client, world, tender):
    page = client.get(f"/tenders/{tender.pk}/calendar/")

    months = page.context["months"]
    assert [month.day for month, _entries in months] == [1] * len(months)
    assert sum(len(entries) for _month, entries in months) == len(tender.schedule.milestones())
    assert "15:00:00" in page.text
    assert f"/tenders/{tender.pk}/calendar.ics" in page.text
