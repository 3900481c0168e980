"""What leaves for a person's e-mail: one row per message and recipient, written with what it tells."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MailQuerySet(models.QuerySet):
    def waiting(self):
        """Those that will be tried, now or later."""
        return self.filter(next_at__isnull=False)

    def due(self, at):
        """Those that may be tried at that instant, whoever waits longest first."""
        return self.filter(next_at__lte=at).order_by("next_at", "pk")

    def failed(self):
        """Those that nobody tries any more, until the host lets them be tried again."""
        return self.filter(failed_at__isnull=False)


class Mail(models.Model):
    """One e-mail to one person: it carries the notices of the shelf that point at it, and nothing else.

    It waits while `next_at` has an instant, then it was sent, failed or was dropped (the person chose the
    shelf meanwhile). `key` is its Message-ID for good, so that the same message sent twice is known as one.
    `digest_at` is the hour of a day's digest, empty for what leaves at once.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mails")
    digest_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="one_digest_per_hour", fields=["user", "digest_at"]),
            models.CheckConstraint(
                name="mail_waits_or_is_over",
                condition=models.Q(next_at__isnull=False)
                ^ (
                    models.Q(sent_at__isnull=False)
                    | models.Q(failed_at__isnull=False)
                    | models.Q(dropped_at__isnull=False)
                ),
            ),
        ]

    def __str__(self):
        return self.message_id

    @property
    def message_id(self):
        return f"<{self.key}@{settings.LOG_HOST}>"

    @property
    def outcome(self):
        """How it stands, in a word."""
        if self.sent_at:
            return _("sent")
        if self.failed_at:
            return _("failed")
        return _("not sent") if self.dropped_at else _("waiting")
