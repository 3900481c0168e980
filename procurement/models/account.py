"""Accounts: a person with an identity document, and the printed codes that open them."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountManager(UserManager):
    """Creates accounts by identity document; there is no other way in."""

    def create_user(self, dni, password=None, **fields):
        user = self.model(dni=dni, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A person who signs in: the number of a DNI (8 digits) or of a foreigner's card, and a name.

    The e-mail is optional: JVS neighbours share phones (decision 3). `delivery` is how the person wants to be
    told; without an address everything stays on the shelf. `calendar_number` counts the addresses that their
    calendar has had.
    """

    class Delivery(models.TextChoices):
        NOW = "now", _("By e-mail at once, and on the shelf")
        DIGEST = "digest", _("One e-mail a day with everything, and on the shelf")
        SHELF = "shelf", _("On the shelf only")

    username = None
    dni = models.CharField(
        _("identity document"),
        max_length=12,
        unique=True,
        validators=[
            RegexValidator(r"^[0-9A-Z]{8,12}$", _("Write the number of the document, 8 to 12 characters."))
        ],
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    delivery = models.CharField(_("notices"), max_length=10, choices=Delivery, default=Delivery.NOW)
    calendar_number = models.PositiveIntegerField(default=1, editable=False)

    USERNAME_FIELD = "dni"
    REQUIRED_FIELDS = []
    objects = AccountManager()

    def __str__(self):
        return self.get_full_name() or _("account %(number)s") % {"number": self.pk}


class AccessCode(models.Model):
    """A code printed on paper that lets a person choose a password: at the first visit, or after losing it.

    Only its hash is kept. One official prepares a first visit, two a lost password (`PasswordReset`).
    """

    class Purpose(models.TextChoices):
        INVITE = "invite", _("First visit")
        RESET = "reset", _("Lost password")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="access_codes")
    purpose = models.CharField(max_length=10, choices=Purpose)
    code_hash = models.CharField(max_length=200)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.get_purpose_display()}: {self.user}"


class PasswordReset(models.Model):
    """What one official of a municipality proposes and another confirms: a new code (decision 3)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="password_resets")
    municipality = models.ForeignKey(
        "procurement.Municipality", models.PROTECT, related_name="password_resets"
    )
    reason = models.CharField(_("what happened"), max_length=300)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="reset_by_two_people", condition=~models.Q(confirmed_by=models.F("proposed_by"))
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.reason}"
