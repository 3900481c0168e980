"""Telling people: a row on their shelf, written in the transaction of what it tells (decision 9)."""

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import lazy
from django.utils.translation import override

from procurement import roles
from procurement.models import Appointment, Notice, User

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
    Notice.objects.bulk_create(
        Notice(user=user, tender=tender, subject=subject, text=text, link=link, written_at=at)
        for user in {user.pk: user for user in users}.values()
    )


def people_of(tender, *some, at):
    """Return the accounts that hold one of these roles on the tender at that instant."""
    names = [role.value for role in some]
    on_it = Q(tender=tender) | Q(tender=None, municipality=tender.municipality_id)
    mine = Appointment.objects.filter(roles.standing(at), on_it, user=OuterRef("pk"), group__name__in=names)
    return list(User.objects.filter(Exists(mine), is_active=True))


def read(notice, *, at):
    """Note when the person read it; the first reading counts."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)


def unread(user):
    """Return the messages that the person has not opened yet."""
    return Notice.objects.filter(user=user, read_at=None)
