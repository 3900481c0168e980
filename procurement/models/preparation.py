"""What stands before a call: studies, assemblies, the approved model, acts of the council, the regime."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

PERCENTAGE = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class StandingQuerySet(models.QuerySet):
    def standing(self):
        """What has not been superseded."""
        return self.filter(superseded_at=None)


class Fact(models.Model):
    """Something that took place outside this product, and the paper that proves it.

    `happened_on` is the day on which it took place, `entered_at` when it was written here (decision 2). A
    fact is never rewritten: one that was entered wrongly, or that a return to an earlier phase leaves behind,
    is superseded with a reason (rule 22).
    """

    happened_on = models.DateField(_("day"))
    document = models.ForeignKey(
        "procurement.Document", models.PROTECT, related_name="+", null=True, blank=True
    )
    entered_at = models.DateTimeField(editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)
    superseded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    superseded_reason = models.CharField(_("why it no longer counts"), max_length=500, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["happened_on", "pk"]


class CouncilAgreement(Fact):
    """An act of the municipal council (acuerdo de concejo), entered by the manager with the paper attached.

    `legal_number` is how many members the council has by law, mayor included, on that day. Abstentions count
    for neither side.
    """

    class Purpose(models.TextChoices):
        JOIN = "join", _("Join the change of model")
        APPROVE_CALL = "approve-call", _("Approve that an operator is sought")
        RETURN = "return", _("Return to an earlier phase")
        WITHDRAW = "withdraw", _("Withdraw from the process")
        CANCEL = "cancel", _("Cancel the call")

    class Majority(models.TextChoices):
        SIMPLE = "simple", _("simple majority: more votes for than against")
        TWO_THIRDS = "two_thirds_legal_number", _("two thirds of the legal number of members")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="agreements")
    purpose = models.CharField(_("what the council agreed"), max_length=20, choices=Purpose)
    number = models.CharField(_("number of the agreement"), max_length=60)
    votes_for = models.PositiveSmallIntegerField(_("votes for"))
    votes_against = models.PositiveSmallIntegerField(_("votes against"))
    abstentions = models.PositiveSmallIntegerField(_("abstentions"), default=0)
    legal_number = models.PositiveSmallIntegerField(_("legal number of members, mayor included"))
    text = models.TextField(_("what it says, in short"), max_length=4000, blank=True)

    class Meta(Fact.Meta):
        verbose_name = _("council agreement")
        constraints = [
            models.CheckConstraint(
                name="council_votes_within_its_members",
                condition=Q(legal_number__gte=F("votes_for") + F("votes_against") + F("abstentions")),
            )
        ]

    def __str__(self):
        return _("Agreement %(number)s") % {"number": self.number}

    def votes_needed(self, majority):
        """Return how many votes for that majority asks of this session (LOM arts 9.18, 33 and 66)."""
        if majority == self.Majority.TWO_THIRDS:
            return -(-2 * self.legal_number // 3)  # two thirds, rounded up
        return self.votes_against + 1

    def carried(self, majority):
        return self.votes_for >= self.votes_needed(majority)


class Study(Fact):
    """One of the studies that come first: three diagnoses and the service development plan (rule 16).

    The development plan is a part of the contract (rule 31).
    """

    class Kind(models.TextChoices):
        TECHNICAL = "technical", _("Technical diagnosis")
        SOCIAL = "social", _("Social diagnosis")
        ECONOMIC = "economic", _("Economic diagnosis")
        DEVELOPMENT_PLAN = "development-plan", _("Service development plan")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="studies")
    kind = models.CharField(_("which study"), max_length=20, choices=Kind)
    author = models.CharField(_("who made it"), max_length=200)
    summary = models.TextField(_("what it found, in short"), max_length=4000, blank=True)

    class Meta(Fact.Meta):
        verbose_name = _("study")
        constraints = [
            models.UniqueConstraint(
                name="one_study_of_each_kind", fields=["tender", "kind"], condition=Q(superseded_at=None)
            )
        ]

    def __str__(self):
        return self.get_kind_display()


class Assembly(Fact):
    """A meeting in which neighbours, or their delegates, accepted or rejected the change (rules 17-20).

    Where hands were raised and nobody counted, both counts stay empty; the decision is always stated. The
    people who came are counted, never named.
    """

    class Mode(models.TextChoices):
        NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood by neighbourhood")
        REPRESENTATIVES = "representatives", _("General assembly of representatives")
        GENERAL = "general", _("General assembly")
        DELEGATES = "delegates", _("Assembly of delegates, which decides in the end")

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted the change")
        REJECTED = "rejected", _("Rejected the change")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="assemblies")
    mode = models.CharField(_("kind of assembly"), max_length=20, choices=Mode)
    sector = models.CharField(_("sector or neighbourhood"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=200)
    women = models.PositiveIntegerField(_("women who came"))
    men = models.PositiveIntegerField(_("men who came"))
    votes_for = models.PositiveIntegerField(_("votes for the change"), null=True, blank=True)
    votes_against = models.PositiveIntegerField(_("votes against"), null=True, blank=True)
    abstentions = models.PositiveIntegerField(_("abstentions"), null=True, blank=True)
    decision = models.CharField(_("what it decided"), max_length=20, choices=Decision)

    class Meta(Fact.Meta):
        verbose_name = _("assembly")
        verbose_name_plural = _("assemblies")
        constraints = [
            models.CheckConstraint(
                name="assembly_votes_counted_both_or_neither",
                condition=Q(votes_for=None, votes_against=None)
                | Q(votes_for__isnull=False, votes_against__isnull=False),
            ),
            models.CheckConstraint(
                name="neighbourhood_assembly_names_its_sector",
                condition=~Q(mode="neighbourhood") | ~Q(sector=""),
            ),
        ]

    def __str__(self):
        return f"{self.get_mode_display()}: {self.sector}" if self.sector else str(self.get_mode_display())

    @property
    def people(self):
        return self.women + self.men

    @property
    def votes(self):
        """How many votes were counted, abstentions included; 0 where nobody counted."""
        return (self.votes_for or 0) + (self.votes_against or 0) + (self.abstentions or 0)


class ApprovedModel(Fact):
    """What the delegates approved: the operator's kind and origin, the targets of Table 10 (rules 18, 149).

    The origin becomes a criterion of eligibility (rule 52); no bid and no contract may go below the targets.
    Coverages and the municipal share in percent points, the cost in soles per m³ over the long term,
    continuity in hours a day, the term in years.
    """

    class Operator(models.TextChoices):
        PRIVATE = "private", _("Private")
        MIXED = "mixed", _("Mixed, the municipality in the minority")

    class Origin(models.TextChoices):
        LOCAL = "local", _("Local")
        REGIONAL = "regional", _("Regional")
        NATIONAL = "national", _("National")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="approved_models")
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="models")
    operator_kind = models.CharField(_("operator"), max_length=10, choices=Operator)
    origin = models.CharField(_("origin asked of the operator"), max_length=10, choices=Origin)
    municipal_share = models.DecimalField(
        _("share of the municipality, %"), max_digits=5, decimal_places=2, default=0, validators=PERCENTAGE
    )
    partner = models.CharField(_("who holds the other part"), max_length=200, blank=True)
    years = models.PositiveSmallIntegerField(_("term of the contract, years"))
    supervision = models.CharField(_("who supervises the quality"), max_length=200)
    water_coverage = models.DecimalField(
        _("target of water coverage, %"), max_digits=5, decimal_places=2, validators=PERCENTAGE
    )
    sewer_coverage = models.DecimalField(
        _("target of sewage coverage, %"), max_digits=5, decimal_places=2, validators=PERCENTAGE
    )
    hours_per_day = models.DecimalField(
        _("target of continuity, hours a day"),
        max_digits=3,
        decimal_places=1,
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(24))],
    )
    long_term_cost = models.DecimalField(
        _("average long-term cost, S/ per m³"),
        max_digits=6,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    micro_measurement = models.BooleanField(_("with micro-measurement"))
    charges = models.TextField(_("structure of the charges that was shown"), max_length=4000, blank=True)

    class Meta(Fact.Meta):
        verbose_name = _("approved model")
        constraints = [
            models.UniqueConstraint(
                name="one_approved_model", fields=["tender"], condition=Q(superseded_at=None)
            ),
            models.CheckConstraint(name="municipality_in_the_minority", condition=Q(municipal_share__lt=50)),
            models.CheckConstraint(
                name="only_a_mixed_operator_has_municipal_share",
                condition=Q(operator_kind="private", municipal_share=0)
                | Q(operator_kind="mixed", municipal_share__gt=0),
            ),
        ]

    def __str__(self):
        return f"{self.get_operator_kind_display()}, {self.get_origin_display()}"


class RegimeDecision(models.Model):
    """Which regime the municipality chose, by which legal report and why (domain.md §0.2).

    `out_of_force_reason` is what the legal report says where the regime was not in force; it overrides the
    warning and puts a band on every page (decision 22). `profile` is empty for the usual one of the call; a
    first call may take the rules of the second (rule 67). What was chosen before stands in the log.
    """

    tender = models.OneToOneField("procurement.Tender", models.PROTECT, related_name="regime_decision")
    code = models.CharField(_("regime"), max_length=40)
    profile = models.CharField(_("rules of which call"), max_length=20, blank=True)
    legal_report = models.CharField(_("number of the legal report"), max_length=100)
    happened_on = models.DateField(_("day of the decision"))
    decided_by = models.CharField(_("who decided"), max_length=200)
    reason = models.TextField(_("why this regime"), max_length=4000)
    considered = models.TextField(_("other regimes considered, and why not"), max_length=4000, blank=True)
    out_of_force_reason = models.TextField(
        _("why a regime out of force applies, as the legal report says"), max_length=4000, blank=True
    )
    document = models.ForeignKey(
        "procurement.Document", models.PROTECT, related_name="+", null=True, blank=True
    )
    entered_at = models.DateTimeField(editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    def __str__(self):
        return self.code
