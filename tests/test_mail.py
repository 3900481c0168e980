"""E-mail: written with what it tells, sent after the commit, the same message however a server behaves."""

import email
from datetime import timedelta
from email import policy

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from procurement import clock, clockwork
from procurement.models import Event, Mail, Notice, User
from procurement.services import mailing, outbox
from procurement.services.notices import tell
from procurement.workflow import Blocked

from . import mail_servers as servers
from .test_background import Installation
from .world import account

pytestmark = pytest.mark.slow  # whole conversations with mail servers

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def post(settings):
    """Connect the outbox to a mail server with these troubles, one after the other; return the server."""
    started = []

    def connect(*troubles):
        server = servers.Server(*troubles)
        controller = servers.serve(server)
        started.append(controller)
        settings.EMAIL_PORT = connect.port = controller.port
        return server

    settings.SENDS_MAIL, settings.EMAIL_BACKEND = True, SMTP
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 1
    settings.LOG_HOST, settings.ADDRESS = "convoca.test", "https://convoca.test"
    yield connect
    for controller in started:
        controller.stop()


@pytest.fixture
def julia(world):
    return person(1)


def person(number, **fields):
    user = account(500 + number, "Julia", f"Vecina {number}")
    user.email = f"julia{number}@example.pe"
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    return user


def write(*users, subject="Asunto", text="Cuerpo", **more):
    tell(users, tender=None, subject=subject, text=text, at=clock.now(), **more)


def row():
    return Mail.objects.get()


def later(world, pause):
    """Let so much time pass, and send what is due then."""
    world.move(clock.now() + pause)
    mailing.send()


# What is written


def test_an_email_is_written_with_the_notice_and_goes_with_its_transaction(post, world, julia):  # decision 9
    post()
    with transaction.atomic():
        write(julia)
        assert Notice.objects.get(user=julia).mail == row()
        transaction.set_rollback(True)

    assert not Mail.objects.exists()


@pytest.mark.parametrize("fields", [{"email": ""}, {"delivery": "shelf"}, {"is_active": False}])
def test_who_has_no_address_or_wants_the_shelf_gets_no_email(post, world, fields):
    post()
    write(person(1, **fields))

    assert Notice.objects.filter(subject="Asunto", mail=None).count() == 1
    assert not Mail.objects.exists()


def test_where_no_server_is_named_nothing_is_written(settings, world, julia):
    assert settings.SENDS_MAIL is False
    write(julia)

    assert Notice.objects.filter(subject="Asunto", mail=None).exists()
    assert not Mail.objects.exists()


def test_ten_thousand_notices_take_few_questions(post, world, django_assert_max_num_queries):
    post()
    users = User.objects.bulk_create(
        User(dni=f"{7_000_000 + number}", email=f"v{number}@example.pe") for number in range(1000)
    )
    with django_assert_max_num_queries(60):
        write(*users)

    assert Mail.objects.count() == 1000


# What arrives


def test_what_was_told_arrives_with_its_link_and_why(post, world, julia):
    server = post()
    write(julia, subject="Primera reunión", text="Venga al local comunal.", link="/work/")

    assert mailing.send() == 1

    (message,) = server.messages
    notice = Notice.objects.get(subject="Primera reunión")
    assert (message["To"], message["Subject"]) == (julia.email, "Primera reunión")
    assert message["Message-ID"] == f"<{row().key}@convoca.test>"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert "Venga al local comunal." in text
    assert f"https://convoca.test/shelf/{notice.pk}/" in text
    assert "https://convoca.test/accounts/notices/" in text
    assert (row().sent_at, row().next_at, str(row().fault)) == (clock.now(), None, "")


def test_the_clock_sends_what_waits_and_once(post, world, julia):
    server = post()
    job = next(job for job in clockwork.JOBS if job.name == "mail")
    write(julia)

    went = [outcome.went for outcome in clockwork.run(job)]

    assert (went, list(clockwork.run(job))) == (["done"], [])
    assert len(server.taken) == 1


def test_each_gets_a_message_of_their_own(post, world):
    server = post()
    write(person(1), person(2))
    mailing.send()

    assert sorted(to for to, _content in server.taken) == [("julia1@example.pe",), ("julia2@example.pe",)]
    assert len(set(server.ids)) == 2


BAD = [
    "Primera línea\r\nBcc: otro@example.pe",
    'María "La Chola" O\'Higgins <x@example.pe>',
    '=HYPERLINK("http://x")',
    "Agua 💧 para 👩‍👩‍👧",
    "ñ" * 200,
    "\u202egnp.exe\u202c \u200f\u2066x\u2069",
    "\x1b[31mrojo\x07",
]


@pytest.mark.parametrize("subject", BAD)
def test_no_subject_forges_a_header_or_turns_the_reading(post, world, julia, subject):
    server = post()
    write(julia, subject=subject, text=f"{subject} {'x' * 2000}")
    mailing.send()

    (message,) = server.messages
    assert [name for name in ("Bcc", "Cc") if name in message] == []
    assert [to for to, _content in server.taken] == [(julia.email,)]
    assert len(message["Subject"].strip()) <= mailing.SUBJECT
    assert not mailing.STEERING & set(message["Subject"])
    assert message["Subject"].strip() == mailing.plain(subject)[: mailing.SUBJECT]
    assert "x" * 2000 in message.get_content()
    assert not {"\x07", "\x1b"} & set(message.get_content())


@pytest.mark.parametrize("address", ["x@example.pe\nBcc: y@example.pe", "dos@a@b", ""])
def test_an_address_that_is_none_is_not_sent_to(post, world, julia, address):
    server = post()
    write(julia)
    User.objects.filter(pk=julia.pk).update(email=address)
    mailing.send()

    assert server.taken == []
    assert row().next_at is None


def test_a_message_with_a_hole_stays_and_says_so(post, world, julia, monkeypatch):
    server = post()
    write(julia)
    Notice.objects.update(mail=None)  # nothing to tell any more
    mailing.send()

    assert server.taken == []
    assert (row().failed_at, row().next_at) == (clock.now(), None)
    assert row().fault


# How servers behave


@pytest.mark.parametrize("trouble", [servers.REFUSES_ADDRESS, servers.REFUSES])
def test_what_a_server_refuses_for_good_fails_and_the_others_go_on(post, world, trouble):
    server = post(trouble)
    write(person(1), person(2))
    mailing.send()

    assert Mail.objects.failed().count() == 1
    assert "55" in Mail.objects.failed().get().fault
    assert len(server.taken) == 1
    later(world, 30 * DAY)
    assert len(server.taken) == 1


@pytest.mark.parametrize("trouble", [servers.PUTS_ADDRESS_OFF, servers.PUTS_OFF])
def test_what_a_server_puts_off_is_tried_again_after_a_pause(post, world, julia, trouble):
    server = post(trouble)
    write(julia)
    mailing.send()
    assert "451" in row().fault
    assert row().next_at == clock.now() + mailing.PAUSES[0]

    later(world, mailing.PAUSES[0] - timedelta(seconds=1))
    assert server.taken == []
    later(world, timedelta(seconds=1))
    assert (len(server.taken), row().sent_at, row().fault) == (1, clock.now(), "")


@pytest.mark.parametrize("trouble", [servers.HANGS, servers.DIES_BEFORE_TAKING])
def test_a_server_that_hangs_or_dies_before_taking_it_gets_it_later(post, world, julia, trouble):
    server = post(trouble)
    write(julia)
    mailing.send()
    assert (server.taken, row().sent_at) == ([], None)

    later(world, mailing.PAUSES[0])
    assert (len(server.taken), row().sent_at) == (1, clock.now())


def test_a_server_that_dies_before_its_250_gets_the_same_message_again(post, world, julia):
    server = post(servers.DIES_BEFORE_ITS_250)
    write(julia)
    mailing.send()
    assert row().sent_at is None

    later(world, mailing.PAUSES[0])

    assert len(server.taken) == 2
    assert server.taken[0] == server.taken[1]  # to the byte, so with one Message-ID
    assert row().sent_at == clock.now()


def test_a_server_that_dies_after_its_250_gets_it_once(post, world, julia):
    server = post(servers.DIES_AFTER_ITS_250)
    write(julia)
    mailing.send()
    later(world, 30 * DAY)

    assert (len(server.taken), row().sent_at is not None) == (1, True)


def test_a_server_that_cannot_be_talked_to_is_left_alone_until_the_next_pass(post, world):
    server = post(servers.HANGS)
    write(person(1), person(2))
    mailing.send()

    assert server.taken == []
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 1]
    later(world, mailing.PAUSES[0])
    assert len(server.taken) == 2


def test_no_server_at_all_loses_nothing(post, settings, world, julia):
    post()
    settings.EMAIL_PORT = 1
    write(julia)
    mailing.send()

    assert (row().sent_at, row().failed_at, row().attempts) == (None, None, 1)
    assert "Refused" in row().fault


def test_a_process_that_dies_while_it_sends_leaves_the_message_waiting(post, world, julia, monkeypatch):
    server = post()
    write(julia)
    with monkeypatch.context() as patched:
        patched.setattr(mailing, "attempt", lambda mail, server: mailing.deliver(mail, server))
        mailing.send()
    assert (len(server.taken), row().sent_at) == (1, None)

    later(world, mailing.PAUSES[0])
    assert server.taken[0] == server.taken[1]
    later(world, 30 * DAY)
    assert len(server.taken) == 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_in_mid_sentence_sends_the_same_message_again(post, tmp_path):
    server = post(servers.HANGS_BEFORE_ITS_250)
    installation = Installation(tmp_path)
    installation.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{post.port}"
    write(person(1))

    worker = installation.worker("--once")
    installation.wait_for(lambda: server.taken, worker)
    worker.kill()
    worker.wait()
    left = row().sent_at, row().attempts
    Mail.objects.update(next_at=clock.now())
    again = installation.worker("--once").wait()
    Mail.objects.filter(next_at__isnull=False).update(next_at=clock.now())
    installation.worker("--once").wait()

    assert (left, again) == ((None, 1), 0)
    assert len(server.taken) == 2
    assert server.taken[0] == server.taken[1]
    assert row().sent_at is not None


def test_pauses_grow_until_it_is_given_up(post, settings, world, julia):
    post()
    settings.EMAIL_PORT = 1
    write(julia)
    mailing.send()
    for pause in mailing.PAUSES:
        assert row().failed_at is None
        later(world, pause)

    assert sorted(mailing.PAUSES) == mailing.PAUSES
    assert (row().failed_at, row().attempts) == (clock.now(), len(mailing.PAUSES))


def test_two_workers_take_a_message_once(post, world, julia):
    post()
    write(julia)

    assert mailing.claim(row().pk, clock.now()) is not None
    assert mailing.claim(row().pk, clock.now()) is None


def test_who_chose_the_shelf_meanwhile_gets_nothing(post, world, julia):
    server = post()
    write(julia)
    User.objects.filter(pk=julia.pk).update(delivery="shelf")
    mailing.send()

    assert (server.taken, row().dropped_at, row().next_at) == ([], clock.now(), None)


def test_a_batch_ends_and_the_next_goes_on(post, world, monkeypatch):
    server = post()
    monkeypatch.setattr(mailing, "BATCH", 2)
    write(*[person(number) for number in range(3)])

    assert (mailing.send(), mailing.send(), mailing.send()) == (2, 1, 0)
    assert len(server.taken) == 3


def test_a_pass_that_takes_too_long_leaves_the_rest(post, world, monkeypatch, julia):
    server = post()
    monkeypatch.setattr(mailing, "PASS", -1)
    write(julia)

    assert (mailing.send(), server.taken) == (0, [])


# The digest


def test_a_digest_leaves_at_six_in_the_evening_with_everything(post, world):
    server = post()
    julia = person(1, delivery="digest")
    write(julia, subject="Uno")
    later(world, HOUR)
    write(julia, subject="Dos")
    hour = row().next_at
    assert (hour.astimezone(outbox.LIMA).hour, server.taken) == (18, [])

    world.move(hour)
    mailing.send()

    (message,) = server.messages
    assert "Uno" in message.get_content()
    assert "Dos" in message.get_content()
    assert "2" in message["Subject"]


def test_what_happens_right_before_the_hour_goes_into_the_next_digest(post, world):
    post()
    hour = outbox.next_digest(clock.now())

    assert outbox.next_digest(hour - 5 * MINUTE - timedelta(seconds=1)) == hour
    assert outbox.next_digest(hour - 5 * MINUTE) == hour + DAY
    assert outbox.next_digest(hour) == hour + DAY


def test_a_person_has_one_digest_an_hour(post, world):
    post()
    julia, hour = person(1, delivery="digest"), clock.now()
    Mail.objects.create(user=julia, digest_at=hour, next_at=hour, written_at=hour)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.create(user=julia, digest_at=hour, next_at=hour, written_at=hour)


# The host


@pytest.fixture
def failed(post, world, julia):
    server = post(servers.REFUSES)
    write(julia, subject="Secreto")
    mailing.send()
    return server


def test_the_host_reads_what_failed_and_lets_it_be_tried_again(client, world, failed):
    client.force_login(world.host)

    page = client.get("/host/mail/").text
    client.post(f"/host/mail/{row().key}/again/")
    mailing.send()

    assert "554" in page
    assert "julia1@example.pe" in page
    assert "Secreto" not in page
    assert failed.ids == [row().message_id]
    event = Event.objects.get(body__action="mail.again").body
    assert (event["actor"], event["facts"]["mail"]) == (f"user:{world.host.pk}", str(row().key))


def test_all_that_failed_is_tried_again_at_once(client, world, failed):
    client.force_login(world.host)
    client.post("/host/mail/again/")

    assert (row().failed_at, row().attempts, row().next_at) == (None, 0, clock.now())


def test_what_has_not_failed_is_not_tried_again_by_hand(post, world, julia):
    post()
    write(julia)
    with pytest.raises(Blocked) as refused:
        mailing.try_again(by=world.host, key=row().key)
    with pytest.raises(PermissionDenied):
        mailing.try_again(by=world.mayor)

    assert refused.value.codes == ["mail.again.not-failed"]


@pytest.mark.parametrize(("sends", "words"), [(False, "no envía correos"), (True, "Aquí todo está bien")])
def test_the_host_sees_whether_anything_is_sent(client, settings, world, sends, words):
    settings.SENDS_MAIL = sends
    client.force_login(world.host)

    assert words in client.get("/host/mail/").text


def test_the_host_sees_that_nobody_sends(client, post, world, julia):
    post()
    write(julia)
    client.force_login(world.host)
    world.move(clock.now() + mailing.QUIET)
    late = client.get("/host/mail/").context["overdue"]
    mailing.send()

    assert (late, client.get("/host/mail/").context["overdue"]) == (True, False)


def test_a_message_is_the_same_bytes_each_time(post, world, julia):
    post()
    write(julia, subject="Año", text="Línea\nOtra " + "á" * 1500)

    first, second = (mailing.message_of(row()).message().as_bytes(linesep="\r\n") for _ in range(2))

    assert first == second
    assert email.message_from_bytes(first, policy=policy.default).get_content_type() == "text/plain"
