"""The bidding terms (bases): every version that there was, and what is different in each."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class TermsQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_at__isnull=False)


class Terms(models.Model):
    """One version of the terms of a tender: a text that never changes, known by its SHA-256.

    The text is rendered from the parameters, the schedule and the decisions of the municipality. `amendments`
    are the clauses that circulars have replaced since the first version (number of the clause: its new text).
    """

    class Kind(models.TextChoices):
        APPROVED = "approved", _("as approved")
        ANNOUNCED = "announced", _("as announced")
        CHANGED = "changed", _("changed by a circular")
        INTEGRATED = "integrated", _("integrated")
        POSTPONED = "postponed", _("with new dates")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    regime = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    amendments = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    objects = TermsQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("terms")
        verbose_name_plural = _("terms")
        constraints = [models.UniqueConstraint(name="one_number_per_version", fields=["tender", "number"])]

    def __str__(self):
        return _("Version %(number)s: %(kind)s") % {"number": self.number, "kind": self.get_kind_display()}

    def get_absolute_url(self):
        return reverse("terms", args=[self.tender_id, self.number])
