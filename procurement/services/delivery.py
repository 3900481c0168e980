"""How a person wants to be told, and the secret address of their calendar."""

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from procurement import clock
from procurement.models import User
from procurement.services.accounts import tell_of_account
from procurement.workflow import Blocked, Refusal

NO_ADDRESS = Refusal(
    "account.delivery.no-address",
    _("Write your e-mail, or choose the shelf only."),
    _("decision 3"),
)


@transaction.atomic
def choose(user, *, email, delivery):
    """Keep the person's e-mail and how they want to be told; the log says the way, never the address."""
    if not email and delivery != User.Delivery.SHELF:
        raise Blocked(NO_ADDRESS)
    user = User.objects.select_for_update().get(pk=user.pk)
    user.email, user.delivery = email, delivery
    user.save(update_fields=["email", "delivery"])
    tell_of_account("account.delivery", user, by=user, at=clock.now(), delivery=delivery)
    return user


@transaction.atomic
def renew_calendar(user):
    """Give the person's calendar a new address; the one before leads nowhere from now on."""
    User.objects.filter(pk=user.pk).update(calendar_number=F("calendar_number") + 1)
    user = User.objects.get(pk=user.pk)
    tell_of_account("calendar.renew", user, by=user, at=clock.now())
    return user


def calendar_key(user):
    """Return the secret of the address: whoever knows it reads the person's dates, and nothing more.

    It is reckoned from SECRET_KEY, so that a copy of the database does not give it away.
    """
    return f"{user.pk}-{salted_hmac('calendar', f'{user.pk}.{user.calendar_number}').hexdigest()}"


def owner_of(key):
    """Return whose calendar an address is; None if it is an old one, or was never given."""
    number = key.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    user = User.objects.filter(pk=number, is_active=True).first()
    return user if user and constant_time_compare(calendar_key(user), key) else None
