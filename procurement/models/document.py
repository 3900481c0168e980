"""Files that people attach: agreements, resolutions, studies, scans of signed minutes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement import roles
from procurement.models.tender import Tender


def place(document, name):
    """Store under the digest: the name that somebody gave the file never becomes a path."""
    return f"documents/{document.sha256[:2]}/{document.sha256}"


# Who opens the reserved files of a kind, where those who read what is reserved have no business with it: its
# codename. A part of the product adds its own: a user census is no concern of the committee.
READERS = {}


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user, at):
        """What is public by then, and what belongs to a tender or a municipality in which the user acts."""
        public = Q(public_at__lte=at, reserved=False)
        public &= Q(tender=None) | Q(tender__announced_at__isnull=False)
        if not user.is_authenticated:
            return self.filter(public)
        offices = roles.held(user, at).filter(tender=None).values("municipality")
        open_to_me = Q(tender__in=Tender.objects.granted_to(user, "view_tender", at))
        open_to_me |= Q(tender=None, municipality__in=offices)
        reserved_for_me = Q(tender__in=Tender.objects.granted_to(user, "read_reserved", at))
        reserved_for_me &= ~Q(kind__in=list(READERS))
        for kind, codename in READERS.items():
            mine = Tender.objects.granted_to(user, codename, at)
            reserved_for_me |= Q(kind=kind, tender__in=mine)
        return self.filter(public | (open_to_me & Q(reserved=False)) | reserved_for_me)


class Document(models.Model):
    """One file as it was handed over, known by its SHA-256; public once `public_at` is reached, never before.

    A `reserved` one (a scan with signatures and identity documents) never becomes public (decision 6).
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
    reserved = models.BooleanField(default=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "pk"]

    def __str__(self):
        return self.title
