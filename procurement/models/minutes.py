"""Minutes (acta): the sealed account of an act, and the mending of a typing error in one (decision 6)."""

import hashlib

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

OFFICES = {  # each numbers its minutes by itself
    "assemblies": _("Assemblies of the town"),
    "committee": _("Committee"),
    "council": _("Municipal council"),
    "legal": _("Legal adviser"),
    "management": _("Municipal manager"),
    "mayor": _("Mayor"),
    "municipality": _("Municipality"),
    "reception": _("Reception of bids"),
    "treasury": _("Treasury (till)"),
    "transfer": _("Joint transfer committee"),
}


class Minutes(models.Model):
    """What an act leaves behind: a number per office and year, a text that never changes, a place for the
    signed scan.

    `text` is public and never holds an identity document, a signature or a fingerprint; of the reserved scan
    only the digest is public. `happened_at` is when the act took place, `entered_at` when it was written
    here.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="minutes")
    office = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    happened_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=100)
    log_index = models.PositiveBigIntegerField()
    log_root = models.CharField(max_length=64)
    scan = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ["entered_at", "pk"]
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        constraints = [
            models.UniqueConstraint(
                name="one_number_per_office_and_year", fields=["tender", "office", "year", "number"]
            )
        ]

    def __str__(self):
        return _("Minutes %(number)s-%(year)s: %(title)s") % {
            "number": f"{self.number:03}",
            "year": self.year,
            "title": self.title,
        }

    def get_absolute_url(self):
        return reverse("minutes", args=[self.tender_id, self.pk])

    @property
    def office_name(self):
        return OFFICES.get(self.office, self.office)

    @property
    def sha256(self):
        return hashlib.sha256(self.text.encode()).hexdigest()


class Erratum(models.Model):
    """Fe de erratas: names what was written, what should have been, and why nothing of substance changes."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="errata")
    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="errata")
    place = models.CharField(_("where in the text"), max_length=200)
    old = models.CharField(_("it says"), max_length=500)
    new = models.CharField(_("it should say"), max_length=500)
    why = models.CharField(_("why this changes nothing of substance"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.place}: {self.old} → {self.new}"


class Witnessing(models.Model):
    """A JVS observer's "I witnessed", put under one of the minutes (product.md)."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="witnessings")
    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="witnessings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(name="witnessed_once", fields=["minutes", "by"])]

    def __str__(self):
        return f"{self.by}: {self.minutes}"


class Remark(models.Model):
    """What an observer has to say: nobody can delete it, and it must be answered before the award."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="remarks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(_("remark"), max_length=4000)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="remark_answer_has_who_and_when",
                condition=models.Q(answer="", answered_by=None, answered_at=None)
                | (~models.Q(answer="") & models.Q(answered_by__isnull=False, answered_at__isnull=False)),
            )
        ]

    def __str__(self):
        return self.text[:80]
