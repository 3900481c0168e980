"""What the background knows about duties: which there were at its last reading, and of which it warned."""

from django.db import models


class Duty(models.Model):
    """One thing that is due on a day, as it stood at the last reading (contracts/duties says what it is).

    `warned` is of how many days ahead the people concerned were warned last, -1 once it is late; empty before
    the first warning. A moved day empties it. A duty that is done has no row any more.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="duties")
    key = models.CharField(max_length=60)
    day = models.DateField()
    warned = models.SmallIntegerField(null=True)

    class Meta:
        ordering = ["day", "pk"]
        constraints = [models.UniqueConstraint(name="one_row_per_duty", fields=["tender", "key"])]

    def __str__(self):
        return f"{self.key}, {self.day}"


class DutyReading(models.Model):
    """On which day, and at which length of its log, the duties of a tender were read last."""

    tender = models.OneToOneField("procurement.Tender", models.PROTECT, related_name="duty_reading")
    day = models.DateField()
    log_size = models.PositiveBigIntegerField()

    def __str__(self):
        return f"{self.day}, {self.log_size}"
