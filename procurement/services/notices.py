"""Telling people: a row on their shelf, written in the transaction of what it tells (decision 9)."""

from procurement import roles
from procurement.models import Notice, User


def tell(users, *, tender, subject, text, at, link=""):
    """Put one message on the shelf of each of these people, once."""
    Notice.objects.bulk_create(
        Notice(user=user, tender=tender, subject=str(subject)[:200], text=str(text), link=link, written_at=at)
        for user in {user.pk: user for user in users}.values()
    )


def people_of(tender, *some, at):
    """Return the accounts that hold one of these roles on the tender at that instant."""
    names = [role.value for role in some]
    on_it = {"appointments__group__name__in": names, "appointments__start__lte": at}
    found = User.objects.filter(is_active=True, **on_it, appointments__tender=tender)
    office = User.objects.filter(
        is_active=True, **on_it, appointments__tender=None, appointments__municipality=tender.municipality
    )
    return [user for user in (found | office).distinct() if set(roles.roles_on(tender, user, at)) & set(some)]


def read(notice, *, at):
    """Note when the person read it; the first reading counts."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)
