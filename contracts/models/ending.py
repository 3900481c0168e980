"""How a contract ends: termination step by step, agreement of both, and the assets that come back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Termination(models.Model):
    """The municipality ends the contract, for a breach or without cause (rules 93, 139, 141).

    Each step of the due process is a row of `steps`. A termination without cause owes an indemnity, in soles.
    """

    class Ground(models.TextChoices):
        BREACH = "breach", _("breach by the operator")
        WITHOUT_CAUSE = "without-cause", _("decision of the municipality, without a cause of the contract")

    class Outcome(models.TextChoices):
        TERMINATED = "terminated", _("the contract was terminated")
        DROPPED = "dropped", _("the defence was accepted: the contract went on")
        AGREED = "agreed", _("both sides agreed on the end")
        EXPIRED = "expired", _("the term was over before")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="terminations")
    contract = models.ForeignKey("contracts.Contract", models.PROTECT, related_name="terminations")
    number = models.PositiveSmallIntegerField()
    ground = models.CharField(_("ground"), max_length=20, choices=Ground)
    cause = models.TextField(_("the facts, and the clause that was not kept"), max_length=8000)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    indemnity = models.DecimalField(
        _("indemnity to the operator, S/"), max_digits=14, decimal_places=2, null=True
    )
    continuity = models.TextField(_("how the water goes on"), max_length=4000, blank=True)
    votes_for = models.PositiveSmallIntegerField(_("votes for"), null=True)
    legal_number = models.PositiveSmallIntegerField(_("legal number of members"), null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="one_number_per_termination", fields=["contract", "number"]),
            models.UniqueConstraint(
                name="one_open_termination", fields=["contract"], condition=Q(outcome="")
            ),
        ]

    def __str__(self):
        return _("Termination no. %(number)s") % {"number": self.number}


class TerminationStep(models.Model):
    """One step of the due process: until when it is due, when it took place, what it says (rule 141)."""

    class Key(models.TextChoices):
        LETTER = "notarial_letter", _("Notarial letter")
        DEFENCE = "defence", _("Defence of the operator")
        EVALUATION = "evaluation", _("Evaluation by the municipality")
        OPINION = "opinion", _("Opinion of the governing body of the sector")
        COUNCIL = "council", _("Decision of the council")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="termination_steps")
    termination = models.ForeignKey(Termination, models.PROTECT, related_name="steps")
    key = models.CharField(max_length=20, choices=Key)
    place = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(null=True)  # business days after the step before
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    reference = models.CharField(_("number of the paper"), max_length=200, blank=True)
    text = models.TextField(_("what it says"), max_length=8000, blank=True)
    document = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(name="one_step_of_each_kind", fields=["termination", "key"])]

    def __str__(self):
        return self.get_key_display()


class Settlement(models.Model):
    """The end by agreement, and how everything between the parties is settled (rules 136-139)."""

    class Reason(models.TextChoices):
        VIOLENCE = "violence", _("violence against people or property of the operator")
        POLICY = "policy", _("the municipality changed its policy")
        MODALITY = "modality", _("another modality of management")
        OTHER = "other", _("another reason")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="settlements")
    contract = models.OneToOneField("contracts.Contract", models.PROTECT, related_name="settlement")
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    text = models.TextField(_("what happened"), max_length=8000)
    agreed_on = models.DateField(_("agreed on"))
    guarantees = models.TextField(_("the guarantees"), max_length=4000)
    fund = models.TextField(_("the Investment Fund"), max_length=4000)
    receivables = models.TextField(_("what users owe"), max_length=4000)
    staff = models.TextField(_("the staff"), max_length=4000)
    shares = models.TextField(_("the shares of the municipality"), max_length=4000, blank=True)
    continuity = models.TextField(_("how the water goes on"), max_length=4000)
    document = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["agreed_on"]

    def __str__(self):
        return _("End by agreement of %(day)s") % {"day": self.agreed_on}


class Reversion(models.Model):
    """All assets come back with their improvements, reconciled with what was handed over (rules 97, 140)."""

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="reversions")
    contract = models.OneToOneField("contracts.Contract", models.PROTECT, related_name="reversion")
    began_on = models.DateField(_("began on"))
    reconciled_on = models.DateField(_("reconciled on"), null=True)
    delivered = models.PositiveIntegerField(_("assets handed over at the start"), null=True)
    added = models.PositiveIntegerField(_("assets added since"), null=True)
    returned = models.PositiveIntegerField(_("assets that came back"), null=True)
    missing = models.PositiveIntegerField(_("assets missing or worn out"), null=True)
    explanation = models.TextField(_("what became of what is missing"), max_length=4000, blank=True)
    improvements = models.TextField(_("improvements that stay"), max_length=4000, blank=True)
    document = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["began_on"]
        constraints = [
            models.CheckConstraint(
                name="a_reconciled_inventory_adds_up",
                condition=Q(reconciled_on=None)
                | Q(delivered=F("returned") + F("missing") - F("added"), document__isnull=False),
            )
        ]

    def __str__(self):
        return _("Reversion since %(day)s") % {"day": self.began_on}
