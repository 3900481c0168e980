"""Workbooks that were uploaded for an item of the transfer, and the rows of those that were accepted."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contracts.sheets import SHEETS, Fault


class Workbook(models.Model):
    """One uploaded workbook, read in the background: either all of its rows are kept or none.

    `work` is the piece of background work that reads it. `faults` are the first ones, as [cell, column, code,
    facts]; `fault_count` counts all. `total` in soles, where the rows have a worth. Rows name people: they
    are shown to those whom the item concerns and are never public.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="workbooks")
    item = models.ForeignKey("contracts.TransferItem", models.PROTECT, related_name="workbooks")
    document = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    work = models.CharField(max_length=64, blank=True)
    finished_at = models.DateTimeField(null=True)
    row_count = models.PositiveIntegerField(default=0)
    total = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    fault_count = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)

    class Meta:
        ordering = ["uploaded_at", "pk"]
        verbose_name = _("workbook")
        verbose_name_plural = _("workbooks")

    def __str__(self):
        return self.document.name

    def get_absolute_url(self):
        return reverse("transfer-workbook", args=[self.tender_id, self.item.kind, self.pk])

    @property
    def sheet(self):
        return SHEETS[self.item.about.sheet]

    @property
    def is_imported(self):
        return self.finished_at is not None and not self.fault_count

    @property
    def told_faults(self):
        """The faults as a page shows them: (cell, name of the column, sentence, code)."""
        labels = {column.key: column.label for column in self.sheet.columns}
        found = [Fault(*fault) for fault in self.faults]
        return [(fault.cell, labels.get(fault.column, ""), fault.sentence, fault.code) for fault in found]


class WorkbookRow(models.Model):
    """One row of a workbook: its number there, and {column: text}."""

    workbook = models.ForeignKey(Workbook, models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    values = models.JSONField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(name="each_row_once", fields=["workbook", "number"])]

    def __str__(self):
        return f"{self.workbook}: {self.number}"
