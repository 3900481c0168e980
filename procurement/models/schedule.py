"""The dates of a call."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement import schedule


class Schedule(models.Model):
    """The milestones of one tender, each an instant; the rules about them stand in procurement/schedule.py.

    A meeting without date is left out, and `skipped` says why (meeting: reason; rule 43); a call with one
    envelope has no second opening. `version` counts the saves: an edit form carries the one that it was
    shown.
    """

    tender = models.OneToOneField("procurement.Tender", models.PROTECT, related_name="schedule")
    announcement = models.DateTimeField(_("announcement"))
    sale_from = models.DateTimeField(_("sale of the terms, from"))
    sale_until = models.DateTimeField(_("sale of the terms, until"))
    meeting_1 = models.DateTimeField(_("first meeting"), null=True, blank=True)
    meeting_2 = models.DateTimeField(_("second meeting"), null=True, blank=True)
    query_deadline = models.DateTimeField(_("queries, until"))
    integration = models.DateTimeField(_("circular and integrated terms"))
    meeting_3 = models.DateTimeField(_("third meeting"), null=True, blank=True)
    submission_deadline = models.DateTimeField(_("deadline for bids"))
    opening_1 = models.DateTimeField(_("opening of envelope 1"))
    opening_2 = models.DateTimeField(_("opening of envelope 2"), null=True, blank=True)
    award = models.DateTimeField(_("award"))
    skipped = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

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

    def save(self, *args, **kwargs):
        self.version += 1
        super().save(*args, **kwargs)

    def milestones(self):
        """Return (name, label, instant) in the order of the procedure, without what is left out."""
        named = [
            (name, self._meta.get_field(name).verbose_name, getattr(self, name)) for name in self.MILESTONES
        ]
        return [milestone for milestone in named if milestone[2]]

    def dates(self, **other):
        """Return the dates as the pure rules take them, with `other` in the place of what stands here."""
        stands = {name: getattr(self, name) for name in self.MILESTONES} | {"skipped": self.skipped}
        return schedule.Schedule(**stands | other)

    def next_after(self, at):
        """Return the first milestone that lies ahead, or None."""
        ahead = [milestone for milestone in self.milestones() if milestone[2] > at]
        return min(ahead, key=lambda milestone: milestone[2], default=None)

    def awaited(self, at):
        """Return the milestone that is waited for, or None; an opening that is late is waited for still."""
        if self.tender.state == "closed":
            return next(milestone for milestone in self.milestones() if milestone[0] == "opening_1")
        return self.next_after(at)
