"""Telling people: a row on their shelf, written in the transaction of what it tells (decision 9).

Who wants it by e-mail gets the same words there, after the commit.
"""

from collections import defaultdict

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from procurement import roles
from procurement.guards.problems import lazily_shown
from procurement.models import Appointment, Notice, User
from procurement.services import outbox

PASTED = 45  # words: what a telephone shows without "read more"
LANGUAGE = "es"  # what is written to people and in minutes is Spanish, whoever pressed the button


def fill(sentence, facts):
    return str(sentence) % facts


def said(sentence, **facts):
    """Fill the %(named)s places of a translatable sentence, but only once its language is known."""
    return lazy(fill, str)(sentence, facts)


def spanish(text):
    """Return a text, lazy or plain, as it reads in Spanish."""
    with override(LANGUAGE):
        return str(text)


def tell(users, *, tender, subject, text, at, link=""):
    """Put one message on the shelf of each of these people, once."""
    subject, text = spanish(subject)[:200], spanish(text)
    told = {user.pk: user for user in users}
    mails = outbox.queue(list(told.values()), at=at)
    said_to = {"tender": tender, "subject": subject, "text": text, "link": link, "written_at": at}
    Notice.objects.bulk_create(Notice(user_id=pk, mail=mails.get(pk), **said_to) for pk in told)


def people_of(tender, *some, at):
    """Return the accounts that hold one of these roles on the tender at that instant."""
    names = [role.value for role in some]
    on_it = Q(tender=tender) | Q(tender=None, municipality=tender.municipality_id)
    mine = Appointment.objects.filter(roles.standing(at), on_it, user=OuterRef("pk"), group__name__in=names)
    return list(User.objects.filter(Exists(mine), is_active=True))


def with_reading(deliveries):
    """Return what was handed to buyers, each with whether they were told of it, and when they read that."""
    same = {"user": OuterRef("sale__buyer"), "tender": OuterRef("tender"), "link": OuterRef("link")}
    told = Notice.objects.filter(written_at=OuterRef("made_at"), **same)
    return deliveries.annotate(was_told=Exists(told), read_at=Subquery(told.values("read_at")[:1]))


def told_to_officials(tender):
    """Select what was told about a tender to those who hold an office or a role on it, ever."""
    on_it = Q(tender=tender) | Q(tender=None, municipality=tender.municipality_id)
    return tender.notices.filter(user__in=Appointment.objects.filter(on_it).values("user"))


def by_message(found):
    """Return each message among these notices, the latest first: to how many it went, how many read it."""
    counted = (
        found.order_by().values("written_at", "subject").annotate(told=Count("pk"), read=Count("read_at"))
    )
    return counted.order_by("-written_at", "subject")


def with_people(messages, found):
    """Return [(message, its notices, one for each person)], with one question for all."""
    instants = [message["written_at"] for message in messages]
    told = defaultdict(list)
    for notice in found.filter(written_at__in=instants).select_related("user", "mail").order_by("pk"):
        told[notice.written_at, notice.subject].append(notice)
    return [(message, told[message["written_at"], message["subject"]]) for message in messages]


def pasted(notice):
    """Return a notice as a text to paste into WhatsApp: short, where it comes from, and where to read it."""
    words = f"{notice.subject}. {notice.text}".split()
    text = " ".join(words[:PASTED]) + ("…" if len(words) > PASTED else "")
    place = f"{notice.tender.town}: " if notice.tender else ""
    page = notice.link or (notice.tender.get_absolute_url() if notice.tender else "/")
    return f"{place}{text} {settings.ADDRESS}{page}"


def pasted_call(tender, at):
    """Return what a neighbour may paste about a call under way: what it is, what it is not, what is next."""
    dated = getattr(tender, "schedule", None)
    ahead = dated and tender.announced_at and not tender.ended_at and dated.next_after(at)
    if not ahead:
        return ""
    _name, label, moment = ahead
    text = _(
        "Call %(number)s: who is to run water and drainage in %(town)s is being chosen. Nothing is sold. "
        "Next: %(step)s, %(moment)s. Terms and dates: %(address)s"
    )
    facts = {"number": tender.number, "town": tender.town, "step": label, "moment": lazily_shown(moment)}
    return spanish(said(text, address=f"{settings.ADDRESS}{tender.get_absolute_url()}", **facts))


def read(notice, *, at):
    """Note when the person read it; the first reading counts."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)


def unread(user):
    """Return the messages that the person has not opened yet."""
    return Notice.objects.filter(user=user, read_at=None)
