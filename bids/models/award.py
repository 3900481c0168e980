"""The award (buena pro) and the end of a call without winner (rules 57, 60, 159)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Award(models.Model):
    """The award to one bidder; a second one where the winner does not sign and the next in rank follows.

    `appeal_until` is the first instant at which nobody can appeal any more. Who awarded the call, and who
    recorded the consent, stands in the log.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="awards")
    bid = models.ForeignKey("bids.Bid", models.PROTECT, related_name="awards")
    ranking = models.ForeignKey("bids.Ranking", models.PROTECT, related_name="awards")
    percentage = models.DecimalField(_("percentage for the fund"), max_digits=5, decimal_places=2)
    score = models.DecimalField(_("points"), max_digits=6, decimal_places=2)
    place = models.PositiveSmallIntegerField(_("place"))
    awarded_at = models.DateTimeField()
    appeal_until = models.DateTimeField()
    consented_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(_("why it fell"), max_length=4000, blank=True)
    minutes = models.ForeignKey("procurement.Minutes", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["awarded_at", "pk"]
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        constraints = [
            models.UniqueConstraint(
                name="one_standing_award", fields=["tender"], condition=models.Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="award_ends_with_a_reason",
                condition=models.Q(ended_at=None, ended_reason="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_reason="")),
            ),
        ]

    def __str__(self):
        return _("Award to %(bidder)s") % {"bidder": self.bid}


class Desertion(models.Model):
    """Why a call ended without winner, with what came before it: sold, presented, valid (rules 60, 61).

    "Terms sold, no bid" is an outcome of its own. `funnel` counts; `per_bid` says why each bid fell.
    """

    class Cause(models.TextChoices):
        NO_BIDS = "no-bids", _("Nobody presented a bid")
        NONE_VALID = "none-valid", _("No bid is valid")
        SINGLE_BID = "single-bid", _("One valid bid, and the terms do not let a single one win")
        NO_SUBSTITUTE = "no-substitute", _("The winner did not sign and nobody follows")

    tender = models.OneToOneField("procurement.Tender", models.PROTECT, related_name="desertion")
    cause = models.CharField(_("cause"), max_length=20, choices=Cause)
    text = models.TextField(_("what the committee says about it"), max_length=4000)
    funnel = models.JSONField()
    per_bid = models.JSONField(default=list)  # [{"bidder", "state", "reason"}]
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    minutes = models.ForeignKey("procurement.Minutes", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["at"]

    def __str__(self):
        return self.get_cause_display()
