"""The public acts in which envelopes are opened, and what each custodian releases there."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from bids.guards import opening as guards
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
        ordering = ["round", "stage", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_act_per_stage",
                fields=["tender", "round", "stage"],
                condition=models.Q(annulled_at=None),
            ),
        ]

    def __str__(self):
        return _("Opening of envelope %(stage)s") % {"stage": self.stage}

    def get_absolute_url(self):
        return reverse("opening", args=[self.tender_id, self.stage])

    def envelopes(self):
        """Return what this act opens: of the bids that count, in stage 2 of those that qualified."""
        bids = self.tender.bids.presented()
        if self.stage == 2:
            bids = bids.exclude(state__in=["submitted", "opened", "observed", "not-admitted"])
        found = self.tender.envelopes.filter(stage=self.stage, bid__in=bids)
        return found.exclude(status__in=["sealed", "replaced", "withdrawn"]).select_related("bid__bidder")

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
        conditions=guards.TO_BEGIN,
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
        conditions=[guards.quorum_is_there],
        permission=roles.may("open_envelopes"),
        custom={"label": _("Resume the act")},
    )
    def resume(self, *, at):
        """The act goes on where it stopped."""

    @transition(
        state,
        source=State.HELD,
        target=State.CLOSED,
        conditions=[guards.every_envelope_is_accounted_for],
        permission=roles.may("open_envelopes"),
        custom={"label": _("Close the act")},
    )
    def conclude(self, *, at):
        """Every envelope of the list is open or accounted for; the minutes are read."""
        self.closed_at = at


class Release(models.Model):
    """What a custodian signed about one envelope in one act: a check, which reveals nothing, or the share.

    Of a reserved part `body` holds the share encrypted to its readers (decision 14).
    """

    class Mode(models.TextChoices):
        CHECK = "check", _("Checked")
        RELEASE = "release", _("Handed over")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="releases")
    act = models.ForeignKey(OpeningAct, models.PROTECT, related_name="releases")
    envelope = models.ForeignKey("bids.Envelope", models.PROTECT, related_name="releases")
    custodian = models.ForeignKey("bids.Custodian", models.PROTECT, related_name="releases")
    mode = models.CharField(max_length=10, choices=Mode)
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_release_per_mode", fields=["act", "envelope", "custodian", "mode"]
            )
        ]

    def __str__(self):
        return f"{self.custodian}: {self.envelope} ({self.mode})"


class PaperEntry(models.Model):
    """What the secretary typed from an opened paper, until a second person confirms it (decision 11)."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="paper_entries")
    act = models.ForeignKey(OpeningAct, models.PROTECT, related_name="entries")
    envelope = models.OneToOneField("bids.Envelope", models.PROTECT, related_name="entry")
    content = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="entry_is_confirmed_by_another",
                condition=models.Q(confirmed_by=None, confirmed_at=None)
                | (models.Q(confirmed_at__isnull=False) & ~models.Q(confirmed_by=models.F("by"))),
            )
        ]

    def __str__(self):
        return f"{self.envelope}"


class BidFile(models.Model):
    """One file that lay in an open envelope, as it was sealed; nothing of it is trusted (decision 18).

    A `reserved` one (identity documents, bank statements) is for who evaluates, never for the public.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="bid_files")
    envelope = models.ForeignKey("bids.Envelope", models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="opened/", max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    reserved = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name
