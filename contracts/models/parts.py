"""What belongs to a contract from its signature on: annexes, shareholders, obligations, support."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from bids.models import Holder
from bids.shareholding import of_the_company


class Annex(models.Model):
    """One integral part of the contract, known by its SHA-256 (rule 94).

    A file that was handed over, or a text that the product writes when the contract is made ready; from then
    on it does not change: `frozen_at`.
    """

    class Kind(models.TextChoices):
        PROVISION = "provision", _("Ordinance on the provision of the services")
        CHARGES = "charges", _("Ordinance on charges and collection")
        JVS = "jvs", _("Ordinance on the neighbourhood supervision board")
        CLAIMS = "claims", _("Ordinance on claims")
        PLAN = "development-plan", _("Development plan: investments and targets")
        TERMS = "terms", _("Integrated terms")
        AWARD = "award", _("Minutes of the award")
        OFFER = "offer", _("Offer of the winner")
        BUSINESS_PLAN = "business-plan", _("Business plan")
        TRANSFER_PLAN = "transfer-plan", _("Plan of the transfer and of the transition")
        CONTINGENCY = "contingency", _("Guarantees and contingency plan")
        SHARES = "shares", _("Shareholders and what they promise")
        SHEET = "sheet", _("Public sheet of the contract")

    UPLOADED = (Kind.PLAN, Kind.BUSINESS_PLAN, Kind.TRANSFER_PLAN)

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="contract_annexes")
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="annexes")
    kind = models.CharField(_("annex"), max_length=20, choices=Kind)
    document = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True)
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="one_annex_of_each_kind", fields=["contract", "kind"]),
            models.CheckConstraint(
                name="an_annex_is_a_file_or_a_text",
                condition=models.Q(document=None, text__gt="") | models.Q(document__isnull=False, text=""),
            ),
        ]

    def __str__(self):
        return self.get_kind_display()

    @staticmethod
    def digest(text):
        return hashlib.sha256(text.encode()).hexdigest()


class Shareholder(models.Model):
    """Who holds how much of the operator; the shares come to 100.00 % exactly (rules 130-134).

    `offered` is the part of these shares, in per cent, that the holder promises to offer to civil society
    until `offered_by` (rule 132). A document of a person is never public.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="shareholders")
    contract = models.ForeignKey("contracts.Contract", models.CASCADE, related_name="shareholders")
    kind = models.CharField(_("kind"), max_length=10, choices=Holder.Kind)
    name = models.CharField(_("name"), max_length=300)
    document = models.CharField(_("RUC or DNI"), max_length=12, blank=True)
    share = models.DecimalField(_("share, %"), max_digits=5, decimal_places=2)
    offered = models.DecimalField(
        _("offered to the neighbours, %"), max_digits=5, decimal_places=2, default=0
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="shares_of_an_operator",
                condition=models.Q(share__gt=0, share__lte=100, offered__gte=0, offered__lte=100),
            )
        ]

    def __str__(self):
        return f"{self.name}: {self.share} %"

    @property
    def offered_of_company(self):
        """What the offered shares are of the whole company (rule 132: 20 % of 75 % is 15.00 %)."""
        return of_the_company(self.share, self.offered)


class Obligation(models.Model):
    """Something that one of the parties owes by a day: the annual plan, shares to be offered, a copy to send
    (rules 97, 132).
    """

    class Kind(models.TextChoices):
        ANNUAL_PLAN = "annual-plan", _("Annual operation plan")
        SHARE_OFFER = "share-offer", _("Offer shares to the neighbours")
        COPY = "copy", _("Send a copy of the contract")
        COMPTROLLER = "comptroller", _("Report to the Contraloría")
        RENEWAL = "renewal", _("Ask for the renewal")
        OTHER = "other", _("Other")

    class Party(models.TextChoices):
        OPERATOR = "operator", _("the operator")
        MUNICIPALITY = "municipality", _("the municipality")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="obligations")
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="obligations")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    party = models.CharField(_("who owes it"), max_length=20, choices=Party)
    text = models.CharField(_("what is owed"), max_length=500)
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True)
    note = models.CharField(_("how it was done"), max_length=500, blank=True)
    document = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self):
        return self.text


class Subsidy(models.Model):
    """What the municipality pays for the operator until it stands on its own feet, and when that ends
    (rule 135). Soles a month.
    """

    class Kind(models.TextChoices):
        PAYROLL = "payroll", _("Payroll")
        POWER = "power", _("Electric power")
        RENT = "rent", _("Rent of the office")
        OTHER = "other", _("Other")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="subsidies")
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="subsidies")
    kind = models.CharField(_("what is paid"), max_length=10, choices=Kind)
    monthly = models.DecimalField(_("soles a month"), max_digits=12, decimal_places=2)
    condition = models.CharField(_("it ends when"), max_length=500)
    review_on = models.DateField(_("looked at again on"))
    ended_on = models.DateField(_("ended on"), null=True)
    ended_note = models.CharField(_("how the condition was met"), max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="subsidy_ends_by_a_condition",
                condition=models.Q(monthly__gt=0) & ~models.Q(condition=""),
            )
        ]

    def __str__(self):
        return self.get_kind_display()
