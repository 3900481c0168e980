"""Which reminders of the dates of a call have been given."""

from django.db import models


class Reminder(models.Model):
    """One milestone of one call, as it stood when people were last reminded of it.

    `moment` is its instant then, `hours` how many hours ahead they were reminded. A moved date is another
    moment, and its reminders begin anew.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="reminders")
    milestone = models.CharField(max_length=30)
    moment = models.DateTimeField()
    hours = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["moment", "pk"]
        constraints = [models.UniqueConstraint(name="one_row_per_milestone", fields=["tender", "milestone"])]

    def __str__(self):
        return f"{self.milestone}, {self.hours} h"
