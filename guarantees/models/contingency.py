"""What pays for running the service where the performance guarantee is no cash at once (rules 78-79)."""

from django.conf import settings
from django.db import models


class ContingencyPlan(models.Model):
    """The plan of one call; the last one counts. Soles.

    `fund_monthly` is what reaches the Investment Fund for one month; `covered_from` is the month of the
    contract from which the fund alone suffices, empty where it never does.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="contingency_plans")
    months = models.PositiveSmallIntegerField()
    monthly_cost = models.DecimalField(max_digits=14, decimal_places=2)
    monthly_turnover = models.DecimalField(max_digits=14, decimal_places=2)
    percentage = models.DecimalField(max_digits=5, decimal_places=2)
    every_months = models.PositiveSmallIntegerField(default=3)
    need = models.DecimalField(max_digits=14, decimal_places=2, editable=False)
    first_year_gap = models.DecimalField(max_digits=14, decimal_places=2, editable=False)
    covered_from = models.PositiveSmallIntegerField(null=True, editable=False)
    bridge = models.TextField(max_length=2000)
    responsible = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.need}"
