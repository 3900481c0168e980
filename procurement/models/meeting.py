"""The informative meetings with possible bidders: who was invited, who came, what was asked (rules 43-50)."""

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from procurement import roles
from procurement.guards import meetings as guards


class Sector(models.TextChoices):
    """Where somebody who is invited or comes belongs; only how many of each is public (rule 11)."""

    WATER_DEPARTMENT = "water-department", _("Municipal water department")
    EPS = "eps", _("EPS of the region")
    EPS_SUBCONTRACTOR = "eps-subcontractor", _("Subcontractor of an EPS")
    JASS = "jass", _("Rural administrative board (JASS)")
    BUSINESS = "business", _("Businessman or trader")
    PROFESSIONAL = "professional", _("Professional or technician")
    JVS = "jvs", _("Neighbourhood supervision board (JVS)")
    NEIGHBOUR = "neighbour", _("Neighbour")
    OTHER = "other", _("Another sector")


class MeetingQuerySet(models.QuerySet):
    def current(self):
        """Those of the latest announcement: a call that is announced again plans its meetings anew."""
        latest = self.aggregate(latest=Max("round"))["latest"]
        return self.filter(round=latest)


class BidderMeeting(ConcurrentTransitionMixin, models.Model):
    """One of the three meetings (reunión informativa) between the announcement and the bids (rule 43).

    Its date is the schedule's; `convened_for` is the date that people were told. The place is public, the
    list of who came is not: only how many women and men, and from which sectors (terms 10.4).
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CONVENED = "convened", _("Convened")
        RESCHEDULED = "rescheduled", _("Rescheduled")
        HELD = "held", _("Held, its minutes are not closed")
        CLOSED = "closed", _("Held, with minutes")
        NOT_HELD = "not-held", _("Nobody came")
        SKIPPED = "skipped", _("Left out")

    class Topic(models.TextChoices):
        BUSINESS_PLAN = "business-plan", _("Business plan")
        REQUISITES = "requisites", _("Requisites to participate")
        SELECTION = "selection", _("Selection procedure")
        CONTRACT = "contract", _("Contract and its annexes")

    NAMES = {1: _("First meeting"), 2: _("Second meeting"), 3: _("Third meeting")}
    OVER = [State.CLOSED, State.NOT_HELD, State.SKIPPED]
    PURPOSES = {
        1: _("Tell what is sought and raise interest in the terms. Free for everybody, the JVS takes part."),
        2: _("Explain the terms to buyers and invitees. What is asked is numbered and answered to all."),
        3: _("Practise how to fill the forms. No rules are made here."),
    }

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    state = FSMField(_("state"), choices=State, default=State.PLANNED, protected=True, editable=False)
    place = models.CharField(_("place"), max_length=200, blank=True)
    convened_for = models.DateTimeField(null=True, editable=False)
    convened_at = models.DateTimeField(null=True, editable=False)
    held_at = models.DateTimeField(null=True, editable=False)
    topics = models.JSONField(_("topics that were dealt with"), default=list, blank=True)
    account = models.TextField(_("what was told"), max_length=4000, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    minutes = models.ForeignKey("procurement.Minutes", models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["round", "number"]
        verbose_name = _("informative meeting")
        verbose_name_plural = _("informative meetings")
        constraints = [
            models.UniqueConstraint(name="one_meeting_per_number", fields=["tender", "round", "number"]),
            models.CheckConstraint(
                name="meeting_left_out_says_why",
                condition=~Q(state__in=["skipped", "not-held", "rescheduled"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="meeting_ends_with_a_last_state",
                condition=Q(ended_at__isnull=True) ^ Q(state__in=["closed", "not-held", "skipped"]),
            ),
        ]

    def __str__(self):
        return str(self.NAMES[self.number])

    def get_absolute_url(self):
        return reverse("meeting", args=[self.tender_id, self.pk])

    @property
    def milestone(self):
        return f"meeting_{self.number}"

    @property
    def date(self):
        """When it is held by the schedule; None where it is left out."""
        return getattr(self.tender.schedule, self.milestone)

    @property
    def purpose(self):
        return self.PURPOSES[self.number]

    @property
    def date_moved(self):
        """Whether people were told another date than the one that holds now."""
        return self.state == self.State.CONVENED and self.convened_for != self.date

    @property
    def topics_open(self):
        """The fixed topics of the second meeting that nobody has ticked yet (rule 46)."""
        if self.number != 2:
            return []
        return [topic for topic in self.Topic if topic not in self.topics]

    @property
    def topics_done(self):
        return [self.Topic(topic).label for topic in self.topics]

    @transition(
        state,
        source=[State.PLANNED, State.RESCHEDULED],
        target=State.CONVENED,
        conditions=guards.CONVENING,
        permission=roles.may("convene_meeting"),
        custom={"label": _("Convene")},
    )
    def convene(self, *, at):
        """The invitations are out, each with its proof of sending (rule 44)."""
        self.convened_at, self.convened_for = at, self.date

    @transition(
        state,
        source=State.CONVENED,
        target=State.RESCHEDULED,
        conditions=[],
        permission=roles.may("convene_meeting"),
        custom={"label": _("Put it on another date")},
    )
    def reschedule(self, *, at):
        """The date that people were told no longer holds; they are told the new one by convening again."""

    @transition(
        state,
        source=State.CONVENED,
        target=State.HELD,
        conditions=guards.HOLDING,
        permission=roles.may("keep_minutes"),
        custom={"label": _("Record that it was held")},
    )
    def hold(self, *, at):
        """It took place, with the list of who came."""
        self.held_at = self.convened_for

    @transition(
        state,
        source=State.HELD,
        target=State.CLOSED,
        conditions=guards.CLOSING,
        permission=roles.may("keep_minutes"),
        custom={"label": _("Close with minutes")},
    )
    def close(self, *, at):
        """Its minutes are written: topics dealt with, queries numbered (rules 46, 47)."""
        self.ended_at = at

    @transition(
        state,
        source=State.CONVENED,
        target=State.NOT_HELD,
        conditions=[guards.date_has_come, guards.nobody_came],
        permission=roles.may("keep_minutes"),
        custom={"label": _("Record that nobody came")},
    )
    def miss(self, *, at):
        """Nobody came; minutes say so and the call goes on (decision 8)."""
        self.ended_at = at

    @transition(
        state,
        source=[State.PLANNED, State.RESCHEDULED],
        target=State.SKIPPED,
        conditions=[guards.reason_is_given],
        permission=roles.may("convene_meeting"),
        custom={"label": _("Leave it out")},
    )
    def skip(self, *, at):
        """The call goes on without it, for a reason that is published (rule 43)."""
        self.ended_at = at


class Invitation(models.Model):
    """One invitation to a meeting with the proof that it was sent; names are never public (rules 34, 44)."""

    class Medium(models.TextChoices):
        LETTER = "letter", _("Letter with a receipt")
        IN_PERSON = "in-person", _("In person")
        PHONE = "phone", _("Telephone or message")
        EMAIL = "email", _("E-mail")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="invitations")
    meeting = models.ForeignKey(BidderMeeting, models.PROTECT, related_name="invitations")
    name = models.CharField(_("who is invited"), max_length=200)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector)
    medium = models.CharField(_("how"), max_length=20, choices=Medium)
    sent_on = models.DateField(_("day on which it was sent"))
    proof = models.CharField(
        _("proof of sending"), max_length=300, help_text=_("Number of the receipt, or whom you spoke to.")
    )
    document = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name


class Attendance(models.Model):
    """One person who came to a meeting. Name and document are reserved; the count of each sex is public."""

    class Sex(models.TextChoices):
        WOMAN = "woman", _("Woman")
        MAN = "man", _("Man")

    class Capacity(models.TextChoices):
        FREE = "free", _("Comes freely")
        BUYER = "buyer", _("Has bought the terms")
        INVITEE = "invitee", _("Was invited")
        JVS = "jvs", _("For the JVS")
        OFFICIAL = "official", _("Of the municipality or the committee")

    GUESTS = [Capacity.FREE, Capacity.BUYER, Capacity.INVITEE]

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="attendances")
    meeting = models.ForeignKey(BidderMeeting, models.PROTECT, related_name="attendances")
    name = models.CharField(_("names and surnames"), max_length=200)
    dni = models.CharField(_("number of the identity document"), max_length=12)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex)
    capacity = models.CharField(_("comes as"), max_length=10, choices=Capacity)
    sale = models.ForeignKey("procurement.TermsSale", models.PROTECT, related_name="+", null=True)
    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="attendances", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="one_attendance_per_document", fields=["meeting", "dni"]),
            models.CheckConstraint(
                name="buyer_has_bought", condition=~Q(capacity="buyer") | Q(sale__isnull=False)
            ),
        ]

    def __str__(self):
        return self.name


class MeetingQuestion(models.Model):
    """Something that was asked and answered at a meeting without touching the rules; it names nobody."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="meeting_questions")
    meeting = models.ForeignKey(BidderMeeting, models.PROTECT, related_name="questions")
    text = models.TextField(_("what was asked"), max_length=2000)
    answer = models.TextField(_("what was answered"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.text[:80]
