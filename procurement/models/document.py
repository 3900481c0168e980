"""Files that people attach: agreements, resolutions, studies, scans of signed minutes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def place(document, name):
    """Store under the digest: the name that somebody gave the file never becomes a path."""
    return f"documents/{document.sha256[:2]}/{document.sha256}"


class Document(models.Model):
    """One file as it was handed over, known by its SHA-256; public once `public_at` is reached, and never
    before.
    """

    tender = models.ForeignKey(
        "procurement.Tender", models.PROTECT, related_name="documents", null=True, blank=True
    )
    municipality = models.ForeignKey("procurement.Municipality", models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=40)
    title = models.CharField(_("title"), max_length=200)
    name = models.CharField(max_length=255)
    file = models.FileField(upload_to=place, max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    public_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["uploaded_at", "pk"]

    def __str__(self):
        return self.title
