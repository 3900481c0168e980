"""Queries of buyers and the circulars that answer them, to all at once and without names (rules 36,
45-47).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from procurement import roles
from procurement.guards import queries as guards

from .meeting import BidderMeeting


def asker_or(codename):
    """A transition permission: whoever asks, or whoever holds `codename` on the tender."""
    official = roles.may(codename)

    def permission(query, user):
        mine = query.asker_id is not None and query.asker_id == getattr(user, "pk", None)
        return mine or official(query, user)

    permission.codename, permission.owner = codename, "whoever asks"
    return permission


class QueryQuerySet(models.QuerySet):
    def open(self):
        """What has no answer in a published circular yet, and was not turned down."""
        return self.exclude(state__in=[Query.State.NOTIFIED, Query.State.REJECTED])

    def answered(self):
        """What a published circular answers: public from then on."""
        return self.filter(state=Query.State.NOTIFIED)

    def heads(self):
        """Without those that were merged into an equal one."""
        return self.filter(same_as=None)

    def of(self, user):
        """The user's own, as their account or their purchase asked it."""
        return self.filter(asker=user) if user.is_authenticated else self.none()


class Query(ConcurrentTransitionMixin, models.Model):
    """One query (consulta) about the terms. Who asks is known to the asker and the secretary alone.

    `original` is what was said, `text` what everybody will read: without whatever names the asker. An equal
    query points to the one that is answered (`same_as`) and keeps its number (decision 8). `received_at` is
    when it was asked, `entered_at` when it was written here. `changes` are what the answer does to the terms,
    as services/terms.py takes them, each with the words that stood before.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received, without number")
        REJECTED = "rejected", _("Returned with the reason")
        NUMBERED = "numbered", _("Numbered, waits for an answer")
        DRAFTED = "drafted", _("With a draft of the answer")
        ANSWERED = "answered", _("In an approved circular")
        NOTIFIED = "notified", _("Answered to all")

    class Source(models.TextChoices):
        PAGE = "page", _("On the page")
        PAPER = "paper", _("On paper, at the desk")
        ORAL = "oral", _("Spoken at a meeting")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="queries")
    number = models.PositiveIntegerField(null=True, editable=False)
    state = FSMField(_("state"), choices=State, default=State.RECEIVED, protected=True, editable=False)
    source = models.CharField(max_length=10, choices=Source)
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="queries", null=True, editable=False
    )
    sale = models.ForeignKey("procurement.TermsSale", models.PROTECT, related_name="queries", null=True)
    meeting = models.ForeignKey(BidderMeeting, models.PROTECT, related_name="queries", null=True)
    attendance = models.ForeignKey(
        "procurement.Attendance", models.PROTECT, related_name="queries", null=True
    )
    clause = models.CharField(_("clause"), max_length=20, blank=True, help_text=_("Such as 10.2."))
    original = models.TextField(_("query"), max_length=2000)
    text = models.TextField(_("query as it is published"), max_length=2000)
    received_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    same_as = models.ForeignKey("self", models.PROTECT, related_name="equals", null=True)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    changes = models.JSONField(default=list)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    drafted_at = models.DateTimeField(null=True)
    circular = models.ForeignKey("procurement.Circular", models.PROTECT, related_name="queries", null=True)
    reason = models.CharField(_("why it is returned"), max_length=500, blank=True)

    objects = QueryQuerySet.as_manager()

    class Meta:
        ordering = ["number", "pk"]
        verbose_name = _("query")
        verbose_name_plural = _("queries")
        constraints = [
            models.UniqueConstraint(name="one_number_per_query", fields=["tender", "number"]),
            models.CheckConstraint(
                name="query_is_numbered_once_numbered",
                condition=Q(state__in=["received", "rejected"]) | Q(number__isnull=False),
            ),
            models.CheckConstraint(
                name="query_is_in_a_circular_once_answered",
                condition=~Q(state__in=["answered", "notified"]) | Q(circular__isnull=False),
            ),
        ]

    def __str__(self):
        if self.number is None:
            return str(_("Query without number"))
        return _("Query no. %(number)s") % {"number": self.number}

    def get_absolute_url(self):
        return reverse("query", args=[self.tender_id, self.pk])

    @property
    def numbers(self):
        """Its number and those of the equal ones, in order: all are kept (decision 8)."""
        return sorted([self.number, *[equal.number for equal in self.equals.all()]])

    @property
    def listed_numbers(self):
        return ", ".join(map(str, self.numbers))

    @property
    def head(self):
        """The query whose answer answers this one."""
        return self.same_as or self

    @property
    def redacted(self):
        return self.text != self.original

    @transition(
        state,
        source=State.RECEIVED,
        target=State.NUMBERED,
        conditions=[guards.came_in_time, guards.asker_may_ask],
        permission=asker_or("register_query"),
        custom={"label": _("Give it a number")},
    )
    def register(self, *, at):
        """It is in the register and gets an answer (rule 47)."""

    @transition(
        state,
        source=State.RECEIVED,
        target=State.REJECTED,
        conditions=[guards.reason_is_given],
        permission=roles.may("register_query"),
        custom={"label": _("Return it with the reason")},
    )
    def reject(self, *, at):
        """It came late, or whoever asks has no right to (terms 11.2)."""

    @transition(
        state,
        source=[State.NUMBERED, State.DRAFTED],
        target=State.DRAFTED,
        conditions=[guards.is_not_merged, guards.has_an_answer],
        permission=roles.may("draft_answer"),
        custom={"label": _("Draft the answer")},
    )
    def draft(self, *, at):
        """Committee, legal adviser or external adviser propose an answer; nobody outside sees it yet."""
        self.drafted_at = at

    @transition(
        state,
        source=[State.NUMBERED, State.DRAFTED],
        target=State.ANSWERED,
        conditions=[guards.has_an_answer],
        permission=roles.may("publish_circular"),
        custom={"label": _("Answer in the circular")},
    )
    def settle(self, *, at):
        """The circular that answers it is approved."""

    @transition(
        state,
        source=State.ANSWERED,
        target=State.DRAFTED,
        conditions=[],
        permission=roles.may("publish_circular"),
        custom={"label": _("Take it out of the circular")},
    )
    def unsettle(self, *, at):
        """The circular went back to be drafted."""

    @transition(
        state,
        source=State.ANSWERED,
        target=State.NOTIFIED,
        conditions=[],
        permission=roles.may("publish_circular"),
        custom={"label": _("Tell all buyers")},
    )
    def notify(self, *, at):
        """All buyers have the answer, with the same words at the same instant."""


class Circular(ConcurrentTransitionMixin, models.Model):
    """One circular: answers to queries and what the committee has to say to all buyers (rule 47).

    `changes` are those that the committee makes of its own accord; each answer brings its own. `body` is the
    text as it went out, the same for everybody, and never names who asked.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved, not sent yet")
        PUBLISHED = "published", _("Sent to all buyers")
        INTEGRATED = "integrated", _("Integrated into the terms")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="circulars")
    number = models.PositiveSmallIntegerField(editable=False)
    round = models.PositiveSmallIntegerField(editable=False)
    state = FSMField(_("state"), choices=State, default=State.DRAFT, protected=True, editable=False)
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("what the committee says besides the answers"), max_length=4000, blank=True)
    changes = models.JSONField(default=list)
    body = models.TextField(blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    minutes = models.ForeignKey("procurement.Minutes", models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(null=True)
    recipients = models.PositiveIntegerField(null=True)
    terms = models.ForeignKey("procurement.Terms", models.PROTECT, related_name="circulars", null=True)
    postponement = models.ForeignKey("procurement.Change", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["number"]
        verbose_name = _("circular")
        verbose_name_plural = _("circulars")
        constraints = [
            models.UniqueConstraint(name="one_number_per_circular", fields=["tender", "number"]),
            models.CheckConstraint(
                name="circular_is_sent_once_sent",
                condition=Q(state__in=["draft", "approved"])
                | (Q(published_at__isnull=False, recipients__isnull=False) & ~Q(body="")),
            ),
        ]

    def __str__(self):
        return _("Circular no. %(number)s") % {"number": self.number}

    def get_absolute_url(self):
        return reverse("circular", args=[self.tender_id, self.pk])

    @property
    def is_public(self):
        return self.published_at is not None

    def answers(self):
        """The queries that it answers, without those that were merged into another."""
        return self.queries.heads().prefetch_related("equals")

    def all_changes(self):
        """What it changes in the terms: of its own accord and through its answers."""
        heads = [query for query in self.queries.all() if query.same_as_id is None]
        return [*self.changes, *[change for query in heads for change in query.changes]]

    @transition(
        state,
        source=State.DRAFT,
        target=State.APPROVED,
        conditions=[guards.circular_says_something, guards.every_query_is_answered],
        permission=roles.may("publish_circular"),
        custom={"label": _("Approve the circular")},
    )
    def approve(self, *, at):
        """The committee stands behind every word of it, in minutes."""
        self.approved_at = at

    @transition(
        state,
        source=State.APPROVED,
        target=State.DRAFT,
        conditions=[],
        permission=roles.may("publish_circular"),
        custom={"label": _("Take the approval back")},
    )
    def withdraw_approval(self, *, at):
        """It needs another look before it goes out; the minutes of the approval stay."""
        self.approved_at = None

    @transition(
        state,
        source=State.APPROVED,
        target=State.PUBLISHED,
        conditions=[guards.call_is_open],
        permission=roles.may("publish_circular"),
        custom={"label": _("Send it to all buyers")},
    )
    def publish(self, *, at):
        """Every buyer gets the same text at the same instant, and everybody may read it."""
        self.published_at = at

    @transition(
        state,
        source=State.PUBLISHED,
        target=State.INTEGRATED,
        conditions=[],
        permission=roles.may("integrate_tender"),
        custom={"label": _("Integrate into the terms")},
    )
    def integrate(self, *, at):
        """What it says is part of the integrated terms (rule 47)."""
