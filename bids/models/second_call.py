"""After a deserted call: the report on barriers, and what a second call changes (rules 61-67, 152, 163)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement.five_points import POINTS


class BarrierReport(models.Model):
    """What kept bidders away from a deserted call, in figures and in words; public, without names (rule 61).

    `figures`: the way from invited to valid, the reasons of those who bought and did not bid, the guarantees
    beside what people of the town own (rule 163). `causes`: those of rule 152 that were found here, each with
    what was seen. Amounts in soles, as text.
    """

    tender = models.OneToOneField("procurement.Tender", models.PROTECT, related_name="barrier_report")
    figures = models.JSONField()
    causes = models.JSONField(default=dict)  # cause → what was seen
    technical = models.TextField(_("what was asked of the technical team"), max_length=4000)
    origin = models.TextField(_("the requirement of origin"), max_length=4000)
    time = models.TextField(_("the time to prepare"), max_length=4000)
    communication = models.TextField(_("what the public and possible bidders were told"), max_length=4000)
    proposal = models.TextField(_("what is proposed for the second call"), max_length=4000)
    jvs_opinion = models.TextField(_("opinion of the JVS"), max_length=4000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    minutes = models.ForeignKey("procurement.Minutes", models.PROTECT, related_name="+", null=True)

    def __str__(self):
        return _("Report on barriers")


class Point(models.Model):
    """Why one of the five points of a second call stays as it was in the first (rules 62-67)."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="five_points")
    point = models.CharField(max_length=20, choices=[(each.key, _(each.label)) for each in POINTS])
    reason = models.TextField(_("why it stays as it was"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="one_reason_per_point", fields=["tender", "point"])]

    def __str__(self):
        return self.get_point_display()
