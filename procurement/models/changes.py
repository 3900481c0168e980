"""What alters the course of a call: postponements, returns, endings; and acts that need two people."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procurement.schedule import LABELS, MILESTONES


def instant_of(text):
    """Read an instant back as it was written, or nothing where there was none."""
    return datetime.fromisoformat(text) if text else None


class Proposal(models.Model):
    """What the first of two people proposed; it stands until it is done or its ground changes."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="proposals")
    action = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_proposal", fields=["tender", "action"], condition=Q(settled_at=None)
            )
        ]

    def __str__(self):
        return f"{self.action}: {self.by}"


class Change(models.Model):
    """A postponement, a return, a withdrawal or a cancellation: by which act, why, and what it moved.

    `old` and `new` name what changed, each value as text: the dates of a postponement by milestone. `number`
    counts per tender and kind; `happened_on` is the day of the act, `at` when it was entered here.
    """

    class Kind(models.TextChoices):
        POSTPONEMENT = "postponement", _("Postponement")
        RETURN = "return", _("Return to an earlier phase")
        WITHDRAWAL = "withdrawal", _("Withdrawal from the process")
        CANCELLATION = "cancellation", _("Cancellation")
        LATE_CLOSE = "late-close", _("Close after an interruption of the service")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20, choices=Kind)
    number = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    act = models.CharField(_("act: agreement, resolution or minutes"), max_length=200)
    reason = models.TextField(_("reason"), max_length=4000)
    happened_on = models.DateField(_("day of the act"))
    agreement = models.OneToOneField(
        "procurement.CouncilAgreement", models.PROTECT, related_name="change", null=True
    )
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)
    minutes = models.ForeignKey("procurement.Minutes", models.PROTECT, related_name="+", null=True)
    document = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_number_per_kind_of_change", fields=["tender", "kind", "number"])
        ]

    def __str__(self):
        return _("%(kind)s no. %(number)s") % {"kind": self.get_kind_display(), "number": self.number}

    def moved(self):
        """Return (label, old, new) of each date that moved, in the order of the procedure."""
        return [
            (gettext(LABELS[name]), instant_of(self.old[name]), instant_of(self.new[name]))
            for name in MILESTONES
            if name in self.new
        ]

    @property
    def before(self):
        return self.state_named(self.old)

    @property
    def after(self):
        return self.state_named(self.new)

    def state_named(self, what):
        return dict(self.tender.State.choices).get(what.get("state"), "")
