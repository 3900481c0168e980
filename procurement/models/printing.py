"""A paper that was drawn as a PDF, or that waits for it."""

from django.conf import settings
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


class SignedPaper(models.Model):
    """A paper with a signature, attached back to its record: a scan, or the PDF signed electronically.

    `signer` is whom the certificate names, empty for a scan; `line` which line was signed, counted from 0.
    `fingerprint` is that of the printing that was signed. The file is reserved, as it shows signatures and
    identity documents; its digest is public (decision 6).
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="signed_papers")
    paper = models.CharField(max_length=40)
    subject = models.PositiveBigIntegerField()
    fingerprint = models.CharField(max_length=64)
    document = models.OneToOneField("procurement.Document", models.PROTECT, related_name="signed_paper")
    line = models.PositiveSmallIntegerField(null=True, blank=True)
    signer = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("signed paper")
        verbose_name_plural = _("signed papers")
        constraints = [
            models.UniqueConstraint(name="one_signature_on_a_line", fields=["fingerprint", "line"]),
            models.CheckConstraint(
                name="a_scan_has_no_line",
                condition=models.Q(line__isnull=True, signer="") | ~models.Q(signer=""),
            ),
        ]

    def __str__(self):
        return f"{self.paper} {self.subject}"
