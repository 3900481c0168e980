"""Bidders: a person or company with an account, and consortia of several."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BidderQuerySet(models.QuerySet):
    def of(self, user):
        """The bidders of this account."""
        return self.filter(account=user) if user.is_authenticated else self.none()


class Bidder(models.Model):
    """Whoever may bid: known by a RUC that the till has confirmed, or a consortium still without one
    (decision 3). `account` is None for somebody who hands paper envelopes in at the desk (decision 4).

    Nothing here is public before the opening; documents and contacts never are.
    """

    class Kind(models.TextChoices):
        PRIVATE = "private", _("Private company or professional")
        MIXED = "mixed", _("Mixed company, with a municipal minority share")
        CONSORTIUM = "consortium", _("Consortium")
        COOPERATIVE = "cooperative", _("Cooperative")

    class OriginGroup(models.TextChoices):
        """Where operators come from, as the field note found them (rule 11)."""

        MUNICIPAL = "municipal", _("Municipal water department")
        EPS = "eps", _("EPS of the region")
        SUBCONTRACTOR = "subcontractor", _("Subcontractor of an EPS")
        JASS = "jass", _("Rural administrative board (JASS)")
        OTHER = "other", _("Other")

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="bidders", null=True, blank=True
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=300)
    ruc = models.CharField(_("RUC"), max_length=11, blank=True)
    origin_group = models.CharField(_("where it comes from"), max_length=20, choices=OriginGroup)
    department = models.CharField(_("department"), max_length=100)
    province = models.CharField(_("province"), max_length=100)
    district = models.CharField(_("district"), max_length=100)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    confirmed_at = models.DateTimeField(null=True, editable=False)

    objects = BidderQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("bidder")
        verbose_name_plural = _("bidders")
        constraints = [
            models.UniqueConstraint(name="one_bidder_per_ruc", fields=["ruc"], condition=~models.Q(ruc="")),
            models.CheckConstraint(
                name="ruc_is_confirmed_by_somebody_at_an_instant",
                condition=models.Q(confirmed_by=None, confirmed_at=None)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name

    def identifiers(self):
        """Return what the pseudonym stands for (decision 14): the RUC, or the documents of the members."""
        return [self.ruc] if self.ruc else sorted(member.document for member in self.members.all())

    def documents(self):
        """Return the RUC and DNI of everybody in it: its own, its members', its account's, and the DNI in a
        personal RUC (10, the DNI, one digit).
        """
        found = {self.ruc, *(member.document for member in self.members.all())}
        found |= {self.account.dni} if self.account else set()
        return (found | {number[2:10] for number in found if len(number) == 11 and number[:2] == "10"}) - {""}


class Holder(models.Model):
    """A member of a consortium, or a holder of shares, with its percentage (rules 9, 130-134)."""

    class Kind(models.TextChoices):
        MEMBER = "member", _("Member of the consortium")
        MUNICIPAL = "municipal", _("Municipality")
        PRIVATE = "private", _("Private holder or strategic partner")
        SOCIAL = "social", _("Users or neighbours")

    bidder = models.ForeignKey(Bidder, models.CASCADE, related_name="members")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=300)
    document = models.CharField(_("RUC or DNI"), max_length=12, blank=True)
    share = models.DecimalField(_("share, %"), max_digits=5, decimal_places=2)
    is_local = models.BooleanField(_("meets the requisite of origin"), default=False)
    obligation = models.CharField(_("obligation about these shares"), max_length=300, blank=True)
    obligation_on = models.DateField(_("due on"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="a_share_is_a_percentage", condition=models.Q(share__gt=0, share__lte=100)
            )
        ]

    def __str__(self):
        return f"{self.name} {self.share} %"
