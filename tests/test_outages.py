"""The service notices its own silence, publishes it, and proposes the same extension for everybody."""

from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.management import call_command
from django.urls import reverse

from procurement import clock
from procurement.models import Event, Notice, Outage, Pulse
from procurement.services import changes, installation, outages, tenders
from procurement.workflow import Blocked

from .world import A_SECOND, DEADLINE

SILENCE = outages.SILENCE
A_DAY = timedelta(days=1)


@pytest.fixture
def integrated(world):
    return world.at("integrated")


def silent(world, start, end):
    """Let the service be heard at `start` and not again before `end`."""
    world.move(start)
    outages.beat(well=True)
    world.move(end)
    outages.beat(well=True)


@pytest.mark.parametrize(("more", "noticed"), [(timedelta(0), 0), (A_SECOND, 1)])
def test_a_silence_is_noticed_from_its_second_on(world, db, more, noticed):  # decision 12
    silent(world, DEADLINE - A_DAY, DEADLINE - A_DAY + SILENCE + more)

    assert Outage.objects.count() == noticed
    assert Pulse.objects.get().at == DEADLINE - A_DAY + SILENCE + more


def test_a_silence_is_in_the_ledger_with_both_ends_and_in_the_log(world, client, db):  # decision 12
    silent(world, DEADLINE - A_DAY, DEADLINE - A_DAY + timedelta(hours=1))

    outage = Outage.objects.get()
    events = [event.body for event in Event.objects.filter(log="convoca.example").order_by("index")][-2:]
    assert (outage.start, outage.end, outage.noticed) == (DEADLINE - A_DAY, clock.now(), True)
    assert [(event["action"], event["actor"]) for event in events] == [
        ("outage.report", "clock"),
        ("outage.end", "clock"),
    ]
    assert outage.note in client.get(reverse("outages")).content.decode()


def test_while_the_service_does_not_answer_the_ledger_stays_open(world, db):  # decision 12
    world.move(DEADLINE - A_DAY)
    outages.beat(well=True)
    for minute in (1, 2, 3, 4):
        world.move(DEADLINE - A_DAY + timedelta(minutes=minute))
        outages.beat(well=False)
    open_one = Outage.objects.get()

    world.move(DEADLINE - A_DAY + timedelta(minutes=5))
    outages.beat(well=True)

    assert (open_one.start, open_one.end) == (DEADLINE - A_DAY, None)
    assert Outage.objects.get().end == DEADLINE - A_DAY + timedelta(minutes=5)


def test_a_clock_set_back_is_no_silence(world, db):  # decision 12
    silent(world, DEADLINE, DEADLINE - A_DAY)

    assert not Outage.objects.exists()
    assert Pulse.objects.get().at == DEADLINE - A_DAY


def test_the_background_beats_before_it_closes(world, integrated):  # decision 12
    world.move(DEADLINE - timedelta(hours=1))
    call_command("work", once=True)
    world.move(DEADLINE + timedelta(minutes=5))

    call_command("work", once=True)

    assert type(integrated).objects.get().state == "integrated"
    assert Outage.objects.get().noticed
    with pytest.raises(Blocked) as refused:
        tenders.close(integrated, by=clock.ACTOR)
    assert refused.value.codes == ["tender.close.outage"]


def test_without_a_silence_the_background_closes(world, integrated):  # decision 12
    for minutes in range(-2, 4):
        world.move(DEADLINE + timedelta(minutes=minutes))
        call_command("work", once=True)

    assert type(integrated).objects.get().state == "closed"


# The extension


@pytest.mark.parametrize(
    ("start", "end", "later"),
    [
        # the terms: window of 4 hours, 30 minutes count, 24 hours at least; the next day is a Saturday
        (timedelta(hours=2), timedelta(hours=1, minutes=30, seconds=1), None),  # 29 minutes 59 seconds
        (timedelta(hours=2), timedelta(hours=1, minutes=30), timedelta(days=3)),
        (timedelta(hours=4, minutes=30), timedelta(hours=3, minutes=30), timedelta(days=3)),
        (timedelta(hours=4, minutes=30), timedelta(hours=3, minutes=30, seconds=1), None),
        (timedelta(hours=5), timedelta(hours=4), None),  # before the window
        (timedelta(days=4), timedelta(hours=0), timedelta(days=4)),  # as long as it lasted
    ],
)
def test_the_extension_is_what_the_terms_give(world, integrated, start, end, later):  # decision 12
    Outage.objects.create(start=DEADLINE - start, end=DEADLINE - end, note="Sin luz")
    world.move(DEADLINE + timedelta(minutes=5))

    assert outages.extended(integrated, clock.now()) == (later and DEADLINE + later)


def test_what_two_entries_cover_counts_once(world, integrated):  # decision 12
    def out(start, end):
        before = [DEADLINE - timedelta(minutes=minutes) for minutes in (start, end)]
        Outage.objects.create(start=before[0], end=before[1], note="Sin luz")

    out(60, 40)
    out(55, 35)
    world.move(DEADLINE + timedelta(minutes=5))
    short = outages.extended(integrated, clock.now())
    out(36, 30)

    assert short is None  # 25 minutes, not 40
    assert outages.extended(integrated, clock.now())


def postponed(world, tender, to):
    new = outages.planning.shift(
        tender.schedule.dates(),
        "submission_deadline",
        to,
        outages.guards.rules_of(tender),
        tender.municipality.calendar(),
        at=clock.now(),
    )
    moments = {name: new.get(name) for name in outages.planning.IN_ORDER}
    told = {"act": "Acta 20", "reason": outages.reason(), "happened_on": DEADLINE.date()}
    return changes.postpone(tender, new=moments, by=world.chair, **told)


def test_a_postponement_answers_what_failed_before_it(world, integrated):  # decision 12
    integrated.parameters |= {"outage.window_hours": 72, "outage.minimum_extension_hours": 1}
    integrated.save()
    Outage.objects.create(start=DEADLINE - timedelta(hours=2), end=DEADLINE - timedelta(hours=1), note="x")
    world.move(DEADLINE + timedelta(minutes=5))
    to = outages.extended(integrated, clock.now())

    postponed(world, integrated, to)
    moved = type(integrated).objects.get()

    assert moved.schedule.submission_deadline == to
    assert outages.extended(moved, clock.now()) is None
    world.move(to + timedelta(minutes=1))
    assert tenders.close(moved, by=clock.ACTOR).state == "closed"


def test_the_committee_gets_the_proposal_and_its_page_has_it(world, integrated, client):  # decision 12
    silent(world, DEADLINE - timedelta(hours=1), DEADLINE + timedelta(minutes=1))
    to = outages.extended(integrated, clock.now())
    page = reverse("tender-postpone", args=[integrated.pk])

    told = Notice.objects.filter(tender=integrated, link=page)
    client.force_login(world.chair)
    shown = client.get(page)
    instead = client.get(reverse("tender-close", args=[integrated.pk]))

    assert {notice.user for notice in told} >= {*world.committee[:3], world.secretary}
    assert shown.context["form"].initial["to"] == to
    assert instead.context["instead"] == to


def test_a_silence_far_from_a_deadline_disturbs_nobody(world, integrated):  # decision 12
    before = Notice.objects.count()

    silent(world, DEADLINE - timedelta(days=5), DEADLINE - timedelta(days=5) + timedelta(hours=1))

    assert Outage.objects.exists()
    assert Notice.objects.count() == before


def test_the_hosts_entry_leads_to_the_same_proposal(world, integrated):  # decision 12
    world.move(DEADLINE + timedelta(minutes=2))

    installation.report_outage(start=DEADLINE - timedelta(hours=1), end=clock.now(), note="x", by=world.host)

    mine = Notice.objects.filter(tender=integrated, user=world.chair).order_by("-pk")
    assert mine.first().link.endswith("/postpone/")


# Whether it answers


class Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/well" else 503)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with HTTPServer(("127.0.0.1", 0), Answering) as found:
        Thread(target=found.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{found.server_port}"
        found.shutdown()


def test_the_service_is_well_where_it_answers_so(server, settings):  # decision 12
    answers = []
    for settings.WATCHED in ("", f"{server}/well", f"{server}/ill", "http://127.0.0.1:1/"):
        answers.append(outages.is_well())

    assert answers == [True, True, False, False]
