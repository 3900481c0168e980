"""Sending what waits in the outbox, one message after the other, by the clock of the background.

A message is claimed before it is tried: its next attempt is written first, so that a process that dies, at
whichever word of the conversation, leaves it waiting. What a server took without saying so is sent to it
again with the same Message-ID and the same bytes; nothing is sent that was not written with what it tells.
"""

import smtplib
import unicodedata
from contextlib import suppress
from datetime import timedelta
from email.utils import format_datetime
from time import monotonic
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from procurement import clock, printing, roles
from procurement.log import INSTALLATION, record
from procurement.models import Mail
from procurement.roles import Role
from procurement.services.notices import LANGUAGE
from procurement.workflow import Blocked, Refusal

PAUSES = [timedelta(minutes=minutes) for minutes in (2, 10, 30, 120, 360, 720, 1440, 1440)]
BATCH = 200  # messages in one pass of the clock, so that what else is due is not kept waiting
PASS = 20  # seconds after which a pass begins no further message
QUIET, WEEK = timedelta(minutes=5), timedelta(days=7)  # what waits longer, nobody sends; what the host reads
SUBJECT = 150  # letters: no mail program shows more
STEERING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # right to left

NOT_FAILED = Refusal(
    "mail.again.not-failed",
    _("This e-mail was sent, or it will be tried again by itself."),
    "decision 1",
)


class Fault(NamedTuple):
    """What went wrong: in a line, whether it will always go wrong, and whether it is the server's."""

    text: str
    final: bool = False
    of_server: bool = False


# What it says


def plain(text):
    """Return a line without breaks or signs that steer the reading direction: nothing forges a header."""
    line = " ".join(text.split())
    return "".join(sign for sign in line if unicodedata.category(sign) != "Cc" and sign not in STEERING)


def address(path):
    """Return where a page is for somebody who reads elsewhere."""
    return f"{settings.ADDRESS}{path}"


def body_of(mail, notices):
    """Return the text of a message; a value that is missing stops it, it never leaves with a hole."""
    name = "digest" if mail.digest_at else "notice"
    facts = {
        "notices": [(each, address(reverse("shelf-message", args=[each.pk]))) for each in notices],
        "installation": settings.LOG_HOST,
        "change": address(reverse("my-notices")),
    }
    with translation.override(LANGUAGE):
        text = printing.engine().get_template(f"emails/{name}.txt").render(facts)
    lines = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) != "Cc")
    return lines.strip() + "\n"


def subject_of(mail, notices):
    if not mail.digest_at:
        return plain(notices[0].subject)[:SUBJECT]
    with translation.override(LANGUAGE):
        text = ngettext("%(count)d notice of the day", "%(count)d notices of the day", len(notices))
    return text % {"count": len(notices)}


def message_of(mail):
    """Return a message as it goes out: the same row gives the same bytes."""
    notices = list(mail.notices.select_related("tender__municipality", "tender__town").order_by("pk"))
    headers = {
        "Message-ID": mail.message_id,
        "Date": format_datetime(mail.digest_at or mail.written_at),
        "Auto-Submitted": "auto-generated",
    }
    to = [mail.user.email]
    return EmailMessage(subject_of(mail, notices), body_of(mail, notices), to=to, headers=headers)


# The conversation


def answer(code, words):
    """Return what a server said, as it said it."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return f"{code} {' '.join(text.split())}"[:300]


def fault_of(error):
    """Say what an error means for the message: later, never, or that the server cannot be talked to."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            ((code, words),) = error.recipients.values()
            return Fault(answer(code, words), final=code >= 500, of_server=code == 421)
        case smtplib.SMTPDataError(smtp_code=code, smtp_error=words):
            return Fault(answer(code, words), final=code >= 500, of_server=code == 421)
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=words):
            return Fault(answer(code, words), of_server=True)
    text = f"{type(error).__name__}: {error}"[:300]
    of_server = isinstance(error, smtplib.SMTPException | OSError)
    return Fault(text, final=not of_server, of_server=of_server)


def deliver(mail, server):
    """Hand one message over; return what went wrong, or None."""
    try:
        server.open()
        server.send_messages([message_of(mail)])
    except Exception as error:
        return fault_of(error)
    return None


def claim(pk, at):
    """Take a message, and write first when it is tried next; None if another worker was quicker."""
    mail = Mail.objects.due(at).filter(pk=pk).select_related("user").first()
    if mail is None:
        return None
    if mail.attempts >= len(PAUSES):
        end(mail, failed_at=at)
        return None
    if not mail.user.is_active or not mail.user.email or mail.user.delivery == mail.user.Delivery.SHELF:
        end(mail, dropped_at=at)
        return None
    mine = Mail.objects.filter(pk=pk, attempts=mail.attempts, next_at=mail.next_at)
    taken = mine.update(attempts=F("attempts") + 1, next_at=at + PAUSES[mail.attempts])
    return mail if taken else None


def end(mail, **how):
    Mail.objects.filter(pk=mail.pk, sent_at=None).update(next_at=None, **how)


def attempt(mail, server):
    """Try a message and keep what came of it; return whether the server may be given another."""
    fault = deliver(mail, server)
    at = clock.now()
    if fault is None:
        end(mail, sent_at=at, failed_at=None, fault="")
        return True
    if fault.final:
        end(mail, failed_at=at, fault=fault.text)
    else:
        Mail.objects.filter(pk=mail.pk).update(fault=fault.text)
    return not fault.of_server


def waiting(at):
    """Return the one queue, if anything in it is due."""
    return ["outbox"] if settings.SENDS_MAIL and Mail.objects.due(at).exists() else []


def send(_queue="outbox"):
    """Send what is due, a batch at most; return how many messages were taken."""
    began, taken = monotonic(), 0
    server = get_connection()
    try:
        for pk in list(Mail.objects.due(clock.now()).values_list("pk", flat=True)[:BATCH]):
            if monotonic() - began > PASS:
                break
            mail = claim(pk, clock.now())
            taken += mail is not None
            if mail and not attempt(mail, server):
                break
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.close()
    return taken


# The host


@transaction.atomic
def try_again(*, by, key=None):
    """Let one failed message, or all of them, be tried again from the first attempt, as a host."""
    at = clock.now()
    roles.require_office(by, Role.HOST, None, at)
    failed = Mail.objects.failed()
    keys = list((failed.filter(key=key) if key else failed).values_list("key", flat=True))
    if not keys:
        raise Blocked(NOT_FAILED)
    failed.filter(key__in=keys).update(failed_at=None, attempts=0, next_at=at)
    which = {"mail": str(key)} if key else {}
    record(INSTALLATION, "mail.again", by=by, at=at, number=len(keys), **which)
    return len(keys)
