"""Who holds which role, by which document, from when until when."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from procurement.roles import Role


class Appointment(models.Model):
    """One person in one role: of one tender, or (without tender) of the municipality or the installation.

    It is never rewritten: ending it sets `end`. On the committee, `position` tells chair, member and
    alternate apart; an alternate sits once called in for somebody (`stands_in_for`).
    """

    class Position(models.TextChoices):
        NONE = "", "—"
        CHAIR = "chair", _("Chair")
        MEMBER = "member", _("Member")
        ALTERNATE = "alternate", _("Alternate")

    municipality = models.ForeignKey(
        "procurement.Municipality", models.PROTECT, related_name="appointments", null=True, blank=True
    )
    tender = models.ForeignKey(
        "procurement.Tender", models.PROTECT, related_name="appointments", null=True, blank=True
    )
    group = models.ForeignKey(Group, models.PROTECT, related_name="appointments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments")
    position = models.CharField(
        _("position"), max_length=10, choices=Position, default=Position.NONE, blank=True
    )
    stands_in_for = models.ForeignKey("self", models.PROTECT, related_name="stand_ins", null=True, blank=True)
    document = models.CharField(_("resolution or agreement"), max_length=200)
    file = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True, blank=True)
    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("until"), null=True, blank=True)
    end_document = models.CharField(_("document that ended it"), max_length=200, blank=True)
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["start", "pk"]
        constraints = [
            models.CheckConstraint(
                name="appointment_does_not_end_before_it_starts",
                condition=models.Q(end__isnull=True) | models.Q(end__gte=models.F("start")),
            ),
            models.CheckConstraint(
                name="appointment_on_a_tender_names_its_municipality",
                condition=models.Q(tender__isnull=True) | models.Q(municipality__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.role.label}"

    @property
    def role(self):
        return Role(self.group.name)

    @property
    def first_day(self):
        """The day of Lima on which it begins; the log has the instant."""
        return localtime(self.start).date()

    @property
    def last_day(self):
        """The last day of Lima on which it holds, or None: one that ends with a day ends at midnight."""
        return localtime(self.end - timedelta(microseconds=1)).date() if self.end else None
