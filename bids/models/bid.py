"""The bid (propuesta) of one bidder in one tender, and its envelopes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from bids.criteria import has_two_envelopes
from bids.guards import bids as guards
from bids.guards import evaluation as judging
from procurement import roles


class BidQuerySet(models.QuerySet):
    def of(self, user):
        """The bids of this account's bidders: a bidder's right to their own bid is ownership."""
        return self.filter(bidder__account=user) if user.is_authenticated else self.none()

    def presented(self):
        """The bids that count at the opening: presented in time, not withdrawn, in the tender's present
        round.
        """
        return self.exclude(state__in=["drafting", "withdrawn", "returned"]).filter(
            round=models.F("tender__round")
        )


def owner(bid, user):
    """A transition permission: whoever the bid belongs to."""
    return getattr(user, "is_authenticated", False) and bid.bidder.account_id == user.pk


def owner_or_desk(bid, user):
    """A transition permission: whoever the bid belongs to, and the desk that registers it on paper."""
    return owner(bid, user) or (not guards.is_sealed_here(bid) and received_on_paper(bid, user))


received_on_paper = roles.may("receive_paper")
owner_or_desk.codename, owner_or_desk.owner = received_on_paper.codename, "the bidder"


class Bid(ConcurrentTransitionMixin, models.Model):
    """One bidder's bid in one round of one tender.

    `draft` holds ticks, names and digests only: what a bidder writes rests nowhere on the server (decision
    15). `pseudonym` is how the log names the bidder until the opening (decision 14); `salt` is revealed
    there.
    """

    class State(models.TextChoices):
        DRAFTING = "drafting", _("In preparation")
        SUBMITTED = "submitted", _("Presented")
        WITHDRAWN = "withdrawn", _("Withdrawn by the bidder")
        OPENED = "opened", _("Envelope 1 opened")
        OBSERVED = "observed", _("Defect to be remedied")
        NOT_ADMITTED = "not-admitted", _("Not admitted")
        QUALIFIED = "qualified", _("Qualified")
        ENVELOPE_2_OPENED = "envelope-2-opened", _("Envelope 2 opened")
        REJECTED = "rejected", _("Offer rejected")
        RANKED = "ranked", _("Ranked")
        RETURNED = "returned", _("Returned unopened")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="bids")
    bidder = models.ForeignKey("bids.Bidder", models.PROTECT, related_name="bids")
    round = models.PositiveSmallIntegerField()
    state = FSMField(_("state"), choices=State, default=State.DRAFTING, protected=True, editable=False)
    draft = models.JSONField(default=dict, blank=True)
    salt = models.CharField(max_length=64, editable=False)
    pseudonym = models.CharField(max_length=64, editable=False)
    bidder_key = models.CharField(max_length=64, blank=True, editable=False)
    seq = models.PositiveSmallIntegerField(default=0, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    log_size = models.PositiveBigIntegerField(null=True, editable=False)
    log_root = models.CharField(max_length=64, blank=True, editable=False)
    is_local = models.BooleanField(null=True, editable=False)
    technical = models.DecimalField(max_digits=5, decimal_places=2, null=True, editable=False)
    offer = models.DecimalField(max_digits=5, decimal_places=2, null=True, editable=False)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True, editable=False)
    place = models.PositiveSmallIntegerField(null=True, editable=False)
    reason_code = models.CharField(max_length=100, blank=True, editable=False)
    reason = models.TextField(blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = BidQuerySet.as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        verbose_name = _("bid")
        verbose_name_plural = _("bids")
        constraints = [
            models.UniqueConstraint(name="one_bid_per_bidder_and_round", fields=["tender", "bidder", "round"])
        ]

    def __str__(self):
        return str(self.bidder)

    def save(self, *args, **kwargs):
        """Count the saves: a draft carries the version that it was shown."""
        self.version += 1
        super().save(*args, **kwargs)

    def first_envelope(self):
        """Return the public part of envelope 1 as it counts, or None."""
        return self.standing_envelopes().filter(stage=1, part="public").last()

    def offer_envelope(self):
        """Return the open envelope that holds the offer: the second, or the only one (rule 66)."""
        opened = self.envelopes.filter(status=Envelope.Status.OPEN, part="public")
        return opened.filter(stage=2 if has_two_envelopes(self.tender) else 1).last()

    def standing_envelopes(self):
        """Return the envelopes that neither were replaced nor withdrawn."""
        gone = [Envelope.Status.SEALED, Envelope.Status.REPLACED, Envelope.Status.WITHDRAWN]
        return self.envelopes.exclude(status__in=gone)

    @transition(
        state,
        source=[State.DRAFTING, State.WITHDRAWN],
        target=State.SUBMITTED,
        conditions=guards.TO_PRESENT,
        permission=owner_or_desk,
        custom={"label": _("Present the bid")},
    )
    @transition(
        state,
        source=State.SUBMITTED,
        target=State.SUBMITTED,
        conditions=guards.TO_PRESENT,
        permission=owner_or_desk,
        custom={"label": _("Replace the bid")},
    )
    def submit(self, *, at):
        """Hand over the sealed envelopes: the stamp of the whole request decides (decision 12)."""
        self.submitted_at = at
        self.seq += 1

    @transition(
        state,
        source=State.SUBMITTED,
        target=State.WITHDRAWN,
        conditions=guards.TO_WITHDRAW,
        permission=owner_or_desk,
        custom={"label": _("Withdraw the bid")},
    )
    def withdraw(self, *, at):
        """Take the bid back before the deadline, signed by the bidder's key."""

    @transition(
        state,
        source=State.SUBMITTED,
        target=State.OPENED,
        conditions=[judging.first_envelope_is_open],
        permission=roles.may("open_envelopes", clock_too=True),
        custom={"label": _("Open envelope 1")},
    )
    def open_first(self, *, at):
        """Envelope 1 is open, in the public act (rules 59, 162)."""

    @transition(
        state,
        source=State.OPENED,
        target=State.OBSERVED,
        conditions=[judging.a_defect_waits],
        permission=roles.may("evaluate_bids"),
        custom={"label": _("Ask to remedy a defect")},
    )
    def observe(self, *, at):
        """A defect can be remedied without altering the content."""

    @transition(
        state,
        source=State.OBSERVED,
        target=State.OPENED,
        conditions=[judging.no_defect_waits],
        permission=roles.may("evaluate_bids"),
        custom={"label": _("Accept the remedy")},
    )
    def accept_remedy(self, *, at):
        """The defect was remedied in time."""

    @transition(
        state,
        source=[State.SUBMITTED, State.OPENED, State.OBSERVED],
        target=State.NOT_ADMITTED,
        conditions=[judging.reason_is_given, judging.remedy_term_is_over],
        permission=roles.may("evaluate_bids", clock_too=True),
        custom={"label": _("Do not admit")},
    )
    def exclude(self, *, at):
        """One criterion fails, with its reason (rule 54), or a defect was not remedied in time."""

    @transition(
        state,
        source=State.OPENED,
        target=State.QUALIFIED,
        conditions=judging.TO_QUALIFY,
        permission=roles.may("evaluate_bids"),
        custom={"label": _("Qualify")},
    )
    def qualify(self, *, at):
        """Every criterion is met (rules 51-54, 160, 161)."""

    @transition(
        state,
        source=State.QUALIFIED,
        target=State.ENVELOPE_2_OPENED,
        conditions=[judging.second_envelope_is_open],
        permission=roles.may("open_envelopes", clock_too=True),
        custom={"label": _("Open envelope 2")},
    )
    def open_second(self, *, at):
        """Envelope 2 is open: all decisions on envelope 1 are firm (rule 59)."""

    @transition(
        state,
        source=[State.QUALIFIED, State.ENVELOPE_2_OPENED],
        target=State.REJECTED,
        conditions=[judging.reason_is_given],
        permission=roles.may("evaluate_bids", clock_too=True),
        custom={"label": _("Reject the offer")},
    )
    def reject_offer(self, *, at):
        """The offer is not admissible (domain.md §5.6): it is not ranked and never the measure of others."""

    @transition(
        state,
        source=[State.ENVELOPE_2_OPENED, State.RANKED],
        target=State.RANKED,
        conditions=[judging.offer_has_a_place],
        permission=roles.may("evaluate_bids"),
        custom={"label": _("Rank")},
    )
    def rank(self, *, at):
        """The offer has its score and its place."""

    @transition(
        state,
        source=State.SUBMITTED,
        target=State.RETURNED,
        conditions=[],
        permission=roles.may("return_envelopes"),
        custom={"label": _("Return the unopened envelopes")},
    )
    @transition(
        state,
        source=State.NOT_ADMITTED,
        target=State.RETURNED,
        conditions=judging.TO_GIVE_BACK,
        permission=roles.may("return_envelopes"),
        custom={"label": _("Return the unopened envelope")},
    )
    def give_back(self, *, at):
        """What stayed shut goes back unopened: envelope 2 of who is out, or all on a return to a phase."""

    @transition(
        state,
        source=[
            State.NOT_ADMITTED,
            State.QUALIFIED,
            State.ENVELOPE_2_OPENED,
            State.REJECTED,
            State.RANKED,
        ],
        target=State.OPENED,
        conditions=[],
        permission=roles.may("decide_appeal"),
        custom={"label": _("Reopen the evaluation of the bid")},
    )
    def reopen(self, *, at):
        """An appeal was upheld: the bid is judged again from envelope 1."""
        self.reason_code = self.reason = ""
        self.offer = self.score = self.place = None

    @transition(
        state,
        source=[State.REJECTED, State.RANKED],
        target=State.ENVELOPE_2_OPENED,
        conditions=[],
        permission=roles.may("decide_appeal"),
        custom={"label": _("Measure the offer again")},
    )
    def measure_again(self, *, at):
        """An appeal against the ranking was upheld: the offers are put in order again."""
        self.reason_code = self.reason = ""
        self.score = self.place = None

    @transition(
        state,
        source=[
            State.OPENED,
            State.OBSERVED,
            State.NOT_ADMITTED,
            State.QUALIFIED,
            State.ENVELOPE_2_OPENED,
            State.REJECTED,
            State.RANKED,
        ],
        target=State.SUBMITTED,
        conditions=[],
        permission=roles.may("annul_act"),
        custom={"label": _("Undo the opening")},
    )
    def undo_opening(self, *, at):
        """The mayor annulled the opening: the bid is as it was at the close."""
        self.reason_code = self.reason = ""
        self.is_local = self.technical = self.offer = self.score = self.place = None


class EnvelopeQuerySet(models.QuerySet):
    def sealed(self):
        """Those that are sealed and not presented yet."""
        return self.filter(status=Envelope.Status.SEALED)

    def presented(self):
        """Those that count until now: neither replaced nor withdrawn nor returned."""
        return self.filter(status=Envelope.Status.PRESENTED)


class Envelope(models.Model):
    """One sealed part of a bid: envelope 1 technical (public and reserved part), envelope 2 economic.

    Digital: the manifest (`sobre/1`) and the ciphertext. Paper (decision 11): the hour at the desk, and a
    photo of the sealed flap (`cover`, a secret until the close: it may name the bidder). `content` appears
    only once the envelope is open. `received_at` is when the whole ciphertext was here: what is sealed on the
    bidder's own device is presented first, and arrives in pieces.
    """

    class Status(models.TextChoices):
        SEALED = "sealed", _("Sealed, not presented yet")
        PRESENTED = "presented", _("Handed in, closed")
        REPLACED = "replaced", _("Replaced")
        WITHDRAWN = "withdrawn", _("Taken back")
        OPEN = "open", _("Opened")
        UNOPENED = "unopened", _("Could not be opened")
        RETURNED = "returned", _("Given back unopened")

    class Means(models.TextChoices):
        """Where a digital envelope was sealed: who could have read it then."""

        PAGE = "page", _("in the bidder's browser")
        FILE = "file", _("with the program for no network")
        SERVER = "server", _("by the server, while it arrived")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="envelopes")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="envelopes")
    stage = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=10, default="public")
    seq = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=10, choices=Status, default=Status.SEALED)
    manifest = models.JSONField(null=True)
    signature = models.CharField(max_length=100, blank=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    ciphertext = models.FileField(upload_to="sealed/", max_length=200, null=True)
    means = models.CharField(max_length=10, choices=Means, blank=True)
    received_at = models.DateTimeField(null=True)
    cover = models.FileField(upload_to="covers/", max_length=200, null=True)
    presented_at = models.DateTimeField(null=True)
    log_index = models.PositiveBigIntegerField(null=True)
    opened_at = models.DateTimeField(null=True)
    identity = models.CharField(max_length=80, blank=True)
    content = models.JSONField(null=True)
    fault = models.CharField(max_length=100, blank=True)

    objects = EnvelopeQuerySet.as_manager()

    class Meta:
        ordering = ["stage", "part", "seq"]
        constraints = [
            models.UniqueConstraint(name="one_envelope_per_part", fields=["bid", "stage", "part", "seq"]),
            models.CheckConstraint(
                name="content_only_of_an_open_envelope",
                condition=models.Q(content__isnull=True) | models.Q(opened_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.bid}: {self.stage} {self.part}"


class Attempt(models.Model):
    """An attempt to present that was refused: late, without purchase, damaged. Kept as evidence, told at
    once.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="attempts")
    bidder = models.ForeignKey("bids.Bidder", models.PROTECT, related_name="attempts", null=True)
    at = models.DateTimeField()
    code = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]

    def __str__(self):
        return f"{self.at}: {self.code}"
