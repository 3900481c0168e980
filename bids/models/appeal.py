"""The appeal (impugnación) of a bidder against a result, and what the others say to it (domain.md §4.10)."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from bids.guards import award as guards
from procurement import roles


def appellant(appeal, user):
    """A transition permission: the account of the bidder who appeals."""
    return getattr(user, "is_authenticated", False) and appeal.bid.bidder.account_id == user.pk


class Appeal(ConcurrentTransitionMixin, models.Model):
    """One appeal of one bidder. Not the committee but the authority of the terms decides it.

    `filed_at` is when it arrived (at the desk, if on paper), `entered_at` when it was written here. The
    deadlines are the first instants that are too late. `guarantee` in soles.
    """

    class State(models.TextChoices):
        FILED = "filed", _("Filed")
        OBSERVED = "observed", _("Something is missing")
        ADMITTED = "admitted", _("Admitted: the other bidders may answer")
        HEARD = "heard", _("Heard: waits for the decision")
        INADMISSIBLE = "inadmissible", _("Not admitted")
        UPHELD = "upheld", _("Upheld")
        DISMISSED = "dismissed", _("Dismissed")

    class Against(models.TextChoices):
        FIRST_RESULT = "first-result", _("the result of envelope 1")
        AWARD = "award", _("the score or the award")

    class Remake(models.TextChoices):
        """From which act the procedure goes on if the appeal is upheld."""

        FIRST = "first", _("from the decision on envelope 1")
        RANKING = "ranking", _("from the ranking")

    class Guarantee(models.TextChoices):
        NONE = "none", _("none was asked")
        HELD = "held", _("held")
        RETURNED = "returned", _("given back")
        EXECUTED = "executed", _("kept by the municipality")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="appeals")
    bid = models.ForeignKey("bids.Bid", models.PROTECT, related_name="appeals")
    number = models.PositiveSmallIntegerField()
    state = FSMField(_("state"), choices=State, default=State.FILED, protected=True, editable=False)
    against = models.CharField(_("against"), max_length=20, choices=Against)
    clause = models.CharField(_("clause that was not kept"), max_length=100)
    grounds = models.TextField(_("what is wrong, and why"), max_length=8000)
    document = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True)
    on_paper = models.BooleanField(default=False)
    filed_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    guarantee_asked = models.DecimalField(max_digits=10, decimal_places=2)
    guarantee = models.CharField(
        _("guarantee to appeal"), max_length=10, choices=Guarantee, default=Guarantee.NONE
    )
    guarantee_paper = models.CharField(_("voucher or document of the guarantee"), max_length=100, blank=True)
    missing = models.TextField(_("what is missing"), max_length=2000, blank=True)
    complete_by = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    decide_by = models.DateTimeField(null=True)
    resolution = models.CharField(_("resolution or agreement"), max_length=200, blank=True)
    reasons = models.TextField(_("reasons of the decision"), max_length=8000, blank=True)
    remake = models.CharField(_("it goes on"), max_length=10, choices=Remake, blank=True)
    decision_document = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["number"]
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.UniqueConstraint(name="one_number_per_appeal", fields=["tender", "number"]),
            models.CheckConstraint(
                name="appeal_is_decided_with_reasons",
                condition=~models.Q(state__in=["upheld", "dismissed"])
                | (models.Q(decided_at__isnull=False) & ~models.Q(reasons="") & ~models.Q(resolution="")),
            ),
        ]

    def __str__(self):
        return _("Appeal no. %(number)s") % {"number": self.number}

    def get_absolute_url(self):
        return reverse("appeal", args=[self.tender_id, self.number])

    def others(self):
        """Return the other bids of the call that were opened: their bidders may answer."""
        shut = ["drafting", "withdrawn", "submitted"]
        return self.tender.bids.filter(round=self.bid.round).exclude(state__in=shut).exclude(pk=self.bid_id)

    @property
    def is_pending(self):
        return self.state in ("filed", "observed", "admitted", "heard")

    @transition(
        state,
        source=State.FILED,
        target=State.OBSERVED,
        conditions=[guards.something_is_missing],
        permission=roles.may("consent_tender"),
        custom={"label": _("Ask to complete it")},
    )
    def observe(self, *, at):
        """A requirement is missing, such as the guarantee; there is a term to complete it."""

    @transition(
        state,
        source=[State.FILED, State.OBSERVED],
        target=State.ADMITTED,
        conditions=[guards.guarantee_is_there],
        permission=roles.may("consent_tender"),
        custom={"label": _("Admit, and tell the other bidders")},
    )
    def admit(self, *, at):
        """It was filed in time by somebody with an interest; the others may answer."""

    @transition(
        state,
        source=[State.FILED, State.OBSERVED],
        target=State.INADMISSIBLE,
        conditions=[guards.reasons_are_given, guards.time_to_complete_is_over],
        permission=roles.may("consent_tender"),
        custom={"label": _("Do not admit")},
    )
    def turn_away(self, *, at):
        """It is late, without interest, or was not completed; the reason is written."""
        self.decided_at = at

    @transition(
        state,
        source=State.ADMITTED,
        target=State.HEARD,
        conditions=[guards.others_were_heard],
        permission=roles.may("consent_tender", clock_too=True),
        custom={"label": _("Close the answers")},
    )
    def hear(self, *, at):
        """The other bidders have answered, or their term is over."""

    @transition(
        state,
        source=State.HEARD,
        target=State.UPHELD,
        conditions=[guards.reasons_are_given, guards.resolution_is_named],
        permission=roles.may("decide_appeal"),
        custom={"label": _("Uphold")},
    )
    def uphold(self, *, at):
        """The bidder is right: the procedure goes back to the act that was wrong."""
        self.decided_at = at

    @transition(
        state,
        source=State.HEARD,
        target=State.DISMISSED,
        conditions=[guards.reasons_are_given, guards.resolution_is_named],
        permission=roles.may("decide_appeal"),
        custom={"label": _("Dismiss")},
    )
    def dismiss(self, *, at):
        """The bidder is not right: the result stands."""
        self.decided_at = at


class AppealAnswer(models.Model):
    """What another bidder says to an appeal (traslado); one each."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="appeal_answers")
    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="answers")
    bid = models.ForeignKey("bids.Bid", models.PROTECT, related_name="+")
    text = models.TextField(_("answer"), max_length=8000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(name="one_answer_per_bid", fields=["appeal", "bid"])]

    def __str__(self):
        return f"{self.appeal}: {self.bid}"
