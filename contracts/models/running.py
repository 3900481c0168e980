"""What happens while a contract runs: cycles of the transition, suspensions, addenda."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Cycle(models.Model):
    """One cycle of supplying, billing and collecting (rule 103); complete once the money came in. Soles."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="cycles")
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="cycles")
    number = models.PositiveSmallIntegerField()
    supplied_from = models.DateField(_("water supplied from"))
    supplied_until = models.DateField(_("water supplied until"))
    billed_on = models.DateField(_("billed on"), null=True, blank=True)
    billed = models.DecimalField(_("billed, S/"), max_digits=14, decimal_places=2, null=True, blank=True)
    collected_on = models.DateField(_("collection closed on"), null=True, blank=True)
    collected = models.DecimalField(
        _("collected, S/"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="one_number_per_cycle", fields=["contract", "number"]),
            models.CheckConstraint(
                name="a_cycle_goes_in_order",
                condition=Q(supplied_from__lt=F("supplied_until"))
                & (Q(billed_on=None, billed=None) | Q(billed_on__isnull=False, billed__gte=0))
                & (
                    Q(collected_on=None, collected=None)
                    | Q(collected_on__isnull=False, collected__gte=0, billed_on__isnull=False)
                ),
            ),
        ]

    def __str__(self):
        return _("Cycle %(number)s") % {"number": self.number}

    @property
    def is_complete(self):
        return self.collected_on is not None


class Suspension(models.Model):
    """The contract stands still by force majeure; `days` lengthen the term when it goes on."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="suspensions")
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="suspensions")
    reason = models.TextField(_("what happened, and why the service cannot go on"), max_length=4000)
    began_on = models.DateField(_("since"))
    resumed_on = models.DateField(_("until"), null=True)
    days = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["began_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_suspension", fields=["contract"], condition=Q(resumed_on=None)
            ),
            models.CheckConstraint(
                name="a_suspension_ends_after_it_began",
                condition=Q(resumed_on=None, days=None)
                | Q(resumed_on__gte=F("began_on"), days__isnull=False),
            ),
        ]

    def __str__(self):
        return _("Suspension since %(day)s") % {"day": self.began_on}


class Addendum(models.Model):
    """What both parties changed in the contract, signed (adenda).

    `extension` in months; `fund_percentage` where it changes. What was before stays in `before`.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="addenda")
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="addenda")
    number = models.PositiveSmallIntegerField()
    signed_on = models.DateField(_("signed on"))
    text = models.TextField(_("what changes, and why"), max_length=8000)
    extension = models.PositiveSmallIntegerField(_("months that the term gets longer"), default=0)
    fund_percentage = models.DecimalField(
        _("new percentage for the fund"), max_digits=5, decimal_places=2, null=True
    )
    agreement = models.CharField(_("agreement of the council"), max_length=200, blank=True)
    document = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+")
    before = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(name="one_number_per_addendum", fields=["contract", "number"])]

    def __str__(self):
        return _("Addendum no. %(number)s") % {"number": self.number}
