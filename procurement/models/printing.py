"""A paper that was drawn as a PDF, or that waits for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Printing(models.Model):
    """One paper as it stands now, as a PDF; drawn in the background when somebody first asks for it.

    `paper` and `subject` say of what (procurement/printed.py). `fingerprint` is the SHA-256 of its HTML: if
    anything on the paper changes, it is another printing. `work` is the row of the background.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="printings")
    paper = models.CharField(max_length=40)
    subject = models.PositiveBigIntegerField()
    fingerprint = models.CharField(max_length=64, unique=True)
    file = models.FileField(upload_to="printings", max_length=200, blank=True)
    asked_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True)
    work = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("printed paper")
        verbose_name_plural = _("printed papers")

    def __str__(self):
        return f"{self.paper} {self.subject}"
