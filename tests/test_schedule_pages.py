"""The dates of a call: what is refused, what the page says beside each date, the table of days off."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import localtime

from procurement.models import CalendarYear, DayOff, Event, Tender
from procurement.schedule import MILESTONES
from procurement.services import dates
from procurement.workflow import Blocked

from .refusing import refused
from .world import DEADLINE, NOON, QUERIES

ADDRESS = (
    "?announcement=2026-03-02T12:00&query_deadline=2026-04-06T17:00&submission_deadline=2026-04-24T15:00"
)


def lima(year, month, day, hour):
    return datetime(year, month, day, hour + 5, tzinfo=UTC)


@pytest.fixture
def tender(world):
    """Its regime chosen and its terms stated; without dates."""
    tender = world.draft()
    world.establish()
    world.choose_regime(tender)
    world.state_terms(tender)
    dates.confirm_year(world.municipality, year=2026, by=world.manager)
    return Tender.objects.get(pk=tender.pk)


def proposed(tender, **other):
    anchors = {"announcement": NOON, "query_deadline": QUERIES, "submission_deadline": DEADLINE}
    found = dates.propose_dates(tender, **anchors)
    return {name: found.get(name) for name in MILESTONES} | other


def set_dates(world, tender, skipped=None, **other):
    dated = proposed(tender, **other)
    return dates.set_schedule(tender, version=0, dated=dated, skipped=skipped or {}, by=world.secretary)


def test_the_proposed_dates_are_those_of_the_worked_example(world, tender):  # rules 44, 45, 48; D1-D3
    dated = set_dates(world, tender)

    assert dated.meeting_1 == lima(2026, 3, 5, 16)
    assert dated.meeting_2 == lima(2026, 3, 30, 16)
    assert dated.meeting_3 == lima(2026, 4, 21, 16)


@pytest.mark.parametrize(
    ("moved", "code"),
    [
        ({"meeting_1": lima(2026, 3, 6, 16)}, "tender.schedule.meeting-1-outside-window"),  # rule 44
        ({"meeting_2": lima(2026, 4, 1, 16)}, "tender.schedule.meeting-2-outside-window"),  # rule 45
        ({"meeting_3": lima(2026, 4, 20, 16)}, "tender.schedule.meeting-3-off-average"),  # rule 48
        ({"meeting_3": None}, "tender.schedule.meeting-skipped-no-reason"),  # rule 43
        ({"integration": QUERIES}, "tender.schedule.order-broken"),  # rule 50
        ({"award": datetime(2026, 5, 15, 5, tzinfo=UTC)}, "tender.schedule.midnight-hour"),
        ({"opening_1": DEADLINE + timedelta(minutes=60)}, "tender.schedule.opening-before-upload-end"),
        ({"sale_until": DEADLINE + timedelta(hours=1)}, "tender.schedule.sale-after-submission"),
    ],
)
def test_dates_that_cannot_be_are_refused(world, tender, moved, code):
    assert code in refused(set_dates, world, tender, **moved)
    assert not hasattr(Tender.objects.get(pk=tender.pk), "schedule")


def test_a_meeting_is_left_out_with_a_reason(world, tender):  # rule 43
    dated = set_dates(world, tender, meeting_3=None, skipped={"meeting_3": "Nadie compró las bases"})

    assert dated.meeting_3 is None
    assert "meeting_3" not in [name for name, _label, _at in dated.milestones()]


def test_dates_that_have_passed_are_refused(world, tender):
    world.move(NOON + timedelta(days=1))

    assert "tender.schedule.date-in-past" in refused(set_dates, world, tender)


def test_the_day_type_must_be_stated_first(world, tender):  # rule 49
    tender.parameters.pop("meetings.day_type")
    tender.save()
    anchors = {name: NOON + timedelta(days=place) for place, name in enumerate(MILESTONES)}

    codes = refused(dates.set_schedule, tender, version=0, dated=anchors, skipped={}, by=world.secretary)
    assert "tender.schedule.day-type-missing" in codes


def test_dates_wait_for_the_regime(world):
    tender = world.draft()
    dated = dict.fromkeys(MILESTONES, NOON)

    codes = refused(dates.set_schedule, tender, version=0, dated=dated, skipped={}, by=world.secretary)
    assert codes == ["tender.regime.not-chosen"]


def test_an_outsider_sets_no_date(world, tender):
    with pytest.raises(PermissionDenied):
        dates.set_schedule(tender, version=0, dated=proposed(tender), skipped={}, by=world.outsider)


def test_published_dates_are_not_edited(world):
    tender = world.at("announced")
    dated = {name: getattr(tender.schedule, name) for name in MILESTONES}

    codes = refused(dates.set_schedule, tender, version=1, dated=dated, skipped={}, by=world.secretary)
    assert codes == ["tender.change.published-text-frozen"]


def test_a_stale_save_shows_both_dates(world, tender):  # decision 33
    first = set_dates(world, tender)
    dates.set_schedule(
        tender,
        version=first.version,
        dated=proposed(tender, award=lima(2026, 5, 8, 10)),
        skipped={},
        by=world.chair,
    )

    dated = proposed(tender, award=lima(2026, 5, 11, 10))
    with pytest.raises(Blocked) as blocked:
        dates.set_schedule(tender, version=first.version, dated=dated, skipped={}, by=world.secretary)
    assert blocked.value.codes == ["access.record.changed-meanwhile"]
    assert "8 de mayo" in str(blocked.value.refusals[0])
    assert "11 de mayo" in str(blocked.value.refusals[0])


def test_drafted_dates_stand_beside_the_log(world, tender):
    set_dates(world, tender)

    event = Event.objects.of(tender).get(body__action="schedule.set")
    assert event.body["facts"] == {}
    assert event.private_part.content["award"]


# Pages


def test_the_page_proposes_and_shows_both_readings(world, tender, client):  # rule 49
    client.force_login(world.secretary)

    shown = client.get(reverse("schedule-edit", args=[tender.pk]) + ADDRESS).content.decode()

    assert 'value="2026-03-30"' in shown
    assert "viernes 3 de abril de 2026" in shown
    assert "Viernes Santo" in shown


def test_an_error_stands_beside_its_date_and_nothing_typed_is_lost(world, tender, client):
    client.force_login(world.secretary)
    typed = fields(proposed(tender, meeting_2=lima(2026, 4, 1, 16)))

    answer = client.post(reverse("schedule-edit", args=[tender.pk]), typed)
    shown = answer.content.decode()

    assert answer.status_code == 422
    assert "tender.schedule.meeting-2-outside-window" in shown
    assert 'href="#id_meeting_2_0"' in shown
    assert 'value="2026-04-01"' in shown


def fields(dated):
    """Return dates as the form sends them."""
    sent = {"version": "0"}
    for name, moment in dated.items():
        local = localtime(moment)
        sent |= {f"{name}_0": local.strftime("%Y-%m-%d"), f"{name}_1": local.strftime("%H:%M")}
    return sent


def test_good_dates_are_saved_on_the_page(world, tender, client):
    client.force_login(world.secretary)

    answer = client.post(reverse("schedule-edit", args=[tender.pk]), fields(proposed(tender)))

    assert answer.status_code == 302
    assert Tender.objects.get(pk=tender.pk).schedule.submission_deadline == DEADLINE


def test_three_dates_lead_to_the_proposal(world, tender, client):
    client.force_login(world.secretary)
    three = {"announcement": NOON, "query_deadline": QUERIES, "submission_deadline": DEADLINE}

    answer = client.post(reverse("schedule-anchors", args=[tender.pk]), fields(three))

    assert answer.url == reverse("schedule-edit", args=[tender.pk]) + ADDRESS


def test_everybody_reads_the_dates_of_a_public_call(world, client):
    tender = world.at("announced")

    shown = client.get(reverse("tender-schedule", args=[tender.pk])).content.decode()

    assert "viernes 24 de abril de 2026" in shown
    assert reverse("schedule-edit", args=[tender.pk]) not in shown


# The days off


def day(**other):
    return {
        "date": date(2026, 3, 30),
        "name": "Aniversario de Laredo",
        "kind": "local",
        "source": "OM 4",
    } | other


def test_a_local_day_moves_what_is_counted(world, tender):  # domain 6.3
    dates.add_day_off(world.municipality, by=world.manager, **day())

    assert proposed(tender)["meeting_2"] == lima(2026, 3, 27, 16)


def test_a_day_of_another_town_moves_nothing(world, tender):
    other = type(world.municipality).objects.create(name="Moche", kind="district", ubigeo="130107")
    DayOff.objects.create(municipality=other, **day())

    assert proposed(tender)["meeting_2"] == lima(2026, 3, 30, 16)


def test_a_decreed_day_holds_for_all_of_peru(world, tender):
    dates.add_day_off(None, by=world.host, **day(kind="decreed"))

    assert proposed(tender)["meeting_2"] == lima(2026, 3, 27, 16)


@pytest.mark.parametrize("who", ["outsider", "chair", "host"])
def test_the_manager_keeps_the_days_of_the_town(world, tender, who):
    with pytest.raises(PermissionDenied):
        dates.add_day_off(world.municipality, by=getattr(world, who), **day())


def test_the_host_keeps_the_days_of_peru(world):
    with pytest.raises(PermissionDenied):
        dates.add_day_off(None, by=world.manager, **day())


def test_a_day_is_entered_once(world):
    dates.add_day_off(world.municipality, by=world.manager, **day())

    codes = refused(dates.add_day_off, world.municipality, by=world.manager, **day(name="Otra"))
    assert codes == ["calendar.day.already-entered"]


def test_a_day_taken_out_stands_in_the_log(world):
    entered = dates.add_day_off(world.municipality, by=world.manager, **day())
    dates.remove_day_off(entered, by=world.manager)

    event = Event.objects.of(world.municipality).filter(body__action="day-off.remove").get()
    assert event.body["facts"]["name"] == "Aniversario de Laredo"
    assert not DayOff.objects.exists()


def test_a_year_without_confirmation_warns(world, tender):  # domain 6.3
    CalendarYear.objects.all().delete()
    found = dates.problems_of_dates(tender, proposed(tender), {}, NOON)

    assert [each.code for each in found] == ["tender.schedule.calendar-year-missing"]


def test_the_manager_enters_days_on_the_page(world, client):
    client.force_login(world.manager)
    address = reverse("days-off", args=[world.municipality.pk])

    client.post(address, day(date="2026-03-30"))
    client.post(reverse("calendar-confirm", args=[world.municipality.pk]), {"year": "2026"})

    assert DayOff.objects.get().municipality == world.municipality
    assert CalendarYear.objects.get().year == 2026


def test_everybody_reads_the_table_and_only_its_keeper_changes_it(world, client):
    entered = dates.add_day_off(world.municipality, by=world.manager, **day())
    address = reverse("days-off", args=[world.municipality.pk])

    assert "Aniversario de Laredo" in client.get(address).content.decode()
    client.force_login(world.treasurer)
    assert client.post(reverse("day-off-remove", args=[entered.pk])).status_code == 403
    assert DayOff.objects.exists()
