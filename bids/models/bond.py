"""Which guarantee stands behind which bid (rule 70; domain.md §4.11)."""

from django.db import models


class BidBond(models.Model):
    """The guarantee whose original a bidder handed in once envelope 1 was opened; each guarantees one bid."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="bid_bonds")
    bid = models.ForeignKey("bids.Bid", models.PROTECT, related_name="bonds")
    guarantee = models.OneToOneField("guarantees.Guarantee", models.PROTECT, related_name="bid_link")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.bid}: {self.guarantee}"
