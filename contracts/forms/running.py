"""What is asked while a contract runs, and when it ends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.forms.drafting import LONG, file_field, money_field
from contracts.models import Settlement, Termination
from procurement.forms.call import ConfirmForm, day_field


def count_field(label, **options):
    return forms.IntegerField(label=label, min_value=0, **options)


def text_field(label, **options):
    return forms.CharField(label=label, max_length=4000, widget=LONG, **options)


class SupplyForm(forms.Form):
    supplied_from = day_field(_("Water supplied from"))
    supplied_until = day_field(_("Until"))


class BillForm(forms.Form):
    billed_on = day_field(_("Day of the bills"))
    billed = money_field(_("Billed in all, S/"))


class CollectionForm(forms.Form):
    collected_on = day_field(_("Day on which the collection was closed"))
    collected = money_field(_("Collected in all, S/"))


class SuspendForm(forms.Form):
    began_on = day_field(_("Since"))
    reason = text_field(_("What happened, and why the service cannot go on"))


class ResumeForm(forms.Form):
    resumed_on = day_field(_("First day on which the service goes on"))


class FulfilForm(forms.Form):
    done_on = day_field(_("Done on"))
    note = forms.CharField(label=_("How it was done"), max_length=500)
    file = file_field(_("Proof"), required=False)


class EndSubsidyForm(forms.Form):
    ended_on = day_field(_("Last day"))
    note = forms.CharField(label=_("How the condition was met"), max_length=500)


class MeteringForm(forms.Form):
    metered_on = day_field(_("Day on which the last meter was in place"))


class AmendForm(ConfirmForm):
    signed_on = day_field(_("Signed on"))
    text = text_field(_("What changes, and why"))
    extension = count_field(_("Months that the term gets longer"), required=False, max_value=240)
    fund_percentage = forms.DecimalField(
        label=_("New percentage for the fund"),
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("Empty: it stays. A lower one needs the council."),
    )
    agreement = forms.CharField(label=_("Agreement of the council"), max_length=200, required=False)
    file = file_field(_("Signed addendum"))
    field_order = ["signed_on", "text", "extension", "fund_percentage", "agreement", "file", "number"]

    def clean_extension(self):
        return self.cleaned_data["extension"] or 0


class NoticeForm(ConfirmForm):
    ground = forms.ChoiceField(
        label=_("Ground"), choices=Termination.Ground.choices, widget=forms.RadioSelect
    )
    cause = text_field(_("The facts, and the clause that was not kept"))
    letter_on = day_field(_("Day on which the notarial letter was delivered"))
    reference = forms.CharField(label=_("Number of the letter, and notary"), max_length=200)
    defence_days = count_field(
        _("Business days that the letter gives to answer"),
        required=False,
        max_value=120,
        help_text=_("For a breach, where the regime does not say it."),
    )
    file = file_field(_("Letter with its delivery"))

    def __init__(self, tender, asks_days, *args, **kwargs):
        super().__init__(tender, *args, **kwargs)
        if not asks_days:
            del self.fields["defence_days"]
        self.order_fields(["ground", "cause", "letter_on", "reference", "defence_days", "file", "number"])


class StepForm(forms.Form):
    done_on = day_field(_("Day"))
    reference = forms.CharField(label=_("Number of the paper"), max_length=200, required=False)
    text = text_field(_("What it says"))
    file = file_field(_("Paper"), required=False)


class ReasonForm(forms.Form):
    reason = text_field(_("Reason"))


class DecideForm(ConfirmForm):
    decided_on = day_field(_("Day of the council session"))
    agreement = forms.CharField(label=_("Agreement of the council"), max_length=200)
    votes_for = count_field(_("Votes for"))
    legal_number = count_field(
        _("Legal number of members"), required=False, help_text=_("Empty: that of the municipality.")
    )
    indemnity = money_field(_("Indemnity to the operator, S/"), required=False)
    continuity = text_field(_("How the water goes on: who runs it from that day, with what money"))
    file = file_field(_("Agreement"))

    def __init__(self, tender, is_without_cause, *args, **kwargs):
        super().__init__(tender, *args, **kwargs)
        if not is_without_cause:
            del self.fields["indemnity"]
        self.order_fields([name for name in self.fields if name != "number"] + ["number"])


class AgreeForm(ConfirmForm):
    agreed_on = day_field(_("Agreed on"))
    reason = forms.ChoiceField(label=_("Reason"), choices=Settlement.Reason.choices, widget=forms.RadioSelect)
    text = text_field(_("What happened"))
    guarantees = text_field(_("What becomes of the guarantees"))
    fund = text_field(_("What becomes of the Investment Fund"))
    receivables = text_field(_("What becomes of what users owe"))
    staff = text_field(_("What becomes of the staff"))
    shares = text_field(_("What becomes of the shares of the municipality"), required=False)
    continuity = text_field(_("How the water goes on"))
    file = file_field(_("Signed minutes of the agreement"))

    def __init__(self, tender, is_mixed, *args, **kwargs):
        super().__init__(tender, *args, **kwargs)
        if not is_mixed:
            del self.fields["shares"]
        self.order_fields([name for name in self.fields if name != "number"] + ["number"])


class BeginReversionForm(forms.Form):
    began_on = day_field(_("Day on which the assets begin to come back"))


class ReconcileForm(forms.Form):
    reconciled_on = day_field(_("Day"))
    delivered = count_field(_("Assets handed over at the start"))
    added = count_field(_("Assets added since"))
    returned = count_field(_("Assets that came back"))
    missing = count_field(_("Assets missing or worn out"))
    explanation = text_field(_("What became of what is missing"), required=False)
    improvements = text_field(_("Improvements that stay"), required=False)
    file = file_field(_("Signed inventory"))
