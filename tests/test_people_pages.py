"""Pages of people and of the host: who is appointed, what is printed and written down (decisions 1-3)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from procurement import clock
from procurement.models import Appointment, Event, Municipality, Notice, Tender
from procurement.roles import Role
from procurement.services import installation, people

from .test_people import codes
from .world import A_MICROSECOND, account

A_DAY = timedelta(days=1)


# People


PERSON = {
    "dni": "4012 3456",
    "first_name": "Elena",
    "last_name": "Quispe",
    "document": "RA 030-2026",
}


def test_the_mayor_appoints_on_a_page_and_prints_the_code(client, world):  # decision 3
    client.force_login(world.mayor)

    page = client.post(f"/municipalities/{world.municipality.pk}/people/appoint/", PERSON | {"role": "atm"})

    appointment = Appointment.objects.get(user__dni="40123456")
    code = page.context["code"]
    assert page.status_code == 200
    assert code in page.text
    assert page["Cache-Control"] == "no-store"
    assert not appointment.user.has_usable_password()
    assert not appointment.user.access_codes.filter(code_hash__contains=code).exists()


def test_a_wrong_digit_does_not_appoint_a_stranger(client, world):
    client.force_login(world.mayor)
    form = PERSON | {"role": "atm", "dni": world.outsider.dni}

    page = client.post(f"/municipalities/{world.municipality.pk}/people/appoint/", form)

    assert page.status_code == 422
    assert [refusal.code for refusal in page.context["form"].refusals] == ["account.name.differs"]
    assert "Otto" not in page.text
    assert not world.outsider.appointments.exists()


def test_a_known_person_is_appointed_without_a_code(client, world):
    tender = world.draft()
    client.force_login(world.mayor)
    form = PERSON | {"role": "jvs", "dni": world.outsider.dni, "first_name": "OTTO", "last_name": "ajeno"}

    page = client.post(f"/tenders/{tender.pk}/people/appoint/", form)

    assert page.status_code == 302
    assert tender.appointments.filter(user=world.outsider).exists()


def test_the_last_day_of_an_appointment_counts(client, world):
    client.force_login(world.mayor)
    form = PERSON | {"role": "atm", "end": "2026-12-31"}

    client.post(f"/municipalities/{world.municipality.pk}/people/appoint/", form)

    appointment = Appointment.objects.get(user__dni="40123456")
    assert appointment.end.isoformat() == "2027-01-01T05:00:00+00:00"  # midnight in Lima
    assert appointment.last_day.isoformat() == "2026-12-31"


def test_a_delegate_is_not_offered_what_a_delegate_may_not_give(client, world, delegate):
    client.force_login(delegate.user)

    page = client.get(f"/municipalities/{world.municipality.pk}/people/appoint/")

    assert [value for value, _label in page.context["form"].fields["role"].choices] == [
        "",
        "manager",
        "legal",
        "treasury",
        "desk",
        "atm",
    ]


def test_a_lost_sheet_is_printed_again_and_the_old_code_serves_no_more(client, world):
    client.force_login(world.mayor)
    first = client.post(f"/municipalities/{world.municipality.pk}/people/appoint/", PERSON | {"role": "atm"})
    appointment = Appointment.objects.get(user__dni="40123456")

    second = client.post(f"/appointments/{appointment.pk}/code/")

    assert second.context["code"] != first.context["code"]
    assert appointment.user.access_codes.filter(expires_at__gt=clock.now()).count() == 1


def test_no_first_code_for_whoever_another_town_has_invited(world, other_town):  # D1: no stealing of accounts
    rosa = account(50, "Rosa", "Nueva")
    rosa.set_unusable_password()
    rosa.save()
    theirs = people.appoint_official(other_town, Role.MANAGER, rosa, document="RA 1", by=other_town.mayor)
    ours = people.appoint_official(world.municipality, Role.LEGAL, rosa, document="RA 2", by=world.mayor)

    assert codes(people.invite, ours, by=world.mayor) == ["account.code.elsewhere"]
    with pytest.raises(PermissionDenied):
        people.invite(theirs, by=world.mayor)


def test_no_first_code_for_whoever_has_a_password(world):
    appointment = world.municipality.appointments.get(user=world.manager)

    assert codes(people.invite, appointment, by=world.mayor) == ["account.code.already-open"]


def test_the_pages_of_people_never_show_an_identity_document(client, world):  # decision 6
    tender = world.draft()
    client.force_login(world.mayor)

    for address in (f"/municipalities/{world.municipality.pk}/people/", f"/tenders/{tender.pk}/people/"):
        page = client.get(address).text
        assert world.manager.dni not in page
        assert "Marta Quispe" in page


def test_ending_and_calling_in_on_pages(client, world):
    tender = world.draft()
    alternate = tender.appointments.get(position="alternate")
    chair = tender.appointments.get(position="chair")
    client.force_login(world.mayor)

    called = client.post(
        f"/tenders/{tender.pk}/people/{alternate.pk}/call-in/", {"member": chair.pk, "reason": "viaje"}
    )
    seat = Appointment.objects.get(stands_in_for=chair)
    ended = client.post(f"/appointments/{seat.pk}/end/", {"document": "regreso"})
    history = client.get(f"/tenders/{tender.pk}/people/")

    assert (called.status_code, ended.status_code) == (302, 302)
    assert "regreso" in history.text


@pytest.mark.parametrize("number", [1, 20])
def test_the_page_of_people_costs_the_same_for_any_number(
    client, world, django_assert_max_num_queries, number
):
    tender = world.draft()
    for each in range(number):
        user = account(200 + each, "Julia", f"Vecina {each}")
        people.appoint(tender, Role.JVS, user, document="Ordenanza 2", by=world.mayor)
    client.force_login(world.mayor)

    with django_assert_max_num_queries(13):
        page = client.get(f"/tenders/{tender.pk}/people/")

    assert page.text.count("<b>Julia Vecina") == number + 1


# The host's pages


def test_the_host_creates_a_municipality_and_invites_its_mayor(client, world):  # decision 1
    client.force_login(world.host)
    form = {
        "name": "Nauta",
        "kind": "provincial",
        "department": "Loreto",
        "province": "Loreto",
        "ubigeo": "160301",
    }

    created = client.post("/host/municipalities/new/", form)
    sheet = client.post(created.url, PERSON)

    nauta = Municipality.objects.get(name="Nauta")
    mayor = nauta.appointments.get()
    assert (mayor.group.name, mayor.user.dni) == ("mayor", "40123456")
    assert sheet.context["code"] in sheet.text
    assert "Nauta" in client.get("/host/").text


def test_a_wrong_ubigeo_is_refused(client, world):
    client.force_login(world.host)

    page = client.post("/host/municipalities/new/", {"name": "Nauta", "ubigeo": "16030x"})

    assert page.status_code == 422
    assert "ubigeo" in page.context["form"].errors


def test_a_host_invites_another_host(client, world):
    client.force_login(world.host)

    sheet = client.post("/host/invite/", PERSON)

    assert sheet.context["code"]
    assert [host.user.dni for host in installation.hosts(clock.now())][-1] == "40123456"


@pytest.mark.parametrize("number", [1, 15])
def test_the_hosts_page_costs_the_same_for_any_number(client, world, django_assert_num_queries, number):
    for each in range(number):
        people.create_municipality(by=world.host, name=f"Pueblo {each}", kind="district", ubigeo="130106")
    client.force_login(world.host)

    with django_assert_num_queries(6):  # session, user, office, towns, mayors, hosts
        page = client.get("/host/")

    assert len(page.context["rows"]) == number + 1


# Outages


def test_an_outage_is_a_public_event_and_told_to_the_committees_that_receive(world):  # decision 12
    world.draft()
    now = clock.now()
    outage = installation.report_outage(start=now - A_DAY, note="sin luz", by=world.host)

    installation.end_outage(outage, end=now, by=world.host)

    actions = [event.body["action"] for event in Event.objects.filter(log="convoca.example")][-2:]
    assert actions == ["outage.report", "outage.end"]


def test_an_outage_has_begun_and_ends_after_it_starts(world):
    now = clock.now()
    report = {"note": "x", "by": world.host}

    ahead = codes(installation.report_outage, start=now + A_MICROSECOND, **report)
    backwards = codes(installation.report_outage, start=now - A_DAY, end=now - 2 * A_DAY, **report)
    outage = installation.report_outage(start=now, **report)

    assert (ahead, backwards) == (["outage.times.ahead"], ["outage.times.order"])
    assert codes(installation.end_outage, outage, end=now, by=world.host) == ["outage.times.order"]
    world.move(now + A_DAY)
    installation.end_outage(outage, end=now + A_DAY, by=world.host)
    assert codes(installation.end_outage, outage, end=now + A_DAY, by=world.host) == [
        "outage.end.already-written"
    ]


@pytest.mark.parametrize("who", ["mayor", "outsider"])
def test_only_the_host_writes_in_the_ledger(client, world, who):
    with pytest.raises(PermissionDenied):
        installation.report_outage(start=clock.now(), note="x", by=getattr(world, who))

    client.force_login(getattr(world, who))
    assert client.post("/outages/", {"note": "x"}).status_code == 403


def test_the_host_writes_in_the_ledger_on_its_page(client, world):
    client.force_login(world.host)
    begun = {"start_0": "2025-12-30", "start_1": "08:00:00", "note": "sin luz"}

    client.post("/outages/", begun)
    outage = installation.Outage.objects.get()
    client.post(f"/host/outages/{outage.pk}/end/", {"end_0": "2025-12-30", "end_1": "09:30:00"})

    client.logout()
    page = client.get("/outages/").text
    assert "sin luz" in page
    assert "09:30:00" in page


def test_committees_that_receive_bids_are_told_of_an_outage(world):
    tender = world.at(Tender.State.ANNOUNCED)
    before = Notice.objects.filter(user=world.chair).count()

    installation.report_outage(start=clock.now(), note="x", by=world.host)

    assert Notice.objects.filter(user=world.chair, tender=tender).count() == before + 1
