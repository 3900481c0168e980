"""A rehearsal: a draft is tried in a database of its own, and the real one does not get one byte."""

import hashlib
import json
import os
import re
import time
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from uvicorn.server import ServerState

from bids.services import award, ciphertexts, first_result, opening, ranking
from contracts.management.commands import rehearse
from contracts.rehearsal import cast, copying, founding, helping, house
from contracts.rehearsal import time as its_clock
from procurement import clock, printed
from procurement.guards.custody import is_digital
from procurement.models import Tender, User
from procurement.services import circulars, tenders
from procurement.workflow import Blocked

from . import bidding
from .deciding import convene, fresh
from .worked_terms import TYPED
from .world import NOON

HOUR = timedelta(hours=1)
WAIT = 240  # seconds that a busy machine may take to make the tables
HOST = {"HTTP_HOST": "localhost"}


@pytest.fixture
def draft(world):
    """A draft that states its terms and its dates."""
    tender = world.draft()
    world.prepare(tender)
    world.set_dates(tender)
    return Tender.objects.get(pk=tender.pk)


def renamed(copied):
    """Return a copy as JSON gives it, of a town with another name: here both stand in one database."""
    held = json.loads(copied)
    held["municipality"] |= {"name": "Laredo de simulacro", "ubigeo": "139999"}
    return held


def everything():
    """Return the digest of every row of every table."""
    sums = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = sorted(repr(row) for row in cursor.fetchall())
            sums[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return sums


def test_a_copy_names_nobody(draft):
    copied = copying.copy_of(draft)
    for user in User.objects.all():
        assert user.dni not in copied
        assert str(user) not in copied
    assert json.loads(copied)["parameters"]["terms.price"] == TYPED["terms.price"]


def test_it_begins_with_the_rules_and_the_dates_of_the_draft(draft):
    copied = renamed(copying.copy_of(draft))
    tender, notes = founding.found(copied)
    tender = Tender.objects.get(pk=tender.pk)

    stated = {key: value for key, value in tender.parameters.items() if key not in notes["invented"]}
    assert stated == draft.parameters
    assert notes["dated"]
    assert tender.schedule.submission_deadline == draft.schedule.submission_deadline
    assert (tender.title, tender.regime_decision.code) == (draft.title, draft.regime_decision.code)
    tender.judged_at = clock.now()
    assert not tenders.reasons_against(tender, "approve")


def test_what_the_draft_does_not_state_is_invented_and_said(world):
    empty = renamed(copying.copy_of(world.draft()))
    tender, notes = founding.found(empty)

    assert "terms.price" in notes["invented"]
    assert not notes["dated"]
    assert Tender.objects.get(pk=tender.pk).parameters.keys() == set(notes["invented"])


def test_there_is_no_room_outside_a_rehearsal(client, world):
    client.force_login(world.host)
    assert client.get(reverse("rehearsal-room")).status_code == 404
    assert client.post(reverse("rehearsal-as"), {"dni": world.mayor.dni}).status_code == 404


def test_a_paper_of_a_rehearsal_says_so(world, monkeypatch):
    minutes = world.at("announced").minutes.last()
    assert "SIMULACRO" not in printed.html("minutes", minutes)
    monkeypatch.setitem(printed.FRAME, "is_rehearsal", True)
    assert "SIMULACRO" in printed.html("minutes", minutes)


@pytest.fixture
def rehearsed(draft, settings, tmp_path_factory):
    """The draft, with room for its rehearsal; a socket has a short name."""
    settings.DATA_DIR = tmp_path_factory.getbasetemp().parent / f"r{os.getpid()}"
    settings.ALLOWED_HOSTS = ["localhost"]
    yield draft
    house.end(draft)


def until_ready(client, tender):
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        page = client.get(reverse("rehearsal", args=[tender.pk]))
        assert not page.context["trouble"]
        if page.context["is_ready"]:
            return
        time.sleep(1)
    pytest.fail((house.folder(tender) / "output.txt").read_text())


def test_a_committee_rehearses_and_the_real_database_stays_as_it_was(rehearsed, world):
    client, inside = Client(**HOST), house.prefix(rehearsed)
    client.force_login(world.chair)
    before = everything()

    client.post(reverse("rehearsal", args=[rehearsed.pk]), {"act": "begin"})
    until_ready(client, rehearsed)

    def do(path, **typed):
        client.get(f"{inside}/rehearsal/")
        token = client.cookies["rehearsal-csrf"].value
        answer = client.post(
            f"{inside}{path}", typed | {"csrfmiddlewaretoken": token}, HTTP_REFERER="http://localhost/"
        )
        assert answer.status_code == 302, answer.content.decode()[-2000:]
        return client.get(answer["Location"])

    assert client.post(f"{inside}/rehearsal/as/", {"dni": "90000003"}).status_code == 403  # its own token
    assert "Gerencia Simulada" in do("/rehearsal/as/", dni="90000003").content.decode()
    home = client.get(f"{inside}/tenders/1/").content.decode()
    number = re.search(r"\b001-\d{4}\b", home)[0]
    approved = do("/tenders/1/approve/", number=number).content.decode()
    assert f'href="{inside}/tenders/1/announce/"' in approved
    do("/rehearsal/clock/", to="day")
    assert client.get(f"{inside}/tenders/1/log/").status_code == 200
    assert everything() == before


def test_an_outsider_gets_no_answer(rehearsed, world):
    client = Client(**HOST)
    client.force_login(world.outsider)
    assert client.get(reverse("rehearsal", args=[rehearsed.pk])).status_code == 404
    assert client.get(f"{house.prefix(rehearsed)}/rehearsal/").status_code == 404
    client.force_login(world.chair)
    assert client.get(reverse("rehearsal", args=[rehearsed.pk])).status_code == 200


def test_its_process_is_told_neither_the_database_nor_the_session(rehearsed, rf, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone@somewhere/real")
    monkeypatch.setenv("EMAIL_URL", "smtp://somewhere")
    monkeypatch.setenv("LOG_KEY", "/somewhere/log.key")
    told = house.environment(rehearsed)
    assert "DATABASE_URL" not in told
    assert "EMAIL_URL" not in told
    assert "LOG_KEY" not in told

    request = rf.get("/", HTTP_COOKIE="sessionid=secret; rehearsal-session=own", HTTP_X_CSRFTOKEN="token")
    assert house.headers(request)["Cookie"] == "rehearsal-session=own"
    assert house.headers(request)["X-CSRFToken"] == "token"


@pytest.mark.parametrize("form", ["digital", "paper"])
def test_the_invented_bidders_buy_ask_and_present(world, form):
    empty = renamed(copying.copy_of(world.draft())) | {"parameters": {"envelopes.form": form}}
    tender, _notes = founding.found(empty)
    take_the_parts(world, tender)
    tenders.approve(tender, by=world.manager)
    open_the_call(world, fresh(tender))

    cast.buy(fresh(tender))
    world.meet(fresh(tender), 1)
    cast.ask(fresh(tender))
    cast.buy(fresh(tender))  # again: nobody buys twice
    assert tender.terms_sales.exclude(receipt=None).count() == 3
    assert tender.queries.count() == 3

    world.meet(fresh(tender), 2)
    world.move(tender.schedule.query_deadline)
    world.answer(tender)
    circulars.integrate(tender, present=world.committee[:3], by=world.chair)
    cast.present(fresh(tender))
    assert tender.bids.presented().count() == 3
    assert {offer for _name, offer, _words in cast.envelopes(tender)} == {"12.25", "10.50", "9.75"}


@pytest.fixture
def alone(world, monkeypatch, tmp_path):
    """The clock and the sheets of a rehearsal, without a process of its own."""
    monkeypatch.setattr(its_clock, "put_forward", lambda by: world.move(clock.now() + by))
    monkeypatch.setattr(helping, "SHEETS", tmp_path / "sheets.json")


@pytest.mark.parametrize("form", ["digital", "paper"])
def test_the_others_do_their_part_as_far_as_the_consent(world, alone, form):
    empty = renamed(copying.copy_of(world.draft())) | {"parameters": {"envelopes.form": form}}
    tender, _notes = founding.found(empty)
    take_the_parts(world, tender)
    tenders.approve(tender, by=world.manager)

    helping.make_ready(fresh(tender))
    world.move(fresh(tender).schedule.announcement)
    tenders.propose_announcement(fresh(tender), by=world.chair)
    tenders.announce(fresh(tender), by=world.member)
    for act in (cast.buy, helping.meet, cast.ask, helping.meet):
        act(fresh(tender))
    world.move(fresh(tender).schedule.query_deadline)
    helping.answer(fresh(tender))
    circulars.integrate(fresh(tender), present=world.committee[:3], by=world.chair)
    cast.present(fresh(tender))
    helping.meet(fresh(tender))
    assert helping.next_meeting(tender) is None
    world.move(fresh(tender).schedule.submission_deadline + timedelta(minutes=1))
    tenders.close(fresh(tender), by=clock.ACTOR)
    decide(world, fresh(tender))

    world.move(its_clock.stops(fresh(tender), clock.now())[-1][1])
    award.consent(fresh(tender), by=world.secretary)
    assert fresh(tender).state == Tender.State.CONSENTED
    assert not its_clock.stops(fresh(tender), clock.now())


def decide(world, tender):
    """Open, evaluate and award with the help of the others; no act has its envelopes before it is begun."""
    with pytest.raises(Blocked) as refused:
        helping.open_envelopes(tender)
    assert refused.value.codes == ["opening.act.not-in-progress"]
    hold(world, tender, stage=1)
    helping.evaluate(fresh(tender))
    first_result.publish(fresh(tender), by=world.chair)
    world.move(fresh(tender).first_results.get().appeal_until)
    hold(world, tender, stage=2)
    ranking.rank(fresh(tender), by=world.chair)
    helping.sign(fresh(tender))
    award.award(fresh(tender), by=world.chair)


def hold(world, tender, stage):
    act = convene(world, fresh(tender), stage, **({"planned_at": clock.now() + HOUR} if stage == 2 else {}))
    assert (act.planned_at) in [moment for _label, moment in its_clock.stops(fresh(tender), clock.now())]
    world.move(act.planned_at)
    opening.begin(act, present=world.committee[:3], by=world.chair)
    helping.open_envelopes(fresh(tender))
    opening.conclude(act, by=world.chair)


def test_one_that_nobody_visits_stops_by_itself(monkeypatch):
    class Server:
        server_state = ServerState()

    passed = [0.0]
    monkeypatch.setattr(rehearse.watch, "monotonic", lambda: passed[0])
    visits = rehearse.Visits(Server)
    passed[0] = rehearse.IDLE
    assert not visits.are_over()
    Server.server_state.total_requests += 1
    passed[0] += 1
    assert not visits.are_over()
    passed[0] += rehearse.IDLE
    assert not visits.are_over()
    passed[0] += 1
    assert visits.are_over()


def test_what_the_draft_lacked_is_said_after_the_rehearsal_is_thrown_away(rehearsed, client, world):
    mine, page = house.folder(rehearsed), reverse("rehearsal", args=[rehearsed.pk])
    mine.mkdir(parents=True)
    notes = {"invented": ["terms.price", "data.norm"], "dated": False}
    (mine / "notes.json").write_text(json.dumps(notes))
    rehearsed.parameters.pop("data.norm", None)
    Tender.objects.filter(pk=rehearsed.pk).update(parameters=rehearsed.parameters)

    client.force_login(world.chair)
    client.post(page, {"act": "end"}, headers={"host": "localhost"})
    assert not mine.exists()
    shown = client.get(page, headers={"host": "localhost"}).context
    assert (shown["rehearsed"], len(shown["missing"]), shown["undated"]) == (True, 1, False)
    house.kept_notes(rehearsed).unlink()


def open_the_call(world, tender):
    """Set the dates, look at the barriers, keep the keys where envelopes are sealed here, and announce."""
    world.set_dates(tender)
    world.check_barriers(tender)
    if is_digital(tender):
        bidding.seat_custodians(world, tender)
    world.move(NOON)
    tenders.propose_announcement(tender, by=world.chair)
    tenders.announce(tender, by=world.member)


def take_the_parts(world, tender):
    """Let the steps of the world be taken by the invented people of a rehearsal."""
    parts = {"mayor": 2, "manager": 3, "legal": 4, "treasurer": 5, "clerk": 6, "atm": 7, "chair": 11}
    parts |= {"member": 12, "third": 13, "alternate": 14, "secretary": 15, "observer": 16}
    for name, number in parts.items():
        setattr(world, name, User.objects.get(dni=f"900000{number:02}"))
    world.committee = [world.chair, world.member, world.third, world.alternate]
    world.municipality, world.town = tender.municipality, tender.town


def test_the_clock_of_a_process_may_go_ahead(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    default_storage.save(f"{ciphertexts.FOLDER}/being-sealed.age", ContentFile(b"age"))
    now = clock.now()
    clock.put_ahead(timedelta(days=90))
    try:
        assert clock.now() - now >= timedelta(days=90)
        assert ciphertexts.orphans(clock.now()) == []  # a file that is being sealed was made this minute
    finally:
        clock.put_ahead(timedelta(0))
