"""The four ordinances that the service stands on: planned, agreed, published, in force (rules 25-31)."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .preparation import StandingQuerySet


class OrdinanceQuerySet(StandingQuerySet):
    def in_force(self, kind, day):
        """Return the ordinance of that kind that holds on that day, the latest where several do; or None."""
        published = (
            self.standing().filter(kind=kind, published_on__isnull=False).order_by("-in_force_on", "-pk")
        )
        return next((ordinance for ordinance in published if ordinance.in_force(day)), None)


class Ordinance(models.Model):
    """One municipal ordinance, from the plan to its publication.

    It has no effect before it is published (LOM art. 44): from the day that it names, and at the earliest
    from the day after the publication. `contents` are the keys of what it settles
    (procurement/ordinances.py), `answers` the eight questions of the ordinance on charges (rule 30), `prices`
    its maximum prices for collateral services in soles (rule 29). `gist` is the page for neighbours.
    """

    class Kind(models.TextChoices):
        PROVISION = "provision", _("Provision of the services")
        JVS = "jvs", _("Neighbourhood supervision board (JVS)")
        CLAIMS = "claims", _("Attention to claims")
        CHARGES = "charges", _("Charges and collection")

    class Stage(models.TextChoices):
        PLANNED = "planned", _("Planned")
        AGREED = "agreed", _("Approved by the council, not published")
        PUBLISHED = "published", _("Published, not in force yet")
        IN_FORCE = "in-force", _("In force")

    municipality = models.ForeignKey(
        "procurement.Municipality", models.PROTECT, related_name="ordinances", editable=False
    )
    kind = models.CharField(_("which ordinance"), max_length=20, choices=Kind, editable=False)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    session_on = models.DateField(_("day of the council session"), null=True, blank=True)
    votes_for = models.PositiveSmallIntegerField(_("votes for"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("votes against"), null=True, blank=True)
    workshops = models.CharField(_("workshops with delegates and authorities"), max_length=500, blank=True)
    gist = models.TextField(_("what it says, in plain words"), max_length=4000, blank=True)
    contents = models.JSONField(default=list, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    prices = models.JSONField(default=dict, blank=True)
    document = models.ForeignKey(
        "procurement.Document", models.PROTECT, related_name="+", null=True, blank=True
    )
    published_on = models.DateField(_("day of publication"), null=True, blank=True)
    medium = models.CharField(_("where it was published"), max_length=200, blank=True)
    in_force_on = models.DateField(_("in force from"), null=True, blank=True)
    proof = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True, blank=True)
    entered_at = models.DateTimeField(editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    superseded_at = models.DateTimeField(null=True, editable=False)
    superseded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    superseded_reason = models.CharField(_("why it no longer counts"), max_length=500, blank=True)

    objects = OrdinanceQuerySet.as_manager()

    class Meta:
        ordering = ["session_on", "pk"]
        verbose_name = _("ordinance")
        verbose_name_plural = _("ordinances")
        constraints = [
            models.CheckConstraint(
                name="ordinance_agreed_whole",
                condition=Q(number="", session_on=None) | (~Q(number="") & Q(session_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="ordinance_published_whole",
                condition=Q(published_on=None, medium="", in_force_on=None)
                | (Q(published_on__isnull=False, in_force_on__gte=models.F("published_on")) & ~Q(medium="")),
            ),
            models.CheckConstraint(
                name="ordinance_published_after_the_session",
                condition=Q(published_on=None) | Q(published_on__gte=models.F("session_on")),
            ),
            models.UniqueConstraint(
                name="one_ordinance_of_each_number",
                fields=["municipality", "number"],
                condition=Q(superseded_at=None) & ~Q(number=""),
            ),
        ]

    def __str__(self):
        if not self.number:
            return self.get_kind_display()
        return _("Ordinance %(number)s, %(kind)s") % {"number": self.number, "kind": self.get_kind_display()}

    @property
    def effect_on(self):
        """The first day on which it holds; None until it is published."""
        return self.published_on and max(self.in_force_on, self.published_on + timedelta(days=1))

    @property
    def is_part_of_contract(self):
        """Whether the contract carries its exact text (rule 31)."""
        return self.kind in (self.Kind.PROVISION, self.Kind.CHARGES)

    def in_force(self, day):
        return self.effect_on is not None and self.effect_on <= day

    def stage(self, day):
        """Return how far it has come by that day."""
        if self.in_force(day):
            return self.Stage.IN_FORCE
        if self.published_on:
            return self.Stage.PUBLISHED
        return self.Stage.AGREED if self.number else self.Stage.PLANNED
