"""What the committee finds about each bid: sheets, decisions, defects, first result, ranking, draw."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Sheet(models.Model):
    """What one member of the committee finds about one bid, criterion by criterion (domain.md §4.6).

    `answers`: criterion → {"finding": meets | fails | remediable, "reason", "points" as text or absent}.
    Another member sees it only after having saved their own (decision 20b).
    """

    class Finding(models.TextChoices):
        MEETS = "meets", _("Complies")
        FAILS = "fails", _("Does not comply")
        REMEDIABLE = "remediable", _("Can be completed: ask for it")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="sheets")
    bid = models.ForeignKey("bids.Bid", models.PROTECT, related_name="sheets")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sheets")
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["saved_at", "pk"]
        constraints = [models.UniqueConstraint(name="one_sheet_per_member", fields=["bid", "member"])]

    def __str__(self):
        return f"{self.member}: {self.bid}"


class Decision(models.Model):
    """What the committee decided together about one criterion of one bid, with its reason (rule 54).

    `evidence` says which paper was looked at; `dissent` who did not agree, and why. An upheld appeal makes
    room for another decision; this one stays.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="decisions")
    bid = models.ForeignKey("bids.Bid", models.PROTECT, related_name="decisions")
    criterion = models.CharField(max_length=30)
    meets = models.BooleanField(_("complies"))
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=2000)
    evidence = models.CharField(_("paper that was looked at, and its page"), max_length=300, blank=True)
    dissent = models.TextField(_("who did not agree, and why"), max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_decision_per_criterion",
                fields=["bid", "criterion"],
                condition=models.Q(superseded_at=None),
            ),
            models.CheckConstraint(name="decision_has_a_reason", condition=~models.Q(reason="")),
        ]

    def __str__(self):
        return f"{self.bid}: {self.criterion}"


class Defect(models.Model):
    """Something in envelope 1 that is missing or wrong and may be completed within a term (terms 18).

    `due_at` is the first instant that is too late. One extension, if it is asked for before (terms 18.1).
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="defects")
    bid = models.ForeignKey("bids.Bid", models.PROTECT, related_name="defects")
    criterion = models.CharField(max_length=30)
    text = models.TextField(_("what is missing or wrong, with its clause"), max_length=2000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    extended_at = models.DateTimeField(null=True)
    answer = models.TextField(_("what completes it"), max_length=4000, blank=True)
    document = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)
    verdict = models.TextField(_("why it is accepted or not"), max_length=2000, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="defect_is_settled_with_a_verdict",
                condition=models.Q(accepted=None, settled_at=None, verdict="")
                | (models.Q(accepted__isnull=False, settled_at__isnull=False) & ~models.Q(verdict="")),
            )
        ]

    def __str__(self):
        return self.text[:80]


class FirstResult(models.Model):
    """The result of envelope 1, published with its reasons: who qualified and who did not (terms 19.3).

    Where the regime wants it firm before envelope 2, `appeal_until` is the first instant at which nobody can
    appeal any more.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="first_results")
    round = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    appeal_until = models.DateTimeField(null=True)
    minutes = models.ForeignKey("procurement.Minutes", models.PROTECT, related_name="+", null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["published_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_first_result",
                fields=["tender", "round"],
                condition=models.Q(superseded_at=None),
            )
        ]

    def __str__(self):
        return _("Result of envelope 1")


class Ranking(models.Model):
    """The order of the offers (cuadro de méritos), with every figure that leads to it (rules 55-57, 65).

    `body` holds what `scoring` returned: scale, rows with exact (fraction) and published scores, what put
    each behind the one above, rejected offers, groups still tied, the order by the other values. A draw or an
    upheld appeal makes another one; this one stays.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="rankings")
    round = models.PositiveSmallIntegerField()
    body = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    minutes = models.ForeignKey("procurement.Minutes", models.PROTECT, related_name="+", null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_ranking", fields=["tender", "round"], condition=models.Q(superseded_at=None)
            )
        ]

    def __str__(self):
        return _("Ranking")


class Draw(models.Model):
    """A draw by lot in public among tied bidders (decision 20).

    They are numbered by the order in which they presented; `drawn` lists those numbers as they came out.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="draws")
    ranking = models.ForeignKey(Ranking, models.PROTECT, related_name="draws")
    numbered = models.JSONField()  # [{"number", "bid", "bidder"}]
    drawn = models.JSONField()
    method = models.CharField(_("what was drawn, and how"), max_length=500)
    place = models.CharField(_("place"), max_length=200)
    happened_at = models.DateTimeField(_("when it was drawn"))
    witness_1 = models.CharField(_("first witness"), max_length=200)
    witness_2 = models.CharField(_("second witness"), max_length=200)
    photo = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True)
    minutes = models.ForeignKey("procurement.Minutes", models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return _("Draw")


class Signature(models.Model):
    """A member's signature under the evaluation, or the written reason why they do not agree (§4.6)."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="evaluation_signatures")
    ranking = models.ForeignKey(Ranking, models.PROTECT, related_name="signatures")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    dissent = models.TextField(_("why you do not agree"), max_length=2000, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(name="one_signature", fields=["ranking", "member"])]

    def __str__(self):
        return f"{self.member}"
