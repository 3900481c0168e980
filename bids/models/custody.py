"""Custodians: who holds a share of the keys, and the public key sheet (kit) of each stage."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Custodian(models.Model):
    """One person who holds one share of the keys on paper; the server keeps public keys only
    (sealed/design.md).

    `group` is a body: every group must reach its threshold. The notary has no account (decision 5).
    `lost_at` is when a sheet was said to be lost whose keys stay in use: then one fewer can come. `means`
    says where the sheet was made; words of one made in the custodian's own device are never taken by the
    server.
    """

    class Group(models.TextChoices):
        COMMITTEE = "committee", _("Committee")
        JVS = "jvs", _("JVS")
        NOTARY = "notary", _("Notary or justice of the peace")

    class Means(models.TextChoices):
        """Where a sheet was made: who could have read its words then."""

        PAGE = "page", _("in the custodian's own device")
        SERVER = "server", _("by the server, in its memory")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="custodians")
    round = models.PositiveSmallIntegerField()
    index = models.PositiveSmallIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="custodies", null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=200)
    group = models.CharField(_("body"), max_length=20, choices=Group)
    recipient_1 = models.CharField(max_length=80, blank=True)
    recipient_2 = models.CharField(max_length=80, blank=True)
    reader = models.CharField(max_length=80, blank=True)
    verify_key = models.CharField(max_length=64, blank=True)
    means = models.CharField(max_length=10, choices=Means, blank=True)
    made_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    lost_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(name="one_custodian_per_index", fields=["tender", "round", "index"])
        ]

    def __str__(self):
        return self.name


class Kit(models.Model):
    """The public key sheet of one stage and round, frozen in the log before the announcement."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="kits")
    round = models.PositiveSmallIntegerField()
    stage = models.PositiveSmallIntegerField()
    body = models.JSONField()
    sha256 = models.CharField(max_length=64)
    words = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["round", "stage"]
        constraints = [models.UniqueConstraint(name="one_kit_per_stage", fields=["tender", "round", "stage"])]

    def __str__(self):
        return f"{self.tender}: {self.stage}"
