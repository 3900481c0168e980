"""The shelf: what the product has told a person, and when they read it (decision 9)."""

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One message on one person's shelf, written in the transaction of what it tells.

    `mail` is the e-mail that carries it too, if the person wants one.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="notices", null=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    link = models.CharField(max_length=300, blank=True)
    written_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail = models.ForeignKey("procurement.Mail", models.PROTECT, related_name="notices", null=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="unread_on_a_shelf")]

    def __str__(self):
        return self.subject
