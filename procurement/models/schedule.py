"""The dates of a call."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Schedule(models.Model):
    """The milestones of one tender, each an instant; the pure rules about them stand in
    procurement/schedule.py.
    """

    tender = models.OneToOneField("procurement.Tender", models.PROTECT, related_name="schedule")
    announcement = models.DateTimeField(_("announcement"))
    sale_from = models.DateTimeField(_("sale of the terms, from"))
    sale_until = models.DateTimeField(_("sale of the terms, until"))
    meeting_1 = models.DateTimeField(_("first meeting"))
    meeting_2 = models.DateTimeField(_("second meeting"))
    query_deadline = models.DateTimeField(_("queries, until"))
    integration = models.DateTimeField(_("circular and integrated terms"))
    meeting_3 = models.DateTimeField(_("third meeting"))
    submission_deadline = models.DateTimeField(_("deadline for bids"))
    opening_1 = models.DateTimeField(_("opening of envelope 1"))
    opening_2 = models.DateTimeField(_("opening of envelope 2"))
    award = models.DateTimeField(_("award"))

    MILESTONES = [
        "announcement",
        "sale_from",
        "meeting_1",
        "meeting_2",
        "query_deadline",
        "integration",
        "meeting_3",
        "sale_until",
        "submission_deadline",
        "opening_1",
        "opening_2",
        "award",
    ]

    def __str__(self):
        return f"{self.tender}: {self.announcement:%Y-%m-%d}"

    def milestones(self):
        """Return (name, label, instant) in the order of the procedure."""
        return [
            (name, self._meta.get_field(name).verbose_name, getattr(self, name)) for name in self.MILESTONES
        ]

    def next_after(self, at):
        """Return the first milestone that lies ahead, or None."""
        ahead = [milestone for milestone in self.milestones() if milestone[2] > at]
        return min(ahead, key=lambda milestone: milestone[2], default=None)
