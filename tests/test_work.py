"""The work list, the public front page, and what the clock does by itself."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from procurement import clock, clockwork, places, tasks
from procurement.clockwork import Job
from procurement.models import Event, Tender
from procurement.roles import Role
from procurement.services import minutes, notices, people, tenders
from procurement.tasks import Task
from procurement.workflow import Blocked, Refusal, advance

from .world import A_MICROSECOND, account

A_DAY = timedelta(days=1)
NOT_YET = Refusal("test.not-yet", "Not yet.", "rule 0")


@pytest.fixture
def tender(world):
    return world.draft()


@pytest.fixture
def only_steps(monkeypatch):
    """Leave out the tasks that other parts add."""
    monkeypatch.setattr(tasks, "SOURCES", [tasks.next_steps])


def another(world, number):
    """Begin another draft on which the same chair sits."""
    tender = tenders.create(world.municipality, town=world.town, title=f"Otra {number}", by=world.manager)
    seat = {"position": "chair", "document": "RA 10", "by": world.mayor}
    people.appoint(tender, Role.COMMITTEE, world.chair, **seat)
    return tender


# The work list


def test_one_list_has_every_tender_on_which_the_user_holds_a_role(client, world, tender):
    other = another(world, 2)
    client.force_login(world.chair)

    page = client.get("/work/")

    assert [row[0] for row in page.context["rows"]] == [other, tender]
    assert [row[1] for row in page.context["rows"]] == [[Role.COMMITTEE]] * 2


def test_an_office_brings_all_tenders_of_the_town(client, world, tender):
    another(world, 2)
    client.force_login(world.manager)

    page = client.get("/work/")

    assert [row[1] for row in page.context["rows"]] == [[Role.MANAGER]] * 2
    assert [task.title for task in page.context["rows"][0][2]] == ["Aprobar las bases"]


def test_the_list_says_what_comes_first_and_what_blocks_it(client, world, tender):
    client.force_login(world.manager)

    page = client.get("/work/")

    first, task = page.context["first"]
    assert (first, task.title) == (tender, "Aprobar las bases")
    assert "tender.regime.not-chosen" in [refusal.code for refusal in page.context["blockers"]]


def test_who_has_nothing_to_do_is_told_so(client, world, tender, only_steps):
    client.force_login(world.observer)

    page = client.get("/work/")

    assert page.context["first"] is None
    assert page.context["rows"][0][2] == []


def test_who_holds_no_role_sees_an_empty_list_with_a_way_on(client, world, tender):
    client.force_login(world.outsider)

    page = client.get("/work/")

    assert page.context["rows"] == []
    assert 'href="/"' in page.text


def test_a_tender_that_has_ended_is_put_aside(client, world, tender):
    advance(tender, "withdraw", by=world.manager)
    client.force_login(world.manager)

    page = client.get("/work/")

    assert page.context["rows"] == []
    assert list(page.context["over"]) == [tender]


def test_an_ended_appointment_takes_the_tender_off_the_list(client, world, tender):
    seat = tender.appointments.get(user=world.observer)
    world.move(clock.now() + A_DAY)
    people.end_appointment(seat, document="x", by=world.mayor)
    client.force_login(world.observer)

    assert client.get("/work/").context["rows"] == []


def test_the_work_list_costs_the_same_for_any_number(client, world, tender):
    client.force_login(world.manager)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/work/")
        assert all(row[2] for row in page.context["rows"])
        return len(page.context["rows"]), len(queries)

    one, few = asked()
    for each in range(11):
        another(world, each)

    assert (one, asked()) == (1, (12, few))


def test_another_part_adds_its_tasks_and_the_nearest_date_comes_first(client, world, tender, monkeypatch):
    now = clock.now()

    def declarations(tenders, user, at):
        for each in tenders:
            yield each, Task("Later", "/later/", now + 2 * A_DAY)
            yield (
                each,
                Task("Sign your declaration", "/sign/", now + A_DAY, state="blocked", refusals=[NOT_YET]),
            )

    monkeypatch.setattr(tasks, "SOURCES", [*tasks.SOURCES, declarations])
    client.force_login(world.manager)

    page = client.get("/work/")

    titles = [task.title for task in page.context["rows"][0][2]]
    assert titles[:2] == ["Sign your declaration", "Later"]
    assert "Aprobar las bases" in titles
    assert page.context["blockers"] == [NOT_YET]
    assert "test.not-yet" in page.text


def test_a_step_that_is_late_says_so(world):
    tender = world.at(Tender.State.ANNOUNCED)
    due = tender.schedule.integration

    before = tasks.of([tender], world.chair, due)[tender.pk]
    after = tasks.of([tender], world.chair, due + A_MICROSECOND)[tender.pk]

    assert [task.state for task in before if task.until == due] == ["ready"]
    assert [task.state for task in after if task.until == due] == ["overdue"]


def test_every_refusal_has_a_page_that_exists(tender):
    for beginning, name in places.PLACES.items():
        assert not name or places.place(f"{beginning}.x", tender).startswith("/"), beginning
    assert places.place("nowhere.to.go", tender) == ""


def test_who_appoints_sees_which_people_a_tender_still_lacks(world, only_steps, monkeypatch):
    monkeypatch.setattr(tasks, "SOURCES", [tasks.seats_to_fill])
    bare = tenders.create(world.municipality, town=world.town, title="Otra", by=world.manager)
    staffed = world.draft()

    found = tasks.of([bare, staffed], world.mayor, clock.now())

    assert [task.url for task in found[bare.pk]] == [f"/tenders/{bare.pk}/people/"]
    assert "Veedor de la JVS" in found[bare.pk][0].note
    assert found[staffed.pk] == []
    assert tasks.of([bare], world.manager, clock.now()) == {bare.pk: []}


def test_remarks_wait_for_the_committee_and_minutes_for_the_observer(world, tender, monkeypatch):
    monkeypatch.setattr(tasks, "SOURCES", [tasks.remarks_to_answer, tasks.minutes_to_sign])
    remark = minutes.remark(tender, text="x", by=world.observer)
    act = {"office": "committee", "kind": "x", "title": "x", "text": "x", "happened_at": clock.now()}
    with transaction.atomic():
        left = minutes.write(tender, by=world.secretary, at=clock.now(), **act)

    def waiting(user):
        return [task.url for task in tasks.of([tender], user, clock.now())[tender.pk]]

    before = waiting(world.chair), waiting(world.observer), waiting(world.alternate)
    minutes.answer(remark, text="y", by=world.chair)
    minutes.witness(left, by=world.observer)

    page = f"/tenders/{tender.pk}"
    assert before == ([f"{page}/remarks/"], [f"{page}/minutes/"], [])
    assert (waiting(world.chair), waiting(world.observer)) == ([], [])


def test_the_longest_beginning_of_a_code_decides(tender, monkeypatch):
    monkeypatch.setattr(places, "PLACES", {"a": "remarks", "a.b": "tender-people"})

    assert places.place("a.b.c", tender) == f"/tenders/{tender.pk}/people/"
    assert places.place("a.x", tender) == f"/tenders/{tender.pk}/remarks/"


# The front page


def test_the_front_page_shows_announced_tenders_and_no_other(client, world):
    empty = client.get("/")
    announced = world.at(Tender.State.ANNOUNCED)
    another(world, 2)

    page = client.get("/")

    assert empty.context["page"].paginator.count == 0
    assert list(page.context["page"]) == [announced]
    assert page.context["open_now"] == [announced]


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("?q=laredo", 1),
        ("?q=LIBERTAD", 1),
        ("?q=laredo libertad", 1),
        ("?q=nauta", 0),
        ("?group=open", 1),
        ("?group=done", 0),
        ("?group=nonsense", 1),
        ("?page=99", 1),
        ("?q=%00", 1),
    ],
)
def test_the_front_page_is_searched(client, world, asked, number):
    world.at(Tender.State.ANNOUNCED)

    assert len(client.get(f"/{asked}").context["page"]) == number


def test_the_front_page_costs_the_same_for_any_number(client, world, tender):
    def asked():
        Tender.objects.update(announced_at=clock.now())
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/")
        return len(page.context["page"]), len(queries)

    one, few = asked()
    for each in range(11):
        another(world, each)

    assert (one, asked()) == (1, (12, few))


def test_every_state_belongs_to_one_group_of_the_front_page():
    from procurement.views.public import GROUPS

    grouped = [state for states in GROUPS.values() for state in states]
    assert sorted(grouped) == sorted(Tender.State.values)


# The clock


def job(*subjects, act=lambda subject: None):
    return Job("test", due=lambda at: subjects, act=act)


def fails(subject):
    if subject == "bad":
        raise RuntimeError("broken")
    if subject == "early":
        raise Blocked(NOT_YET)


def test_the_fault_of_one_does_not_stop_the_others():  # principle 3
    outcomes = list(clockwork.run(job("early", "bad", "good", act=fails)))

    assert [(each.subject, each.went) for each in outcomes] == [
        ("early", "left"),
        ("bad", "failed"),
        ("good", "done"),
    ]
    assert str(outcomes[0]) == "test left: early (test.not-yet)"


def test_what_is_due_is_asked_at_the_instant_of_the_one_clock(set_clock):
    seen = []

    list(clockwork.run(Job("test", due=lambda at: seen.append(at) or [], act=None)))

    assert seen == [clock.now()]


def test_one_pass_of_the_worker_says_what_it_did_and_fails_where_something_failed(db, monkeypatch, capsys):
    monkeypatch.setattr(clockwork, "JOBS", [job("good")])
    call_command("work", once=True)
    told = capsys.readouterr().out

    monkeypatch.setattr(clockwork, "JOBS", [job("bad", "good", act=fails)])
    with pytest.raises(CommandError):
        call_command("work", once=True)

    assert told == "test done: good\n"
    assert "broken" in capsys.readouterr().err


def test_the_worker_goes_on_after_a_fault_until_it_is_stopped(db, monkeypatch):
    passes = []

    def sleep(seconds):
        passes.append(seconds)
        if len(passes) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
    monkeypatch.setattr(clockwork, "JOBS", [job("bad", act=fails)])
    with pytest.raises(KeyboardInterrupt):
        call_command("work", interval=7)

    assert passes == [7, 7, 7]


def test_nothing_is_closed_before_its_time(world):
    tender = world.at(Tender.State.ANNOUNCED)

    call_command("close_due_tenders")
    call_command("work", once=True)

    assert Tender.objects.get(pk=tender.pk).state == Tender.State.ANNOUNCED
    assert not Event.objects.filter(body__action="close").exists()


def test_close_due_tenders_reports_a_fault(db, monkeypatch):
    monkeypatch.setattr(clockwork, "JOBS", [Job("close", due=lambda at: ["bad"], act=fails)])

    with pytest.raises(CommandError):
        call_command("close_due_tenders")


def test_the_messages_of_others_do_not_count(client, world, tender):
    notices.tell([world.mayor], tender=tender, subject="s", text="t", at=clock.now())
    client.force_login(account(77, "Ana", "Nueva"))

    assert client.get("/work/").context["unread"] == 0
