"""Declarations of interests: whether something ties who decides or observes to a bidder (decision 20b)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ConflictDeclaration(models.Model):
    """What one appointed person declares of their ties: at the appointment, and again once bidders are known.

    The latest one counts. With whom and what the tie is are never public; that there is one, is.
    """

    class Tie(models.TextChoices):
        FAMILY = "family", _("Family")
        WORK = "work", _("Work")
        BUSINESS = "business", _("Business or partnership")
        FRIENDSHIP = "friendship", _("Close friendship")
        ENMITY = "enmity", _("Enmity")

    class Kinship(models.TextChoices):
        NONE = "", "—"
        SPOUSE = "spouse", _("Spouse or partner")
        BLOOD_1 = "blood-1", _("1st degree: parents, children")
        BLOOD_2 = "blood-2", _("2nd degree: brothers and sisters, grandparents, grandchildren")
        BLOOD_3 = "blood-3", _("3rd degree: uncles, aunts, nephews, nieces")
        BLOOD_4 = "blood-4", _("4th degree: first cousins")
        MARRIAGE_1 = "marriage-1", _("By marriage, 1st degree: parents-in-law, stepchildren")
        MARRIAGE_2 = "marriage-2", _("By marriage, 2nd degree: brothers- and sisters-in-law")

    tender = models.ForeignKey(
        "procurement.Tender", models.PROTECT, related_name="conflict_declarations", editable=False
    )
    appointment = models.ForeignKey(
        "procurement.Appointment", models.PROTECT, related_name="declarations", editable=False
    )
    has_conflict = models.BooleanField(_("I have a tie with somebody who may bid or bids"))
    tie = models.CharField(_("kind of tie"), max_length=20, choices=Tie, blank=True)
    kinship = models.CharField(
        _("degree, where it is family"), max_length=20, choices=Kinship, default=Kinship.NONE, blank=True
    )
    with_whom = models.CharField(_("with whom"), max_length=300, blank=True)
    detail = models.TextField(_("what the tie is"), max_length=2000, blank=True)
    declared_at = models.DateTimeField(editable=False)
    bidders_known = models.BooleanField(editable=False)

    class Meta:
        ordering = ["declared_at", "pk"]
        verbose_name = _("declaration of interests")
        constraints = [
            models.CheckConstraint(
                name="conflict_says_with_whom",
                condition=Q(has_conflict=False, tie="", kinship="", with_whom="")
                | (Q(has_conflict=True) & ~Q(tie="") & ~Q(with_whom="")),
            ),
            models.CheckConstraint(
                name="family_tie_says_its_degree", condition=~Q(tie="family") | ~Q(kinship="")
            ),
        ]

    def __str__(self):
        return f"{self.appointment}: {self.declared_at:%Y-%m-%d}"
