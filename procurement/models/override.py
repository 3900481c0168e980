"""Warnings that a named person has overridden, with the reason."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OverrideQuerySet(models.QuerySet):
    def answer(self, refusal):
        """Whether somebody answers for this warning as it stands, with its facts."""
        return self.filter(code=refusal.code, digest=refusal.digest).exists()


class Override(models.Model):
    """One warning of one tender that somebody answers for (product.md, principle 7).

    `digest` says about what and with which facts: where these differ, it is asked again.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="overrides")
    code = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    reason = models.TextField(_("reason"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = OverrideQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(name="overridden_once", fields=["tender", "code", "digest"])]

    def __str__(self):
        return self.code
