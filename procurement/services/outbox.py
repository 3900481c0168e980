"""The outbox: what is to leave by e-mail, written in the transaction of what it tells (decision 9).

Nothing is sent from here: services/mailing.py does that, after the commit.
"""

from datetime import datetime, time, timedelta

from django.conf import settings

from procurement.models import Mail, User
from procurement.schedule import LIMA

DIGEST_HOUR = time(18)  # in Lima: whoever reads it then can still act today
STILL_OPEN = timedelta(minutes=5)  # before its hour a digest takes nothing more: it leaves as it was written


def wants(user, delivery):
    """Whether the person is told in this way; without an address nobody is told by e-mail."""
    return bool(user.email) and user.is_active and user.delivery == delivery


def next_digest(at):
    """Return the hour of the digest that takes what happens at that instant."""
    soonest = (at + STILL_OPEN).astimezone(LIMA)
    hour = datetime.combine(soonest.date(), DIGEST_HOUR, LIMA)
    return hour if hour > soonest else hour + timedelta(days=1)


def digests(users, at):
    """Return {pk of a user: the digest that takes what happens now}, made where there is none."""
    hour = next_digest(at)
    Mail.objects.bulk_create(
        [Mail(user=user, digest_at=hour, next_at=hour, written_at=at) for user in users],
        ignore_conflicts=True,
    )
    found = Mail.objects.filter(digest_at=hour, user__in=users)
    return {mail.user_id: mail for mail in found}


def queue(users, *, at):
    """Return {pk of a user: the e-mail that is to carry a notice to them}; nobody where none is sent."""
    if not settings.SENDS_MAIL:
        return {}
    now = [user for user in users if wants(user, User.Delivery.NOW)]
    later = [user for user in users if wants(user, User.Delivery.DIGEST)]
    made = Mail.objects.bulk_create([Mail(user=user, next_at=at, written_at=at) for user in now])
    return {mail.user_id: mail for mail in made} | (digests(later, at) if later else {})
