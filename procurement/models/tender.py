"""The tender (convocatoria): its states, who moves it from one to the next, and under which conditions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from procurement import parameters, regimes, roles, whereabouts
from procurement.guards import award as awarding
from procurement.guards import call, custody, preparation, queries


class TenderQuerySet(models.QuerySet):
    def public(self):
        """Every tender that has been announced, whatever became of it."""
        return self.filter(announced_at__isnull=False)

    def visible_to(self, user, at):
        """Every announced tender, and those on which the user holds a role at that instant."""
        if not user.is_authenticated:
            return self.public()
        return self.filter(Q(announced_at__isnull=False) | Q(pk__in=self.granted_to(user, "view_tender", at)))

    def worked_on_by(self, user, at):
        """Those on which the user holds a role at that instant."""
        return self.filter(pk__in=self.granted_to(user, "view_tender", at))

    @staticmethod
    def granted_to(user, codename, at):
        grants = TenderGroupPermission.objects.filter(roles.reaching(user, codename, at))
        return grants.values("content_object")

    def due(self, at):
        """Tenders whose deadline is reached but which the clock has not closed yet."""
        return self.filter(state=Tender.State.INTEGRATED, schedule__submission_deadline__lte=at)


class Tender(ConcurrentTransitionMixin, models.Model):
    """One call for a specialized operator, from the first draft to the consented award.

    A second call is a new tender whose `previous` is the deserted one. `parameters` are the values that the
    terms state (procurement/parameters.py), as text. The regime is data: `regime_text` is the exact text that
    the tender was announced under (product.md, principle 6). `round` counts the returns to an earlier phase
    (decision 19).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved, not announced yet")
        ANNOUNCED = "announced", _("Announced")
        INTEGRATED = "integrated", _("Terms integrated: bids may be presented")
        CLOSED = "closed", _("Closed for bids")
        EVALUATING = "evaluating", _("Under evaluation")
        AWARDED = "awarded", _("Awarded")
        CONSENTED = "consented", _("Award consented")
        DESERTED = "deserted", _("Declared deserted")
        CANCELLED = "cancelled", _("Cancelled")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    municipality = models.ForeignKey("procurement.Municipality", models.PROTECT, related_name="tenders")
    town = models.ForeignKey("procurement.Town", models.PROTECT, related_name="tenders")
    title = models.CharField(_("title"), max_length=200)
    year = models.PositiveSmallIntegerField(editable=False)
    sequence = models.PositiveSmallIntegerField(editable=False)
    ocid = models.CharField(max_length=60, unique=True, editable=False)
    previous = models.OneToOneField(
        "self", models.PROTECT, related_name="next_call", null=True, editable=False
    )
    call_number = models.PositiveSmallIntegerField(default=1, editable=False)
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    parameters = models.JSONField(default=dict, blank=True)
    assumed = models.TextField(_("assumed data"), blank=True)
    regime_text = models.TextField(blank=True, editable=False)
    state = FSMField(_("state"), choices=State, default=State.DRAFT, protected=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    announced_at = models.DateTimeField(null=True, editable=False)
    integrated_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    awarded_at = models.DateTimeField(null=True, editable=False)
    consented_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = TenderQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-sequence", "-pk"]
        verbose_name = _("tender")
        verbose_name_plural = _("tenders")
        permissions = [(codename, codename.replace("_", " ")) for codename in sorted(roles.CODENAMES)]
        constraints = [
            models.UniqueConstraint(name="one_number_per_year", fields=["municipality", "year", "sequence"]),
            models.CheckConstraint(
                name="tender_is_announced_once_announced",
                condition=Q(state__in=["draft", "approved", "withdrawn"]) | Q(announced_at__isnull=False),
            ),
            models.CheckConstraint(
                name="tender_is_closed_once_closed",
                condition=~Q(state__in=["closed", "evaluating", "awarded", "consented"])
                | Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="tender_ends_with_a_last_state",
                condition=Q(ended_at__isnull=True) ^ Q(state__in=["deserted", "cancelled", "withdrawn"]),
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Count the saves: an edit form carries the version that it was shown."""
        self.version += 1
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("tender", args=[self.pk])

    @property
    def tender(self):
        """Itself: every permission, lock and log hangs on the tender of a thing."""
        return self

    @property
    def number(self):
        """What people call it, and type to confirm an act that cannot be undone: 001-2026."""
        return f"{self.sequence:03}-{self.year}"

    @cached_property
    def whereabouts(self):
        """(look, words) of its tag once the procedure has gone on past its last state, or None."""
        return whereabouts.of([self]).get(self.pk)

    @property
    def log_origin(self):
        return f"{settings.LOG_HOST}/{self.ocid}"

    @property
    def regime(self):
        """The regime as announced, or before that as chosen (None while nobody has chosen)."""
        if self.regime_text:
            return regimes.parse(self.regime_text)
        decision = getattr(self, "regime_decision", None)
        return regimes.load(decision.code) if decision else None

    @property
    def profile(self):
        """The rules of the regime for a call such as this one (None while nobody has chosen)."""
        regime = self.regime
        return regime and regime.profile(self.call_number, self.regime_decision.profile)

    @property
    def stated(self):
        """What the terms state, each value as `procurement.parameters` reads it."""
        return parameters.load(self.parameters)

    def settled(self, key):
        """Return what holds for this call: what the regime fixes, else what the terms state."""
        if self.profile is None:
            raise parameters.Undecided(key)
        return parameters.settled(self.profile, self.stated, key)

    @property
    def bands(self):
        """What every page about it says is not ordinary (decisions 22 and 30)."""
        decision = getattr(self, "regime_decision", None)
        answered = self.overrides.filter(code="tender.regime.not-in-force")
        expired = decision and (decision.out_of_force_reason or answered.exists())
        return ["expired-regime"] * bool(expired) + ["assumed-data"] * bool(self.assumed)

    # --- before the call ---

    @transition(
        state,
        source=State.DRAFT,
        target=State.APPROVED,
        conditions=[*preparation.APPROVAL, *awarding.SECOND_CALL],
        permission=roles.may("approve_tender"),
        custom={"label": _("Approve the terms")},
    )
    def approve(self, *, at):
        """The municipality stands behind the terms (rules 15-19, 32)."""

    @transition(
        state,
        source=State.APPROVED,
        target=State.ANNOUNCED,
        conditions=[
            *call.BEFORE_THE_CALL,
            *custody.BEFORE_THE_CALL,
            preparation.regime_is_in_force,
            call.announcement_is_proposed,
        ],
        permission=roles.may("announce_tender"),
        custom={"label": _("Announce the call")},
    )
    def announce(self, *, at):
        """Open the call to the public and freeze the regime that it is made under (rules 32, 34, 41)."""
        self.announced_at = at
        self.regime_text = self.regime.text

    # --- the call ---

    @transition(
        state,
        source=State.ANNOUNCED,
        target=State.ANNOUNCED,
        conditions=[],
        permission=roles.may("postpone_tender"),
        custom={"label": _("Postpone")},
    )
    @transition(
        state,
        source=State.INTEGRATED,
        target=State.INTEGRATED,
        conditions=[call.deadline_is_ahead],
        permission=roles.may("postpone_tender"),
        custom={"label": _("Postpone")},
    )
    def postpone(self, *, at):
        """Move the dates that lie ahead, with an act and a reason; any number of times (rule 68)."""

    @transition(
        state,
        source=State.ANNOUNCED,
        target=State.INTEGRATED,
        conditions=queries.INTEGRATION,
        permission=roles.may("integrate_tender"),
        custom={"label": _("Publish the integrated terms")},
    )
    def integrate(self, *, at):
        """Make the answered queries part of the terms; from here bids may be presented (rules 36, 47)."""
        self.integrated_at = at

    @transition(
        state,
        source=State.INTEGRATED,
        target=State.CLOSED,
        conditions=[call.deadline_is_over, call.no_outage_before_the_deadline],
        permission=roles.the_clock,
        custom={"label": _("Close")},
    )
    def close(self, *, at):
        """Record that the deadline has passed; the deadline itself guards the presenting of bids (decision
        12).
        """
        self.closed_at = at

    # --- the envelopes ---

    @transition(
        state,
        source=State.CLOSED,
        target=State.EVALUATING,
        conditions=awarding.TO_BEGIN,
        permission=roles.may("open_envelopes"),
        custom={"label": _("Begin the opening of envelope 1")},
    )
    def begin_evaluation(self, *, at):
        """The opening act of envelope 1 has begun, in public and with quorum (rules 59, 162)."""

    @transition(
        state,
        source=State.EVALUATING,
        target=State.AWARDED,
        conditions=awarding.TO_AWARD,
        permission=roles.may("award_tender"),
        custom={"label": _("Award")},
    )
    def award(self, *, at):
        """Announce the winner (buena pro; rule 159)."""
        self.awarded_at = at

    @transition(
        state,
        source=State.AWARDED,
        target=State.CONSENTED,
        conditions=awarding.TO_CONSENT,
        permission=roles.may("consent_tender", clock_too=True),
        custom={"label": _("Record the consent")},
    )
    def consent(self, *, at):
        """The time to appeal is over, or the appeals are dismissed."""
        self.consented_at = at

    @transition(
        state,
        source=State.AWARDED,
        target=State.EVALUATING,
        conditions=[awarding.an_appeal_was_upheld],
        permission=roles.may("decide_appeal"),
        custom={"label": _("Reopen the evaluation")},
    )
    def reopen_evaluation(self, *, at):
        """An appeal was upheld: the evaluation goes on from the faulty act."""
        self.awarded_at = None

    @transition(
        state,
        source=State.CONSENTED,
        target=State.AWARDED,
        conditions=awarding.TO_PASS_ON,
        permission=roles.may("award_tender"),
        custom={"label": _("Award to the next in rank")},
    )
    def pass_to_next(self, *, at):
        """The winner did not sign: the next in rank is awarded."""
        self.awarded_at = at
        self.consented_at = None

    @transition(
        state,
        source=[State.CLOSED, State.EVALUATING, State.CONSENTED],
        target=State.DESERTED,
        conditions=awarding.TO_DECLARE_DESERTED,
        permission=roles.may("declare_deserted"),
        custom={"label": _("Declare the call deserted")},
    )
    def declare_deserted(self, *, at):
        """No bid, no valid bid, or no winner who signs; final: a second call is a new tender (rule 60)."""
        self.ended_at = at

    # --- going back, giving up ---

    @transition(
        state,
        source=State.ANNOUNCED,
        target=State.APPROVED,
        conditions=[],
        permission=roles.may("return_tender"),
        custom={"label": _("Return to the preparation")},
    )
    @transition(
        state,
        source=State.INTEGRATED,
        target=State.ANNOUNCED,
        conditions=[],
        permission=roles.may("return_tender"),
        custom={"label": _("Return to the queries")},
    )
    @transition(
        state,
        source=State.CLOSED,
        target=State.INTEGRATED,
        conditions=[],
        permission=roles.may("return_tender"),
        custom={"label": _("Return to the presentation of bids")},
    )
    def return_to_phase(self, *, at):
        """Go back to the phase before; later records are superseded, never erased (rule 22, decision 19)."""
        self.round += 1
        self.closed_at = None

    @transition(
        state,
        source=State.EVALUATING,
        target=State.CLOSED,
        conditions=[awarding.there_is_an_act_to_annul],
        permission=roles.may("annul_act"),
        custom={"label": _("Annul the opening")},
    )
    def annul_opening(self, *, at):
        """The mayor annuls a faulty opening: the envelopes are as they were at the close."""

    @transition(
        state,
        source=[State.DRAFT, State.APPROVED, State.ANNOUNCED, State.INTEGRATED],
        target=State.WITHDRAWN,
        conditions=[],
        permission=roles.may("withdraw_tender"),
        custom={"label": _("Withdraw from the process")},
    )
    def withdraw(self, *, at):
        """The municipality or the community does not go on; that is accepted (rule 23)."""
        self.ended_at = at

    @transition(
        state,
        source=[
            State.ANNOUNCED,
            State.INTEGRATED,
            State.CLOSED,
            State.EVALUATING,
            State.AWARDED,
            State.CONSENTED,
        ],
        target=State.CANCELLED,
        conditions=[awarding.nothing_is_signed],
        permission=roles.may("cancel_tender"),
        custom={"label": _("Cancel the call")},
    )
    def cancel(self, *, at):
        """Council or mayor end the call, with reasons, before anything is signed."""
        self.ended_at = at


class TenderGroupPermission(GroupObjectPermissionBase):
    """What a role may do on one tender (django-guardian, with a real foreign key)."""

    content_object = models.ForeignKey(Tender, models.CASCADE, related_name="grants")


class TenderUserPermission(UserObjectPermissionBase):
    """Never used: rights come from roles. guardian wants both models or neither."""

    content_object = models.ForeignKey(Tender, models.CASCADE)
