"""The public acts in which envelopes are opened, and what each custodian releases there."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from procurement import roles


class OpeningAct(ConcurrentTransitionMixin, models.Model):
    """One act of opening, of envelope 1 or 2: public, with quorum; it can be postponed, suspended, resumed
    (decision 7).

    `present` are the committee members at the roll; `notary` certifies by paper (decision 5).
    """

    class State(models.TextChoices):
        CONVENED = "convened", _("Convened")
        HELD = "held", _("In progress")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", _("Closed")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="opening_acts")
    stage = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    state = FSMField(_("state"), choices=State, default=State.CONVENED, protected=True, editable=False)
    planned_at = models.DateTimeField(_("planned for"))
    place = models.CharField(_("place"), max_length=200)
    notary = models.CharField(_("notary or justice of the peace"), max_length=200, blank=True)
    present = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    begun_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    annulled_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["stage", "planned_at"]

    def __str__(self):
        return _("Opening of envelope %(stage)s") % {"stage": self.stage}

    @transition(
        state,
        source=State.CONVENED,
        target=State.CONVENED,
        conditions=[],
        permission=roles.may("open_envelopes"),
        custom={"label": _("Postpone the act")},
    )
    def postpone(self, *, at):
        """The act is moved, with a reason and its minutes."""

    @transition(
        state,
        source=State.CONVENED,
        target=State.HELD,
        conditions=[],
        permission=roles.may("open_envelopes"),
        custom={"label": _("Begin the act")},
    )
    def begin(self, *, at):
        """The roll is called, quorum is there, the hour has come."""
        self.begun_at = at

    @transition(
        state,
        source=State.HELD,
        target=State.SUSPENDED,
        conditions=[],
        permission=roles.may("open_envelopes"),
        custom={"label": _("Suspend the act")},
    )
    def suspend(self, *, at):
        """No quorum any more, the lights are out, custodians are missing."""

    @transition(
        state,
        source=State.SUSPENDED,
        target=State.HELD,
        conditions=[],
        permission=roles.may("open_envelopes"),
        custom={"label": _("Resume the act")},
    )
    def resume(self, *, at):
        """The act goes on where it stopped."""

    @transition(
        state,
        source=State.HELD,
        target=State.CLOSED,
        conditions=[],
        permission=roles.may("open_envelopes"),
        custom={"label": _("Close the act")},
    )
    def conclude(self, *, at):
        """Every envelope of the list is open or accounted for; the minutes are read."""
        self.closed_at = at


class Release(models.Model):
    """What a custodian signed about one envelope: a check that reveals nothing, or the share itself."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="releases")
    envelope = models.ForeignKey("bids.Envelope", models.PROTECT, related_name="releases")
    custodian = models.ForeignKey("bids.Custodian", models.PROTECT, related_name="releases")
    mode = models.CharField(max_length=10)
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(name="one_release_per_mode", fields=["envelope", "custodian", "mode"])
        ]

    def __str__(self):
        return f"{self.custodian}: {self.envelope} ({self.mode})"
